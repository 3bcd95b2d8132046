"""Draw every figure of the study: of its claims, its models by arm, its agents, its grid."""

from dtlens.base.stage import run

from dtlens.agents.settings import Agents
from dtlens.base.settings import load
from dtlens.report.arms import OURS, OWN, REPLICA
from dtlens.report.claims.ablation import OBSTACLE_HEAD
from dtlens.report.claims.evidence import RESULTS, Study, table
from dtlens.report.claims.judge import judged
from dtlens.report.claims.listed import CLAIMS
from dtlens.report.figures import (
    ablation,
    agents,
    attention,
    attribution,
    calibration,
    claims,
    grid,
    maps,
    paths,
    roles,
    scan,
)
from dtlens.report.figures.arms import Arms, by_role
from dtlens.report.figures.style import save

ARMS = (OWN, REPLICA, *OURS)  # those between the recipes have no page


def main() -> None:
    found = table("measures").drop(columns="holds")
    measures = judged(found.assign(reference=found["reference"].astype(object).fillna("")), CLAIMS)
    study, names = Study.of_project(), load("agents", Agents).names
    models = {arm: study.arms[arm] for arm in ARMS if arm in study.arms}
    histograms = {run: table(f"agents/{run}/rtg_histogram") for run in names}

    def tables(kind: str) -> Arms:
        """A kind of table of every model."""
        arms = {
            arm: {m.cell.name: found for m in own if (found := m.tables(kind)) is not None}
            for arm, own in models.items()
        }
        return {arm: found for arm, found in arms.items() if found}

    def by_roles(kind: str) -> Arms:
        heads = {m.cell.name: m.head(OBSTACLE_HEAD) for own in models.values() for m in own}
        return {
            arm: {name: by_role(found, str(heads[name])) for name, found in own.items()}
            for arm, own in tables(kind).items()
        }

    mapped = by_roles("circuits/maps")
    pages = {
        "claims": claims.page(measures, CLAIMS),
        "calibration": calibration.page(
            tables("calibration"),
            tables("sampled"),
            {
                arm: [histograms[run] for run in runs.values()]
                for arm in models
                if (runs := study.runs(arm))
            },
        ),
        "agents": agents.page(
            {run: table(f"agents/{run}/learning_curve") for run in names}, histograms
        ),
        "grid": grid.page(table("grid")),
        "roles": roles.page(table("roles")),
        "ablation": ablation.page(by_roles("ablation")),
        "attribution": attribution.page(by_roles("attribution")),
        "scan": scan.page(by_roles("circuits/scan")),
        "state_maps": maps.state_page(mapped),
        "qk_maps": maps.qk_page(mapped),
        "ov_maps": maps.ov_page(mapped),
        "attention_by_front": attention.page(by_roles("circuits/attention")),
        "paths": paths.page(by_roles("interventions/paths")),
    }
    for page, figure in pages.items():
        save(figure, RESULTS / "figures" / page)


if __name__ == "__main__":
    run(main)
