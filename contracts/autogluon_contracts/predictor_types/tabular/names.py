"""Names that TabularPredictor 1.6 knows: models, presets, portfolios, metrics.

Source: `autogluon.tabular.registry`, its `configs/presets_configs.py` and
`configs/hyperparameter_configs.py`, and `autogluon.core.metrics` of AutoGluon 1.6.3.
"""

MODELS = (
    "GBM", "CAT", "XGB", "RF", "XT", "KNN", "LR", "NN_TORCH", "FASTAI", "EBM", "REALMLP", "TABM",
    "GBM_PREP", "MITRA", "TABICL", "TABDPT", "TABDPT-TURBO", "NORI", "TABPFNMIX", "TABPFN-2.6",
    "TABPFN-3", "REALTABPFN-V2", "REALTABPFN-V2.5", "FT_TRANSFORMER", "AG_AUTOMM", "AG_TEXT_NN",
    "AG_IMAGE_NN", "IM_RULEFIT", "IM_GREEDYTREE", "IM_FIGS", "IM_HSTREE", "IM_BOOSTEDRULES",
    "ENS_WEIGHTED", "SIMPLE_ENS_WEIGHTED", "DUMMY",
)  # fmt: skip

PRESETS = (
    "extreme_quality", "best_quality", "high_quality", "good_quality", "medium_quality",
    "optimize_for_deployment", "interpretable", "ignore_text", "ignore_text_ngrams",
    "best_quality_v150", "high_quality_v150", "extreme_quality_v150", "extreme_quality_v140",
    "best_quality_v082", "high_quality_v082", "good_quality_v082", "noncommercial", "tabarena",
    "experimental_quality_v120",
    "extreme", "best", "high", "good", "medium", "eq", "bq", "hq", "gq", "mq",
    "high_quality_fast_inference_only_refit", "good_quality_faster_inference_only_refit",
    "medium_quality_faster_train", "experimental_quality_v140", "best_v140", "best_v150",
    "best_quality_v140", "high_v150", "extreme_v140", "extreme_v150", "extreme_v160",
    "noncommercial_v160",
)  # fmt: skip

PORTFOLIOS = (
    "default", "light", "very_light", "toy", "multimodal", "interpretable", "zeroshot",
    "zeroshot_2023", "zeroshot_2025_tabfm", "zeroshot_2025_12_18_gpu", "zeroshot_2025_12_18_cpu",
    "commercial_2026_08_05", "noncommercial_2026_08_05", "experimental_2024", "experimental",
)  # fmt: skip

_BOTH_CLASSIFICATIONS = (
    "accuracy", "acc", "balanced_accuracy", "mcc", "log_loss", "nll", "pac", "pac_score",
    "quadratic_kappa", "precision_macro", "precision_micro", "precision_weighted", "recall_macro",
    "recall_micro", "recall_weighted", "f1_macro", "f1_micro", "f1_weighted",
)  # fmt: skip

METRICS: dict[str, tuple[str, ...]] = {
    "binary": (
        *_BOTH_CLASSIFICATIONS, "roc_auc", "average_precision", "precision", "recall", "f1",
    ),
    "multiclass": (
        *_BOTH_CLASSIFICATIONS, "roc_auc_ovo", "roc_auc_ovo_macro", "roc_auc_ovo_weighted",
        "roc_auc_ovr", "roc_auc_ovr_macro", "roc_auc_ovr_micro", "roc_auc_ovr_weighted",
    ),
    "regression": (
        "root_mean_squared_error", "rmse", "mean_squared_error", "mse", "mean_absolute_error",
        "mae", "median_absolute_error", "mean_absolute_percentage_error", "mape",
        "symmetric_mean_absolute_percentage_error", "smape", "r2", "spearmanr", "pearsonr",
    ),
    "quantile": ("pinball_loss", "pinball"),
}  # fmt: skip

# What others call them; AutoGluon takes none of these.
METRIC_SYNONYMS: dict[str, str] = {
    "aucroc": "roc_auc", "auroc": "roc_auc", "auc_pr": "average_precision",
    "pr_auc": "average_precision", "cross_entropy": "log_loss", "binary_crossentropy": "log_loss",
    "kappa": "quadratic_kappa", "matthews": "mcc", "r_squared": "r2", "r^2": "r2",
    "rmsd": "root_mean_squared_error", "pearson": "pearsonr", "spearman": "spearmanr",
}  # fmt: skip

ALL_METRICS = tuple(dict.fromkeys(name for names in METRICS.values() for name in names))
