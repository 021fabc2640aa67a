"""YAML that refuses what PyYAML lets pass: a key written twice silently drops the first value."""

from typing import Any

import yaml
from yaml.nodes import MappingNode, ScalarNode


class _StrictLoader(yaml.SafeLoader):  # type: ignore[misc]
    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: dict[Any, int] = {}
        for key_node, _ in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                raise yaml.constructor.ConstructorError(
                    problem=f"the key in line {line} is a list or a mapping; allowed: text"
                )
            key = self.construct_object(key_node)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"key '{key}' stands twice, in lines {seen[key]} and {line}; keep one"
                )
            seen[key] = line
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


def parse_yaml(text: str) -> Any:
    """The document as plain Python values.

    Raises:
        ValueError: the text is not YAML, or a key stands twice in one mapping.
    """
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" in line {mark.line + 1}, column {mark.column + 1}" if mark is not None else ""
        raise ValueError(f"{error.problem or error.context}{where}") from error
