"""Runs the installed `agcdk` as a person does: another process, its own folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from autogluon_demo.cdk import ROOT
from tests.e2e.support import Account
from tests.integration.standalone import StandaloneAws

ROWS = 200
AGCDK = ROOT / ".venv" / "bin" / "agcdk"
_TOOLS = (AGCDK.parent, ROOT / "node_modules" / ".bin")


@dataclass(frozen=True)
class Answer:
    """What a command printed and how it ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> Any:
        """What `--json` printed."""
        return json.loads(self.stdout)


@dataclass(frozen=True)
class Shell:
    """A person's terminal."""

    folder: Path
    environment: dict[str, str]

    def run(self, *arguments: str, **variables: str) -> Answer:
        """`agcdk <arguments>`, with further variables of the environment."""
        done = subprocess.run(
            [str(AGCDK), *arguments],
            cwd=self.folder,
            env=self.environment | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=1200,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str, told: Path) -> subprocess.Popen[bytes]:
        """Begin `agcdk <arguments>`, and let it write its progress and errors to `told`."""
        with told.open("wb") as stderr:
            return subprocess.Popen(
                [str(AGCDK), *arguments],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
            )

    def json(self, *arguments: str) -> Any:
        """The document that a command prints with `--json`; it must succeed."""
        answer = self.run(*arguments, "--json")
        assert answer.code == 0, answer.stderr
        return answer.document

    def client(self, service: str) -> Any:
        """A boto3 client with the terminal's keys."""
        return boto3.client(
            service,
            region_name=self.environment["AWS_DEFAULT_REGION"],
            endpoint_url=self.environment["AWS_ENDPOINT_URL"],
            aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"],
        )


def standalone_shell(aws: StandaloneAws, folder: Path, **variables: str) -> Shell:
    """A terminal in `folder` with the keys of an AWS of its own, its tools and more variables."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    paths = {
        "PATH": os.pathsep.join([*map(str, _TOOLS), inherited["PATH"]]),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    return Shell(folder, inherited | aws.environment | paths | variables)


def shell(account: Account, folder: Path) -> Shell:
    """A terminal in `folder` with the account's credentials and nothing of the user's."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return Shell(folder, inherited | account.environment | {"HOME": str(folder)})


def prepared_shell(account: Account, folder: Path) -> Shell:
    """A terminal in a folder with data of `income`, right and wrong, and with settings."""
    lines = (ROOT / "examples" / "income" / "test.csv").read_text().splitlines(keepends=True)
    small = lines[: ROWS + 1]
    (folder / "small.csv").write_text("".join(small))
    (folder / "wrong.csv").write_text("".join([small[0].replace("class", "clas"), *small[1:]]))
    (folder / "no-age.csv").write_text("".join(line.partition(",")[2] for line in small))
    (folder / "notes.txt").write_text("nothing\n")
    (folder / "notes.docx").write_text("nothing\n")
    (folder / "config").mkdir()
    settings = (ROOT / "config" / "sandbox.yaml").read_text()
    (folder / "config" / "sandbox.yaml").write_text(settings)
    broken = settings.replace("instance_type", "instance_typ", 1)
    (folder / "config" / "broken.yaml").write_text(broken)
    return shell(account, folder)
