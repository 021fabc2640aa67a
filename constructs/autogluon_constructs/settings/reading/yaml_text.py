"""Parse YAML strictly: no repeated keys, and only values that JSON can hold.

A key written twice would silently drop the first value. Settings travel as JSON, which knows
neither dates (they stay text) nor infinity (it is refused).
"""

import math
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_MERGE = "tag:yaml.org,2002:merge"
_TIMESTAMP = "tag:yaml.org,2002:timestamp"


class _StrictLoader(yaml.SafeLoader):  # type: ignore[misc]
    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in rules if tag != _TIMESTAMP]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_finite_float(self, node: ScalarNode) -> float:
        value: float = self.construct_yaml_float(node)
        if not math.isfinite(value):
            raise yaml.constructor.ConstructorError(
                problem=f"got {node.value}; allowed: a finite number",
                problem_mark=node.start_mark,
            )
        return value

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: dict[Any, int] = {}
        for key_node, _ in node.value:
            if key_node.tag == _MERGE:
                continue  # `<<: *anchor` may occur twice; what it brings is merged below
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                raise yaml.constructor.ConstructorError(
                    problem=f"the key in line {line} is a list or a mapping; allowed: text"
                )
            key = self.construct_object(key_node)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"key '{key}' is repeated, in lines {seen[key]} and {line}; keep one"
                )
            seen[key] = line
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


_StrictLoader.add_constructor("tag:yaml.org,2002:float", _StrictLoader.construct_finite_float)


def parse_yaml(text: str) -> Any:
    """Return the document as plain Python values.

    Raises:
        ValueError: the text is not YAML, or a mapping repeats a key.
    """
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" in line {mark.line + 1}, column {mark.column + 1}" if mark is not None else ""
        raise ValueError(f"{error.problem or error.context}{where}") from error


def key_lines(text: str) -> dict[str, int]:
    """Return the line of each key and list item of valid YAML, by its path such as `a.b.0`.

    What an alias repeats has the lines of its anchor, under the anchor's path alone.
    """
    lines: dict[str, int] = {}
    _collect(yaml.compose(text, Loader=_StrictLoader), "", lines, set())
    return lines


def _collect(node: Node | None, path: str, lines: dict[str, int], seen: set[int]) -> None:
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, MappingNode):
        items = [(key.value, key, value) for key, value in node.value if key.tag != _MERGE]
    elif isinstance(node, SequenceNode):
        items = [(str(at), item, item) for at, item in enumerate(node.value)]
    else:
        return
    for name, marked, value in items:
        inner = f"{path}.{name}" if path else name
        lines[inner] = marked.start_mark.line + 1
        _collect(value, inner, lines, seen)
