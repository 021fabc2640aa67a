"""The rules of composite alarms: `ALARM("a") AND NOT (OK("b") OR FALSE)`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

# (function, name or ARN of the alarm) -> whether that alarm is in that state
Look = Callable[[str, str], bool]

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<function>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*
            (?:"(?P<quoted>[^"]+)"|(?P<plain>[^\s()"]+))\s*\)
        | (?P<word>AND|OR|NOT|TRUE|FALSE)\b
        | (?P<parenthesis>[()])
    )""",
    re.VERBOSE,
)
_CHILDREN_LIMIT, _ELEMENTS_LIMIT = 100, 500  # API reference, PutCompositeAlarm


class RuleError(ValueError):
    """The rule cannot be parsed."""


@dataclass(frozen=True)
class Rule:
    """A parsed rule and the alarms that it names."""

    holds: Callable[[Look], bool]
    children: tuple[str, ...]


def parse_rule(text: str) -> Rule:
    """Return the rule. Raises RuleError."""
    parser = _Parser(_tokens(text), text)
    holds = parser.either()
    parser.end()
    return Rule(holds, tuple(dict.fromkeys(parser.children)))


def _tokens(text: str) -> list[re.Match[str]]:
    found, position = [], 0
    while text[position:].strip():
        token = _TOKEN.match(text, position)
        if token is None:
            raise RuleError(f"unexpected text at {text[position:][:40].strip()!r}")
        found.append(token)
        position = token.end()
    if not found:
        raise RuleError("it is empty")
    if len(found) > _ELEMENTS_LIMIT:
        raise RuleError(f"it has more than {_ELEMENTS_LIMIT} elements")
    return found


class _Parser:
    """NOT binds closer than AND, and AND closer than OR."""

    def __init__(self, tokens: list[re.Match[str]], text: str) -> None:
        self._tokens = tokens
        self._text = text
        self._at = 0
        self.children: list[str] = []

    def either(self) -> Callable[[Look], bool]:
        parts = [self._both()]
        while self._take("OR"):
            parts.append(self._both())
        return lambda look: any(part(look) for part in parts)

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise RuleError(f"unexpected {self._tokens[self._at][0].strip()!r}")
        if len(set(self.children)) > _CHILDREN_LIMIT:
            raise RuleError(f"it names more than {_CHILDREN_LIMIT} alarms")

    def _both(self) -> Callable[[Look], bool]:
        parts = [self._one()]
        while self._take("AND"):
            parts.append(self._one())
        return lambda look: all(part(look) for part in parts)

    def _one(self) -> Callable[[Look], bool]:
        if self._take("NOT"):
            inner = self._one()
            return lambda look: not inner(look)
        if self._take("("):
            inner = self.either()
            if not self._take(")"):
                raise RuleError("a parenthesis is not closed")
            return inner
        if self._at == len(self._tokens):
            raise RuleError("it ends too early")
        token = self._tokens[self._at]
        self._at += 1
        if token["function"]:
            name, function = token["quoted"] or token["plain"], token["function"]
            self.children.append(name)
            return lambda look: look(function, name)
        if token["word"] in ("TRUE", "FALSE"):
            value = token["word"] == "TRUE"
            return lambda _look: value
        raise RuleError(f"unexpected {token[0].strip()!r}")

    def _take(self, word: str) -> bool:
        if self._at == len(self._tokens):
            return False
        token = self._tokens[self._at]
        if word in (token["word"], token["parenthesis"]):
            self._at += 1
            return True
        return False
