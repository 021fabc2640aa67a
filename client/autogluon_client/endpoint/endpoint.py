"""Handle a deployed endpoint: its state, its deletion, and answers to any number of rows."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from botocore.exceptions import ClientError

from autogluon_client.aws_errors import explained
from autogluon_client.data.answers import joined, parse_answer, parse_records
from autogluon_client.data.frames import is_frame
from autogluon_client.data.storage import local_copy
from autogluon_client.data.uploads import local_file
from autogluon_client.endpoint.asynchronous import Asynchronous
from autogluon_client.endpoint.caller import callers_level
from autogluon_client.endpoint.component import Component
from autogluon_client.endpoint.payloads import Payload, payload_of_file, payload_of_frame
from autogluon_client.endpoint.real_time import RealTime
from autogluon_client.endpoint.rows import Call, answer_rows, answer_together
from autogluon_client.endpoint.serverless import Serverless
from autogluon_client.endpoint.transport import Transport, endpoint_off
from autogluon_client.environment.connection import Connection
from autogluon_client.errors import EndpointOffError, InvalidArgumentError, NotSupportedError
from autogluon_client.executions.progress import Progress
from autogluon_client.workflows.promote import take_out_of_service
from autogluon_contracts.answer_attributes import UnknownCategories
from autogluon_contracts.content_types import JSONL

if TYPE_CHECKING:
    import pandas as pd

Answer = TypeVar("Answer")
# SageMaker's limit of an InferenceId.
_LONGEST_ID = 64


def _warn(unknown: UnknownCategories) -> None:
    warnings.warn(unknown.told(), stacklevel=callers_level())


class Endpoint(ABC):
    """A handle to an endpoint; creating it makes no request. Predictor types extend it.

    Args:
        endpoint_name: name of a SageMaker endpoint that serves a predictor of this type, or of an
            inference component that does.
        session: a boto3 session. Default: the ambient credentials.
        environment: the environment it belongs to; only `delete_endpoint` and asynchronous
            endpoints need it.
        variant: which of the endpoint's variants answers, such as `challenger`. Default: SageMaker
            chooses one for each request, by their weights.
        target_container: the hostname of the container that answers, where the endpoint's pipeline
            lets callers choose. Default: none is named.
        on_rows: called after each request with the rows answered and their total.
        on_waiting: called with a sentence when an asynchronous endpoint starts an instance first,
            when a component starts a copy, and when a serverless endpoint has no room for the
            request.
        on_unknown: called where cells hold categories that training did not see, after all rows
            are answered. Default: a warning. Asynchronous endpoints do not tell.
    """

    def __init__(
        self,
        endpoint_name: str,
        session: Any = None,
        *,
        environment: str | None = None,
        variant: str | None = None,
        target_container: str | None = None,
        on_rows: Callable[[int, int], None] = lambda _answered, _all: None,
        on_waiting: Callable[[str], None] | None = None,
        on_unknown: Callable[[UnknownCategories], None] = _warn,
    ) -> None:
        self._name = endpoint_name
        self._connection = Connection(environment, session)
        self._progress = Progress(verbosity=0)
        self._on_rows = on_rows
        self._on_waiting = on_waiting
        self._on_unknown = on_unknown
        self._variant = variant
        self._container = target_container
        self._answered_by: Mapping[str, int] = {}
        self._transport: Transport | None = None  # known after the first call

    @classmethod
    def of(
        cls,
        connection: Connection,
        endpoint_name: str,
        progress: Progress,
        *,
        variant: str | None = None,
    ) -> Self:
        """Return a handle that shares a connection and prints what it waits for."""
        endpoint = cls(endpoint_name, variant=variant)
        endpoint._connection, endpoint._progress = connection, progress
        return endpoint

    @property
    def endpoint_name(self) -> str:
        """Return the name of the SageMaker endpoint."""
        return self._name

    @property
    def answered_by(self) -> Mapping[str, int]:
        """Return how many requests of the last call each variant answered, by its name.

        Many rows take several requests. Asynchronous endpoints, which have one variant, say
        nothing.
        """
        return self._answered_by

    def __str__(self) -> str:
        return self._name

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._name!r})"

    @explained
    def status(self) -> str:
        """Return SageMaker's EndpointStatus, or a component's, such as `InService`.

        Raises:
            EndpointOffError: the endpoint does not exist.
        """
        try:
            answer = self._connection.client("sagemaker").describe_endpoint(EndpointName=self._name)
        except ClientError as error:
            component = self._component()
            if component is not None:
                return str(component["InferenceComponentStatus"])
            raise endpoint_off(self._name, error) or error from error
        return str(answer["EndpointStatus"])

    def _component(self) -> dict[str, Any] | None:
        """Return the inference component of this name; None where there is none to be seen."""
        try:
            found: dict[str, Any] = self._connection.client(
                "sagemaker"
            ).describe_inference_component(InferenceComponentName=self._name)
        except ClientError:  # that the endpoint is off is said then
            return None
        return found

    @explained
    def delete_endpoint(self) -> None:
        """Take the endpoint's predictor out of service, by its Promote state machine.

        Raises:
            InvalidArgumentError: the endpoint is not one of the environment's.
        """
        predictor = self._connection.deployment.predictor_of(self._name)
        if predictor is None:
            raise InvalidArgumentError(
                f"Endpoint {self._name!r} is not part of environment "
                f"{self._connection.environment!r}.",
                argument="endpoint_name",
                advice="Delete it where it was created: `aws sagemaker delete-endpoint "
                f"--endpoint-name {self._name}`.",
            )
        take_out_of_service(self._connection, predictor, self._progress)

    @abstractmethod
    def predict_table(
        self, data: Any, *, labels_only: bool = False, **options: Any
    ) -> pd.DataFrame:
        """Return the predictions as one DataFrame, in the columns that the endpoint answers.

        Args:
            data: rows, as the type's other calls take them.
            labels_only: whether to leave out how likely each class is.
            options: the type's inference arguments.
        """

    def predict_records(
        self, data: Any, *, labels_only: bool = False, **options: Any
    ) -> list[dict[str, Any]]:
        """Return the predictions as `predict_table` does, one record a row, None for missing.

        Types whose answers are records already override it, so that pandas is not needed.
        """
        table = self.predict_table(data, labels_only=labels_only, **options)
        records: list[dict[str, Any]] = (
            table.astype(object).where(table.notna(), None).to_dict(orient="records")
        )
        return records

    def explain(
        self,
        data: Any,  # noqa: ARG002 - types that have contributions override it
        *,
        model: str | None = None,  # noqa: ARG002 - likewise
    ) -> pd.DataFrame:
        """Return each row's prediction and the features' contributions to it.

        Raises:
            NotSupportedError: predictors of this type have none.
        """
        raise NotSupportedError(
            f"{type(self).__name__} has no contributions.",
            argument="explain",
            advice="Predict without them.",
        )

    @explained
    def _answers(
        self, data: Any, *, accept: str, attributes: str, inference_id: str | None = None
    ) -> tuple[pd.DataFrame, pd.Index | None]:
        """Return the answers to all rows of data, in order, and a DataFrame's own index."""

        def ask(call: Call, payload: Payload) -> pd.DataFrame:
            return joined(answer_rows(call, payload, lambda part: parse_answer(part, accept)))

        answers = self._send(ask, self._payload(data), accept, attributes, inference_id)
        return answers, data.index if is_frame(data) else None

    @explained
    def _answer_records(
        self, data: Any, *, attributes: str, inference_id: str | None = None
    ) -> list[dict[str, Any]]:
        """Return the answers to all rows of data, in order, as records."""

        def ask(call: Call, payload: Payload) -> list[dict[str, Any]]:
            parts = answer_rows(call, payload, parse_records)
            return [record for part in parts for record in part]

        return self._send(ask, self._payload(data), JSONL, attributes, inference_id)

    @explained
    def _whole_answer(self, data: Any, *, accept: str) -> pd.DataFrame:
        """Return the answer to all rows together, of a type that does not answer row by row."""

        def ask(call: Call, payload: Payload) -> pd.DataFrame:
            return answer_together(call, payload, lambda answer: parse_answer(answer, accept))

        return self._send(ask, self._payload(data), accept, attributes="")

    @explained
    def _whole_answer_records(self, data: Any) -> list[dict[str, Any]]:
        """Return the answer to all rows together, as records."""

        def ask(call: Call, payload: Payload) -> list[dict[str, Any]]:
            return answer_together(call, payload, parse_records)

        return self._send(ask, self._payload(data), JSONL, attributes="")

    def _send(
        self,
        ask: Callable[[Call, Payload], Answer],
        payload: Payload,
        accept: str,
        attributes: str,
        inference_id: str | None = None,
    ) -> Answer:
        """Ask by the endpoint's mode, which a refused first request reveals."""
        _require_inference_id(inference_id)
        found = self._transport or self._real_time(RealTime)
        call = Call(found, accept, attributes, self._on_rows, inference_id or "")
        try:
            answer = ask(call, payload)
        except EndpointOffError:
            other = None if self._transport is not None else self._transport_of_mode()
            if other is None:
                raise
            self._require_no_target()
            found = other
            call = Call(found, accept, attributes, self._on_rows, inference_id or "")
            answer = ask(call, payload)
        self._transport, self._answered_by = found, dict(call.answered_by)
        unknown = call.unknown_categories()
        if unknown.cells:
            self._on_unknown(unknown)
        return answer

    def _transport_of_mode(self) -> Transport | None:
        """Return the way to an endpoint of another mode than real time; None where it is not."""
        try:
            found = self._connection.client("sagemaker").describe_endpoint(EndpointName=self._name)
        except ClientError:  # that the endpoint is off has been said already
            component = self._component()
            if component is None:
                return None
            return Component(
                self._connection.client("sagemaker-runtime"),
                self._name,
                self._say,
                shared_endpoint=component["EndpointName"],
            )
        if "AsyncInferenceConfig" in found:
            return Asynchronous(self._connection, self._name, self._say)
        if any("CurrentServerlessConfig" in each for each in found.get("ProductionVariants", ())):
            return self._real_time(Serverless)
        return None

    def _real_time(self, kind: type[RealTime]) -> RealTime:
        return kind(
            self._connection.client("sagemaker-runtime"),
            self._name,
            self._say,
            self._variant,
            self._container,
        )

    def _require_no_target(self) -> None:
        """Refuse a variant or a container of an endpoint that has one."""
        given = {"variant": self._variant, "target_container": self._container}
        for argument, value in given.items():
            if value is not None:
                raise InvalidArgumentError(
                    f"Endpoint {self._name} is asynchronous, serverless or a component, and has "
                    f"one {argument.removeprefix('target_')}.",
                    argument=argument,
                    advice="Leave it out.",
                ) from None

    def _say(self, sentence: str) -> None:
        (self._on_waiting or self._progress.say)(sentence)

    def _payload(self, data: Any) -> Payload:
        if is_frame(data):
            return payload_of_frame(data)
        with (
            local_copy(self._connection.client("s3"), data)
            if str(data).startswith("s3://")
            else local_file("test_data", data)
        ) as path:
            return payload_of_file(path)


def _require_inference_id(given: str | None) -> None:
    if given is not None and not (0 < len(given) <= _LONGEST_ID and given.isascii()):
        raise InvalidArgumentError(
            f"inference_id: got {given!r}; allowed: 1 to {_LONGEST_ID} ASCII characters.",
            argument="inference_id",
        )
