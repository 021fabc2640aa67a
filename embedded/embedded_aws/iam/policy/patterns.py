"""Text with `*`, `?` and `${policy variables}`, as policies write actions, ARNs and values."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from embedded_aws.iam.policy.context import Context

_TOKEN = re.compile(r"\$\{([^}]*)\}|([*?])")
_ARN_COLONS = 5  # arn:partition:service:region:account:resource


@dataclass(frozen=True)
class _Variable:
    name: str
    default: str | None


@dataclass(frozen=True)
class _Wildcard:
    symbol: str


_Token = str | _Variable | _Wildcard


class Pattern:
    """One pattern of a policy.

    Args:
        text: as written in the policy.
        variables: whether `${...}` is a policy variable (policy version 2012-10-17) or plain text.
        wildcards: whether `*` and `?` stand for other characters.
        arn: match part by part, as ARNs are: a wildcard before the resource part never
            crosses a colon, and parts missing at the end match anything.
        ignore_case: whether case counts.
    """

    def __init__(
        self,
        text: str,
        *,
        variables: bool,
        wildcards: bool = True,
        arn: bool = False,
        ignore_case: bool = False,
    ) -> None:
        self.text = text
        self._arn = arn and text.startswith("arn:")
        self._flags = re.DOTALL | (re.IGNORECASE if ignore_case else 0)
        self._tokens = _tokenize(text, variables=variables, wildcards=wildcards)
        self._has_variables = any(isinstance(token, _Variable) for token in self._tokens)
        self._fixed = None if self._has_variables else self._compile(self._tokens)
        self._matches_all = wildcards and text == "*"

    def matches(self, value: str, context: Context) -> bool:
        """Return whether `value` matches. A variable missing from the context matches nothing."""
        if self._matches_all:
            return True
        if self._fixed is not None:
            return self._fixed.fullmatch(value) is not None
        tokens = _substitute(self._tokens, context)
        return tokens is not None and self._compile(tokens).fullmatch(value) is not None

    def resolve(self, context: Context) -> str | None:
        """Return the text with its variables filled in; None when the context lacks one."""
        tokens = _substitute(self._tokens, context)
        if tokens is None:
            return None
        return "".join(token if isinstance(token, str) else token.symbol for token in tokens)

    def _compile(self, tokens: Sequence[_Token]) -> re.Pattern[str]:
        return _compile(tuple(tokens), self._arn, self._flags)


def _tokenize(text: str, *, variables: bool, wildcards: bool) -> tuple[_Token, ...]:
    tokens: list[_Token] = []
    position = 0
    for match in _TOKEN.finditer(text):
        token = _token(match, variables=variables, wildcards=wildcards)
        if match.start() > position:
            tokens.append(text[position : match.start()])
        tokens.append(token)
        position = match.end()
    if position < len(text):
        tokens.append(text[position:])
    return tuple(tokens)


def _token(match: re.Match[str], *, variables: bool, wildcards: bool) -> _Token:
    if match[2]:
        return _Wildcard(match[2]) if wildcards else match[2]
    if not variables:
        return match[0]
    if match[1] in {"*", "?", "$"}:  # ${*} is how a policy writes a plain asterisk
        return match[1]
    name, _, default = match[1].partition(",")
    default = default.strip()
    return _Variable(name.strip(), default[1:-1] if len(default) >= 2 else None)


def _substitute(tokens: Sequence[_Token], context: Context) -> tuple[str | _Wildcard, ...] | None:
    filled: list[str | _Wildcard] = []
    for token in tokens:
        if not isinstance(token, _Variable):
            filled.append(token)
            continue
        values = context.get(token.name)
        value = values[0] if values and len(values) == 1 else token.default
        if value is None:
            return None
        filled.append(value)  # plain text: a wildcard inside a value has no power
    return tuple(filled)


@functools.lru_cache(maxsize=8192)
def _compile(tokens: tuple[_Token, ...], arn: bool, flags: int) -> re.Pattern[str]:
    source: list[str] = []
    colons = 0
    for token in tokens:
        if isinstance(token, _Wildcard):
            within_part = arn and colons < _ARN_COLONS
            one = "[^:]" if within_part else "."
            source.append(one if token.symbol == "?" else f"{one}*")
        else:
            text = str(token)
            colons += text.count(":")
            source.append(re.escape(text))
    if arn and colons < _ARN_COLONS:
        source.append(":[^:]*" * (_ARN_COLONS - colons - 1) + ":.*")
    return re.compile("".join(source), flags)
