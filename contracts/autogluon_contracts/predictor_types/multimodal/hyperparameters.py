"""Say what the hyperparameters of MultiModalPredictor 1.6 may be.

Source: the files below `configs` of `autogluon.multimodal` 1.6.3, its `optim/utils.py`,
`optim/lr/utils.py`, `utils/precision.py`, `utils/config.py` and `constants.py`, which refuse other
values after the data is loaded, or take them for another one.
"""

from collections.abc import Iterator, Mapping

from autogluon_contracts.models.known_weights import FOLDER
from autogluon_contracts.predictor_types.multimodal.names import (
    FUSIONS,
    HYPERPARAMETERS,
    MODELS,
)
from autogluon_contracts.predictor_types.multimodal.weights import checkpoint_key
from autogluon_contracts.rules import (
    Rule,
    array,
    either,
    flag,
    integer,
    name_from,
    nullable,
    number,
    number_above,
    number_from,
    one_of,
    refused,
    shown,
    text,
)

OPTIMIZERS = ("adamw", "adam", "sgd", "adafactor")
SCHEDULES = ("cosine_decay", "polynomial_decay", "linear_decay", "multi_step")
PRECISIONS = (
    "16", "16-mixed", "16-true", "bf16", "bf16-mixed", "bf16-true", "32", "32-true", "64",
    "64-true",
)  # fmt: skip
PRECISION_NUMBERS = (16, 32, 64)
AVERAGES = ("uniform_soup", "greedy_soup", "best")
TUNINGS = (
    "bit_fit", "norm_fit", "lora", "lora_bias", "lora_norm", "ia3", "ia3_bias", "ia3_norm",
    "ia3_lora", "ia3_lora_bias", "Ia3_lora_norm", "conv_lora",
)  # fmt: skip
"""Ways to train a part of the weights, `optim.peft`."""

RENAMED: Mapping[str, str] = {
    "optim.learning_rate": "optim.lr",
    "optim.efficient_finetune": "optim.peft",
    "optim.loss_function": "optim.loss_func",
    "env.num_workers_evaluation": "env.num_workers_inference",
    "env.eval_batch_size_ratio": "env.inference_batch_size_ratio",
    "data.label.numerical_label_preprocessing": "data.label.numerical_preprocessing",
    "model.categorical_mlp.drop_rate": "model.categorical_mlp.dropout",
    "model.numerical_mlp.drop_rate": "model.numerical_mlp.dropout",
    "model.numerical_mlp.d_token": "model.numerical_mlp.token_dim",
    "model.fusion_mlp.weight": "model.fusion_mlp.aux_loss_weight",
    "model.fusion_mlp.drop_rate": "model.fusion_mlp.dropout",
    "model.fusion_transformer.n_blocks": "model.fusion_transformer.num_blocks",
    "model.fusion_transformer.attention_n_heads": "model.fusion_transformer.attention_num_heads",
    "model.fusion_transformer.ffn_d_hidden": "model.fusion_transformer.ffn_hidden_size",
    "model.ft_transformer.attention_n_heads": "model.ft_transformer.attention_num_heads",
}
"""Keys of earlier releases -> today's."""
_OLD_GROUP, _GROUP = "optimization.", "optim."

_SHARE = number(minimum=0, maximum=1)
_AT_LEAST_0, _AT_LEAST_1 = integer(0), integer(1)
_ONE_IMAGE = "a cell holds one image here; leave it out"
_FIXED = "images and masks are prepared as by default, in training and serving; leave it out"
_BY_MODEL = "it follows from the model; leave it out"

UNSUPPORTED_MODELS: Mapping[str, str] = {
    "meta_transformer": "its weights come from a web address; use hf_text, timm_image and a fusion",
    "ner_text": "it finds entities in texts, which is unsupported",
    "fusion_ner": "it finds entities in texts, which is unsupported",
    "document_transformer": "documents are unsupported; use texts and images",
    "t_few": "it answers by prompts, which is unsupported; use hf_text",
    "mmdet_image": "it detects objects, which is unsupported",
    "mmocr_text_detection": "it reads texts in images, which is unsupported",
    "mmocr_text_recognition": "it reads texts in images, which is unsupported",
}
"""Models of AutoGluon's configuration that predictors of this type cannot have -> the reason."""

REFUSED: Mapping[str, str] = {
    **{f"model.{model}.data_types": _BY_MODEL for model in MODELS},
    "model.timm_image.max_image_num_per_column": _ONE_IMAGE,
    "model.clip.max_image_num_per_column": _ONE_IMAGE,
    "model.sam.max_img_num_per_col": _ONE_IMAGE,
    **dict.fromkeys(
        tuple(
            f"model.sam.{name}"
            for name in ("val_transforms", "img_transforms", "gt_transforms", "ignore_label")
        ),
        _FIXED,
    ),
    "data.document.missing_value_strategy": UNSUPPORTED_MODELS["document_transformer"],
    "env.num_nodes": "AutoGluon trains these predictors on one instance; leave it out",
    **dict.fromkeys(
        ("env.deepspeed_allgather_size", "env.deepspeed_allreduce_size"),
        "AutoGluon's image does not have DeepSpeed; leave it out",
    ),
}
"""Keys of AutoGluon's configuration that cannot be given -> the reason."""

