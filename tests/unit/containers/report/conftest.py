"""One finished job for each problem type, on data small enough for a second each."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from autogluon_jobs.jobs.train import main
from tests.unit.containers.job_folder import JobFolder
from tests.unit.containers.trained_once import finish_once

Table = list[dict[str, Any]]


def csv_of(table: Table) -> str:
    lines = [",".join(table[0]), *(",".join(str(cell) for cell in row.values()) for row in table)]
    return "\n".join(lines) + "\n"


def rows(count: int, seed: int, label: Callable[[float, str], Any]) -> Table:
    """`size` and `colour` decide the label; `serial` and `always` say nothing."""
    dice = random.Random(seed)
    table = []
    for number in range(count):
        size, colour = round(dice.gauss(0, 1), 3), dice.choice(["red", "green", "blue"])
        row = {"size": size, "colour": colour, "serial": number + seed * 10_000, "always": 7}
        table.append({**row, "what": label(size, colour)})
    return table


def class_of(size: float, colour: str) -> str:
    return "big" if size > 0.7 else "small" if size < -0.7 else f"medium <{colour}>"


def price_of(size: float, colour: str) -> float:
    return round(100_000 + 20_000 * size + 15_000 * (colour == "red"), 2)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., JobFolder]:
    """Prepares a job; the data have a test channel unless told otherwise."""

    def prepare(name: str, label: Callable[[float, str], Any], **job: Any) -> JobFolder:
        folder = JobFolder(tmp_path_factory.mktemp(name))
        folder.put("train", "train.csv", csv_of(rows(400, 1, label)))
        if job.pop("test", True):
            folder.put("test", "test.csv", csv_of(rows(300, 2, label)))
        init_args = {"label": "what"} | job.pop("init_args", {})
        folder.put_job("what", init_args=init_args, **job)
        return folder

    return prepare


@pytest.fixture(scope="session")
def finished(prepared: Callable[..., JobFolder]) -> Callable[..., JobFolder]:
    """Prepares a job and runs it to its end."""

    def run(*given: Any, **job: Any) -> JobFolder:
        folder = prepared(*given, **job)
        assert main([], folder.environ()) == 0, folder.failure
        return folder

    return run


@pytest.fixture(scope="session")
def regression(prepared: Callable[..., JobFolder]) -> JobFolder:
    return finish_once(prepared("regression", price_of))


@pytest.fixture(scope="session")
def multiclass(prepared: Callable[..., JobFolder]) -> JobFolder:
    return finish_once(prepared("multiclass", class_of))
