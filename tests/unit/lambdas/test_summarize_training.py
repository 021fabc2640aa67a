"""After a training job: report, decision, registration."""

import io
import json
import tarfile
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from autogluon_contracts.documents.metrics import TrainingMetrics
from autogluon_contracts.documents.predictor_spec import PredictorSpec, QualityGate
from autogluon_contracts.documents.server_limits import ARTIFACT_VARIABLE
from autogluon_contracts.documents.training_job import ServingGoal, TrainingJobConfig
from autogluon_contracts.predictor_types.tabular.metrics import canonical
from autogluon_contracts.quality_gate import decide
from autogluon_contracts.s3_location import S3Location
from autogluon_contracts.serving_environment import serving_environment
from autogluon_lambdas.logic.programs.report_archive import REPORT_FILES, unpack_report
from autogluon_lambdas.logic.training.summarize import TrainingSummarizer
from autogluon_lambdas.models.errors import TrainingFailedError
from autogluon_lambdas.ports import TrackedRun, TrackingError
from tests.fakes.lambda_environment import ENVIRONMENT, EXECUTION_ARN, validated
from tests.fakes.lambda_ports import FakePredictors, FakeRegistry
from tests.fakes.sandbox import spec
from tests.fakes.store import FakeStore

FOLDER = "s3://artifact-bucket/income/runs/income-first-run-0123abcd/"
ARCHIVE = FOLDER + "output/output.tar.gz"
CONFIG = FOLDER + "config/job.json"
JOB = TrainingJobConfig(
    predictor="income",
    run="income-first-run-0123abcd",
    type="tabular",
    framework_version="1.6.3",
    init_args={"label": "class", "eval_metric": "roc_auc"},
    fit_args={"time_limit": 60, "hyperparameters": {"GBM": {"learning rate?": 0.1}, "XT": {}}},
    max_runtime_seconds=3600,
    data={"train": "s3://data-bucket/a,b.csv"},
    serving=ServingGoal(optimize_for="accuracy", max_score_loss=0.005),
).to_text()


def _metrics(**changes: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "predictor": "income",
        "run": "income-first-run-0123abcd",
        "label": "class",
        "problem_type": "binary",
        "eval_metric": "roc_auc",
        "best_model": "WeightedEnsemble_L2",
        "evaluated_on": "test",
        "rows": {"train": 100, "test": 10},
        "metrics": {"roc_auc": 0.925, "accuracy": 0.87},
        "models": ["LightGBM"],
        "serving": {"optimize_for": "accuracy"},
        "fit_seconds": 1.5,
        "artifact_bytes": 1000,
        "versions": {"autogluon": "1.6.3", "python": "3.12.1"},
        "warnings": [],
        **changes,
    }


def measured(eval_metric: str, evaluated_on: str, metrics: dict[str, float]) -> TrainingMetrics:
    changes = {"eval_metric": eval_metric, "evaluated_on": evaluated_on, "metrics": metrics}
    return TrainingMetrics.from_json(_metrics(**changes))


def _archive(**changes: bytes | None) -> bytes:
    files: dict[str, bytes | None] = {
        "metrics.json": json.dumps(_metrics()).encode(),
        "leaderboard.csv": b"model,score_val\nLightGBM,0.9\n",
        "feature_importance.csv": b"feature,importance\nage,0.1\n",
        "feature_schema.json": b'{"version": 1}',
        **{name.replace("__", "."): body for name, body in changes.items()},
    }
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, body in files.items():
            if body is not None:
                member = tarfile.TarInfo(name)
                member.size = len(body)
                archive.addfile(member, io.BytesIO(body))
    return packed.getvalue()


def _event(**changes: Any) -> dict[str, Any]:
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://data-bucket/a,b.csv"}}
    return {
        "run": {
            "predictor": "income",
            "job_name": "income-first-run-0123abcd",
            "promote": True,
            "folder": FOLDER,
            "execution": EXECUTION_ARN,
        },
        "training_job": {
            "ResourceConfig": {"InstanceType": "ml.m5.2xlarge"},
            "TrainingJobName": "income-first-run-0123abcd",
            "TrainingJobStatus": "Completed",
            "EnableManagedSpotTraining": True,
            "TrainingTimeInSeconds": 500,
            "BillableTimeInSeconds": 100,
            "ModelArtifacts": {"S3ModelArtifacts": FOLDER + "output/model.tar.gz"},
            "InputDataConfig": [
                {"ChannelName": "train", "DataSource": source},
                {"ChannelName": "code", "DataSource": source},
                {
                    "ChannelName": "config",
                    "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": CONFIG}},
                },
            ],
        },
        **changes,
    }


