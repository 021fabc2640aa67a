"""Planning multimodal runs: each wrong input is one sentence."""

import json
from typing import Any

import pytest

from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_lambdas.logic.multimodal.predictor_type import PREDICTOR_TYPE
from autogluon_lambdas.logic.training.plan import TrainingPlanner
from autogluon_lambdas.models.errors import InvalidDataError, InvalidInputError
from tests.fakes.lambda_environment import ENVIRONMENT, EXECUTION_ARN, planner_event, validated
from tests.fakes.lambda_ports import FakePredictors, FakeRegistry, FakeTrainingJobs
from tests.fakes.sandbox import spec
from tests.fakes.store import FakeStore

TRAIN, WEIGHTS = "s3://data-bucket/shop/train.csv", "s3://data-bucket/shop/weights"
FIT = {"hyperparameters": {"model.hf_text.checkpoint_name": "weights/tiny"}}
SPEC = {"type": "multimodal", "init_args": {"label": "liked"}, "fit_args": FIT}
ROWS = "review,stars,liked\ngood it was,4,yes\nbad it was,1,no\n"
GIVEN = {"train_data": TRAIN, "weights": WEIGHTS}


def _planner(train: str = ROWS, **changes: Any) -> TrainingPlanner:
    store = FakeStore({TRAIN: train, f"{WEIGHTS}/tiny/config.json": "{}"})
    return TrainingPlanner(
        ENVIRONMENT,
        FakePredictors(spec(**{**SPEC, **changes})),
        store,
        FakeRegistry(),
        FakeTrainingJobs(),
    )


def _problem(planner: TrainingPlanner, **values: Any) -> str:
    with pytest.raises((InvalidDataError, InvalidInputError)) as caught:
        planner.plan(planner_event({"predictor": "income", **values}))
    return str(caught.value)


def test_the_weights_are_a_channel_of_the_job() -> None:
    planner = _planner()

    answer = planner.plan(planner_event({"predictor": "income", **GIVEN}))

    request = validated("CreateTrainingJob", answer["request"])
    sources = {
        channel["ChannelName"]: channel["DataSource"]["S3DataSource"]["S3Uri"]
        for channel in request["InputDataConfig"]
    }
    assert sources["weights"] == f"{WEIGHTS}/"
    names = [m["Name"] for m in request["AlgorithmSpecification"]["MetricDefinitions"]]
    assert {"test:roc_auc", "holdout:accuracy"} <= set(names)
    assert len(names) <= 40
    assert isinstance(planner.store, FakeStore)
    job = json.loads(planner.store.text(answer["run"]["folder"] + "config/job.json"))
    assert job["data"] == {
        "train": TRAIN, "test": None, "tuning": None, "weights": f"{WEIGHTS}/",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "values", "sentence"),
    [
        ({}, {"train_data": TRAIN}, "input.weights: missing; model.hf_text.checkpoint_name is"),
        ({}, {**GIVEN, "weights": "s3://data-bucket/none"}, "folder s3://data-bucket/none/ not"),
        (
            {},
            {**GIVEN, "fit_args": {"column_types": {"revue": "text"}}},
            'fit_args.column_types column "revue" not found',
        ),
        (
            {},
            {
                **GIVEN,
                "fit_args": {"hyperparameters": {"model.hf_text.checkpoint_name": "weights/tinny"}},
            },
            "tinny/config.json not found, which model.hf_text.checkpoint_name needs (did you mean "
            '"tiny"?)',
        ),
        (
            {"network_isolation": True, "fit_args": {}},
            {"train_data": TRAIN},
            "so a job would download weights",
        ),
        (
            {},
            {**GIVEN, "fit_args": {"column_types": {"review": "image_path"}}},
            'input.images: missing; column_types calls "review" an image',
        ),
        ({}, {**GIVEN, "images": WEIGHTS}, "names no column of image_path; declare it"),
        ({}, {**GIVEN, "init_args": {"label": "stars"}}, "declare another predictor in the YAML"),
        ({}, {**GIVEN, "instance_count": 2}, "training of multimodal predictors is unsupported"),
        (
            {"type": "tabular", "fit_args": {}},
            GIVEN,
            f"input.weights: got {WEIGHTS}/; tabular predictors take no weights; leave it out",
        ),
    ],
)
def test_wrong_runs_are_refused_in_a_sentence(
    changes: dict[str, Any], values: dict[str, Any], sentence: str
) -> None:
    assert sentence in _problem(_planner(**changes), **values)


