"""Check a task's arguments by Step Functions' own list of fields before the task starts."""

from __future__ import annotations

import json
from typing import Any

from embedded_aws.stepfunctions.library.integration_fields import find_field_problems
from embedded_aws.stepfunctions.library.task_failure import task_failure


class CheckedTask:
    """A task state whose evaluated arguments end the execution where a field is not known.

    The error is `States.Runtime`, which no `States.ALL` catches.
    """

    resource: Any
    parargs: Any

    def _eval_parameters(self, env: Any) -> dict[str, Any]:
        given: Any = {}
        if self.parargs is not None:
            self.parargs.eval(env=env)
            given = env.stack.pop()
        if not isinstance(given, dict):
            raise refused_arguments(self, env, given, "The parameters must be a JSON object")
        problems = find_field_problems(self.resource.resource_arn, given, is_template=False)
        if problems:
            reason = ", ".join(problem.message for problem in problems)
            raise refused_arguments(self, env, given, reason)
        return given


def refused_arguments(task: Any, env: Any, arguments: Any, reason: str) -> Any:
    """Return the exception that ends the execution over a task's arguments.

    Worded as AWS does (aws-step-functions-data-science-sdk-python issue 15); the interpreter puts
    the state's name and the event's id before it.
    """
    return task_failure(
        env,
        "States.Runtime",
        f"The Parameters '{json.dumps(arguments)}' could not be used to start the Task: [{reason}]",
        resource=task.resource.api_action,
        resource_type=task.resource.service_name,
    )
