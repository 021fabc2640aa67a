"""Planning a run that trains a fine-tuned multimodal model further: its weights are its own."""

from typing import Any

import pytest

from autogluon_lambdas.logic.training.plan import TrainingPlanner
from autogluon_lambdas.models.errors import InvalidDataError, InvalidInputError
from tests.fakes.lambda_environment import planner_event, validated
from tests.unit.lambdas import test_plan_further_training as tabular

TUNING, FOLDER = tabular.FIRST, "s3://data-bucket/folder"
CHECKPOINT = {"hyperparameters": {"model.hf_text.checkpoint_name": "weights/tiny"}}
JOB = {
    "type": "multimodal",
    "init_args": {"label": "class"},
    "fit_args": CHECKPOINT,
    "further_training": False,
}


MASKS = {"label": "class", "problem_type": "semantic_segmentation", "num_classes": 1}


def planner(images: list[str] | None = None, **changes: Any) -> TrainingPlanner:
    schema = {"type": "multimodal", **({"details": {"images": images}} if images else {})}
    made = {"schema": schema, "job": JOB, **changes}
    settings = {"type": "multimodal", "fit_args": {**CHECKPOINT, "time_limit": 60}}
    return tabular._planner(**{**settings, "init_args": {"label": "class"}, **made})


def problem(maker: TrainingPlanner, **values: Any) -> str:
    with pytest.raises((InvalidDataError, InvalidInputError)) as caught:
        maker.plan(planner_event(tabular._values(**values)))
    return str(caught.value)


def test_the_model_is_mounted_and_weights_are_not() -> None:
    maker = planner(network_isolation=True)
    values = {"fit_args": {"hyperparameters": {"optim.max_epochs": 2}}, "tuning_data": TUNING}

    answer = maker.plan(planner_event(tabular._values(**values)))

    request = validated("CreateTrainingJob", answer["request"])
    channels = {channel["ChannelName"] for channel in request["InputDataConfig"]}
    assert channels == {"train", "tuning", "model", "code", "config"}
    job = tabular._job(maker, answer)
    assert job.parent is not None
    assert job.parent.method == "fit"
    assert job.init_args == {"label": "class"}
    assert job.fit_args == {"hyperparameters": {"optim.max_epochs": 2}, "time_limit": 60}
    assert not job.weights


def test_mirrored_weights_of_the_settings_stay_out_of_the_job() -> None:
    maker = planner(weights=["mitra-classifier"])

    answer = maker.plan(planner_event(tabular._values()))

    names = {channel["ChannelName"] for channel in answer["request"]["InputDataConfig"]}
    assert "weights" not in names


def test_images_of_the_new_rows_arrive_with_them() -> None:
    maker = planner(images=["workclass"])
    maker.store.put(f"{FOLDER}/a.png", "x")  # type: ignore[attr-defined]

    answer = maker.plan(planner_event(tabular._values(images=FOLDER)))

    names = {channel["ChannelName"] for channel in answer["request"]["InputDataConfig"]}
    assert "images" in names


@pytest.mark.parametrize(
    ("made", "values", "sentence"),
    [
        ({}, {"method": "refit_full"}, "input.method: unknown method 'refit_full'"),
        ({}, {"weights": FOLDER}, "and version 1 goes on from its own; leave it out"),
        ({}, {"images": FOLDER}, "and version 1 takes no images; leave it out"),
        ({"images": ["workclass"]}, {}, "input.images: missing; version 1 takes images in workc"),
        (
            {},
            {"fit_args": {"hyperparameters": {"model.names": ["hf_text"]}}},
            "input.fit_args.hyperparameters.model.names: a model that is trained further keeps",
        ),
        (
            {},
            {"fit_args": {"hyperparameters": {"optim.rate": 1}}},
            "unknown hyperparameter 'optim.rate'",
        ),
        (
            {},
            {"fit_args": {"column_types": {"age": "text"}}},
            "input.fit_args.column_types: cannot be given; a model that is trained further keeps",
        ),
        ({}, {"fit_args": {"presets": "best_quality"}}, "input.fit_args.presets: cannot be given"),
        ({}, {"init_args": {"eval_metric": "f1"}}, "input.init_args.eval_metric: got"),
        ({"schema": {"type": "tabular"}}, {}, "version 1 is a tabular model, and predictor"),
        (
            {"schema": {"type": "multimodal", "problem_type": "regression"},
             "init_args": {"label": "class", "problem_type": "binary"}},
            {},
            'version 1 has the problem_type "regression"',
        ),
        (
            {"schema": {"type": "multimodal", "problem_type": "semantic_segmentation"},
             "job": {**JOB, "init_args": MASKS}, "init_args": MASKS},
            {},
            "fit is for binary, multiclass, regression models, and version 1 is semantic_segment",
        ),
        ({"schema": {"type": "multimodal", "label": "sex"}}, {}, 'has the label "sex"'),
        ({"header": "age,class\n"}, {}, 'lacks "workclass", compared with what version 1 takes'),
        ({"header": "workclass,age\n"}, {}, 'lacks "class"'),
        ({}, {"instance_count": 2}, "instance_count: got 2"),
        (
            {"metrics": {"versions": {"autogluon": "1.5.0", "python": "3.12"}}},
            {},
            "was trained with AutoGluon 1.5.0",
        ),
    ],
)  # fmt: skip
def test_what_cannot_go_on_is_refused_before_a_job(
    made: dict[str, Any], values: dict[str, Any], sentence: str
) -> None:
    assert sentence in problem(planner(**made), **values)
