"""One rule per stage of dvc.yaml, where stages are written down; workflow/bridge.py reads it."""

from dtlens.base.errors import one_line_errors
from dtlens.params import load_params
from workflow.bridge import outputs_for_one_cell, read_rules
from workflow.recovery import take_folder

with one_line_errors():
    RULES = read_rules(mark=workflow.is_main_process)


onstart:
    take_folder()
    # With a limit on jobs per second, the scheduler looks through all waiting jobs every second,
    # once for each job that has ended: half a core towards the end of a long run.
    workflow.scheduler.job_rate_limiter = None


rule all:
    input:
        [stage.all_outputs for stage in RULES],


rule headline:
    input:
        outputs_for_one_cell(RULES, load_params().headline.cells[0].name),


for stage in RULES:

    rule:
        name:
            stage.name
        input:
            stage.inputs,
        output:
            # DVC removes old outputs when it must; those of an unchanged stage stay.
            update(stage.outputs),
        log:
            stage.log_stem + ".log",
        benchmark:
            stage.log_stem + ".tsv"
        wildcard_constraints:
            cell=stage.cells,
        # The longest first, so that a run does not end with one core waiting for the other.
        priority: stage.need("runtime", 10)
        threads: stage.need("threads", 1)
        resources:
            mem_mb=stage.need("mem_mb", 2000),
            runtime=stage.need("runtime", 10),
        params:
            stage=stage.address,
        shell:
            "python -m workflow.repro {params.stage:q} > {log:q} 2>&1"
