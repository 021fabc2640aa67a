"""Summarize training: keep the report, apply the quality gate, build the registration."""

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from autogluon_contracts.documents.metrics import TrainingMetrics
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.documents.tuning_summary import TuningSummary
from autogluon_contracts.jobs.spending import usd_of_seconds
from autogluon_contracts.names import model_package_group, report_file
from autogluon_contracts.quality_gate import APPROVED, decide
from autogluon_contracts.s3_location import S3Location
from autogluon_contracts.shown.report_page import with_tile
from autogluon_contracts.shown.scores import ShownMetric
from autogluon_lambdas.logic.predictor_types import predictor_type
from autogluon_lambdas.logic.programs.program import artifact_of
from autogluon_lambdas.logic.programs.report_archive import REPORT_FILES
from autogluon_lambdas.logic.registry.predictors import load_spec
from autogluon_lambdas.logic.registry.registration import model_package_request
from autogluon_lambdas.logic.report.search_section import with_search
from autogluon_lambdas.logic.training.tracked_run import tracked_run
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import TrainingFailedError
from autogluon_lambdas.models.events.training_run import Run
from autogluon_lambdas.ports import (
    ModelRegistry,
    NotReadableError,
    ObjectStore,
    PredictorStore,
    Tracker,
    TrackingError,
)


