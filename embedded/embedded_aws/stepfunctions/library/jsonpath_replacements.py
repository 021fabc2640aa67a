"""Replacements for parts of moto's interpreter that JSONPath states use, with their reasons.

Each has the signature of the plug point of `moto_patches` that it replaces.
"""

from __future__ import annotations

import copy
import json
import re
from typing import Any

from antlr4 import CommonTokenStream, InputStream, Token
from moto.stepfunctions.parser.asl.antlr.runtime.ASLIntrinsicLexer import ASLIntrinsicLexer
from moto.stepfunctions.parser.asl.antlr.runtime.ASLIntrinsicParser import ASLIntrinsicParser
from moto.stepfunctions.parser.asl.antlt4utils.antlr4utils import is_production, is_terminal
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_operator_type import (  # noqa: E501
    ComparisonOperatorType,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.variable import NoSuchVariable
from moto.stepfunctions.parser.asl.parse.asl_parser import SyntaxErrorListener
from moto.stepfunctions.parser.asl.parse.intrinsic.preprocessor import Preprocessor

from embedded_aws.stepfunctions.library.task_failure import task_failure

_STEP = re.compile(r"\.([^.\[]+)|\[(?:'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"|(\d+))\]")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_WHITE_SPACE = {"n": "\n", "t": "\t", "r": "\r"}


class Literal(str):
    """A text of an intrinsic call; `pieces` are its parts between the `{}` that are not escaped."""

    __slots__ = ("pieces",)
    pieces: list[str]

    def __deepcopy__(self, _memo: dict[int, Any]) -> Literal:
        return self


def parse_intrinsic(text: str) -> Any:
    """Return the function that a call names; moto guessed where the call does not parse.

    Raises:
        ValueError: it does not.
    """
    listener = SyntaxErrorListener()
    lexer = ASLIntrinsicLexer(InputStream(text))
    parser = ASLIntrinsicParser(CommonTokenStream(lexer))
    for part in (lexer, parser):
        part.removeErrorListeners()
        part.addErrorListener(listener)
    tree = parser.func_decl()
    end = parser.getCurrentToken()
    if listener.errors or end.type != Token.EOF:
        reason = "; ".join(listener.errors) or f"unexpected '{end.text}'"
        raise ValueError(f"'{text}' is not a valid intrinsic function call: {reason}")
    return Preprocessor().visit(tree)


def read_intrinsic_text(parse_tree: Any) -> str:
    r"""Read a text by the guide's escapes `\'`, `\{`, `\}` and `\\`; moto left them in."""
    node = is_production(parse_tree) or is_terminal(parse_tree)
    text: str = node.getText()[1:-1]
    found = Literal(_unescaped(text))
    found.pieces = [_unescaped(piece) for piece in _split(text)]
    return found


def format_text(self: Any, env: Any) -> None:
    """Evaluate States.Format with escaped braces, and refuse a wrong number of values."""
    self.argument_list.eval(env=env)
    template, *values = env.stack.pop()
    pieces = getattr(template, "pieces", None) or str(template).split("{}")
    if len(pieces) - 1 != len(values):
        cause = (
            f"States.Format has {len(pieces) - 1} occurrences of {{}} and {len(values)} values; "
            "they must be as many."
        )
        raise _failure(env, "States.IntrinsicFailure", cause)
    texts = [self._to_str_repr(value) for value in values]
    env.stack.append("".join(a + b for a, b in zip(pieces, [*texts, ""], strict=True)))


def write_json(self: Any, env: Any) -> None:
    """Evaluate States.JsonToString without escapes for what is not ASCII."""
    self.argument_list.eval(env=env)
    [value] = env.stack.pop()
    env.stack.append(json.dumps(value, separators=(",", ":"), ensure_ascii=False))


def matches_pattern(variable: Any, comparison_value: str) -> bool:
    r"""Match `*` as any characters, `\*` and `\\` as themselves, and everything else literally.

    moto took it for a pattern of file names, with `?`, `[...]`, and no escapes.
    """
    if not isinstance(variable, str):
        return False
    pattern = re.sub(
        r"\\([*\\])|(\*)|(.)",
        lambda found: ".*" if found[2] else re.escape(found[1] or found[3]),
        comparison_value,
        flags=re.DOTALL,
    )
    return re.fullmatch(pattern, variable, re.DOTALL) is not None


def compare_variable(self: Any, env: Any) -> None:
    """End the execution where a Choice rule's Variable is missing; moto took the next rule."""
    self.variable.eval(env)
    is_presence = (
        getattr(self.comparison_function, "operator_type", None) == ComparisonOperatorType.IsPresent
    )
    if isinstance(env.stack[-1], NoSuchVariable) and not is_presence:
        path = self.variable.string_sampler.literal_value
        cause = (
            f"Invalid path '{path}': The choice state's condition path references an invalid value."
        )
        raise _failure(env, "States.Runtime", cause)
    self.comparison_function.eval(env)


def place_result(self: Any, env: Any) -> None:
    """Put a result into a copy of the input; fail by AWS's name where the path does not fit."""
    given = env.states.get_input()
    if self.result_path_src is None:
        env.stack.clear()
        env.stack.append(given)
        return
    result = copy.deepcopy(env.stack.pop())
    steps = [_step(found) for found in _STEP.finditer(self.result_path_src)]
    if not steps:
        env.stack.append(result)
        return
    output = copy.deepcopy(given)
    try:
        _place(output, steps, result)
    except (TypeError, IndexError) as error:
        text = json.dumps(given, separators=(",", ":"), ensure_ascii=False)
        cause = f"Unable to apply ReferencePath {self.result_path_src} to input {text}"
        raise _failure(env, "States.ResultPathMatchFailure", cause) from error
    env.stack.append(output)


def _place(target: Any, steps: list[str | int], result: Any) -> None:
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        fits = isinstance(target, list if isinstance(step, int) else dict)
        if not fits:
            raise TypeError(f"{step!r} of {type(target).__name__}")
        if following is None:
            target[step] = result
        elif isinstance(step, str):
            # The path makes the objects that are missing, but no array.
            target = target.setdefault(step, {})
        else:
            target = target[step]


def _step(found: re.Match[str]) -> str | int:
    if found[4] is not None:
        return int(found[4])
    return next(text for text in found.groups() if text is not None)


def _split(text: str) -> list[str]:
    """Split at each `{}` that is not escaped; escapes stay."""
    pieces, start, index = [], 0, 0
    while index < len(text):
        if text[index] == "\\":
            index += 2
        elif text.startswith("{}", index):
            pieces.append(text[start:index])
            index += 2
            start = index
        else:
            index += 1
    return [*pieces, text[start:]]


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _WHITE_SPACE.get(found[1], found[1]), text)


def _failure(env: Any, error: str, cause: str) -> Any:
    return task_failure(env, error, cause, resource="state", resource_type="states")
