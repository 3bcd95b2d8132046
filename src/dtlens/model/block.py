"""A transformer block: attention and an MLP."""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn


class Activations(NamedTuple):
    """What one block computes, its queries being the tokens that are wanted."""

    q: Float[Tensor, "query batch d"]
    k: Float[Tensor, "token batch d"]
    z: Float[Tensor, "query batch d"]
    hidden: Float[Tensor, "query batch 2*d"]
    out: Float[Tensor, "query batch d"]


def _linear(inputs: int, outputs: int) -> tuple[nn.Parameter, nn.Parameter]:
    """A weight and a bias yet to be filled."""
    return nn.Parameter(torch.empty(inputs, outputs)), nn.Parameter(torch.empty(outputs))


class Block(nn.Module):
    """Attention, then a ReLU MLP of twice the width, each added to the residual stream."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.W_Q, self.b_Q = _linear(width, width)
        self.W_K, self.b_K = _linear(width, width)
        self.W_V, self.b_V = _linear(width, width)
        self.W_O, self.b_O = _linear(width, width)
        self.W_in, self.b_in = _linear(width, 2 * width)
        self.W_out, self.b_out = _linear(2 * width, width)

    def forward(
        self,
        residual: Float[Tensor, "token batch d"],
        queries: slice,
        mask: Float[Tensor, "query token"],
    ) -> Activations:
        """The block at the tokens `queries`; `mask` is 0 where they may look and -inf elsewhere."""
        flat, own = residual.flatten(0, 1), residual[queries].flatten(0, 1)
        q = torch.addmm(self.b_Q, own, self.W_Q).view(-1, *residual.shape[1:])
        k = torch.addmm(self.b_K, flat, self.W_K).view_as(residual)
        v = torch.addmm(self.b_V, flat, self.W_V).view_as(residual)
        z = attend(q, k, v, mask, self.heads)
        after = (x.view(*q.shape[:2], -1) for x in self.after_attention(own, z.flatten(0, 1)))
        return Activations(q, k, z, *after)

    def after_attention(
        self, own: Float[Tensor, "row d"], z: Float[Tensor, "row d"]
    ) -> tuple[Float[Tensor, "row 2*d"], Float[Tensor, "row d"]]:
        """The MLP's neurons and the block's output, given the heads' outputs z."""
        middle = torch.addmm(own, z, self.W_O).add_(self.b_O)
        hidden = torch.addmm(self.b_in, middle, self.W_in).relu_()
        return hidden, torch.addmm(middle, hidden, self.W_out).add_(self.b_out)

    def at_one(
        self, residual: Float[Tensor, "token batch d"], query: int
    ) -> Float[Tensor, "batch d"]:
        """The block's output at one token that sees all.

        One query needs no key or value of its own for each token: q (x W_K)^T = (q W_K^T) x^T, and
        the values' mean is the mean token's value. b_K adds the same to every score.
        """
        own, heads = residual[query], self.heads
        q = by_head(torch.addmm(self.b_Q, own, self.W_Q), heads).transpose(0, 1)
        readers = torch.bmm(q, by_head(self.W_K, heads).permute(1, 2, 0)).transpose(0, 1)
        tokens = residual.transpose(0, 1)
        scale = q.shape[-1] ** -0.5
        pattern = torch.bmm(readers, tokens.mT).mul_(scale).softmax(-1)
        mixed = torch.bmm(pattern, tokens).transpose(0, 1)
        z = torch.bmm(mixed, by_head(self.W_V, heads).transpose(0, 1)).transpose(0, 1)
        return self.after_attention(own, z.flatten(1) + self.b_V)[-1]


def attend(
    q: Float[Tensor, "query batch d"],
    k: Float[Tensor, "token batch d"],
    v: Float[Tensor, "token batch d"],
    mask: Float[Tensor, "query token"],
    heads: int,
) -> Float[Tensor, "query batch d"]:
    """The heads' outputs z; the axis d is (head, d_head)."""
    scale = (q.shape[-1] // heads) ** -0.5
    if len(q) == 1:  # products with one row are sums: quicker than many tiny matrix products
        scores = by_head(k * q, heads).sum(-1).mul_(scale).add_(mask.view(-1, 1, 1))
        return (by_head(v, heads) * scores.softmax(0)[..., None]).sum(0).view_as(q)
    scores = torch.baddbmm(mask, rows(q, heads), rows(k, heads).mT, alpha=scale)
    return (scores.softmax(-1) @ rows(v, heads)).transpose(0, 1).reshape_as(q)


def by_head(x: Float[Tensor, "*axes d"], heads: int) -> Float[Tensor, "*axes head d_h"]:
    return x.view(*x.shape[:-1], heads, -1)


def rows(x: Float[Tensor, "token batch d"], heads: int) -> Float[Tensor, "batch_head token d_h"]:
    """A view with one matrix per window and head."""
    return x.view(len(x), x.shape[1] * heads, -1).transpose(0, 1)
