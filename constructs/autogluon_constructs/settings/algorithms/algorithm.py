"""Say which of SageMaker's built-in algorithms are supported, and what predictors of them lack."""

from collections.abc import Iterator, Mapping
from typing import Any

from autogluon_constructs.catalogues.algorithms import algorithms
from autogluon_constructs.catalogues.instances import instance_types
from autogluon_constructs.settings.algorithms.algorithm_resource import algorithm_resource_problems
from autogluon_constructs.settings.data import Data
from autogluon_constructs.settings.tuning import Tuning
from autogluon_contracts.predictor_types import known_types, predictor_type
from autogluon_contracts.predictor_types.built_in import BuiltInAlgorithm
from autogluon_contracts.wording import listed

OWN_PROGRAM = "train it by a script or an image of your own: type 'script'"
_SECTIONS = ("training", "batch", "endpoint")

_UNLABELLED = "it learns without a label, and predictors have one"
_IMAGES = "it learns from images in formats of its own; type 'multimodal' learns from images"
_SERIES = "type 'timeseries' trains DeepAR, by AutoGluon"
_STARTED = "AWS runs it as a script of JumpStart; type 'tabular' trains such models, by AutoGluon"
# The algorithms in SageMaker's developer guide, by the names of their images, and why they are not
# among the types (their pages there, "Input/Output interface").
_OTHERS: Mapping[str, str] = {
    "autogluon-tabular": _STARTED,
    "blazingtext": "it learns from lines of text; type 'multimodal' learns from texts",
    "catboost": _STARTED,
    "deepar": _SERIES,
    "factorization-machines": "it trains on recordIO-protobuf alone, and data here is CSV",
    "forecasting-deepar": _SERIES,
    "image-classification": _IMAGES,
    "ipinsights": _UNLABELLED,
    "kmeans": _UNLABELLED,
    "knn": "it reads batches as JSON Lines of vectors alone, and is measured on test data alone",
    "lda": _UNLABELLED,
    "lightgbm": _STARTED,
    "ntm": _UNLABELLED,
    "object-detection": _IMAGES,
    "object2vec": "it learns from pairs of sequences of tokens",
    "pca": _UNLABELLED,
    "randomcutforest": _UNLABELLED,
    "semantic-segmentation": _IMAGES,
    "seq2seq": "it trains on recordIO-protobuf of tokens alone",
    "tabtransformer": _STARTED,
}


def _supported() -> str:
    return " and ".join(f"{each.title} is type '{kind}'" for kind, each in algorithms().items())


def no_algorithm() -> str:
    """Return how to have one of SageMaker's algorithms."""
    return (
        f"of SageMaker's built-in algorithms, {_supported()}; others are not supported; "
        f"{OWN_PROGRAM}, which takes the algorithm_arn of one in the Marketplace, too"
    )


def algorithm_hint(name: str) -> str | None:
    """Return what to do instead where a type is the name of an algorithm's image; None: it is not.

    Example:
        >>> algorithm_hint("linear-learner")
        "SageMaker's Linear Learner is type 'linear_learner'"
    """
    for kind, images in algorithms().items():
        if name in (images.repository, kind.replace("_", "-"), kind.replace("_", "")):
            return f"SageMaker's {images.title} is type '{kind}'"
    if name not in _OTHERS:
        return None
    return f"SageMaker's {name} is not supported: {_OTHERS[name]}; {no_algorithm()}"


def algorithm_version(kind: str, given: str | None) -> str | None:
    """Return the version that a predictor of a type runs; None where it runs no algorithm."""
    images = algorithms().get(kind)
    return None if images is None else given or images.versions[0]


def algorithm_problems(fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield what predictors of algorithms cannot have, and what only they can have."""
    yield from algorithm_resource_problems(fields)
    if "type" not in fields:
        return
    kind = fields["type"]
    yield from _version_problems(kind, fields.get("algorithm_version"))
    algorithm = predictor_type(kind) if kind in known_types() else None
    if not isinstance(algorithm, BuiltInAlgorithm):
        return
    yield from _gate_is_measured(algorithm, fields)
    if fields.get("image_uri") is not None:
        yield (
            f"image_uri: given with type '{kind}', whose image is AWS's; leave it out, or "
            f"{OWN_PROGRAM}"
        )
    if isinstance(tuning := fields.get("tuning"), Tuning):
        types = {path: each.type for path, each in tuning.ranges.items()}
        own = tuning.objective is not None
        problems = algorithm.tuning_problems(types, tuning.strategy, has_objective=own)
        yield from (f"tuning.{problem}" for problem in problems)
        yield from algorithm.search_argument_problems(dict(fields.get("fit_args", {})))
    data = fields.get("data")
    if isinstance(data, Data) and data.model_fields_set:
        yield f"data: given with type '{kind}', whose cells are numbers; leave it out"
    for section in _SECTIONS:
        found = fields.get(section)
        for name in getattr(found, "all_instance_types", ()):
            if instance_types()[name].gpus:
                yield (
                    f"{section}: got '{name}', a GPU type, with type '{kind}'; allowed: CPU types"
                )


def _version_problems(kind: str, version: str | None) -> Iterator[str]:
    if version is None:
        return
    images = algorithms().get(kind)
    if images is None:
        yield (
            f"algorithm_version: given with type '{kind}'; set type: {' or '.join(algorithms())}, "
            "or leave it out"
        )
    elif version not in images.versions:
        yield f"algorithm_version: got '{version}'; allowed: {listed(images.versions)}, in quotes"


def _gate_is_measured(algorithm: BuiltInAlgorithm, fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield why the gate cannot decide by what a run measures."""
    if "init_args" not in fields or "fit_args" not in fields:
        return
    facts, given = fields["init_args"], fields["fit_args"]
    if algorithm.init_args_problems(facts, label_required=False):
        return
    gate = fields.get("quality_gate")
    if algorithm.fit_args_problems(given) or gate is None or gate.metric is None:
        return
    names, metric = algorithm.measured(facts, given), algorithm.canonical_metric(gate.metric)
    # Another rule tells of metrics that no run measures.
    is_possible = metric in algorithm.measured_metrics(str(facts["problem_type"]), None)
    if is_possible and metric not in names:
        yield (
            f"quality_gate.metric: got '{gate.metric}', which a run does not measure; measured: "
            f"{listed(names)}; name more in fit_args.eval_metric"
        )
