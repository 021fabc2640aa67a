"""Write a wheel that scores rows by an artifact's export: no AutoGluon, no AWS.

It holds the artifact's own code as far as scoring imports it, under the wheel's name, so that
several scorers fit into one environment.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autogluon_client.errors import InvalidArgumentError
from autogluon_contracts.code.imported_modules import imported_modules
from autogluon_contracts.code.wheel_file import Wheel
from autogluon_contracts.models.portable_models import (
    READERS,
    SCORER_MODULE,
    libraries_of,
    not_portable,
)

_PACKAGES = ("autogluon_jobs", "autogluon_contracts")
_IMPORT = re.compile(rf"^(\s*from )({'|'.join(_PACKAGES)})(?=[. ])", re.MULTILINE)
_SCHEMA = "feature_schema.json"
_FACADE = '''"""Score rows by a trained predictor; see `load`."""

from __future__ import annotations

from pathlib import Path

from {name}.{scorer} import PortableScorer


def load(cores: int = 1) -> PortableScorer:
    """Load the predictor, and prove it on the sample that its training stored.

    Args:
        cores: what one call may use at most.
    """
    return PortableScorer.load(Path(__file__).parent / "model", cores)
'''


@dataclass(frozen=True)
class PortableWheel:
    """A written wheel.

    Attributes:
        path: its file.
        package: the name to import.
        requires: what it needs, as pip takes it.
    """

    path: Path
    package: str
    requires: tuple[str, ...]


def write_portable_wheel(artifact: Path, predictor: str, folder: Path) -> PortableWheel:
    """Write a scorer of one predictor.

    Args:
        artifact: unpacked.
        predictor: its name, which becomes the package's.
        folder: gets the wheel; created if missing.

    Raises:
        InvalidArgumentError: the artifact has no export, an older release trained it, or one of
            its models needs more than its library.
    """
    document, versions = _export_of(artifact)
    package = f"{re.sub('[^a-z0-9]+', '_', predictor.lower()).strip('_')}_scorer"
    requires = tuple(_requirements(document, versions))
    contents = dict(_contents(artifact, package))
    digest = hashlib.sha256(b"".join(contents[name] for name in sorted(contents))).hexdigest()
    version = f"0+{digest[:12]}"
    wheel = Wheel(
        name=package.replace("_", "-"),
        version=version,
        summary=f"Scores rows by the predictor {predictor}",
        files=contents,
        requires=requires,
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / wheel.file_name
    path.write_bytes(wheel.to_bytes())
    return PortableWheel(path, package, requires)


def _export_of(artifact: Path) -> tuple[Mapping[str, Any], Mapping[str, str | None]]:
    folder = artifact / "direct"
    if not (folder / "model.json").is_file():
        raise InvalidArgumentError(
            "This model has no export that a portable scorer could hold; the log of its training "
            "says why.",
            argument="portable",
            advice="Download it without --portable, and load it with AutoGluon.",
        )
    document = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    others = not_portable(document)
    if others:
        raise InvalidArgumentError(
            "A portable scorer holds trees, linear models and nearest neighbours; this model also "
            f"needs {'; '.join(others)}.",
            argument="portable",
            advice="Train without that model (excluded_model_types), or download the model without "
            "--portable.",
        )
    proof = json.loads((folder / "proof.json").read_text(encoding="utf-8"))
    return document, proof["versions"]


def _requirements(document: Mapping[str, Any], versions: Mapping[str, str | None]) -> Iterator[str]:
    for name in libraries_of(document):
        if name not in versions:
            yield name  # of any version: the proof decides
        elif versions[name] is not None:
            yield f"{name}=={versions[name]}"
    yield from READERS


def _contents(artifact: Path, package: str) -> Iterator[tuple[str, bytes]]:
    code = artifact / "code"
    facade = _FACADE.format(name=package, scorer=SCORER_MODULE)
    yield f"{package}/__init__.py", facade.encode()
    for path in sorted(_scorer(code)):
        text = _IMPORT.sub(rf"\1{package}.\2", path.read_text(encoding="utf-8"))
        yield f"{package}/{path.relative_to(code).as_posix()}", text.encode()
    yield f"{package}/model/{_SCHEMA}", (artifact / _SCHEMA).read_bytes()
    for path in sorted((artifact / "direct").iterdir()):
        yield f"{package}/model/direct/{path.name}", path.read_bytes()


def _scorer(code: Path) -> Iterable[Path]:
    packages = {name: code / name for name in _PACKAGES}
    try:
        return imported_modules(packages, [SCORER_MODULE]).values()
    except ModuleNotFoundError as error:
        raise InvalidArgumentError(
            "An earlier release trained this model, without the code of portable scorers.",
            argument="portable",
            advice="Train it again.",
        ) from error
