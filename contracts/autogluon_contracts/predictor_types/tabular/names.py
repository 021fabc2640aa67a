"""Names that TabularPredictor 1.6 knows: models, presets, portfolios, metrics.

Source of the metrics: `autogluon.core.metrics` of AutoGluon 1.6.3.
"""

from autogluon_contracts.predictor_types.tabular.families import FAMILIES
from autogluon_contracts.predictor_types.tabular.families import PORTFOLIOS as _PORTFOLIOS
from autogluon_contracts.predictor_types.tabular.families import PRESETS as _PRESETS

MODELS, PRESETS, PORTFOLIOS = tuple(FAMILIES), tuple(_PRESETS), tuple(_PORTFOLIOS)

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
