"""The committed recording: which statement of which role allowed which call, and how often."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from embedded_aws.iam.policy.context import Context
from embedded_aws.iam.policy.document import AccessRequest, compile_policy
from embedded_aws.iam.policy.principals import Principal
from embedded_aws.iam.recording import allowing
from scripts.iam_report.granted import Earlier, listed, place_of, role_key

RECORDING = Path(__file__).with_name("recording.json")

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Used:
    """A statement that allowed a call, and the position of the resource pattern that matched."""

    place: tuple[int, int]  # as in `Statement.place`
    resource: int


@dataclass(frozen=True)
class Use:
    """One kind of call with an example of it."""

    role: str
    action: str
    resource: str
    context: Mapping[str, list[str]]
    by: tuple[Used, ...]
    count: int
    documents: tuple[Document, ...]


def merged(files: Iterable[Path]) -> list[Use]:
    """Return the uses in the recordings of several processes, equal kinds added up."""
    found: dict[Any, Use] = {}
    for path in files:
        for raw in json.loads(path.read_text(encoding="utf-8")):
            use = _use(raw)
            key = (use.role, use.action, use.by)
            known = found.get(key)
            found[key] = use if known is None else replace(known, count=known.count + use.count)
    return sorted(found.values(), key=lambda use: (use.role, use.action, use.resource))


def save(uses: Iterable[Use], *, prefix: str) -> None:
    """Write the uses of roles whose names start with `prefix`."""
    documents: list[Any] = []
    rows = []
    for use in uses:
        if not use.role.startswith(prefix):
            continue
        own = [dict(document) for document in use.documents]
        if own not in documents:
            documents.append(own)
        rows.append(
            {
                "role": use.role,
                "action": use.action,
                "resource": use.resource,
                "context": dict(use.context),
                "count": use.count,
                "documents": documents.index(own),
            }
        )
    text = ",\n".join(json.dumps(row, sort_keys=True) for row in rows)
    policies = ",\n".join(json.dumps(each, sort_keys=True) for each in documents)
    RECORDING.write_text(
        f'{{"documents": [\n{policies}\n],\n"uses": [\n{text}\n]}}\n', encoding="utf-8"
    )


def load() -> list[Use]:
    """Return the committed recording."""
    content = json.loads(RECORDING.read_text(encoding="utf-8"))
    return [
        _use(row | {"documents": content["documents"][row["documents"]]}) for row in content["uses"]
    ]


def _use(raw: Mapping[str, Any]) -> Use:
    documents = tuple(raw["documents"])
    policies = tuple(compile_policy(json.dumps(document)) for document in documents)
    by = allowing(policies, request_of(raw["action"], raw["resource"], raw["context"]))
    return Use(
        role=role_key(raw["role"].rpartition("/")[2]),
        action=raw["action"],
        resource=raw["resource"],
        context=raw["context"],
        by=tuple(_used(raw["action"], documents, *place) for place in by),
        count=raw["count"],
        documents=documents,
    )


def request_of(action: str, resource: str, context: Mapping[str, list[str]]) -> AccessRequest:
    """Return a recorded call as policies judge it; identity policies do not ask who calls."""
    return AccessRequest(Principal(arn="recorded"), action, resource, Context(context))


def _used(
    action: str, documents: tuple[Document, ...], policy: int, position: int, pattern: str
) -> Used:
    earlier: list[Earlier] = []
    for number, document in enumerate(documents):
        for index, statement in enumerate(listed(document["Statement"])):
            resources = listed(statement["Resource"])
            if (number, index) == (policy, position):
                place = place_of(action, len(resources), earlier)
                return Used(place, resources.index(pattern))
            earlier.append((tuple(listed(statement["Action"])), len(resources)))
    raise LookupError(f"policy {policy} has no statement {position}")
