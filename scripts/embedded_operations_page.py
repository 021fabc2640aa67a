"""Write docs/reference/embedded-operations.md from the embedded AWS's register of operations.

    python -m scripts.embedded_operations_page

A test fails while the committed page differs from what this writes.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from embedded_aws.activity_log import ActivityLog
from embedded_aws.cloudformation.resources.all_types import all_handlers
from embedded_aws.gateway.register import ServiceRegister, operation_register
from embedded_aws.sagemaker.support import HONOURED
from embedded_aws.server import EmbeddedAws

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "embedded-operations.md"

_HEAD = """# Operations of the embedded AWS

<!-- Written by `python -m scripts.embedded_operations_page`; do not edit. -->

What [the embedded AWS](../embedded-aws.md) does with each operation:

- **honoured**: it happens, and reads show it. For the services that this project wrote, its tests
  show it; for the library underneath (moto), a test writes and reads each operation listed here.
- **validated**: the request is checked and kept; what does not happen is said.
- **answered**: the request keeps nothing, and its answer shows nothing that a write wrote; a test
  makes each request listed here, and the line says what the answer is.
- **rejected**: one sentence with status 501 says so. SDKs do not retry it.

Every operation that no line names is rejected, and so is every service without a line. So are
requests with `DryRun` to the library underneath.

Every request is first checked against the model of the pinned botocore: required members, types,
lengths, ranges, patterns, enumerations. A value that the model does not know is refused, as is a
member that it does not have.
"""


def page() -> str:
    """Return the whole page."""
    aws = EmbeddedAws(image_python=Path("unused"), log=ActivityLog(io.StringIO()))
    try:
        own = aws.runtime.gateway.registered()
        types = sorted(handler.type_name for handler in all_handlers(aws.runtime))
    finally:
        aws.stop()
    return "\n".join(
        [_HEAD, *_own_lines(own), *_library_lines(own), *_field_lines(), *_type_lines(types)]
    )


def _own_lines(own: Collection[tuple[str, str]]) -> Iterator[str]:
    yield "## Answered by this project\n"
    yield "| service | honoured | validated | rejected |"
    yield "|---|---|---|---|"
    for service in sorted({service for service, _ in own}):
        operations = sorted(name for each, name in own if each == service)
        known = operation_register().get(service, ServiceRegister())
        ignored = known.unsupported
        rejected = [_with_members(name, ignored[name]) for name in operations if name in ignored]
        honoured = [name for name in operations if name not in known.validated]
        validated = _by_reason(
            {name: known.validated[name] for name in operations if name in known.validated}
        )
        columns = (", ".join(honoured), "; ".join(validated), "; ".join(rejected))
        yield f"| {service} | {' | '.join(columns)} |"
    yield ""


def _library_lines(own: Collection[tuple[str, str]]) -> Iterator[str]:
    register = operation_register()
    yield "## Answered by the library underneath\n"
    for service in sorted(register):
        known = register[service]
        if known.examined:
            yield f"### {service}\n"
            yield from _service_lines(service, known, own)


def _service_lines(
    service: str, known: ServiceRegister, own: Collection[tuple[str, str]]
) -> Iterator[str]:
    honoured = sorted(name for name in known.honoured if (service, name) not in own)
    yield f"- honoured: {', '.join(honoured)}"
    for operation, reason in sorted(known.validated.items()):
        if (service, operation) in own:
            continue
        yield f"- validated: {operation}; {reason}"
    for operation, reason in sorted(known.answered.items()):
        yield f"- answered: {operation}; {reason}"
    if rejections := list(_rejections(known, [name for each, name in own if each == service])):
        yield f"- rejected: {'; '.join(rejections)}"
    yield ""


def _with_members(operation: str, members: Sequence[str]) -> str:
    return f"{operation} with {' or '.join(members)}"


def _rejections(known: ServiceRegister, own: Collection[str] = ()) -> Iterator[str]:
    yield from _by_reason(known.rejected)
    for operation, members in known.one_of.items():
        yield f"{operation} without {' or '.join(members)}"
    for operation, members in known.not_both.items():
        yield f"{operation} with {' and '.join(members)}"
    for operation, members in known.unsupported.items():
        if operation not in own:
            yield _with_members(operation, members)


def _by_reason(operations: Mapping[str, str]) -> Iterator[str]:
    by_reason: dict[str, list[str]] = defaultdict(list)
    for operation, reason in operations.items():
        by_reason[reason].append(operation)
    for reason, alike in by_reason.items():
        yield f"{', '.join(sorted(alike))} ({reason})"


def _field_lines() -> Iterator[str]:
    yield "## Fields of SageMaker\n"
    yield "Other fields of these operations, and values not listed, are rejected by name.\n"
    for operation, fields in sorted(HONOURED.items()):
        yield f"### {operation}\n"
        for path, values in sorted(fields.items()):
            only = "" if values is None else f": {', '.join(f'`{value}`' for value in values)}"
            yield f"- `{path}`{only}"
        yield ""


def _type_lines(types: Iterable[str]) -> Iterator[str]:
    yield "## Resource types of CloudFormation\n"
    yield "A template with another type, or with a property that is not supported, is rejected.\n"
    yield f"{', '.join(f'`{name}`' for name in types)}, `Custom::*`"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page())
