"""Runs the code of a page of the docs."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.e2e.support import Account
from tests.pages import ROOT, RUNNABLE, Block, runnable

_RUNNER = Path(__file__).parent / "page_runner.py"
_ROWS = 200


def workspace(folder: Path) -> Path:
    """What the pages find in their folder: examples/, config/, train.csv, test.csv, rows.csv."""
    (folder / "examples").symlink_to(ROOT / "examples")
    # A copy: the cloud assembly goes beside the settings, and other tests may be writing theirs.
    shutil.copytree(ROOT / "config", folder / "config")
    for name in ("train.csv", "test.csv"):
        (folder / name).symlink_to(ROOT / "examples" / "income" / name)
    lines = (folder / "test.csv").read_text().splitlines(keepends=True)
    (folder / "rows.csv").write_text("".join(lines[: _ROWS + 1]))
    return folder


def reader(account: Account, folder: Path) -> dict[str, str]:
    """The environment of somebody who follows a page: the project's tools, the account's keys."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    path = f"{ROOT / '.venv' / 'bin'}:{ROOT / 'node_modules' / '.bin'}:{inherited['PATH']}"
    return inherited | account.environment | {"PATH": path, "HOME": str(folder)}


def run_page(
    page: str,
    folder: Path,
    environment: Mapping[str, str],
    *variables: str,
    python: Path | str = sys.executable,
    languages: Collection[str] = RUNNABLE,
    part: Sequence[Block] | None = None,
) -> dict[str, Any]:
    """Run a page's code in `folder`; the variables that it left, and what it `printed`.

    `part` are those of its blocks that are run; by default all.
    """
    result = folder / f"{Path(page).name}.pkl"
    chosen = runnable(page) if part is None else part
    found = [[b.language, b.text] for b in chosen if b.language in languages]
    assert found, f"{page} has no code"
    done = subprocess.run(
        [str(python), str(_RUNNER), page, str(result), *variables],
        cwd=folder,
        env=dict(environment),
        input=json.dumps(found),
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return {**pickle.loads(result.read_bytes()), "printed": done.stdout}
