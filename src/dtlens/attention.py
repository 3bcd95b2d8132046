"""The attention sub-layer of the Decision Transformer, with its gradient written out by hand."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.autograd.function import once_differentiable


class Attention(torch.autograd.Function):
    """Multi-head attention of some tokens to all, added to the residual stream.

    Autograd spends more time on the slices, copies and sums around these small products than on
    the products; written out, every gradient goes straight to where it is wanted. Its layout
    is [token, batch, d], in which a range of tokens is one contiguous block.
    """

    @staticmethod
    def forward(
        ctx: Any,
        residual: Float[Tensor, "token batch d"],
        queries: slice,
        mask: Float[Tensor, "query token"],
        heads: int,
        W_Q: Float[Tensor, "d d"],
        b_Q: Float[Tensor, " d"],
        W_K: Float[Tensor, "d d"],
        b_K: Float[Tensor, " d"],
        W_V: Float[Tensor, "d d"],
        b_V: Float[Tensor, " d"],
        W_O: Float[Tensor, "d d"],
        b_O: Float[Tensor, " d"],
    ) -> Float[Tensor, "query batch d"]:
        """The residual stream at the tokens `queries` with the attention's output added.

        The columns of W_Q, W_K, W_V and the rows of W_O are ordered (head, d_head); `mask` is 0
        where a query may look and -inf elsewhere.
        """
        flat, own = residual.flatten(0, 1), residual[queries].flatten(0, 1)
        q = torch.addmm(b_Q, own, W_Q).view(-1, *residual.shape[1:])
        k = torch.addmm(b_K, flat, W_K).view_as(residual)
        v = torch.addmm(b_V, flat, W_V).view_as(residual)
        pattern, z = attend(q, k, v, mask, heads)
        ctx.save_for_backward(residual, q, k, v, pattern, z, W_Q, W_K, W_V, W_O)
        ctx.queries, ctx.heads = queries, heads
        return torch.addmm(own, z.flatten(0, 1), W_O).add_(b_O).view_as(q)

    @staticmethod
    @once_differentiable  # type: ignore[untyped-decorator]
    def backward(ctx: Any, d_out: Float[Tensor, "query batch d"]) -> tuple[Tensor | None, ...]:
        residual, q, k, v, pattern, z, W_Q, W_K, W_V, W_O = ctx.saved_tensors
        flat, own = residual.flatten(0, 1), residual[ctx.queries].flatten(0, 1)
        out = d_out.flatten(0, 1)
        dz = (out @ W_O.T).view_as(z)
        dq, dk, dv = (g.flatten(0, 1) for g in attend_backward(q, k, v, pattern, dz, ctx.heads))
        d_residual = torch.mm(dk, W_K.T).addmm_(dv, W_V.T).view_as(residual)
        d_residual[ctx.queries].flatten(0, 1).addmm_(dq, W_Q.T).add_(out)
        gradients = (
            *(own.T @ dq, dq.sum(0), flat.T @ dk, dk.sum(0), flat.T @ dv, dv.sum(0)),
            *(z.flatten(0, 1).T @ out, out.sum(0)),
        )
        return d_residual, None, None, None, *gradients


def attend(
    q: Float[Tensor, "query batch d"],
    k: Float[Tensor, "token batch d"],
    v: Float[Tensor, "token batch d"],
    mask: Float[Tensor, "query token"],
    heads: int,
) -> tuple[Tensor, Float[Tensor, "query batch d"]]:
    """The attention pattern, laid out as the products below want it, and the heads' outputs z."""
    scale = (q.shape[-1] // heads) ** -0.5
    if len(q) == 1:  # a product over one query is a sum: quicker than many tiny matrix products
        scores = by_head(k * q, heads).sum(-1).mul_(scale).add_(mask.view(-1, 1, 1))
        pattern = scores.softmax(0)
        return pattern, (by_head(v, heads) * pattern[..., None]).sum(0).view_as(q)
    scores = torch.baddbmm(mask, rows(q, heads), rows(k, heads).mT, alpha=scale)
    pattern = scores.softmax(-1)
    z = torch.empty_like(q)
    torch.bmm(pattern, rows(v, heads), out=rows(z, heads))
    return pattern, z


def attend_backward(
    q: Float[Tensor, "query batch d"],
    k: Float[Tensor, "token batch d"],
    v: Float[Tensor, "token batch d"],
    pattern: Tensor,
    dz: Float[Tensor, "query batch d"],
    heads: int,
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of q, k and v, given that of z."""
    scale = (q.shape[-1] // heads) ** -0.5
    dq, dk, dv = torch.empty_like(q), torch.empty_like(k), torch.empty_like(v)
    if len(q) == 1:
        d_pattern = by_head(v * dz, heads).sum(-1)
        d_scores = torch._softmax_backward_data(d_pattern, pattern, 0, dz.dtype).mul_(scale)
        torch.mul(pattern[..., None], by_head(dz, heads), out=by_head(dv, heads))
        torch.mul(d_scores[..., None], by_head(q, heads), out=by_head(dk, heads))
        torch.sum(by_head(k, heads) * d_scores[..., None], 0, keepdim=True, out=by_head(dq, heads))
    else:
        d_pattern = torch.bmm(rows(dz, heads), rows(v, heads).mT)
        d_scores = torch._softmax_backward_data(d_pattern, pattern, -1, dz.dtype).mul_(scale)
        torch.bmm(pattern.mT, rows(dz, heads), out=rows(dv, heads))
        torch.bmm(d_scores.mT, rows(q, heads), out=rows(dk, heads))
        torch.bmm(d_scores, rows(k, heads), out=rows(dq, heads))
    return dq, dk, dv


def by_head(x: Float[Tensor, "token batch d"], heads: int) -> Float[Tensor, "token batch head d_h"]:
    return x.view(*x.shape[:-1], heads, -1)


def rows(x: Float[Tensor, "token batch d"], heads: int) -> Float[Tensor, "batch_head token d_h"]:
    """A view with one matrix per window and head."""
    return x.view(len(x), x.shape[1] * heads, -1).transpose(0, 1)
