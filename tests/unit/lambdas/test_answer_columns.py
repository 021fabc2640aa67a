"""The columns that a batch's planner announces are those that the container answers."""

import json
from typing import Any

import pytest

from autogluon_jobs.schema import feature_schema as container_schema
from autogluon_jobs.tabular.prediction.answer_columns import answer_columns
from autogluon_lambdas.logic.transform.summarize import BatchSummarizer
from autogluon_lambdas.models.errors import InvalidInputError
from tests.fakes.lambda_environment import validated
from tests.fakes.store import FakeStore
from tests.unit.lambdas.bulk_batches import DATA, HEADER, SCHEMA, bulk_store, planned, problem_of

ENGINES = ("transform", "bulk")
PROBLEM_TYPES: dict[str, dict[str, Any]] = {
    "binary": {"classes": ["<=50K", ">50K"]},
    "multiclass": {"classes": ["low", "middle", "high"], "positive_class": None},
    "regression": {"classes": None, "positive_class": None},
    "quantile": {
        "classes": None,
        "positive_class": None,
        "quantile_levels": [0.1, 0.5, 0.9],
    },
}
COLUMNS = {
    "binary": ["class", "<=50K_proba", ">50K_proba"],
    "multiclass": ["class", "low_proba", "middle_proba", "high_proba"],
    "regression": ["class"],
    "quantile": ["0.1", "0.5", "0.9"],
}


def _schema(problem_type: str) -> dict[str, Any]:
    return {**SCHEMA, "problem_type": problem_type, **PROBLEM_TYPES[problem_type]}


def _store(problem_type: str, header: str = HEADER) -> FakeStore:
    store = bulk_store({DATA + "1.csv": header + "1,a,40\n2,b,50\n"})
    store.put(
        "s3://artifact-bucket/income/runs/run-1/report/feature_schema.json",
        json.dumps(_schema(problem_type)),
    )
    return store


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("problem_type", PROBLEM_TYPES)
def test_each_engine_announces_the_columns_of_the_problem_type(
    problem_type: str, engine: str
) -> None:
    answer, _ = planned({"engine": engine}, store=_store(problem_type))

    assert answer["batch"]["engine"] == engine
    assert answer["batch"]["columns"] == COLUMNS[problem_type]
    operation = "CreateProcessingJob" if engine == "bulk" else "CreateTransformJob"
    validated(operation, answer["request"])


@pytest.mark.parametrize("output", ["both", "labels", "probabilities"])
@pytest.mark.parametrize("problem_type", PROBLEM_TYPES)
def test_the_container_answers_the_same_columns(problem_type: str, output: str) -> None:
    raw = _schema(problem_type)
    schema = container_schema.FeatureSchema(
        raw["label"],
        problem_type,
        (container_schema.Feature("age", "float", "float64", nullable=True),),
        None if raw["classes"] is None else tuple(raw["classes"]),
        quantile_levels=raw.get("quantile_levels"),
    )
    values = {"output": output}
    if output == "probabilities" and raw["classes"] is None:
        sentence = problem_of(values, InvalidInputError, store=_store(problem_type))
        assert sentence.startswith(f"input.output: a {problem_type} model has no probabilities.")
        return

    answer, _ = planned(values, store=_store(problem_type))

    assert answer["batch"]["columns"] == list(answer_columns(schema, output))


def test_a_quantile_batch_is_finished_with_a_column_for_each_level() -> None:
    store = _store("quantile")
    batch = planned(store=store)[0]["batch"]
    store.put(batch["raw_folder"] + "1.csv.out", "1,2,3\n4,5,6\n")
    job = {
        "TransformJobName": batch["job_name"],
        "TransformJobStatus": "Completed",
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
    }

    summary = BatchSummarizer(store).summarize({"batch": batch, "transform_job": job})

    assert summary["columns"] == ["0.1", "0.5", "0.9"]
    assert store.text(summary["results"][0]) == "0.1,0.5,0.9\n1,2,3\n4,5,6\n"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_quantile_is_not_an_id_column(engine: str) -> None:
    store = _store("quantile", HEADER.replace("age", "0.5", 1))
    store.put(
        "s3://artifact-bucket/income/runs/run-1/report/feature_schema.json",
        json.dumps(
            {
                **_schema("quantile"),
                "features": [{"name": "0.5"}, {"name": "workclass"}, {"name": "hours-per-week"}],
            }
        ),
    )

    sentence = problem_of({"engine": engine, "id_column": "0.5"}, store=store)

    assert sentence.startswith('input.id_column: "0.5" is a column of the answer.')
