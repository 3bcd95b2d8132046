"""The `dtlens` command."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import dtlens.base.stage  # noqa: F401  (one thread, before any library reads it)

import typer

from dtlens.base.errors import UserError, one_line_errors

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


def of_caller(path: Path | None) -> Path | None:
    """A path as the caller means it: ./run changes into the project, and says from where."""
    return path and Path(os.environ.get("DTLENS_CALLER", ""), path)


def named(model: str) -> Path:
    """The file of a model, given by its name in the pipeline or by its path."""
    from dtlens.library.project import find
    from dtlens.model.cell import NAME

    file = find(model if NAME.fullmatch(model) else str(of_caller(Path(model))))
    if not file.exists():  # said before the libraries are loaded
        raise UserError(f"{file}: no such file")
    return file


@app.callback()
def main() -> None:
    """Decision Transformers that play MiniGrid, taken apart."""


@app.command("export")
def export_checkpoint(
    model: Annotated[str, typer.Argument(help="A model's name in the pipeline, or its file.")],
    out: Annotated[Path, typer.Argument(help="The state dict to write (.pt).", callback=of_caller)],
) -> None:
    """Write a model as a plain PyTorch state dict in TransformerLens' names, with a card (.md)."""
    with one_line_errors():
        from dtlens.library.travelling import export_model

        export_model(named(model), out)
        typer.echo(f"{out}, {out.with_suffix('.md')}")


@app.command("import")
def import_checkpoint(
    file: Annotated[
        Path,
        typer.Argument(help="A file of `export`, or of the study's code.", callback=of_caller),
    ],
    out: Annotated[
        Path, typer.Argument(help="The checkpoint to write (.safetensors).", callback=of_caller)
    ],
) -> None:
    """Turn a PyTorch file, of `export` or of the study's code, into a checkpoint of dtlens."""
    with one_line_errors():
        from dtlens.library.travelling import import_model

        model = import_model(file, out)
        typer.echo(f"{out}: {model.cell.name}, {model.max_steps} timesteps")


@app.command("analyse")
def analyse_checkpoint(
    model: Annotated[str, typer.Argument(help="A model's name in the pipeline, or any file.")],
    out: Annotated[
        Path, typer.Argument(help="The folder to write the page into.", callback=of_caller)
    ],
) -> None:
    """Take any model apart, as params.yaml says: tables, figures, the claims, and a page."""
    with one_line_errors():
        file = named(model)
        os.environ["TQDM_DISABLE"] = "1"  # TransformerLens has a bar for each patch
        from dtlens.library.analysing import analyse
        from dtlens.library.page import write_page
        from dtlens.library.study_checkpoints import load_any

        analyse(file, out)
        write_page(out, load_any(file), file.stem)
        typer.echo(out / "index.html")


@app.command("judge")
def judge_checkpoint(
    file: Annotated[
        Path,
        typer.Argument(help="A checkpoint: .safetensors, or the study's .pt.", callback=of_caller),
    ],
    out: Annotated[Path, typer.Argument(help="The table to write (.csv).", callback=of_caller)],
) -> None:
    """Ask every claim of the study of one checkpoint: its numbers, and whether they hold."""
    with one_line_errors():
        if not file.exists():
            raise UserError(f"{file}: no such file")
        from dtlens.base.files import write_csv
        from dtlens.library.judging import judge
        from dtlens.report.claims.judge import decisive

        table = judge(file)
        write_csv(out, table)
        for claim, holds in decisive(table).groupby("claim")["holds"]:
            typer.echo(f"claim {claim}: {holds.sum():.0f} of {len(holds)} statements hold")


@app.command("app")
def start_app(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where it listens.")] = 8501,
    address: Annotated[
        str, typer.Option(help="Who may reach it: by default this machine alone.")
    ] = "127.0.0.1",
) -> None:
    """Play the game and watch a model decide, in the browser."""
    with one_line_errors():
        try:
            family, *_, where_to = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
            socket.create_server(where_to[:2], family=family).close()
        except OSError as error:
            raise UserError(f"{error.strerror}; `--port {port + 1}` is another") from error
    where = [f"--server.port={port}", f"--server.address={address}"]
    # In this process' place: who ends it ends the server.
    os.execv(sys.executable, [sys.executable, "-m", "dtlens.app", *where])


@app.command("trace")
def trace_file(
    file: Annotated[
        Path,
        typer.Argument(help="A figure, table or checkpoint, or a copy of one.", callback=of_caller),
    ],
    whole: Annotated[bool, typer.Option("--all", help="Print every stage and file.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    graph: Annotated[
        Path | None, typer.Option(help="Draw it, into GRAPH.svg and .png.", callback=of_caller)
    ] = None,
) -> None:
    """From a file back to the commit, stages, inputs and parameters that made it."""
    with one_line_errors():
        from dtlens.lineage import text
        from dtlens.lineage.code import write_code
        from dtlens.lineage.trace import trace

        write_code()
        found = trace(file)
        if as_json:
            typer.echo(json.dumps(found.report(), indent=2))
        else:
            typer.echo(text.whole(found) if whole else text.screen(found))
        if graph:
            from dtlens.lineage.graph import draw_chain

            draw_chain(found, graph)


@app.command("plan")
def plan_run() -> None:
    """What changed, which stages that makes stale, and how long a run of them takes."""
    # Of another package, which stands in the project's root, as Snakemake and DVC use it.
    raise typer.Exit(subprocess.run([sys.executable, "-m", "workflow.plan"]).returncode)


@app.command("diff")
def compare_states(
    revision: Annotated[str, typer.Argument(help="A commit, branch or tag.")],
    other: Annotated[str | None, typer.Argument(help="Another; else the working folder.")] = None,
    markdown: Annotated[bool, typer.Option(help="Print Markdown, for a pull request.")] = False,
) -> None:
    """Which headline numbers moved beyond noise, and what else changed."""
    with one_line_errors():
        from dtlens.lineage.diff import report

        typer.echo(report(revision, other, "github" if markdown else "simple"))


@app.command("verify")
def verify_stages(
    stage: Annotated[
        list[str] | None, typer.Argument(help="E.g. calibrate_grid, or one@cell.")
    ] = None,
    numerics: Annotated[
        bool, typer.Option(help="Instead, see if this machine rounds as the committed results do.")
    ] = False,
) -> None:
    """Run stages again in a scratch folder (all, if none is named) and compare with dvc.lock."""
    with one_line_errors():
        if numerics:
            from dtlens.lineage.numerics import sentence

            typer.echo(sentence())
            return
        from dtlens.lineage.code import write_code
        from dtlens.lineage.verify import verify

        write_code()
        differing = 0
        for path, same, difference in verify(stage or []):
            typer.echo(f"{path}: {'same bytes' if same else f'other bytes, {difference}'}")
            differing += not same
        if differing:
            raise UserError(f"{differing} outputs differ from dvc.lock")
