"""What checks annotations, shapes of arrays included, as tests call the package."""

from typing import Any, Self

from beartype import BeartypeConf, FrozenDict, beartype

# An int serves for a float; and whose `Self` it is, is not known of a function without its class.
CONF = BeartypeConf(is_pep484_tower=True, hint_overrides=FrozenDict({Self: object}))
check: Any = beartype(conf=CONF)
