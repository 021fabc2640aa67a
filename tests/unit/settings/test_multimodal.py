"""Settings of multimodal predictors: what is accepted, and what is refused in one sentence."""

from typing import Any

import pytest

from autogluon_constructs.settings import SettingsError, parse_environment

LOCAL = {"model.hf_text.checkpoint_name": "weights/tiny"}
TEXT = "model.hf_text.checkpoint_name"


def _problems(environment: dict[str, Any] | None = None, **changes: Any) -> list[str]:
    predictor = {
        "type": "multimodal",
        "init_args": {"label": "liked"},
        "fit_args": {"hyperparameters": LOCAL},
        **changes,
    }
    document = {**(environment or {}), "predictors": {"shop": predictor}}
    try:
        parse_environment("dev", document, file="config/dev.yaml")
    except SettingsError as error:
        return error.problems
    return []


def _fit(**hyperparameters: Any) -> dict[str, Any]:
    return {"fit_args": {"hyperparameters": {**LOCAL, **hyperparameters}}}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"init_args": {}},
        {"init_args": {"label": "x", "problem_type": "regression", "eval_metric": "rmse"}},
        {"fit_args": {"hyperparameters": LOCAL, "presets": "medium_quality", "seed": 3}},
        {"fit_args": {"hyperparameters": LOCAL, "column_types": {"title": "text"}}},
        _fit(**{"model.names": ["hf_text", "ft_transformer", "fusion_mlp"], "optim.lr": 0.001}),
        {"fit_args": {"hyperparameters": {"model.names": ["ft_transformer"]}}},
        {"fit_args": {}, "network_isolation": False},
        {"fit_args": {"hyperparameters": {TEXT: "roberta-base"}}, "network_isolation": False},
        {"quality_gate": {"metric": "roc_auc", "minimum": 0.8}},
        {"serving": {"joining": "always"}},
        {
            "serving": {"image_locations": ["s3://{data_bucket}/photos/", "s3://{data_bucket}/"]},
            "network_isolation": False,
        },
        {"batch": {"engine": "transform"}},
    ],
)
def test_what_autogluon_takes_is_accepted(changes: dict[str, Any]) -> None:
    assert _problems(**changes) == []


PHOTOS = "predictors.shop.serving.image_locations"


@pytest.mark.parametrize(
    ("location", "changes", "sentence"),
    [
        (
            "s3://{data_bucket}/photos/",
            {"network_isolation": True},
            f"{PHOTOS}: given with network_isolation true, and isolated containers do not reach S3",
        ),
        (
            "s3://others/photos/",
            {},
            f"{PHOTOS}: got 's3://others/photos/', which no predictor may read; add it to "
            "data_access",
        ),
        ("s3://shared/photos/", {}, ""),
        ("s3://shared/other/", {}, "which no predictor may read"),
        ("s3://{data_bucket}/photos", {}, "a folder ends in '/'; allowed: 's3://{data_bucket}"),
        ("s3://{data_bucket}", {}, "a folder ends in '/'"),
        ("s3://{artifact_bucket}/x/", {}, "allowed: 's3://{data_bucket}/<prefix>'"),
        ("s3://{data_bucket}/*/", {}, "neither wildcards nor dates are allowed"),
        (
            "s3://{data_bucket}/photos/",
            {"type": "tabular", "fit_args": {}},
            "serving.image_locations: tabular predictors read no images; leave it out",
        ),
        (
            "s3://{data_bucket}/photos/",
            {"type": "timeseries", "init_args": {}, "fit_args": {"presets": "fast_training"}},
            "serving.image_locations: forecasts read no images; leave it out",
        ),
    ],
)
def test_images_are_read_from_listed_folders_alone(
    location: str, changes: dict[str, Any], sentence: str
) -> None:
    found = _problems(
        {"data_access": ["s3://shared/photos/"]},
        **{"network_isolation": False, "serving": {"image_locations": [location]}, **changes},
    )
    assert bool(found) == bool(sentence), found
    assert not sentence or any(sentence in problem for problem in found), found


