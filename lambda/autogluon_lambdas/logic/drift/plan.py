"""Plan a drift run: find version, baseline and captured requests, build the job's request."""

import json
import math
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.documents.drift_baseline import FILE_NAME as BASELINE
from autogluon_contracts.documents.drift_job import DriftJobConfig
from autogluon_contracts.documents.drift_spec import DriftSpec
from autogluon_contracts.documents.execution_inputs import DriftInput
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.names import captured_folder, drift_folder, report_file
from autogluon_contracts.s3_location import S3Object
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.data.locations import DataFiles, find_data_files
from autogluon_lambdas.logic.drift.period import Period, written
from autogluon_lambdas.logic.drift.request import DriftPlan, drift_resources, processing_request
from autogluon_lambdas.logic.earlier_run import refuse_name_of_earlier_run
from autogluon_lambdas.logic.registry.model_choice import NONE
from autogluon_lambdas.logic.registry.model_schema import require_model_schema
from autogluon_lambdas.logic.registry.predictors import load_spec, require_predictor
from autogluon_lambdas.logic.sagemaker.ladder import ladder
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import InvalidInputError
from autogluon_lambdas.models.events.execution import Execution
from autogluon_lambdas.models.events.inputs import read_input
from autogluon_lambdas.models.model_package import ModelPackage
from autogluon_lambdas.ports import ModelRegistry, ObjectStore, PredictorStore

_GIGABYTE = 1_000_000_000
_SPARE_GB = 10
_JSON = "application/json"


@dataclass(frozen=True)
class DriftPlanner:
    """Plans drift runs."""

    environment: Environment
    predictors: PredictorStore
    store: ObjectStore
    registry: ModelRegistry

    def plan(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the job's request and the run for a planner event.

        Without captured requests in the period there is no job, and `request` is absent.

        Raises InvalidInputError or InvalidDataError before anything is written.
        """
        execution = Execution.from_event(event)
        require_predictor(self.predictors, event)
        asked = read_input(DriftInput, event)
        spec = load_spec(self.predictors, asked.predictor)
        settings = _drift_of(spec)
        package = self._live(spec.name)
        self._require_baseline(package, settings)
        hours = asked.period_hours or settings.period_hours
        period = Period.before(execution, hours, package.metadata.live_since)
        bucket = self.environment.artifact_bucket
        captured = period.files(self.store, bucket, self.environment.name, spec.name)
        labels = None
        if asked.labels is not None:
            labels = find_data_files(self.store, "input.labels", asked.labels, gzip=True)
        job_name = execution.job_name(spec.name)
        folder = drift_folder(bucket, spec.name, job_name)
        run = {
            "predictor": spec.name,
            "job_name": job_name,
            "folder": folder.uri,
            "model_package_arn": package.arn,
            "start": written(period.start),
            "end": written(period.end),
        }
        if not captured:
            return {"run": run}
        refuse_name_of_earlier_run(self.store, execution, folder)
        plan = DriftPlan(
            spec=spec,
            settings=settings,
            execution=execution,
            job_name=job_name,
            folder=folder,
            package=package,
            report=package.run_folder.child("report/"),
            labels=labels,
            volume_size_gb=_volume_size_gb(captured, labels),
        )
        self._write(plan, asked, period, captured)
        return {
            "request": processing_request(self.environment, plan),
            "ladder": ladder(
                execution.later_job_names(spec.name),
                [drift_resources(self.environment, one) for one in plan.by_type()],
            ),
            "run": run,
        }

    def _live(self, predictor: str) -> ModelPackage:
        arn = self.predictors.live_model(predictor)
        package = None if arn == NONE else self.registry.describe(arn)
        if package is None:
            raise InvalidInputError(
                f'input.predictor: predictor "{predictor}" has no live model, so that nothing '
                "answers requests.",
                advice="Promote one first.",
            )
        return package

    def _require_baseline(self, package: ModelPackage, settings: DriftSpec) -> None:
        baseline = report_file(package.run_folder, BASELINE)
        found = self.store.find(baseline.bucket, baseline.key, limit=1)
        if not found:
            raise InvalidInputError(
                f"input.predictor: the live model {package.arn} has no {BASELINE}, as versions of "
                "earlier releases.",
                advice="Train the predictor again, and promote the new version.",
            )
        schema = require_model_schema(
            self.store,
            package,
            key="predictor",
            advice="Promote a version that the Train state machine registered.",
        )
        unknown = [name for name in settings.columns if name not in schema.feature_names]
        if unknown:
            raise InvalidInputError(
                f'drift.columns of the settings: "{unknown[0]}" is not a feature of the live model'
                f"{did_you_mean(unknown[0], schema.feature_names)}.",
                advice=f"Features: {listed(schema.feature_names)}.",
            )

    def _write(
        self, plan: DriftPlan, asked: DriftInput, period: Period, captured: list[S3Object]
    ) -> None:
        settings = plan.settings
        config = DriftJobConfig(
            predictor=plan.spec.name,
            job_name=plan.job_name,
            model_package_arn=plan.package.arn,
            start=written(period.start),
            end=written(period.end),
            columns=settings.columns,
            false_alarm_rate=settings.false_alarm_rate,
            min_change=settings.min_change,
            min_rows=settings.min_rows,
            has_labels=asked.labels is not None,
        )
        self.store.write(plan.config, config.to_text().encode(), _JSON)
        folder = captured_folder(captured[0].location.bucket, plan.spec.name).child("")
        names = [entry.location.key.removeprefix(folder.key) for entry in captured]
        manifest = json.dumps([{"prefix": folder.uri}, *names])
        self.store.write(plan.captured_manifest, manifest.encode(), _JSON)
        if plan.labels is not None and not plan.labels.alone:
            self.store.write(plan.labels_manifest, plan.labels.manifest(), _JSON)


def _drift_of(spec: PredictorSpec) -> DriftSpec:
    if spec.drift is None:
        raise InvalidInputError(
            f'input.predictor: the settings of "{spec.name}" have no drift.',
            advice="Add drift, and capture to its endpoint, deploy, and wait for requests.",
        )
    return spec.drift


def _volume_size_gb(captured: list[S3Object], labels: DataFiles | None) -> int:
    files = [*captured, *(() if labels is None else labels.objects)]
    return _SPARE_GB + math.ceil(sum(entry.size for entry in files) / _GIGABYTE)
