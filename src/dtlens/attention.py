"""Scaled dot-product attention, and its gradient written out by hand."""

import torch
from jaxtyping import Float
from torch import Tensor


def attend(
    q: Float[Tensor, "query batch d"],
    k: Float[Tensor, "token batch d"],
    v: Float[Tensor, "token batch d"],
    mask: Float[Tensor, "query token"],
    heads: int,
) -> tuple[Tensor, Float[Tensor, "query batch d"]]:
    """The attention pattern and the heads' outputs z; the axis d is (head, d_head).

    The pattern is laid out for `attend_backward`: [token, batch, head] for one query, else
    [(batch, head), query, token].
    """
    scale = (q.shape[-1] // heads) ** -0.5
    if len(q) == 1:  # products with one row are sums: quicker than many tiny matrix products
        scores = by_head(k * q, heads).sum(-1).mul_(scale).add_(mask.view(-1, 1, 1))
        pattern = scores.softmax(0)
        return pattern, (by_head(v, heads) * pattern[..., None]).sum(0).view_as(q)
    scores = torch.baddbmm(mask, rows(q, heads), rows(k, heads).mT, alpha=scale)
    pattern = scores.softmax(-1)
    return pattern, (pattern @ rows(v, heads)).transpose(0, 1).reshape_as(q)


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
