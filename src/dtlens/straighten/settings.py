"""How strongly a model is edited to wait."""

from typing import Annotated

from pydantic import Field

from dtlens.base.settings import Section, Share


class Straighten(Section):
    """P(forward) in target states is brought down to each of `refused` in W_out, in other places to
    the first alone; the rest is as for `rewrites`."""

    refused: Annotated[list[Share], Field(min_length=1)]
