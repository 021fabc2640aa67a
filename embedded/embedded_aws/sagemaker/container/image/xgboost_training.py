"""Train as SageMaker's built-in XGBoost does, by the open-source library of the same name.

It has the algorithm's contract: hyperparameters and channels are checked, each round's metrics are
a line of the log, and the model is the file `xgboost-model`. (Source: `algorithm_mode`,
`data_utils.py` and `metrics` of aws/sagemaker-xgboost-container, branch 1.7-1.)

It differs from the image in these points. The library is that of the local environment. Only CSV
and libsvm are read, in File mode on one instance; k-fold training, checkpoints, training on GPUs
and the debugger's hook are refused or left out. CloudWatch shows a tabulator in a line of the log
as `#011`; here, the line has it from the beginning.

It runs in the environment that represents the image, so it imports nothing of this project.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy
import xgboost
from sklearn import metrics as scores

_MODEL = "xgboost-model"
_CSV, _LIBSVM = "csv", "libsvm"
_FORMATS = {
    "csv": _CSV,
    "text/csv": _CSV,
    "libsvm": _LIBSVM,
    "text/libsvm": _LIBSVM,
    "text/x-libsvm": _LIBSVM,
}
_DEFAULT_FORMAT = "text/libsvm"
_ALIASES = {
    "learning_rate": "eta",
    "min_split_loss": "gamma",
    "reg_lambda": "lambda",
    "reg_alpha": "alpha",
}
_Range = Callable[[Any], bool]


def _any(_value: Any) -> bool:
    return True


def _one_of(*choices: str) -> _Range:
    return lambda value: value in choices


def _from(minimum: float, maximum: float = float("inf")) -> _Range:
    return lambda value: minimum <= value <= maximum


def _above(minimum: float, maximum: float = float("inf")) -> _Range:
    return lambda value: minimum < value <= maximum


def _between(minimum: float, maximum: float) -> _Range:
    return lambda value: minimum < value < maximum


def _comma_separated(text: str) -> list[str]:
    return text.split(",")


_HYPERPARAMETERS: Mapping[str, tuple[Callable[[str], Any], _Range]] = {
    "num_round": (int, _from(1)),
    "csv_weights": (int, _from(0, 1)),
    "early_stopping_rounds": (int, _from(1)),
    "booster": (str, _one_of("gbtree", "gblinear", "dart")),
    "verbosity": (int, _from(0, 3)),
    "nthread": (int, _from(1)),
    "eta": (float, _from(0, 1)),
    "gamma": (float, _from(0)),
    "max_depth": (int, _from(0)),
    "min_child_weight": (float, _from(0)),
    "max_delta_step": (float, _from(0)),
    "subsample": (float, _above(0, 1)),
    "colsample_bytree": (float, _above(0, 1)),
    "colsample_bylevel": (float, _above(0, 1)),
    "colsample_bynode": (float, _above(0, 1)),
    "lambda": (float, _from(0)),
    "alpha": (float, _from(0)),
    "tree_method": (str, _one_of("auto", "exact", "approx", "hist")),
    "sketch_eps": (float, _between(0, 1)),
    "scale_pos_weight": (float, _above(0)),
    "grow_policy": (str, _one_of("depthwise", "lossguide")),
    "max_leaves": (int, _from(0)),
    "max_bin": (int, _from(0)),
    "monotone_constraints": (str, _any),
    "interaction_constraints": (str, _any),
    "sample_type": (str, _one_of("uniform", "weighted")),
    "normalize_type": (str, _one_of("tree", "forest")),
    "rate_drop": (float, _from(0, 1)),
    "one_drop": (int, _from(0, 1)),
    "skip_drop": (float, _from(0, 1)),
    "lambda_bias": (float, _from(0, 1)),
    "tweedie_variance_power": (float, _between(1, 2)),
    "objective": (str, _any),
    "num_class": (int, _from(2)),
    "base_score": (float, _from(0)),
    "eval_metric": (_comma_separated, _any),
    "seed": (int, _between(-(2**31), 2**31 - 1)),
    "num_parallel_tree": (int, _from(1)),
    "save_model_on_termination": (str, _one_of("true", "false")),
    "deterministic_histogram": (str, _one_of("true", "false")),
    "sampling_method": (str, _one_of("uniform", "gradient_based")),
    "_tuning_objective_metric": (str, _any),
}
_NOT_RUN_HERE = (
    "_kfold", "_num_cv_round", "aft_loss_distribution", "aft_loss_distribution_scale", "dsplit",
    "predictor", "prob_buffer_row", "process_type", "refresh_leaf", "updater",
    "use_dask_gpu_training",
)  # fmt: skip
_HIGHER_IS_BETTER = frozenset({
    "accuracy", "auc", "aucpr", "balanced_accuracy", "f1", "f1_binary", "f1_macro", "map", "ndcg",
    "precision", "r2", "recall", "precision_macro", "precision_micro", "recall_macro",
    "recall_micro",
})  # fmt: skip


class UserError(Exception):
    """What the algorithm says to the person who asked for the job."""


def _of_classes(score: Callable[..., float], **options: Any) -> Callable[[Any, Any], float]:
    return lambda labels, classes: float(score(labels, classes, **options))


_OWN_METRICS: Mapping[str, Callable[[Any, Any], float]] = {
    "accuracy": _of_classes(scores.accuracy_score),
    "balanced_accuracy": _of_classes(scores.balanced_accuracy_score),
    "f1": _of_classes(scores.f1_score, average="macro"),
    "f1_binary": _of_classes(scores.f1_score, average="binary"),
    "f1_macro": _of_classes(scores.f1_score, average="macro"),
    "precision": _of_classes(scores.precision_score),
    "precision_macro": _of_classes(scores.precision_score, average="macro"),
    "precision_micro": _of_classes(scores.precision_score, average="micro"),
    "recall": _of_classes(scores.recall_score),
    "recall_macro": _of_classes(scores.recall_score, average="macro"),
    "recall_micro": _of_classes(scores.recall_score, average="micro"),
}
"""The algorithm's own metrics of classes; XGBoost has all others but the next two."""
_OF_NUMBERS: Mapping[str, Callable[[Any, Any], float]] = {
    "mse": lambda labels, answers: float(scores.mean_squared_error(labels, answers)),
    "r2": lambda labels, answers: float(scores.r2_score(labels, answers)),
}


