"""README.md and docs/: each block is run or is no code, each link of the README leads somewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from autogluon_constructs.settings import parse_environment
from tests.pages import ELSEWHERE, ROOT, RUN_BY, RUNNABLE, Block, blocks, pages, runnable

# Of blocks that nobody runs: what a program prints, and data.
NOT_RUN = ("text", "yaml", "json")
# Commands with what they print: `python -m scripts.journeys` has run them.
TRANSCRIPTS, TRANSCRIPT = "docs/journeys/", "console"

_COMMAND = re.compile(
    r"^\s*(\$ |(agcdk|aws|cdk|make|pip|python3?|git|curl|npm|npx|docker|source|export|eval) )"
)
_LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)(#[^)\s]+)?\)")

README_YAML = ("README.md", "yaml")
BLOCKS = [block for page in pages() for block in blocks(page)]


def _name(block: Block) -> str:
    return f"{block.page}:{block.line}"


@pytest.mark.parametrize("block", BLOCKS, ids=_name)
def test_a_block_is_code_that_is_run_or_says_what_else_it_is(block: Block) -> None:
    if block.page.startswith(TRANSCRIPTS):
        assert block.language == TRANSCRIPT
        return
    assert block.language in RUNNABLE + NOT_RUN
    if block.language == "text":
        # What a program prints may name a command after its own words, never at a line's start.
        assert not [line for line in block.text.splitlines() if _COMMAND.match(line)]


def test_an_app_of_a_page_leaves_its_folder_to_the_cdk() -> None:
    apps = [line for block in BLOCKS for line in re.findall(r"\bApp\(.*", block.text)]
    assert apps
    # `cdk --app` reads the folder that it tells the app by CDK_OUTDIR, which `outdir` overrides.
    assert not [line for line in apps if "outdir" in line]


@pytest.mark.parametrize("page", [page for page in pages() if page in RUN_BY or runnable(page)])
def test_a_page_with_code_has_a_test_that_runs_it(page: str) -> None:
    assert runnable(page), f"{page} has no code and needs no test of its own"
    test = ROOT / RUN_BY.get(page, "tests/e2e/test_6_pages.py")
    text = test.read_text(encoding="utf-8")
    assert "run_page(" in text
    assert page in RUN_BY or "runnable(page)" in text
    assert page not in RUN_BY or Path(page).name in text


@pytest.mark.parametrize("line", ELSEWHERE)
def test_a_command_that_its_page_does_not_run_is_run_by_what_is_named(line: str) -> None:
    path, words = ELSEWHERE[line]
    place = ROOT / path
    files = [place] if place.is_file() else sorted(place.rglob("*.py"))
    assert any(words in file.read_text(encoding="utf-8") for file in files)
    assert any(line in block.commands for block in BLOCKS), "no page has it any more"


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.language == "yaml"], ids=_name)
def test_settings_of_the_pages_are_valid(block: Block) -> None:
    document = yaml.safe_load(block.text)
    if "predictors" not in document and "jobs" in document:
        assert all(job["steps"] for job in document["jobs"].values())
        return
    for predictor in document.get("predictors", {}).values():
        predictor.setdefault("init_args", {"label": "class"})
    parse_environment("sandbox", document, file=_name(block))


def test_the_readme_shows_the_settings_that_it_deploys() -> None:
    (shown,) = [yaml.safe_load(b.text) for b in BLOCKS if (b.page, b.language) == README_YAML]
    deployed = yaml.safe_load((ROOT / "config" / "sandbox.yaml").read_text(encoding="utf-8"))
    assert shown["predictors"]["income"] == deployed["predictors"]["income"]


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.language == "json"], ids=_name)
def test_documents_of_the_pages_are_json(block: Block) -> None:
    json.loads(block.text)


def test_the_readmes_links_lead_to_files() -> None:
    links = _LINK.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    assert links
    assert [path for path, _ in links if not (ROOT / path).exists()] == []
