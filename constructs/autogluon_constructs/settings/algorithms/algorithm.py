"""Say which of SageMaker's built-in algorithms are supported, and what predictors of them lack."""

from collections.abc import Iterator, Mapping
from typing import Any

from autogluon_constructs.catalogues.instances import instance_types
from autogluon_constructs.catalogues.xgboost import xgboost_versions
from autogluon_constructs.settings.algorithms.algorithm_resource import algorithm_resource_problems
from autogluon_constructs.settings.data import Data
from autogluon_constructs.settings.fields import refuse
from autogluon_constructs.settings.tuning import Tuning
from autogluon_contracts.predictor_types.xgboost.arguments import (
    check_fit_args,
    check_init_args,
    measured,
)
from autogluon_contracts.predictor_types.xgboost.metrics import METRICS, canonical
from autogluon_contracts.predictor_types.xgboost.tunable import tuning_problems
from autogluon_contracts.wording import listed

TYPE = "xgboost"
OWN_PROGRAM = "train it by a script or an image of your own: type 'script'"
NO_ALGORITHM = (
    f"of SageMaker's built-in algorithms, XGBoost is type '{TYPE}'; others are not supported; "
    f"{OWN_PROGRAM}, which takes the algorithm_arn of one in the Marketplace, too"
)
# The algorithms in SageMaker's developer guide, by the names of their images.
OTHERS = frozenset({
    "blazingtext", "catboost", "deepar", "factorization-machines", "forecasting-deepar",
    "image-classification", "ipinsights", "kmeans", "knn", "lda", "lightgbm", "linear-learner",
    "ntm", "object-detection", "object2vec", "pca", "randomcutforest", "semantic-segmentation",
    "seq2seq", "tabtransformer",
})  # fmt: skip
_SECTIONS = ("training", "batch", "endpoint")


def known_algorithm_version(version: str | None) -> str | None:
    """Return a version of the algorithm's image; raises ValueError for an unknown one."""
    if version is not None and version not in xgboost_versions():
        raise refuse(f"allowed: {listed(xgboost_versions())}, in quotes")
    return version


def algorithm_version(kind: str, given: str | None) -> str | None:
    """Return the version that a predictor of a type runs; None where it runs no algorithm."""
    return (given or xgboost_versions()[0]) if kind == TYPE else None


def algorithm_problems(fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield what predictors of algorithms cannot have, and what only they can have."""
    yield from algorithm_resource_problems(fields)
    if "type" not in fields:
        return
    if fields["type"] != TYPE:
        if fields.get("algorithm_version") is not None:
            yield (
                f"algorithm_version: given with type '{fields['type']}'; set type: {TYPE}, or "
                "leave it out"
            )
        return
    yield from _gate_is_measured(fields)
    if fields.get("image_uri") is not None:
        yield (
            f"image_uri: given with type '{TYPE}', whose image is AWS's; leave it out, or "
            f"{OWN_PROGRAM}"
        )
    if isinstance(tuning := fields.get("tuning"), Tuning):
        types = {path: each.type for path, each in tuning.ranges.items()}
        own = tuning.objective is not None
        problems = tuning_problems(types, tuning.strategy, has_objective=own)
        yield from (f"tuning.{problem}" for problem in problems)
    data = fields.get("data")
    if isinstance(data, Data) and data.model_fields_set:
        yield f"data: given with type '{TYPE}', whose cells are numbers; leave it out"
    for section in _SECTIONS:
        found = fields.get(section)
        for name in getattr(found, "all_instance_types", ()):
            if instance_types()[name].gpus:
                yield (
                    f"{section}: got '{name}', a GPU type, with type '{TYPE}'; allowed: CPU types"
                )


def _gate_is_measured(fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield why the gate cannot decide by what a run measures."""
    if "init_args" not in fields or "fit_args" not in fields:
        return
    facts, given = fields["init_args"], fields["fit_args"]
    if check_init_args(facts, label_required=False) or check_fit_args(given):
        return
    gate = fields.get("quality_gate")
    if gate is None or gate.metric is None:
        return
    names, metric = measured(facts, given), canonical(gate.metric)
    # Another rule tells of metrics that no run measures.
    is_known = metric.partition(":")[2] in METRICS[facts["problem_type"]]
    if is_known and metric not in names:
        yield (
            f"quality_gate.metric: got '{gate.metric}', which a run does not measure; measured: "
            f"{listed(names)}; name more in fit_args.eval_metric"
        )
