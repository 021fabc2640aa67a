"""Run one embedded AWS as an instance that `agcdk embedded` operates."""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

from autogluon_contracts.document import DocumentError
from autogluon_contracts.embedded_instance import CONTROL_PATH, KEY, EmbeddedInstance
from embedded_aws.faults.fault import FaultDocument, read_fault_file
from embedded_aws.faults.injector import Faults
from embedded_aws.operation.control import Control, RequestError
from embedded_aws.operation.instance_folder import InstanceFolder
from embedded_aws.operation.inventory import inventory
from embedded_aws.runtime import Runtime
from embedded_aws.snapshots.archive import signing_key
from embedded_aws.snapshots.errors import SnapshotError
from embedded_aws.snapshots.snapshot import Snapshots


def folder_key(folder: Path) -> bytes:
    """Return the key that signs the snapshots of all instances beside this folder."""
    return signing_key(folder.parent / KEY)


class Instance:
    """Publishes an embedded AWS in its folder, and answers the requests of its control path."""

    def __init__(self, folder: InstanceFolder, runtime: Runtime, snapshots: Snapshots) -> None:
        self._folder = folder
        self._runtime = runtime
        self._snapshots = snapshots
        self._token = secrets.token_urlsafe(24)
        self._restoring = False
        answers = {
            "status": self._status,
            "save": self._save,
            "faults/list": lambda _: _listed(runtime.faults),
            "faults/add": self._add_faults,
            "faults/clear": lambda _: {"removed": runtime.faults.clear()},
        }
        runtime.gateway.register_path(CONTROL_PATH, Control(self._token, answers))

    def publish(self, *, image_env: Path, faults: Path | None, variables: dict[str, str]) -> None:
        """Write the record; from now on the instance is found."""
        self._folder.publish(
            EmbeddedInstance(
                name=self._folder.name,
                url=self._runtime.endpoint_url,
                port=self._runtime.port,
                pid=os.getpid(),
                started=datetime.now().astimezone().isoformat(timespec="seconds"),
                token=self._token,
                image_env=str(image_env),
                faults=None if faults is None else str(faults),
                variables=variables,
            )
        )

    def _status(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"running": self._runtime.kept.running(), **inventory(self._runtime)}

    def _save(self, request: dict[str, Any]) -> dict[str, Any]:
        path = Path(str(request.get("file", "")))
        if not path.is_absolute():
            raise RequestError("file: an absolute path is required.")
        try:
            manifest = self._snapshots.save(
                path, folder_key(self._folder.path), name=self._folder.name
            )
        except SnapshotError as error:
            raise RequestError(str(error), advice=error.advice) from error
        self._runtime.log.event("embedded aws", f"saved to {path}")
        return {"file": str(path), "bytes": path.stat().st_size, "saved": manifest["saved"]}

    def _add_faults(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            if "file" in request:
                document = read_fault_file(Path(str(request["file"])))
            else:
                document = FaultDocument.from_json(request)
        except DocumentError as error:
            raise RequestError(str(error)) from error
        self._runtime.faults.load(document)
        return _listed(self._runtime.faults)


def _listed(faults: Faults) -> dict[str, Any]:
    rows = FaultDocument(faults=tuple(item.fault for item in faults.planned())).to_json()["faults"]
    return {
        "faults": [
            {**row, "seen": item.seen, "happened": item.happened}
            for row, item in zip(rows, faults.planned(), strict=False)
        ]
    }
