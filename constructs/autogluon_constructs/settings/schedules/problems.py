"""Find what would fail each run of a schedule, before any has started."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from autogluon_constructs.settings.schedules.schedule import Schedule
from autogluon_contracts.document import read_part
from autogluon_contracts.documents.scheduled_run import INPUTS, LOCATIONS
from autogluon_contracts.predictor_types import known_types, predictor_type
from autogluon_contracts.scheduled_locations import PLACEHOLDERS, filled, unknown_placeholders
from autogluon_contracts.wording import listed

_SECTIONS = {
    "train": "training",
    "tune": "training",
    "batch_predict": "batch",
    "promote": "endpoint",
}
_TRAINING = ("train", "tune")
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
    if schedule.workflow == "promote" and schedule.input.get("model") == "previous":
        yield (
            "input.model: got 'previous', which would return to an older version each time; "
            "allowed: 'last-live', 'latest-approved', 'none' or a version number"
        )
    if "predictor" in schedule.input:
        yield "input.predictor: it is the predictor that the schedule belongs to; leave it out"
        return
    unknown = list(_placeholder_problems(schedule.input))
    yield from unknown
    if not unknown:
        wrong = _input_problems(schedule)
        yield from wrong
        if not wrong:
            yield from _argument_problems(schedule, fields)
    yield from _instance_problems(schedule, fields)


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


def _argument_problems(schedule: Schedule, fields: Mapping[str, Any]) -> Iterator[str]:
    if schedule.workflow not in _TRAINING or fields.get("type") not in known_types():
        return
    if not {"init_args", "fit_args"} <= fields.keys():
        return  # they are wrong themselves
    kind, asked = predictor_type(fields["type"]), schedule.input
    init_args, fit_args = dict(fields["init_args"]), dict(fields["fit_args"])
    known = {
        *kind.init_args_problems(init_args, label_required=False),
        *kind.fit_args_problems(fit_args),
    }
    found = (
        *kind.init_args_problems(init_args | asked.get("init_args", {})),
        *kind.fit_args_problems(fit_args | asked.get("fit_args", {})),
    )
    yield from (f"input.{problem}" for problem in found if problem not in known)


def _placeholder_problems(given: Mapping[str, Any]) -> Iterator[str]:
    for key in LOCATIONS:
        value = given.get(key)
        for found in unknown_placeholders(value) if isinstance(value, str) else ():
            yield f"input.{key}: {found} is not a placeholder; allowed: {listed(PLACEHOLDERS)}"


def _instance_problems(schedule: Schedule, fields: Mapping[str, Any]) -> Iterator[str]:
    where = _SECTIONS[schedule.workflow]
    section, asked = fields.get(where), schedule.input.get("instance_type")
    if section is None or not isinstance(asked, str) or asked in section.all_instance_types:
        return
    yield (
        f"input.instance_type: got '{asked}'; allowed: {listed(section.all_instance_types)} "
        f"({where}.instance_type, its fallbacks and allowed_instance_types)"
    )
