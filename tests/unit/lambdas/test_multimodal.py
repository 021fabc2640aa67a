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
TEST, NONE = "s3://data-bucket/shop/test.csv", "s3://data-bucket/shop/none.csv"
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
        ({}, {**GIVEN, "train_data": NONE}, f"{NONE} not found. Upload it, or correct the address"),
        ({}, {**GIVEN, "labels": 3}, "input.labels: unknown key; leave it out."),
        ({}, {**GIVEN, "init_args": {"lable": "x"}}, 'unknown argument (did you mean "label"?)'),
        (
            {},
            {**GIVEN, "init_args": {"eval_metric": "acuracy"}},
            "input.init_args.eval_metric: unknown metric 'acuracy' (did you mean \"accuracy\"?)",
        ),
        (
            {},
            {**GIVEN, "fit_args": {"hyperparameters": {"optim.lrr": 1}}},
            "input.fit_args.hyperparameters: unknown hyperparameter 'optim.lrr' (did you mean",
        ),
        (
            {},
            {**GIVEN, "fit_args": {"time_limit": "soon"}},
            "input.fit_args.time_limit: got 'soon' (str); allowed: a number of seconds > 0",
        ),
        (
            {},
            {**GIVEN, "static_features": TRAIN},
            f"input.static_features: got {TRAIN}; multimodal predictors take no static_features; "
            "leave it out",
        ),
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


@pytest.mark.parametrize(
    ("train", "test", "sentence"),
    [
        ("", None, f"input.train_data: {TRAIN} is empty (0 bytes). Upload it again"),
        ("review,liked\n", None, f"{TRAIN} has columns but no rows. Upload it again with its rows"),
        ("review,review,liked\na,b,yes\n", None, 'column "review" more than once. Rename all but'),
        ("review,liked\na,yes\nb,yes\n", None, 'label "liked" has the same value in every row.'),
        (ROWS, "stars,liked\n1,yes\n", f"input.test_data: {TEST} lacks columns of the training"),
        (ROWS, "review,stars\na,1\n", f'label column "liked" not found in {TEST}. Columns found: '),
    ],
)
def test_data_that_cannot_be_learned_from_is_refused(
    train: str, test: str | None, sentence: str
) -> None:
    planner = _planner(train)
    assert isinstance(planner.store, FakeStore)
    if test is not None:
        planner.store.put(TEST, test)
    assert sentence in _problem(planner, **GIVEN, **({} if test is None else {"test_data": TEST}))


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
        ("", {}, f"{TRAIN} is empty (0 bytes). Upload it again with its rows"),
        ("photo,mask\n", {}, f"{TRAIN} has columns but no rows. Upload it again with its rows"),
        ("photo,photo,mask\na,b,c\n", {}, 'column "photo" more than once. Rename all but one'),
        (PARTS, {"train_data": NONE}, f"{NONE} not found. Upload it, or correct the address"),
        (PARTS, {"test_data": NONE}, f"input.test_data: object or prefix {NONE} not found"),
        (PARTS, {"weights": None}, "input.weights: missing; model.sam.checkpoint_name is"),
        (PARTS, {"weights": "s3://data-bucket/none"}, "folder s3://data-bucket/none/ not found"),
        (
            PARTS,
            {"init_args": {"eval_metric": "acuracy"}},
            "input.init_args.eval_metric: unknown metric 'acuracy'; known: iou, ber",
        ),
        (
            PARTS,
            {"fit_args": {"column_types": {"photo": "image_path", "shift": "image_path"}}},
            "reads one column of images; declare it, such as {photo: image_path}",
        ),
        (
            PARTS,
            {"fit_args": {"hyperparameters": {"model.sam.checkpoint_name": "facebook/sam"}}},
            "which a job without network access cannot download; put the checkpoint's folder",
        ),
        (
            PARTS,
            {"fit_args": {"hyperparameters": {"optim.lrr": 1}}},
            "unknown hyperparameter 'optim.lrr' (did you mean \"optim.lr\"?)",
        ),
        (PARTS, {"instance_count": 2}, "training of multimodal predictors is unsupported"),
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
