"""Define how a predictor's spec is stored in SSM parameters, which hold 8,192 characters each.

A spec that fits is stored as it is. A longer one is cut into parts, named after their digest; the
parameter `.../spec` then says where they are. See docs/adr for the alternatives.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from autogluon_contracts.document import Document, DocumentError, completed, key
from autogluon_contracts.documents.predictor_spec import PredictorSpec

LONGEST_VALUE = 8192
"""Characters of an advanced parameter."""
MOST_PARTS = 16

_NAME = "spec"


@dataclass(frozen=True, kw_only=True)
class SpecParts(Document):
    """Where a long spec's parts are, and the values that only the deployment knows."""

    NAME: ClassVar[str] = _NAME
    VERSION: ClassVar[int] = 2
    ADVICE: ClassVar[str] = PredictorSpec.ADVICE

    digest: str = key("16 hex of the SHA-256 of the parts' text, part of their names")
    parts: int = key("how many there are", minimum=1, maximum=MOST_PARTS)
    image_uri: str = key("the image that trains")
    inference_image_uri: str = key("the image that serves")
    # Absent in a spec that an earlier release deployed.
    processing_image_uri: str | None = key(
        "the image of processing jobs, where it is another one", default=None, omit_null=True
    )

    def names(self) -> list[str]:
        """Return the parts' parameter names, below the predictor's path."""
        return [f"{_NAME}/{self.digest}/{number}" for number in range(1, self.parts + 1)]


@dataclass(frozen=True)
class StoredSpec:
    """What a spec is stored as.

    `parts` are texts by parameter name, below the predictor's path; they must exist before the
    parameter is written.
    """

    parameter: str
    parts: Sequence[tuple[str, str]] = ()


def stored(spec: PredictorSpec) -> StoredSpec:
    """Return what a spec is stored as: one parameter, or parts where it is too long for one.

    The image URIs stay outside the parts, which therefore are the same in every region.

    Raises:
        ValueError: it is too long for `MOST_PARTS` parts; the text says how long it is.
    """
    whole = spec.to_text(separators=(",", ":"))
    if len(whole) <= LONGEST_VALUE:
        return StoredSpec(whole)
    without = replace(spec, image_uri="-", inference_image_uri="-", processing_image_uri=None)
    text = without.to_text(separators=(",", ":"))
    pieces = [text[at : at + LONGEST_VALUE] for at in range(0, len(text), LONGEST_VALUE)]
    if len(pieces) > MOST_PARTS:
        raise ValueError(f"{len(text)} characters of JSON; allowed: {MOST_PARTS * LONGEST_VALUE}")
    where = SpecParts(
        digest=hashlib.sha256(text.encode()).hexdigest()[:16],
        parts=len(pieces),
        image_uri=spec.image_uri,
        inference_image_uri=spec.inference_image_uri,
        processing_image_uri=spec.processing_image_uri,
    )
    parameter = where.to_text(separators=(",", ":"))
    return StoredSpec(parameter, tuple(zip(where.names(), pieces, strict=True)))


def part_names(parameter: str) -> list[str]:
    """Return the names of the parts of a stored spec, below the predictor's path.

    Raises:
        DocumentError: the value of `.../spec` is not what the contract says.
    """
    values = _values(parameter)
    return SpecParts.from_json(values).names() if _is_in_parts(values) else []


def read_spec(parameter: str, read_part: Callable[[str], str | None]) -> PredictorSpec:
    """Read a spec from its parameter's value.

    Args:
        parameter: the value of `.../spec`.
        read_part: returns the value of a parameter below the predictor's path, or None.

    Raises:
        DocumentError: the spec, or its parts, are not what the contract says.
    """
    return PredictorSpec.from_json(spec_values(parameter, read_part))


def spec_values(parameter: str, read_part: Callable[[str], str | None]) -> Any:
    """Return the JSON values of a spec as it is deployed, unchecked, with absent keys' defaults.

    For clients, which may be of another version than the deployment; arguments as `read_spec`.

    Raises:
        DocumentError: the value is not JSON, or parts are missing.
    """
    values = _values(parameter)
    if not isinstance(values, dict):
        return values
    if not _is_in_parts(values):
        return completed(PredictorSpec, values)
    where = SpecParts.from_json(values)
    pieces = [read_part(name) for name in where.names()]
    text = "".join(piece for piece in pieces if piece is not None)
    if hashlib.sha256(text.encode()).hexdigest()[:16] != where.digest:
        raise DocumentError(_NAME, ["its parts are incomplete"], advice="Deploy the environment.")
    images = {
        "image_uri": where.image_uri,
        "inference_image_uri": where.inference_image_uri,
        "processing_image_uri": where.processing_image_uri,
    }
    return completed(PredictorSpec, {**json.loads(text), **images})


def _values(parameter: str) -> Any:
    try:
        return json.loads(parameter)
    except ValueError as error:
        raise DocumentError(_NAME, [f"not valid JSON ({error})"]) from error


def _is_in_parts(values: Any) -> bool:
    return isinstance(values, dict) and values.get("version") == SpecParts.VERSION
