"""A Lambda function: its settings as Lambda describes them, and the code it runs."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from embedded_aws.gateway import ApiError
from embedded_aws.lambda_runtime.code_store import CodePackage
from embedded_aws.lambda_runtime.layers import AttachedLayers
from embedded_aws.lambda_runtime.runtimes import runtime_problem

_REFERENCE = re.compile(
    r"^(?:(?:arn:[a-z-]+:lambda:[a-z0-9-]+:)?(?:\d{12}:)?function:)?"
    r"(?P<name>[A-Za-z0-9_-]{1,64})(?::(?P<qualifier>[A-Za-z0-9$_-]+))?$"
)
LATEST = "$LATEST"
# Members of CreateFunction and UpdateFunctionConfiguration that are honoured or described back.
_SETTINGS = {
    "Runtime", "Role", "Handler", "Description", "Timeout", "MemorySize", "VpcConfig",
    "Environment", "TracingConfig", "Architectures",
    "EphemeralStorage", "LoggingConfig", "Layers",
}  # fmt: skip
_NOT_SETTINGS = {"FunctionName", "Code", "Publish", "PackageType", "Tags", "RevisionId"}
_RESERVED_VARIABLES = {
    "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}  # fmt: skip


@dataclass
class AsyncSettings:
    """What happens to asynchronous invocations: an EventInvokeConfig."""

    maximum_retry_attempts: int = 2
    maximum_event_age_seconds: int = 21_600
    modified: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Alias:
    """A name for a version; `weights` send a share of the calls to another one."""

    name: str
    version: str
    description: str = ""
    weights: dict[str, float] = field(default_factory=dict)
    revision: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def versions(self) -> set[str]:
        """Return every version that calls may get."""
        return {self.version, *self.weights}


@dataclass(frozen=True)
class FunctionReference:
    """A function's name, and the version or alias that was asked for."""

    name: str
    qualifier: str | None


