"""One API call, identified and parsed, and the functions that take one."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.moto_server.werkzeug_app import BackendRequest

StartResponse = Callable[..., Any]
WsgiApp = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


@dataclass(frozen=True)
class ApiCall:
    """One API call, identified and parsed.

    `params` holds the request's members by their API names (`TrainingJobName`, not
    `training_job_name`), converted by botocore's model. Object payloads are left out.
    """

    service: str  # botocore's name: "sagemaker", "stepfunctions", "s3", ...
    operation: str  # "CreateTrainingJob"
    params: dict[str, Any]
    access_key_id: str | None
    region: str
    account_id: str
    request: BackendRequest = field(repr=False)
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))


Operation = Callable[[ApiCall], "Mapping[str, Any] | None"]
Authorizer = Callable[[ApiCall], None]
BeforeHandler = Callable[[ApiCall], None]
AfterHandler = Callable[[ApiCall, "Mapping[str, Any]"], "Mapping[str, Any]"]
CallListener = Callable[[ApiCall, int], None]
FaultListener = Callable[[ApiCall, Exception], None]
