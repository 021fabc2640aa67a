"""The lines by which jobs tell how far they are; reading them never costs the run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError

from autogluon_client.aws_errors import explain
from autogluon_client.errors import PermissionMissingError
from autogluon_client.executions.cloudwatch_logs import LogEvents


class ProgressLog:
    """The matches of a pattern in a job's log, each once.

    `is_readable` is false once the permission to read logs was missing.
    """

    def __init__(self, events: LogEvents, pattern: re.Pattern[str]) -> None:
        self._events, self._pattern = events, pattern
        self.is_readable = True

    def new(self) -> Iterator[re.Match[str]]:
        """The matches since the last call; none where AWS would not tell."""
        if not self.is_readable:
            return
        try:
            events = self._events.new()
        except (ClientError, BotoCoreError) as error:
            # Throttling passes; the wait for the run itself meets the rest.
            self.is_readable = not isinstance(explain(error), PermissionMissingError)
            return
        yield from filter(None, (self._pattern.search(event["message"]) for event in events))
