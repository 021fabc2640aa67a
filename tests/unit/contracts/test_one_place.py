"""What packages agree on is written in the contracts, and nowhere else."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeGuard

import pytest

ROOT = Path(__file__).resolve().parents[3]
CONTRACTS = "contracts"
PACKAGES = (CONTRACTS, "constructs", "stacks", "lambda", "containers", "client", "embedded")
LEAST_FILES = 500

# Runs with another copy of the contracts first on the path, and prints what each side says.
SIDES = """
import json
import tempfile
from pathlib import Path
from types import SimpleNamespace

from autogluon_constructs.predictor.image_registry import ResolvedImage
from autogluon_constructs.predictor.predictor_spec import predictor_spec
from autogluon_constructs.settings import Batch, Serving, parse_environment
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_jobs.messages.documents import read_document
from autogluon_lambdas.logic.registry.predictors import load_spec
from scripts.contracts_page import page

settings = {"predictors": {"income": {"init_args": {"label": "class"}}}}
predictor = parse_environment("test", settings, file="test.yaml").predictors["income"]
image = ResolvedImage(training_uri="i", inference_uri="i", version="1.6.3", ami=None)
written = predictor_spec(
    environment="test", name="income", predictor=predictor, tags={}, network_isolation=True,
    image=image,
).to_json()

earlier = json.loads(json.dumps(written))
del earlier["batch"]["max_files_per_job"], earlier["serving"]["max_score_loss"]
read = load_spec(SimpleNamespace(parameter=lambda name, path: json.dumps(earlier)), "income")

job = TrainingJobConfig(
    predictor="income", run="r", type="tabular", framework_version="1.6.3", init_args={},
    fit_args={}, max_runtime_seconds=60, data={},
).to_json()
del job["serving"]
file = Path(tempfile.mkdtemp()) / "job.json"
file.write_text(json.dumps(job))

