"""Take the pictures of docs/images: commands that really run, and a report that a run wrote.

    python -m scripts.screenshots          all of them, on an embedded AWS of its own (2 minutes)

Uses the embedded AWS that AWS_ENDPOINT_URL names, if it names one.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from autogluon_demo.cdk import ROOT
from autogluon_demo.target import open_target
from scripts.report_picture import take_report_pictures
from scripts.terminal_picture import terminal_picture

IMAGES = ROOT / "docs" / "images"
_DATA = "examples/income"

# In this order: each command finds what those before it left.
COMMANDS = {
    "deploy": "agcdk deploy --bootstrap",
    "train": f"agcdk train income {_DATA}/train.csv --test {_DATA}/test.csv --name monday",
    "batch": f"agcdk batch income {_DATA}/test.csv --name monday-batch --download results",
    "tuesday": (
        f"agcdk train income {_DATA}/train.csv --test {_DATA}/test.csv --name tuesday"
        " --no-promote --fit 'hyperparameters={GBM: {num_boost_round: 80, learning_rate: 0.15}}'"
    ),
    "models": "agcdk models income",
    "cost": "agcdk cost",
}
NOT_SHOWN = {"tuesday"}
_REPORT = "agcdk report monday --no-open --output report.html"


def main(images: Path = IMAGES) -> int:
    """Take every picture into a folder; returns the exit code."""
    with tempfile.TemporaryDirectory() as name, open_target(Path(name) / "aws.log") as target:
        folder = workspace(Path(name))
        environment = os.environ | target.environment | {"HOME": name}
        for picture, command in COMMANDS.items():
            print(f"{picture}: {command}", flush=True)
            text = output_of(command, folder, environment)
            if picture not in NOT_SHOWN:
                (images / f"{picture}.svg").write_text(
                    terminal_picture(command, text), encoding="utf-8"
                )
        output_of(_REPORT, folder, environment)
        take_report_pictures(folder / "report.html", images)
    return 0


def workspace(folder: Path) -> Path:
    """A folder with the examples and the settings, as the project's."""
    (folder / "examples").symlink_to(ROOT / "examples")
    # A copy: `agcdk` writes the cloud assembly beside the settings.
    shutil.copytree(ROOT / "config", folder / "config")
    return folder


def output_of(command: str, folder: Path, environment: Mapping[str, str]) -> str:
    """What a command prints, progress included.

    Raises:
        SystemExit: it failed.
    """
    words = shlex.split(command)
    done = subprocess.run(
        [str(ROOT / ".venv" / "bin" / words[0]), *words[1:]],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"{command} failed with code {done.returncode}:\n{done.stdout}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
