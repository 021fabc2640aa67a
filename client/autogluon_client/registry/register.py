"""Register an artifact that was trained elsewhere: hashed, judged by the gate, ready to serve."""

from __future__ import annotations

import csv
import gzip
import json
import math
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autogluon_client.data.artifacts import trained_version, unpack_foreign
from autogluon_client.data.storage import local_copy
from autogluon_client.environment.connection import Connection
from autogluon_client.errors import InvalidArgumentError, NotSupportedError
from autogluon_client.registry.registration import (
    LONGEST_DESCRIPTION,
    ensure_group,
    send,
    token,
)
from autogluon_client.registry.versions import artifact_sha256_of, list_versions
from autogluon_contracts.code.own_objects import reported_name
from autogluon_contracts.content_types import ANSWER_TYPES, REQUEST_TYPES
from autogluon_contracts.document import DocumentError
from autogluon_contracts.documents import feature_schema, metrics
from autogluon_contracts.documents.feature_schema import FeatureHeader, FeatureSchemaHeader
from autogluon_contracts.documents.metrics import Rows, TrainingMetrics, Versions
from autogluon_contracts.documents.model_package import VersionMetadata
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.documents.server_limits import ARTIFACT_VARIABLE
from autogluon_contracts.models.artifact_hash import artifact_sha256
from autogluon_contracts.names import IMPORTED_RUN, model_package_group, report_file, run_folder
from autogluon_contracts.predictor_types import lower_is_better, predictor_type
from autogluon_contracts.quality_gate import Decision, decide
from autogluon_contracts.s3_location import S3Location
from autogluon_contracts.serving_environment import environment_of

_CODE = "code"


@dataclass(frozen=True)
class RegisteredVersion:
    """What was registered; `was_here` is true where an earlier call had done so."""

    version: int
    arn: str
    status: str
    reason: str
    artifact: str
    sha256: str
    was_here: bool


@dataclass(frozen=True)
class Foreign:
    """An artifact of another origin and what is known of it.

    Attributes:
        source: a local file, or the s3:// address of one.
        schema: the file that says what the model takes: `feature_schema.json`, or for a script a
            CSV file with the columns; None: the artifact has it.
        metrics: a JSON file of numbers by metric; None: those that the artifact has, if any.
        code: the folder of the code that serves, where the artifact has none.
    """

    source: str
    schema: Path | None = None
    metrics: Path | None = None
    code: Path | None = None


