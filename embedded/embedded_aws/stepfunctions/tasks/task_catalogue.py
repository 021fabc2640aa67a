"""The service integrations that run here, and the class that runs each."""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_dynamodb import (  # noqa: E501
    StateTaskServiceDynamoDB,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_events import (  # noqa: E501
    StateTaskServiceEvents,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_lambda import (  # noqa: E501
    StateTaskServiceLambda,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sns import (  # noqa: E501
    StateTaskServiceSns,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sqs import (  # noqa: E501
    StateTaskServiceSqs,
)

from embedded_aws.stepfunctions.library.sdk_services import operation_of
from embedded_aws.stepfunctions.tasks.api_shapes import to_request
from embedded_aws.stepfunctions.tasks.aws_sdk_task import AwsSdkTask
from embedded_aws.stepfunctions.tasks.checked_task import CheckedTask
from embedded_aws.stepfunctions.tasks.nested_execution_task import NestedExecutionTask
from embedded_aws.stepfunctions.tasks.sagemaker_task import SageMakerTask


class _StrictTask(CheckedTask):
    """Checks before the interpreter's own task services, which drop what they do not know."""

    conditions: tuple[str | None, ...] = (None, "waitForTaskToken")

    def _validate_service_integration_is_supported(self) -> None:
        super()._validate_service_integration_is_supported()  # type: ignore[misc]
        condition, service = self.resource.condition, self.resource.service_name
        if condition not in self.conditions:
            raise ValueError(
                f"The resource provided {self.resource.resource_arn} is not recognized: {service} "
                f"has no '.{condition}' integration."
            )

    def _normalise_parameters(self, parameters: dict[str, Any], *names: Any, **more: Any) -> None:
        super()._normalise_parameters(parameters, *names, **more)  # type: ignore[misc]
        operation = operation_of(self.resource.service_name, self.resource.api_action)
        converted = to_request(dict(parameters), operation.input_shape)
        parameters.clear()
        parameters.update(converted)


class LambdaTask(_StrictTask, StateTaskServiceLambda):  # type: ignore[misc]
    """`lambda:invoke`."""


class SnsTask(_StrictTask, StateTaskServiceSns):  # type: ignore[misc]
    """`sns:publish`."""


class SqsTask(_StrictTask, StateTaskServiceSqs):  # type: ignore[misc]
    """`sqs:sendMessage`."""


class DynamoDbTask(_StrictTask, StateTaskServiceDynamoDB):  # type: ignore[misc]
    """`dynamodb:getItem`, `putItem`, `updateItem` and `deleteItem`."""

    conditions = (None,)


class EventsTask(_StrictTask, StateTaskServiceEvents):  # type: ignore[misc]
    """`events:putEvents`."""


_TASKS: dict[str, type[Any]] = {
    "aws-sdk": AwsSdkTask,
    "dynamodb": DynamoDbTask,
    "events": EventsTask,
    "lambda": LambdaTask,
    "sagemaker": SageMakerTask,
    "sns": SnsTask,
    "sqs": SqsTask,
    "states": NestedExecutionTask,
}


def task_service_for(service_name: str) -> Any:
    """Return a new task for a service integration; raises ValueError for an unsupported one."""
    if service_name not in _TASKS:
        raise ValueError(
            f"The embedded AWS does not support the service integration '{service_name}'; "
            f"supported: {', '.join(sorted(_TASKS))}."
        )
    return _TASKS[service_name]()
