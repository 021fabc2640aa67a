"""Settings of pretrained weights: what is accepted, and what is refused in one sentence."""

from typing import Any

import pytest

from autogluon_constructs.settings import SettingsError, Weights, parse_environment
from autogluon_constructs.settings.rules.left_out import left_out_warnings

SERIES = {"type": "timeseries", "init_args": {"target": "sales"}}
TABLE = {"init_args": {"label": "y"}}
OWN_IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/ours:1"
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
        {**TABLE, "fit_args": {"presets": "extreme_quality"}},
        {**TABLE, "fit_args": {"presets": "extreme_v140"}, "network_isolation": False},
        {**TABLE, "fit_args": {"presets": "experimental_quality_v120"}, "network_isolation": False},
        {**TABLE, "fit_args": {"hyperparameters": "multimodal",
                               "excluded_model_types": ["AG_AUTOMM"]}},
        {**TABLE, "fit_args": {"hyperparameters": {"AG_AUTOMM": {"model.names": [
            "numerical_mlp", "categorical_mlp", "fusion_mlp"]}}}},
        {**TABLE, "fit_args": {"hyperparameters": {"TABM": {}, "FT_TRANSFORMER": {}}}},
        {**TABLE, "fit_args": {"presets": "interpretable"}, "image_uri": OWN_IMAGE},
        {**TABLE, "fit_args": {"hyperparameters": {"EBM": {}}}, "image_uri": OWN_IMAGE},
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
            {**TABLE, "fit_args": {"presets": "experimental_quality_v120"}},
            "'experimental_quality_v120' has TABPFNMIX, whose pretrained weights a job without "
            "network access cannot download and `agcdk weights add` does not mirror; set "
            "excluded_model_types: [TABPFNMIX], or set the predictor's network_isolation: false",
        ),
        (
            {**TABLE, "fit_args": {"hyperparameters": "multimodal"}},
            "hyperparameters: 'multimodal' has AG_AUTOMM, whose pretrained weights",
        ),
        (
            {**TABLE, "fit_args": {"hyperparameters": {"AG_TEXT_NN": {}}}},
            "the object has AG_TEXT_NN, whose pretrained weights a job without network access "
            "cannot download and `agcdk weights add` does not mirror; name other models, or set",
        ),
        (
            {**TABLE, "fit_args": {"presets": ["extreme_v140"]}},
            "presets: 'extreme_v140' chooses its models by the number of rows and then downloads "
            "MITRA's weights, also where they are mirrored; write presets: 'tabarena'",
        ),
        (
            {**TABLE, "fit_args": {"presets": "extreme_v140"}, "network_isolation": False,
             "weights": ["mitra-classifier"]},
            "also where they are mirrored; write presets: 'tabarena'",
        ),
        (
            {**TABLE, "fit_args": {"presets": "extreme_v140", "hyperparameters": {"GBM": {}}}},
            "fit_args.hyperparameters: cannot be given with presets 'extreme_v140'",
        ),
        (
            {**TABLE, "fit_args": {"presets": "interpretable"}},
            "fit_args.presets: 'interpretable' leaves IM_RULEFIT and IM_FIGS alone, whose packages "
            "(imodels) AutoGluon's image does not have; choose another preset or other models, or",
        ),
        (
            {**TABLE, "fit_args": {"presets": "extreme", "excluded_model_types": ["GBM", "CAT"]}},
            "leaves NORI and TABICL and TABDPT-TURBO and REALMLP alone, whose packages",
        ),
        (
            {**TABLE, "fit_args": {"hyperparameters": {"GBM": {}, "EBM": {}}},
             "network_isolation": False},
            "fit_args.hyperparameters.EBM: needs the package interpret-core, which AutoGluon's "
            "image does not have; leave the model out, or give an image of your own",
        ),
        (
            {**TABLE, "schedules": {"weekly": {
                "workflow": "train", "expression": "rate(7 days)", "input": {
                    "train_data": "s3://{data_bucket}/a/{date}/",
                    "fit_args": {"hyperparameters": {"TABICL": {}}}}}}},
            "schedules.weekly.input.fit_args.hyperparameters.TABICL: needs the package tabicl",
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


@pytest.mark.parametrize(
    ("predictor", "sentence"),
    [
        (
            {**TABLE, "fit_args": {"presets": "extreme"}},
            "predictors.shop.fit_args.presets: 'extreme' trains GBM, CAT only: AutoGluon's image "
            "does not have the packages of NORI (synthefy-nori), TABICL (tabicl), TABDPT-TURBO "
            "(tabdpt), REALMLP (pytabkit); choose another preset, or give an image of your own "
            "that has them as image_uri",
        ),
        (
            {**TABLE, "fit_args": {"presets": "tabarena"}, "weights": ["mitra-classifier"]},
            "trains GBM, CAT, TABM, XGB, MITRA only",
        ),
        ({**TABLE, "fit_args": {"presets": "extreme"}, "image_uri": OWN_IMAGE}, None),
        ({**TABLE, "fit_args": {"presets": "best"}}, None),
        ({**SERIES, "fit_args": {"hyperparameters": {"ETS": {}}}}, None),
    ],
)
def test_models_of_a_preset_that_the_image_lacks_are_warned_of(
    predictor: dict[str, Any], sentence: str | None
) -> None:
    document = {"predictors": {"shop": predictor}}
    settings = parse_environment("dev", document, file="config/dev.yaml")

    found = list(left_out_warnings(settings.predictors))

    if sentence is None:
        assert found == []
        return
    ((name, warning),) = found
    assert name == "shop"
    assert sentence in warning
