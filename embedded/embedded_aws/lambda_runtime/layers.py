"""Lambda layers: published archives that functions find in `/opt`.

A child has no `/opt` of its own: its language's search paths name the folder instead.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.lambda_runtime.code_store import UNZIPPED_LIMIT_BYTES, CodePackage, CodeStore
from embedded_aws.lambda_runtime.pages import page_of
from embedded_aws.runtime import Runtime

_MOST = 5  # of a function ("Lambda quotas")
# Lambda starts these beside the runtime; nothing here does.
_EXTENSIONS = "extensions"


@dataclass(frozen=True)
class LayerVersion:
    """One published version of a layer."""

    name: str
    number: int
    region: str
    account_id: str
    code: CodePackage
    settings: Mapping[str, Any]  # request members that are only described back
    created: datetime

    @property
    def layer_arn(self) -> str:
        """Return the ARN without the version."""
        return f"arn:aws:lambda:{self.region}:{self.account_id}:layer:{self.name}"

    @property
    def arn(self) -> str:
        """Return the ARN of the version."""
        return f"{self.layer_arn}:{self.number}"

    def describe(self) -> dict[str, Any]:
        """Return the version as lists have it."""
        return {
            **self.settings,
            "LayerVersionArn": self.arn,
            "Version": self.number,
            "CreatedDate": self.created.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
        }


@dataclass(frozen=True)
class AttachedLayers:
    """The layers of one function; `folder` is what it would find in `/opt`."""

    versions: tuple[LayerVersion, ...] = ()
    folder: Path | None = None

    def describe(self) -> list[dict[str, Any]]:
        """Return the `Layers` of a FunctionConfiguration."""
        return [{"Arn": item.arn, "CodeSize": item.code.size_bytes} for item in self.versions]


class LayerStore:
    """Every layer version, and the merged folders that functions use."""

    def __init__(self, runtime: Runtime, code: CodeStore) -> None:
        self._runtime = runtime
        self._code = code
        self._folder = runtime.state_dir / "lambda" / "layers"
        self._versions: dict[tuple[str, str], list[LayerVersion]] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()

    def publish(self, call: ApiCall) -> LayerVersion:
        """Store a layer version; its number is one more than the newest ever had."""
        params = call.params
        name = str(params["LayerName"]).rpartition(":layer:")[2]
        code = self._code.add(params["Content"], call.region)
        if (code.folder / _EXTENSIONS).is_dir():
            raise _invalid(
                f"The embedded AWS does not support Lambda extensions (layer '{name}' has a folder "
                "'extensions')."
            )
        described = ("Description", "CompatibleRuntimes", "LicenseInfo", "CompatibleArchitectures")
        with self._lock:
            key = (call.region, name)
            number = self._numbers[key] = self._numbers.get(key, 0) + 1
            version = LayerVersion(
                name,
                number,
                call.region,
                call.account_id,
                code,
                {member: params[member] for member in described if params.get(member)},
                datetime.now(UTC),
            )
            self._versions.setdefault(key, []).append(version)
        return version

    def find(self, arn: str) -> LayerVersion | None:
        """Return the version with this ARN, or None."""
        for versions in list(self._versions.values()):
            for version in versions:
                if version.arn == arn:
                    return version
        return None

    def of_layer(self, region: str, name: str) -> list[LayerVersion]:
        """Return a layer's versions, newest first."""
        return self._versions.get((region, name.rpartition(":layer:")[2] or name), [])[::-1]

    def newest(self, region: str) -> list[LayerVersion]:
        """Return the newest version of each layer."""
        return [
            versions[-1]
            for (of_region, _), versions in sorted(self._versions.items())
            if of_region == region and versions
        ]

    def remove(self, version: LayerVersion) -> None:
        """Remove a version; functions that use it keep it, as on AWS."""
        with self._lock:
            self._versions[version.region, version.name].remove(version)

    def attach(self, arns: Sequence[str], code: CodePackage) -> AttachedLayers:
        """Return a function's layers, merged into one folder.

        Raises:
            ApiError: a layer does not exist here, or all are too many or too large.
        """
        if len(arns) > _MOST:
            raise _invalid(f"A function can have {_MOST} layers at most; got {len(arns)}.")
        versions = [self._get(arn) for arn in arns]
        size = sum(version.code.unzipped_bytes for version in versions) + code.unzipped_bytes
        if size > UNZIPPED_LIMIT_BYTES:
            raise _invalid(
                "Function code combined with layers exceeds the maximum allowed size of "
                f"{UNZIPPED_LIMIT_BYTES} bytes. The actual size is {size} bytes."
            )
        return AttachedLayers(tuple(versions), self._merge(versions))

    def _merge(self, versions: Sequence[LayerVersion]) -> Path | None:
        """Return the folder with the content of layers, later ones over earlier ones."""
        if not versions:
            return None
        names = "\n".join(version.arn for version in versions)
        target = self._folder / hashlib.sha256(names.encode()).hexdigest()
        with self._lock:
            if not target.exists():
                partial = target.with_suffix(".partial")
                for version in versions:
                    shutil.copytree(version.code.folder, partial, dirs_exist_ok=True)
                partial.rename(target)
        return target

    def _get(self, arn: str) -> LayerVersion:
        version = self.find(arn)
        if version is not None:
            return version
        if arn.split(":")[4] != self._runtime.account_id:
            raise _invalid(
                f"The embedded AWS has no layers of other accounts ({arn}); publish a copy here."
            )
        raise _invalid(f"Layer version {arn} does not exist.")


