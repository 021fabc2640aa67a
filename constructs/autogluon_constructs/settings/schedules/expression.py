"""Check the expression of a repeated schedule, as EventBridge Scheduler writes it."""

import re

# Scheduler's guide, "Schedule types on EventBridge Scheduler".
# The services differ in whether they take "1 hours" and "2 hour".
_RATE = re.compile(r"rate\((1 (minute|hour|day)|([2-9]|[1-9]\d{1,8}) (minutes|hours|days))\)")
_CRON = re.compile(r"cron\((?P<fields>[^()]+)\)")
_MONTHS = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
_DAYS = "SUN|MON|TUE|WED|THU|FRI|SAT"


def expression_problem(expression: str) -> str | None:
    """Return what is wrong with an expression; None where Scheduler takes it.

    Example:
        >>> expression_problem("cron(0 3 * * *)")
        "5 fields; allowed: 'cron(minutes hours day-of-month month day-of-week year)'"
    """
    if _RATE.fullmatch(expression):
        return None
    found = _CRON.fullmatch(expression)
    if found is None:
        return "allowed: such as 'rate(12 hours)' or 'cron(0 3 * * ? *)'"
    fields = found["fields"].split()
    if len(fields) != len(_FIELDS):
        return (
            f"{len(fields)} fields; "
            "allowed: 'cron(minutes hours day-of-month month day-of-week year)'"
        )
    for (name, pattern), field in zip(_FIELDS, fields, strict=True):
        if not pattern.fullmatch(field):
            return f"{name} {field!r} is not one that EventBridge Scheduler knows"
    if (fields[2] == "?") == (fields[4] == "?"):
        return "allowed: '?' as either the day of the month or the day of the week"
    return None


def _field(value: str, *, special: str = "") -> re.Pattern[str]:
    steps = rf"(\*|{value}|{value}-{value})(/[1-9]\d*)?"
    return re.compile(rf"({steps})(,{steps})*{special}")


_FIELDS = (
    ("minute", _field(r"[0-5]?\d")),
    ("hour", _field(r"([01]?\d|2[0-3])")),
    ("day of the month", _field(r"([1-9]|[12]\d|3[01])", special=r"|\?|L|([1-9]|[12]\d|3[01])W")),
    ("month", _field(rf"([1-9]|1[0-2]|{_MONTHS})")),
    ("day of the week", _field(rf"([1-7]|{_DAYS})", special=rf"|\?|([1-7]|{_DAYS})(L|#[1-5])")),
    ("year", _field(r"(19[7-9]\d|20\d\d|21\d\d)")),
)
