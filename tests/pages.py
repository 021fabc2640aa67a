"""The code blocks of README.md and docs/, and who runs them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

RUNNABLE = ("bash", "python")

# Pages that a test of their own runs, with data, a role or a predictor prepared for them. All other
# pages are run by tests/e2e/test_6_pages.py as they are.
RUN_BY = {
    "docs/how-to/airflow.md": "tests/e2e/test_9_airflow.py",
    "docs/how-to/coming-from-autogluon-cloud.md": "tests/e2e/test_6_client.py",
    "docs/how-to/delivery.md": "tests/e2e/test_5_delivery.py",
    "docs/how-to/drift.md": "tests/e2e/test_5_drift.py",
    "docs/how-to/adoption.md": "tests/e2e/test_5_adoption.py",
    "docs/how-to/bring-your-own.md": "tests/e2e/test_5_bring_your_own.py",
    "docs/how-to/notebook.md": "tests/e2e/test_5_notebook.py",
    "docs/how-to/pipelines.md": "tests/e2e/test_5_pipelines.py",
    "docs/how-to/processing.md": "tests/e2e/test_5_processing.py",
    "docs/how-to/python-client.md": "tests/e2e/test_6_client.py",
    "docs/how-to/report.md": "tests/e2e/test_6_report.py",
    "docs/how-to/foundation-models.md": "tests/e2e/test_9_foundation_models.py",
    "docs/how-to/multimodal.md": "tests/e2e/test_9_multimodal.py",
    "docs/how-to/schedules.md": "tests/e2e/test_6_new_user.py",
    "docs/how-to/time-series.md": "tests/e2e/test_9_time_series.py",
    "docs/how-to/updates.md": "tests/e2e/test_5_updates.py",
    "docs/how-to/variants.md": "tests/e2e/test_5_variants.py",
    "docs/operations/embedded.md": "tests/integration/test_embedded_instances.py",
}

_NEW_USER = ("tests/e2e/test_6_new_user.py", 'first_block("README.md", "With your own data")')

# Lines that stand in a page but are run by something else: the file, and the words of it that run
# them. A block is left out by the tests of its page where it has no other lines.
ELSEWHERE = {
    "make setup": ("Makefile", "demo: setup"),
    "make setup-deploy": ("Makefile", "setup: setup-deploy"),
    "make demo": ("tests/e2e/test_8_demo.py", '"autogluon_demo"'),
    "make test": (".ci/run", "make test"),
    "make embedded": ("tests/e2e/conftest.py", '"embedded_aws"'),
    'export PATH="$PWD/.venv/bin:$PWD/node_modules/.bin:$PATH"': ("Makefile", "export PATH"),
    "cdk bootstrap": ("tests/e2e/conftest.py", ".bootstrap(ACCOUNT_ID"),
    "cdk deploy --all": ("tests/e2e/conftest.py", ".deploy()"),
    "agcdk init mine.csv --label Price --time-limit 60": _NEW_USER,
    "agcdk deploy --bootstrap": _NEW_USER,
    "agcdk train mine mine.csv": _NEW_USER,
    "agcdk predict mine new.csv --output predictions.csv": _NEW_USER,
    'eval "$(agcdk completion bash)"': (
        "tests/unit/cli/test_help.py",
        'eval "$(agcdk completion bash)" ||',
    ),
}

_INCLUDE = re.compile(r'^--8<-- "([^"]+)"$', re.MULTILINE)
_FENCE = re.compile(r"^( *)```(\S*)[^\n]*\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: `language` is what stands behind the fence."""

    page: str
    line: int
    language: str
    text: str

    @property
    def commands(self) -> list[str]:
        """Its lines without comments and empty ones."""
        lines = (re.sub(r"\s+# .*$", "", line).strip() for line in self.text.splitlines())
        return [line for line in lines if line and not line.startswith("#")]

    @property
    def is_run_elsewhere(self) -> bool:
        """Whether all its lines are in `ELSEWHERE`."""
        return self.language == "bash" and all(line in ELSEWHERE for line in self.commands)


def pages() -> list[str]:
    """README.md and all pages of docs/, as paths below the project's folder."""
    return ["README.md", *sorted(str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*.md"))]


def blocks(page: str) -> Iterator[Block]:
    """All fenced blocks of a page, in order; included files are part of their block."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for match in _FENCE.finditer(text):
        indent = match[1]
        body = "".join(line.removeprefix(indent) for line in match[3].splitlines(keepends=True))
        body = _INCLUDE.sub(lambda found: (ROOT / found[1]).read_text(encoding="utf-8"), body)
        yield Block(page, text.count("\n", 0, match.start()) + 1, match[2], body)


def first_block(page: str, heading: str) -> Block:
    """The first block of a page below a heading."""
    lines = (ROOT / page).read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines, 1) if line.lstrip("#").strip() == heading)
    return next(block for block in blocks(page) if block.line > start)


def without_blocks(text: str) -> str:
    """A page's text without its fenced blocks."""
    return _FENCE.sub("", text)


def runnable(page: str) -> list[Block]:
    """The blocks of a page that its test runs, in order."""
    return [
        block for block in blocks(page) if block.language in RUNNABLE and not block.is_run_elsewhere
    ]


def build_site(folder: Path) -> Path:
    """Build the documentation, where every warning is an error, and return its folder."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder
