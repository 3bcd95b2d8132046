"""`python -m benchmarks.profile`: where a training step's time goes, by kind of operation."""

import dtlens.base.stage  # noqa: F401  (one thread, before any library reads it)

import pandas as pd
from torch.profiler import ProfilerActivity, profile

from benchmarks.training import SHAPES, recording, training_of

STEPS = 100
PRODUCTS = ["aten::mm", "aten::addmm", "aten::addmm_", "aten::bmm", "aten::baddbmm"]


def by_operation(width: int, context: int) -> pd.DataFrame:
    """Milliseconds and calls a step of every operation, the longest first."""
    training, _ = training_of(width, context, recording())
    next(training)
    with profile(activities=[ProfilerActivity.CPU]) as recorded:
        for _ in range(STEPS):
            next(training)
    rows = [(op.key, op.self_cpu_time_total / 1e3, op.count) for op in recorded.key_averages()]
    table = pd.DataFrame(rows, columns=["operation", "ms", "calls"]).set_index("operation")
    return (table / STEPS).sort_values("ms", ascending=False)


def main() -> None:
    for name, (width, context) in SHAPES.items():
        table = by_operation(width, context)
        products = table[table.index.isin(PRODUCTS)]["ms"].sum()
        whole, calls = table["ms"].sum(), table["calls"].sum()
        print(
            f"{name}: {whole:.2f} ms and {calls:.0f} operations a step, {products:.2f} ms products"
        )
        print(table.head(12).round(3).to_string(), end="\n\n")


if __name__ == "__main__":
    main()
