"""The address, state folder and processes that all services of the embedded AWS share."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from embedded_aws.activity_log import ActivityLog
from embedded_aws.alarm_actions import AlarmActions
from embedded_aws.clock import Clock
from embedded_aws.credentials import SERVICES, Credentials
from embedded_aws.faults.injector import Faults
from embedded_aws.gateway import Gateway
from embedded_aws.kept_state import KeptState
from embedded_aws.permission_check import PermissionCheck
from embedded_aws.processes import ProcessSupervisor
from embedded_aws.service_events import ServiceEvents

ACCOUNT_ID = "123456789012"
DEFAULT_REGION = "us-east-1"
# (role ARN, service principal, session name, ARN of what the service acts for) -> credentials;
# raises ApiError when the role's trust policy does not let the service assume it.
ServiceRoleAssumer = Callable[[str, str, str, "str | None"], Credentials]


@dataclass
class Runtime:
    """The argument of every service's `install(runtime)`."""

    gateway: Gateway
    port: int
    state_dir: Path  # scratch space of this run; removed at the end
    image_python: Path  # interpreter of the environment that represents the AutoGluon image
    processes: ProcessSupervisor
    log: ActivityLog
    own_images: Mapping[str, Path] = field(default_factory=dict)  # URI -> folder
    account_id: str = ACCOUNT_ID
    default_region: str = DEFAULT_REGION
    assume_role_for_service: ServiceRoleAssumer | None = None
    iam: PermissionCheck | None = None  # set by the iam service
    clock: Clock = field(default_factory=Clock)  # what schedules, alarms and scaling go by
    events: ServiceEvents = field(default_factory=ServiceEvents)  # to the default event bus
    alarm_actions: AlarmActions = field(default_factory=AlarmActions)
    on_close: list[Callable[[], None]] = field(default_factory=list)
    kept: KeptState = field(default_factory=KeptState)
    faults: Faults = field(init=False)

    def __post_init__(self) -> None:
        """Answer calls with their faults."""
        self.faults = Faults(self.log)
        self.gateway.before_handler(self.faults.before_call)
        self.gateway.after_handler(self.faults.after_call)

    @property
    def endpoint_url(self) -> str:
        """Return `http://localhost:PORT`, not 127.0.0.1: template URLs are built from it."""
        return f"http://localhost:{self.port}"

    def role_credentials(
        self, role_arn: str, service: str, session_name: str, source_arn: str | None = None
    ) -> Credentials:
        """Return credentials of a deployed role, as the AWS service `service` would get them.

        Args:
            service: the service's principal, such as `lambda.amazonaws.com`.
            source_arn: the resource the service acts for, where trust policies may name it
                (`aws:SourceArn`).

        Raises:
            ApiError: the role does not exist or does not trust the service.
        """
        if self.assume_role_for_service is None:
            raise RuntimeError("the iam service must be installed before roles can be assumed")
        return self.assume_role_for_service(role_arn, service, session_name, source_arn)

    def client(
        self, service: str, credentials: Credentials = SERVICES, region: str | None = None
    ) -> Any:
        """Return a boto3 client that calls this embedded AWS over HTTP with these credentials.

        Without any, a service acts on its own behalf: no policy binds it.
        """
        return _client(service, credentials, region or self.default_region, self.endpoint_url)

    def child_environment(self, credentials: Credentials | None, region: str) -> dict[str, str]:
        """Return a child's environment: only its credentials and this endpoint."""
        environment = {
            "AWS_DEFAULT_REGION": region,
            "AWS_REGION": region,
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_EC2_METADATA_DISABLED": "true",
            # Else StartSyncExecution, TestState, StartLiveTail call `sync-localhost` and the like.
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        }
        return environment if credentials is None else environment | credentials.as_environment()


@functools.cache
def _session() -> boto3.session.Session:
    """Return the only session: reading service models is most of the cost of a client.

    It reads no profile or file of the user who runs this.
    """
    nowhere = (None, None, os.devnull, None)
    variables = {
        "profile": (None, None, None, None),
        "config_file": nowhere,
        "credentials_file": nowhere,
    }
    return boto3.session.Session(botocore_session=botocore.session.Session(variables))


_making_client = threading.Lock()  # sessions are not thread-safe


@functools.lru_cache(maxsize=256)
def _client(service: str, credentials: Credentials, region: str, endpoint_url: str) -> Any:
    config = Config(
        retries={"max_attempts": 0, "mode": "standard"},
        read_timeout=3600,
        s3={"addressing_style": "path"},
        max_pool_connections=32,
    )
    with _making_client:
        return _session().client(
            service,
            region_name=region,
            aws_access_key_id=credentials.access_key_id,
            aws_secret_access_key=credentials.secret_access_key,
            aws_session_token=credentials.session_token,
            endpoint_url=endpoint_url,
            config=config,
        )
