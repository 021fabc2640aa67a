"""Metric math of alarms: arithmetic, comparisons, and a few functions over series.

A value exists where all the series that it needs have one, as the CloudWatch guide, "Using metric
math", says of series with gaps; FILL closes them.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from embedded_aws.alarms.metric_series import Series

_OPERATORS: dict[type[Any], Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}
_COMPARISONS: dict[type[Any], Callable[[float, float], bool]] = {
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
}
_OVER_SERIES: dict[str, Callable[[Sequence[float]], float]] = {
    "SUM": sum,
    "AVG": lambda values: sum(values) / len(values),
    "MIN": min,
    "MAX": max,
}
_OF_ONE: dict[str, Callable[[float], float]] = {"ABS": abs, "CEIL": math.ceil, "FLOOR": math.floor}
SUPPORTED = "+ - * / ^, comparisons, ABS, AVG, CEIL, FILL, FLOOR, IF, MAX, MIN and SUM"


class MathError(ValueError):
    """The expression is not one that is supported here; the text says which part."""


class Expression:
    """A parsed expression.

    Raises:
        MathError: it uses something else than `SUPPORTED`.
    """

    def __init__(self, text: str) -> None:
        try:
            self._tree = ast.parse(text.replace("^", "**"), mode="eval").body
        except SyntaxError as error:
            raise MathError(f"{text}: it cannot be parsed") from error
        self._text = text
        self.names = sorted(self._check(self._tree))

    def evaluate(self, series: Mapping[str, Series], starts: Sequence[float]) -> Series:
        """Return the expression's values at the periods that begin at `starts`."""
        result = {}
        for start in starts:
            value = self._value(self._tree, series, start)
            if value is not None and math.isfinite(value):
                result[start] = float(value)
        return result

    def _check(self, node: ast.AST) -> set[str]:
        """Return the names that a part uses."""
        if isinstance(node, ast.Name):
            return {node.id}
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            return set()
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            return self._check(node.left) | self._check(node.right)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            return self._check(node.operand)
        if (
            isinstance(node, ast.Compare)
            and len(node.ops) == 1
            and type(node.ops[0]) in _COMPARISONS
        ):
            return self._check(node.left) | self._check(node.comparators[0])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
            return self._check_call(node.func.id, node.args)
        raise MathError(f"{self._text}: supported are {SUPPORTED}")

    def _check_call(self, name: str, arguments: list[ast.expr]) -> set[str]:
        counts = {"IF": (2, 3), "FILL": (2,), **dict.fromkeys(_OF_ONE, (1,))}
        is_list = len(arguments) == 1 and isinstance(arguments[0], ast.List)
        if name in _OVER_SERIES and is_list:
            items = arguments[0].elts  # type: ignore[attr-defined] # a list, as checked
            return set().union(*(self._check(item) for item in items)) if items else set()
        if len(arguments) not in counts.get(name, ()):
            raise MathError(f"{self._text}: supported are {SUPPORTED}")
        if name == "FILL" and not _is_number(arguments[1]):
            raise MathError(f"{self._text}: FILL is supported with a number")
        return set().union(*(self._check(argument) for argument in arguments))

    def _value(self, node: Any, series: Mapping[str, Series], start: float) -> float | None:
        if isinstance(node, ast.Name):
            return series[node.id].get(start)
        if isinstance(node, ast.Constant):
            return float(node.value)  # type: ignore[arg-type] # a number, as checked
        if isinstance(node, ast.UnaryOp):
            inner = self._value(node.operand, series, start)
            return inner if inner is None or isinstance(node.op, ast.UAdd) else -inner
        if isinstance(node, ast.Call):
            return self._call(node, series, start)
        left, right = (
            (node.left, node.right)
            if isinstance(node, ast.BinOp)
            else (
                node.left,
                node.comparators[0],
            )
        )
        first, second = self._value(left, series, start), self._value(right, series, start)
        if first is None or second is None:
            return None
        if isinstance(node, ast.Compare):
            return float(_COMPARISONS[type(node.ops[0])](first, second))
        try:
            return float(_OPERATORS[type(node.op)](first, second))
        except (ArithmeticError, TypeError):  # a division by zero has no value
            return None

    def _call(self, node: ast.Call, series: Mapping[str, Series], start: float) -> float | None:
        name = node.func.id  # type: ignore[attr-defined] # a name, as checked
        if name in _OVER_SERIES:
            items = [self._value(item, series, start) for item in node.args[0].elts]  # type: ignore[attr-defined]
            present = [item for item in items if item is not None]
            return float(_OVER_SERIES[name](present)) if present else None
        values = [self._value(argument, series, start) for argument in node.args]
        if name == "FILL":
            return values[1] if values[0] is None else values[0]
        if name == "IF":
            if values[0] is None:
                return None
            chosen = values[1:2] if values[0] else values[2:3]
            return chosen[0] if chosen else None
        return None if values[0] is None else float(_OF_ONE[name](values[0]))


def _is_number(node: ast.expr) -> bool:
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(inner, ast.Constant)
