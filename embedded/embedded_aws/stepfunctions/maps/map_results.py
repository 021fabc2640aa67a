"""Results of a Map Run, in the form that Step Functions exports to S3."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from embedded_aws.stepfunctions.execution.execution import Execution
from embedded_aws.stepfunctions.maps.map_run import MapRun

_FILES = {"SUCCEEDED": "SUCCEEDED", "FAILED": "FAILED", "TIMED_OUT": "FAILED", "ABORTED": "FAILED"}


@dataclass(frozen=True)
class Format:
    """How results look: `transformation` of what succeeded, and `output_type` of files.

    NONE keeps what is known about each child, COMPACT its output, FLATTEN the members of outputs
    that are arrays. Failed children are described in each of them.
    """

    transformation: str
    output_type: str


def results_of(run: MapRun, style: Format) -> list[Any]:
    """Return the results in the order of the items."""
    return [result for child in run.children for result in _transformed(child, style)]


def write_results(run: MapRun, s3: Any, arguments: dict[str, Any], style: Format) -> dict[str, Any]:
    """Write manifest.json and a file per outcome below `Prefix`; returns the state's result.

    Raises:
        ClientError: S3 refused.
    """
    bucket, prefix = arguments["Bucket"], str(arguments.get("Prefix", "")).strip("/")
    folder = f"{prefix}/" if prefix else ""
    folder += run.arn.rsplit(":", 1)[-1]
    listed: dict[str, list[dict[str, Any]]] = {"FAILED": [], "PENDING": [], "SUCCEEDED": []}
    for outcome, entries in _by_outcome(run, style).items():
        if style.output_type == "JSONL":
            body = "".join(f"{json.dumps(entry)}\n" for entry in entries).encode()
        else:
            body = json.dumps(entries).encode()
        key = f"{folder}/{outcome}_0.{style.output_type.lower()}"
        s3.put_object(Bucket=bucket, Key=key, Body=body)
        listed[outcome].append({"Key": key, "Size": len(body)})
    manifest = {"DestinationBucket": bucket, "MapRunArn": run.arn, "ResultFiles": listed}
    key = f"{folder}/manifest.json"
    s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(manifest).encode())
    run.results_written = len(run.children)
    return {"MapRunArn": run.arn, "ResultWriterDetails": {"Bucket": bucket, "Key": key}}


def _transformed(child: Execution, style: Format) -> list[Any]:
    if child.output is None or style.transformation == "NONE":
        return [_exported(child)]
    output = json.loads(child.output)
    return output if style.transformation == "FLATTEN" and isinstance(output, list) else [output]


def _by_outcome(run: MapRun, style: Format) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for child in run.children:
        found[_FILES[child.status]] += _transformed(child, style)
    found["PENDING"] = [
        {"Input": given.text, "InputDetails": {"Included": True}, "Status": "PENDING"}
        for given in run.pending
    ]
    return {outcome: entries for outcome, entries in found.items() if entries}


def _exported(child: Execution) -> dict[str, Any]:
    order = child.order
    entry = {
        "ExecutionArn": order.arn,
        "Input": order.input_text,
        "InputDetails": {"Included": True},
        "Name": order.name,
        "Output": child.output,
        "OutputDetails": {"Included": True} if child.output is not None else None,
        "Error": child.error,
        "Cause": child.cause,
        "RedriveCount": 0,
        "RedriveStatus": "NOT_REDRIVABLE",
        "StartDate": child.started.isoformat(),
        "StateMachineArn": order.machine_arn,
        "Status": child.status,
        "StopDate": None if child.stopped is None else child.stopped.isoformat(),
    }
    return {key: value for key, value in entry.items() if value is not None}
