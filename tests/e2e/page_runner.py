"""Run a page's blocks in order, as one person would: `page_runner.py <page> <result> <variable>...`

Reads `[[language, text], ...]` from stdin. All bash blocks share one shell, which stops at the
first command that fails; all Python blocks share one namespace, and see what the shell exported.
Pickles the named variables. Imports nothing of the project: it also runs where AutoGluon is.
"""

import json
import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any


class Shell:
    """One bash for all blocks, so that functions and variables last."""

    def __init__(self, folder: Path) -> None:
        self._script, self._variables = folder / "block.sh", folder / "environment"
        self._answers, told = os.pipe()
        self._told = told
        self._bash = subprocess.Popen(
            ["bash", "--norc"], stdin=subprocess.PIPE, text=True, pass_fds=[told]
        )
        os.close(told)
        self._tell("set -euo pipefail")

    def run(self, text: str) -> None:
        """Run a block; a command that fails ends the page."""
        self._script.write_text(text)
        self._tell(f"source {self._script} </dev/null")
        self._tell(f"env -0 > {self._variables}; echo done >&{self._told}")
        if not os.read(self._answers, 100):
            sys.exit(f"failed with code {self._bash.wait()}:\n{text}")
        pairs = self._variables.read_text().rstrip("\0").split("\0")
        os.environ.update(pair.split("=", 1) for pair in pairs)

    def _tell(self, line: str) -> None:
        assert self._bash.stdin is not None
        print(line, file=self._bash.stdin, flush=True)


def main(page: str, result: str, variables: list[str]) -> None:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with tempfile.TemporaryDirectory() as folder:
        shell = Shell(Path(folder))
        for language, text in json.load(sys.stdin):
            if language == "bash":
                shell.run(text)
            else:
                exec(compile(text, page, "exec"), namespace)
                sys.stdout.flush()
    Path(result).write_bytes(pickle.dumps({name: namespace[name] for name in variables}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
