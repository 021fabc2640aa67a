"""The models that benchmarks serve, trained once for each state of the container code.

Ours come out of the project's own training job. The peer's are what AutoGluon Cloud's training
script leaves: the whole predictor with its serving script beside it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from autogluon_constructs.code.archives import container_sources, digest
from benchmarks.container_server import ROOT
from benchmarks.data_sets import CACHE
from benchmarks.recipes import Recipe

_CONTAINERS = ROOT / "containers"
_PEER_SCRIPT = "lib/python3.*/site-packages/autogluon/cloud/scripts/sagemaker_scripts/"


@dataclass(frozen=True)
class Trained:
    """The artifacts of one recipe, unpacked: this project's and the peer's."""

    recipe: Recipe
    ours: Path
    peer: Path

    @property
    def name(self) -> str:
        """The recipe's."""
        return self.recipe.name


def trained(recipe: Recipe) -> Trained:
    """Train both artifacts, or find them in the cache."""
    ours = CACHE / f"ours-{recipe.name}-{_digest(recipe, code_digest())}"
    peer = CACHE / f"peer-{recipe.name}-{_digest(recipe, '')}"
    if not (ours / "model" / "metrics.json").is_file():
        for old in CACHE.glob(f"ours-{recipe.name}-*"):
            shutil.rmtree(old)
        _train_ours(recipe, ours)
    if not (peer / "done").is_file():
        shutil.rmtree(peer, ignore_errors=True)
        _train_peers(recipe, peer / "model")
        (peer / "done").touch()
    kept = {path.name for path in (ours / "model" / "models").iterdir()}
    missing = [item for item in recipe.members if not any(fnmatch(name, item) for name in kept)]
    if missing:
        raise RuntimeError(
            f"the model {recipe.name!r} came out without {missing}, so it is not what its name "
            f"says; it has {sorted(kept)}"
        )
    return Trained(recipe, ours / "model", peer / "model")


def code_digest() -> str:
    """A name for the state of the container code, on which every artifact of ours depends."""
    return digest(container_sources())[:16]


def peer_version() -> str:
    """The version of the peer's client whose scripts are compared with."""
    (folder,) = (ROOT / ".venv-peer").glob(
        "lib/python3.*/site-packages/autogluon_cloud-*.dist-info"
    )
    return folder.name.removesuffix(".dist-info").rpartition("-")[2]


def _digest(recipe: Recipe, code: str) -> str:
    content = json.dumps([_init_args(recipe), recipe.fit_args], sort_keys=True) + code
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _init_args(recipe: Recipe) -> dict[str, object]:
    metric = {} if recipe.eval_metric is None else {"eval_metric": recipe.eval_metric}
    return recipe.data.init_args | metric


def _train_ours(recipe: Recipe, folder: Path) -> None:
    channels = folder / "input" / "data"
    for name, source in (("train", "train.csv"), ("test", "test.csv")):
        (channels / name).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(recipe.data.folder / source, channels / name / source)
    (channels / "config").mkdir(exist_ok=True)
    job = {
        "version": 1, "predictor": recipe.data.name, "run": recipe.name, "type": "tabular",
        "framework_version": "1.6.3", "fit_args": recipe.fit_args, "max_runtime_seconds": 3600,
        "init_args": _init_args(recipe),
        "data": {"train": f"s3://bench/{recipe.data.name}.csv", "test": None, "tuning": None},
    }  # fmt: skip
    (channels / "config" / "job.json").write_text(json.dumps(job), encoding="utf-8")
    mounted = {f"SM_CHANNEL_{path.name.upper()}": str(path) for path in channels.iterdir()}
    environment = {**os.environ, "SAGEMAKER_BASE_DIR": str(folder), **mounted}
    command = [sys.executable, str(_CONTAINERS / "train.py")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"training {recipe.name} failed: {done.stderr[-2000:]}")


def _train_peers(recipe: Recipe, folder: Path) -> None:
    import pandas as pd
    from autogluon.tabular import TabularPredictor

    TabularPredictor(**_init_args(recipe), path=str(folder), verbosity=0).fit(
        pd.read_csv(recipe.data.folder / "train.csv"), **recipe.fit_args
    )
    (scripts,) = (ROOT / ".venv-peer").glob(_PEER_SCRIPT)
    (folder / "code").mkdir()
    shutil.copyfile(scripts / "tabular_serve.py", folder / "code" / "inference.py")
