"""From the wheel in an empty folder: a CSV file to predictions, and an upgrade."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.integration.standalone import IMAGE_ENVIRONMENT
from tests.pages import ROOT

pytestmark = pytest.mark.long

_ENDPOINT = "autogluon-sandbox-mine"
_REQUEST = b"size,colour\n12.5,red\n3.5,blue\n"
_LEFT_OUT = (".*", "node_modules", "build", "dist", "*.egg-info", "__pycache__", "cdk.out")


@dataclass
class Person:
    """Somebody with a Python environment of their own, an empty folder and an embedded AWS."""

    folder: Path
    python: Path
    environment: dict[str, str]
    calls: list[bytes] = field(default_factory=list)

    def install(self, wheel: Path) -> None:
        """Install a wheel in the place of the one before; dependencies are this environment's."""
        options = ["--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"]
        self._run(str(self.python), "-m", "pip", "install", *options, str(wheel))

    def agcdk(self, *words: str, exit_code: int = 0) -> str:
        """Run a command; returns all that it printed."""
        return self._run(str(self.python.with_name("agcdk")), *words, exit_code=exit_code)

    def _run(self, *command: str, exit_code: int = 0) -> str:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        printed = done.stdout + done.stderr
        assert done.returncode == exit_code, printed
        return printed

    def client(self, service: str) -> Any:
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION")
        key, secret, region = (self.environment[name] for name in names)
        return boto3.client(
            service,
            region_name=region,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            endpoint_url=self.environment["AWS_ENDPOINT_URL"],
        )

    def call_until(self, ended: threading.Event) -> None:
        """Ask the endpoint again and again; an answer that is an error ends up in `calls`, too."""
        runtime = self.client("sagemaker-runtime")
        while not ended.wait(0.05):
            try:
                answer = runtime.invoke_endpoint(
                    EndpointName=_ENDPOINT, ContentType="text/csv", Body=_REQUEST
                )
                self.calls.append(answer["Body"].read())
            except Exception as error:  # noqa: BLE001 - it is what the test compares
                self.calls.append(repr(error).encode())


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The checkout's wheel, and a later version with other code in Lambda functions and jobs."""
    found: list[Path] = []
    for version in ("1.0.0", "1.1.0"):
        folder = tmp_path_factory.mktemp("wheel")
        source = folder / "source"
        shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(*_LEFT_OUT, "docs", "tests"))
        project = source / "pyproject.toml"
        lines = project.read_text().splitlines()
        at = next(n for n, line in enumerate(lines) if line.startswith("version = "))
        lines[at] = f'version = "{version}"'
        project.write_text("\n".join(lines) + "\n")
        for package in ("lambda/autogluon_lambdas", "containers/autogluon_jobs"):
            with (source / package / "__init__.py").open("a") as module:
                module.write(f'\nVERSION = "{version}"\n')
        options = ["--quiet", "--no-deps", "--wheel-dir", str(folder)]
        command = [sys.executable, "-m", "pip", "wheel", *options, str(source)]
        subprocess.run(command, check=True)
        found += folder.glob("*.whl")
    return found


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    own = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(own)], check=True)
    (site,) = (own / "lib").glob("python*/site-packages")
    # What pip would install from the index: other packages, not this project.
    (site / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    cache = tmp_path / "cache"
    for version in ("1.0.0", "1.1.0"):
        (cache / "autogluon-cdk" / version).mkdir(parents=True)
        (cache / "autogluon-cdk" / version / "node_modules").symlink_to(ROOT / "node_modules")
    folder = tmp_path / "folder"
    folder.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    kept.pop("PYTHONPATH", None)
    path = f"{own / 'bin'}:{ROOT / '.venv' / 'bin'}:{kept['PATH']}"
    own_variables = {"PATH": path, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(cache)}
    yield (found := Person(folder, own / "bin" / "python", kept | own_variables))
    if (cache / "autogluon-cdk" / ".embedded").exists():
        found.agcdk("embedded", "stop", "--all")


def test_a_csv_file_becomes_predictions_and_an_upgrade_leaves_the_endpoint_alone(
    wheels: list[Path], person: Person
) -> None:
    first, second = wheels
    person.install(first)
    assert person.agcdk("--version") == "agcdk 1.0.0\n"
    person.agcdk("embedded", "start", "--image-env", str(IMAGE_ENVIRONMENT))
    variables = person.agcdk("embedded", "env", "--format", "json")
    person.environment |= json.loads(variables)
    _write_data(person.folder)

    # The four commands of the README, with a shorter training.
    person.agcdk("init", "mine.csv", "--label", "price", "--time-limit", "20")
    person.agcdk("deploy", "--bootstrap")
    assert "The model is in service." in person.agcdk("train", "mine", "mine.csv", "--name", "one")
    person.agcdk("predict", "mine", "new.csv", "--output", "predictions.csv")
    predicted = (person.folder / "predictions.csv").read_text()
    assert len(predicted.splitlines()) == 1 + 20

    person.install(second)
    assert person.agcdk("--version") == "agcdk 1.1.0\n"
    assert "default" in person.agcdk("embedded", "status")
    changes = person.agcdk("diff")
    assert "MineEndpoint: no differences" in changes
    assert "Workflows: no differences" not in changes
    before = _state(person)
    ended = threading.Event()
    caller = threading.Thread(target=person.call_until, args=(ended,))
    caller.start()
    try:
        person.agcdk("deploy")
    finally:
        ended.set()
        caller.join()

    assert len(person.calls) > 1
    assert len(set(person.calls)) == 1, set(person.calls)
    assert person.calls[0].startswith(b'[{"price": ')
    assert _state(person) == before
    person.agcdk("diff", "--fail-on-changes")
    person.agcdk("predict", "mine", "new.csv", "--output", "predictions.csv")
    assert (person.folder / "predictions.csv").read_text() == predicted

    # The new release's own code trains, and its model replaces the old one.
    assert "The model is in service." in person.agcdk("train", "mine", "mine.csv", "--name", "two")
    assert _state(person)[0] == [before[0][0] + 1]
    person.agcdk("predict", "mine", "new.csv")


def _state(person: Person) -> list[Any]:
    """Return the live version, and what an update of the endpoint would change."""
    models = json.loads(person.agcdk("models", "mine", "--json"))["models"]
    found = person.client("sagemaker").describe_endpoint(EndpointName=_ENDPOINT)
    kept = ("EndpointStatus", "EndpointConfigName", "CreationTime", "LastModifiedTime")
    return [
        [model["version"] for model in models if model["live"]],
        *(found[name] for name in kept),
    ]


def _write_data(folder: Path) -> None:
    draw = random.Random(7)
    rows = []
    for _ in range(220):
        size, colour = draw.uniform(1, 20), draw.choice(["red", "blue"])
        price = 3 * size + 10 * (colour == "red") + draw.gauss(0, 1)
        rows.append(f"{size:.2f},{colour},{price:.2f}")
    (folder / "mine.csv").write_text("\n".join(["size,colour,price", *rows[20:]]) + "\n")
    new = [row.rpartition(",")[0] for row in rows[:20]]
    (folder / "new.csv").write_text("\n".join(["size,colour", *new]) + "\n")
