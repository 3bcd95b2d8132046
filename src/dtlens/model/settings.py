"""How a Decision Transformer is trained."""

from typing import Annotated, Literal

from pydantic import Field

from dtlens.base.settings import Count, Positive, Section, Share


class Training(Section):
    initialisation: Literal["small", "study"]  # see `initialise`
    optimiser: Literal["adamw", "adam"]  # decay beside the gradient's step, or as L2 within it
    schedule: Literal["one_cycle", "constant"]
    batch_predictions: Count
    learning_rate: Positive  # of a one-cycle schedule, the peak
    weight_decay: Annotated[float, Field(ge=0)]
    gradient_norm: Positive | None  # to which a longer gradient is cut
    end_oversampling: Share
    holdout: Annotated[float, Field(gt=0, lt=1)]
    log_points: Count
