"""The components that an intervention acts on: heads and MLPs."""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from dtlens.model.cell import Cell


@dataclass(frozen=True)
class Component:
    """A head, whose output is its z (before W_O), or an MLP, whose output is what it adds."""

    name: str
    hook: str
    head: int | None = None

    def of(self, activation: Float[Tensor, "batch token ..."]) -> Float[Tensor, "batch token d"]:
        """The component's part of its hook's activation (a view)."""
        return activation if self.head is None else activation[:, :, self.head]


def components(cell: Cell) -> list[Component]:
    """L0H0, L0H1, ..., L0MLP, L1H0, ..."""
    return [
        component
        for layer in range(cell.layers)
        for component in (
            *(
                Component(f"L{layer}H{head}", f"blocks.{layer}.attn.hook_z", head)
                for head in range(cell.heads)
            ),
            Component(f"L{layer}MLP", f"blocks.{layer}.hook_mlp_out"),
        )
    ]
