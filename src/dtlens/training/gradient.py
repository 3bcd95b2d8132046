"""The gradient of the training loss, written out by hand.

Autograd gives the same numbers (a test holds this to it), but half of a training step would go
into its bookkeeping: one step is some seventy operations on small arrays.
"""

from typing import cast

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from dtlens.model.block import Activations, Block, attend_backward
from dtlens.model.transformer import DecisionTransformer, Encoded, layout

PADDING = -100  # the target that the loss passes over


def flatten(model: DecisionTransformer) -> Float[Tensor, " parameter"]:
    """One vector that holds all the model's parameters; its `grad` holds all of theirs.

    The model keeps working: its parameters and their gradients become views of the two.
    """
    flat = parameters_to_vector(model.parameters()).detach()
    flat.grad = torch.zeros_like(flat)
    vector_to_parameters(flat, model.parameters())
    sizes = [parameter.numel() for parameter in model.parameters()]
    for parameter, gradient in zip(model.parameters(), flat.grad.split(sizes), strict=True):
        parameter.grad = gradient.view_as(parameter)
    return flat


@torch.no_grad()
def backpropagate(
    model: DecisionTransformer,
    seen: Encoded,
    columns: Int64[Tensor, " column"],
    target: Int64[Tensor, "step batch"],
) -> Float[Tensor, ""]:
    """The mean cross-entropy of the targets that are not `PADDING`; its gradient is left in `grad`.

    The inputs are the given columns of the encoded observations, the others being 0. Every
    parameter's `grad` must exist (see `flatten`) and is overwritten.
    """
    steps = slice(len(seen.rtg))
    tokens = model.tokens(seen, model.W_state.index_select(0, columns))
    run = model.run(tokens)
    last = (run[-1].out if run else tokens[steps]).flatten(0, 1)
    log_p = torch.addmm(model.b_U, last, model.W_U).log_softmax(-1)
    loss, d_logits = cross_entropy(log_p, target.reshape(-1))
    torch.mm(last.T, d_logits, out=model.W_U.grad)
    torch.sum(d_logits, 0, out=model.b_U.grad)
    d_out = d_logits @ model.W_U.T
    for i in reversed(range(len(run))):
        queries = steps if i == len(run) - 1 else slice(len(tokens))
        d_out = block_backward(cast(Block, model.blocks[i]), run[i], queries, d_out)
    d_tokens = d_out.view(-1, *tokens.shape[1:])
    if not run:  # only the states matter
        d_tokens = torch.cat([d_tokens, torch.zeros_like(tokens[steps.stop :])])
    tokens_backward(model, seen, columns, d_tokens)
    return loss


def cross_entropy(
    log_p: Float[Tensor, "prediction 3"], target: Int64[Tensor, " prediction"]
) -> tuple[Float[Tensor, ""], Float[Tensor, "prediction 3"]]:
    """The mean of -log_p of the targets, padding left out, and the gradient of the logits."""
    aten, mean = torch.ops.aten, 1
    loss, weight = aten.nll_loss_forward(log_p, target, None, mean, PADDING)
    one = torch.ones_like(loss)
    d_log_p = aten.nll_loss_backward(one, log_p, target, None, mean, PADDING, weight)
    return loss, aten._log_softmax_backward_data(d_log_p, log_p, -1, log_p.dtype)


def block_backward(
    block: Block, run: Activations, queries: slice, d_out: Float[Tensor, "query_batch d"]
) -> Float[Tensor, "token_batch d"]:
    """The gradient of the block's input, given that of its output at the tokens `queries`."""
    residual, q, k, v, pattern, z, middle, hidden, _ = run
    hidden = hidden.flatten(0, 1)
    linear_backward(hidden, d_out, block.W_out, block.b_out)
    d_hidden = d_out @ block.W_out.T
    torch.ops.aten.threshold_backward.grad_input(d_hidden, hidden, 0, grad_input=d_hidden)
    linear_backward(middle.flatten(0, 1), d_hidden, block.W_in, block.b_in)
    d_middle = torch.addmm(d_out, d_hidden, block.W_in.T)
    linear_backward(z.flatten(0, 1), d_middle, block.W_O, block.b_O)
    dz = (d_middle @ block.W_O.T).view_as(z)
    dq, dk, dv = (x.flatten(0, 1) for x in attend_backward(q, k, v, pattern, dz, block.heads))
    flat = residual.flatten(0, 1)
    linear_backward(residual[queries].flatten(0, 1), dq, block.W_Q, block.b_Q)
    linear_backward(flat, dk, block.W_K, block.b_K)
    linear_backward(flat, dv, block.W_V, block.b_V)
    d_residual = torch.mm(dk, block.W_K.T).addmm_(dv, block.W_V.T)
    d_residual.view_as(residual)[queries].flatten(0, 1).addmm_(dq, block.W_Q.T).add_(d_middle)
    return d_residual


def linear_backward(
    x: Float[Tensor, "row input"], dy: Float[Tensor, "row output"], W: Tensor, b: Tensor
) -> None:
    """The gradients of W and b in y = x W + b."""
    torch.mm(x.T, dy, out=W.grad)
    torch.sum(dy, 0, out=b.grad)


def gradient(parameter: nn.Parameter) -> Tensor:
    """Where a parameter's gradient goes."""
    assert parameter.grad is not None, "flatten(model) comes first"
    return parameter.grad


def tokens_backward(
    model: DecisionTransformer,
    seen: Encoded,
    columns: Int64[Tensor, " column"],
    d_tokens: Float[Tensor, "token batch d"],
) -> None:
    """The gradients of all embeddings, given that of the tokens as `layout` sorts them."""
    inputs, rtg, action, time = seen
    steps = len(rtg)
    position, _ = layout(steps)
    gradient(model.W_pos).index_copy_(0, position.to(rtg.device), d_tokens.sum(1))
    state, told, done = (kind.flatten(0, 1) for kind in d_tokens.split([steps, steps, steps - 1]))
    gradient(model.W_state).index_copy_(0, columns, inputs.flatten(0, 1).T @ state)
    torch.mv(told.T, rtg.reshape(-1), out=model.W_rtg.grad)
    gradient(model.W_action).zero_().index_add_(0, action[:-1].reshape(-1), done)
    now = state + told
    now[: len(done)] += done
    gradient(model.W_time).zero_().index_add_(0, time.reshape(-1), now)
