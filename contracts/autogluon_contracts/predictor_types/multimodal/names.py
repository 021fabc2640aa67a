"""Names that MultiModalPredictor 1.6 knows: problem types, models, presets, hyperparameters.

Source: `autogluon.multimodal.constants`, `utils/presets.py` and the files below `configs` of
AutoGluon 1.6.3.
"""

from collections.abc import Mapping

from autogluon_contracts.models.known_weights import CHECKPOINT_MODELS

PROBLEM_TYPES = ("binary", "multiclass", "regression")
"""Those that answer each row with a label, and that AutoGluon may infer."""

SEMANTIC_SEGMENTATION = "semantic_segmentation"
"""The problem type that answers each image with a mask."""

_OWN_SCRIPT = "train it with a script of your own, type 'script'"

UNSUPPORTED_PROBLEM_TYPES: Mapping[str, str] = {
    "classification": "write 'binary' or 'multiclass', or leave it out",
    "object_detection": (
        "AutoGluon detects objects with mmcv, mmdet and mmengine, which its container does not "
        "have; train a detector with a script of your own, type 'script', on an image that has one"
    ),
    **dict.fromkeys(
        ("ner", "named_entity_recognition"),
        f"it answers spans of a text, which endpoint and batch of this type cannot; {_OWN_SCRIPT}",
    ),
    **dict.fromkeys(
        ("text_similarity", "image_similarity", "image_text_similarity"),
        "it matches pairs of queries and responses, which endpoint and batch of this type do not "
        f"read; {_OWN_SCRIPT}",
    ),
    "feature_extraction": (
        "it trains nothing that a gate could judge, and answers vectors; embed with a script of "
        "your own, type 'script'"
    ),
    "zero_shot_image_classification": (
        "it trains nothing that a gate could judge; label some images and write 'multiclass'"
    ),
    "few_shot_classification": (
        "its classifier is not saved as a network, which this type packs; write 'multiclass', "
        "which learns from few rows, too"
    ),
    **dict.fromkeys(
        ("ocr_text_detection", "ocr_text_recognition"),
        "AutoGluon reads texts with mmcv and mmocr, which its container does not have; "
        f"{_OWN_SCRIPT}, on an image that has them",
    ),
}
"""Problem types of MultiModalPredictor that are refused -> the reason and the next step."""

DEFAULT_METRICS: Mapping[str, str] = {
    "binary": "roc_auc", "multiclass": "accuracy", "regression": "root_mean_squared_error",
    SEMANTIC_SEGMENTATION: "iou",
}  # fmt: skip

PRESETS = ("default", "high_quality", "medium_quality", "best_quality", "multilingual")

TUNING_PRESETS = ("high_quality_hpo", "medium_quality_hpo", "best_quality_hpo", "default_hpo")
"""Presets that search hyperparameters within one job."""

COLUMN_TYPES = ("text", "categorical", "numerical", "image_path")
"""What a column may be declared as."""

MODELS = (
    *CHECKPOINT_MODELS, "ft_transformer", "categorical_mlp", "numerical_mlp", "fusion_mlp",
    "fusion_transformer",
)  # fmt: skip
"""What `model.names` may hold."""

FUSIONS = ("fusion_mlp", "fusion_transformer")
"""Models that join the others' outputs."""

PRESET_MODELS = ("ft_transformer", "timm_image", "hf_text", "fusion_mlp")
"""The models of every preset; those whose columns the data lacks are left out."""