class _Tracker:
    """A tracking server; one whose address has `down` does not answer."""

    logged: ClassVar[list[TrackedRun]] = []

    def __init__(self, address: str) -> None:
        self._address = address

    def log(self, run: TrackedRun) -> str:
        if "down" in self._address:
            raise TrackingError(f"{self._address} cannot be reached: timed out.")
        self.logged.append(run)
        return f"{self._address}/#/runs/1"


def _summarizer(archive: bytes | None = None, **spec_changes: Any) -> TrainingSummarizer:
    configuration = {CONFIG: JOB} if "tracking" in spec_changes else {}
    store = FakeStore({ARCHIVE: _archive() if archive is None else archive, **configuration})
    return TrainingSummarizer(
        ENVIRONMENT, FakePredictors(spec(**spec_changes)), store, FakeRegistry(), _Tracker
    )


def _problem(summarizer: TrainingSummarizer, event: dict[str, Any] | None = None) -> str:
    with pytest.raises(TrainingFailedError) as caught:
        summarizer.summarize(event or _event())
    return str(caught.value)


def test_the_registration_is_complete_and_valid() -> None:
    answer = _summarizer().summarize(_event())

    request = validated("CreateModelPackage", answer["registration"])
    container = request["InferenceSpecification"]["Containers"][0]
    # A list would bind the version to the instance types of the settings of this day.
    assert not [key for key in request["InferenceSpecification"] if "InstanceTypes" in key]
    assert container["ModelDataUrl"] == FOLDER + "output/model.tar.gz"
    assert container["Environment"] == serving_environment(PredictorSpec.from_json(spec()).serving)
    assert request["ModelApprovalStatus"] == "Approved"
    assert request["ModelMetrics"]["ModelQuality"]["Statistics"] == {
        "ContentType": "application/json",
        "S3Uri": FOLDER + "report/metrics.json",
    }
    metadata = request["CustomerMetadataProperties"]
    assert metadata["run_folder"] == FOLDER
    assert metadata["execution"] == EXECUTION_ARN
    assert metadata["eval_metric_value"] == "0.925"
    assert metadata["train_data"] == "s3://data-bucket/a_b.csv"
    assert metadata["instance_type"] == "ml.m5.2xlarge"


def test_the_artifacts_hash_goes_where_its_container_and_people_find_it() -> None:
    recorded = _archive(metrics__json=json.dumps(_metrics(artifact_sha256="a" * 64)).encode())

    answer = _summarizer(recorded).summarize(_event())

    request = validated("CreateModelPackage", answer["registration"])
    environment = request["InferenceSpecification"]["Containers"][0]["Environment"]
    assert environment[ARTIFACT_VARIABLE] == answer["summary"]["artifact_sha256"] == "a" * 64


def test_the_summary_says_what_was_decided_and_where_everything_is() -> None:
    summarizer = _summarizer()

    summary = summarizer.summarize(_event())["summary"]

    assert summary == {
        "predictor": "income",
        "job_name": "income-first-run-0123abcd",
        "decision": "Approved",
        "reason": "roc_auc 0.925 on the test data reaches the minimum 0.9",
        "instance_type": "ml.m5.2xlarge",
        "spot": True,
        "training_seconds": 500,
        "billable_seconds": 100,
        "usd": 0.012806,
        "promote": True,
        "best_model": "WeightedEnsemble_L2",
        "eval_metric": "roc_auc",
        "evaluated_on": "test",
        "metrics": {"roc_auc": 0.925, "accuracy": 0.87},
        "leaderboard_uri": FOLDER + "report/leaderboard.csv",
        "metrics_uri": FOLDER + "report/metrics.json",
        "artifact_uri": FOLDER + "output/model.tar.gz",
        "artifact_sha256": None,
        "report_uri": None,
    }
    assert isinstance(summarizer.store, FakeStore)
    assert summarizer.store.text(FOLDER + "report/feature_schema.json") == '{"version": 1}'
    assert isinstance(summarizer.registry, FakeRegistry)
    assert summarizer.registry.groups == {
        "autogluon-sandbox-income": {"team": "growth", "autogluon:predictor": "income"}
    }