class LayersApi:
    """The operations on layers."""

    def __init__(self, runtime: Runtime, store: LayerStore) -> None:
        self._runtime = runtime
        self._store = store

    def publish(self, call: ApiCall) -> dict[str, Any]:
        """Answer PublishLayerVersion."""
        return self._with_content(self._store.publish(call))

    def get(self, call: ApiCall) -> dict[str, Any]:
        """Answer GetLayerVersion."""
        return self._with_content(self._find(call))

    def get_by_arn(self, call: ApiCall) -> dict[str, Any]:
        """Answer GetLayerVersionByArn."""
        version = self._store.find(call.params["Arn"])
        if version is None:
            raise _not_found()
        return self._with_content(version)

    def list_versions(self, call: ApiCall) -> dict[str, Any]:
        """Answer ListLayerVersions."""
        versions = self._store.of_layer(call.region, call.params["LayerName"])
        page, marker = page_of(versions, call.params)
        return {"LayerVersions": [version.describe() for version in page], **marker}

    def list(self, call: ApiCall) -> dict[str, Any]:
        """Answer ListLayers."""
        page, marker = page_of(self._store.newest(call.region), call.params)
        return {
            "Layers": [
                {
                    "LayerName": version.name,
                    "LayerArn": version.layer_arn,
                    "LatestMatchingVersion": version.describe(),
                }
                for version in page
            ],
            **marker,
        }

    def delete(self, call: ApiCall) -> dict[str, Any]:
        """Answer DeleteLayerVersion; succeeds when there is none."""
        versions = self._store.of_layer(call.region, call.params["LayerName"])
        for version in versions:
            if version.number == call.params["VersionNumber"]:
                self._store.remove(version)
        return {}

    def _find(self, call: ApiCall) -> LayerVersion:
        for version in self._store.of_layer(call.region, call.params["LayerName"]):
            if version.number == call.params["VersionNumber"]:
                return version
        raise _not_found()

    def _with_content(self, version: LayerVersion) -> dict[str, Any]:
        location = f"{self._runtime.endpoint_url}{code_path(version.code.folder)}"
        return version.describe() | {
            "LayerArn": version.layer_arn,
            "Content": {
                "Location": location,
                "CodeSha256": version.code.sha256,
                "CodeSize": version.code.size_bytes,
            },
        }


def code_path(folder: Path) -> str:
    """Return the path from which a deployment package can be downloaded."""
    return f"/_embedded/lambda/code/{folder.name}.zip"


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidParameterValueException", message, status=400)


def _not_found() -> ApiError:
    return ApiError(
        "ResourceNotFoundException", "The resource you requested does not exist.", status=404
    )