def test_an_environment_with_a_network_may_download() -> None:
    assert _problems({"network_isolation": False}, fit_args={}) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"fit_args": {}},
            "predictors.shop.fit_args.hyperparameters: model.timm_image.checkpoint_name, "
            "model.hf_text.checkpoint_name missing, so a job would download weights, which it "
            "cannot without network access; put the checkpoint's folder into S3",
        ),
        (
            _fit(**{TEXT: "google/electra-base-discriminator"}),
            f"{TEXT}: got 'google/electra-base-discriminator' (str), which a job without network "
            "access cannot download",
        ),
        (
            _fit(**{"model.names": ["ft_transformer"]}),
            f"{TEXT}: model.names lacks hf_text; add it, or leave this out",
        ),
        (_fit(**{"model.names": ["hf_text", "clip", "fusion_mlp"]}), "model.clip.checkpoint_name"),
        (
            _fit(**{"optim.learning_rate": 1}),
            "optim.learning_rate: AutoGluon has renamed it; write 'optim.lr'",
        ),
        (_fit(**{"optim.max_epoch": 1}), 'did you mean "optim.max_epochs"?'),
        (
            _fit(**{"model.hf_text.text_train_augment_types": ["syn_replacement(0.1)"]}),
            "syn_replacement needs WordNet, which a job without network access cannot download",
        ),
        (_fit(**{"optim.peft": "lora"}), "its artifact would need the pretrained weights again"),
        (_fit(**{"optim.max_epochs": 0}), "optim.max_epochs: got 0 (int); allowed: a whole number"),
        (_fit(**{"model.names": ["hf_txt"]}), "unknown model 'hf_txt' (did you mean \"hf_text\"?)"),
        (
            _fit(**{"model.names": ["hf_text", "numerical_mlp"]}),
            "allowed: one model, or several and one of fusion_mlp or fusion_transformer",
        ),
        (
            _fit(**{"optim.optim_type": "adaam"}),
            "optim_type: got 'adaam' (str); allowed: one of 'ad",
        ),
        (_fit(**{"env.precision": "foo"}), "env.precision: got 'foo' (str); allowed: one of '16',"),
        (_fit(**{"env.precision": True}), "env.precision: got true (bool); allowed"),
        (_fit(**{"optim.patience": "a"}), "optim.patience: got 'a' (str); allowed: a whole number"),
        (_fit(**{"env.num_gpus": -5}), "env.num_gpus: got -5 (int); allowed: a whole number >= -1"),
        (_fit(**{"optim.lr_schedule": "cosine"}), "optim.lr_schedule: got 'cosine' (str); allowed"),
        (_fit(**{"model.hf_text.pooling_mode": "max"}), "pooling_mode: got 'max' (str); allowed"),
        (
            _fit(**{"data.mixup.turn_on": "yes"}),
            "data.mixup.turn_on: got 'yes' (str); allowed: true",
        ),
        (
            _fit(**{"env.num_nodes": 2}),
            "env.num_nodes: cannot be given; AutoGluon trains these pred",
        ),
        (
            _fit(**{"model.meta_transformer.checkpoint_path": "a"}),
            "cannot be given; its weights come from a web address; use hf_text, timm_image and",
        ),
        (
            _fit(**{"model.timm_image.max_image_num_per_column": 2}),
            "cannot be given; a cell holds one image here",
        ),
        (
            _fit(**{"optimization.learning_rate": 0.1}),
            "optimization.learning_rate: AutoGluon has renamed it; write 'optim.lr'",
        ),
        (_fit(**{"model.names": ["t_few"]}), "got 't_few' (str); it answers by prompts, which is"),
        ({"fit_args": {"hyperparameters": "default"}}, "an object of dotted names to values"),
        ({"fit_args": {"presets": "best_quality_hpo"}}, "trials within one job are unsupported"),
        ({"fit_args": {"preset": "best_quality"}}, 'unknown argument (did you mean "presets"?)'),
        (
            {"fit_args": {"column_types": {"title": "txt"}}},
            "column_types.title: got 'txt' (str); allowed: one of 'text'",
        ),
        (
            {"init_args": {"label": "x", "problem_type": "object_detection"}},
            "init_args.problem_type: got 'object_detection' (str); AutoGluon detects objects with "
            "mmcv, mmdet and mmengine, which its container does not have; train a detector",
        ),
        (
            {"init_args": {"label": "x", "problem_type": "regression", "eval_metric": "roc_auc"}},
            "init_args.eval_metric: got 'roc_auc', which does not exist for problem_type",
        ),
        ({"init_args": {"query": "x"}}, "it is for semantic matching, which is unsupported"),
        ({"init_args": {"presets": "best_quality"}}, "cannot be given; give it in fit_args"),
        (
            {"serving": {"optimize_for": "latency"}, "endpoint": {"instance_type": "ml.m5.large"}},
            "serving.optimize_for: got 'latency', which is for tabular predictors",
        ),
        ({"batch": {"engine": "bulk"}}, "batch.engine: got 'bulk', which has a process for each"),
        (
            {"quality_gate": {"metric": "WQL", "minimum": 0.5}},
            "quality_gate.metric: got 'WQL', which a run with eval_metric None does not measure",
        ),
    ],
)
def test_what_cannot_work_is_refused_in_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    (problem,) = _problems(**changes)
    assert sentence in problem