def test_the_report_page_is_kept_as_html_and_linked_from_the_version() -> None:
    summarizer = _summarizer(_archive(report__html=b"<!doctype html>"))

    answer = summarizer.summarize(_event())

    uri = FOLDER + "report/report.html"
    assert answer["summary"]["report_uri"] == uri
    request = validated("CreateModelPackage", answer["registration"])
    assert request["CustomerMetadataProperties"]["report_uri"] == uri
    assert isinstance(summarizer.store, FakeStore)
    assert summarizer.store.text(uri) == "<!doctype html>"
    assert REPORT_FILES["report.html"] == "text/html; charset=utf-8"


def test_a_run_without_a_report_page_is_registered_all_the_same() -> None:
    answer = _summarizer().summarize(_event())

    assert "report_uri" not in answer["registration"]["CustomerMetadataProperties"]


def test_a_second_attempt_registers_under_the_same_token() -> None:
    summarizer = _summarizer()

    assert summarizer.summarize(_event()) == summarizer.summarize(_event())


@pytest.mark.parametrize(
    ("run_promotes", "endpoint", "promotes"),
    [(True, spec()["endpoint"], True), (False, spec()["endpoint"], False), (True, None, False)],
)
def test_promotion_needs_the_wish_and_an_endpoint(
    run_promotes: bool, endpoint: dict[str, str] | None, promotes: bool
) -> None:
    event = _event()
    event["run"]["promote"] = run_promotes

    summary = _summarizer(endpoint=endpoint).summarize(event)["summary"]

    assert summary["promote"] is promotes


def test_an_older_version_serves_with_its_own_image() -> None:
    answer = _summarizer(inference_image_uri="1.5.0-inference").summarize(_event())

    containers = answer["registration"]["InferenceSpecification"]["Containers"]
    assert containers[0]["Image"] == "1.5.0-inference"


@pytest.mark.parametrize(
    ("on_pass", "on_fail", "value", "status"),
    [
        ("approve", "reject", 0.9, "Approved"),
        ("wait", "reject", 0.95, "PendingManualApproval"),
        ("approve", "reject", 0.899, "Rejected"),
        ("approve", "wait", 0.1, "PendingManualApproval"),
    ],
)
def test_the_gate_decides(on_pass: str, on_fail: str, value: float, status: str) -> None:
    gate = QualityGate(metric="roc_auc", minimum=0.9, on_pass=on_pass, on_fail=on_fail)
    metrics = measured("roc_auc", "test", {"roc_auc": value})

    decision = decide(gate, metrics, canonical)

    assert decision.status == status
    assert ("a person decides" in decision.reason) is (status == "PendingManualApproval")


def test_errors_are_negative_so_less_error_passes() -> None:
    gate = QualityGate(metric="rmse", minimum=-50_000, on_pass="approve", on_fail="reject")
    metrics = measured("root_mean_squared_error", "holdout", {"root_mean_squared_error": -47e3})

    reason = decide(gate, metrics, canonical).reason
    assert reason == (
        "rmse 47000 on the holdout data is within 50000 (lower is better; the gate's minimum is "
        "-50000)"
    )
    strict = decide(replace(gate, minimum=-40_000), metrics, canonical)
    assert "rmse 47000 on the holdout data exceeds 40000" in strict.reason


def test_a_gate_finds_its_metric_under_another_of_its_names() -> None:
    gate = QualityGate(metric="skill", minimum=0.5, on_pass="approve", on_fail="reject")
    metrics = measured("skill_score", "test", {"skill_score": 0.6})

    assert decide(gate, metrics, lambda name: f"{name}_score").status == "Approved"
    assert canonical("pac_score") == "pac"


def test_a_gate_without_a_metric_approves_every_version() -> None:
    gate = {"metric": None, "minimum": None, "on_pass": "approve", "on_fail": "reject"}

    summary = _summarizer(quality_gate=gate).summarize(_event())["summary"]

    assert (summary["decision"], summary["promote"]) == ("Approved", True)
    assert summary["reason"] == "the quality gate asks for no metric"


def test_without_a_gate_a_person_decides() -> None:
    summary = _summarizer(quality_gate=None).summarize(_event())["summary"]

    assert summary["decision"] == "PendingManualApproval"
    assert summary["reason"] == "no quality gate is set, so a person decides"
    assert summary["promote"] is False


