"""Schedule expressions, `rate(...)`, `cron(...)` and `at(...)`, and when they come due."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from aws_croniter import AwsCroniter

# EventBridge guide, "Creating a scheduled rule": the unit is singular for a value of 1 only.
_RATE = re.compile(r"rate\(([1-9][0-9]{0,8}) (minute|hour|day)(s?)\)")
_CRON = re.compile(r"cron\((.*)\)")
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}
_ROUNDS = 200  # more than the minutes that a change to or from daylight saving time skips


class ScheduleError(ValueError):
    """The expression is not one that AWS accepts, or one that is not supported here."""


class Schedule(ABC):
    """When something happens. Times are seconds since 1970."""

    once = False

    @abstractmethod
    def next_after(self, moment: float, begin: float) -> float | None:
        """Return the first time after `moment`, or None when there is none.

        Args:
            begin: when the schedule began; a rate counts from it.
        """


class Rate(Schedule):
    """Every so many seconds from the beginning."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds

    def next_after(self, moment: float, begin: float) -> float | None:
        """Return the next multiple of the rate; the beginning itself where that lies ahead."""
        if begin > moment:
            return begin
        return begin + (int((moment - begin) // self.seconds) + 1) * self.seconds


class Once(Schedule):
    """One time only."""

    once = True

    def __init__(self, moment: float) -> None:
        self.moment = moment

    def next_after(self, moment: float, begin: float) -> float | None:
        """Return the time while it lies ahead."""
        del begin
        return self.moment if self.moment > moment else None


class Cron(Schedule):
    """Times of a calendar, in the wall-clock time of a zone.

    A time that daylight saving time skips is skipped, and one that it repeats happens once:
    EventBridge Scheduler guide, "Daylight savings time".
    """

    def __init__(self, fields: str, zone: ZoneInfo) -> None:
        self._fields = fields
        self._zone = zone
        self._cron = _compile(fields)

    def next_after(self, moment: float, begin: float) -> float | None:
        """Return the next time that exists in the zone."""
        earliest = max(moment, begin - 1)
        local = datetime.fromtimestamp(earliest, self._zone)
        # The library knows UTC only: wall-clock time is passed as if it were UTC.
        wall = local.replace(tzinfo=UTC, fold=0)
        for _ in range(_ROUNDS):
            found = self._cron.get_next(wall)[0]
            if found is None:
                return None
            wall = found
            candidate = found.replace(tzinfo=self._zone)
            exists = datetime.fromtimestamp(candidate.timestamp(), self._zone)
            if exists.replace(tzinfo=UTC, fold=0) == found and candidate.timestamp() > earliest:
                return float(candidate.timestamp())
        return None


def parse_schedule(
    text: str, zone: str = "UTC", *, one_time: bool = False, singular: bool = False
) -> Schedule:
    """Return the schedule of an expression.

    Args:
        zone: name in the IANA database, such as `Europe/Berlin`.
        one_time: whether `at(...)` is allowed, as EventBridge Scheduler does.
        singular: whether `rate(5 minute)` is allowed, as EventBridge Scheduler does and rules do
            not (24 patterns of aws-samples/serverless-patterns are deployed with it).

    Raises:
        ScheduleError: says what is wrong.
    """
    place = time_zone(zone)
    if rate := _RATE.fullmatch(text):
        value, unit, plural = int(rate[1]), rate[2], rate[3]
        if (value == 1) == bool(plural) and not (singular and not plural):
            raise ScheduleError(f"{text}: the unit is singular for 1 and plural for more.")
        return Rate(value * _SECONDS[unit])
    if cron := _CRON.fullmatch(text):
        return Cron(cron[1], place)
    if one_time and (at := _AT.fullmatch(text)):
        try:
            wall = datetime.fromisoformat(at[1])
        except ValueError as error:
            raise ScheduleError(f"{text}: {error}.") from error
        return Once(wall.replace(tzinfo=place).timestamp())
    forms = "rate(VALUE UNIT) or cron(FIELDS)" + (", or at(TIME)" if one_time else "")
    raise ScheduleError(f"{text} must be {forms}.")


def time_zone(name: str) -> ZoneInfo:
    """Return a zone of the IANA database. Raises ScheduleError."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ScheduleError(f"{name} is not a time zone.") from error


def _compile(fields: str) -> AwsCroniter:
    parts = fields.split()
    if len(parts) == 6 and parts[4].upper() == "L":
        parts[4] = "7"  # the week's last day; the library takes it for none
    if len(parts) == 6 and parts[2].upper() == "LW":
        raise ScheduleError(f"cron({fields}): LW is not supported by the embedded AWS.")
    try:
        return AwsCroniter(" ".join(parts))
    except Exception as error:  # the library raises bare ValueErrors beside its own errors
        raise ScheduleError(f"cron({fields}): {error}") from error
