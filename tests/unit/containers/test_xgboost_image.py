"""The built-in XGBoost's contract, as the embedded AWS has it: a job's folders, lines and answers.

The programs are those of the image's stand-in; the library is the open-source one of this
environment.
"""

from __future__ import annotations

import importlib.util
import json
import os
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
IMAGE = ROOT / "embedded" / "embedded_aws" / "sagemaker" / "container" / "image"
NUMBERS = {"num_round": "5", "objective": "reg:squarederror", "seed": "7"}


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, IMAGE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


SERVER = _module("xgboost_server")


def _lines(count: int, label: Any) -> list[str]:
    chance = random.Random(count)
    rows = ((chance.randint(0, 9), chance.random()) for _ in range(count))
    return [f"{label(first, second)},{first},{second:.3f}" for first, second in rows]


def _sum(first: int, second: float) -> str:
    return f"{first + second:.2f}"


class Job:
    """The folders of a job, whose program runs as in the image."""

    def __init__(self, folder: Path) -> None:
        self.base = folder
        self.model = folder / "model"

    def run(
        self,
        hyperparameters: Mapping[str, str],
        channels: Mapping[str, Sequence[str]],
        *,
        content_type: str | None = "text/csv",
        hosts: Sequence[str] = ("algo-1",),
    ) -> subprocess.CompletedProcess[str]:
        config = self.base / "input" / "config"
        config.mkdir(parents=True)
        described = {} if content_type is None else {"ContentType": content_type}
        for name, content in {
            "hyperparameters": dict(hyperparameters),
            "resourceconfig": {"hosts": list(hosts)},
            "inputdataconfig": dict.fromkeys(channels, described),
        }.items():
            (config / f"{name}.json").write_text(json.dumps(content))
        for name, lines in channels.items():
            data = self.base / "input" / "data" / name
            data.mkdir(parents=True)
            (data / "00000.csv").write_text("\n".join(lines) + "\n")
        return subprocess.run(
            [sys.executable, "-P", str(IMAGE / "xgboost_training.py")],
            env={**os.environ, "SAGEMAKER_BASE_DIR": str(self.base)},
            capture_output=True,
            text=True,
            check=False,
        )

    def failure(self) -> str:
        return (self.base / "output" / "failure").read_text()

    def client(self, limit: int = 1 << 20, *, in_batch: bool = False) -> Any:
        return SERVER.create_app(self.model, limit, in_batch=in_batch).test_client()


@pytest.fixture(scope="module")
def regression(tmp_path_factory: pytest.TempPathFactory) -> tuple[Job, str]:
    job = Job(tmp_path_factory.mktemp("ml"))
    channels = {"train": _lines(200, _sum), "validation": _lines(50, _sum)}
    ran = job.run({**NUMBERS, "eval_metric": "mse,rmse"}, channels)
    assert ran.returncode == 0, ran.stderr
    return job, ran.stdout


def test_each_round_is_a_line_of_metrics_on_both_channels(regression: tuple[Job, str]) -> None:
    lines = [line for line in regression[1].splitlines() if line.startswith("[")]
    assert [line.partition("#011")[0] for line in lines] == [f"[{each}]" for each in range(5)]
    for name in ("train-rmse", "train-mse", "validation-rmse", "validation-mse"):
        assert f"#011{name}:" in lines[0]
    assert [path.name for path in regression[0].model.iterdir()] == ["xgboost-model"]


def test_its_server_answers_a_line_for_each_row_of_csv(regression: tuple[Job, str]) -> None:
    client = regression[0].client()
    assert client.get("/ping").status_code == 200
    answer = client.post("/invocations", data="3,0.5\n9,0.5\n0,\n", content_type="text/csv")
    first, second, third = map(float, answer.text.splitlines())
    assert first == pytest.approx(3.5, abs=1)
    assert second > first > third
    accepted = {"Accept": "application/json"}
    asked = client.post("/invocations", data="3,0.5", content_type="text/csv", headers=accepted)
    assert asked.get_json() == {"predictions": [{"score": pytest.approx(first)}]}
    sparse = client.post("/invocations", data="0 0:3 1:0.5", content_type="text/libsvm")
    assert float(sparse.text) == pytest.approx(first)


def test_a_batch_gets_lines_whatever_it_accepts(regression: tuple[Job, str]) -> None:
    client = regression[0].client(in_batch=True)
    accepted = {"Accept": "application/jsonlines"}
    answer = client.post("/invocations", data="3,0.5\n4,1", content_type="csv", headers=accepted)
    assert len(answer.text.splitlines()) == 2
    parameters = client.get("/execution-parameters").get_json()
    assert (parameters["BatchStrategy"], parameters["MaxPayloadInMB"]) == ("MULTI_RECORD", 1)


