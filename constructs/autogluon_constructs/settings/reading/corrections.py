"""Correct invalid values of settings as far as is certain, to judge what is around them."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from autogluon_constructs.settings.section import Section, section_at, written_path

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

# By the type of an error: the nearest value that is valid.
_NEAREST: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "greater_than_equal": lambda context: context["ge"],
    "greater_than": lambda context: context["gt"] + 1,
    "less_than_equal": lambda context: context["le"],
    "less_than": lambda context: context["lt"] - 1,
}


def correct(root: type[Section], document: dict[str, Any], errors: "list[ErrorDetails]") -> bool:
    """Correct values that errors of `root` are about, and return whether there are any.

    A number out of bounds becomes the bound, unless its section has another one: a problem of the
    two would be made up. Unknown keys and invalid values of free mappings, such as a tag's, are
    taken out.
    """
    bounds = Counter(each["loc"][:-1] for each in errors if each["type"] in _NEAREST)
    corrected = [_correct_one(root, document, each, bounds[each["loc"][:-1]]) for each in errors]
    return any(corrected)


def _correct_one(
    root: type[Section], document: dict[str, Any], error: "ErrorDetails", bounds: int
) -> bool:
    path = written_path(root, error["loc"])
    if not path or path[-1] == "[key]":
        return False
    parent: Any = document
    for key in path[:-1]:
        parent = parent.get(key) if isinstance(parent, dict) else None
    if not isinstance(parent, dict) or path[-1] not in parent:
        return False
    if error["type"] in _NEAREST:
        if bounds > 1:
            return False
        parent[path[-1]] = _NEAREST[error["type"]](error["ctx"])
        return True
    if error["type"] == "extra_forbidden" or _is_free(root, error["loc"]):
        del parent[path[-1]]
        return True
    return False


def _is_free(root: type[Section], path: tuple[int | str, ...]) -> bool:
    """Return whether the value is a text or number of a mapping whose keys are free."""
    return section_at(root, path[:-1]) is None and section_at(root, path) is None
