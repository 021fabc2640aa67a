"""Save everything that a restored embedded AWS needs, and put it back."""

from __future__ import annotations

import io
import pickle
import platform
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import moto

from embedded_aws.gateway import ApiCall
from embedded_aws.runtime import Runtime
from embedded_aws.snapshots import archive
from embedded_aws.snapshots.errors import SnapshotError
from embedded_aws.snapshots.moto_backends import (
    bucket_owners,
    make_backends,
    moto_references,
    moto_states,
    put_back,
)
from embedded_aws.snapshots.state_pickle import StatePickler, StateUnpickler, source_digest

_STATE, _FILES = "state", "files/"
_TRIES = 5  # calls that change state while it is written
_READ_ONLY = ("Get", "List", "Describe", "Head", "BatchGet", "BatchDescribe", "Search", "Invoke")
_SYNCHRONISATION = (
    type(threading.Lock()),
    type(threading.RLock()),
    threading.Condition,
    threading.Event,
    threading.Thread,
)


class Snapshots:
    """Saves the state of one embedded AWS, and restores it before it serves."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._changes = 0
        self._saving = threading.Lock()
        runtime.gateway.on_call(self._count)
        runtime.kept.refer("runtime", runtime)

    def _count(self, call: ApiCall, _: int) -> None:
        self._changes += not call.operation.startswith(_READ_ONLY)

    def save(self, path: Path, key: bytes, *, name: str) -> dict[str, Any]:
        """Save everything to `path` and return the manifest without its members.

        Raises:
            SnapshotError: work that cannot be saved is running, calls keep changing the state, or
                the file cannot be written.
        """
        with self._saving:
            for _ in range(_TRIES):
                running = self._runtime.kept.running()
                if running:
                    raise SnapshotError(
                        f"Not saved, because these run: {', '.join(running)}.",
                        advice="Wait until they have ended, or stop them, then save again.",
                    )
                before = self._changes
                try:
                    with archive.written(path, key) as (writer, manifest):
                        manifest |= self._write(writer, name)
                        if self._changes != before or self._runtime.kept.running():
                            raise _ChangedError
                except _ChangedError:
                    continue
                return manifest
        raise SnapshotError(
            "Not saved, because calls keep changing the state.",
            advice="Stop the clients that make them, then save again.",
        )

    def _write(self, writer: archive.ArchiveWriter, name: str) -> dict[str, Any]:
        kept = self._runtime.kept
        buffer = io.BytesIO()
        live = {**kept.live, **kept.roots, **moto_references()}
        pickler = StatePickler(buffer, writer, live, self._runtime.state_dir)
        states = moto_states()
        parts: dict[str, Any] = {
            "owners": bucket_owners(),
            "moto": states,
            "roots": {
                root: _attributes(item, kept.only.get(root)) for root, item in kept.roots.items()
            },
        }
        try:
            pickler.dump(parts)
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            raise SnapshotError(f"Not saved: the state holds {error}.") from error
        except RuntimeError as error:  # a container changed its size while it was written
            raise _ChangedError from error
        writer.add(_STATE, buffer.getvalue())
        for folder in sorted(pickler.paths):
            _add_files(writer, self._runtime.state_dir, folder)
        return {
            "name": name,
            "port": self._runtime.port,
            "saved": datetime.now(UTC).isoformat(timespec="seconds"),
            "moto": moto.__version__,
            "python": _python(),
            "modules": pickler.modules,
            "backends": sorted(states),
            "roots": sorted(kept.roots),
        }

    def restore(self, path: Path, key: bytes) -> dict[str, Any]:
        """Put back what `path` holds and return its manifest; raises SnapshotError."""
        kept = self._runtime.kept
        with archive.opened(path, key) as reader:
            manifest = reader.manifest
            self._check(manifest, path)
            for name in reader.names():
                if name.startswith(_FILES):
                    _put_file(self._runtime.state_dir, name, reader.read(name))
            backends = make_backends(manifest["backends"])
            live = {**kept.live, **kept.roots, **backends}
            state = StateUnpickler(
                reader.read(_STATE), reader, live, self._runtime.state_dir
            ).load()
        bucket_owners().clear()
        bucket_owners().update(state["owners"])
        put_back(state["moto"], backends)
        for name, attributes in state["roots"].items():
            _put_attributes(kept.roots[name], attributes)
        return manifest

    def resume(self) -> None:
        """Start again what runs in a restored embedded AWS; call it once it listens."""
        for start in self._runtime.kept.on_restore:
            start()

    def _check(self, manifest: dict[str, Any], path: Path) -> None:
        for what, saved, here in (
            ("moto", manifest["moto"], moto.__version__),
            ("Python", manifest["python"], _python()),
        ):
            if saved != here:
                raise SnapshotError(
                    f"{path} was saved with {what} {saved}, and this is {what} {here}.",
                    advice="Restore it with the version that saved it.",
                )
        changed = [
            module
            for module, digest in manifest["modules"].items()
            if source_digest(module) != digest
        ]
        other_roots = set(manifest["roots"]) ^ set(self._runtime.kept.roots)
        if changed or other_roots:
            raise SnapshotError(
                f"{path} was saved by another version of the embedded AWS: "
                f"{', '.join(sorted({*changed, *other_roots}))} changed since then.",
                advice="Restore it with the version that saved it, or deploy anew.",
            )
        if manifest["port"] != self._runtime.port:
            raise SnapshotError(
                f"{path} was saved on port {manifest['port']}, and this is port "
                f"{self._runtime.port}: URLs in the saved state, such as those of queues, hold "
                "the port.",
                advice=f"Start with --port {manifest['port']}.",
            )


class _ChangedError(Exception):
    """The state changed while it was written."""


def _attributes(root: object, only: tuple[str, ...] | None) -> dict[str, Any]:
    return {
        name: value
        for name, value in vars(root).items()
        if (only is None or name in only) and not isinstance(value, _SYNCHRONISATION)
    }


def _put_attributes(root: object, attributes: dict[str, Any]) -> None:
    for name, value in attributes.items():
        present = getattr(root, name, None)
        if isinstance(present, dict | set):
            present.clear()
            present.update(value)
        elif isinstance(present, list):
            present[:] = value
        else:
            setattr(root, name, value)


def _add_files(writer: archive.ArchiveWriter, state_dir: Path, folder: str) -> None:
    for path in sorted((state_dir / folder).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            relative = path.relative_to(state_dir)
            writer.add(f"{_FILES}{relative}", path.read_bytes())


def _put_file(state_dir: Path, name: str, data: bytes) -> None:
    target = (state_dir / name.removeprefix(_FILES)).resolve()
    if not target.is_relative_to(state_dir.resolve()):
        raise SnapshotError(f"The snapshot holds a file outside its folder: {name}.")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def _python() -> str:
    return ".".join(platform.python_version_tuple()[:2])
