"""What `import dtlens` costs."""

import subprocess
import sys
import time


def measure() -> dict[str, float]:
    """Seconds of a new interpreter that imports dtlens, over one that imports nothing."""

    def seconds(code: str) -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - started

    best = {code: min(seconds(code) for _ in range(5)) for code in ("import dtlens", "pass")}
    return {"import dtlens: seconds": best["import dtlens"] - best["pass"]}
