"""Refuse combinations of a predictor's settings that cannot work.

Each rule gets the fields of one predictor that are valid by themselves, and says where (a path
below the predictor) and what is wrong. A rule is skipped while one of its fields is missing or
invalid: that error comes first.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from autogluon_constructs.catalogues.images import find_image, serves_with_gunicorn
from autogluon_constructs.catalogues.instances import InstanceType, instance_types
from autogluon_constructs.settings.algorithms.algorithm import algorithm_problems
from autogluon_constructs.settings.batch import Batch
from autogluon_constructs.settings.bring_your_own.script import script_problems
from autogluon_constructs.settings.drift import Drift
from autogluon_constructs.settings.endpoint_modes import (
    ComponentEndpoint,
    Endpoint,
    ServerlessEndpoint,
)
from autogluon_constructs.settings.endpoint_modes.instances import InstanceEndpoint
from autogluon_constructs.settings.processing import Processing, step_problem
from autogluon_constructs.settings.rules.gate_rules import gate_problems
from autogluon_constructs.settings.rules.spot_rules import spot_problems
from autogluon_constructs.settings.rules.waiting_rules import waiting_problems
from autogluon_constructs.settings.schedules.new_objects_problems import new_objects_problems
from autogluon_constructs.settings.schedules.problems import schedule_problems
from autogluon_constructs.settings.serving import Serving
from autogluon_constructs.settings.training import Training
from autogluon_constructs.settings.tuning import Tuning
from autogluon_contracts.code.own_objects import missing_code_problems
from autogluon_contracts.defaults import LATENCY, REQUEST_TIMEOUT_SECONDS
from autogluon_contracts.jobs.time_reserve import time_reserve_problem
from autogluon_contracts.models.known_weights import wrong_type_problem
from autogluon_contracts.predictor_types import PredictorType, known_types, predictor_type
from autogluon_contracts.wording import listed

Fields = Mapping[str, Any]
# API reference, HyperParameterTuningInstanceConfig.
_TYPES_OF_TRIALS = (
    "ml.m5.xlarge",
    "ml.m5.2xlarge",
    "ml.m5.4xlarge",
    "ml.c5.xlarge",
    "ml.c5.2xlarge",
)
_OF_ANY_SERVER = {"request_timeout_seconds", "optimize_for", "max_score_loss", "engine"}
_OnInstances = Training | Batch | InstanceEndpoint | Drift | Processing
_WithoutChoice = Drift | Processing
Rule = Callable[[Fields], Iterator[str]]


def problems_of(fields: Fields) -> list[str]:
    """Return `<path below the predictor>: <problem>` for each combination that cannot work."""
    return [problem for rule in _RULES for problem in rule(fields)]


def _arguments_are_autogluons(fields: Fields) -> Iterator[str]:
    kind = _kind_of(fields)
    if kind is None:
        return
    if "init_args" in fields:
        yield from kind.init_args_problems(fields["init_args"], label_required=False)
    if "fit_args" in fields:
        yield from kind.fit_args_problems(fields["fit_args"])
    if {"init_args", "fit_args"} <= fields.keys():
        yield from kind.combination_problems(dict(fields["init_args"]), dict(fields["fit_args"]))


def _own_code_is_given(fields: Fields) -> Iterator[str]:
    training: Training | None = fields.get("training")
    kind = _kind_of(fields)
    if training is None or kind is None:
        return
    if training.code is None:
        named = kind.own_objects(fields.get("init_args"), fields.get("fit_args"))
        yield from missing_code_problems(named)
        return
    problem = kind.code_problem()
    if problem is not None:
        yield f"training.code: got '{training.code}' with {problem}"


def _settings_have_an_effect(fields: Fields) -> Iterator[str]:
    kind, batch = _kind_of(fields), fields.get("batch")
    serving: Serving | None = fields.get("serving")
    if kind is not None and batch is not None and serving is not None:
        yield from kind.settings_problems(batch.engine, serving.model_fields_set)


def _weights_are_named(fields: Fields) -> Iterator[str]:
    kind, weights = _kind_of(fields), fields.get("weights")
    if kind is None or weights is None or "fit_args" not in fields:
        return
    problem = wrong_type_problem(weights, fields["type"]) or kind.weights_problem(
        fields["fit_args"],
        weights,
        # Isolation may be the environment's, which judges the rest.
        isolated=False,
    )
    if problem is not None:
        yield problem


def _image_can_train(fields: Fields) -> Iterator[str]:
    kind = _kind_of(fields)
    if kind is None or "fit_args" not in fields or fields.get("image_uri") is not None:
        return
    problem = kind.image_problem(fields["fit_args"])
    if problem is not None:
        yield problem


def _tuning_can_work(fields: Fields) -> Iterator[str]:
    kind, tuning = _kind_of(fields), fields.get("tuning")
    if kind is not None and isinstance(tuning, Tuning):
        problems = tuning.problems(fields.get("fit_args", {}), kind)
        yield from (f"tuning.{problem}" for problem in problems)


def _time_limit_leaves_a_reserve(fields: Fields) -> Iterator[str]:
    training: Training | None = fields.get("training")
    if training is None:
        return
    problem = time_reserve_problem(
        fields.get("fit_args", {}).get("time_limit"), training.max_runtime_seconds
    )
    if problem is not None:
        yield f"training.{problem}"


def _processors_agree(fields: Fields) -> Iterator[str]:
    # One image trains, one serves endpoint and batch: a model version names a single image.
    used = list(used_types(fields))
    for sections in (("training",), ("batch", "endpoint")):
        group = [entry for entry in used if entry[0].startswith(sections)]
        for path, other in group[1:]:
            first_path, first = group[0]
            if other.processor != first.processor:
                yield (
                    f"{path}: got '{other.name}', a {other.processor.upper()} type, with the "
                    f"{first.processor.upper()} image that {first_path} '{first.name}' means; "
                    f"allowed: {first.processor.upper()} types, or {other.processor.upper()} types "
                    f"for all of {' and '.join(sections)}"
                )


def _accelerators_are_driven(fields: Fields) -> Iterator[str]:
    version = fields.get("framework_version")
    if version is None:
        return
    image = find_image(version, "gpu")
    for path, used in used_types(fields):
        if used.accelerator in image.unsupported_accelerators:
            yield (
                f"{path}: got '{used.name}', whose {used.accelerator} GPU the image of AutoGluon "
                f"{image.version} cannot drive; use e.g. 'ml.g5.xlarge'"
            )


def _types_cost_no_more_than_allowed(fields: Fields) -> Iterator[str]:
    for section, found in _on_instances(fields):
        if isinstance(found, _WithoutChoice) or found.max_usd_per_hour is None:
            continue
        for name in found.all_instance_types:
            usd = instance_types()[name].usd_per_hour
            if usd > found.max_usd_per_hour:
                yield (
                    f"{section}.{_key_of(found, name)}: got '{name}' at {usd:.3f} USD per hour, "
                    f"but max_usd_per_hour is {found.max_usd_per_hour:g}; choose a smaller type, "
                    "or raise it"
                )


def _fallbacks_are_other_types(fields: Fields) -> Iterator[str]:
    for section, found in _on_instances(fields):
        named = (found.instance_type, *found.fallback_instance_types)
        twice = [name for name in dict.fromkeys(named) if named.count(name) > 1]
        if twice:
            yield (
                f"{section}.fallback_instance_types: '{twice[0]}' is named twice, instance_type "
                "included; name each type once"
            )


def _data_fit_local_disks(fields: Fields) -> Iterator[str]:
    # SageMaker makes no volume for these types: their disks are all the storage that a job has.
    for section, jobs in _on_instances(fields):
        if not isinstance(jobs, Training | Processing):
            continue
        for name in jobs.all_instance_types:
            found = instance_types()[name]
            if found.has_local_nvme and jobs.volume_size_gb > found.local_nvme_gb:
                yield (
                    f"{section}.volume_size_gb: got {jobs.volume_size_gb}, but '{name}' has no "
                    f"volume, only local NVMe disks of {found.local_nvme_gb} GB; allowed with it: "
                    f"at most {found.local_nvme_gb}"
                )


def _endpoint_types_encrypt_alike(fields: Fields) -> Iterator[str]:
    # The endpoint's stack has one configuration: SageMaker refuses its key on local NVMe.
    endpoint: Endpoint | None = fields.get("endpoint")
    if not isinstance(endpoint, InstanceEndpoint):
        return
    own = instance_types()[endpoint.instance_type]
    for name in endpoint.all_instance_types:
        if instance_types()[name].has_local_nvme != own.has_local_nvme:
            with_or_without = "with" if own.has_local_nvme else "without"
            yield (
                f"endpoint.{_key_of(endpoint, name)}: got '{name}' beside instance_type "
                f"'{own.name}', and only one of them has a local NVMe disk, which takes no key; "
                f"allowed: types {with_or_without} local NVMe"
            )


def _trials_choose_among_named_types(fields: Fields) -> Iterator[str]:
    training: Training | None = fields.get("training")
    if training is None or fields.get("tuning") is None or not training.fallback_instance_types:
        return
    for name in (training.instance_type, *training.fallback_instance_types):
        if name not in _TYPES_OF_TRIALS:
            yield (
                f"training.fallback_instance_types: got '{name}' among the types of a predictor "
                "with tuning, and SageMaker chooses the types of trials among "
                f"{listed(_TYPES_OF_TRIALS)} only; leave other types, the fallbacks or tuning out"
            )


def _server_takes_numbers(fields: Fields) -> Iterator[str]:
    serving: Serving | None = fields.get("serving")
    version = fields.get("framework_version")
    if serving is None or version is None:
        return
    resolved = find_image(version, "cpu").version
    given = sorted(serving.model_fields_set - _OF_ANY_SERVER)
    if given and not serves_with_gunicorn(resolved):
        yield (
            f"serving.{given[0]}: got {getattr(serving, given[0])!r} with framework_version "
            f"'{version}', whose image has another server, which takes no such "
            "number; allowed: from '1.6' on"
        )


def _requests_fit_the_mode(fields: Fields) -> Iterator[str]:
    serving: Serving | None = fields.get("serving")
    endpoint: Endpoint | None = fields.get("endpoint")
    if serving is None:
        return
    longest = REQUEST_TIMEOUT_SECONDS if endpoint is None else endpoint.longest_request_seconds
    if serving.request_timeout_seconds > longest:
        mode = "no endpoint" if endpoint is None else f"endpoint.mode '{endpoint.mode}'"
        yield (
            f"serving.request_timeout_seconds: got {serving.request_timeout_seconds} with {mode}; "
            f"allowed: at most {longest}, or endpoint.mode 'asynchronous', whose requests may take "
            "an hour"
        )


def _some_modes_have_no_gpu(fields: Fields) -> Iterator[str]:
    # The image serves both, and the one for GPUs needs their drivers.
    batch: Batch | None = fields.get("batch")
    endpoint: Endpoint | None = fields.get("endpoint")
    if batch is None or not isinstance(endpoint, ServerlessEndpoint | ComponentEndpoint):
        return
    for name in batch.all_instance_types:
        if instance_types()[name].gpus:
            yield (
                f"batch.{_key_of(batch, name)}: got '{name}', a GPU type, with endpoint.mode "
                f"'{endpoint.mode}', which has no GPUs, and one image serves endpoint and batch; "
                "allowed: CPU types, or endpoint.mode 'real-time'"
            )


def _serverless_has_one_worker(fields: Fields) -> Iterator[str]:
    serving: Serving | None = fields.get("serving")
    if serving is None or not isinstance(fields.get("endpoint"), ServerlessEndpoint):
        return
    if serving.workers is not None and serving.workers > 1:
        yield (
            f"serving.workers: got {serving.workers} with endpoint.mode 'serverless', whose "
            "container answers one request at a time; allowed: 1, or leave it out"
        )


def _latency_has_a_choice(fields: Fields) -> Iterator[str]:
    serving: Serving | None = fields.get("serving")
    if serving is None or serving.optimize_for != LATENCY:
        return
    if "endpoint" in fields and fields["endpoint"] is None:
        yield (
            f"serving.optimize_for: got '{LATENCY}' without an endpoint, where single rows are "
            "never asked for; declare an endpoint, or leave it out"
        )
    kind = _kind_of(fields)
    problem = None if kind is None else kind.latency_problem(fields.get("fit_args", {}))
    if problem is not None:
        yield problem


def _instances_share_folds(fields: Fields) -> Iterator[str]:
    training: Training | None = fields.get("training")
    kind = _kind_of(fields)
    if training is None or training.instance_count == 1 or kind is None:
        return
    path = f"training.instance_count: got {training.instance_count} with"
    problem = kind.distribution_problem(fields.get("fit_args", {}))
    if problem is not None:
        yield f"{path} {problem}"
    if training.keeps_checkpoints:
        key = "checkpoints" if training.spot is None else "spot"
        yield (
            f"{path} training.{key}; AWS does not say what it keeps of a checkpoint that several "
            "instances write; leave one of the two out"
        )


def _artifacts_can_be_kept(fields: Fields) -> Iterator[str]:
    training: Training | None = fields.get("training")
    kind = _kind_of(fields)
    if training is None or not training.further_training or kind is None:
        return
    problem = kind.keeping_problem(fields.get("init_args"), fields.get("fit_args"))
    if problem is not None:
        yield f"training.further_training: got true with {problem}; leave one of the two out"


def _schedules_can_work(fields: Fields) -> Iterator[str]:
    for name, schedule in (fields.get("schedules") or {}).items():
        yield from (
            f"schedules.{name}.{problem}" for problem in schedule_problems(schedule, fields)
        )


def _batches_of_new_objects_can_work(fields: Fields) -> Iterator[str]:
    for name, found in (fields.get("on_new_objects") or {}).items():
        yield from (
            f"on_new_objects.{name}.{problem}" for problem in new_objects_problems(found, fields)
        )


def _schedules_have_names_of_their_own(fields: Fields) -> Iterator[str]:
    endpoint: Endpoint | None = fields.get("endpoint")
    for name in {} if endpoint is None else endpoint.times:
        if name in (fields.get("schedules") or {}):
            yield (
                f"schedules.{name}: endpoint.{name.partition('-')[0]} makes a schedule of this "
                "name; rename yours"
            )


def _drift_has_what_it_compares(fields: Fields) -> Iterator[str]:
    drift, kind = fields.get("drift"), _kind_of(fields)
    if drift is None or kind is None or "endpoint" not in fields:
        return
    if not kind.has_baseline:
        types = [f"'{name}'" for name in known_types() if predictor_type(name).has_baseline]
        yield (
            f"drift: got it with type '{fields['type']}', whose training jobs leave nothing to "
            f"compare with; allowed: with type {' or '.join(types)}, or leave it out"
        )
        return
    endpoint: Endpoint | None = fields["endpoint"]
    capture = None if endpoint is None else endpoint.captured
    if capture is None or not capture.input:
        yield (
            "drift: no rows of requests are captured; add capture to endpoint, with input: true "
            "(mode 'real-time'), or leave drift out"
        )
        return
    if endpoint is not None and endpoint.own_containers:
        yield (
            "drift: got it with endpoint.pipeline, whose captured requests are what the first "
            "container gets, not the model's columns; leave one of them out"
        )


def _batches_have_a_pipeline(fields: Fields) -> Iterator[str]:
    batch, endpoint = fields.get("batch"), fields.get("endpoint")
    if batch is None or "endpoint" not in fields or batch.engine != "pipeline":
        return
    if endpoint is None or not endpoint.has_series:
        yield (
            "batch.engine: got 'pipeline' without an endpoint.pipeline in series; give one, or "
            "another engine"
        )


def _steps_are_complete(fields: Fields) -> Iterator[str]:
    for name, step in (fields.get("processing") or {}).items():
        problem = step_problem(name, step)
        if problem is not None:
            yield f"processing.{name}.{problem}"


def _kind_of(fields: Fields) -> PredictorType | None:
    """Return the predictor's type; None where the field itself is wrong."""
    name = fields.get("type")
    return predictor_type(name) if name in known_types() else None


