"""Find what would fail each run of a schedule, before any has started."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from autogluon_constructs.catalogues.instances import instance_types
from autogluon_constructs.settings.schedules.schedule import Schedule
from autogluon_constructs.settings.training import Training
from autogluon_constructs.settings.tuning import Tuning
from autogluon_contracts.code.own_objects import missing_code_problems
from autogluon_contracts.defaults import COMPONENT, SERVERLESS
from autogluon_contracts.document import read_part
from autogluon_contracts.documents.scheduled_run import INPUTS, LOCATIONS
from autogluon_contracts.jobs.scheduled_locations import (
    DATA_BUCKET,
    PLACEHOLDERS,
    filled,
    unknown_placeholders,
)
from autogluon_contracts.jobs.time_reserve import time_reserve_problem
from autogluon_contracts.names import MAIN_VARIANT, SHADOW_VARIANT
from autogluon_contracts.predictor_types import PredictorType, known_types, predictor_type
from autogluon_contracts.wording import listed

_SECTIONS = {
    "train": "training",
    "tune": "training",
    "batch_predict": "batch",
    "promote": "endpoint",
    "drift": "drift",
}
_TRAINING = ("train", "tune")
_PROMOTED = ("last-live", "latest-approved", "none")
_WITHOUT_INSTANCES = {SERVERLESS: "serverless", COMPONENT: "a component"}
_COUNTED_OR_CHOSEN = ("instance_type", "initial_instance_count")
_OF_INSTANCES = ("instance_type", "initial_instance_count", "engine")
_ANY_TIME = datetime(2026, 1, 1)


def schedule_problems(schedule: Schedule, fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each problem, its path below the schedule first.

    Args:
        fields: the predictor's valid fields by name.
    """
    if schedule.workflow == "tune" and fields.get("tuning") is None:
        yield "workflow: got 'tune', and the predictor has no `tuning`; add it"
    if schedule.workflow == "promote" and fields.get("endpoint") is None:
        yield "workflow: got 'promote', and the predictor has no `endpoint`; add it"
    if schedule.workflow == "drift" and fields.get("drift", ...) is None:
        yield "workflow: got 'drift', and the predictor has no `drift`; add it"
    if "predictor" in schedule.input:
        yield "input.predictor: it is the predictor that the schedule belongs to; leave it out"
        return
    unknown = list(_placeholder_problems(schedule.input))
    yield from unknown
    if not unknown:
        wrong = _input_problems(schedule)
        yield from wrong
        if not wrong:
            yield from _resumption_problems(schedule)
            yield from _argument_problems(schedule, fields)
            yield from _training_problems(schedule, fields)
            yield from _promotion_problems(schedule, fields)
    yield from instance_problems(_SECTIONS[schedule.workflow], schedule.input, fields)
    if schedule.workflow == "batch_predict":
        yield from output_problems(schedule.input, fields)


def _input_problems(schedule: Schedule) -> list[str]:
    locations = {
        key: filled(value, _ANY_TIME, "data-bucket")
        for key, value in schedule.input.items()
        if key in LOCATIONS and isinstance(value, str)
    }
    problems: list[str] = []
    given = {"predictor": "any", **schedule.input, **locations}
    read_part(INPUTS[schedule.workflow], given, "input", problems)
    return problems


def _resumption_problems(schedule: Schedule) -> Iterator[str]:
    if schedule.input.get("resume") is not None:
        yield (
            "input.resume: each run of a schedule would resume the same earlier batch; leave it out"
        )


def _argument_problems(schedule: Schedule, fields: Mapping[str, Any]) -> Iterator[str]:
    if schedule.workflow not in _TRAINING or fields.get("type") not in known_types():
        return
    if not {"init_args", "fit_args"} <= fields.keys():
        return  # they are wrong themselves
    kind, asked = predictor_type(fields["type"]), schedule.input
    if "from_model" in asked:
        yield from _further_problems(schedule, kind)
        return
    init_args, fit_args = dict(fields["init_args"]), dict(fields["fit_args"])
    known = {
        *kind.init_args_problems(init_args, label_required=False),
        *kind.fit_args_problems(fit_args),
        *kind.combination_problems(init_args, fit_args),
    }
    asked_init = init_args | asked.get("init_args", {})
    asked_fit = fit_args | asked.get("fit_args", {})
    found = (
        *kind.init_args_problems(asked_init),
        *kind.fit_args_problems(asked_fit),
        *kind.combination_problems(asked_init, asked_fit),
    )
    yield from (f"input.{problem}" for problem in found if problem not in known)
    training: Training | None = fields.get("training")
    if training is not None and training.code is None:
        own = kind.own_objects(init_args, fit_args).values()
        named = kind.own_objects(asked_init, asked_fit)
        asked_own = {path: each for path, each in named.items() if each not in own}
        yield from (f"input.{problem}" for problem in missing_code_problems(asked_own))
    weights = fields.get("weights", ())
    before = kind.weights_problem(fit_args, weights, isolated=False)
    lacking = kind.weights_problem(asked_fit, weights, isolated=False)
    if lacking is not None and before is None:
        yield f"input.{lacking}"
    if fields.get("image_uri") is None and kind.image_problem(fit_args) is None:
        unable = kind.image_problem(asked_fit)
        if unable is not None:
            yield f"input.{unable}"


