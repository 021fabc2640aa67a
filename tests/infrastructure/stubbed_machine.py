"""Run our state machines on the embedded AWS's interpreter, with a stub for everything they call.

The embedded AWS's own code checks, parses and interprets the definition, without HTTP, roles and
real tasks. Waits and pauses between retries take no time.
"""

import contextlib
import functools
import io
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.component.state.exec.state_task import state_task_factory

from embedded_aws.clock import Clock
from embedded_aws.stepfunctions.definitions.machine import find_problems
from embedded_aws.stepfunctions.definitions.reading import load_program
from embedded_aws.stepfunctions.execution import execution as execution_module
from embedded_aws.stepfunctions.execution.execution import Execution, ExecutionOrder
from embedded_aws.stepfunctions.execution.machine_registry import MachineRegistry
from embedded_aws.stepfunctions.execution.state_machine import StateMachine, with_logging_defaults
from embedded_aws.stepfunctions.library import moto_patches
from embedded_aws.stepfunctions.maps.distributed_map import DistributedMaps
from embedded_aws.stepfunctions.maps.map_run_registry import MapRunRegistry
from embedded_aws.stepfunctions.tasks.api_shapes import epoch_milliseconds
from embedded_aws.stepfunctions.tasks.service_task import ServiceTask
from embedded_aws.stepfunctions.tasks.task_catalogue import task_service_for

Task = Callable[[Any], Any]

moto_patches.apply(task_service_for)
_ACCOUNT, _REGION = "123456789012", "us-east-1"
_MACHINE_ARN = f"arn:aws:states:{_REGION}:{_ACCOUNT}:stateMachine:machine"
_SECONDS = 60.0


class TaskError(Exception):
    """What a task fails with; `cause` may be JSON, as from Lambda and `.sync` integrations."""

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(f"{error}: {cause}")
        self.error, self.cause = error, cause


@dataclass
class Ended:
    """What happened: how the execution ended, and the states it went through."""

    status: str
    output: Any
    error: str | None
    cause: str | None
    path: list[str]


@dataclass
class StubbedMachine:
    """Runs `definition`; `tasks` maps a Lambda's placeholder or an integration to a stub.

    A distributed Map reads its items from the stub `s3:getObject`; `children` keeps how the
    executions of its items ended.
    """

    definition: Mapping[str, Any]
    tasks: Mapping[str, Task]
    children: list[Ended] = field(default_factory=list)
    _execution: Execution | None = None
    _ended: threading.Event = field(default_factory=threading.Event)

    def run(self, execution_input: Any) -> Ended:
        """Execute from the first state to an end."""
        definition = json.dumps(self.definition).replace("${Partition}", "aws")
        with _stubbed():
            return self._run(definition, json.dumps(execution_input))

    def stop(self) -> None:
        """Stop the execution, as a stub in the middle of it."""
        assert self._execution is not None
        self._execution.stop(None, None)

    def redrive(self) -> Ended:
        """Execute on from the state in which the execution was stopped."""
        assert self._execution is not None
        self._ended.clear()
        with _stubbed():
            self._execution.redrive()
            return self._wait(self._execution)

    def _run(self, definition: str, input_text: str) -> Ended:
        registry, map_runs = MachineRegistry(), MapRunRegistry()
        machine = StateMachine(
            name="machine",
            arn=_MACHINE_ARN,
            region=_REGION,
            definition=definition,
            role_arn="role",
            logging=with_logging_defaults(None),
            tracing={},
            encryption={},
            tags={},
        )
        registry.add(machine)
        maps = DistributedMaps(
            mock.Mock(iam=None), registry, map_runs, mock.Mock(), lambda _child: None
        )
        order = ExecutionOrder(
            name="run-1",
            arn=f"{_MACHINE_ARN.replace(':stateMachine:', ':execution:')}:run-1",
            machine_name=machine.name,
            machine_arn=machine.arn,
            definition=definition,
            session=_StubSession(self.tasks),
            run_map=maps.run,
            account_id=_ACCOUNT,
            region=_REGION,
            input_text=input_text,
        )
        execution = Execution(order, None, lambda _execution: self._ended.set())
        self._execution = execution
        registry.add_execution(machine.arn, execution)
        execution.start()
        ended = self._wait(execution)
        for run in map_runs.of_execution(order.arn):
            self.children += [_ended(child) for child in run.children]
        return ended

    def _wait(self, execution: Execution) -> Ended:
        found = self._ended.wait(_SECONDS)
        assert found, f"no end after {_SECONDS} s: {_path(execution)[-8:]}"
        return _ended(execution)


@contextlib.contextmanager
def _stubbed() -> Iterator[None]:
    with (
        mock.patch.object(state_task_factory, "state_task_service_for", _new_stub_task),
        mock.patch.object(execution_module, "load_program", _load_program),
    ):
        yield


class _StubTask(ServiceTask):
    """Answers any integration with the session's stub of its name."""

    timestamps = staticmethod(epoch_milliseconds)

    def _eval_parameters(self, env: Any) -> Any:
        """Let placeholders be requests; the planners' tests check the real ones."""
        self.parargs.eval(env=env)
        return env.stack.pop()

    def run(self, env: Any, session: Any, arguments: dict[str, Any]) -> Any:
        name = self.resource.resource_arn.removeprefix("arn:aws:states:::")
        is_lambda = name == "lambda:invoke"
        if is_lambda:
            name = arguments["FunctionName"].removeprefix("${").removesuffix("}")
            arguments = arguments["Payload"]
        try:
            answer = session.tasks[name](arguments)
        except TaskError as failure:
            raise self.fail(env, failure.error, failure.cause) from failure
        return {"Payload": answer} if is_lambda else answer

    def name_error(self, error: ClientError) -> tuple[str, str]:
        raise AssertionError(error)

    def _validate_service_integration_is_supported(self) -> None:
        """The real tasks of the embedded AWS check this; stubs take any integration."""


class _NoTime(Clock):
    """Lets Wait states and pauses between attempts end at once."""

    def wait(self, seconds: float, ended: Callable[[], bool] = lambda: False) -> bool:
        del seconds, ended
        return True


@dataclass
class _StubSession:
    """Stubs instead of a role's clients; for a distributed Map an S3 that reads from one."""

    tasks: Mapping[str, Task]
    role_arn: str = "role"
    clock: Clock = field(default_factory=_NoTime)

    def client(self, service: str) -> Any:
        assert service == "s3"
        return self

    def get_object(self, **arguments: Any) -> dict[str, Any]:
        try:
            items = self.tasks["s3:getObject"](arguments)
        except TaskError as failure:
            answer = {"Error": {"Code": failure.error, "Message": failure.cause}}
            raise ClientError(answer, "GetObject") from failure
        return {"Body": io.BytesIO(json.dumps(items).encode())}

    def put_object(self, **arguments: Any) -> None:
        json.loads(arguments["Body"])


def _new_stub_task(*, service_name: str) -> _StubTask:
    return _StubTask()


@functools.cache
def _load_program(definition: str) -> Any:
    """Check and parse once: parsing takes longer than most executions."""
    assert find_problems(definition) == []
    return load_program(definition)


def _ended(execution: Execution) -> Ended:
    return Ended(
        status=execution.status,
        output=None if execution.output is None else json.loads(execution.output),
        error=execution.error,
        cause=execution.cause,
        path=_path(execution),
    )


def _path(execution: Execution) -> list[str]:
    entered = (event.get("stateEnteredEventDetails") for event in execution.history.events())
    return [details["name"] for details in entered if details]
