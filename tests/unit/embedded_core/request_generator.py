"""Requests made from botocore's models, valid and invalid, from a seed.

Names come from a small pool, so that reads meet what writes made.
"""

from __future__ import annotations

import re
import re._constants as sre  # type: ignore[import-not-found]
import re._parser as sre_parse  # type: ignore[import-not-found]
import string
from random import Random
from typing import Any

from moto.core.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from embedded_aws.gateway.patterns import compile_pattern

ACCOUNT = "123456789012"
_DEPTH = 5
_NUMBERS = frozenset({"integer", "long", "short", "byte"})
_CANDIDATES = (
    "WORD-1",
    "WORD-2",
    "WORD1",
    "WORD",
    "g1",
    "1",
    "true",
    "/WORD/",
    "/WORD",
    "us-east-1",
    ACCOUNT,
    "10.0.0.0/16",
    "10.0.0.1",
    "2026-01-01T00:00:00Z",
    "https://example.com/path",
    "s3://WORD-1/key",
    "WORD@example.com",
    "12345678-1234-1234-1234-123456789012",
    "{}",
    "rate(5 minutes)",
    f"arn:aws:iam::{ACCOUNT}:role/WORD-1",
    f"arn:aws:sns:us-east-1:{ACCOUNT}:WORD-1",
    f"arn:aws:kms:us-east-1:{ACCOUNT}:key/12345678-1234-1234-1234-123456789012",
    "arn:aws:s3:::WORD-1",
)


