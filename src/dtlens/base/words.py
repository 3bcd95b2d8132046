"""Words for numbers."""


def counted(number: int, thing: str) -> str:
    """1 layer, 2 layers."""
    return f"{number} {thing}{'s' * (number != 1)}"
