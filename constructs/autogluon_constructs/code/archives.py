"""Pack the project's own sources: the same code gives the same bytes, at any time and place."""

import gzip
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

Sources = Mapping[str, Path]
"""Files of an archive: name in the archive -> file."""

_PROJECT = Path(__file__).parents[3]
# In an installed wheel, packages lie side by side, and setup.py has put entry points there.
_INSTALLED = Path(__file__).parents[2]
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can carry


def lambda_sources(project: Path = _PROJECT) -> Sources:
    """Return what a Lambda function runs: its package and the contracts."""
    return {
        **_package(_room(project, "lambda", "autogluon_lambdas")),
        **_package(_room(project, "contracts", "autogluon_contracts")),
    }


def container_sources(project: Path = _PROJECT) -> Sources:
    """Return what jobs and model servers run: entry points, their package, the contracts."""
    entry_points = project / "containers"
    if not entry_points.is_dir():
        entry_points = _INSTALLED / "autogluon_cdk_project" / "containers"
    return {
        **{path.name: path for path in sorted(entry_points.glob("*.py"))},
        **_package(_room(project, "containers", "autogluon_jobs")),
        **_package(_room(project, "contracts", "autogluon_contracts")),
    }


def client_sources(project: Path = _PROJECT) -> Sources:
    """Return what people use: the client, its command line, the catalogues and the contracts."""
    packages = {
        "client": ("autogluon_client", "autogluon_cli"),
        "constructs": ("autogluon_constructs",),
        "contracts": ("autogluon_contracts",),
    }
    return {
        name: path
        for folder, found in packages.items()
        for package in found
        for name, path in _package(_room(project, folder, package)).items()
    }


def digest(sources: Sources) -> str:
    """Return the SHA-256 of the files' names and content, as hexadecimal digits.

    Assets are named by it: CDK's own fingerprint keeps a cache in the person's home folder, and
    compressed bytes differ between versions of zlib.
    """
    content = hashlib.sha256()
    for name, path in sources.items():
        data = path.read_bytes()
        content.update(f"{len(name)}:{name}{len(data)}:".encode() + data)
    return content.hexdigest()


def tar_gz(sources: Sources) -> bytes:
    """Return a deterministic `.tar.gz`."""
    tar_bytes = io.BytesIO()
    with tarfile.open(fileobj=tar_bytes, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, path in sources.items():
            content = path.read_bytes()
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o644
            tar.addfile(entry, io.BytesIO(content))
    return gzip.compress(tar_bytes.getvalue(), mtime=0)


def zipped(sources: Sources) -> bytes:
    """Return a deterministic `.zip`."""
    zip_bytes = io.BytesIO()
    with zipfile.ZipFile(zip_bytes, "w") as archive:
        for name, path in sources.items():
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return zip_bytes.getvalue()


def _room(project: Path, folder: str, package: str) -> Path:
    inside = project / folder / package
    return inside if inside.is_dir() else _INSTALLED / package


def _package(folder: Path) -> dict[str, Path]:
    """Return every file of a package, data files included, but not what Python made of them."""
    return {
        path.relative_to(folder.parent).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".pyc" and "__pycache__" not in path.parts
    }