@pytest.mark.parametrize("metrics", [{}, {"f1": float("nan")}])
def test_a_model_whose_gate_metric_was_not_measured_is_kept_for_a_person(
    metrics: dict[str, float],
) -> None:
    gate = {"metric": "f1", "minimum": 0.5, "on_pass": "approve", "on_fail": "reject"}
    body = json.dumps(_metrics(metrics={"roc_auc": 0.925, **metrics})).encode()

    answer = _summarizer(_archive(metrics__json=body), quality_gate=gate).summarize(_event())

    request = validated("CreateModelPackage", answer["registration"])
    assert request["ModelApprovalStatus"] == "PendingManualApproval"
    assert answer["summary"]["promote"] is False
    assert answer["summary"]["reason"] == (
        "the gate metric f1 was not measured, so a person decides; measured: roc_auc"
    )


def test_a_metric_that_is_no_number_leaves_as_null() -> None:
    body = json.dumps(_metrics(metrics={"roc_auc": 0.95, "mcc": float("nan")})).encode()

    summary = _summarizer(_archive(metrics__json=body)).summarize(_event())["summary"]

    assert summary["metrics"] == {"roc_auc": 0.95, "mcc": None}
    json.dumps(summary, allow_nan=False)


def test_a_stopped_job_carries_sagemakers_reason() -> None:
    job = {
        "TrainingJobName": "x",
        "TrainingJobStatus": "Stopped",
        "FailureReason": "MaxRuntimeExceeded",
    }

    assert _problem(_summarizer(), _event(training_job=job)) == (
        "The training job x is Stopped: MaxRuntimeExceeded."
    )


@pytest.mark.parametrize(
    ("archive", "part"),
    [
        (b"not a tar", "is not a valid tar.gz archive"),
        (_archive()[:-30], "is not a valid tar.gz archive"),
        (_archive(metrics__json=None), "output.tar.gz lacks metrics.json"),
        (_archive(metrics__json=b"{}"), "invalid metrics.json: version: got null"),
        (_archive(metrics__json=b'{"version": 9}'), "version: got 9 (int); this code reads 1"),
        (_archive(metrics__json=b"nonsense"), "invalid metrics.json: not valid JSON"),
    ],
)
def test_a_report_that_cannot_be_used_is_one_sentence(archive: bytes, part: str) -> None:
    summarizer = _summarizer(archive)

    assert part in _problem(summarizer)
    assert isinstance(summarizer.store, FakeStore)
    assert summarizer.store.uris() == {ARCHIVE}


def test_no_report_at_all() -> None:
    summarizer = _summarizer()
    assert isinstance(summarizer.store, FakeStore)
    summarizer.store.objects.clear()

    assert _problem(summarizer) == (
        f"The training job left no report ({ARCHIVE}: the object does not exist)."
    )


