"""Send requests to endpoints that answer at once: InvokeEndpoint."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from autogluon_client.endpoint.payloads import LARGEST_BYTES, MOST_ROWS
from autogluon_client.endpoint.refusals import refused
from autogluon_client.endpoint.transport import Limits, Reply, Request, endpoint_off
from autogluon_client.errors import EndpointRequestError, InvalidArgumentError
from autogluon_contracts.names import endpoint_log_group, production_variant, variant_named


@dataclass(frozen=True)
class _Wait:
    """Why SageMaker lets a request wait, and for how long it is sent again.

    Attributes:
        pauses: in seconds; each is shortened to half of it at most, so that callers take turns.
        told_at: the refusal that is worth a word, from 0 on.
        sentence: what is said then, of the endpoint's name.
        problem: what is wrong when patience ends.
    """

    pauses: tuple[int, ...]
    told_at: int
    sentence: str
    problem: str
    advice: str


_WAITS = {
    # At its maximum concurrency, or at the account's quota of requests.
    "ThrottlingException": _Wait(
        (1, 2, 4, 8, 15, 30, 60),  # two minutes in all, longer than an answer takes
        1,
        "Endpoint {} answers as many requests as it may at once; this one is sent again until "
        "there is room.",
        "Endpoint {} had no room for the request for about two minutes: it answers as many as it "
        "may at once.",
        "Send it again later. For a serverless endpoint, raise endpoint.max_concurrency in the "
        "settings and deploy; for another one, look at the quota of InvokeEndpoint requests.",
    ),
    # "A serverless endpoint variant's resources are still being provisioned" (API reference of
    # SageMaker Runtime). A container starts within 180 seconds or not at all (SageMaker guide,
    # "Invoke a serverless endpoint"), and the shortest of these pauses are longer.
    "ModelNotReadyException": _Wait(
        (2, 4, 8, *[15] * 24),
        0,
        "Endpoint {} starts a container for this request (a cold start), which takes at most "
        "three minutes; the request is sent again until then.",
        "Endpoint {} had no container that was ready for about five minutes, and a cold start "
        "takes at most three.",
        "See the endpoint's log for what its container waits for. More endpoint.memory_mb starts "
        "it faster, and endpoint.provisioned_concurrency keeps containers warm.",
    ),
}

_NO_VARIANT = re.compile(r"[Vv]ariant \S+ not found")
# In SageMaker's words for a container that does not exist, or that a caller has to choose.
_HOSTNAME = re.compile(r"container (\S+ not found|hostname)", re.IGNORECASE)
_FROM_CONTAINER = re.compile(r"error \(\d+\) from (?P<name>[\w-]+) with message")
_ONLY_CONTAINER = "primary"
_SENTENCE_OF_MESSAGE = re.compile(r'with message "(?P<text>.*)"\. See ', re.DOTALL)


@dataclass(frozen=True)
class RealTime:
    """A way to an endpoint whose answer its caller waits for.

    Args:
        runtime: boto3's client of SageMaker Runtime.
        endpoint: the endpoint's name.
        say: called with a sentence where SageMaker lets the request wait.
        variant: which of its variants answers; None lets SageMaker choose by their weights.
        container: the hostname of the container that answers, where callers choose one.
    """

    limits: ClassVar[Limits] = Limits(
        request_bytes=LARGEST_BYTES, answer_bytes=5_000_000, rows=MOST_ROWS, first_rows=5_000
    )

    runtime: Any
    endpoint: str
    say: Callable[[str], None]
    variant: str | None = None
    container: str | None = None

    @property
    def log_group(self) -> str:
        """Return where its containers log."""
        return endpoint_log_group(self.endpoint)

    @property
    def target(self) -> dict[str, str]:
        """Return the members of a request that say what is to answer."""
        target = {} if self.variant is None else {"TargetVariant": production_variant(self.variant)}
        if self.container is not None:
            target["TargetContainerHostname"] = self.container
        return {"EndpointName": self.endpoint, **target}

    def send(self, request: Request) -> Reply:
        """Return the answer; errors are those of `Transport`.

        A request that SageMaker throttles is sent again for about two minutes, and one that finds
        a container starting for about five.
        """
        refusals = dict.fromkeys(_WAITS, 0)
        while True:
            try:
                return self._send_once(request)
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code not in _WAITS:
                    raise
            wait, number = _WAITS[code], refusals[code]
            refusals[code] += 1
            if number == wait.told_at:
                self.say(wait.sentence.format(self.endpoint))
            if number == len(wait.pauses):
                raise EndpointRequestError(
                    wait.problem.format(self.endpoint), endpoint=self.endpoint, advice=wait.advice
                )
            time.sleep(wait.pauses[number] * random.uniform(0.5, 1))  # noqa: S311 - turns

    def _send_once(self, request: Request) -> Reply:
        try:
            answer = self.runtime.invoke_endpoint(
                Body=request.body, **self.target, **request.members()
            )
        except self.runtime.exceptions.ModelError as error:
            is_fault = error.response.get("OriginalStatusCode", 0) >= 500
            raise refused(
                self.endpoint,
                _text_of(error),
                is_fault=is_fault,
                log_group=self.log_group,
                container=_container_of(error),
            ) from error
        except ClientError as error:
            if self.variant is not None and _NO_VARIANT.search(str(error)):
                raise self._no_variant() from error
            if _HOSTNAME.search(str(error)):
                raise self._no_container(error) from error
            raise endpoint_off(self.endpoint, error) or error from error
        return Reply(
            answer["Body"].read(),
            answer.get("CustomAttributes", ""),
            variant_named(answer.get("InvokedProductionVariant", "")),
            answer.get("ContentType", ""),
        )

    def _no_container(self, error: ClientError) -> InvalidArgumentError:
        told = str(error.response["Error"]["Message"]).rstrip(".")
        return InvalidArgumentError(
            f"Endpoint {self.endpoint} refused target_container={self.container!r}: {told}.",
            argument="target_container",
            advice="Give the hostname of one of its containers where its pipeline's mode is "
            "'direct', and none otherwise.",
        )

    def _no_variant(self) -> InvalidArgumentError:
        return InvalidArgumentError(
            f"Endpoint {self.endpoint} has no variant {self.variant!r} in service.",
            argument="variant",
            advice="Put a version into it, or leave the variant out.",
        )


def _container_of(error: ClientError) -> str | None:
    """Return the container of a pipeline that refused; None where the endpoint has one."""
    found = _FROM_CONTAINER.search(str(error.response["Error"]["Message"]))
    return None if found is None or found["name"] == _ONLY_CONTAINER else found["name"]


def _text_of(error: ClientError) -> str:
    """Return the container's answer."""
    response: Any = error.response
    message = str(response["Error"]["Message"])
    found = _SENTENCE_OF_MESSAGE.search(message)
    return str(response.get("OriginalMessage") or (found["text"] if found else message))
