"""One rule per stage of dvc.yaml and beyond/dvc.yaml, where stages are written down;
workflow/bridge.py reads them."""

import gc
import re

from snakemake.logging import logger

from dtlens.base.errors import one_line_errors
from dtlens.params import load_params
from workflow.promise import say_what_is_not_as_promised
from workflow.report import shown
from workflow.rules import groups, outputs_for, save_rules, saved_rules

gc.disable()  # what a plan is made of all stays: to look for garbage in it takes a fifth of the time

if workflow.is_main_process:  # that of a job elsewhere has no use for DVC, which takes a second
    from dvc.repo import Repo
    from workflow.bridge import read_rules
    from workflow.edits import say_what_is_edited
    from workflow.orphans import remove_orphans
    from workflow.recovery import acquire_run_lock
    from workflow.warm import MANY, start_server

with one_line_errors():
    RULES = read_rules(mark=True) if workflow.is_main_process else saved_rules()
    HEADLINE = load_params().headline
GROUPS = groups(RULES)


# DVC says what is stale: that Snakemake has no record of what came by `dvc pull` is no news, though
# it would say so after every run, and of every file in a report.
logger.addFilter(
    lambda record: not re.search("[Mm]issing (provenance/)?metadata", record.getMessage())
)


execute = workflow.execute


def execute_alone(executor_plugin, **settings):
    """Have the folder before there is a plan: `onstart` is later, or never if nothing is to do."""
    if not workflow.is_main_process:
        # As the profile says, which is not handed on: a model's failure is no matter of the others
        # in its submission.
        workflow.execution_settings.keep_going = True
    elif not executor_plugin.common_settings.dryrun_exec:
        waited = acquire_run_lock()
        remove_orphans(Repo(_wait_for_lock=True))
        if waited:
            read_rules(mark=True)
        save_rules(RULES)
        with say_what_is_edited():
            return execute(executor_plugin=executor_plugin, **settings)
    return execute(executor_plugin=executor_plugin, **settings)


workflow.execute = execute_alone


onstart:
    gc.freeze()  # or the first look takes seconds, in which Ctrl-C may be lost
    gc.enable()
    # With a limit on jobs per second, the scheduler looks through all waiting jobs every second,
    # once for each job that has ended: half a core towards the end of a long run.
    workflow.scheduler.job_rate_limiter = None
    if workflow.is_main_process and workflow.local_exec and len(workflow.dag) >= MANY:
        start_server()


onsuccess:
    say_what_is_not_as_promised()


rule all:
    input:
        [stage.all_outputs for stage in RULES],


rule headline:
    input:
        outputs_for(RULES, [HEADLINE.cells[0].data, HEADLINE.names[0]]),


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
