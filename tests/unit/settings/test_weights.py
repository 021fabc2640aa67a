"""Settings of pretrained weights: what is accepted, and what is refused in one sentence."""

from typing import Any

import pytest

from autogluon_constructs.settings import SettingsError, Weights, parse_environment

SERIES = {"type": "timeseries", "init_args": {"target": "sales"}}
TABLE = {"init_args": {"label": "y"}}
MINE = {"hyperparameters": {"Chronos2": {"model_path": "weights/mine"}}}


def _problems(predictor: dict[str, Any], **environment: Any) -> list[str]:
    document = {"predictors": {"shop": predictor}, **environment}
    try:
        parse_environment("dev", document, file="config/dev.yaml")
    except SettingsError as error:
        return error.problems
    return []


@pytest.mark.parametrize(
    "predictor",
    [
        {**SERIES, "fit_args": {"presets": "chronos2"}, "weights": ["chronos-2"]},
        {**SERIES, "fit_args": {"presets": "mq"}, "weights": ["chronos-2-small", "toto-2-4m"]},
        {**SERIES, "fit_args": {"hyperparameters": {"Chronos": {"model_path": "bolt_tiny"}}},
         "weights": ["chronos-bolt-tiny"]},
        {**SERIES, "fit_args": MINE, "weights": ["mine"]},
        {**TABLE, "fit_args": {"hyperparameters": {"MITRA": {}}}, "weights": ["mitra-classifier"]},
        {**TABLE, "fit_args": {"presets": "extreme_v150", "excluded_model_types": ["MITRA"]}},
        {**TABLE, "fit_args": {"hyperparameters": {"MITRA": {}}}, "network_isolation": False},
        {"type": "multimodal", **TABLE, "weights": ["mine"], "fit_args": {"hyperparameters": {
            "model.names": ["hf_text"], "model.hf_text.checkpoint_name": "weights/mine"}}},
    ],
)  # fmt: skip
def test_weights_that_runs_have_are_accepted(predictor: dict[str, Any]) -> None:
    assert _problems(predictor) == []


@pytest.mark.parametrize(
    ("predictor", "sentence"),
    [
        (
            {**SERIES, "fit_args": {"presets": "medium_quality"}, "weights": ["chronos-2-small"]},
            "'medium_quality' has Toto2, whose pretrained weights a job does not download; mirror "
            "them with `agcdk weights add` and write weights: [chronos-2-small, toto-2-4m], set",
        ),
        ({**SERIES, "fit_args": MINE}, "got 'weights/mine', which the predictor's weights do not"),
        (
            {**SERIES, "fit_args": {"hyperparameters": {"Chronos2": {"model_path": "me/mine"}}}},
            "run `agcdk weights add NAME --repository me/mine`",
        ),
        (
            {**SERIES, "fit_args": {"hyperparameters": {"Toto": {}}}},
            "AutoGluon runs Toto on GPUs alone",
        ),
        (
            {**SERIES, "fit_args": {"hyperparameters": {"Chronos2": {"revision": "v1"}}},
             "weights": ["chronos-2"]},
            "Chronos2.revision: got 'v1' (str), and a mirrored set has one revision",
        ),
        (
            {**TABLE, "fit_args": {"presets": ["tabarena"]}},
            "has MITRA, whose pretrained weights a job without network access cannot download",
        ),
        (
            {**TABLE, "fit_args": {"hyperparameters": {"MITRA": {"hf_model": "weights/mine"}}}},
            "MITRA.hf_model: got 'weights/mine', which the predictor's weights do not name",
        ),
        (
            {**TABLE, "fit_args": {"hyperparameters": {"MITRA": {"hf_model": "me/mine"}}}},
            "MITRA.hf_model: got 'me/mine', which a job without network access cannot download",
        ),
        ({**TABLE, "weights": ["chronos-2"]}, "got 'chronos-2', which is for timeseries predictor"),
        ({**TABLE, "weights": ["a", "a"]}, "'a' is named twice; name each set once"),
        ({**TABLE, "weights": ["A b"]}, "weights"),
        (
            {"type": "multimodal", **TABLE, "weights": ["other"], "fit_args": {"hyperparameters": {
                "model.names": ["hf_text"], "model.hf_text.checkpoint_name": "weights/mine"}}},
            "got 'weights/mine', which is not in weights; allowed: other",
        ),
        (
            {**SERIES, "fit_args": {"hyperparameters": {"ETS": {}}}, "schedules": {"weekly": {
                "workflow": "train", "expression": "rate(7 days)", "input": {
                    "train_data": "s3://{data_bucket}/a/{date}/",
                    "fit_args": {"hyperparameters": {"Chronos2": {}}}}}}},
            "schedules.weekly.input.fit_args.hyperparameters: the object has Chronos2",
        ),
    ],
)  # fmt: skip
def test_a_run_that_would_lack_its_weights_is_refused(
    predictor: dict[str, Any], sentence: str
) -> None:
    (problem,) = _problems(predictor)
    assert sentence in problem


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ({"hub": "huggingface.co"}, "weights.hub: got 'huggingface.co'; allowed: the URL of a hub"),
        ({"hub": "https://hub.example.com/"}, "without a slash at its end"),
        ({"instance_type": "ml.m6g.large"}, "weights.instance_type: got 'ml.m6g.large'"),
        ({"max_runtime_seconds": 10, "network": "none"}, "weights.max_runtime_seconds"),
        ({"token": "hf_x", "network": "none"}, "weights.token: unknown key"),
        ({}, "from which no job reaches https://huggingface.co; allowed: weights: {network: none}"),
    ],
)
def test_wrong_settings_of_the_mirror_are_refused(weights: dict[str, Any], sentence: str) -> None:
    (problem,) = _problems(TABLE, weights=weights, network={"mode": "created"})
    assert sentence in problem


def test_the_mirrors_volume_takes_the_key_where_all_must() -> None:
    required = {"encryption": {"volumes": "required"}}
    (problem,) = _problems(TABLE, weights={"instance_type": "ml.g5.xlarge"}, **required)
    assert "weights.instance_type: got 'ml.g5.xlarge' with encryption.volumes" in problem
    assert _problems(TABLE, weights={}, **required) == []


def test_the_mirror_is_there_where_somebody_asks_for_it() -> None:
    def mirror(predictor: dict[str, Any], **more: Any) -> Weights | None:
        document = {"predictors": {"shop": predictor}, **more}
        return parse_environment("dev", document, file="config/dev.yaml").mirrored_weights

    assert mirror(TABLE) is None
    assert mirror(TABLE, weights={}) == Weights()
    assert mirror({**TABLE, "weights": ["mitra-regressor"]}) == Weights()
    assert mirror(TABLE, weights={"network": "none"}, network={"mode": "created"}) is not None
    assert mirror(TABLE, weights={"volume_size_gb": 9}) == Weights(volume_size_gb=9)
