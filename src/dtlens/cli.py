"""The `dtlens` command."""

import os
from pathlib import Path
from typing import Annotated

import typer

from dtlens import stages  # noqa: F401  (one thread, before any library reads it)
from dtlens.errors import one_line_errors

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def dtlens() -> None:
    """Decision Transformers that play MiniGrid, taken apart."""


@app.command("import")
def import_checkpoint(
    file: Annotated[Path, typer.Argument(help="A .pt file of the study's code.")],
    out: Annotated[Path, typer.Argument(help="The checkpoint to write (.safetensors).")],
) -> None:
    """Turn a checkpoint of the study's code into one of dtlens."""
    with one_line_errors():
        from dtlens.model import save_checkpoint  # heavy: not to be waited for by --help
        from dtlens.study import read_study_checkpoint

        model = read_study_checkpoint(file)
        save_checkpoint(out, model)
        typer.echo(f"{out}: {model.cell.name}, {model.max_steps} timesteps")


@app.command("analyse")
def analyse_checkpoint(
    file: Annotated[Path, typer.Argument(help="A checkpoint: .safetensors, or the study's .pt.")],
    out: Annotated[Path, typer.Argument(help="The folder to write the tables into.")],
) -> None:
    """Take any checkpoint apart, as params.yaml says, into a folder of tables."""
    with one_line_errors():
        os.environ["TQDM_DISABLE"] = "1"  # TransformerLens has a bar for each patch
        from dtlens.analyse import analyse

        analyse(file, out)
