"""Write wheels of pure Python: the same files make the same bytes, at any time and place."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can carry


@dataclass(frozen=True, kw_only=True)
class Wheel:
    """A wheel's name and content.

    Attributes:
        name: of the distribution, such as `autogluon-cdk`.
        files: path in the wheel -> bytes.
        requires: as pip takes it, such as `boto3`.
        commands: name of a command -> the function that it calls, as `package.module:function`.

    Example:
        >>> Wheel(name="a-b", version="1", summary="", files={}).file_name
        'a_b-1-py3-none-any.whl'
    """

    name: str
    version: str
    summary: str
    files: Mapping[str, bytes]
    requires: Sequence[str] = ()
    commands: Mapping[str, str] | None = None

    @property
    def file_name(self) -> str:
        """Return the name that pip reads version and platform from."""
        return f"{self._package}-{self.version}-py3-none-any.whl"

    def to_bytes(self) -> bytes:
        """Return the wheel's file."""
        info = f"{self._package}-{self.version}.dist-info"
        contents = {**self.files, **{f"{info}/{name}": text for name, text in self._info().items()}}
        record = [f"{name},sha256={_digest(data)},{len(data)}" for name, data in contents.items()]
        contents[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,", ""]).encode()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in contents.items():
                archive.writestr(zipfile.ZipInfo(name, _TIME), data, zipfile.ZIP_DEFLATED)
        return packed.getvalue()

    @property
    def _package(self) -> str:
        return self.name.replace("-", "_")

    def _info(self) -> dict[str, bytes]:
        metadata = [
            "Metadata-Version: 2.1", f"Name: {self.name}", f"Version: {self.version}",
            f"Summary: {self.summary}", "Requires-Python: >=3.11",
            *(f"Requires-Dist: {item}" for item in self.requires),
        ]  # fmt: skip
        wheel = [
            "Wheel-Version: 1.0", "Generator: autogluon-cdk", "Root-Is-Purelib: true",
            "Tag: py3-none-any",
        ]  # fmt: skip
        info = {"METADATA": metadata, "WHEEL": wheel}
        if self.commands:
            lines = [f"{name} = {function}" for name, function in self.commands.items()]
            info["entry_points.txt"] = ["[console_scripts]", *lines]
        return {name: ("\n".join(lines) + "\n").encode() for name, lines in info.items()}


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
