"""Send requests to endpoints that answer at once: InvokeEndpoint."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from autogluon_client.endpoint.payloads import LARGEST_BYTES, MOST_ROWS
from autogluon_client.endpoint.refusals import refused
from autogluon_client.endpoint.transport import Limits, Reply, Request, endpoint_off

_SENTENCE_OF_MESSAGE = re.compile(r'with message "(?P<text>.*)"\. See ', re.DOTALL)


@dataclass(frozen=True)
class RealTime:
    """A way to an endpoint whose answer its caller waits for.

    Args:
        runtime: boto3's client of SageMaker Runtime.
        endpoint: the endpoint's name.
    """

    limits: ClassVar[Limits] = Limits(
        request_bytes=LARGEST_BYTES, answer_bytes=5_000_000, rows=MOST_ROWS, first_rows=5_000
    )

    runtime: Any
    endpoint: str

    def send(self, request: Request) -> Reply:
        """Return the answer; errors are those of `Transport`."""
        try:
            answer = self.runtime.invoke_endpoint(
                EndpointName=self.endpoint, Body=request.body, **request.members()
            )
        except self.runtime.exceptions.ModelError as error:
            is_fault = error.response.get("OriginalStatusCode", 0) >= 500
            raise refused(self.endpoint, _text_of(error), is_fault=is_fault) from error
        except ClientError as error:
            raise endpoint_off(self.endpoint, error) or error from error
        return Reply(answer["Body"].read(), answer.get("CustomAttributes", ""))


def _text_of(error: ClientError) -> str:
    """Return the container's answer."""
    response: Any = error.response
    message = str(response["Error"]["Message"])
    found = _SENTENCE_OF_MESSAGE.search(message)
    return str(response.get("OriginalMessage") or (found["text"] if found else message))
