"""Tests compute as stages do: on one thread, which is set before any library reads it."""

import dtlens.stages  # noqa: F401
