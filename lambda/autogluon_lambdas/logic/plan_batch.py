"""Plan a batch: choose model and engine, inspect the files, build the requests."""

from dataclasses import dataclass
from typing import Any, get_args

from autogluon_contracts.answers import ROW_ERROR, Output
from autogluon_contracts.documents.execution_inputs import BatchInput
from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.names import batch_folder, model_package_group
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.batch.batch_plan import BatchPlan
from autogluon_lambdas.logic.batch.contributions import with_contributions
from autogluon_lambdas.logic.batch.data import inspect_batch_data
from autogluon_lambdas.logic.batch.engine_choice import (
    BULK,
    MOST_BULK_FILES,
    PIPELINE,
    TRANSFORM,
    EngineChoice,
    choose_engine,
    note_on_cuts,
    wanted_engine,
)
from autogluon_lambdas.logic.batch.layout import ModelColumns
from autogluon_lambdas.logic.batch.output_path import output_path
from autogluon_lambdas.logic.batch.row_options import refuse_row_options
from autogluon_lambdas.logic.batch.transform_options import TransformOptions, transform_options
from autogluon_lambdas.logic.bulk.plan import BulkPlanner
from autogluon_lambdas.logic.data.locations import find_data_files
from autogluon_lambdas.logic.earlier_run import refuse_name_of_earlier_run
from autogluon_lambdas.logic.predictor_types import PredictorType, predictor_type
from autogluon_lambdas.logic.registry.model_choice import ModelChooser
from autogluon_lambdas.logic.registry.model_schema import require_model_schema
from autogluon_lambdas.logic.registry.predictors import load_spec, require_predictor
from autogluon_lambdas.logic.sagemaker.instances import chosen_instance_type, fallbacks
from autogluon_lambdas.logic.transform.pipeline import PipelinePlanner, pipeline_of
from autogluon_lambdas.logic.transform.plan import TransformPlanner
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import InvalidInputError
from autogluon_lambdas.models.events.execution import Execution
from autogluon_lambdas.models.events.inputs import read_batch_input
from autogluon_lambdas.models.model_package import ModelPackage
from autogluon_lambdas.ports import Endpoints, ModelRegistry, ObjectStore, PredictorStore


