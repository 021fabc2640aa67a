"""Forecast the files of a batch in a process of its own, and print its peak memory in bytes."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from autogluon_jobs.serving.served_model import load_model


def main(model: str, *files: str) -> None:
    """Answer each file as Batch Transform sends it; the first has the columns of all."""
    columns = Path(files[0]).read_text().partition("\n")[0].split(",")
    document = {"version": 1, "columns": columns, "has_header": True, "id_column": None,
        "output": "both", "output_format": "csv"}  # fmt: skip
    batch = load_model(Path(model), {"AUTOGLUON_BATCH": json.dumps(document)})
    lines = 0
    for file in files:
        text, *_ = batch.answer(Path(file).read_text(), "text/csv", "")
        lines += len(str(text).splitlines())
    peak = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(json.dumps({"answers": lines, "peak_bytes": peak * 1024}))


if __name__ == "__main__":
    main(*sys.argv[1:])
