"""`fit`: the older and the newer form, what is passed on, what is refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from autogluon_client import CloudPredictor, TabularCloudPredictor
from autogluon_client.errors import (
    AlreadyFitError,
    AutoGluonClientError,
    ExecutionFailedError,
    FrameworkVersionError,
    InvalidArgumentError,
    InvalidDataError,
    NameTakenError,
    NotDeployedError,
    NotSupportedError,
    UnknownPredictorError,
)
from tests.fakes.account import FakeAws

TRAIN = "s3://data/train.csv"


def test_the_older_form_finds_its_data_within_the_fit_arguments(
    predictor: TabularCloudPredictor, session: FakeAws
) -> None:
    predictor.fit(
        {"label": "class"},
        {"train_data": TRAIN, "tuning_data": "s3://data/tune.csv", "time_limit": 60},
        framework_version="latest",
        instance_type="ml.m5.xlarge",
        wait=False,
    )
    assert session.states.only_input("train") == {
        "predictor": "income",
        "train_data": TRAIN,
        "tuning_data": "s3://data/tune.csv",
        "init_args": {"label": "class"},
        "fit_args": {"time_limit": 60},
        "instance_type": "ml.m5.xlarge",
        "promote": False,
    }


def test_the_newer_form_asks_for_the_same(
    predictor: TabularCloudPredictor, session: FakeAws
) -> None:
    predictor.fit(
        train_data=TRAIN,
        predictor_init_args={"label": "class"},
        predictor_fit_args={"time_limit": 60},
        timeout=900,
        volume_size=50,
        on_demand=True,
        continue_run="stopped",
        wait=False,
    )
    assert session.states.only_input("train") == {
        "predictor": "income",
        "train_data": TRAIN,
        "init_args": {"label": "class"},
        "fit_args": {"time_limit": 60},
        "max_runtime_seconds": 900,
        "volume_size_gb": 50,
        "on_demand": True,
        "continue_run": "stopped",
        "promote": False,
    }


def test_what_is_not_given_is_left_to_the_settings(
    predictor: TabularCloudPredictor, session: FakeAws
) -> None:
    predictor.fit(TRAIN, wait=False)
    expected = {"predictor": "income", "train_data": TRAIN, "promote": False}
    assert session.states.only_input("train") == expected


def test_the_users_own_dictionaries_stay_as_they_are(predictor: TabularCloudPredictor) -> None:
    fit_args = {"train_data": TRAIN, "time_limit": 60}
    predictor.fit({"label": "class"}, fit_args, wait=False)
    assert fit_args == {"train_data": TRAIN, "time_limit": 60}


def test_a_frame_and_a_file_are_uploaded_under_a_name_of_their_content(
    session: FakeAws, tmp_path: Path
) -> None:
    frame = pd.DataFrame({"a": [1, 2], "class": ["x", "y"]})
    file = tmp_path / "tune.csv"
    frame.to_csv(file, index=False)
    for _ in range(2):
        predictor = TabularCloudPredictor(predictor="income", session=session, verbosity=0)
        predictor.fit(frame, tuning_data=file, job_name="monday", wait=False)
    asked = session.states.only_input("train")
    assert asked["train_data"].startswith("s3://data/income/uploads/")
    assert session.s3.objects[asked["tuning_data"]] == file.read_bytes()
    assert session.s3.puts == 2  # the second call sent nothing again


def test_the_same_name_with_other_arguments_is_refused(session: FakeAws) -> None:
    def fit(label: str) -> None:
        predictor = CloudPredictor("tabular", predictor="income", session=session, verbosity=0)
        predictor.fit({"label": label}, {"train_data": TRAIN}, job_name="monday", wait=False)

    fit("class")
    with pytest.raises(NameTakenError, match=r"'monday'.*init_args"):
        fit("other")


@pytest.mark.parametrize(
    ("positional", "keywords", "sentence"),
    [
        ((), {}, "no train_data"),
        (({"label": "a"},), {"predictor_fit_args": {}}, "no train_data"),
        ((TRAIN, {"train_data": TRAIN}), {}, "train_data twice"),
        (({"label": "a"},), {"predictor_init_args": {"label": "a"}}, "init_args twice"),
        ((TRAIN,), {"predictor_fit_args": {"hyperparameters": {"GBM": object()}}}, "JSON"),
        ((TRAIN,), {"job_name": "not a name"}, "letters, digits"),
    ],
)
def test_unusable_arguments_are_named_before_anything_starts(
    predictor: TabularCloudPredictor,
    session: FakeAws,
    positional: tuple[Any, ...],
    keywords: dict[str, Any],
    sentence: str,
) -> None:
    with pytest.raises(InvalidArgumentError, match=sentence):
        predictor.fit(*positional, **keywords, wait=False)
    assert not session.states.executions


@pytest.mark.parametrize(
    "argument",
    [
        {"image_column": "photo"},
        {"custom_image_uri": "1.dkr.ecr/x"},
        {"backend_overrides": {"CreateTrainingJob": {}}},
        {"backend_kwargs": {"autogluon_sagemaker_estimator_kwargs": {}}},
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name(
    predictor: TabularCloudPredictor, session: FakeAws, argument: dict[str, Any]
) -> None:
    with pytest.raises(NotSupportedError, match=r"fit\(\) does not support \w+="):
        predictor.fit(TRAIN, **argument)
    assert not session.states.executions


@pytest.mark.parametrize("kind", [TypeError, AutoGluonClientError])
def test_an_argument_that_never_was_is_a_type_error_and_one_of_the_clients(
    predictor: TabularCloudPredictor, kind: type[Exception]
) -> None:
    with pytest.raises(kind, match=r"instnce_type.*help\(TabularCloudPredictor\.fit\)"):
        predictor.fit(TRAIN, instnce_type="ml.m5.large")


def test_what_autogluon_cloud_ignores_with_a_warning_is_ignored_with_one(
    predictor: TabularCloudPredictor, session: FakeAws, caplog: pytest.LogCaptureFixture
) -> None:
    predictor.fit(TRAIN, leaderboard=False, wait=False)
    assert "fit() ignores leaderboard=False: it is always saved" in caplog.text
    expected = {"predictor": "income", "train_data": TRAIN, "promote": False}
    assert session.states.only_input("train") == expected


def test_a_volume_within_the_backends_arguments_is_a_volume(
    predictor: TabularCloudPredictor, session: FakeAws
) -> None:
    predictor.fit(TRAIN, backend_kwargs={"volume_size": 50}, wait=False)
    assert session.states.only_input("train")["volume_size_gb"] == 50


@pytest.mark.parametrize("version", ["latest", "1.6.3", "1.6", "1"])
def test_the_deployed_version_has_several_names(
    predictor: TabularCloudPredictor, version: str
) -> None:
    predictor.fit(TRAIN, framework_version=version, wait=False)


@pytest.mark.parametrize("version", ["0.8", "1.6.30", "1.60", "1.5"])
def test_another_version_than_the_deployed_one_is_refused(
    predictor: TabularCloudPredictor, version: str
) -> None:
    with pytest.raises(FrameworkVersionError, match=r"1\.6\.3.*cdk deploy"):
        predictor.fit(TRAIN, framework_version=version, wait=False)


def test_one_object_takes_one_fit_job_and_another_after_a_failure(
    predictor: TabularCloudPredictor, session: FakeAws
) -> None:
    predictor.fit(TRAIN, wait=False)
    with pytest.raises(AlreadyFitError):
        predictor.fit(TRAIN, wait=False)
    session.states.finish("train", ("InvalidDataError", "no label"))
    with pytest.raises(ExecutionFailedError, match="InvalidDataError: no label"):
        predictor.fit(TRAIN)


class _Dataset(pd.DataFrame):
    """As AutoGluon's TabularDataset."""