def used_types(fields: Fields) -> Iterator[tuple[str, InstanceType]]:
    """Return the instance types that a predictor may run on, each with the path that names it."""
    names = [
        (f"{section}.{_key_of(found, name)}", name)
        for section, found in _on_instances(fields)
        for name in found.all_instance_types
    ]
    return ((path, instance_types()[name]) for path, name in names)


def _on_instances(fields: Fields) -> Iterator[tuple[str, _OnInstances]]:
    """Yield the sections that name instance types, each with its key."""
    for section in ("training", "batch", "endpoint", "drift"):
        found = fields.get(section)
        if isinstance(found, _OnInstances):
            yield section, found
    for name, step in (fields.get("processing") or {}).items():
        yield f"processing.{name}", step


def _key_of(section: _OnInstances, name: str) -> str:
    if name == section.instance_type:
        return "instance_type"
    for variant in getattr(section, "variants_beside", ()):
        if name == variant.instance_type:
            where = variant.name if variant.is_shadow else f"variants.{variant.name}"
            return f"{where}.instance_type"
    is_allowed = not isinstance(section, _WithoutChoice) and name in section.allowed_instance_types
    return "allowed_instance_types" if is_allowed else "fallback_instance_types"


_RULES: tuple[Rule, ...] = (
    _arguments_are_autogluons,
    _own_code_is_given,
    _settings_have_an_effect,
    _weights_are_named,
    _image_can_train,
    _tuning_can_work,
    _schedules_can_work,
    _schedules_have_names_of_their_own,
    _batches_of_new_objects_can_work,
    gate_problems,
    _time_limit_leaves_a_reserve,
    _processors_agree,
    _accelerators_are_driven,
    _types_cost_no_more_than_allowed,
    _fallbacks_are_other_types,
    _data_fit_local_disks,
    _endpoint_types_encrypt_alike,
    _trials_choose_among_named_types,
    spot_problems,
    waiting_problems,
    script_problems,
    algorithm_problems,
    _server_takes_numbers,
    _requests_fit_the_mode,
    _some_modes_have_no_gpu,
    _serverless_has_one_worker,
    _latency_has_a_choice,
    _drift_has_what_it_compares,
    _batches_have_a_pipeline,
    _steps_are_complete,
    _artifacts_can_be_kept,
    _instances_share_folds,
)
