"""Send requests to a running instance."""

from __future__ import annotations

import http.client
import json
from typing import Any

from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_contracts.embedded_instance import CONTROL_PATH, TOKEN_HEADER, EmbeddedInstance

_SECONDS = 120.0


def ask(instance: EmbeddedInstance, what: str, document: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to a request.

    Raises:
        CommandError: it does not answer, or cannot grant the request.
    """
    connection = http.client.HTTPConnection("127.0.0.1", instance.port, timeout=_SECONDS)
    try:
        body = json.dumps(document)
        headers = {TOKEN_HEADER: instance.token, "Content-Type": "application/json"}
        connection.request("POST", CONTROL_PATH + what, body, headers)
        response = connection.getresponse()
        answer: dict[str, Any] = json.loads(response.read())
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise CommandError(
            f"The embedded AWS {instance.name!r} does not answer on {instance.url} ({error}).",
            next_command=f"agcdk embedded logs --name {instance.name}",
            exit_code=ExitCode.AWS_ERROR,
        ) from error
    finally:
        connection.close()
    if response.status != 200:
        raise CommandError(
            str(answer["error"]),
            advice=str(answer.get("advice", "")),
            next_command=f"agcdk embedded status --name {instance.name}",
            exit_code=ExitCode.WORK_FAILED,
        )
    return answer
