"""The elements of an XML body, against the operation's model.

S3 refuses a document with an element that its schema does not have; moto leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from moto.core.model import OperationModel, Shape


def unknown_element(operation_model: OperationModel, body: bytes) -> str | None:
    """Return the path of the first element that the model does not have; None without one.

    A body that is not XML has none: the parser refuses it.
    """
    shape = operation_model.input_shape
    payload = None if shape is None else shape.serialization.get("payload")
    document = shape if payload is None else shape.members[payload]
    if not body or document is None or document.type_name != "structure":
        return None
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - moto's parser reads it likewise
    except ElementTree.ParseError:
        return None
    return next(_unknown(document, root, ""), None)


def _unknown(shape: Shape, node: ElementTree.Element, path: str) -> Iterator[str]:
    if shape.type_name == "structure":
        known = {_tag_of(member, name): member for name, member in shape.members.items()}
        for child in node:
            tag = _local(child)
            if tag not in known:
                yield f"{path}{tag}"
                return
            yield from _unknown(known[tag], child, f"{path}{tag}.")
    elif shape.type_name == "list":
        if shape.serialization.get("flattened"):
            yield from _unknown(shape.member, node, path)
            return
        name = shape.member.serialization.get("name", "member")
        for child in node:
            tag = _local(child)
            if tag != name:
                yield f"{path}{tag}"
                return
            yield from _unknown(shape.member, child, f"{path}{tag}.")


def _tag_of(member: Shape, name: str) -> str:
    """Return the element that holds a member: of a flattened list, that of each of its items."""
    own: str = member.serialization.get("name", name)
    if member.type_name == "list" and member.serialization.get("flattened"):
        return str(member.member.serialization.get("name", own))
    return own


def _local(node: ElementTree.Element) -> str:
    return node.tag.rpartition("}")[2]
