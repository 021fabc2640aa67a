"""Filter patterns of CloudWatch Logs: terms, JSON selectors, and space-delimited fields.

CloudWatch Logs guide, "Filter pattern syntax". Regular expressions (`%...%`) are not supported.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

_TERM = re.compile(r'\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))')
_NOTHING: Any = object()
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


class FilterPatternError(ValueError):
    """The pattern is not valid, or uses what is not supported here."""


class FilterPattern(ABC):
    """Matches log lines, and knows the values of the fields that it selects."""

    @abstractmethod
    def match(self, line: str) -> Mapping[str, Any] | None:
        """Return the fields of a line that matches, by selector (`$.a`, `$a`), or None."""


def parse_filter_pattern(text: str) -> FilterPattern:
    """Return a pattern. Raises FilterPatternError."""
    stripped = text.strip()
    if "%" in re.sub(r'"(?:[^"\\]|\\.)*"', "", stripped):
        raise FilterPatternError("regular expressions (%...%) are not supported here")
    if stripped.startswith("{"):
        if not stripped.endswith("}"):
            raise FilterPatternError("a brace is not closed")
        return _JsonPattern(stripped[1:-1])
    if stripped.startswith("["):
        if not stripped.endswith("]"):
            raise FilterPatternError("a bracket is not closed")
        return _FieldsPattern(stripped[1:-1])
    return _TermsPattern(stripped)


def find_selector(fields: Mapping[str, Any], selector: str) -> Any:
    """Return the value of `$.a.b[0]` or `$a` in what a pattern matched, or None."""
    if selector.startswith("$."):
        document = fields.get("$")
        found = _find(document, selector) if document is not None else _NOTHING
        return None if found is _NOTHING else found
    return fields.get(selector)


class _TermsPattern(FilterPattern):
    """Words that a line has to contain: all, none of the `-` ones, or one of the `?` ones."""

    def __init__(self, text: str) -> None:
        self._all: list[str] = []
        self._none: list[str] = []
        self._any: list[str] = []
        position = 0
        while text[position:].strip():
            term = _TERM.match(text, position)
            if term is None:
                raise FilterPatternError(f"cannot read {text[position:].strip()[:40]!r}")
            word = term[3] if term[2] is None else term[2].replace('\\"', '"')
            {"": self._all, "-": self._none, "?": self._any}[term[1]].append(word)
            position = term.end()

    def match(self, line: str) -> Mapping[str, Any] | None:
        if self._all or self._none:  # the guide: `?` terms count only alone
            holds = all(w in line for w in self._all) and not any(w in line for w in self._none)
        else:
            holds = not self._any or any(word in line for word in self._any)
        return {} if holds else None


_JSON_TOKEN = re.compile(
    r"""\s*(?:
        (?P<and>&&) | (?P<or>\|\|) | (?P<open>\() | (?P<close>\))
        | (?P<selector>\$(?:\.[\w@-]+|\[(?:"[^"]+"|'[^']+'|\d+)\])+)\s*
          (?: (?P<keyword>IS\s+NULL|IS\s+TRUE|IS\s+FALSE|NOT\s+EXISTS)\b
            | (?P<operator>!=|<=|>=|=|<|>)\s*
              (?: "(?P<quoted>(?:[^"\\]|\\.)*)" | (?P<plain>[^\s&|()]+) )
          )
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_STEP = re.compile(r"""\.([\w@-]+)|\[(?:"([^"]+)"|'([^']+)'|(\d+))\]""")


class _JsonPattern(FilterPattern):
    """Conditions on a line's JSON object, joined by && and ||."""

    def __init__(self, text: str) -> None:
        tokens, position = [], 0
        while text[position:].strip():
            token = _JSON_TOKEN.match(text, position)
            if token is None:
                raise FilterPatternError(f"cannot read {text[position:].strip()[:40]!r}")
            tokens.append(token)
            position = token.end()
        self._holds = _parse_condition(tokens, _json_condition)

    def match(self, line: str) -> Mapping[str, Any] | None:
        try:
            document = json.loads(line)
        except ValueError:
            return None
        if not isinstance(document, dict) or not self._holds(document):
            return None
        return {"$": document}


def _json_condition(token: re.Match[str]) -> Callable[[Any], bool]:
    selector = token["selector"]
    if selector is None:
        raise FilterPatternError(f"cannot read {token[0].strip()!r}")
    if token["keyword"]:
        words = " ".join(token["keyword"].upper().split())
        if words == "NOT EXISTS":
            return lambda document: _find(document, selector) is _NOTHING
        wanted = {"IS NULL": None, "IS TRUE": True, "IS FALSE": False}[words]
        return lambda document: _find(document, selector) is wanted
    test = _comparison(token["operator"], token["quoted"], token["plain"])
    return lambda document: test(_find(document, selector))


def _comparison(operator: str, quoted: str | None, plain: str | None) -> Callable[[Any], bool]:
    """Return the test of one value: numbers by size, texts with `*` as wildcard."""
    text = plain if quoted is None else quoted.replace('\\"', '"')
    assert text is not None  # one of the two alternatives of the token
    number = _number(text) if quoted is None else None
    if operator in _COMPARE:
        if number is None:
            raise FilterPatternError(f"{operator} needs a number, got {text!r}")
        compare, bound = _COMPARE[operator], number
        return lambda value: (found := _number(value)) is not None and compare(found, bound)
    expression = re.compile(".*".join(re.escape(part) for part in text.split("*")), re.DOTALL)

    def equals(value: Any) -> bool:
        if value is _NOTHING:
            return False
        if number is not None and (found := _number(value)) is not None:
            return found == number
        spelled = value if isinstance(value, str) else json.dumps(value)
        return expression.fullmatch(spelled) is not None

    return equals if operator == "=" else lambda value: value is not _NOTHING and not equals(value)


def _find(document: Any, selector: str) -> Any:
    value = document
    for step in _STEP.finditer(selector):
        name, index = step[1] or step[2] or step[3], step[4]
        if index is not None:
            is_there = isinstance(value, list) and int(index) < len(value)
            value = value[int(index)] if is_there else _NOTHING
        else:
            value = value.get(name, _NOTHING) if isinstance(value, dict) else _NOTHING
        if value is _NOTHING:
            return _NOTHING
    return value


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None or value is _NOTHING:
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _parse_condition(
    tokens: list[re.Match[str]], leaf: Callable[[re.Match[str]], Callable[[Any], bool]]
) -> Callable[[Any], bool]:
    """Parse conditions joined by && and ||, of which && binds closer."""
    position = 0

    def take(kind: str) -> bool:
        nonlocal position
        if position < len(tokens) and tokens[position][kind]:
            position += 1
            return True
        return False

    def either() -> Callable[[Any], bool]:
        parts = [both()]
        while take("or"):
            parts.append(both())
        return lambda value: any(part(value) for part in parts)

    def both() -> Callable[[Any], bool]:
        parts = [one()]
        while take("and"):
            parts.append(one())
        return lambda value: all(part(value) for part in parts)

    def one() -> Callable[[Any], bool]:
        nonlocal position
        if take("open"):
            inner = either()
            if not take("close"):
                raise FilterPatternError("a parenthesis is not closed")
            return inner
        if position == len(tokens):
            raise FilterPatternError("it ends too early")
        position += 1
        return leaf(tokens[position - 1])

    whole = either()
    if position < len(tokens):
        raise FilterPatternError(f"unexpected {tokens[position][0].strip()!r}")
    return whole


_FIELD = re.compile(r"\s*(?:(?P<rest>\.\.\.)|(?P<name>\w+))\s*(?P<condition>.*)", re.DOTALL)
_FIELD_TOKEN = re.compile(
    r"""\s*(?:
        (?P<and>&&) | (?P<or>\|\|) | (?P<open>\() | (?P<close>\))
        | (?:\w+\s*)?(?P<operator>!=|<=|>=|=|<|>)\s*
          (?: "(?P<quoted>(?:[^"\\]|\\.)*)" | (?P<plain>[^\s&|(),]+) )
    )""",
    re.VERBOSE,
)
_WORD = re.compile(r'\[([^\]]*)\]|"((?:[^"\\]|\\.)*)"|(\S+)')


class _FieldsPattern(FilterPattern):
    """Named fields between spaces; quotes and brackets hold a field together."""

    def __init__(self, text: str) -> None:
        self._names: list[str] = []
        self._tests: list[Callable[[Any], bool] | None] = []
        for part in text.split(","):
            field = _FIELD.fullmatch(part)
            if field is None:
                raise FilterPatternError(f"cannot read the field {part.strip()!r}")
            if field["rest"] and (field["condition"].strip() or "..." in self._names):
                raise FilterPatternError("... may be used once, without a condition")
            self._names.append(field["rest"] or field["name"])
            self._tests.append(_field_test(field["condition"]))

    def match(self, line: str) -> Mapping[str, Any] | None:
        words = [next(g for g in word.groups() if g is not None) for word in _WORD.finditer(line)]
        names, tests = list(self._names), list(self._tests)
        if "..." in names:
            position, missing = names.index("..."), len(words) - len(names) + 1
            if missing < 0:
                return None
            names[position : position + 1] = [""] * missing
            tests[position : position + 1] = [None] * missing
        if len(words) != len(names):
            return None
        if not all(test is None or test(word) for test, word in zip(tests, words, strict=True)):
            return None
        return {f"${name}": word for name, word in zip(names, words, strict=True) if name}


def _field_test(text: str) -> Callable[[Any], bool] | None:
    tokens, position = [], 0
    while text[position:].strip():
        token = _FIELD_TOKEN.match(text, position)
        if token is None:
            raise FilterPatternError(f"cannot read {text[position:].strip()[:40]!r}")
        tokens.append(token)
        position = token.end()
    if not tokens:
        return None

    def leaf(token: re.Match[str]) -> Callable[[Any], bool]:
        if token["operator"] is None:
            raise FilterPatternError(f"cannot read {token[0].strip()!r}")
        return _comparison(token["operator"], token["quoted"], token["plain"])

    return _parse_condition(tokens, leaf)
