"""Ask one model of the study all that lies beyond it."""

from dtlens.base.stage import run

from dtlens.beyond.anomaly_flags import of_model as anomaly_flags
from dtlens.beyond.attainable_returns import of_model as attainable_returns
from dtlens.beyond.out_of_distribution import of_model as out_of_distribution
from dtlens.beyond.rank_one_editing import of_model as rank_one_editing


def main(name: str) -> None:
    for topic in (out_of_distribution, attainable_returns, rank_one_editing, anomaly_flags):
        topic.measure(name)


if __name__ == "__main__":
    run(main)