@dataclass(frozen=True)
class TrainingSummarizer:
    """Turns a finished training job into a model version's registration."""

    environment: Environment
    predictors: PredictorStore
    store: ObjectStore
    registry: ModelRegistry
    tracker: Callable[[str], Tracker]
    """Makes the client of a tracking server from its address."""

    def summarize(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the registration and the summary for `{"run", "training_job"}`.

        `tuning`, the summary of a search, is in the event of a Tune run only.

        Raises TrainingFailedError when the job left no usable model or report.
        """
        run = Run.from_event(event)
        training_job = event["training_job"]
        spec = load_spec(self.predictors, run.predictor)
        _require_completed(training_job)
        artifact = artifact_of(training_job)
        # A job that is not the first attempt has another name, and so another folder.
        run = replace(run, folder=artifact.parent().parent())
        program = predictor_type(spec).program
        report = program.report(self.store, spec, training_job, run.job_file)
        metrics = _metrics(report["metrics.json"])
        decision = decide(spec.quality_gate, metrics, predictor_type(spec).canonical_metric)
        tuning = TuningSummary.from_json(event["tuning"]) if "tuning" in event else None
        usd = _usd(training_job, tuning, spec.training.prices.usd_per_hour)
        if "report.html" in report:
            written = report["report.html"].decode()
            completed = self._completed(written, usd, tuning, spec, metrics)
            report["report.html"] = completed.encode()
        locations = {name: report_file(run.folder, name) for name in report}
        for name, location in locations.items():
            self.store.write(location, report[name], REPORT_FILES[name])
        page = locations.get("report.html")
        group = model_package_group(self.environment.name, spec.name)
        self.registry.ensure_group(
            group,
            f"Versions of the AutoGluon predictor {spec.name}",
            {**spec.tags, "autogluon:predictor": spec.name},
        )
        registration = model_package_request(
            group=group,
            data_bucket=self.environment.data_bucket,
            spec=spec,
            run=run,
            artifact=artifact,
            metrics_file=locations["metrics.json"],
            report_page=page,
            metrics=metrics,
            decision=decision,
            training_job=training_job,
            usd=usd,
        )
        summary = {
            "predictor": spec.name,
            "job_name": run.job_name,
            "decision": decision.status,
            "reason": decision.reason,
            "promote": run.promote and decision.status == APPROVED and spec.endpoint is not None,
            "instance_type": training_job.get("ResourceConfig", {}).get("InstanceType"),
            **_times(training_job),
            "usd": usd,
            "best_model": metrics.best_model,
            "eval_metric": metrics.eval_metric,
            "evaluated_on": metrics.evaluated_on,
            # JSON has no NaN, and Step Functions refuses an answer that holds one.
            "metrics": {name: metrics.value(name) for name in metrics.metrics},
            "leaderboard_uri": locations["leaderboard.csv"].uri,
            "metrics_uri": locations["metrics.json"].uri,
            "artifact_uri": artifact.uri,
            "artifact_sha256": metrics.artifact_sha256,
            "report_uri": None if page is None else page.uri,
        }
        if metrics.parent is not None:
            summary["parent"] = {
                "method": metrics.parent.method,
                "model": metrics.parent.model or metrics.parent.artifact,
                "run": metrics.parent.run,
                "sha256": metrics.parent.artifact_sha256,
            }
        if spec.tracking is not None:
            summary["tracking"] = self._track(
                spec.tracking.mlflow, training_job, metrics, summary, tuning
            )
        return {"registration": registration, "summary": summary}

    def _track(
        self,
        address: str,
        training_job: dict[str, Any],
        metrics: TrainingMetrics,
        summary: dict[str, Any],
        tuning: TuningSummary | None,
    ) -> dict[str, Any]:
        """Log the run; return its page, or why it could not be logged, which fails no run."""
        try:
            run = tracked_run(
                self.store, self.environment.name, training_job, metrics, summary, tuning
            )
            return {"mlflow": self.tracker(address).log(run), "problem": None}
        except (TrackingError, NotReadableError) as error:
            return {"mlflow": None, "problem": str(error)}

    def _completed(
        self,
        page: str,
        usd: float | None,
        tuning: TuningSummary | None,
        spec: PredictorSpec,
        metrics: TrainingMetrics,
    ) -> str:
        """Return the page with what the run cost and the trials of its search, if it has one."""
        if usd is not None:
            name = "cost of the job" if tuning is None else "cost of the search"
            page = with_tile(page, name, f"{usd:,.4f} USD")
        if tuning is None:
            return page
        try:
            table = S3Location.parse(tuning.trials_uri)
            trials = b"".join(self.store.stream(table)).decode()
            metric = ShownMetric(metrics.eval_metric)
            return with_search(page, trials, tuning.best_trial, spec.tuning, metric)
        except Exception:  # noqa: BLE001 - plots that cannot be made do not cost a paid model
            traceback.print_exc()
            return page


def _usd(
    training_job: dict[str, Any], tuning: TuningSummary | None, usd_per_hour: Mapping[str, float]
) -> float | None:
    """Return what the job cost, or all trials of its search; None where that is not known."""
    if tuning is not None:
        seconds = tuning.billable_seconds
    else:
        resources = training_job.get("ResourceConfig", {})
        count, billed = resources.get("InstanceCount", 1), training_job.get("BillableTimeInSeconds")
        seconds = {} if billed is None else {str(resources.get("InstanceType")): billed * count}
    if not seconds or not usd_per_hour:
        return None
    usd = sum(usd_of_seconds(each, name, 1, usd_per_hour) for name, each in seconds.items())
    return round(usd, 6)


def _times(training_job: dict[str, Any]) -> dict[str, Any]:
    """Return the job's seconds, and those that are paid for: on spot instances, fewer."""
    return {
        "spot": bool(training_job.get("EnableManagedSpotTraining")),
        "training_seconds": training_job.get("TrainingTimeInSeconds"),
        "billable_seconds": training_job.get("BillableTimeInSeconds"),
    }


def _require_completed(training_job: dict[str, Any]) -> None:
    status = training_job.get("TrainingJobStatus")
    if status != "Completed":
        reason = training_job.get("FailureReason") or "SageMaker gave no reason"
        raise TrainingFailedError(
            f"The training job {training_job.get('TrainingJobName')} is {status}: "
            f"{reason.rstrip('.')}."
        )


def _metrics(text: bytes) -> TrainingMetrics:
    try:
        return TrainingMetrics.from_text(text)
    except ValueError as error:
        raise TrainingFailedError(f"The training job left an invalid {error}") from error