class RequestGenerator:
    """Makes the members of requests; the same seed makes the same."""

    def __init__(self, seed: int, word: str = "generated") -> None:
        """Make requests whose texts contain `word` where they may."""
        self._random = Random(seed)
        self._candidates = [text.replace("WORD", word) for text in _CANDIDATES]
        self._seen: dict[str, str] = {}

    def with_word(self, word: str) -> RequestGenerator:
        """Return a generator with another word, which knows the same identifiers."""
        other = RequestGenerator(self._random.randrange(10**6), word)
        other._seen = self._seen
        return other

    def remember(self, members: Any) -> None:
        """Take the identifiers of an answer into later requests."""
        if isinstance(members, dict):
            for name, value in members.items():
                if isinstance(value, str) and name.lower().endswith(("id", "arn", "name", "url")):
                    self._seen[name.lower()] = value
                else:
                    self.remember(value)

    def valid(self, operation_model: OperationModel, *, optional: float = 0.25) -> dict[str, Any]:
        """Return members within the model's bounds.

        Args:
            optional: how likely each optional member is.
        """
        shape = operation_model.input_shape
        return {} if shape is None else self._structure(shape, optional, 0)

    def invalid(self, operation_model: OperationModel) -> dict[str, Any] | None:
        """Return members of which one is out of bounds; None when the model has no bound."""
        members = self.valid(operation_model)
        shape = operation_model.input_shape
        broken = [] if shape is None else list(self._breakages(shape, members))
        if not broken:
            return None
        name, value = self._random.choice(broken)
        if value is None:
            members.pop(name, None)
        else:
            members[name] = value
        return members

    def _breakages(self, shape: StructureShape, members: dict[str, Any]) -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = [
            (name, None)
            for name in shape.required_members
            # What the path or the host names cannot be left out of a request.
            if shape.members[name].serialization.get("location") is None
            and shape.members[name].type_name in {"string", "integer"}
            and name != shape.serialization.get("payload")
        ]
        for name, member in shape.members.items():
            if member.serialization.get("location") is not None or member.type_name != "string":
                continue
            if name == shape.serialization.get("payload"):
                continue
            if member.metadata.get("max", 10**6) < 5000:
                found.append((name, "x" * (member.metadata["max"] + 1)))
            if (written := member.metadata.get("pattern")) and (
                pattern := compile_pattern(written)
            ) is not None:
                found += [(name, text) for text in ("\x01 \x02",) if not pattern.fullmatch(text)]
        return found

    def _structure(self, shape: StructureShape, optional: float, depth: int) -> dict[str, Any]:
        if shape.is_document_type:
            return {}
        required = set(shape.required_members)
        if shape.is_tagged_union:
            name = self._random.choice(list(shape.members))
            return {name: self._value(shape.members[name], optional, depth + 1, name)}
        return {
            name: self._value(member, optional, depth + 1, name)
            for name, member in shape.members.items()
            if name in required
            or (depth < _DEPTH and self._random.random() < optional / (depth + 1))
        }

    def _value(self, shape: Shape, optional: float, depth: int, name: str) -> Any:
        if isinstance(shape, StructureShape):
            return self._structure(shape, optional, depth)
        if isinstance(shape, ListShape):
            return [
                self._value(shape.member, optional, depth + 1, name)
                for _ in range(self._count(shape, depth))
            ]
        if isinstance(shape, MapShape):
            return {
                self._value(shape.key, optional, depth + 1, name): self._value(
                    shape.value, optional, depth + 1, name
                )
                for _ in range(self._count(shape, depth))
            }
        if shape.type_name in _NUMBERS:
            lowest = int(shape.metadata.get("min", 1))
            highest = int(shape.metadata.get("max", max(lowest, 1) + 99))
            return self._random.randint(lowest, min(highest, lowest + 1000))
        if shape.type_name in {"float", "double"}:
            return float(shape.metadata.get("min", 1))
        if shape.type_name == "boolean":
            return self._random.random() < 0.5
        if shape.type_name == "timestamp":
            return 1_790_000_000
        if shape.type_name == "blob":
            return b"generated"
        return self._text(shape, name)

    def _count(self, shape: Shape, depth: int) -> int:
        lowest = int(shape.metadata.get("min", 0))
        return max(lowest, 1 if depth < _DEPTH else 0)

    def _text(self, shape: Shape, name: str) -> str:
        if enum := shape.metadata.get("enum"):
            return str(self._random.choice(enum))
        lowest = int(shape.metadata.get("min", 0))
        highest = int(shape.metadata.get("max", 10**6))
        written = shape.metadata.get("pattern")
        pattern = compile_pattern(written) if written else None
        fitting = [
            text
            for text in (*self._known(name), *self._candidates)
            if lowest <= len(text) <= highest and (pattern is None or pattern.fullmatch(text))
        ]
        if fitting:
            # Mostly the first: names that meet each other.
            return fitting[0] if self._random.random() < 0.7 else self._random.choice(fitting)
        if written is None:
            return ("generated" * (lowest // 9 + 1))[: max(lowest, 1)]
        return self._matching(written, lowest, highest)

    def _known(self, name: str) -> list[str]:
        known = self._seen.get(name.lower())
        return [] if known is None else [known]

    def _matching(self, pattern: str, lowest: int, highest: int) -> str:
        """Return a text of a pattern, as far as Python reads it."""
        try:
            parsed = sre_parse.parse(pattern)
        except re.error:
            return "generated"
        text = ""
        for repeats in (0, 1, 2, 4, 8, 16, 32, 64):
            text = self._from(parsed, repeats)
            if lowest <= len(text) <= highest:
                break
        return text

    def _from(self, parsed: Any, repeats: int) -> str:
        return "".join(self._part(op, argument, repeats) for op, argument in parsed)

    def _part(self, op: Any, argument: Any, repeats: int) -> str:
        if op is sre.LITERAL:
            return chr(argument)
        if op is sre.ANY or op is sre.NOT_LITERAL:
            return "a"
        if op is sre.IN:
            return self._of_class(argument)
        if op is sre.BRANCH:
            return self._from(self._random.choice(argument[1]), repeats)
        if op is sre.SUBPATTERN:
            return self._from(argument[-1], repeats)
        if op in {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}:
            lowest, highest, inner = argument
            count = max(lowest, min(int(highest), repeats))
            return "".join(self._from(inner, repeats) for _ in range(count))
        return ""

    def _of_class(self, items: Any) -> str:
        kind, argument = items[0]
        if kind is sre.NEGATE:
            excluded = {chr(each) for op, each in items[1:] if op is sre.LITERAL}
            return next(each for each in string.ascii_letters if each not in excluded)
        if kind is sre.RANGE:
            return chr(argument[0])
        if kind is sre.LITERAL:
            return chr(argument)
        if kind is sre.CATEGORY and argument is sre.CATEGORY_DIGIT:
            return "1"
        return " " if kind is sre.CATEGORY and argument is sre.CATEGORY_SPACE else "a"