HYPERPARAMETERS = (
    "model.names", "model.categorical_mlp.hidden_size", "model.categorical_mlp.activation",
    "model.categorical_mlp.num_layers", "model.categorical_mlp.dropout",
    "model.categorical_mlp.normalization", "model.numerical_mlp.hidden_size",
    "model.numerical_mlp.activation", "model.numerical_mlp.num_layers",
    "model.numerical_mlp.dropout", "model.numerical_mlp.normalization",
    "model.numerical_mlp.token_dim", "model.numerical_mlp.embedding_arch",
    "model.numerical_mlp.merge", "model.hf_text.checkpoint_name",
    "model.hf_text.gradient_checkpointing", "model.hf_text.pooling_mode",
    "model.hf_text.tokenizer_name", "model.hf_text.use_fast", "model.hf_text.max_text_len",
    "model.hf_text.insert_sep", "model.hf_text.low_cpu_mem_usage",
    "model.hf_text.text_segment_num", "model.hf_text.stochastic_chunk",
    "model.hf_text.text_aug_detect_length", "model.hf_text.text_trivial_aug_maxscale",
    "model.hf_text.text_train_augment_types", "model.timm_image.checkpoint_name",
    "model.timm_image.mix_choice", "model.timm_image.train_transforms",
    "model.timm_image.val_transforms", "model.timm_image.image_norm",
    "model.timm_image.image_size", "model.timm_image.image_chan_num",
    "model.timm_image.use_learnable_image", "model.clip.checkpoint_name",
    "model.clip.train_transforms", "model.clip.val_transforms", "model.clip.image_norm",
    "model.clip.image_size", "model.clip.image_chan_num", "model.clip.use_learnable_image",
    "model.clip.tokenizer_name", "model.clip.max_text_len", "model.clip.insert_sep",
    "model.clip.text_segment_num", "model.clip.stochastic_chunk",
    "model.clip.text_aug_detect_length", "model.clip.text_trivial_aug_maxscale",
    "model.clip.text_train_augment_types", "model.fusion_mlp.aux_loss_weight",
    "model.fusion_mlp.adapt_in_features", "model.fusion_mlp.hidden_sizes",
    "model.fusion_mlp.activation", "model.fusion_mlp.dropout", "model.fusion_mlp.normalization",
    "model.fusion_transformer.aux_loss_weight", "model.fusion_transformer.hidden_size",
    "model.fusion_transformer.num_blocks", "model.fusion_transformer.attention_num_heads",
    "model.fusion_transformer.adapt_in_features", "model.fusion_transformer.attention_dropout",
    "model.fusion_transformer.residual_dropout", "model.fusion_transformer.ffn_dropout",
    "model.fusion_transformer.ffn_hidden_size", "model.fusion_transformer.normalization",
    "model.fusion_transformer.ffn_activation", "model.fusion_transformer.head_activation",
    "model.fusion_transformer.additive_attention", "model.fusion_transformer.share_qv_weights",
    "model.ft_transformer.embedding_arch", "model.ft_transformer.token_dim",
    "model.ft_transformer.hidden_size", "model.ft_transformer.num_blocks",
    "model.ft_transformer.attention_num_heads", "model.ft_transformer.attention_dropout",
    "model.ft_transformer.residual_dropout", "model.ft_transformer.ffn_dropout",
    "model.ft_transformer.ffn_hidden_size", "model.ft_transformer.ffn_activation",
    "model.ft_transformer.head_activation", "model.ft_transformer.normalization",
    "model.ft_transformer.merge", "model.ft_transformer.requires_all_dtypes",
    "model.ft_transformer.additive_attention", "model.ft_transformer.share_qv_weights",
    "model.ft_transformer.pooling_mode", "model.ft_transformer.checkpoint_name",
    "model.sam.checkpoint_name", "model.sam.image_norm", "model.sam.train_transforms",
    "model.sam.frozen_layers", "model.sam.num_mask_tokens",
    "data.image.missing_value_strategy", "data.text.normalize_text",
    "data.categorical.minimum_cat_count", "data.categorical.maximum_num_cat",
    "data.categorical.convert_to_text", "data.categorical.convert_to_text_template",
    "data.numerical.convert_to_text", "data.numerical.scaler_with_mean",
    "data.numerical.scaler_with_std", "data.label.numerical_preprocessing", "data.pos_label",
    "data.column_features_pooling_mode", "data.mixup.turn_on", "data.mixup.mixup_alpha",
    "data.mixup.cutmix_alpha", "data.mixup.cutmix_minmax", "data.mixup.prob",
    "data.mixup.switch_prob", "data.mixup.mode", "data.mixup.turn_off_epoch",
    "data.mixup.label_smoothing", "data.modality_dropout", "data.templates.turn_on",
    "data.templates.num_templates", "data.templates.template_length",
    "data.templates.preset_templates", "data.templates.custom_templates", "optim.optim_type",
    "optim.lr", "optim.weight_decay", "optim.lr_choice", "optim.lr_decay", "optim.lr_schedule",
    "optim.max_epochs", "optim.max_steps", "optim.warmup_steps", "optim.end_lr",
    "optim.lr_mult", "optim.patience", "optim.val_check_interval",
    "optim.check_val_every_n_epoch", "optim.skip_final_val", "optim.gradient_clip_val",
    "optim.gradient_clip_algorithm", "optim.track_grad_norm", "optim.log_every_n_steps",
    "optim.label_smoothing", "optim.top_k", "optim.top_k_average_method", "optim.peft",
    "optim.lora.module_filter", "optim.lora.filter", "optim.lora.r", "optim.lora.alpha",
    "optim.lora.conv_lora_expert_num", "optim.mask2former_loss.loss_cross_entropy_weight",
    "optim.mask2former_loss.loss_mask_weight", "optim.mask2former_loss.loss_dice_weight",
    "optim.loss_func", "optim.focal_loss.alpha",
    "optim.focal_loss.gamma", "optim.focal_loss.reduction", "optim.extra_trainable_params",
    "optim.cross_modal_align", "optim.cross_modal_align_weight", "optim.automatic_optimization",
    "optim.lemda.turn_on", "optim.lemda.arch_type", "optim.lemda.z_dim",
    "optim.lemda.num_layers", "optim.lemda.kld_weight", "optim.lemda.mse_weight",
    "optim.lemda.adv_weight", "optim.lemda.consist_weight", "optim.lemda.consist_threshold",
    "optim.lemda.lr", "optim.lemda.optim_type", "optim.lemda.weight_decay", "env.num_gpus",
    "env.batch_size", "env.per_gpu_batch_size", "env.inference_batch_size_ratio",
    "env.precision", "env.num_workers", "env.num_workers_inference", "env.accelerator",
    "env.fast_dev_run", "env.deterministic", "env.auto_select_gpus", "env.strategy",
    "env.compile.turn_on", "env.compile.mode", "env.compile.dynamic", "env.compile.backend",
)  # fmt: skip
"""Dotted keys of `hyperparameters`."""