lines = page().splitlines()
print(json.dumps({
    "max_files_per_job": {
        "settings": Batch().max_files_per_job,
        "spec": written["batch"]["max_files_per_job"],
        "Lambda": read.batch.max_files_per_job,
        "page": [line for line in lines if line.startswith("| `max_files_per_job` | integer | `")],
    },
    "max_score_loss": {
        "settings": Serving().max_score_loss,
        "spec": written["serving"]["max_score_loss"],
        "Lambda": read.serving.max_score_loss,
        "container": read_document(TrainingJobConfig, file, "config").serving.max_score_loss,
        "page": [line for line in lines if line.startswith("| `max_score_loss` |")],
    },
}))
"""


@pytest.mark.parametrize(
    ("files", "loss"), [(1000, 0.005), (999, 0.004)], ids=["as they are", "changed"]
)
def test_a_default_of_the_contracts_is_every_sides(tmp_path: Path, files: int, loss: float) -> None:
    copy = tmp_path / CONTRACTS
    shutil.copytree(ROOT / CONTRACTS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    package = copy / "autogluon_contracts"
    _replace(package / "documents/predictor_spec.py", "default=1000,\n", f"default={files},\n")
    _replace(package / "defaults.py", "LOSS = 0.005\n", f"LOSS = {loss}\n")

    said = _sides(copy)

    for name, value, tables in (("max_files_per_job", files, 1), ("max_score_loss", loss, 2)):
        shown = said[name].pop("page")
        assert len(shown) == tables
        assert all(f"| `{value}` |" in line for line in shown)
        assert len(said[name]) >= 3
        assert set(said[name].values()) == {value}, said[name]


@dataclass(frozen=True)
class Knowledge:
    """Something that the contracts define, and how code would define it a second time.

    `exceptions` are files that may do so, each with the reason.
    """

    pattern: str
    exceptions: dict[str, str] = field(default_factory=dict)
    code: bool = False
    """Whether to search code, without its docstrings and comments, instead of string literals."""


KNOWLEDGE = {
    "settings of batches": Knowledge(r"\bmax_(files|gb)_per_job\b.*\b[0-9]+\b", code=True),
    "documents' names": Knowledge(
        r"^(job|bulk)\.json$|^AUTOGLUON_(BATCH|SERVING)",
        {
            "containers/run_script.py": (
                "runs with Python 3.8, which cannot import the contracts' documents"
            ),
        },
    ),
    "names of jobs": Knowledge(r"execution_arn\.encode|sha256\(.*\barn\b", code=True),
    "names of resources": Knowledge(r"(^|/)autogluon-$"),
    "SSM paths": Knowledge(r"^/autogluon/"),
    "the default of max_score_loss": Knowledge(
        r"\b(max_)?score_loss\b.*\b0\.0|SCORE_LOSS = [0-9]", code=True
    ),
    "log lines": Knowledge(r"AGMETRIC|AGROWS"),
    "did you mean": Knowledge(
        r"difflib|get_close_matches|did you mean",
        {
            "lambda/autogluon_lambdas/logic/batch/layout.py": (
                "decides whether a line of values is a header; the suggestion is the contracts'"
            ),
            "embedded/embedded_aws/sagemaker/validation.py": (
                "shortens AWS's own message about an enumeration, which suggests nothing"
            ),
        },
        code=True,
    ),
    "states shown while waiting": Knowledge(
        r"^(TrainModel|RegisterModel|ProcessData|TransformData|WaitForStack)$",
    ),
    "answer columns": Knowledge(r"^_proba$"),
    "content types": Knowledge(
        r"^(text/csv|application/(jsonl|jsonlines|x-ndjson|x-parquet|vnd\.apache\.parquet|"
        r"x-autogluon))$",
        {
            "lambda/autogluon_lambdas/logic/programs/report_archive.py": (
                "the types of a report's files in S3, which no request or answer has"
            ),
            "embedded/embedded_aws/sagemaker/container/image/server.py": (
                "a copy of the inference toolkit's, which AWS's images have and we do not change"
            ),
            "embedded/embedded_aws/sagemaker/container/image/sklearn_server.py": (
                "a copy of scikit-learn's image's defaults, which AWS has and we do not change"
            ),
            "embedded/embedded_aws/sagemaker/container/image/xgboost_server.py": (
                "a copy of the algorithm's media types, which AWS has and we do not change"
            ),
            "embedded/embedded_aws/sagemaker/container/image/xgboost_training.py": (
                "a copy of the algorithm's media types, which AWS has and we do not change"
            ),
        },
    ),
}


@pytest.mark.parametrize("what", KNOWLEDGE)
def test_what_the_contracts_define_is_defined_there_alone(what: str) -> None:
    knowledge = KNOWLEDGE[what]
    found = {
        file.path
        for file in _files()
        for text in ([file.code] if knowledge.code else file.literals)
        if re.search(knowledge.pattern, text)
    }
    elsewhere = {path for path in found if not path.startswith(f"{CONTRACTS}/")}

    assert found > elsewhere, "the pattern does not find the contracts' own definition"
    assert elsewhere == set(knowledge.exceptions)


@dataclass(frozen=True)
class SourceFile:
    """A file's code without docstrings and comments, and its string literals."""

    path: str
    code: str
    literals: tuple[str, ...]


@cache
def _files() -> list[SourceFile]:
    paths = [path for folder in PACKAGES for path in sorted((ROOT / folder).rglob("*.py"))]
    assert len(paths) > LEAST_FILES
    return [_source(path) for path in paths]


def _source(path: Path) -> SourceFile:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Expr) and _is_text(node.value):
            node.value.value = ""
    literals = tuple(str(node.value) for node in nodes if _is_text(node))
    return SourceFile(path.relative_to(ROOT).as_posix(), ast.unparse(tree), literals)


def _is_text(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    file.write_text(text.replace(old, new), encoding="utf-8")


def _sides(contracts: Path) -> dict[str, dict[str, object]]:
    folders = [contracts, ROOT, *(ROOT / name for name in PACKAGES if name != CONTRACTS)]
    finished = subprocess.run(
        [sys.executable, "-c", SIDES],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, folders))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    said: dict[str, dict[str, object]] = json.loads(finished.stdout)
    return said
