"""The base of our task services: the execution's role, `.sync`, and named failures."""

from __future__ import annotations

import abc
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError
from moto.stepfunctions.parser.api import (
    HistoryEventExecutionDataDetails,
    HistoryEventType,
    TaskSubmittedEventDetails,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import (  # noqa: E501
    StateTaskService,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from embedded_aws.gateway import ApiError
from embedded_aws.stepfunctions.execution.role_session import RoleSession
from embedded_aws.stepfunctions.library.sdk_services import operation_of
from embedded_aws.stepfunctions.library.task_failure import TaskAbandonedError, task_failure
from embedded_aws.stepfunctions.tasks.api_shapes import (
    TimestampFormat,
    call_operation,
    to_request,
    to_result,
)
from embedded_aws.stepfunctions.tasks.checked_task import CheckedTask, refused_arguments

_POLL_SECONDS = 0.3


class ServiceTask(CheckedTask, StateTaskService, abc.ABC):  # type: ignore[misc] # moto is untyped
    """A task state whose Resource is a service integration."""

    supported: Mapping[str, tuple[str | None, ...]]  # action -> conditions; None: request-response
    timestamps: TimestampFormat

    @abc.abstractmethod
    def run(self, env: Any, session: RoleSession, arguments: dict[str, Any]) -> Any:
        """Do the task and return its JSON result; boto3's errors may pass through."""

    @abc.abstractmethod
    def name_error(self, error: ClientError) -> tuple[str, str]:
        """Return the error's name and cause."""

    def fail(self, env: Any, error: str, cause: str) -> Any:
        """Return the exception that fails this state."""
        return task_failure(
            env,
            error,
            cause,
            resource=self._get_sfn_resource(),
            resource_type=self._get_sfn_resource_type(),
        )

    def call(self, session: RoleSession, service: str, action: str, arguments: Any) -> Any:
        """Call an API with the execution's role; returns the result in the state's member names."""
        client = session.client(service)
        operation = operation_of(service, action)
        request = to_request(arguments, operation.input_shape) if operation.input_shape else {}
        response = call_operation(client, operation.name, request)
        return to_result(response, operation.output_shape, self.timestamps)

    def wait_until_done(self, env: Any, poll: Callable[[], Any], cancel: Callable[[], None]) -> Any:
        """Poll until there is a result.

        Raises:
            TaskAbandonedError: the state ended first; `cancel` has been called.
        """
        while env.is_running():
            result = poll()
            if result is not None:
                return result
            time.sleep(_POLL_SECONDS)
        cancel()
        raise TaskAbandonedError

    def submitted(self, env: Any, output: Any) -> None:
        """Record that a `.sync` task's job exists."""
        details = TaskSubmittedEventDetails(
            resource=self._get_sfn_resource(),
            resourceType=self._get_sfn_resource_type(),
            output=json.dumps(output),
            outputDetails=HistoryEventExecutionDataDetails(truncated=False),
        )
        env.event_manager.add_event(
            context=env.event_history_context,
            event_type=HistoryEventType.TaskSubmitted,
            event_details=EventDetails(taskSubmittedEventDetails=details),
        )

    def _validate_service_integration_is_supported(self) -> None:
        conditions = self.supported.get(self.resource.api_action)
        if conditions is None or self.resource.condition not in conditions:
            offered = ", ".join(
                action + (f".{condition}" if condition else "")
                for action, allowed in self.supported.items()
                for condition in allowed
            )
            raise ValueError(
                f"The embedded AWS does not support the resource '{self.resource.resource_arn}'; "
                f"of {self.resource.service_name} it supports: {offered}."
            )

    def _get_sfn_resource(self) -> str:
        condition = self.resource.condition
        return str(self.resource.api_action) + (f".{condition}" if condition else "")

    def _eval_service_task(
        self,
        env: Any,
        resource_runtime_part: Any,  # noqa: ARG002 - the interpreter's signature
        normalised_parameters: dict[str, Any],
        state_credentials: RoleSession,
    ) -> None:
        try:
            result = self.run(env, state_credentials, normalised_parameters)
        except ParamValidationError as error:
            raise refused_arguments(self, env, normalised_parameters, _one_line(error)) from error
        except ClientError as error:
            name, cause = self.name_error(error)
            raise self.fail(env, name, cause) from error
        except ApiError as error:  # the role cannot be assumed
            raise self.fail(env, "States.TaskFailed", str(error)) from error
        env.stack.append(result)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
