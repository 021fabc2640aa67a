"""Define when an endpoint is in service: at which hours of a week, and until when."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator

from autogluon_constructs.settings.fields import refuse
from autogluon_constructs.settings.schedules.schedule import Schedule
from autogluon_constructs.settings.schedules.times import TimeZone
from autogluon_constructs.settings.section import Section, rule
from autogluon_contracts.documents.predictor_spec import HoursSpec
from autogluon_contracts.names import ENDS, HOURS_OFF, HOURS_ON

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DURATION = re.compile(r"([1-9]\d{0,3}) (hours?|days?)")
_LONGEST_HOURS = 5 * 366 * 24
# At each full hour: an endpoint is off at most an hour after its end.
_LOOK = "cron(0 * * * ? *)"


def _days(text: str) -> str:
    if not _days_of(text):
        raise refuse(
            "allowed: days and ranges of days from Monday on, separated by commas, such as "
            "'mon-fri' or 'mon,wed,sat-sun'"
        )
    return text


def _days_of(text: str) -> tuple[str, ...]:
    """Return the days in their order; none for a text that is something else."""
    found: set[str] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        last = last if dash else first
        if first not in _DAYS or last not in _DAYS or _DAYS.index(last) < _DAYS.index(first):
            return ()
        found.update(_DAYS[_DAYS.index(first) : _DAYS.index(last) + 1])
    return tuple(day for day in _DAYS if day in found)


def _time_of_day(text: str) -> str:
    if not _TIME.fullmatch(text):
        raise refuse("allowed: a time from '00:00' to '23:59'")
    return text


def _quoted(value: object) -> object:
    # YAML 1.1 reads 18:00 as a number to the base of 60.
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 24 * 60:
        raise refuse(f'put the time in quotes: "{value // 60:02d}:{value % 60:02d}"')
    return value


TimeOfDay = Annotated[str, AfterValidator(_time_of_day), BeforeValidator(_quoted)]


class Hours(Section):
    """The hours of a week at which the endpoint is in service; at all others it does not exist."""

    days: Annotated[str, AfterValidator(_days)] = "mon-fri"
    """On which days, such as `mon-fri` or `mon,wed,sat-sun`."""
    start: TimeOfDay
    """When the version that was live last is put into service, such as `"08:00"`."""
    end: TimeOfDay
    """When it is taken out of service, later on the same day."""
    timezone: TimeZone = "UTC"
    """The IANA time zone of `start` and `end`; daylight saving time is followed."""

    @property
    def per_week(self) -> float:
        """Return how many hours of a week it is in service."""
        first, last = (datetime.combine(date.min, _parsed(each)) for each in (self.start, self.end))
        return len(_days_of(self.days)) * (last - first).total_seconds() / 3600

    @property
    def schedules(self) -> dict[str, Schedule]:
        """Return the schedules by name that put it into service and take it out."""
        return {
            HOURS_ON: self._schedule(self.start, "last-live"),
            HOURS_OFF: self._schedule(self.end, "none"),
        }

    @property
    def spec(self) -> HoursSpec:
        """Return what the command line shows of it."""
        return HoursSpec(
            days=self.days,
            start=self.start,
            end=self.end,
            timezone=self.timezone,
            per_week=self.per_week,
        )

    def _schedule(self, text: str, model: str) -> Schedule:
        when = _parsed(text)
        days = ",".join(_days_of(self.days)).upper()
        return Schedule(
            workflow="promote",
            expression=f"cron({when.minute} {when.hour} ? * {days} *)",
            timezone=self.timezone,
            input={"model": model},
        )

    @rule
    def _ends_after_its_start(self) -> Self:
        if _parsed(self.end) <= _parsed(self.start):
            raise refuse(
                f"end {self.end} is not after start {self.start}; hours over midnight are not "
                "supported yet"
            )
        return self


@dataclass(frozen=True)
class Lifetime:
    """When an endpoint is taken out of service: at a time, or so long after its promotion."""

    at: datetime | None = None
    after_hours: int | None = None


def lifetime(text: str) -> Lifetime | None:
    """Return what an `ends` means; None for a text that is something else.

    Example:
        >>> lifetime("14 days")
        Lifetime(at=None, after_hours=336)
    """
    found = _DURATION.fullmatch(text)
    if found is not None:
        hours = int(found[1]) * (24 if found[2].startswith("day") else 1)
        return Lifetime(after_hours=hours) if hours <= _LONGEST_HOURS else None
    try:
        if "T" not in text and " " not in text:
            day = date.fromisoformat(text)
            return Lifetime(at=datetime.combine(day + timedelta(days=1), time(), UTC))
        moment = datetime.fromisoformat(text)
        return Lifetime(at=moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def _ends(text: str) -> str:
    if lifetime(text) is None:
        raise refuse(
            "allowed: a date such as '2027-03-31', whose day is the last one in UTC, a time such "
            "as '2027-03-31T18:00+02:00', or how long after the promotion, such as '14 days' or "
            "'8 hours'"
        )
    return text


Ends = Annotated[str, AfterValidator(_ends)]


def times_of(hours: Hours | None, ends: str | None) -> Mapping[str, Schedule]:
    """Return the schedules by name of an endpoint's hours and its end."""
    found = {} if hours is None else dict(hours.schedules)
    if ends is not None:
        found[ENDS] = Schedule(workflow="promote", expression=_LOOK, input={"model": "none"})
    return found


def _parsed(text: str) -> time:
    return time.fromisoformat(text)
