"""What the results say of themselves at the end of a run."""

import json
import sys
from pathlib import Path

HEADLINE = Path("results/headline.json")


def say_what_fails_acceptance() -> None:
    """One line on stderr if agents or models came out otherwise than is promised of them."""
    if HEADLINE.exists():
        broken = json.loads(HEADLINE.read_text(encoding="utf-8"))["promise"].get("outside")
        if broken:
            print(f"not as promised on this machine: {broken}", file=sys.stderr)
