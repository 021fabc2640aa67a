"""Write docs/reference/contracts.md from the contracts themselves.

    python -m scripts.contracts_page

A test fails while the committed page differs from what this writes.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from autogluon_contracts import answers, content_types, names
from autogluon_contracts.documents.all_documents import ALL
from autogluon_contracts.documents.model_package import VersionMetadata
from autogluon_contracts.jobs import log_lines

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "contracts.md"

_HEAD = """# Contracts

<!-- Written by `python -m scripts.contracts_page`; do not edit. -->

Packages exchange small, versioned documents and agree on names, answer columns, media types and
log lines. Each is defined once, in `contracts/autogluon_contracts`, with a writer and a strict
reader; this page is generated from there. How the workflows use them is described in
[Workflows](workflows.md).
"""
_NAMES = (
    ("Foundation stack", names.foundation_stack("<env>")),
    ("Workflows stack", names.workflows_stack("<env>")),
    ("endpoint stack", names.endpoint_stack("<env>", "<predictor>")),
    ("endpoint", names.endpoint("<env>", "<predictor>")),
    ("production variant of `main`; others have their own names", names.VARIANT),
    ("model package group", names.model_package_group("<env>", "<predictor>")),
    (
        "state machines",
        ", ".join(names.state_machine("<env>", w) for w in get_args(names.Workflow)),
    ),
    ("SSM: predictor's spec", names.spec_parameter("<env>", "<predictor>")),
    (
        "SSM: predictor's live model, `none` or a model package ARN",
        names.live_model_parameter("<env>", "<predictor>"),
    ),
    (
        "SSM: live model of a variant beside the main one",
        names.live_model_parameter("<env>", "<predictor>", "<variant>"),
    ),
    ("SSM: where everything is", names.deployment_parameter("<env>")),
    ("job of an execution", "<predictor>-<execution name>-<8 hex of sha256(execution ARN)>"),
    (
        "tuning job of an execution, 32 characters at most",
        "<beginning of predictor and execution name>-<8 hex of sha256(execution ARN)>",
    ),
    ("group of schedules", names.schedule_group("<env>")),
    ("schedule", names.schedule("<predictor>", "<schedule>")),
    ("scheduled run's execution", "<schedule>-<YYYYMMDD>-<HHMM, UTC>-<predictor>"),
    ("rule of new objects", "autogluon-<env>-objects-<predictor>-<8 hex of sha256>, 64 at most"),
    (
        "new object's execution",
        "<name>-<20 hex of sha256(bucket, key, version, by NUL)>-<predictor>",
    ),
    ("run folder", names.run_folder("<artifact bucket>", "<predictor>", "<job name>").uri),
    ("batch folder", names.batch_folder("<artifact bucket>", "<predictor>", "<job name>").uri),
    (
        "captured requests of an hour",
        names.captured_hour(
            "<artifact bucket>", "<env>", "<predictor>", "<yyyy>/<mm>/<dd>/<hh>"
        ).uri,
    ),
    ("drift folder", names.drift_folder("<artifact bucket>", "<predictor>", "<job name>").uri),
    (
        "processing folder",
        names.processing_folder("<artifact bucket>", "<predictor>", "<job name>").uri,
    ),
    ("CloudWatch namespace of its own metrics", names.metric_namespace("<env>")),
    ("mirrored weights", f"{names.weights_sets('<artifact bucket>').uri}<name>/<job name>/..."),
    ("record of mirrored weights", names.weights_record("<artifact bucket>", "<name>").uri),
    ("mirroring job's own files", names.mirror_folder("<artifact bucket>", "<job name>").uri),
)


def page() -> str:
    """Return the whole page."""
    return "\n".join([_HEAD, *_name_lines(), *_document_lines(), *_answer_lines(), *_wire_lines()])


def _name_lines() -> Iterator[str]:
    yield "## Names\n"
    yield "`<env>` is the environment's name, `<predictor>` a predictor's name.\n"
    yield "| what | name |\n|---|---|"
    yield from (f"| {what} | `{name}` |" for what, name in _NAMES)
    yield ""
    yield f"{inspect.getdoc(names.job_name)}\n".split("Args:")[0].split("\n\n", 1)[1]


def _document_lines() -> Iterator[str]:
    yield "## Documents\n"
    yield (
        "A reader refuses another version, missing keys, and values of another type or outside "
        "their bounds. Unknown keys are refused or ignored, as each document says: ignored where "
        "a newer release may have written it.\n"
    )
    for document in ALL:
        yield f"### {document.NAME}\n"
        yield f"{_text(inspect.getdoc(document))}\n"
        yield f"Version {document.VERSION}; unknown keys are {document.UNKNOWN_KEYS}.\n"
        yield from _table(document)
        for part in _parts(document):
            yield f"**{part.__name__}**: {_text(inspect.getdoc(part))}\n"
            yield from _table(part)
    yield "### Model package metadata\n"
    yield f"{_text(inspect.getdoc(VersionMetadata))}\n"
    yield from _table(VersionMetadata)


def _answer_lines() -> Iterator[str]:
    yield "## Answer columns\n"
    yield "| problem type | `both` | `labels` | `probabilities` |\n|---|---|---|---|"
    examples: dict[str, dict[str, Any]] = {
        "binary": {"classes": ("no", "yes"), "quantile_levels": None},
        "multiclass": {"classes": ("a", "b", "c"), "quantile_levels": None},
        "regression": {"classes": None, "quantile_levels": None},
        "quantile": {"classes": None, "quantile_levels": (0.1, 0.5, 0.9)},
    }
    for problem_type, given in examples.items():
        cells = [
            ", ".join(
                f"`{name}`"
                for name in answers.answer_columns(label="label", output=output, **given)
            )
            for output in get_args(answers.Output)
        ]
        yield f"| {problem_type} | {' | '.join(cells)} |"
    yield ""


def _wire_lines() -> Iterator[str]:
    yield "## Media types\n"
    yield f"Requests: {_code(content_types.REQUEST_TYPES)}. "
    yield f"Answers: {_code(content_types.ANSWER_TYPES)}.\n"
    yield "| file format | media type in a batch | endings of file names |\n|---|---|---|"
    for name, media_type in content_types.OF_FORMAT.items():
        yield f"| `{name}` | `{media_type}` | {_code(content_types.EXTENSIONS[name])} |"
    yield "\n## Log lines\n"
    yield "| line | who reads it |\n|---|---|"
    example = log_lines.metric_line(
        model="LightGBM", val_score=0.93, fit_seconds=1.5, eval_metric="roc_auc"
    )
    yield f"| `{example}` | a metric definition and clients, after each trained model |"
    yield f"| `{log_lines.metric_line(test_roc_auc=0.93)}` | a metric definition, at the end |"
    yield f"| `{log_lines.rows_line(5000)}` | clients, while a batch runs |"


def _table(part: type) -> Iterator[str]:
    hints = get_type_hints(part)
    yield "| key | type | default | meaning |\n|---|---|---|---|"
    for item in fields(part):
        meaning = item.metadata["meaning"] + _bounds(item)
        yield f"| `{item.name}` | {_type(hints[item.name])} | {_default(item)} | {meaning} |"
    yield ""


def _parts(part: type) -> Iterator[type]:
    """Yield the dataclasses inside a document, depth first, each once."""
    seen: dict[type, None] = {}
    for hint in get_type_hints(part).values():
        for inner in (hint, *get_args(hint)):
            if is_dataclass(inner) and isinstance(inner, type):
                seen[inner] = None
                seen.update(dict.fromkeys(_parts(inner)))
    yield from seen


def _type(hint: Any) -> str:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        kinds = [_type(option) for option in arguments if option is not NoneType]
        return " or ".join([*kinds, "null"] if NoneType in arguments else kinds)
    if origin is Literal:
        return " or ".join(map(_code_in_a_table, arguments))
    if origin is tuple:
        return f"array of {_type(arguments[0])}"
    if is_dataclass(hint) and isinstance(hint, type):
        return hint.__name__
    plain = {str: "string", int: "integer", float: "number", bool: "boolean", Any: "any"}
    return plain.get(hint, "object")


def _code_in_a_table(text: str) -> str:
    """Return code in which a vertical bar ends no cell: renderers differ about escaped ones."""
    if "|" in text:
        return f"<code>{text.replace('|', '&#124;')}</code>"
    return "`{}`".format(text.replace("\t", r"\t"))


def _default(item: Field[Any]) -> str:
    if item.default is not MISSING:
        return f"`{json.dumps(item.default)}`"
    return "required" if item.default_factory is MISSING else "empty"


def _bounds(item: Field[Any]) -> str:
    least, most = item.metadata["minimum"], item.metadata["maximum"]
    words = [
        f"from {least:g}" if least is not None else "",
        f"to {most}" if most is not None else "",
    ]
    said = " ".join(word for word in words if word)
    return f" ({said})" if said else ""


def _code(items: Any) -> str:
    return ", ".join(f"`{item}`" for item in items)


def _text(docstring: str | None) -> str:
    return " ".join((docstring or "").split("\n\nExample:")[0].split())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