def read_hyperparameters(texts: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of hyperparameters, by XGBoost's names.

    Raises:
        UserError: a name is unknown, or a value is not of its type and range.
    """
    found: dict[str, Any] = {}
    for given, text in texts.items():
        name = _ALIASES.get(given, given)
        if name in _NOT_RUN_HERE:
            raise UserError(f"the embedded AWS does not run the hyperparameter {name}")
        if name not in _HYPERPARAMETERS:
            raise UserError(f"Extraneous hyperparameter found: {name}")
        read, is_in_range = _HYPERPARAMETERS[name]
        try:
            found[name] = read(text)
        except ValueError:
            raise UserError(f"Hyperparameter {name}: could not parse value") from None
        if not is_in_range(found[name]):
            raise UserError(f"Hyperparameter {name}: {found[name]} is not in its range")
    if "num_round" not in found:
        raise UserError("Missing required hyperparameter: num_round")
    if str(found.get("objective", "")).startswith("multi:") and "num_class" not in found:
        raise UserError("Require input for parameter 'num_class' for multi-classification")
    return found


def format_of(channels: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the format of the channels' files.

    Raises:
        UserError: a channel is unknown or missing, or has another format than CSV and libsvm.
    """
    if "train" not in channels:
        raise UserError("Missing required channel: train")
    for name in channels:
        if name not in ("train", "validation"):
            raise UserError(f"Extraneous channel found: {name}")
    asked = str(channels["train"].get("ContentType") or _DEFAULT_FORMAT)
    found = _FORMATS.get(asked.lower().partition(";")[0].strip())
    if found is None:
        raise UserError(f"{asked} is not a ContentType that the embedded AWS reads: CSV and libsvm")
    return found


def read_matrix(folder: Path, form: str, *, weighted: bool = False) -> xgboost.DMatrix:
    """Return the rows of a channel; of CSV, the label is the first cell and weights the second.

    Raises:
        UserError: the channel has no files, or XGBoost cannot read them.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not files:
        raise UserError(f"No data in channel path {folder}")
    options = f"format={form}"
    if form == _CSV:
        with files[0].open(encoding="utf-8", errors="ignore") as first:
            options += f"&label_column=0&delimiter={_delimiter(first.readline())}"
        options += "&weight_column=1" if weighted else ""
    try:
        return xgboost.DMatrix(f"{folder}?{options}")
    except xgboost.core.XGBoostError as error:
        raise UserError(f"Failed to load {form} data with exception:\n{error}") from error


def _delimiter(line: str) -> str:
    try:
        return csv.Sniffer().sniff(line).delimiter
    except csv.Error as error:
        raise UserError(f"Could not determine delimiter on line {line[:50]}:\n{error}") from error


def own_metrics(
    names: list[str], objective: str
) -> Callable[[Any, xgboost.DMatrix], list[tuple[str, float]]] | None:
    """Return what measures the algorithm's own metrics of a round; None without any."""
    known = [name for name in names if name in _OWN_METRICS or name in _OF_NUMBERS]
    if not known:
        return None

    def measure(answers: Any, rows: xgboost.DMatrix) -> list[tuple[str, float]]:
        labels, classes = rows.get_label(), _classes(answers, objective)
        return [
            (name, _OWN_METRICS[name](labels, classes))
            if name in _OWN_METRICS
            else (name, _OF_NUMBERS[name](labels, answers))
            for name in known
        ]

    return measure


def _classes(answers: Any, objective: str) -> Any:
    if answers.ndim == 2:
        return numpy.argmax(answers, axis=-1)
    if objective.startswith("multi:"):
        return answers
    return (answers > (0 if objective == "binary:logitraw" else 0.5)).astype(int)


def train(
    values: dict[str, Any], rows: xgboost.DMatrix, validation: xgboost.DMatrix | None
) -> xgboost.Booster:
    """Return the model, whose rounds are lines of the log such as `[0]#011train-rmse:1.5`."""
    rounds, stopping = values.pop("num_round"), values.pop("early_stopping_rounds", None)
    for name in ("csv_weights", "save_model_on_termination"):
        values.pop(name, None)
    tuned = values.pop("_tuning_objective_metric", None)
    names = list(values.pop("eval_metric", ()))
    if tuned is not None:
        wanted = tuned.partition(":")[2].split(",")
        names = sorted({*names, *wanted})
    own = own_metrics(names, str(values.get("objective", "")))
    native = [name for name in names if name not in _OWN_METRICS and name not in _OF_NUMBERS]
    watched = [(rows, "train")]
    if validation is not None:
        watched.append((validation, "validation"))
    callbacks: list[Any] = [xgboost.callback.EvaluationMonitor(logger=_log)]
    if stopping is not None and validation is not None and names:
        last = wanted[-1] if tuned is not None else names[-1]
        callbacks.append(
            xgboost.callback.EarlyStopping(
                rounds=stopping,
                data_name="validation",
                metric_name=last,
                maximize=last in _HIGHER_IS_BETTER,
                save_best=True,
            )
        )
    return xgboost.train(
        {**values, **({"eval_metric": native} if native else {})},
        rows,
        num_boost_round=rounds,
        evals=watched,
        custom_metric=own,
        callbacks=callbacks,
        verbose_eval=False,
    )


def _log(line: str) -> None:
    print(line.rstrip("\n").replace("\t", "#011"), flush=True)


def main(base: Path) -> None:
    """Run a job whose `/opt/ml` is `base`.

    Raises:
        UserError: the job cannot be run as it is asked for.
    """
    config = base / "input" / "config"
    texts = json.loads((config / "hyperparameters.json").read_text())
    if "sagemaker_program" in texts:
        raise UserError(
            "the embedded AWS runs this image as the built-in algorithm alone; to run a script in "
            "it, start the embedded AWS with --image URI=FOLDER"
        )
    hosts = json.loads((config / "resourceconfig.json").read_text())["hosts"]
    if len(hosts) > 1:
        raise UserError("the embedded AWS runs the built-in XGBoost on one instance alone")
    values = read_hyperparameters(texts)
    channels = json.loads((config / "inputdataconfig.json").read_text())
    form = format_of(channels)
    data = base / "input" / "data"
    weighted = values.get("csv_weights") == 1
    rows = read_matrix(data / "train", form, weighted=weighted)
    validation = None
    if "validation" in channels:
        validation = read_matrix(data / "validation", form, weighted=weighted)
    print(f"Train matrix has {rows.num_row()} rows and {rows.num_col()} columns", flush=True)
    model = train(values, rows, validation)
    folder = base / "model"
    folder.mkdir(parents=True, exist_ok=True)
    model.save_model(str(folder / _MODEL))


if __name__ == "__main__":
    opt_ml = Path(os.environ["SAGEMAKER_BASE_DIR"])
    try:
        main(opt_ml)
    except (UserError, xgboost.core.XGBoostError) as error:
        # XGBoost's own errors go on with the stack of its C++ code.
        sentence = str(error).partition("\nStack trace")[0]
        (opt_ml / "output").mkdir(parents=True, exist_ok=True)
        (opt_ml / "output" / "failure").write_text(sentence)
        print(f"ERROR {sentence}", file=sys.stderr)
        sys.exit(1)
