"""Keys that sign API calls, and the administrator's own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

# The key of a user with AdministratorAccess. It opens only this process on this machine, so it is
# not a secret.
ADMIN_ACCESS_KEY_ID = "AKIAEMBEDDEDADMIN001"
ADMIN_SECRET_ACCESS_KEY = "embedded-aws-admin"  # noqa: S105


@dataclass(frozen=True)
class Credentials:
    """Temporary or permanent keys, as boto3 and child processes take them."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None = None

    def as_environment(self) -> dict[str, str]:
        """Return the AWS_* variables that SDKs read."""
        environment = {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
        }
        if self.session_token:
            environment["AWS_SESSION_TOKEN"] = self.session_token
        return environment


ADMIN = Credentials(ADMIN_ACCESS_KEY_ID, ADMIN_SECRET_ACCESS_KEY)
# With these the services of this process call each other: no policy binds them, as on AWS none
# binds what a service does inside another one. The secret never leaves the process.
SERVICES = Credentials("AKIAEMBEDDEDSERVICES", secrets.token_urlsafe(30))
