"""Where something was measured."""

from __future__ import annotations

import os


def machine() -> str:
    """Processor and cores, as the results name them."""
    cpuinfo = open("/proc/cpuinfo", encoding="utf-8").read()  # noqa: SIM115
    models = [line.split(":")[1].strip() for line in cpuinfo.splitlines() if "model name" in line]
    return f"{models[0] if models else 'unknown'}, {len(os.sched_getaffinity(0))} cores"
