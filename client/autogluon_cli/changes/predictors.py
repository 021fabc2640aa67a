"""Say what changes in the settings of predictors, what it costs, and from when on it counts."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from autogluon_cli.changes.section import Change, Section
from autogluon_cli.changes.templates import StackTemplates
from autogluon_cli.changes.values import change_text, differences, text_of
from autogluon_cli.costs.estimates import estimate, monthly_price, monthly_usd
from autogluon_cli.costs.serverless import WARM_IS_EXTRA, serverless_usd_per_second
from autogluon_cli.registry.endpoint_states import component_in_words, serverless_in_words
from autogluon_contracts.document import completed
from autogluon_contracts.documents.declared_predictors import DeclaredPredictors
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.names import (
    AS_SETTINGS,
    INITIAL_INSTANCE_COUNT_PARAMETER,
    INSTANCE_TYPE_PARAMETER,
    MAIN_VARIANT,
    SHADOW_VARIANT,
)

_RESOURCE = "Custom::Predictors"
_RETRAIN = "once a model is trained again: {train}"
_NEXT_RUN = "from the next run on"
_NEXT_BATCH = "from the next batch on"
_NEXT_DRIFT = "from the next drift run on"
_NEXT_PROCESSING = "from the next processing run on"
_LIVE = "while the endpoint answers"
_NOT_LIVE = "when a model goes live"
# By the beginning of a setting's path; the first that fits.
_WHEN = (
    ("serving.engine", _LIVE),
    ("endpoint", _LIVE),
    ("batch", _NEXT_BATCH),
    ("drift", _NEXT_DRIFT),
    ("processing", _NEXT_PROCESSING),
    ("training", _NEXT_RUN),
    ("tuning", _NEXT_RUN),
    ("budget", _NEXT_RUN),
    ("tracking", _NEXT_RUN),
    ("quality_gate", _NEXT_RUN),
    ("tags", _NEXT_RUN),
    ("network_isolation", _NEXT_RUN),
    ("", _RETRAIN),
)
# What follows from other settings, or is in the endpoint's own template.
_DERIVED = (
    "endpoint.name",
    "endpoint.stack_name",
    "endpoint.autoscaled",
    "endpoint.scales_to_zero",
    "training.encrypt_volume",
    "training.local_storage_gb",
    "training.prices",
    "batch.local_storage_gb",
    "drift.local_storage_gb",
    "inference_image_uri",
    "processing_image_uri",
)
# It has the usual type, too, which is told by itself.
_ALLOWED = ".allowed_instance_types"
# `_served` tells them together, as it does of variants.
_OF_A_VARIANT = re.compile(
    r"endpoint\.variants\.(?P<variant>[^.]+)\.(instance_type|initial_instance_count)"
)
_RUNS_ON = (
    "endpoint.instance_type",
    "endpoint.initial_instance_count",
    "endpoint.serverless.",
    "endpoint.component",
)


def digests(stacks: Sequence[StackTemplates]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the digests of the deployed and of the declared specs, by predictor."""
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for stack in stacks:
        for found, resources in zip((before, after), stack.resources(), strict=True):
            for resource in resources.values():
                if resource["Type"] == _RESOURCE:
                    found |= resource["Properties"]["Digests"]
    return before, after


def declared_specs(stacks: Sequence[StackTemplates], assembly: Path) -> dict[str, dict[str, Any]]:
    """Return the specs that the assembly's file has, by predictor."""
    for stack in stacks:
        for resource in stack.resources()[1].values():
            if resource["Type"] == _RESOURCE:
                name = text_of(resource["Properties"]["Source"]).rpartition("/")[2]
                text = (assembly / f"asset.{name}").read_text(encoding="utf-8")
                return {
                    predictor: _whole(spec)
                    for predictor, spec in DeclaredPredictors.from_text(text).specs.items()
                }
    return {}


def predictor_sections(
    before: Mapping[str, Mapping[str, Any]],
    after: Mapping[str, Mapping[str, Any]],
    *,
    live: Mapping[str, Collection[str]],
    chosen: Mapping[str, Mapping[str, str]],
    command: str,
) -> list[Section]:
    """Return a section for each predictor that is new, gone or changed.

    Args:
        before: the deployed specs, by predictor.
        after: the declared ones.
        live: the variants that have a model in service, by predictor.
        chosen: the parameters of the endpoints' stacks, which promotions write, by predictor.
        command: how `agcdk` is called, such as `agcdk train {predictor} FILE`.
    """
    found = []
    for name in dict.fromkeys((*after, *before)):
        if name not in before:
            changes = [Change(_new(after[name]))]
        elif name not in after:
            changes = [Change("no longer declared; its models and data stay")]
        else:
            train = command.format(predictor=name)
            changes = list(
                _changed(
                    _whole(before[name]),
                    after[name],
                    live=live.get(name, ()),
                    chosen=chosen.get(name, {}),
                    train=train,
                )
            )
        if changes:
            found.append(Section(f"Predictor {name}", changes))
    return found


def _new(spec: Mapping[str, Any]) -> str:
    served = "no endpoint"
    if spec["endpoint"] is not None:
        served = f"once a model is live, {_served(spec['endpoint'])}{_beside(spec['endpoint'])}"
    label = spec["init_args"].get("label") or spec["init_args"].get("target")
    learns = f" that learns {label}" if label else ""
    return f"new, {spec['type']}{learns}; {served}"