def test_a_column_that_becomes_an_image_breaks_callers() -> None:
    def header(**details: Any) -> FeatureSchemaHeader:
        document = {
            "version": 1, "type": "multimodal", "label": "liked", "problem_type": "regression",
            "classes": None, "positive_class": None, "quantile_levels": None, "ignored": [],
            "features": [{"name": name, "kind": "text"} for name in ("review", "photo")],
            **({"details": details} if details else {}),
        }  # fmt: skip
        return FeatureSchemaHeader.from_text(json.dumps(document))

    text, image = header(), header(images=["photo"])
    assert PREDICTOR_TYPE.broken_for_callers(text, text) == []
    assert PREDICTOR_TYPE.broken_for_callers(text, image) == ['column "photo" has become an image']
    assert PREDICTOR_TYPE.broken_for_callers(image, text) == [
        'column "photo" is no longer an image'
    ]


def test_the_labels_column_is_looked_for() -> None:
    assert 'label column "liked" not found' in _problem(_planner("review,stars\na,1\n"), **GIVEN)


MASKS = {
    "type": "multimodal",
    "init_args": {"label": "mask", "problem_type": "semantic_segmentation", "num_classes": 3},
    "fit_args": {
        "column_types": {"photo": "image_path"},
        "hyperparameters": {"model.sam.checkpoint_name": "weights/tiny"},
    },
}
# Each mask is named once, as no class may be.
PARTS = "photo,mask,shift\n" + "".join(f"p{n}.png,m{n}.png,{n % 2}\n" for n in range(40))


def test_names_of_masks_are_not_classes() -> None:
    planner = _planner(PARTS, **MASKS)
    assert isinstance(planner.store, FakeStore)

    answer = planner.plan(planner_event({"predictor": "income", **GIVEN, "images": WEIGHTS}))

    request = validated("CreateTrainingJob", answer["request"])
    names = [m["Name"] for m in request["AlgorithmSpecification"]["MetricDefinitions"]]
    assert {"test:iou", "holdout:pixel_accuracy"} <= set(names)
    assert "not read: shift" in json.dumps(answer)
    assert "class" not in json.dumps(answer["run"].get("warnings", []))


@pytest.mark.parametrize(
    ("train", "values", "sentence"),
    [
        ("photo,label\na,b\n", {}, 'label column "mask" not found'),
        ("picture,mask\na,b\n", {}, 'fit_args.column_types column "photo" not found'),
        (PARTS, {"images": None}, "input.images: missing; column_types calls"),
        (PARTS, {"fit_args": {"presets": "best_quality"}}, "AutoGluon has one preset"),
        (
            PARTS,
            {"init_args": {"num_classes": 2}},
            'predicts the label "mask" (problem_type "semantic_segmentation", num_classes 3); '
            "declare another predictor",
        ),
    ],
)
def test_wrong_runs_for_masks_are_refused(
    train: str, values: dict[str, Any], sentence: str
) -> None:
    given = {**GIVEN, "images": WEIGHTS, **values}
    given = {key: value for key, value in given.items() if value is not None}
    assert sentence in _problem(_planner(train, **MASKS), **given)


def test_masks_of_other_values_are_another_answer() -> None:
    def header(values: list[int]) -> FeatureSchemaHeader:
        document = {
            "version": 1, "type": "multimodal", "label": "mask",
            "problem_type": "semantic_segmentation", "classes": None, "positive_class": None,
            "quantile_levels": None, "ignored": [],
            "features": [{"name": "photo", "kind": "text"}],
            "details": {"images": ["photo"], "masks": values},
        }  # fmt: skip
        return FeatureSchemaHeader.from_text(json.dumps(document))

    found = PREDICTOR_TYPE.answer_columns(header([0, 255]), "both")
    assert found == ("mask", "0_pixels", "255_pixels")
    assert PREDICTOR_TYPE.answer_columns(header([0, 255]), "probabilities") == ()
    assert found != PREDICTOR_TYPE.answer_columns(header([0, 1, 2]), "both")


def test_a_job_keeps_its_state_and_a_later_run_continues_it() -> None:
    training = {**spec()["training"], "checkpoints": True}
    planner = _planner(training=training)
    assert isinstance(planner.store, FakeStore)
    stopped = EXECUTION_ARN.rpartition(":")[0] + ":stopped"
    answer = planner.plan(planner_event({"predictor": "income", **GIVEN}, arn=stopped))
    request = validated("CreateTrainingJob", answer["request"])
    kept = request["CheckpointConfig"]["S3Uri"]
    planner.store.put(f"{kept}/checkpoint.json", "{}")
    again = {"predictor": "income", **GIVEN, "continue_run": "stopped"}

    second = planner.plan(planner_event(again))["request"]

    sources = {
        channel["ChannelName"]: channel["DataSource"]["S3DataSource"]["S3Uri"]
        for channel in second["InputDataConfig"]
    }
    assert sources["checkpoint"] == f"{kept}/"
    planner.store.put("s3://data-bucket/shop/others/tiny/config.json", "{}")
    changed = {**again, "weights": "s3://data-bucket/shop/others"}
    with pytest.raises(InvalidInputError, match="trained other models: weights_folder changed"):
        planner.plan(planner_event(changed))
