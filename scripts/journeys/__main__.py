"""Take the journeys on an embedded AWS and write docs/journeys (5 minutes).

python -m scripts.journeys
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from autogluon_demo.cdk import ROOT
from autogluon_demo.target import open_target
from scripts.journeys.journey import NAMES, journey, take
from scripts.journeys.page import PAGES, page


def main(pages: Path = PAGES) -> int:
    """Take all journeys, one after the other, and write their pages into a folder."""
    pages.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, open_target(Path(name) / "aws.log") as target:
        environment = os.environ | target.environment | person(Path(name))
        folder = Path(name) / "work"
        folder.mkdir()
        for each in map(journey, NAMES):
            print(each.name, flush=True)
            done = list(take(each, folder, environment))
            (pages / f"{each.name}.md").write_text(page(each, done), "utf-8")
    return 0


def person(home: Path) -> dict[str, str]:
    """Return the variables of somebody with the project's tools and nothing of this machine's."""
    path = f"{ROOT / '.venv' / 'bin'}:{ROOT / 'node_modules' / '.bin'}:{os.environ['PATH']}"
    (data,) = ROOT.glob(".venv-image-full/lib/python3*/site-packages/statsmodels/datasets")
    return {"PATH": path, "HOME": str(home), "DATA": str(data)}


if __name__ == "__main__":
    sys.exit(main())