def _changed(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    live: Collection[str],
    chosen: Mapping[str, str],
    train: str,
) -> Iterator[Change]:
    is_live = MAIN_VARIANT in live
    when = {_RETRAIN: _RETRAIN.format(train=train), _LIVE: _LIVE if is_live else _NOT_LIVE}
    old, new = before["endpoint"], after["endpoint"]
    served = [
        None if each is None else _served(_as_chosen(each, chosen if is_live else {}))
        for each in (old, new)
    ]
    if served[0] != served[1]:
        yield Change(
            f"endpoint: {served[0] or 'none'} -> {served[1] or 'none'}",
            when[_LIVE] if served[1] else "",
            is_billed=is_live and _is_billed(old, new),
        )
    elif (
        old is not None
        and new is not None
        and set(old["variants"] or ()) != set(new["variants"] or ())
    ):
        with_all = [f"{served[0]}{_beside(each)}" for each in (old, new)]
        yield Change(f"endpoint: {' -> '.join(with_all)}", when[_LIVE])
    kept = {*((old or {}).get("variants") or ())} & {*((new or {}).get("variants") or ())}
    for name in sorted(kept):
        variants = [{**each, **each["variants"][name]} for each in (old, new)]
        instances = [_on_instances(each) for each in variants]
        if instances[0] != instances[1]:
            yield Change(
                f"endpoint.variants.{name}: {' -> '.join(instances)}",
                _LIVE if name in live else _NOT_LIVE,
                is_billed=name in live and (name == SHADOW_VARIANT or _is_billed(*variants)),
            )
    for path, was, becomes in differences(before, after):
        if path.startswith((*_DERIVED, *_RUNS_ON)):
            continue
        if path.startswith("endpoint") and None in (old, new):
            continue
        variant = _OF_A_VARIANT.fullmatch(path)
        if variant is not None and variant["variant"] in kept:
            continue
        if path.endswith(_ALLOWED):
            section = path.partition(".")[0]
            usual = {found[section]["instance_type"] for found in (before, after)}
            was, becomes = (
                [kind for kind in kinds if kind not in usual] for kinds in (was, becomes)
            )
            if was == becomes:
                continue
        times = next(time for beginning, time in _WHEN if path.startswith(beginning))
        yield Change(_setting(path, was, becomes), when.get(times, times))


def _setting(path: str, was: Any, becomes: Any) -> str:
    price = ""
    if path.endswith(".instance_type"):
        hourly = [_hourly(kind) for kind in (was, becomes) if isinstance(kind, str)]
        price = f" ({' -> '.join(hourly)} USD an hour)" if all(hourly) else ""
    return f"{change_text(path, was, becomes)}{price}"


def _served(endpoint: Mapping[str, Any]) -> str:
    serverless = endpoint.get("serverless")
    if serverless is not None:
        usd = 1000 * serverless_usd_per_second(serverless["memory_mb"])
        warm = f", {WARM_IS_EXTRA}" if serverless.get("provisioned_concurrency") else ""
        told = f"about {usd:.2f} USD for 1,000 s of requests"
        return f"{serverless_in_words(**serverless)}, {told}{warm}"
    component = endpoint.get("component")
    if component is not None:
        has = component_in_words(
            endpoint_name=component["shared_endpoint"], copies=component["copies"]
        )
        each = f"{component['memory_mb']} MB and {component['cpus']:g} vCPUs each"
        return f"{has} of {each}, billed as the instances of that endpoint"
    return _on_instances(endpoint)


def _on_instances(endpoint: Mapping[str, Any]) -> str:
    kind, count = endpoint["instance_type"], endpoint["initial_instance_count"]
    ends = ", down to none without requests" if endpoint.get("scales_to_zero") else ""
    price = monthly_price(kind, count, endpoint.get("hours"))
    return f"{count} x {kind}{price}{ends}"


def _beside(endpoint: Mapping[str, Any]) -> str:
    """Return what the other variants add, which are billed once a version is in them."""
    variants, hours = endpoint.get("variants") or {}, endpoint.get("hours")
    if not variants or endpoint.get("serverless") is not None:
        return ""
    sizes = {
        name: (each["instance_type"], each["initial_instance_count"])
        for name, each in variants.items()
    }
    has = ", ".join(f"{name} {count} x {kind}" for name, (kind, count) in sizes.items())
    main = (endpoint["instance_type"], endpoint["initial_instance_count"])
    prices = [monthly_usd(kind, count, hours) for kind, count in (main, *sizes.values())]
    known = [usd for usd in prices if usd is not None]
    total = f", about {sum(known):,.0f} USD a month together" if len(known) == len(prices) else ""
    return f"; with versions in all variants also {has}{total}"


def _is_billed(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> bool:
    """Return whether an update of what is in service changes its instances.

    It keeps the number that scaling has reached, and asks before it deletes an endpoint.
    """
    if old is None or new is None:
        return new is not None
    keeps_number = old["autoscaled"] and new["autoscaled"]
    return not keeps_number or old["instance_type"] != new["instance_type"]


def _as_chosen(endpoint: Mapping[str, Any], chosen: Mapping[str, str]) -> Mapping[str, Any]:
    """Return an endpoint with the instances that a promotion chose, as far as it allows them."""
    kind = chosen.get(INSTANCE_TYPE_PARAMETER)
    count = chosen.get(INITIAL_INSTANCE_COUNT_PARAMETER, AS_SETTINGS)
    values = dict(endpoint)
    if kind in endpoint["allowed_instance_types"]:
        values["instance_type"] = kind
    if count != AS_SETTINGS and int(count) <= (endpoint["max_initial_instance_count"] or 0):
        values["initial_instance_count"] = int(count)
    return values


def _hourly(instance_type: str) -> str:
    usd = estimate("job", "", "", instance_type, 1, 3600).usd
    return "" if usd is None else f"{usd:.3g}"


def _whole(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a spec with all keys, and images without the registry, which differs by region."""
    values: dict[str, Any] = json.loads(json.dumps(completed(PredictorSpec, dict(spec))))
    values["image_uri"] = values["image_uri"].rpartition("/")[2]
    return values