def register_artifact(
    target: Connection,
    predictor: str,
    foreign: Foreign,
    *,
    own_code: Mapping[str, Path] | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> RegisteredVersion:
    """Register an artifact as a version of a deployed predictor; nothing of it is loaded here.

    Its files are hashed as they are sent, and containers compare them with the hash before they
    load a model. The predictor's quality gate decides by the given metrics.

    Args:
        target: the environment that declares the predictor.
        predictor: its name.
        foreign: the artifact.
        own_code: this project's container code by its names, for AutoGluon's artifacts without.
        say: takes a sentence per step.

    Raises:
        InvalidArgumentError: the artifact, its schema or its metrics cannot be used.
        NotSupportedError: another type or AutoGluon version than the predictor's.

    Example:
        >>> register_artifact(Connection("dev"), "income", Foreign("model.tar.gz"))
        RegisteredVersion(version=5, arn='arn:aws:sagemaker:...', status='Approved', ...)
    """
    spec = PredictorSpec.from_json(target.spec(predictor))
    if spec.algorithm_version is not None:
        raise NotSupportedError(
            f"{predictor!r} is of type {spec.type!r}, whose artifacts are those of its own runs: "
            "the algorithm's server takes every file of an artifact for a model.",
            argument="predictor",
            advice="Register the model for a predictor of type 'script', with a script that "
            "serves it.",
        )
    if spec.algorithm_arn is not None:
        raise NotSupportedError(
            f"{predictor!r} is trained by the algorithm {spec.algorithm_arn}, whose artifacts are "
            "those of its own runs.",
            argument="predictor",
            advice="Register the model for a predictor with an image_uri or a script that "
            "serves it.",
        )
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "model"
        folder.mkdir()
        _fetch(target, foreign.source, folder)
        header = _schema(folder, spec, foreign.schema)
        _require_loadable(folder, spec)
        _complete_code(folder, spec, foreign.code, own_code or {})
        sha256 = artifact_sha256(folder)
        say(f"SHA-256 {sha256}")
        found = _registered_before(target, predictor, sha256)
        if found is not None:
            return found
        run = f"{IMPORTED_RUN}{token(f'{predictor} {sha256}')}"
        measured = _metrics(folder, spec, header, foreign.metrics, run, sha256)
        kind = predictor_type(spec.type)
        decision = decide(spec.quality_gate, measured, kind.canonical_metric)
        destination = run_folder(target.deployment.artifact_bucket, predictor, run)
        artifact = destination.child("output/model.tar.gz")
        say(f"Sending it to {artifact.uri}")
        send(target, _packed(folder, Path(temporary) / "model.tar.gz"), artifact)
    _send_report(target, destination, header, measured)
    ensure_group(target, predictor)
    answer = target.client("sagemaker").create_model_package(
        **_registration(target, spec, destination, measured, decision, foreign.source)
    )
    arn = answer["ModelPackageArn"]
    described = target.client("sagemaker").describe_model_package(ModelPackageName=arn)
    return RegisteredVersion(
        version=int(described["ModelPackageVersion"]),
        arn=arn,
        status=described["ModelApprovalStatus"],
        reason=decision.reason,
        artifact=artifact.uri,
        sha256=sha256,
        was_here=False,
    )


def _fetch(target: Connection, source: str, folder: Path) -> None:
    if source.startswith("s3://"):
        with local_copy(target.client("s3"), source) as archive:
            unpack_foreign(archive, folder)
        return
    if not Path(source).is_file():
        raise InvalidArgumentError(
            f"artifact: {source} is not a file.",
            argument="artifact",
            advice="Give a model.tar.gz, or its s3:// address.",
        )
    unpack_foreign(Path(source), folder)


def _schema(folder: Path, spec: PredictorSpec, given: Path | None) -> FeatureSchemaHeader:
    """Return what the model takes; a given file becomes the artifact's own."""
    own = folder / feature_schema.FILE_NAME
    if given is not None and spec.script is not None and given.suffix == ".csv":
        return _schema_of_columns(spec, given)
    if given is not None:
        shutil.copyfile(given, own)
    if not own.is_file():
        raise InvalidArgumentError(
            f"schema: the artifact has no {feature_schema.FILE_NAME}.",
            argument="schema",
            advice="Give the file of a version that takes the same columns"
            + (", or a CSV file with the columns." if spec.script is not None else "."),
        )
    try:
        header = FeatureSchemaHeader.from_text(own.read_bytes())
    except DocumentError as error:
        raise InvalidArgumentError(
            f"schema: {error}",
            argument="schema",
            advice="Give the feature_schema.json of a model that this project has trained.",
        ) from error
    wanted = spec.init_args.get("label", header.label)
    if header.type != spec.type or header.label != wanted:
        raise NotSupportedError(
            f"The schema is that of a {header.type} model of {header.label!r}; {spec.name!r} is a "
            f"{spec.type} predictor of {wanted!r}.",
            argument="schema",
            advice="Register it for a predictor of its type and label.",
        )
    return header


def _schema_of_columns(spec: PredictorSpec, file: Path) -> FeatureSchemaHeader:
    with file.open(encoding="utf-8-sig", newline="") as text:
        columns = next(csv.reader(text), [])
    label = str(spec.init_args["label"])
    assert spec.script is not None  # the caller looked
    return FeatureSchemaHeader(
        type=spec.type,
        label=label,
        problem_type=str(spec.init_args["problem_type"]),
        classes=None,
        details={"answers": list(spec.script.answer_columns(label))},
        features=tuple(FeatureHeader(name=name) for name in columns if name != label),
    )


def _require_loadable(folder: Path, spec: PredictorSpec) -> None:
    """Refuse an artifact of another AutoGluon version, which the predictor's cannot load."""
    found = trained_version(folder) if spec.script is None else None
    if found is not None and found != spec.framework_version:
        raise NotSupportedError(
            f"The artifact was trained by AutoGluon {found}; {spec.name!r} is deployed with "
            f"{spec.framework_version}, which cannot load it.",
            argument="artifact",
            advice="Declare its framework_version and deploy, or train it again.",
        )


def _complete_code(
    folder: Path, spec: PredictorSpec, given: Path | None, own_code: Mapping[str, Path]
) -> None:
    """Put the code that serves into the artifact, unless it has some or needs none."""
    code = folder / _CODE
    if spec.script is not None and spec.script.inference is None:
        return
    if given is not None:
        shutil.copytree(
            given, code, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True
        )
    elif spec.script is None and not code.exists():
        for name, path in own_code.items():
            (code / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, code / name)
    program = "inference.py" if spec.script is None else str(spec.script.inference)
    if not (code / program).is_file():
        raise InvalidArgumentError(
            f"code: the artifact has no {_CODE}/{program}, which serves it.",
            argument="code",
            advice="Give the folder that has it.",
        )


def _metrics(
    folder: Path,
    spec: PredictorSpec,
    header: FeatureSchemaHeader,
    file: Path | None,
    run: str,
    sha256: str,
) -> TrainingMetrics:
    recorded = _recorded(folder / metrics.FILE_NAME)
    if recorded is not None and file is None:
        return replace(recorded, predictor=spec.name, run=run, artifact_sha256=sha256)
    values = {} if file is None else _numbers(file)
    eval_metric = spec.init_args.get("eval_metric") or next(iter(values), "unknown")
    model = "registered" if recorded is None else recorded.best_model
    return TrainingMetrics(
        predictor=spec.name,
        run=run,
        label=header.label,
        problem_type=header.problem_type,
        eval_metric=reported_name(str(eval_metric)),
        best_model=model,
        evaluated_on="test",
        rows=Rows(train=0, test=0),
        metrics=values,
        models=(model,),
        serving={"optimize_for": "accuracy"},
        fit_seconds=0,
        artifact_bytes=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        artifact_sha256=sha256,
        versions=Versions(autogluon=trained_version(folder) or "", python=""),
        warnings=(),
    )


def _recorded(file: Path) -> TrainingMetrics | None:
    try:
        return TrainingMetrics.from_text(file.read_bytes())
    except (OSError, DocumentError):
        return None


def _numbers(file: Path) -> dict[str, float]:
    """Return the metrics of a file in AutoGluon's sign."""
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InvalidArgumentError(
            f"metrics: {file} is not valid JSON ({error}).",
            argument="metrics",
            advice='Write each metric by its name, such as {"accuracy": 0.9}.',
        ) from error
    if not isinstance(values, dict) or not all(map(_is_metric, values.values())):
        raise InvalidArgumentError(
            f"metrics: {file} is not a JSON object of finite numbers.",
            argument="metrics",
            advice='Write each metric by its name, such as {"accuracy": 0.9}.',
        )
    return {
        name: -abs(float(value)) if lower_is_better(name) else float(value)
        for name, value in values.items()
    }


def _is_metric(value: Any) -> bool:
    # Python reads and writes NaN and Infinity, which JSON does not have.
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value)


