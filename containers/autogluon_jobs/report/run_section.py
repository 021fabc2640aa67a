"""Write the section on settings, versions and resources of the job."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import sklearn

from autogluon_jobs.report.again import again
from autogluon_jobs.report.cost import cost_note, estimated_cost
from autogluon_jobs.report.job_facts import JobFacts
from autogluon_jobs.report.number_text import MISSING, seconds
from autogluon_jobs.report.page_parts import Code, Part, Section, Table


def run_section(facts: JobFacts, client_class: str) -> Section:
    """Write settings, data, versions, an estimate of the cost, and how to train again.

    Args:
        facts: of the job.
        client_class: the Python client's for the predictor's type.
    """
    parts: list[Part] = [
        cost_note(facts),
        Table("Run", ("setting", "value"), _facts(facts)),
        Table("Versions", ("software", "version"), _versions(facts)),
        *again(facts.config, client_class),
        Code("init_args", _json(facts.config.init_args)),
        Code("fit_args", _json(facts.config.fit_args)),
    ]
    lead = "Everything needed to train this predictor again."
    return Section("run", "Settings, versions and cost", lead, parts)


def _facts(facts: JobFacts) -> list[tuple[str, str]]:
    data = [(f"{name} data", uri) for name, uri in facts.config.data.items() if uri]
    size = facts.metrics["artifact_bytes"] / 1e6
    return [
        ("predictor", facts.config.predictor),
        ("run", facts.config.run),
        ("problem type", str(facts.metrics["problem_type"])),
        *data,
        *_lineage(facts),
        ("fit time", seconds(float(facts.metrics["fit_seconds"]))),
        ("time allowed for the job", seconds(float(facts.config.max_runtime_seconds))),
        ("instances", MISSING if facts.config.instances is None else str(facts.config.instances)),
        ("cost, estimated", estimated_cost(facts)),
        *_taken(facts.metrics.get("checkpoint")),
        ("model artifact, unpacked", f"{size:,.1f} MB"),
    ]


def _taken(checkpoint: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    if checkpoint is None:
        return []
    models = ", ".join(checkpoint["models"])
    return [
        ("taken from a checkpoint", f"{models} (of run {checkpoint['run']})"),
        ("fit time before that", seconds(float(checkpoint["seconds"]))),
    ]


def _lineage(facts: JobFacts) -> list[tuple[str, str]]:
    parent = facts.config.parent
    if parent is None:
        return []
    return [
        ("trained further from", f"{parent.name}, by {parent.method}"),
        ("its run", parent.run),
        ("its artifact", f"{parent.artifact}, SHA-256 {parent.artifact_sha256}"),
    ]


def _versions(facts: JobFacts) -> list[tuple[str, str]]:
    return [
        ("AutoGluon", str(facts.metrics["versions"]["autogluon"])),
        ("Python", platform.python_version()),
        ("pandas", pd.__version__),
        ("NumPy", np.__version__),
        ("scikit-learn", sklearn.__version__),
        ("matplotlib", mpl.__version__),
    ]


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)
