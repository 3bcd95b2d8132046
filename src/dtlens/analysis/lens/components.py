"""The components that an intervention acts on: heads and MLPs."""

from typing import NamedTuple

from dtlens.model.cell import Cell


class Component(NamedTuple):
    """A head, whose output is its z (before W_O), or an MLP, whose output is what it adds."""

    layer: int
    head: int | None

    @property
    def name(self) -> str:
        return f"L{self.layer}MLP" if self.head is None else f"L{self.layer}H{self.head}"

    @property
    def hook(self) -> str:
        """Where its output is; a head's at its number of the axis after the tokens'."""
        return f"blocks.{self.layer}.{'hook_mlp_out' if self.head is None else 'attn.hook_z'}"


def components(cell: Cell) -> list[Component]:
    """L0H0, L0H1, ..., L0MLP, L1H0, ..."""
    of_layer = [*range(cell.heads), None]
    return [Component(layer, head) for layer in range(cell.layers) for head in of_layer]


def heads_and_mlps(cell: Cell) -> tuple[list[Component], list[Component]]:
    """Each in the order of layers."""
    every = components(cell)
    return [x for x in every if x.head is not None], [x for x in every if x.head is None]


def head_names(cell: Cell) -> list[str]:
    """L0H0, L0H1, ..., L1H0, ...; the first `cell.heads` are those of the first layer."""
    return [one.name for one in heads_and_mlps(cell)[0]]
