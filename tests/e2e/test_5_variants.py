"""Versions answer side by side: put into service, shared by weight, told apart, taken out."""

from __future__ import annotations

import shlex
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cli_support import Shell, standalone_shell
from tests.e2e.page_run import run_page
from tests.integration.standalone import ROOT, StandaloneAws
from tests.pages import first_block

# It deploys an environment of its own.
pytestmark = pytest.mark.long

PAGE = "docs/how-to/variants.md"
ENDPOINT = "autogluon-dev-housing"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """An environment with version 1 in service, and version 2 approved."""
    folder = tmp_path_factory.mktemp("person")
    (folder / "config").mkdir()
    settings = (ROOT / "examples/variants/challenger.yaml").read_text()
    Path(folder, "config/dev.yaml").write_text(settings)
    rows = (ROOT / "examples/housing/train.csv").read_text().splitlines(keepends=True)
    # Another version: it has seen half of the rows, so that its answers have other bits.
    Path(folder, "half.csv").write_text("".join(rows[: len(rows) // 2]))
    with StandaloneAws(tmp_path_factory.mktemp("aws")) as aws:
        shell = standalone_shell(aws, folder, AUTOGLUON_ENVIRONMENT="dev")
        shell.json("deploy", "--bootstrap")
        shell.json(
            "train", "housing", str(ROOT / "examples/housing/train.csv"), "--wait", "--promote"
        )
        shell.json("train", "housing", "half.csv", "--wait", "--no-promote")
        yield shell


@pytest.fixture(scope="module")
def row(shell: Shell) -> Path:
    path = shell.folder / "row.csv"
    path.write_text("".join((ROOT / "examples/housing/test.csv").open().readlines()[:2]))
    return path


def follow(shell: Shell, heading: str) -> list[Any]:
    """Run the page's first commands below a heading, and return their documents."""
    lines = [shlex.split(line) for line in first_block(PAGE, heading).commands]
    assert all(words[0] == "agcdk" for words in lines)
    return [shell.json(*words[1:]) for words in lines]


class Load:
    """Requests without a pause, each with the variant that answered and its answer's bytes."""

    def __init__(self, shell: Shell, row: Path) -> None:
        self._runtime = shell.client("sagemaker-runtime")
        self._body = row.read_bytes()
        self.answers: list[tuple[str, bytes]] = []
        self.errors: list[Exception] = []
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._send)

    def __enter__(self) -> Load:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join()

    def one(self, **members: Any) -> tuple[str, bytes]:
        answer = self._runtime.invoke_endpoint(
            EndpointName=ENDPOINT, Body=self._body, ContentType="text/csv", **members
        )
        return answer["InvokedProductionVariant"], answer["Body"].read()

    def _send(self) -> None:
        while not self._ends.wait(0.05):
            try:
                self.answers.append(self.one())
            except Exception as error:  # noqa: BLE001 - the test asserts that there is none
                self.errors.append(error)


def test_a_challenger_goes_into_service_beside_the_main_version_without_a_lost_request(
    shell: Shell, row: Path
) -> None:
    with Load(shell, row) as load:
        promoted, _ = follow(shell, "Put a version into a variant")
        [shared] = follow(shell, "Share the requests")

    assert load.errors == []
    assert promoted["output"]["variant"] == "challenger"
    assert promoted["output"]["weights"]["challenger"] == pytest.approx(0.1)
    assert shared["output"]["weights"] == {"main": 1, "challenger": 1}
    # Each answer is one version's, by its bits.
    versions = {
        name: load.one(TargetVariant=target)[1]
        for name, target in (("AllTraffic", "AllTraffic"), ("challenger", "challenger"))
    }
    assert versions["AllTraffic"] != versions["challenger"]
    assert all(answer == versions[variant] for variant, answer in load.answers)
    later = Counter(load.one()[0] for _ in range(60))
    # With even shares, fewer than 10 of 60 come once in 10 million times.
    assert min(later["AllTraffic"], later["challenger"]) >= 10


def test_the_command_line_shows_variants_and_asks_one_of_them(shell: Shell, row: Path) -> None:
    [found] = shell.json("endpoints")["endpoints"]
    main, challenger = found["variants"]
    assert (main["variant"], main["live_version"], main["share"]) == ("main", 1, 0.5)
    assert (challenger["variant"], challenger["live_version"]) == ("challenger", 2)
    priced = shell.json("cost", "housing")["endpoints"]
    assert [entry["name"] for entry in priced] == [f"{ENDPOINT}: main", f"{ENDPOINT}: challenger"]
    live = {
        entry["version"]: entry["variant"] for entry in shell.json("models", "housing")["models"]
    }
    assert live == {1: "main", 2: "challenger"}

    [challenger] = follow(shell, "Know and choose who answers")
    main = shell.json("predict", "housing", row.name, "--variant", "main")
    asked = {"main": main, "challenger": challenger}

    assert {name: answer["answered_by"] for name, answer in asked.items()} == {
        "main": {"main": 1},
        "challenger": {"challenger": 1},
    }
    assert asked["main"]["predictions"] != asked["challenger"]["predictions"]
    refused = shell.run("delete", "housing", "2", "--yes")
    assert "live in challenger" in refused.stderr


def test_the_client_asks_one_variant(shell: Shell, row: Path) -> None:
    assert row.is_file()

    found = run_page(PAGE, shell.folder, shell.environment, languages=("python",))

    assert "{'challenger': 1}" in found["printed"]


def test_an_unknown_variant_is_refused_by_name(shell: Shell, row: Path) -> None:
    with Load(shell, row) as load:
        refused = shell.run("on", "housing", "--model", "2", "--variant", "chalenger")
    assert (refused.code, load.errors) == (2, [])
    assert "chalenger" in refused.stderr


def test_a_variant_is_taken_out_while_the_other_answers(shell: Shell, row: Path) -> None:
    with Load(shell, row) as load:
        follow(shell, "Take a version out of a variant")

    assert load.errors == []
    assert {load.one()[0] for _ in range(20)} == {"AllTraffic"}
    [found] = shell.json("endpoints")["endpoints"]
    assert [each["instance_count"] for each in found["variants"]] == [1, 0]
