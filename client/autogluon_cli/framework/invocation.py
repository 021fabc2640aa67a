"""Hold what every command works with: the environment, the output format, and AWS."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.local_endpoint import is_local
from autogluon_contracts.suggestions import did_you_mean

if TYPE_CHECKING:
    from autogluon_client.environment.connection import Connection

DEFAULT_ENVIRONMENT = "sandbox"
_CONNECT_SECONDS = 3


@dataclass
class Invocation:
    """One call of `agcdk`; it makes no request to AWS before a command needs one.

    `waits_for` is the name of the run that the command waits for, if it does.
    """

    environment: str = DEFAULT_ENVIRONMENT
    as_json: bool = False
    waits_for: str | None = None

    @property
    def settings_folder(self) -> Path:
        """Return the folder of `<environment>.yaml`: AUTOGLUON_CONFIG, or `config/`."""
        return Path(os.environ.get("AUTOGLUON_CONFIG") or "config")

    @property
    def settings_file(self) -> Path:
        """Return the path of the environment's settings."""
        return self.settings_folder / f"{self.environment}.yaml"

    def command(self, words: str) -> str:
        """Return `agcdk <words>`, with the option that names this environment if it needs one."""
        is_implied = self.environment == (
            os.environ.get("AUTOGLUON_ENVIRONMENT") or DEFAULT_ENVIRONMENT
        )
        return f"agcdk {words}" + ("" if is_implied else f" -e {self.environment}")

    @cached_property
    def connection(self) -> Connection:
        """Return the connection to the environment on AWS; raises as `session`."""
        from autogluon_client.environment.connection import Connection

        return Connection(self.environment, self.session)

    @cached_property
    def session(self) -> Any:
        """Return a boto3 session whose clients time out soon enough for someone who waits.

        Raises:
            CommandError: no region is set, or nothing listens at AWS_ENDPOINT_URL.
        """
        return self.new_session()

    def new_session(self, profile: str | None = None, region: str | None = None) -> Any:
        """Return a session of another profile or region than the ambient ones; raises as `session`.

        Raises:
            CommandError: as `session`; or this machine has no such profile.
        """
        _require_listener(os.environ.get("AWS_ENDPOINT_URL", ""))
        import boto3
        import botocore.session
        from botocore.config import Config

        core = botocore.session.Session(profile=profile)
        if profile is not None and profile not in core.available_profiles:
            raise CommandError(
                f"AWS profile {profile!r} is not on this machine"
                f"{did_you_mean(profile, core.available_profiles)}.",
                next_command="aws configure list-profiles",
                exit_code=ExitCode.AWS_ERROR,
            )
        if region is not None:
            core.set_config_variable("region", region)
        core.set_default_client_config(
            Config(
                connect_timeout=_CONNECT_SECONDS,
                retries={"mode": "standard", "total_max_attempts": 3},
                max_pool_connections=32,
            )
        )
        session = boto3.session.Session(botocore_session=core)
        if not session.region_name:
            raise CommandError(
                "No AWS region is set.",
                next_command="export AWS_DEFAULT_REGION=us-east-1",
                exit_code=ExitCode.AWS_ERROR,
            )
        return session

    def client(self, service: str) -> Any:
        """Return a boto3 client of the connection."""
        return self.connection.client(service)


pass_invocation = click.make_pass_decorator(Invocation, ensure=True)


def _require_listener(endpoint_url: str) -> None:
    """Detect at once, not after retries, that the embedded AWS is not running."""
    if not is_local(endpoint_url):
        return
    address = urlsplit(endpoint_url)
    try:
        socket.create_connection((address.hostname, address.port or 80), timeout=1).close()
    except OSError as error:
        raise CommandError(
            f"Nothing listens at {endpoint_url}, the value of AWS_ENDPOINT_URL "
            f"({error.strerror or error}).",
            next_command="make embedded",
            exit_code=ExitCode.AWS_ERROR,
        ) from error