def _packed(folder: Path, archive: Path) -> Path:
    """Pack the folder; the same files give the same bytes."""
    with (
        archive.open("wb") as file,
        gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w") as tar,
    ):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = tarfile.TarInfo(path.relative_to(folder).as_posix())
                entry.size, entry.mode = path.stat().st_size, 0o644
                with path.open("rb") as content:
                    tar.addfile(entry, content)
    return archive


def _registered_before(target: Connection, predictor: str, sha256: str) -> RegisteredVersion | None:
    for package in list_versions(target, predictor):
        known = VersionMetadata.from_properties(package.get("CustomerMetadataProperties"))
        if known.registered_from is not None and artifact_sha256_of(package) == sha256:
            container = package["InferenceSpecification"]["Containers"][0]
            return RegisteredVersion(
                version=int(package["ModelPackageVersion"]),
                arn=package["ModelPackageArn"],
                status=package["ModelApprovalStatus"],
                reason=known.reason or "",
                artifact=container["ModelDataUrl"],
                sha256=sha256,
                was_here=True,
            )
    return None


def _send_report(
    target: Connection, folder: S3Location, header: FeatureSchemaHeader, found: TrainingMetrics
) -> None:
    score = found.value(found.eval_metric)
    board = f"model,score_test\n{found.best_model},{'' if score is None else repr(score)}\n"
    files = {
        metrics.FILE_NAME: (found.to_text(indent=1), "application/json"),
        feature_schema.FILE_NAME: (header.to_text(indent=1), "application/json"),
        "leaderboard.csv": (board, "text/plain"),
    }
    for name, (text, content_type) in files.items():
        to = report_file(folder, name)
        target.client("s3").put_object(
            Bucket=to.bucket, Key=to.key, Body=text.encode(), ContentType=content_type
        )


def _registration(
    target: Connection,
    spec: PredictorSpec,
    folder: S3Location,
    found: TrainingMetrics,
    decision: Decision,
    source: str,
) -> dict[str, Any]:
    group = model_package_group(target.environment, spec.name)
    score = found.value(found.eval_metric)
    metadata = VersionMetadata(
        predictor=spec.name,
        run=found.run,
        run_folder=folder.uri,
        decision=decision.status,
        reason=decision.reason,
        best_model=found.best_model,
        evaluated_on=found.evaluated_on,
        eval_metric=found.eval_metric,
        eval_metric_value=None if score is None else repr(score),
        registered_from=source,
    )
    quality = {
        "ContentType": "application/json",
        "S3Uri": report_file(folder, metrics.FILE_NAME).uri,
    }
    return {
        "ModelPackageGroupName": group,
        "ModelPackageDescription": f"Registered from {source}: {decision.reason}"[
            :LONGEST_DESCRIPTION
        ],
        "ClientToken": token(f"{group} {found.artifact_sha256}"),
        "ModelApprovalStatus": decision.status,
        "InferenceSpecification": {
            "Containers": [
                {
                    "Image": spec.inference_image_uri,
                    "ModelDataUrl": folder.child("output/model.tar.gz").uri,
                    "Environment": environment_of(spec, target.deployment.data_bucket)
                    | {ARTIFACT_VARIABLE: str(found.artifact_sha256)},
                }
            ],
            "SupportedContentTypes": list(REQUEST_TYPES),
            "SupportedResponseMIMETypes": list(ANSWER_TYPES),
        },
        "ModelMetrics": {"ModelQuality": {"Statistics": quality}},
        "CustomerMetadataProperties": metadata.to_properties(),
    }