_PRECISION = either(
    one_of(*PRECISIONS),
    Rule(
        " or ".join(map(str, PRECISION_NUMBERS)),
        lambda value: not isinstance(value, bool) and value in PRECISION_NUMBERS,
    ),
)

# The last word of a model's key -> the rule.
_OF_MODELS: Mapping[str, Rule] = {
    **dict.fromkeys(
        ("dropout", "attention_dropout", "residual_dropout", "ffn_dropout"), _SHARE
    ),
    "text_trivial_aug_maxscale": _SHARE,
    **dict.fromkeys(
        (
            "hidden_size", "token_dim", "num_blocks", "attention_num_heads", "ffn_hidden_size",
            "text_segment_num", "image_chan_num", "num_mask_tokens", "text_aug_detect_length",
        ),
        _AT_LEAST_1,
    ),
    "num_layers": _AT_LEAST_0,
    "image_size": nullable(_AT_LEAST_1),
    # Zero and less: as long as the pretrained model takes.
    "max_text_len": nullable(integer(-1)),
    "aux_loss_weight": nullable(number_from(0)),
    **dict.fromkeys(
        (
            "gradient_checkpointing", "use_fast", "insert_sep", "low_cpu_mem_usage",
            "stochastic_chunk", "use_learnable_image", "requires_all_dtypes",
        ),
        flag(),
    ),
    **dict.fromkeys(("additive_attention", "share_qv_weights"), either(flag(), one_of("auto"))),
    "pooling_mode": one_of("cls", "mean"),
    "normalization": one_of("layer_norm", "batch_norm", "ghost_batch_norm"),
}  # fmt: skip

_OTHERS: Mapping[str, Rule] = {
    "data.image.missing_value_strategy": one_of("zero", "skip"),
    "data.categorical.minimum_cat_count": _AT_LEAST_0,
    "data.categorical.maximum_num_cat": _AT_LEAST_0,
    "data.categorical.convert_to_text_template": one_of("direct", "list", "text", "latex"),
    "data.label.numerical_preprocessing": nullable(one_of("standardscaler", "minmaxscaler")),
    "data.column_features_pooling_mode": one_of("concat", "mean"),
    "data.mixup.mixup_alpha": number_from(0),
    "data.mixup.cutmix_alpha": number_from(0),
    "data.mixup.prob": _SHARE,
    "data.mixup.switch_prob": _SHARE,
    "data.mixup.mode": one_of("batch", "pair", "elem"),
    "data.mixup.turn_off_epoch": _AT_LEAST_0,
    "data.mixup.label_smoothing": _SHARE,
    "data.modality_dropout": _SHARE,
    "data.templates.num_templates": _AT_LEAST_1,
    "data.templates.template_length": _AT_LEAST_1,
    **dict.fromkeys(
        (
            "data.text.normalize_text", "data.categorical.convert_to_text",
            "data.numerical.convert_to_text", "data.numerical.scaler_with_mean",
            "data.numerical.scaler_with_std", "data.mixup.turn_on", "data.templates.turn_on",
            "optim.skip_final_val", "optim.automatic_optimization", "optim.lemda.turn_on",
            "env.fast_dev_run", "env.auto_select_gpus", "env.compile.turn_on",
            "env.compile.dynamic",
        ),
        flag(),
    ),
    "optim.optim_type": one_of(*OPTIMIZERS),
    "optim.lr": number_above(0),
    "optim.weight_decay": number_from(0),
    "optim.lr_choice": nullable(one_of("layerwise_decay", "two_stages", "")),
    "optim.lr_decay": number_above(0),
    "optim.lr_schedule": one_of(*SCHEDULES),
    "optim.max_epochs": _AT_LEAST_1,
    "optim.max_steps": integer(-1),
    "optim.warmup_steps": number_from(0),
    "optim.end_lr": number_from(0),
    "optim.lr_mult": number_from(0),
    "optim.patience": _AT_LEAST_0,
    "optim.val_check_interval": number_above(0),
    "optim.check_val_every_n_epoch": _AT_LEAST_1,
    "optim.gradient_clip_val": nullable(number_from(0)),
    "optim.gradient_clip_algorithm": one_of("norm", "value"),
    "optim.track_grad_norm": number(),
    "optim.log_every_n_steps": _AT_LEAST_1,
    "optim.label_smoothing": _SHARE,
    "optim.top_k": _AT_LEAST_1,
    "optim.top_k_average_method": one_of(*AVERAGES),
    "optim.peft": nullable(one_of(*TUNINGS)),
    "optim.lora.r": _AT_LEAST_1,
    "optim.lora.alpha": number_above(0),
    "optim.lora.conv_lora_expert_num": _AT_LEAST_1,
    "optim.focal_loss.gamma": number_from(0),
    "optim.focal_loss.reduction": one_of("mean", "sum", "none"),
    "optim.mask2former_loss.loss_cross_entropy_weight": number_from(0),
    "optim.mask2former_loss.loss_mask_weight": number_from(0),
    "optim.mask2former_loss.loss_dice_weight": number_from(0),
    "optim.cross_modal_align_weight": number_from(0),
    "optim.lemda.z_dim": _AT_LEAST_1,
    "optim.lemda.num_layers": _AT_LEAST_1,
    "optim.lemda.optim_type": one_of(*OPTIMIZERS),
    "optim.lemda.lr": number_above(0),
    **dict.fromkeys(
        tuple(
            f"optim.lemda.{name}"
            for name in (
                "kld_weight", "mse_weight", "adv_weight", "consist_weight", "consist_threshold",
                "weight_decay",
            )
        ),
        number_from(0),
    ),
    # -1: all that there are.
    "env.num_gpus": integer(-1),
    "env.batch_size": _AT_LEAST_1,
    "env.per_gpu_batch_size": _AT_LEAST_1,
    "env.inference_batch_size_ratio": number_above(0),
    "env.precision": _PRECISION,
    "env.num_workers": _AT_LEAST_0,
    "env.num_workers_inference": _AT_LEAST_0,
    "env.accelerator": one_of("cpu", "gpu", "auto"),
    "env.deterministic": either(flag(), one_of("warn")),
    "env.strategy": text(),
}  # fmt: skip

