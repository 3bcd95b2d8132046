"""The Decision Transformer (Chen et al., 2021): what it sees, what it computes, how it is kept."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple, Self, cast

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Int64, Shaped, UInt8
from torch import Generator, Tensor, nn

from dtlens.base.errors import UserError
from dtlens.base.settings import Encoding
from dtlens.base.tensors import load_tensors, save_tensors
from dtlens.env.minigrid import ACTIONS, COLOURS, OBJECTS, STATES
from dtlens.model.block import Activations, Block
from dtlens.model.cell import Cell

CELL_BITS = OBJECTS + COLOURS + STATES
INPUTS: dict[Encoding, int] = {"index": 7 * 7 * 3, "one_hot": 7 * 7 * CELL_BITS}
CHECKPOINT = "decision_transformer"
RTG_TOKEN, STATE_TOKEN = 0, 1  # of a window of one timestep, in the order of time


class Windows(NamedTuple):
    """What the model sees of some episodes: up to its context of timesteps, padded on the right.

    observation: axes (x, y, channel), channels (object, colour, state). action: the one taken at
    each step; the last one is not looked at.
    """

    rtg: Float[Tensor, "batch step"]
    observation: UInt8[Tensor, "batch step 7 7 3"]
    action: Int64[Tensor, "batch step"]
    time: Int64[Tensor, "batch step"]

    def to(self, device: torch.device) -> "Windows":
        return Windows(*(column.to(device) for column in self))

    def select(self, rows: slice | Shaped[Tensor | np.ndarray, " row"]) -> Self:
        """These windows alone."""
        return type(self)(*(column[rows] for column in self))

    @classmethod
    def joined(cls, parts: Iterable["Windows"]) -> Self:
        """Windows of as many steps, one after the other."""
        return cls(*map(torch.cat, zip(*parts, strict=True)))


class Encoded(NamedTuple):
    """Windows as the model computes with them: time steps first, observations encoded.

    Inputs that are 0 throughout may be left out, with their rows of the state embedding.
    """

    inputs: UInt8[Tensor, "step batch input"]
    rtg: Float[Tensor, "step batch"]
    action: Int64[Tensor, "step batch"]
    time: Int64[Tensor, "step batch"]


def encode(
    observation: UInt8[Tensor, "*batch width height 3"], encoding: Encoding
) -> UInt8[Tensor, "*batch input"]:
    """The numbers that the state embedding multiplies, in the order (x, y, channel).

    `index` gives the raw integers; `one_hot` 20 bits a cell: 11 objects, 6 colours, 3 states.
    """
    if encoding == "index":
        return observation.flatten(-3)
    bits = [
        observation[..., channel, None] == torch.arange(size, device=observation.device)
        for channel, size in enumerate((OBJECTS, COLOURS, STATES))
    ]
    return torch.cat(bits, dim=-1).flatten(-3).to(torch.uint8)


@cache
def layout(steps: int) -> tuple[Int64[Tensor, " token"], Float[Tensor, "token token"]]:
    """The positions of the tokens sorted by kind (states, RTGs, actions), and who sees whom.

    Attention knows the tokens' order from this mask alone (0 or -inf); sorted, the state tokens,
    all that the logits need of the last block, are one range.
    """
    step = torch.arange(steps)
    position = torch.cat([3 * step + 1, 3 * step, 3 * step[:-1] + 2])
    return position, torch.where(position[:, None] >= position, 0.0, -torch.inf)


class DecisionTransformer(nn.Module):
    """Imitates the agents of its data, as good or bad as its target reward-to-go (RTG).

    Per timestep the tokens (RTG, state, action), the last step without its action; the action
    taken is read off the state token. As in the study of Bloom and Colognese (2023): no
    LayerNorm, no tanh, a time embedding on all three tokens of a step, learned positions.

    Weights are stored as x @ W takes them: W_state [input, d], W_rtg [d], W_action [3, d],
    W_time [max_steps, d], W_pos [3 context - 1, d] in the order of the tokens, blocks of W_Q,
    W_K, W_V [d, (head, d_head)], W_O [(head, d_head), d], W_in, W_out and biases, W_U [d, 3],
    b_U. Weights start as N(0, 0.02), drawn from the cell's seed, biases as 0.
    """

    def __init__(self, cell: Cell, max_steps: int) -> None:
        super().__init__()
        self.cell, self.max_steps = cell, max_steps
        width, context = cell.width, cell.context
        self.W_state = nn.Parameter(torch.empty(INPUTS[cell.encoding], width))
        self.W_rtg = nn.Parameter(torch.empty(width))
        self.W_action = nn.Parameter(torch.empty(ACTIONS, width))
        self.W_time = nn.Parameter(torch.empty(max_steps, width))
        self.W_pos = nn.Parameter(torch.empty(3 * context - 1, width))
        self.blocks = nn.ModuleList(Block(width, cell.heads) for _ in range(cell.layers))
        self.W_U = nn.Parameter(torch.empty(width, ACTIONS))
        self.b_U = nn.Parameter(torch.empty(ACTIONS))
        generator = Generator().manual_seed(cell.seed)
        for name, parameter in self.named_parameters():
            if name.split(".")[-1].startswith("b_"):
                nn.init.zeros_(parameter)
            else:
                nn.init.normal_(parameter, std=0.02, generator=generator)

    def forward(self, windows: Windows, last: bool = False) -> Float[Tensor, "batch step 3"]:
        """The logits of the actions (left, right, forward) at each step of the windows.

        Windows may be shorter than the context. `last` gives those of the last step alone, and
        costs less.
        """
        tokens, steps = self.embed(windows), windows.rtg.shape[1]
        if last:
            return self.unembed(self.run_to_last(tokens, steps - 1))[:, None]
        return self.logits(tokens).transpose(0, 1)

    def logits(self, tokens: Float[Tensor, "token batch d"]) -> Float[Tensor, "step batch 3"]:
        """As `forward`, of embedded tokens."""
        run = self.run(tokens)
        return self.unembed(run[-1].out if run else tokens[: (len(tokens) + 1) // 3])

    def unembed(self, residual: Float[Tensor, "*axes d"]) -> Float[Tensor, "*axes 3"]:
        return F.linear(residual, self.W_U.T, self.b_U)

    def embed(self, windows: Windows) -> Float[Tensor, "token batch d"]:
        """The `tokens` of windows."""
        windows = windows.to(self.W_pos.device)
        inputs = encode(windows.observation.transpose(0, 1), self.cell.encoding)
        seen = Encoded(inputs, windows.rtg.T, windows.action.T, windows.time.T)
        return self.tokens(seen, self.W_state)

    def tokens(
        self, seen: Encoded, W_state: Float[Tensor, "input d"]
    ) -> Float[Tensor, "token batch d"]:
        """The embedded tokens with their positions added, sorted by kind (see `layout`)."""
        inputs, rtg, action, time = seen
        steps, batch = rtg.shape
        position, _ = layout(steps)
        now = self.W_time.index_select(0, time.reshape(-1))
        before = self.W_time.index_select(0, time[:-1].reshape(-1))
        state = torch.addmm(now, inputs.flatten(0, 1).to(now.dtype), W_state)
        target = torch.addr(now, rtg.reshape(-1), self.W_rtg)
        done = self.W_action.index_select(0, action[:-1].reshape(-1)) + before
        tokens = torch.cat([x.view(-1, batch, x.shape[-1]) for x in (state, target, done)])
        return tokens.add_(self.W_pos.index_select(0, position.to(rtg.device))[:, None])

    def run(self, tokens: Float[Tensor, "token batch d"]) -> list[Activations]:
        """Every block's activations, the last one's at the state tokens alone."""
        steps = (len(tokens) + 1) // 3
        mask = layout(steps)[1].to(tokens)
        run: list[Activations] = []
        for block in self.blocks:
            queries = slice(steps if len(run) == len(self.blocks) - 1 else len(tokens))
            run.append(block(run[-1].out if run else tokens, queries, mask[queries]))
        return run

    def run_to_last(
        self, tokens: Float[Tensor, "token batch d"], query: int
    ) -> Float[Tensor, "batch d"]:
        """The last residual stream at the last state, the token `query`."""
        if not self.blocks:
            return tokens[query]
        everything, mask = slice(len(tokens)), layout(query + 1)[1].to(tokens)
        for block in self.blocks[:-1]:
            tokens = block(tokens, everything, mask).out
        return cast(Block, self.blocks[-1]).at_one(tokens, query)


def save_checkpoint(path: Path, model: DecisionTransformer) -> None:
    """Write the model to `path`; the same weights give the same bytes."""
    config = {"cell": model.cell.model_dump(), "max_steps": model.max_steps}
    save_tensors(path, CHECKPOINT, dict(model.state_dict()), config)


def load_checkpoint(path: Path) -> DecisionTransformer:
    """The model that `save_checkpoint` wrote; raises `UserError` naming a file that is none."""
    tensors, config = load_tensors(path, CHECKPOINT)
    try:
        cell = Cell.read(str(path), config["cell"])
        if cell.layers > len(tensors):
            raise ValueError
        with torch.device("meta"):  # without memory: the configuration may ask for any size
            model = DecisionTransformer(cell, config["max_steps"])
        weights = {name: tensor.to(torch.float32, copy=True) for name, tensor in tensors.items()}
        model.load_state_dict(weights, assign=True)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise UserError(f"{path}: its tensors do not fit its configuration") from error
    return model
