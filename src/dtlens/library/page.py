"""The page of one model: what `dtlens analyse` leaves in its folder beside the tables."""

from base64 import b64encode
from contextlib import chdir
from html import escape
from pathlib import Path

import pandas as pd
from markdown_it import MarkdownIt

from dtlens.analysis.behaviour.roles import roles
from dtlens.analysis.lens.hooked_model import sentence
from dtlens.base.files import atomic_write, read_csv, write_csv
from dtlens.library.project import CODE, project
from dtlens.model.transformer import DecisionTransformer
from dtlens.play.calibration_error import calibration_error
from dtlens.report.arms import OWN as STUDYS
from dtlens.report.arms import STUDYS_CELL, TITLES
from dtlens.report.claims.evidence import Model, of_reference
from dtlens.report.claims.judge import decisive, judged
from dtlens.report.claims.listed import CLAIMS
from dtlens.report.claims.measures import of_model
from dtlens.report.claims.words import interval, mark, rule
from dtlens.report.figures.of_model import OWN, draw
from dtlens.report.figures.style import save, words

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{name}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: auto; padding: 1rem; }}
table {{ border-collapse: collapse; display: block; overflow-x: auto; font-size: 14px; }}
th, td {{ padding: 0.25rem 0.6rem; border-bottom: 1px solid #8886; text-align: left; }}
img {{ max-width: 100%; background: white; border-radius: 4px; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""


def write_page(out: Path, model: DecisionTransformer, name: str) -> None:
    """Write `out`/claims.csv, the figures, `out`/analysis.md, which shows them, and
    `out`/index.html, with all of it inside, from the tables that are in the folder `out`."""
    tables = {
        path.relative_to(out).with_suffix("").as_posix(): read_csv(path)
        for path in sorted(out.rglob("*.csv"))
    }
    found = judged(of_model(CLAIMS, Model(model.cell, tables.get)), CLAIMS)
    write_csv(out / "claims.csv", found)
    two_heads = (model.cell.layers, model.cell.heads) == (1, 2)  # told apart by what they do
    figures = []
    for kind, figure in draw(tables, model.cell, roles(tables["shapley"]) if two_heads else None):
        title = figure.get_suptitle() or "Return against target, and how episodes end"
        figure.suptitle("")  # in the text: it is wider than a figure of one model
        save(figure, out / "figures" / kind)
        figures += [f"### {title}", "", f"![{words(kind)}](figures/{kind}.png)", ""]
    lines = [f"# {name}", "", f"It is {sentence(model.cell, model.max_steps)}.", ""]
    lines += [*calibrated(tables["calibration"]), *overview(found), "", "## Figures", "", *figures]
    if not two_heads:
        lines += ["The others are of models of one layer and two heads, named by their roles.", ""]
    lines += ["## Every number", "", *statements(found)]
    lines += ["## Tables", "", *(f"- [{kind}]({kind}.csv)" for kind in [*tables, "claims"]), ""]
    text = "\n".join(lines)
    for file, content in (("analysis.md", text), ("index.html", in_one_file(text, out, name))):
        with atomic_write(out / file) as temporary:
            temporary.write_text(content, encoding="utf-8")


def calibrated(table: pd.DataFrame) -> list[str]:
    shown = table[table["rtg"].isin([-1, 0, 0.9, 1])].drop(columns=["sd", "episodes"])
    said = f"Over {table['episodes'].iloc[0]} episodes at each target, the likeliest action taken"
    return [
        "## Calibration",
        "",
        f"{said}; the root mean square of return less target is {calibration_error(table):.3f}.",
        "",
        shown.to_markdown(index=False, floatfmt=".3g"),
        "",
    ]


def overview(found: pd.DataFrame) -> list[str]:
    """Which statements of each claim hold, beside the report's arms where there is a report."""
    own = decisive(found).groupby("claim")["holds"].agg(lambda holds: "".join(map(mark, holds)))
    titles = pd.Series({claim.number: claim.short for claim in CLAIMS})
    table = pd.DataFrame({"claim": titles.reindex(own.index), OWN: own})
    report = project() / "results/readings.csv"
    if report.exists():
        beside = read_csv(report)
        for arm in [arm for arm in TITLES if arm in beside]:
            table[TITLES[arm]] = beside.groupby("claim")[arm].agg(", ".join)
    text = table.rename_axis("#").fillna("-").to_markdown()
    explained = "A mark a statement: ✓ holds, ✗ does not; of groups, in how many models."
    return ["## The study's claims", "", explained, "", text]


def statements(found: pd.DataFrame) -> list[str]:
    """Every number with its bounds, beside that of the study's own model."""
    with chdir(CODE):  # a folder with settings of its own need not have them
        of_study = of_model(CLAIMS, Model(STUDYS_CELL, of_reference(STUDYS)))
    values = of_study.set_index(["claim", "measure", "reference"])["value"]
    lines = []
    for claim in CLAIMS:
        rows = found[found["claim"] == claim.number]
        if rows.empty:
            continue
        keys = zip(rows["claim"], rows["measure"], rows["reference"], strict=True)
        bounds = zip(rows["above"], rows["below"], strict=True)
        said = [f"{mark(row['holds'])} {interval(row)}".strip() for row in rows.to_dict("records")]
        names = rows["measure"] + rows["reference"].map(lambda name: name and f" ({name})")
        table = pd.DataFrame({"measured": names, "holds if": [rule(*pair) for pair in bounds]})
        table[OWN] = said
        table[TITLES[STUDYS]] = [f"{values.get(key, float('nan')):.2g}" for key in keys]
        lines += [f"### {claim.number}. {claim.short}", "", f"The study: {claim.words}.", ""]
        lines += [table.to_markdown(index=False), ""]
    return lines


def in_one_file(text: str, out: Path, name: str) -> str:
    """The Markdown as a page that opens without a network, its pictures inside."""
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    for picture in sorted((out / "figures").glob("*.png")):
        data = b64encode(picture.read_bytes()).decode()
        body = body.replace(f'src="figures/{picture.name}"', f'src="data:image/png;base64,{data}"')
    return PAGE.format(name=escape(name), body=body)