def _further_problems(schedule: Schedule, kind: PredictorType) -> Iterator[str]:
    """Yield what the planner would refuse of a model that each run trains further."""
    asked, methods = schedule.input, kind.further_methods
    if schedule.workflow == "tune" or not methods:
        yield "input.from_model: such runs train every model from the start; leave it out"
        return
    name = asked.get("method", next(iter(methods)))
    if name not in methods:
        yield f"input.method: unknown method {name!r}; allowed: {listed(methods)}"
        return
    problems = methods[name].fit_args_problems(name, dict(asked.get("fit_args", {})))
    yield from (f"input.{problem}" for problem in problems)


def _training_problems(schedule: Schedule, fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the planners of training and tuning would refuse by the predictor's bounds."""
    training: Training | None = fields.get("training")
    if schedule.workflow not in _TRAINING or training is None:
        return
    asked = schedule.input
    if asked.get("continue_run") is not None:
        yield (
            "input.continue_run: each run of a schedule would continue the same earlier run; leave "
            "it out"
        )
    most_instances = 1 if schedule.workflow == "tune" else training.instance_count
    if asked.get("instance_count", 1) > most_instances:
        yield (
            f"input.instance_count: got {asked['instance_count']}; allowed: at most "
            f"{most_instances} (training.instance_count; trials have one)"
        )
    yield from _volume_problems(asked, training)
    tuning: Tuning | None = fields.get("tuning")
    most = {"max_runtime_seconds": ("training", training.max_runtime_seconds)}
    if tuning is not None:
        most["max_parallel_jobs"] = ("tuning", tuning.max_parallel_jobs)
        if tuning.max_jobs is not None:
            most["max_jobs"] = ("tuning", tuning.max_jobs)
    above = [name for name, (_, bound) in most.items() if asked.get(name, bound) > bound]
    for name in above:
        section, bound = most[name]
        yield f"input.{name}: got {asked[name]}; allowed: at most {bound} ({section}.{name})"
    if "max_runtime_seconds" not in above and {"max_runtime_seconds", "fit_args"} & asked.keys():
        fit_args = {**fields.get("fit_args", {}), **asked.get("fit_args", {})}
        runtime = asked.get("max_runtime_seconds", training.max_runtime_seconds)
        problem = time_reserve_problem(fit_args.get("time_limit"), runtime)
        if problem is not None:
            yield f"input.{problem}"


def _volume_problems(asked: Mapping[str, Any], training: Training) -> Iterator[str]:
    chosen = asked.get("instance_type")
    tried = (training.instance_type, *training.fallback_instance_types)
    for name in tried if chosen is None else (chosen,):
        found = instance_types().get(name)  # an unknown one is refused as not allowed
        volume = asked.get("volume_size_gb", 0)
        if found is not None and found.has_local_nvme and volume > found.local_nvme_gb:
            yield (
                f"input.volume_size_gb: got {volume}; allowed with '{name}', which has local NVMe "
                f"disks and no volume: at most {found.local_nvme_gb}"
            )


def _promotion_problems(schedule: Schedule, fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the preparation of a promotion would refuse each time."""
    endpoint = fields.get("endpoint")
    if schedule.workflow != "promote" or endpoint is None:
        return
    asked = schedule.input
    model = str(asked["model"])
    if model not in _PROMOTED and not model.isdecimal() and not model.startswith("arn:"):
        older = ", which would return to an older version each time" if model == "previous" else ""
        yield (
            f"input.model: got '{model}'{older}; "
            "allowed: 'last-live', 'latest-approved', 'none', a version number or its ARN"
        )
    yield from _variant_problems(asked, endpoint)
    if model == "none":
        for name in (*_OF_INSTANCES, "weights"):
            if asked.get(name) is not None:
                yield f"input.{name}: got '{asked[name]}' with model 'none'; leave it out"
        return
    if endpoint.mode in _WITHOUT_INSTANCES:
        for name in _COUNTED_OR_CHOSEN:
            if asked.get(name) is not None:
                yield (
                    f"input.{name}: got '{asked[name]}', and the endpoint is "
                    f"{_WITHOUT_INSTANCES[endpoint.mode]}, without instances to choose; leave it "
                    "out"
                )
        return
    if endpoint.fallback_instance_types and asked.get("instance_type") is not None:
        yield (
            f"input.instance_type: got '{asked['instance_type']}', and the endpoint has "
            "fallback_instance_types, among which SageMaker chooses; leave it out"
        )
    own, most = endpoint.initial_instance_count, endpoint.max_initial_instance_count
    count = asked.get("initial_instance_count")
    if count is not None and count != own and (most is None or count > most):
        allowed = f"{own}" if most is None else f"1 to {most}"
        yield (
            f"input.initial_instance_count: got {count}; allowed: {allowed} "
            "(endpoint.max_initial_instance_count)"
        )


def _variant_problems(asked: Mapping[str, Any], endpoint: Any) -> Iterator[str]:
    beside = [variant.name for variant in endpoint.variants_beside]
    chosen = asked.get("variant", MAIN_VARIANT)
    if chosen not in (MAIN_VARIANT, *beside):
        yield f"input.variant: got '{chosen}'; allowed: {listed((MAIN_VARIANT, *beside))}"
    elif chosen != MAIN_VARIANT:
        for name in _OF_INSTANCES:
            if asked.get(name) is not None:
                yield (
                    f"input.{name}: got '{asked[name]}' with variant '{chosen}', for which the "
                    "settings decide; leave it out"
                )
        if asked["model"] == "last-live":
            yield (
                f"input.model: got 'last-live' with variant '{chosen}', and the registry knows "
                "that of the main variant only; name a version, or give 'latest-approved'"
            )
    sharing = [name for name in beside if name != SHADOW_VARIANT]
    for name in asked.get("weights") or ():
        if not sharing:
            yield "input.weights: the endpoint has one variant, which gets all requests"
            return
        if name not in (MAIN_VARIANT, *sharing):
            yield f"input.weights: got '{name}'; allowed: {listed((MAIN_VARIANT, *sharing))}"


def _placeholder_problems(given: Mapping[str, Any]) -> Iterator[str]:
    for key in LOCATIONS:
        value = given.get(key)
        for found in unknown_placeholders(value) if isinstance(value, str) else ():
            yield f"input.{key}: {found} is not a placeholder; allowed: {listed(PLACEHOLDERS)}"


def output_problems(given: Mapping[str, Any], fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield that a batch's input stores results where the settings do not allow it.

    Args:
        given: the input.
        fields: the predictor's valid fields by name.
    """
    batch, path = fields.get("batch"), given.get("output_path")
    if batch is None or not isinstance(path, str):
        return
    if DATA_BUCKET in path:
        return  # deployment names the data bucket, so that the planner judges it
    folder = f"{filled(path, _ANY_TIME, '').rstrip('/')}/"
    allowed = batch.all_output_locations
    if not any(folder.startswith(location) for location in allowed):
        below = f"allowed: folders below {listed(allowed)}; or add" if allowed else "add"
        yield f"input.output_path: got '{path}'; {below} its location to batch.output_locations"


def instance_problems(
    where: str, given: Mapping[str, Any], fields: Mapping[str, Any]
) -> Iterator[str]:
    """Yield that an input asks for an instance type that the predictor does not allow.

    Args:
        where: the predictor's section that allows some.
        given: the input.
        fields: the predictor's valid fields by name.
    """
    section, asked = fields.get(where), given.get("instance_type")
    if section is None or not isinstance(asked, str):
        return
    if where == "endpoint" and section.mode in _WITHOUT_INSTANCES:
        return  # told already: it has no instances to choose
    allowed = section.all_instance_types
    if where == "endpoint":  # without those of other variants
        own = (section.instance_type, *section.fallback_instance_types)
        allowed = tuple(dict.fromkeys((*own, *section.allowed_instance_types)))
    if asked in allowed:
        return
    yield (
        f"input.instance_type: got '{asked}'; allowed: {listed(allowed)} "
        f"({where}.instance_type, its fallbacks and allowed_instance_types)"
    )