@dataclass
class LambdaFunction:
    """One version of a function. `settings` hold request members by their API names.

    `$LATEST` also has what belongs to the function as a whole: tags, concurrency, and for each
    qualifier the policy's statements (by Sid) and the settings of asynchronous invocations.
    """

    name: str
    region: str
    account_id: str
    settings: dict[str, Any]
    code: CodePackage
    tags: dict[str, str]
    layers: AttachedLayers = field(default_factory=AttachedLayers)
    version: str = LATEST
    latest: LambdaFunction | None = None  # of a published version
    published_from: str | None = None  # the revision of $LATEST that a version is
    versions: dict[str, LambdaFunction] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)
    next_version: int = 1
    policies: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    reserved_concurrency: int | None = None
    async_settings: dict[str, AsyncSettings] = field(default_factory=dict)
    revision: str = field(default_factory=lambda: str(uuid.uuid4()))
    modified: datetime = field(default_factory=lambda: datetime.now(UTC))
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def arn(self) -> str:
        """Return the unqualified ARN."""
        return f"arn:aws:lambda:{self.region}:{self.account_id}:function:{self.name}"

    @property
    def qualified_arn(self) -> str:
        """Return the ARN, with the version where it is a published one."""
        return self.arn if self.version == LATEST else f"{self.arn}:{self.version}"

    @property
    def whole(self) -> LambdaFunction:
        """Return `$LATEST`, which has what all versions share."""
        return self.latest or self

    @property
    def timeout_seconds(self) -> int:
        """Return the `Timeout` setting."""
        return int(self.settings["Timeout"])

    @property
    def log_group(self) -> str:
        """Return the name of the function's log group."""
        return str(self.settings["LoggingConfig"]["LogGroup"])

    def touch(self) -> None:
        """Start a new revision, so that warm children of the old one are not used again."""
        self.revision = str(uuid.uuid4())
        self.modified = datetime.now(UTC)

    def configuration(self) -> dict[str, Any]:
        """Return the FunctionConfiguration."""
        described = {key: value for key, value in self.settings.items() if value is not None}
        variables = described.pop("Environment", {}).get("Variables")
        if variables:  # one without variables is not described
            described["Environment"] = {"Variables": dict(variables)}
        described.pop("Layers", None)
        if self.layers.versions:
            described["Layers"] = self.layers.describe()
        if "VpcConfig" in described:
            described["VpcConfig"] = {"VpcId": "", **described["VpcConfig"]}
        return described | {
            "FunctionName": self.name,
            "FunctionArn": self.qualified_arn,
            "CodeSize": self.code.size_bytes,
            "CodeSha256": self.code.sha256,
            "LastModified": self.modified.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
            "Version": self.version,
            "RevisionId": self.revision,
            "State": "Active",
            "LastUpdateStatus": "Successful",
            "PackageType": "Zip",
            "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        }


def parse_reference(reference: str, qualifier: str | None = None) -> FunctionReference:
    """Return what a name, partial ARN or ARN refers to.

    Raises:
        ApiError: the reference is malformed, or names another version than the qualifier.
    """
    match = _REFERENCE.match(reference)
    if match is None:
        raise ApiError(
            "ValidationException",
            f"1 validation error detected: Value '{reference}' at 'functionName' failed to satisfy "
            "constraint: it must be a function's name or ARN",
            status=400,
        )
    if qualifier and match["qualifier"] and qualifier != match["qualifier"]:
        raise _invalid(
            "The derived qualifier from the function name does not match the specified qualifier."
        )
    return FunctionReference(match["name"], qualifier or match["qualifier"])


def check_settings(function_name: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings in a request.

    Raises:
        ApiError: a setting that AWS refuses, or that this service does not support.
    """
    unsupported = sorted(
        key for key, value in params.items() if value and key not in _SETTINGS | _NOT_SETTINGS
    )
    if unsupported:
        raise _invalid(
            f"The embedded AWS does not support {', '.join(unsupported)} of Lambda function "
            f"'{function_name}'; supported settings: {', '.join(sorted(_SETTINGS))}."
        )
    settings = {key: params[key] for key in _SETTINGS if params.get(key) is not None}
    _check_runtime(function_name, settings, params.get("PackageType", "Zip"))
    _check_range("timeout", settings.get("Timeout"), 1, 900)
    _check_range("memorySize", settings.get("MemorySize"), 128, 10_240)
    _check_variables(settings.get("Environment", {}).get("Variables", {}))
    return settings


def with_defaults(function_name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings with Lambda's defaults filled in."""
    logging_config = {"LogFormat": "Text", **settings.get("LoggingConfig", {})}
    logging_config.setdefault("LogGroup", f"/aws/lambda/{function_name}")
    if logging_config["LogFormat"] == "JSON":
        logging_config.setdefault("ApplicationLogLevel", "INFO")
        logging_config.setdefault("SystemLogLevel", "INFO")
    return {
        "Description": "",
        "Timeout": 3,
        "MemorySize": 128,
        "TracingConfig": {"Mode": "PassThrough"},
        "Architectures": ["x86_64"],
        "EphemeralStorage": {"Size": 512},
        **settings,
        "LoggingConfig": logging_config,
    }


def _check_runtime(function_name: str, settings: Mapping[str, Any], package_type: str) -> None:
    if package_type != "Zip":
        raise _invalid(
            f"The embedded AWS does not support PackageType '{package_type}' of Lambda function "
            f"'{function_name}'; it runs Zip packages."
        )
    runtime = settings.get("Runtime")
    problem = runtime_problem(runtime) if runtime is not None else None
    if problem:
        raise _invalid(
            f"The embedded AWS does not support the runtime '{runtime}' of Lambda function "
            f"'{function_name}'; {problem}."
        )


def _check_range(name: str, value: int | None, low: int, high: int) -> None:
    if value is not None and not low <= value <= high:
        raise ApiError(
            "ValidationException",
            f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy "
            f"constraint: Member must have value between {low} and {high}",
            status=400,
        )


def _check_variables(variables: Mapping[str, str]) -> None:
    if "AWS_LAMBDA_EXEC_WRAPPER" in variables:
        raise _invalid(
            "The embedded AWS does not support wrapper scripts (AWS_LAMBDA_EXEC_WRAPPER)."
        )
    reserved = sorted(_RESERVED_VARIABLES & variables.keys())
    if reserved:
        raise _invalid(
            "Lambda was unable to configure your environment variables because the environment "
            "variables you have provided contains reserved keys that are currently not supported "
            f"for modification. Reserved keys used in this request: {', '.join(reserved)}"
        )
    size = sum(len(key.encode()) + len(value.encode()) for key, value in variables.items())
    if size > 4096:
        raise _invalid(
            "Lambda was unable to configure your environment variables because the environment "
            f"variables you have provided exceeded the 4KB limit. Size: {size} bytes"
        )


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidParameterValueException", message, status=400)
