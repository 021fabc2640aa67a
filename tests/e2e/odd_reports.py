"""Train two predictors with unusual reports: 30 classes with long names, and quantiles.

python odd_reports.py FOLDER     FOLDER/many.html and FOLDER/quantile.html
"""

from __future__ import annotations

import random
import shutil
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "contracts"), str(ROOT / "containers"), str(ROOT)]

from autogluon_jobs.jobs.train import main  # noqa: E402
from tests.unit.containers.job_folder import JobFolder  # noqa: E402

_CLASSES = [f"Species number {n} of the whole genus (Pygoscelis adeliae)" for n in range(30)]
_FIT = {"hyperparameters": {"XT": {"n_estimators": 20}, "RF": {"n_estimators": 20}}}
_COLUMN = "delta_15_nitrogen_measured_in_parts_per_thousand"


def _table(rows: int, seed: int, *, is_many: bool) -> str:
    dice = random.Random(seed)
    lines = [f"{_COLUMN},colour,size,what"]
    for _ in range(rows):
        size, colour = dice.uniform(0, 1), dice.choice(["red", "green", "blue"])
        what = _CLASSES[int(size * 30)] if is_many else f"{size + dice.gauss(0, 0.1):.3f}"
        lines.append(f"{dice.gauss(0, 1):.4f},{colour},{size:.3f},{what}")
    return "\n".join(lines) + "\n"


def _train(folder: Path, name: str, init_args: dict[str, Any]) -> None:
    job = JobFolder(folder / name)
    for channel, rows, seed in (("train", 900, 1), ("test", 600, 2)):
        job.put(channel, f"{channel}.csv", _table(rows, seed, is_many=name == "many"))
    job.put_job("what", init_args={"label": "what", **init_args}, fit_args=_FIT)
    if main([], job.environ()) != 0:
        sys.exit(job.failure)
    shutil.copy(job.output_data / "report.html", folder / f"{name}.html")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    _train(target, "many", {})
    levels = {"problem_type": "quantile", "quantile_levels": [0.1, 0.5, 0.9]}
    _train(target, "quantile", levels)
