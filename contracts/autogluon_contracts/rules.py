"""Define rules for JSON values: what a value may be, and the words that say so."""

import json
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from autogluon_contracts.suggestions import did_you_mean, meant_name, nearest
from autogluon_contracts.wording import listed

Check = Callable[[str, object], list[str]]


@dataclass(frozen=True)
class Rule:
    """One argument's rule.

    `accepts` decides about the value itself; `inside`, where given, looks into an accepted value
    and returns further sentences. `allowed` completes "allowed: ...".
    """

    allowed: str
    accepts: Callable[[object], bool]
    inside: Check | None = None

    def problems(self, path: str, value: object) -> list[str]:
        """Return sentences about `value` at `path`; empty when it is accepted."""
        if not self.accepts(value):
            return [f"{path}: got {shown(value)}; allowed: {self.allowed}"]
        return self.inside(path, value) if self.inside is not None else []


def shown(value: object) -> str:
    """Return a value and its JSON-ish type, short enough for a sentence: `'ten' (str)`."""
    text = repr(value) if isinstance(value, str) else json.dumps(value, default=repr)
    if len(text) > 80:
        text = text[:77] + "..."
    return "null" if value is None else f"{text} ({type(value).__name__})"


def is_integer(value: object) -> bool:
    """Return whether it is a whole number; a bool is not one."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    """Return whether it is a finite number; a bool is not one."""
    return is_integer(value) or (isinstance(value, float) and math.isfinite(value))


def integer(minimum: int, unit: str = "a whole number") -> Rule:
    """Return a rule for a whole number of at least `minimum`."""
    return Rule(
        f"{unit} >= {minimum}",
        lambda value: isinstance(value, int) and is_integer(value) and value >= minimum,
    )


def whole(
    *, minimum: float | None = None, maximum: float | None = None, above: float | None = None
) -> Rule:
    """Return a rule for a whole number within bounds."""
    return Rule(
        f"a whole number{_bounds(minimum, maximum, above)}",
        lambda value: (
            isinstance(value, int) and is_integer(value) and _within(value, minimum, maximum, above)
        ),
    )


def number(
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    above: float | None = None,
    finite: bool = True,
) -> Rule:
    """Return a rule for a number within bounds; finite unless said otherwise."""
    return Rule(
        f"a number{_bounds(minimum, maximum, above)}",
        lambda value: (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and (not finite or math.isfinite(value))
            and _within(value, minimum, maximum, above)
        ),
    )


def number_above(limit: float, unit: str = "a number") -> Rule:
    """Return a rule for a finite number greater than `limit`."""
    return Rule(
        f"{unit} > {limit:g}",
        lambda value: isinstance(value, int | float) and is_number(value) and value > limit,
    )


def number_from(minimum: float, unit: str = "a number") -> Rule:
    """Return a rule for a finite number of at least `minimum`."""
    return Rule(
        f"{unit} >= {minimum:g}",
        lambda value: isinstance(value, int | float) and is_number(value) and value >= minimum,
    )


def fraction() -> Rule:
    """Return a rule for a number strictly between 0 and 1."""
    return Rule(
        "a number between 0 and 1, both excluded",
        lambda value: isinstance(value, int | float) and is_number(value) and 0 < value < 1,
    )


def flag() -> Rule:
    """Return a rule for true or false."""
    return Rule("true or false", lambda value: isinstance(value, bool))


def string() -> Rule:
    """Return a rule for a string, possibly empty."""
    return Rule("a string", lambda value: isinstance(value, str))


def text() -> Rule:
    """Return a rule for a string that is not empty."""
    return Rule("a non-empty string", lambda value: isinstance(value, str) and value != "")


def one_of(*choices: str) -> Rule:
    """Return a rule for one of a few strings."""
    return Rule(
        "one of " + ", ".join(f"'{choice}'" for choice in choices),
        lambda value: isinstance(value, str) and value in choices,
    )


def name_from(names: Collection[str], kind: str, synonyms: Mapping[str, str] | None = None) -> Rule:
    """Return a rule for a name from a long list; an unknown one is answered with the nearest.

    `synonyms` are names from elsewhere, with the one of the list that means the same.
    """

    def inside(path: str, value: object) -> list[str]:
        if value in names:
            return []
        meant = (synonyms or {}).get(str(value).casefold().replace("-", "_"), value)
        near = nearest(meant, names)
        known = f"; known: {listed(names, limit=60)}" if near is None else meant_name(near)
        return [f"{path}: unknown {kind} {value!r}{known}"]

    return Rule(f"the name of a {kind}", lambda value: isinstance(value, str), inside)


def array(item: Rule) -> Rule:
    """Return a rule for a list whose items all follow one rule."""

    def inside(path: str, value: object) -> list[str]:
        entries = value if isinstance(value, list) else []
        return [
            problem
            for position, entry in enumerate(entries)
            for problem in item.problems(f"{path}[{position}]", entry)
        ]

    return Rule(f"a list of: {item.allowed}", lambda value: isinstance(value, list), inside)


def mapping(fields: Mapping[str, Rule] | None = None) -> Rule:
    """Return a rule for an object; with `fields`, one that has no other keys than these."""

    def inside(path: str, value: object) -> list[str]:
        return check_fields(path, value, fields) if fields is not None else []

    return Rule("an object", lambda value: isinstance(value, dict), inside)


def either(*rules: Rule) -> Rule:
    """Return a rule that accepts what any of several accepts; the first decides what is inside."""

    def first(value: object) -> Rule | None:
        return next((rule for rule in rules if rule.accepts(value)), None)

    def inside(path: str, value: object) -> list[str]:
        rule = first(value)
        return rule.problems(path, value) if rule is not None else []

    return Rule(
        " or ".join(rule.allowed for rule in rules), lambda value: first(value) is not None, inside
    )


def nullable(rule: Rule) -> Rule:
    """Return a rule that also accepts null, which asks for AutoGluon's default."""
    return Rule(
        rule.allowed,
        lambda value: value is None or rule.accepts(value),
        lambda path, value: [] if value is None else rule.problems(path, value),
    )


def refused(reason: str) -> Rule:
    """Return a rule that refuses an argument, with the reason and the next step."""
    return Rule(reason, lambda _: True, lambda path, _: [f"{path}: cannot be given; {reason}"])


def check_fields(
    path: str, value: object, fields: Mapping[str, Rule], *, noun: str = "argument"
) -> list[str]:
    """Return sentences about an object's unknown keys and wrong values."""
    if not isinstance(value, dict):
        return [f"{path}: got {shown(value)}; allowed: an object"]
    problems: list[str] = []
    for key, entry in value.items():
        rule = fields.get(key)
        if rule is None:
            problems.append(f"{path}.{key}: unknown {noun}{did_you_mean(key, fields)}")
        else:
            problems.extend(rule.problems(f"{path}.{key}", entry))
    return problems


def _bounds(minimum: float | None, maximum: float | None, above: float | None) -> str:
    least = f" above {above:,g}" if above is not None else ""
    if minimum is not None:
        least = f" from {_figure(minimum)}"
    return least + (f" to {_figure(maximum)}" if maximum is not None else "")


def _figure(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else f"{value:g}"


def _within(
    value: float, minimum: float | None, maximum: float | None, above: float | None
) -> bool:
    return (
        (minimum is None or value >= minimum)
        and (maximum is None or value <= maximum)
        and (above is None or value > above)
    )
