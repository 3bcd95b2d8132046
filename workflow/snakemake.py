"""`snakemake` of .venv: what must be so before there is a plan, and then Snakemake itself.

The rules are left where the Snakefile finds them, and the times of files say what is stale.
"""

import re
import sys
from pathlib import Path

from dvc.repo import Repo
from snakemake.cli import args_to_api, parse_args
from snakemake.cli import main as run_snakemake
from snakemake.exceptions import print_exception
from snakemake.logging import logger

from workflow.bridge import read_rules
from workflow.dvc import begin_run, one_line_errors, prepare
from workflow.edit_guard import say_what_is_edited
from workflow.rules import save_rules
from workflow.warm import MANY, start_server

# Options with which Snakemake runs nothing.
LOOKS = [
    *("dryrun", "lint", "report", "dag", "rulegraph", "filegraph", "d3dag", "list_rules"),
    *("list_target_rules", "summary", "detailed_summary", "unlock", "archive"),
]
# DVC says what is stale: that Snakemake has no record of what came by `dvc pull` is no news.
NO_NEWS = re.compile("[Mm]issing (provenance/)?metadata")


def main() -> None:
    """Be `snakemake`."""
    if not Path("workflow/snakemake.py").exists():  # another project
        run_snakemake()
    try:
        parser, args = parse_args(sys.argv[1:])
        runs = not any(getattr(args, option) for option in LOOKS)
        with one_line_errors():
            prepare()
            if runs:
                begin_run()
            rules, stale = read_rules(Repo(_wait_for_lock=True))
        save_rules(rules)
        if runs and len(stale) >= MANY and args.executor in (None, "local"):
            start_server()
        logger.addFilter(lambda record: not NO_NEWS.search(record.getMessage()))
        with say_what_is_edited(Path.cwd()):
            success = args_to_api(args, parser)
    except KeyboardInterrupt:
        sys.exit("interrupted")
    except Exception as error:
        print_exception(error)
        sys.exit(1)
    sys.exit(0 if success else 1)


if __name__ == "__main__":
    main()