@dataclass(frozen=True)
class BatchPlanner:
    """Plans batches."""

    environment: Environment
    predictors: PredictorStore
    store: ObjectStore
    registry: ModelRegistry
    endpoints: Endpoints

    def plan(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the requests and the batch for a planner event.

        Raises InvalidInputError or InvalidDataError before anything is written.
        """
        execution = Execution.from_event(event)
        require_predictor(self.predictors, event)
        asked = read_batch_input(event)
        spec = load_spec(self.predictors, asked.predictor)
        instance_type = chosen_instance_type(
            asked.instance_type,
            spec.batch.instance_type,
            spec.batch.allowed_instance_types,
            spec.name,
        )
        others = fallbacks(asked.instance_type, spec.batch)
        group = model_package_group(self.environment.name, spec.name)
        chooser = ModelChooser(self.registry, self.predictors, group, spec.name)
        package = chooser.for_batch(asked.model)
        options = transform_options(asked, spec, (instance_type, *others))
        output = output_path(asked, spec)
        if wanted_engine(asked, spec)[0] == PIPELINE:
            return self._plan_pipeline(
                asked, spec, package, execution, (instance_type, *others), options, output
            )
        schema = require_model_schema(
            self.store,
            package,
            key="model",
            advice="Choose a version that the Train state machine registered.",
        )
        kind = predictor_type(spec)
        if not kind.answers_pieces:
            refuse_row_options(asked, spec.type)
        answer_columns = kind.answer_columns(schema, asked.output)
        if not answer_columns:
            raise InvalidInputError(
                f"input.output: a {schema.problem_type} model has no {asked.output}.",
                advice=f"Set it to {' or '.join(_outputs(kind, schema))}.",
            )
        answer_columns = with_contributions(
            asked, spec.type, schema, answer_columns, has_contributions=kind.has_contributions
        )
        if asked.on_error == "row":
            answer_columns = _with_row_error(answer_columns)
        files = find_data_files(self.store, "input.data", asked.data, most=MOST_BULK_FILES)
        choice = choose_engine(
            asked,
            spec,
            files,
            (instance_type, *others),
            has_bulk_engine=kind.has_bulk_engine,
        )
        planner = _PLANNERS[choice.engine](self.environment, self.store)
        model = ModelColumns(
            features=schema.feature_names,
            ignored=schema.ignored,
            label=schema.label,
            optional=schema.optional,
            answers=tuple(dict.fromkeys((*kind.answer_columns(schema, "both"), *answer_columns))),
        )
        data = inspect_batch_data(
            self.store, files, asked, model, counts_rows=planner.counts_rows(files)
        )
        headerless = None if data.layout.has_header else data.layout.columns
        data = planner.cut(data)
        kind.check_batch_files(self.store, files, schema, headerless)
        job_name = execution.job_name(spec.name)
        folder = batch_folder(self.environment.artifact_bucket, spec.name, job_name)
        refuse_name_of_earlier_run(self.store, execution, folder)
        plan = BatchPlan(
            spec=spec,
            execution=execution,
            asked=asked,
            job_name=job_name,
            folder=folder,
            output_path=output,
            package=package,
            instance_type=instance_type,
            fallback_instance_types=others,
            instance_count=_instance_count(
                asked, spec, len(data.inspected), choice, parts=data.units
            ),
            choice=choice,
            transform=options,
            features=schema.feature_names,
            answer_columns=answer_columns,
            answers_by_row=kind.answers_by_row,
            answers_pieces=kind.answers_pieces,
        )
        return planner.plan(plan, data)

    def _plan_pipeline(
        self,
        asked: BatchInput,
        spec: PredictorSpec,
        package: ModelPackage,
        execution: Execution,
        instance_types: tuple[str, ...],
        options: TransformOptions,
        output: S3Location | None,
    ) -> dict[str, Any]:
        """Return the plan of a batch whose files only the pipeline's own containers understand."""
        pipeline = pipeline_of(spec, asked)
        planner = PipelinePlanner(self.environment, self.store, self.endpoints)
        files = planner.files(asked, options)
        _, key = wanted_engine(asked, spec)
        note = note_on_cuts(spec.batch, "batches of the model alone")
        reason = f'{key} is "{PIPELINE}"{note}'
        choice = EngineChoice(PIPELINE, reason, has_bulk=False)
        job_name = execution.job_name(spec.name)
        folder = batch_folder(self.environment.artifact_bucket, spec.name, job_name)
        refuse_name_of_earlier_run(self.store, execution, folder)
        plan = BatchPlan(
            spec=spec,
            execution=execution,
            asked=asked,
            job_name=job_name,
            folder=folder,
            output_path=output,
            package=package,
            instance_type=instance_types[0],
            fallback_instance_types=instance_types[1:],
            instance_count=_instance_count(asked, spec, len(files.objects), choice),
            choice=choice,
            transform=options,
            features=(),
            answer_columns=(),
            answers_by_row=False,
            answers_pieces=False,
        )
        return planner.plan(plan, files, pipeline)


def _outputs(kind: PredictorType, schema: FeatureSchemaHeader) -> list[str]:
    """Return what a model can be asked for, in quotes, `both` last."""
    possible = (each for each in get_args(Output) if kind.answer_columns(schema, each))
    return [f'"{each}"' for each in sorted(possible, key="both".__eq__)]


def _with_row_error(columns: tuple[str, ...]) -> tuple[str, ...]:
    if ROW_ERROR in columns:
        raise InvalidInputError(
            f'input.on_error: the answer has a column "{ROW_ERROR}" of the model already.',
            advice="Leave on_error out.",
        )
    return (*columns, ROW_ERROR)


def _instance_count(
    asked: BatchInput,
    spec: PredictorSpec,
    files: int,
    choice: EngineChoice,
    *,
    parts: int | None = None,
) -> int:
    """Return how many instances there are; `parts` counts those of files, where some are cut."""
    most = files if parts is None else parts
    if asked.instance_count is not None and asked.instance_count > most:
        job = "processing" if choice.engine == BULK else "transform"
        has = f"{files} file{'' if files == 1 else 's'}"
        has, each = (has, "file") if most == files else (f"{has} in {most} parts", "part")
        raise InvalidInputError(
            f"input.instance_count: got {asked.instance_count}, but the data has {has}, and a "
            f"{job} job gives each {each} to one instance.",
            advice=f"Set it to at most {most}.",
        )
    return asked.instance_count or min(spec.batch.instance_count, most)


_PLANNERS: dict[str, type[TransformPlanner] | type[BulkPlanner]] = {
    TRANSFORM: TransformPlanner,
    BULK: BulkPlanner,
}
