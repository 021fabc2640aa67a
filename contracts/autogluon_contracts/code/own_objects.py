"""Name objects of a person's own code in arguments: `module:attribute`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from autogluon_contracts.rules import Rule

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_SPELLING = re.compile(rf"(?P<module>{_NAME}(?:\.{_NAME})*):(?P<attribute>{_NAME})")


@dataclass(frozen=True)
class OwnObject:
    """An object of a person's own code, as arguments name it: `module:attribute`."""

    module: str
    attribute: str

    @classmethod
    def parse(cls, value: object) -> OwnObject | None:
        """Return what a value names; None for any other value.

        Example:
            >>> OwnObject.parse("my_metrics:profit")
            OwnObject(module='my_metrics', attribute='profit')
            >>> OwnObject.parse("accuracy") is None
            True
        """
        match = _SPELLING.fullmatch(value) if isinstance(value, str) else None
        return None if match is None else cls(match["module"], match["attribute"])

    def __str__(self) -> str:
        """Return the spelling in arguments."""
        return f"{self.module}:{self.attribute}"


def reported_name(metric: str) -> str:
    """Return the name under which a metric is reported: of one's own, that of the object.

    Example:
        >>> reported_name("my_metrics:profit"), reported_name("accuracy")
        ('profit', 'accuracy')
    """
    own = OwnObject.parse(metric)
    return metric if own is None else own.attribute


def own_object(what: str) -> Rule:
    """Return a rule for the spelling of an object of one's own, such as `a metric`."""
    return Rule(
        f"'module:name' of {what} in the folder that training.code names",
        lambda value: OwnObject.parse(value) is not None,
    )


def or_own_metric(rule: Rule, names: Collection[str]) -> Rule:
    """Return a rule that also accepts a metric of one's own, which has none of these names."""

    def inside(path: str, value: object) -> list[str]:
        own = OwnObject.parse(value)
        if own is None:
            return rule.problems(path, value)
        if own.attribute in names:
            return [
                f"{path}: got '{own}', but AutoGluon has a metric '{own.attribute}' itself, and "
                "both would be reported under this name; rename yours"
            ]
        return []

    return Rule(rule.allowed, lambda value: rule.accepts(value), inside)


def own_objects(named: Mapping[str, object]) -> dict[str, OwnObject]:
    """Return those of some values that name objects of one's own, by the same keys."""
    found = {path: OwnObject.parse(value) for path, value in named.items()}
    return {path: own for path, own in found.items() if own is not None}


def missing_code_problems(named: Mapping[str, OwnObject]) -> Iterator[str]:
    """Yield why each of these objects cannot be found by a predictor without code."""
    for path, own in named.items():
        yield (
            f"{path}: got '{own}', an object of your own code, and the predictor's settings have "
            f"no training.code; give the folder of {own.module.replace('.', '/')}.py there"
        )
