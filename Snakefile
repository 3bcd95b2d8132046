"""One rule per stage of dvc.yaml and beyond/dvc.yaml, where stages are written down.

`snakemake` of .venv reads it first, and marks what DVC calls stale (workflow/snakemake.py); the marker
is an input of each rule.
"""

from dtlens.model.sheet import read_sheet
from workflow.acceptance import say_what_fails_acceptance
from workflow.rules import groups, outputs_for, saved_rules, shown

RULES = saved_rules()
GROUPS = groups(RULES)
HEADLINE = read_sheet().cells[0]


onsuccess:
    say_what_fails_acceptance()


rule all:
    input:
        [stage.all_outputs for stage in RULES],


rule headline:
    input:
        outputs_for(RULES, [HEADLINE.data, HEADLINE.name]),


rule beyond:
    input:
        [stage.all_outputs for stage in RULES if stage.is_beyond],


# `snakemake --lint` misses a conda environment or a container. There is one environment for all
# rules, pinned in requirements.lock: `./run` makes it, and both engines run in it.
for stage in RULES:

    rule:
        name:
            stage.name
        input:
            stage.inputs,
        output:
            # DVC removes old outputs when it must; those of an unchanged stage stay.
            update([shown(path) for path in stage.outputs]),
        log:
            stage.log_stem + ".log",
        benchmark:
            stage.log_stem + ".tsv"
        wildcard_constraints:
            cell=stage.cells,
        # The longest first, so that a run does not end with one core waiting for the other.
        priority: stage.need("runtime", 10)
        group:
            GROUPS.get(stage.name)
        threads: stage.need("threads", 1)
        resources:
            mem_mb=stage.mem_mb,
            runtime=stage.runtime,
            gpu=stage.need("gpu", 0),
        params:
            stage=stage.address,
        shell:
            "python -m workflow.dvc --wait-for-lock repro --single-item {params.stage:q}"
            " > {log:q} 2>&1"
