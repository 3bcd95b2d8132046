"""Initial weights as the study's code draws them."""

from torch import Generator, nn

from dtlens.model.transformer import DecisionTransformer


def initialise_as_study(model: DecisionTransformer) -> None:
    """Draw all weights anew, from the cell's seed: sizes differ between parts by factors of 100.

    The time and action embeddings are PyTorch's default for embeddings, N(0, 1); the positions'
    mean of .07 looks like a slip for their standard deviation, which stays 1; attention and MLP
    have TransformerLens' .8 / sqrt(d); the unembedding is PyTorch's default for linear layers.
    """
    width = model.cell.width
    generator = Generator().manual_seed(model.cell.seed)
    deviations = {"W_state": 0.02, "W_rtg": 1 / 128, "W_action": 1.0, "W_time": 1.0, "W_pos": 1.0}
    for name, parameter in model.named_parameters():
        if name in ("W_U", "b_U"):
            nn.init.uniform_(parameter, -(width**-0.5), width**-0.5, generator=generator)
        elif name.split(".")[-1].startswith("b_"):
            nn.init.zeros_(parameter)
        else:
            mean = 0.07 if name == "W_pos" else 0.0
            deviation = deviations.get(name, 0.8 * width**-0.5)
            nn.init.normal_(parameter, mean, deviation, generator=generator)