@pytest.mark.parametrize(
    ("body", "content_type", "accept", "status"),
    [
        ("rooms,area\n3,1", "text/csv", "text/csv", 415),
        ("3,1", "application/x-parquet", "text/csv", 415),
        ("3,1,4", "text/csv", "text/csv", 400),
        ("3,1", "text/csv", "text/html", 406),
        ("3,1", "text/csv", "application/jsonlines", 500),
        ("", "text/csv", "text/csv", 204),
        ("3,1\n" * 100, "text/csv", "text/csv", 413),
    ],
)
def test_requests_are_refused_as_the_algorithm_does(
    regression: tuple[Job, str], body: str, content_type: str, accept: str, status: int
) -> None:
    client = regression[0].client(limit=100)
    headers = {"Accept": accept}
    answer = client.post("/invocations", data=body, content_type=content_type, headers=headers)
    assert answer.status_code == status


def test_own_metrics_of_classes_agree_with_xgboosts(tmp_path: Path) -> None:
    def is_large(first: int, second: float) -> int:
        return int(first + second > 5)

    ran = Job(tmp_path).run(
        {"num_round": "3", "objective": "binary:logistic", "eval_metric": "accuracy,error"},
        {"train": _lines(200, is_large)},
    )
    assert ran.returncode == 0, ran.stderr
    last = ran.stdout.splitlines()[-1]
    values = dict(part.split(":") for part in last.split("#011")[1:])
    assert float(values["train-accuracy"]) == pytest.approx(1 - float(values["train-error"]))


def test_several_classes_are_answered_by_their_numbers(tmp_path: Path) -> None:
    def third(first: int, _second: float) -> int:
        return first // 4

    job = Job(tmp_path)
    ran = job.run(
        {
            "num_round": "20", "objective": "multi:softmax", "num_class": "3",
            "eval_metric": "f1_macro,mlogloss", "early_stopping_rounds": "2",
        },
        {"train": _lines(200, third), "validation": _lines(50, third)},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "#011validation-f1_macro:" in ran.stdout
    answer = job.client().post("/invocations", data="0,0.1\n9,0.1", content_type="text/csv")
    assert list(map(float, answer.text.splitlines())) == [0, 2]


def test_constraints_and_metrics_are_read_as_the_planner_writes_them(tmp_path: Path) -> None:
    from autogluon_contracts.predictor_types.xgboost.arguments import hyperparameters

    facts = {"label": "y", "problem_type": "regression", "eval_metric": "r2"}
    given = {
        "num_round": 3, "tree_method": "hist", "monotone_constraints": [1, 0],
        "eval_metric": ["mae"], "learning_rate": 0.5, "deterministic_histogram": True,
    }  # fmt: skip
    ran = Job(tmp_path).run(hyperparameters(facts, given), {"train": _lines(50, _sum)})
    assert ran.returncode == 0, ran.stderr
    assert "#011train-r2:" in ran.stdout


@pytest.mark.parametrize(
    ("hyperparameters", "channels", "sentence"),
    [
        ({"num_round": "many"}, ("train",), "Hyperparameter num_round: could not parse value"),
        ({}, ("train",), "Missing required hyperparameter: num_round"),
        ({"num_round": "3", "depth": "1"}, ("train",), "Extraneous hyperparameter found: depth"),
        ({"num_round": "3", "eta": "2"}, ("train",), "Hyperparameter eta: 2.0 is not in its range"),
        ({"num_round": "3"}, ("train", "config"), "Extraneous channel found: config"),
        ({"num_round": "3"}, ("validation",), "Missing required channel: train"),
        (
            {"num_round": "3", "objective": "multi:softmax"},
            ("train",),
            "Require input for parameter 'num_class' for multi-classification",
        ),
        (
            {"num_round": "3", "objective": "binary:logistic"},
            ("train",),
            "for the logistic loss",
        ),
        ({"num_round": "3", "_kfold": "2"}, ("train",), "does not run the hyperparameter _kfold"),
        ({"sagemaker_program": "x.py"}, ("train",), "built-in algorithm alone"),
    ],
)
def test_a_job_that_cannot_work_says_why(
    tmp_path: Path, hyperparameters: dict[str, str], channels: tuple[str, ...], sentence: str
) -> None:
    job = Job(tmp_path)
    ran = job.run(hyperparameters, dict.fromkeys(channels, _lines(20, _sum)))
    assert ran.returncode == 1
    assert sentence in job.failure()
    assert not job.model.exists()


def test_what_only_aws_does_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    job = Job(tmp_path / "a")
    assert job.run(NUMBERS, {"train": ["1,2,3"]}, hosts=("algo-1", "algo-2")).returncode == 1
    assert "on one instance alone" in job.failure()
    (tmp_path / "b").mkdir()
    job = Job(tmp_path / "b")
    parquet = "application/x-parquet"
    assert job.run(NUMBERS, {"train": ["1,2,3"]}, content_type=parquet).returncode == 1
    assert "not a ContentType that the embedded AWS reads" in job.failure()


def test_a_folder_with_other_files_is_not_a_model(tmp_path: Path) -> None:
    (tmp_path / "xgboost-model").write_bytes(b"pickle")
    with pytest.raises(RuntimeError, match="cannot be loaded"):
        SERVER.create_app(tmp_path, 100, in_batch=False)
    (tmp_path / "feature_schema.json").write_text("{}")
    with pytest.raises(RuntimeError, match="must be one file"):
        SERVER.create_app(tmp_path, 100, in_batch=False)
