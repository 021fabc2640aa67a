"""Role sessions: the temporary credentials of AssumeRole, and their limits."""

from __future__ import annotations

import secrets
import string
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from embedded_aws.credentials import Credentials
from embedded_aws.iam.moto_state import RoleState

_KEY_ALPHABET = string.ascii_uppercase + string.digits


@dataclass(frozen=True)
class RoleSession:
    """One assumed role. `policy_documents` is None where the session has no session policy.

    `source_function_arn` is the Lambda function whose code has the session.
    """

    role_arn: str
    role_id: str
    arn: str
    name: str
    credentials: Credentials = field(repr=False)
    issued_at: datetime
    expires_at: datetime
    policy_documents: tuple[str, ...] | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    source_function_arn: str | None = None

    @property
    def user_id(self) -> str:
        """Return `<role id>:<session name>`."""
        return f"{self.role_id}:{self.name}"

    def is_expired(self) -> bool:
        """Return whether the session has expired."""
        return datetime.now(UTC) >= self.expires_at


class SessionStore:
    """Every session of this process, by access key."""

    def __init__(self) -> None:
        self._sessions: dict[str, RoleSession] = {}
        self._lock = threading.Lock()

    def open(
        self,
        role: RoleState,
        name: str,
        duration: timedelta,
        *,
        policy_documents: tuple[str, ...] | None = None,
        tags: Mapping[str, str] | None = None,
        source_function_arn: str | None = None,
    ) -> RoleSession:
        """Open a new session of `role`."""
        issued_at = datetime.now(UTC).replace(microsecond=0)
        account = role.arn.split(":")[4]
        session = RoleSession(
            role_arn=role.arn,
            role_id=role.id,
            arn=f"arn:aws:sts::{account}:assumed-role/{role.name}/{name}",
            name=name,
            credentials=_new_credentials(),
            issued_at=issued_at,
            expires_at=issued_at + duration,
            policy_documents=policy_documents,
            tags=tags or {},
            source_function_arn=source_function_arn,
        )
        with self._lock:
            self._sessions[session.credentials.access_key_id] = session
        return session

    def find(self, access_key_id: str) -> RoleSession | None:
        """Return the session with this access key, expired or not."""
        return self._sessions.get(access_key_id)


def _new_credentials() -> Credentials:
    access_key_id = "ASIA" + "".join(secrets.choice(_KEY_ALPHABET) for _ in range(16))
    return Credentials(access_key_id, secrets.token_urlsafe(30), secrets.token_urlsafe(96))
