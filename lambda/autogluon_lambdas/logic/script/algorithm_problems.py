"""Judge a run by the specification of the algorithm resource that trains.

SageMaker's Python SDK judges the same before it creates a job (`sagemaker/algorithm.py`, 2.257).
"""

import math
from collections.abc import Callable, Iterator, Sequence

from autogluon_contracts.content_types import CSV, media_type
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.script.algorithm_job import as_text
from autogluon_lambdas.models.algorithm import AlgorithmResource, Hyperparameter
from autogluon_lambdas.models.training_plan import TrainingPlan

_COMPLETED = "Completed"
_SHOWN = 12


def algorithm_problems(plan: TrainingPlan, algorithm: AlgorithmResource) -> Iterator[str]:
    """Yield a sentence for each thing that the algorithm cannot train or serve."""
    predictor = f'input.predictor: the algorithm of predictor "{plan.spec.name}", {algorithm.arn},'
    if algorithm.status != _COMPLETED:
        yield f"{predictor} is {algorithm.status}; allowed: {_COMPLETED}"
    if not algorithm.serves:
        yield f"{predictor} has no InferenceSpecification, so nothing would serve its models"
    for types, verb in ((algorithm.request_types, "read"), (algorithm.answer_types, "write")):
        if types and CSV not in map(media_type, types):
            yield (
                f"{predictor} has models that {verb} {listed(list(types))}; endpoints and batches "
                f"of this type send and expect {CSV}"
            )
    image = plan.spec.image_uri
    if image and _repository(image) not in map(_repository, algorithm.images):
        yield (
            f"{predictor} runs {listed(list(dict.fromkeys(algorithm.images)))}, and the settings' "
            f"image_uri is {image}; give the algorithm's image there, or leave it out"
        )
    yield from _instance_problems(plan, algorithm)
    yield from hyperparameter_problems(plan, algorithm.hyperparameters)


def _repository(image: str) -> str:
    return image.partition("@")[0].rpartition(":")[0] or image


def _instance_problems(plan: TrainingPlan, algorithm: AlgorithmResource) -> Iterator[str]:
    batch, endpoint = plan.spec.batch, plan.spec.endpoint
    training = (plan.instance_type, *plan.fallback_instance_types)
    transform = (batch.instance_type, *batch.fallback_instance_types)
    yield from _types("input.instance_type: got", training, algorithm.training_types)
    of_settings = f'input.predictor: predictor "{plan.spec.name}" has the {{}} instance type'
    yield from _types(of_settings.format("batch"), transform, algorithm.transform_types)
    if endpoint is not None and endpoint.instance_type is not None:
        real_time = (endpoint.instance_type, *endpoint.fallback_instance_types)
        yield from _types(of_settings.format("endpoint"), real_time, algorithm.endpoint_types)


def _types(subject: str, used: Sequence[str], allowed: Sequence[str]) -> Iterator[str]:
    for name in used:
        if allowed and name not in allowed:
            types = listed(sorted(allowed), limit=_SHOWN)
            yield f"{subject} {name}; allowed by the algorithm: {types}"


def hyperparameter_problems(
    plan: TrainingPlan, declared: Sequence[Hyperparameter] | None
) -> Iterator[str]:
    """Yield what is wrong with the hyperparameters; nothing where the algorithm declares none."""
    if declared is None:
        return
    known = {each.name: each for each in declared}
    for name, value in plan.fit_args.items():
        if name not in known:
            names = listed(sorted(known), limit=_SHOWN)
            yield (
                f"input.fit_args.{name}: unknown to the algorithm{did_you_mean(name, known)}; its "
                f"hyperparameters: {names}"
            )
            continue
        problem = _value_problem(as_text(value), known[name])
        if problem is not None:
            yield f"input.fit_args.{name}: got {as_text(value)[:80]}; allowed: {problem}"
    for each in declared:
        if each.is_required and each.default is None and each.name not in plan.fit_args:
            yield f"input.fit_args.{each.name}: missing; the algorithm requires it"


def _value_problem(text: str, rule: Hyperparameter) -> str | None:
    """Return what is allowed, if the text is not; a range that is not given allows everything."""
    if rule.kind == "Categorical":
        is_allowed = rule.values is None or text in rule.values
        return None if is_allowed else listed(list(rule.values or ()), limit=_SHOWN)
    if rule.kind == "FreeText":
        return None
    read: Callable[[str], float] = int if rule.kind == "Integer" else float
    noun = "a whole number" if rule.kind == "Integer" else "a number"
    low = -math.inf if rule.minimum is None else read(rule.minimum)
    high = math.inf if rule.maximum is None else read(rule.maximum)
    bounds = "" if rule.minimum is None else f" from {rule.minimum} to {rule.maximum}"
    try:
        value = read(text)
    except ValueError:
        return f"{noun}{bounds}"
    return None if math.isfinite(value) and low <= value <= high else f"{noun}{bounds}"
