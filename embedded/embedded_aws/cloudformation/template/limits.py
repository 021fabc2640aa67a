"""The limits of templates, from the CloudFormation guide ("Understand CloudFormation quotas").

cfn-lint carries the same numbers (`cfnlint.helpers.LIMITS`); a test compares them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sized
from typing import Any

from embedded_aws.cloudformation.errors import validation_error

BODY_BYTES = 51_200  # in the request itself
OBJECT_BYTES = 1_000_000  # in S3
DESCRIPTION_BYTES = 1_024
PARAMETER_VALUE_BYTES = 4_096
NAME_CHARACTERS = 255
SECTION_MEMBERS = {"Mappings": 200, "Outputs": 200, "Parameters": 200, "Resources": 500}

_WORDS = {"Mappings": "Mapping", "Outputs": "Output", "Parameters": "Parameter"}
_ALPHANUMERIC = re.compile(r"^[A-Za-z0-9]+$")


def check_body(text: str) -> None:
    """Refuse a template that is too long for a request."""
    size = len(text.encode())
    if size > BODY_BYTES:
        raise validation_error(
            f"1 validation error detected: Value at 'templateBody' of {size} bytes failed to "
            f"satisfy constraint: Member must have length less than or equal to {BODY_BYTES}"
        )


def check_object(text: Sized) -> None:
    """Refuse a template that is too long for an object in S3."""
    if len(text) > OBJECT_BYTES:
        raise validation_error(f"Template may not exceed {OBJECT_BYTES} bytes in size.")


def check_document(document: Mapping[str, Any]) -> None:
    """Refuse too many members of a section, and names that CloudFormation does not take."""
    description = document.get("Description")
    if isinstance(description, str) and len(description.encode()) > DESCRIPTION_BYTES:
        raise validation_error(
            f"Template format error: 'Description' length is greater than {DESCRIPTION_BYTES}."
        )
    for section, most in SECTION_MEMBERS.items():
        members = document.get(section) or {}
        if not isinstance(members, Mapping):
            continue  # its parser says so
        if len(members) > most:
            raise validation_error(_too_many(section, len(members), most))
        for name in members:
            _check_name(section, str(name))


def _too_many(section: str, count: int, most: int) -> str:
    # rubyonjets/jets #392; serverless/serverless #2387.
    if section == "Outputs":
        return f"Template format error: Outputs count {count} is greater than max allowed {most}"
    return (
        f"Template format error: Number of {section.lower()}, {count}, is greater than maximum "
        f"allowed, {most}"
    )


def _check_name(section: str, name: str) -> None:
    word = _WORDS.get(section, "Resource")
    if not _ALPHANUMERIC.match(name):
        raise validation_error(f"Template format error: {word} name {name} is non alphanumeric.")
    if len(name) > NAME_CHARACTERS:
        raise validation_error(
            f"Template format error: {word} name {name} is longer than {NAME_CHARACTERS} "
            "characters."
        )
