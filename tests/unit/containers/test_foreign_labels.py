"""Labels that AutoGluon would fail on late: one sentence with row and value before the fit."""

from __future__ import annotations

import pytest

from autogluon_jobs.jobs.train import main
from tests.unit.containers.job_folder import TINY_FIT, JobFolder

NUMBERS = list(range(40))


def csv_of(header: str, *columns: list[object]) -> str:
    rows = [",".join(map(str, row)) for row in zip(*columns, strict=True)]
    return "\n".join([header, *rows]) + "\n"


def two(count: int = 40) -> list[object]:
    return ["xz"[at % 2] for at in range(count)]


REFUSED = {
    "a word among quantities": (
        csv_of("a,y", NUMBERS, [*range(30), "?", *range(31, 40)]), {},
        'Label column "y", row 31 of t.csv: "?" is not a number.',
    ),
    "a word in a regression": (
        csv_of("a,y", NUMBERS, [*range(8), "many", *range(31)]), {"problem_type": "regression"},
        'row 9 of t.csv: "many" is not a number, which regression needs.',
    ),
    "one row of one of two classes": (
        csv_of("a,y", NUMBERS, ["x"] * 39 + ["z"]), {},
        'Class "z" of label "y" has one row (row 40 of t.csv)',
    ),
    "three classes where two are asked for": (
        csv_of("a,y", NUMBERS, ["x", "x", "z", "m"] * 10), {"problem_type": "binary"},
        'Label "y" has 3 classes, "x", "z", "m", and problem_type binary needs two.',
    ),
    "three numbers where two are asked for": (
        csv_of("a,y", NUMBERS, [0, 0, 0, 1, 2] * 8), {"problem_type": "binary"},
        'Label "y" has 3 classes, "0", "1", "2", and problem_type binary needs two.',
    ),
    "a class for each row": (
        csv_of("a,y", NUMBERS, [f"w{at}" for at in range(40)]), {},
        'Each of the 40 training rows has a class of its own in label "y".',
    ),
    "features that never vary": (
        csv_of("a,b,y", [1] * 40, ["k"] * 40, two()), {},
        'No feature varies: "a", "b" have the same value in all 40 training rows.',
    ),
    "a header in the middle": (
        csv_of("a,y", NUMBERS, two()) * 2, {},
        "t.csv: row 41 repeats the header. Leave it out.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", REFUSED)
def test_it_is_told_before_the_fit(job: JobFolder, fault: str) -> None:
    text, init_args, sentence = REFUSED[fault]
    job.put("train", "t.csv", text)
    job.put_job("y", init_args={"label": "y", **init_args})
    assert main([], job.environ()) == 1
    assert sentence in job.failure


def test_a_class_too_rare_to_learn_is_told_and_measured_without(job: JobFolder) -> None:
    labels = ["m", *("az"[at % 2] for at in range(79))]
    job.put("train", "t.csv", csv_of("n,y", [at % 2 for at in range(79, -1, -1)], labels))
    job.put("test", "t.csv", csv_of("n,y", [0, 1] * 10, ["a", "z"] * 10))
    job.put_job("y", init_args={"label": "y", "eval_metric": "log_loss"})
    assert main([], job.environ()) == 0, job.failure
    metrics = job.metrics()
    assert (
        'Class "m" of label "y" has one row (row 1 of t.csv), too few to learn.'
        in (metrics["warnings"])
    )
    assert not [text for text in metrics["warnings"] if "section" in text]
    assert metrics["metrics"]["accuracy"] == 1
    assert metrics["metrics"]["log_loss"] > -0.5


def test_models_that_fail_are_named_with_their_own_exception(job: JobFolder) -> None:
    job.put("train", "t.csv", csv_of("a,y", NUMBERS, two()))
    broken = {"GBM": [{}, {"num_leaves": "many"}]}
    job.put_job("y", fit_args=TINY_FIT | {"hyperparameters": broken})
    assert main([], job.environ()) == 0, job.failure
    (untrained,) = job.metrics()["untrained"]
    assert untrained["model"] == "LightGBM_2"
    assert untrained["error"] == "TypeError"

    job.put_job("y", fit_args=TINY_FIT | {"hyperparameters": {"GBM": broken["GBM"][1]}})
    assert main([], job.environ()) == 1
    assert "No model could be trained. LightGBM: TypeError: can't multiply" in job.failure
