"""Entry point of a script's training job: `sagemaker_program` names this file.

It runs the person's script, then keeps its code and a hash in the artifact. It runs in images of
other frameworks than AutoGluon, whose Python may be as old as 3.8: standard library only, and of
this project only what is written for them.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from autogluon_contracts.models.artifact_hash import artifact_sha256

_CODE = "code"
_REQUIREMENTS = "requirements.txt"
# autogluon_contracts.documents.script_spec has these names for the planners.
_RECORD = "script_record.json"


def main() -> int:
    """Return the script's exit code, or 1 with a sentence where it left no model."""
    script = json.loads(Path(os.environ["SM_CHANNEL_CONFIG"], "job.json").read_text())["script"]
    code = Path(tempfile.mkdtemp()) / _CODE
    unpack(Path(os.environ["SM_CHANNEL_SCRIPTS"]), script["folder"] + "/", code)
    requirements = code / _REQUIREMENTS
    if requirements.is_file():
        pip = [sys.executable, "-m", "pip", "install", "--requirement", str(requirements)]
        installed = subprocess.call(pip)
        if installed != 0:
            _fail(f"pip could not install {_REQUIREMENTS} (exit code {installed}); see the log.")
            return 1
    ended, last_words = _run(code, script["entry_point"], sys.argv[1:])
    if ended != 0:
        _fail(f"{script['entry_point']} ended with exit code {ended}: {last_words}")
        return ended
    model = Path(os.environ["SM_MODEL_DIR"])
    if not model.is_dir() or not any(model.iterdir()):
        _fail("The script saved no model; write it into the folder that SM_MODEL_DIR names.")
        return 1
    if not (model / _CODE).exists():
        shutil.copytree(str(code), str(model / _CODE), ignore=_left_out)
    _record(model, Path(os.environ["SM_OUTPUT_DATA_DIR"]))
    return 0


def unpack(channel: Path, prefix: str, folder: Path) -> None:
    """Write the files of the channel's archive whose names begin with `prefix` into a folder."""
    (archive,) = (path for path in channel.iterdir() if path.is_file())
    with tarfile.open(str(archive)) as members:
        for member in members:
            content = members.extractfile(member)
            if content is None or not member.name.startswith(prefix):
                continue
            path = folder / member.name[len(prefix) :]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.read())


def _run(code: Path, entry_point: str, arguments: list[str]) -> tuple[int, str]:
    """Run the script in its folder as a process of its own; return its exit code and last words.

    Its path leads to its own files alone: the folder of this one has modules of other programs.
    """
    own = str(Path(__file__).resolve().parent)
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    kept = [path for path in paths if path and os.path.realpath(path) != own]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(code), *kept])}
    process = subprocess.Popen(
        [sys.executable, str(code / entry_point), *arguments],
        cwd=str(code),
        env=environment,
        stderr=subprocess.PIPE,
    )
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    last_words = "it wrote nothing to standard error"
    assert process.stderr is not None  # asked for above
    for line in process.stderr:
        sys.stderr.buffer.write(line)
        sys.stderr.buffer.flush()
        last_words = line.decode("utf-8", "replace").strip() or last_words
    ended = process.wait()
    return (ended if ended >= 0 else 128 - ended), last_words


def _fail(sentence: str) -> None:
    """Say why the job fails; the toolkit keeps a file that is there, and finds exceptions only."""
    Path(os.environ["SM_OUTPUT_DIR"], "failure").write_text(sentence)
    print(sentence, file=sys.stderr)


def _left_out(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name == "__pycache__"]


def _record(model: Path, output: Path) -> None:
    output.mkdir(parents=True, exist_ok=True)
    files = [path for path in model.rglob("*") if path.is_file()]
    record = {
        "artifact_sha256": artifact_sha256(model),
        "artifact_bytes": sum(path.stat().st_size for path in files),
        "python": platform.python_version(),
    }
    (output / _RECORD).write_text(json.dumps(record))


if __name__ == "__main__":
    sys.exit(main())