_ANY = Rule("any value", lambda _: True)


def _rule(key: str) -> Rule:
    if key == "model.names":
        return array(Rule("the name of a model", lambda v: isinstance(v, str), _model))
    if key == "model.ft_transformer.checkpoint_name":
        return refused(
            "its weights come from a web address; leave it out, or use hf_text with "
            f"'{FOLDER}<folder>'"
        )
    if key in map(checkpoint_key, MODELS):
        return text()
    if key.startswith("model."):
        return _OF_MODELS.get(key.rpartition(".")[2], _ANY)
    return _OTHERS.get(key, _ANY)


def _model(path: str, value: object) -> list[str]:
    reason = UNSUPPORTED_MODELS.get(str(value))
    if reason is not None:
        return [f"{path}: got {shown(value)}; {reason}"]
    return name_from(MODELS, "model").problems(path, value)


RULES: Mapping[str, Rule] = {key: _rule(key) for key in HYPERPARAMETERS}
"""Dotted key -> what its value may be."""


def hyperparameter_problems(path: str, value: object) -> list[str]:
    """Return a sentence for each hyperparameter that AutoGluon does not have or would not take.

    Example:
        >>> hyperparameter_problems("hyperparameters", {"optim.patience": "a"})
        ["hyperparameters.optim.patience: got 'a' (str); allowed: a whole number >= 0"]
    """
    if not isinstance(value, dict):
        return []
    problems = []
    for key, entry in value.items():
        rule = RULES.get(key)
        problems += _unknown(path, key) if rule is None else rule.problems(f"{path}.{key}", entry)
    return problems or list(_names_fit(path, value))


def _unknown(path: str, key: str) -> list[str]:
    current = f"{_GROUP}{key.removeprefix(_OLD_GROUP)}" if key.startswith(_OLD_GROUP) else key
    current = RENAMED.get(current, current)
    if current != key and current in RULES:
        return [f"{path}.{key}: AutoGluon has renamed it; write '{current}'"]
    model = key.split(".")[1] if key.startswith("model.") else ""
    reason = REFUSED.get(key) or UNSUPPORTED_MODELS.get(model)
    if reason is not None:
        return [f"{path}.{key}: cannot be given; {reason}"]
    return name_from(HYPERPARAMETERS, "hyperparameter").problems(path, key)


def _names_fit(path: str, value: Mapping[str, object]) -> Iterator[str]:
    names = value.get("model.names")
    if not isinstance(names, list):
        return
    for key in value:
        model = key.split(".")[1] if key.startswith("model.") else None
        if model in MODELS and model not in names:
            yield f"{path}.{key}: model.names lacks {model}; add it, or leave this out"
            return
    single, fusions = [m for m in names if m not in FUSIONS], [m for m in names if m in FUSIONS]
    if not single or len(fusions) > 1 or (len(single) > 1 and not fusions):
        yield (
            f"{path}.model.names: got {shown(names)}; allowed: one model, or several and one of "
            f"{' or '.join(FUSIONS)}, which joins them"
        )
