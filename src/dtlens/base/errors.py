"""The error a user can cause, and how a command-line entry reports it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


class UserError(Exception):
    """Something outside the code is wrong; the message is one line that names it and a way out."""


@contextmanager
def one_line_errors() -> Iterator[None]:
    """End the process on a `UserError` with its message on stderr and status 1, no traceback."""
    try:
        yield
    except UserError as error:
        sys.exit(f"error: {error}")
