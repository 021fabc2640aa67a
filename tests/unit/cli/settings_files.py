"""Settings files of the current folder."""

from __future__ import annotations

from pathlib import Path


def write_settings(
    *predictors: str, environment: str = "sandbox", head: str = "", tail: str = ""
) -> Path:
    """`config/<environment>.yaml` with predictors of one label, the last one with `tail`."""
    blocks = [f"  {name}:\n    init_args: {{label: y}}\n" for name in predictors]
    path = Path("config") / f"{environment}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{head}predictors:\n{''.join(blocks)}{tail}")
    return path
