"""The wheel alone, in an empty folder: the settings, and the very templates of the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.pages import ROOT

pytestmark = pytest.mark.long

_ROWS = "size,colour,price\n" + "".join(
    f"{n}.5,{'red' if n % 2 else 'blue'},{n}\n" for n in range(60)
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked as pip does; its dependencies are this environment's."""
    folder = tmp_path_factory.mktemp("wheel")
    source = ["--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", "-q", *source], check=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def _run(site: Path, folder: Path, *command: str, **variables: str) -> str:
    environ = {**os.environ, "PYTHONPATH": str(site), **variables}
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=environ, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def _agcdk(site: Path, folder: Path, *arguments: str) -> str:
    code = "import sys; from autogluon_cli.main import main; main(sys.argv[1:])"
    return _run(site, folder, "-c", code, *arguments)


def _templates(project: Path, site: Path, folder: Path) -> dict[str, str]:
    context = json.loads((project / "cdk.json").read_text())["context"]
    output = folder / f"out-{project.name}"
    _run(
        site, folder, str(project / "app.py"), CDK_OUTDIR=str(output),
        CDK_CONTEXT_JSON=json.dumps({**context, "config": str(folder / "config")}),
    )  # fmt: skip
    return {path.name: path.read_text() for path in output.glob("*.template.json")}


def test_it_writes_settings_and_synthesizes_the_checkouts_templates(
    site: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.csv").write_text(_ROWS)
    where = _run(site, tmp_path, "-c", "import autogluon_cli as a; print(a.__file__)")
    assert Path(where.strip()).is_relative_to(site)

    _agcdk(site, tmp_path, "init", "mine.csv", "--label", "price")
    assert json.loads(_agcdk(site, tmp_path, "validate", "--json"))["predictors"] == ["mine"]

    packed = _templates(site / "autogluon_cdk_project", site, tmp_path)
    assert len(packed) == 3
    folders = (".", "contracts", "constructs", "lambda", "containers", "client")
    checkout = Path(os.pathsep.join(str(ROOT / folder) for folder in folders))
    # Names of assets are digests of the Lambdas' and the containers' code.
    assert packed == _templates(ROOT, checkout, tmp_path)
