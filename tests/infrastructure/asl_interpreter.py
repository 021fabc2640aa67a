"""A small interpreter for our state machines: JSONata by jsonata-python, tasks by fakes.

It knows exactly the fields that our definitions use and refuses any other, so a test cannot pass on
something that it overlooked.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jsonata

Task = Callable[[Any], Any]

_KNOWN_FIELDS = {
    "Task": {"Type", "Resource", "Arguments", "Assign", "Output", "Retry", "Catch", "Next", "End"},
    "Map": {
        "Type", "Label", "ItemReader", "ItemSelector", "ItemProcessor", "MaxConcurrency",
        "ToleratedFailureCount", "ResultWriter", "Output", "Catch", "Next",
    },
    "Choice": {"Type", "Choices", "Default"},
    "Pass": {"Type", "Assign", "Next"},
    "Wait": {"Type", "Seconds", "Next"},
    "Succeed": {"Type", "Output"},
    "Fail": {"Type", "Error", "Cause"},
}  # fmt: skip
_DISTRIBUTED = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}


class TaskError(Exception):
    """What a task fails with; `cause` may be JSON, as from Lambda and `.sync` integrations."""

    def __init__(self, error: str, cause: str | None) -> None:
        super().__init__(f"{error}: {cause}")
        self.error, self.cause = error, cause


@dataclass
class Execution:
    """What happened: how it ended, and the states it went through."""

    status: str
    output: Any = None
    error: str | None = None
    cause: str | None = None
    path: list[str] = field(default_factory=list)


@dataclass
class Interpreter:
    """Runs `definition`; `tasks` maps a Lambda's placeholder or an integration to a fake.

    A distributed Map reads its items from the fake `s3:getObject` and runs one after the other,
    each as an execution of its own, up to the first failure; `children` keeps them.
    """

    definition: Mapping[str, Any]
    tasks: Mapping[str, Task]
    execution_name: str = "run-1"
    max_states: int = 200
    children: list[Execution] = field(default_factory=list)

    def run(self, execution_input: Any) -> Execution:
        """Execute from the first state to an end."""
        self._variables: dict[str, Any] = {}
        arn = f"arn:aws:states:us-east-1:123456789012:execution:machine:{self.execution_name}"
        self._context = {
            "Execution": {
                "Id": arn,
                "Name": self.execution_name,
                "StartTime": "2026-11-20T10:00:00Z",
                "Input": execution_input,
            }
        }
        name, data, execution = self.definition["StartAt"], execution_input, Execution("RUNNING")
        while len(execution.path) < self.max_states:
            execution.path.append(name)
            state = self.definition["States"][name]
            assert set(state) <= _KNOWN_FIELDS[state["Type"]], (name, set(state))
            scope = {"input": data, "context": self._context}
            if state["Type"] == "Fail":
                execution.status = "FAILED"
                execution.error = self._value(state["Error"], scope)
                execution.cause = self._value(state["Cause"], scope)
                return execution
            if state["Type"] == "Succeed":
                execution.status = "SUCCEEDED"
                execution.output = (
                    self._value(state["Output"], scope) if "Output" in state else data
                )
                return execution
            name, data = self._step(state, data, scope)
            if name == "":
                execution.status, execution.output = "SUCCEEDED", data
                return execution
        raise AssertionError(f"no end after {self.max_states} states: {execution.path[-8:]}")

    def _step(self, state: Mapping[str, Any], data: Any, scope: dict[str, Any]) -> tuple[str, Any]:
        if state["Type"] == "Choice":
            for rule in state["Choices"]:
                holds = self._value(rule["Condition"], scope)
                assert isinstance(holds, bool), (rule, holds)
                if holds:
                    return rule["Next"], data
            return state["Default"], data
        if state["Type"] in ("Task", "Map"):
            work = self._call if state["Type"] == "Task" else self._map
            try:
                scope["result"] = work(state, scope)
            except TaskError as failure:
                return self._caught(state, scope, failure), data
        # Assign and Output see the variables as they were.
        output = self._value(state["Output"], scope) if "Output" in state else None
        assigned = self._value(state.get("Assign", {}), scope)
        self._variables.update(assigned)
        if "Output" in state:
            data = output
        elif "result" in scope:
            data = scope["result"]
        return ("" if state.get("End") else state["Next"]), data

    def _map(self, state: Mapping[str, Any], scope: Mapping[str, Any]) -> Any:
        processor = dict(state["ItemProcessor"])
        assert processor.pop("ProcessorConfig") == _DISTRIBUTED
        assert state["ToleratedFailureCount"] == 0
        assert isinstance(self._value(state["MaxConcurrency"], scope), int)
        assert state["ItemReader"]["ReaderConfig"] == {"InputType": "JSON"}
        items = self._call(state["ItemReader"], scope)
        assert isinstance(items, list)
        for index, item in enumerate(items):
            context = {**self._context, "Map": {"Item": {"Index": index, "Value": item}}}
            given = self._value(state["ItemSelector"], {**scope, "context": context})
            child = Interpreter(processor, self.tasks, f"{self.execution_name}-{index}")
            self.children.append(child.run(given))
            if self.children[-1].status != "SUCCEEDED":
                raise TaskError(
                    "States.ExceedToleratedFailureThreshold",
                    "The specified tolerated failure threshold was exceeded",
                )
        written = self._value(state["ResultWriter"]["Arguments"], scope)
        key = f"{written['Prefix']}/{self.execution_name}/manifest.json"
        return {
            "MapRunArn": "arn",
            "ResultWriterDetails": {"Bucket": written["Bucket"], "Key": key},
        }

    def _call(self, state: Mapping[str, Any], scope: Mapping[str, Any]) -> Any:
        arguments = self._value(state["Arguments"], scope)
        resource = state["Resource"].removeprefix("arn:${Partition}:states:::")
        if resource == "lambda:invoke":
            function = arguments["FunctionName"].removeprefix("${").removesuffix("}")
            return {"Payload": _as_json(self.tasks[function](arguments["Payload"]))}
        return _as_json(self.tasks[resource](arguments))

    def _caught(self, state: Mapping[str, Any], scope: dict[str, Any], failure: TaskError) -> str:
        [catcher] = state["Catch"]
        assert catcher["ErrorEquals"] == ["States.ALL"]
        scope["errorOutput"] = {"Error": failure.error}
        if failure.cause is not None:
            scope["errorOutput"]["Cause"] = failure.cause
        self._variables.update(self._value(catcher.get("Assign", {}), scope))
        next_state: str = catcher["Next"]
        return next_state

    def _value(self, template: Any, scope: Mapping[str, Any]) -> Any:
        if isinstance(template, dict):
            return {key: self._value(value, scope) for key, value in template.items()}
        if isinstance(template, list):
            return [self._value(value, scope) for value in template]
        if isinstance(template, str) and template.startswith("{%"):
            return self._evaluate(template.removeprefix("{%").removesuffix("%}"), scope)
        return template

    def _evaluate(self, expression: str, scope: Mapping[str, Any]) -> Any:
        program = jsonata.Jsonata(expression)
        program.register_lambda("parse", json.loads)
        frame = program.create_frame()
        for name, value in {**self._variables, "states": dict(scope)}.items():
            frame.bind(name, value)
        return _as_json(program.evaluate(None, frame))


def _as_json(value: Any) -> Any:
    """What survives a state boundary: plain JSON."""
    return json.loads(json.dumps(value))