def test_only_known_files_at_the_root_are_taken_from_the_archive() -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name in ("../metrics.json", "/etc/passwd", "deep/leaderboard.csv"):
            archive.addfile(tarfile.TarInfo(name), io.BytesIO())
        link = tarfile.TarInfo("metrics.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    store = FakeStore({ARCHIVE: packed.getvalue()})

    with pytest.raises(TrainingFailedError, match=r"lacks metrics\.json, leaderboard\.csv"):
        unpack_report(store, S3Location.parse(ARCHIVE))


def test_a_file_larger_than_allowed_is_not_read() -> None:
    store = FakeStore({ARCHIVE: _archive(leaderboard__csv=b"x" * 5_000)})

    with pytest.raises(TrainingFailedError, match=r"leaderboard\.csv has 5,000 bytes; allowed"):
        unpack_report(store, S3Location.parse(ARCHIVE), largest_bytes=4_000)


RATE = "fit_args.hyperparameters.GBM.learning_rate"
TRIALS = f"""trial,status,objective,started,ended,seconds,failure,{RATE}
one,Completed,0.91,2026-11-20T10:00:00+00:00,2026-11-20T10:01:00+00:00,60.0,,0.1
"""
TUNING = {
    "version": 1,
    "best_trial": "one",
    "objective": 0.91,
    "values": {RATE: "0.1"},
    "trials": 1,
    "completed": 1,
    "trials_uri": "s3://artifact-bucket/income/runs/search/report/trials.csv",
    "billable_seconds": {"ml.m5.2xlarge": 3600, "not.in.the.settings": 3600},
}
PAGE = b"<dl></dl><nav></nav><main></main>"


def _page_of_search(trials: bytes | None) -> str:
    summarizer = _summarizer(_archive(report__html=PAGE))
    store = summarizer.store
    assert isinstance(store, FakeStore)
    if trials is not None:
        store.write(S3Location.parse(str(TUNING["trials_uri"])), trials, "text/csv")
    answer = summarizer.summarize(_event(tuning=TUNING))
    page = S3Location.parse(answer["summary"]["report_uri"])
    return b"".join(store.stream(page)).decode()


def test_the_report_of_a_search_shows_its_trials() -> None:
    page = _page_of_search(TRIALS.encode())

    assert 'id="search"' in page
    # A type without a price counts with the dearest.
    assert "<dt>cost of the search</dt><dd>0.9220 USD</dd>" in page


def test_the_registry_and_the_report_tell_what_the_job_cost() -> None:
    summarizer = _summarizer(_archive(report__html=PAGE))

    answer = summarizer.summarize(_event())

    # 100 billable seconds of one instance at 0.461 USD an hour.
    assert answer["registration"]["CustomerMetadataProperties"]["usd"] == "0.012806"
    store = summarizer.store
    assert isinstance(store, FakeStore)
    page = store.stream(S3Location.parse(answer["summary"]["report_uri"]))
    assert b"<dt>cost of the job</dt><dd>0.0128 USD</dd>" in b"".join(page)


def test_without_prices_nothing_is_said_of_costs() -> None:
    training = {**spec()["training"], "prices": {"as_of": None, "usd_per_hour": {}}}

    answer = _summarizer(_archive(report__html=PAGE), training=training).summarize(_event())

    assert answer["summary"]["usd"] is None
    assert "usd" not in answer["registration"]["CustomerMetadataProperties"]


@pytest.mark.parametrize("trials", [None, b"not,a,table\n1\n"])
def test_trials_that_cannot_be_shown_do_not_cost_the_model(
    trials: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    page = _page_of_search(trials)

    assert "<section" not in page
    assert "cost of the search" in page
    assert "Traceback" in capsys.readouterr().err


def test_a_run_is_logged_with_its_arguments_scores_cost_and_places() -> None:
    answer = _summarizer(tracking={"mlflow": "http://mlflow"}).summarize(_event())

    assert answer["summary"]["tracking"] == {"mlflow": "http://mlflow/#/runs/1", "problem": None}
    run = _Tracker.logged[-1]
    assert (run.experiment, run.name) == ("autogluon-sandbox-income", "income-first-run-0123abcd")
    assert run.seconds == 500
    assert run.parameters == {
        "init_args.label": "class",
        "init_args.eval_metric": "roc_auc",
        "fit_args.time_limit": "60",
        "fit_args.hyperparameters.GBM.learning rate_": "0.1",
        "fit_args.hyperparameters.XT": "{}",
        "instance_type": "ml.m5.2xlarge",
        "best_model": "WeightedEnsemble_L2",
    }
    assert run.metrics == {
        "roc_auc": 0.925, "accuracy": 0.87, "fit_seconds": 1.5, "billable_seconds": 100,
        "usd": 0.012806,
    }  # fmt: skip
    assert run.tags["autogluon.model"] == FOLDER + "output/model.tar.gz"
    assert run.tags["autogluon.decision"] == "Approved"


def test_the_best_trial_is_logged_with_what_was_tuned() -> None:
    summarizer = _summarizer(tracking={"mlflow": "http://mlflow"})

    summarizer.summarize(_event(tuning=TUNING))

    run = _Tracker.logged[-1]
    assert run.parameters[RATE] == "0.1"
    assert run.tags["autogluon.trials"] == TUNING["trials_uri"]


def test_a_server_that_does_not_answer_fails_no_run() -> None:
    answer = _summarizer(tracking={"mlflow": "http://down"}).summarize(_event())

    assert answer["summary"]["decision"] == "Approved"
    assert answer["summary"]["tracking"] == {
        "mlflow": None, "problem": "http://down cannot be reached: timed out.",
    }  # fmt: skip


def test_without_tracking_nothing_is_said_of_it() -> None:
    assert "tracking" not in _summarizer().summarize(_event())["summary"]