def test_a_subclass_of_a_frame_is_a_frame(
    predictor: TabularCloudPredictor, session: FakeAws
) -> None:
    predictor.fit(_Dataset({"a": [1], "class": ["x"]}), wait=False)
    assert session.states.only_input("train")["train_data"].endswith("/train_data.parquet")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("missing.csv", "file missing.csv not found"),
        (17, "train_data: got int; allowed"),
        (pd.DataFrame({"a": []}), "no rows"),
        (pd.DataFrame({0: [1]}), "must be texts"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "more than once"),
        (pd.DataFrame({"a": [1, "x"]}), "cannot be stored as Parquet"),
    ],
)
def test_data_that_cannot_be_sent_is_described(
    predictor: TabularCloudPredictor, data: Any, sentence: str
) -> None:
    with pytest.raises(InvalidDataError, match=sentence):
        predictor.fit(data, wait=False)


def test_a_folder_is_sent_with_all_its_files(
    predictor: TabularCloudPredictor, session: FakeAws, tmp_path: Path
) -> None:
    for name in ("part-0.csv", "part-1.csv", ".hidden"):
        (tmp_path / name).write_text("age,class\n1,a\n")
    predictor.fit(tmp_path, wait=False)
    folder = session.states.only_input("train")["train_data"]
    assert folder.endswith("/")
    sent = {uri.removeprefix(folder) for uri in session.s3.objects if uri.startswith(folder)}
    assert sent == {"part-0.csv", "part-1.csv"}


def test_an_unknown_predictor_or_environment_names_those_there_are(session: FakeAws) -> None:
    with pytest.raises(
        UnknownPredictorError, match=r'"incom" \(did you mean "income"\?\).*unserved'
    ):
        CloudPredictor("tabular", predictor="incom", session=session).fit(TRAIN)
    with pytest.raises(NotDeployedError, match="cdk deploy --all -c environment=prod"):
        CloudPredictor("tabular", environment="prod", session=session).fit(TRAIN)


def test_the_predictor_can_be_chosen_without_touching_the_code(
    session: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert CloudPredictor("tabular", session=session).predictor == "sandbox"
    monkeypatch.setenv("AUTOGLUON_PREDICTOR", "income")
    monkeypatch.setenv("AUTOGLUON_ENVIRONMENT", "sandbox")
    predictor = CloudPredictor("tabular", session=session, verbosity=0)
    predictor.fit(TRAIN, wait=False)
    assert session.states.only_input("train")["predictor"] == "income"


@pytest.mark.parametrize("kind", ["recommender", "tabluar"])
def test_types_that_there_are_not_yet_are_refused_by_name(kind: str) -> None:
    with pytest.raises(NotSupportedError, match=f"{kind}.*allowed: .*'tabular'"):
        CloudPredictor(kind)


def test_another_role_or_backend_is_refused(session: FakeAws) -> None:
    with pytest.raises(NotSupportedError, match="deployed role"):
        TabularCloudPredictor(role="arn:other", predictor="income", session=session).fit(TRAIN)
    with pytest.raises(NotSupportedError, match=r"'ray_aws'.*training\.instance_count"):
        TabularCloudPredictor(backend="ray_aws")
