"""State machines by a seed: valid ones with the end that they must have, and broken ones.

A generator writes a workflow, and works out by itself, from the same few rules, what it answers.
So a test compares two independent readings of the language: this one and the interpreter's.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Value = dict[str, Any]


@dataclass(frozen=True)
class GeneratedMachine:
    """A workflow, its input, and its predicted end; `status` is REFUSED for a broken one."""

    name: str
    definition: str
    given: Value
    status: str
    output: Any = None
    error: str | None = None


def generate(seed: int) -> GeneratedMachine:
    """Return the machine of a seed; two in three are valid."""
    random_ = random.Random(seed)
    language = random_.choice(["JSONPath", "JSONata"])
    writer = _Writer(random_, language)
    given = {"n": random_.randint(0, 9), "list": [random_.randint(0, 9) for _ in range(3)]}
    machine = writer.machine(random_.randint(2, 7), depth=0)
    name = f"{seed}-{language}"
    if seed % 3 == 2:
        broken = _break(random_, machine)
        return GeneratedMachine(f"{name}-broken", broken, given, "REFUSED")
    try:
        output = _run(machine, copy.deepcopy(given))
    except _FailedError as failure:
        return GeneratedMachine(name, json.dumps(machine), given, "FAILED", error=str(failure))
    return GeneratedMachine(name, json.dumps(machine), given, "SUCCEEDED", output)


class _FailedError(Exception):
    """The workflow ends with an error of this name."""


class _Writer:
    """Writes states in one query language."""

    def __init__(self, random_: random.Random, language: str) -> None:
        self._random = random_
        self._language = language
        self._count = 0

    def machine(self, length: int, *, depth: int) -> Value:
        """Return `length` states one after the other, some in branches of a Choice."""
        names = [self._name() for _ in range(length)]
        states: Value = {}
        for name, following in zip(names, [*names[1:], None], strict=True):
            state = self._state(depth)
            if state["Type"] == "Choice":
                yes, end = self._name(), following or self._name()
                state["Choices"][0]["Next"], state["Default"] = yes, end
                states[name] = state
                states[yes] = self._bump(7) | {"Next": end}
                if following is None:
                    states[end] = {"Type": "Succeed"}
                continue
            states[name] = state | ({"End": True} if following is None else {"Next": following})
        if depth == 0 and self._random.random() < 0.2:
            last = next(state for state in states.values() if state.get("End") or state["Type"] in
                        ("Succeed",))  # fmt: skip
            last.clear()
            last |= {"Type": "Fail", "Error": "Generated.Error", "Cause": "on purpose"}
        machine: Value = {"StartAt": names[0], "States": states}
        if depth == 0:
            machine["QueryLanguage"] = self._language
        return machine

    def _name(self) -> str:
        self._count += 1
        return f"S{self._count} {self._random.choice(['a', 'é', '$', 'x y'])}"

    def _state(self, depth: int) -> Value:
        kinds: list[Callable[[int], Value]] = [
            self._bump_some, self._keep, self._choose, self._wait,
        ]  # fmt: skip
        if depth < 2:
            kinds += [self._side_by_side, self._each]
        return self._random.choice(kinds)(depth)

    def _bump_some(self, _depth: int) -> Value:
        return self._bump(self._random.randint(1, 5))

    def _bump(self, by: int) -> Value:
        """Add to `n`, and keep the rest."""
        if self._language == "JSONata":
            output = "{% $merge([$states.input, {'n': $states.input.n + " + str(by) + "}]) %}"
            return {"Type": "Pass", "Output": output}
        parameters = {"v.$": f"States.MathAdd($.n, {by})"}
        return {"Type": "Pass", "Parameters": parameters, "ResultPath": "$.sum"}

    def _keep(self, _depth: int) -> Value:
        if self._language == "JSONata":
            copied = {field: f"{{% $states.input.{field} %}}" for field in ("n", "list")}
            return {"Type": "Pass", "Output": copied | {"k": [1, None]}}
        return {"Type": "Pass", "Result": {"k": [1, None, "é"]}, "ResultPath": "$.kept.deep"}

    def _choose(self, _depth: int) -> Value:
        limit = self._random.randint(0, 12)
        if self._language == "JSONata":
            rule: Value = {"Condition": "{% $states.input.n > " + str(limit) + " %}"}
        else:
            rule = {"Variable": "$.n", "NumericGreaterThan": limit}
            if self._random.random() < 0.5:
                rule = {"Not": {"Variable": "$.n", "NumericLessThanEquals": limit}}
        return {"Type": "Choice", "Choices": [rule]}

    def _wait(self, _depth: int) -> Value:
        return {"Type": "Wait", "Seconds": 0}

    def _side_by_side(self, depth: int) -> Value:
        branches = [self.machine(self._random.randint(1, 2), depth=depth + 1) for _ in range(2)]
        state: Value = {"Type": "Parallel", "Branches": branches}
        if self._language == "JSONata":
            return state | {"Output": "{% $merge([$states.input, {'both': $states.result}]) %}"}
        return state | {"ResultPath": "$.both"}

    def _each(self, depth: int) -> Value:
        processor = self.machine(self._random.randint(1, 2), depth=depth + 1)
        state: Value = {"Type": "Map", "ItemProcessor": processor, "MaxConcurrency": 2}
        if self._language == "JSONata":
            return state | {
                "Items": "{% $states.input.list %}",
                "ItemSelector": {
                    "n": "{% $states.context.Map.Item.Value %}",
                    "list": [],
                },
                "Output": "{% $merge([$states.input, {'each': $states.result}]) %}",
            }
        return state | {
            "ItemsPath": "$.list",
            "ItemSelector": {"n.$": "$$.Map.Item.Value", "list": []},
            "ResultPath": "$.each",
        }


def _run(machine: Value, given: Any) -> Any:
    """Return what the workflow answers, by the rules that the writer wrote it with."""
    return _run_states(machine, given, is_jsonata=machine["QueryLanguage"] == "JSONata")


def _run_states(machine: Value, value: Any, *, is_jsonata: bool) -> Any:
    name = machine["StartAt"]
    while True:
        state = machine["States"][name]
        kind = state["Type"]
        if kind == "Fail":
            raise _FailedError(state["Error"])
        if kind == "Choice":
            [rule] = state["Choices"]
            name = rule["Next"] if _holds(rule, value) else state["Default"]
            continue
        value = _after(state, value, is_jsonata=is_jsonata)
        if kind == "Succeed" or state.get("End"):
            return value
        name = state["Next"]


def _holds(rule: Value, value: Any) -> bool:
    if "Condition" in rule:
        return bool(value["n"] > int(rule["Condition"].split(">")[1].split("%")[0]))
    if "Not" in rule:
        return not value["n"] <= rule["Not"]["NumericLessThanEquals"]
    return bool(value["n"] > rule["NumericGreaterThan"])


def _after(state: Value, value: Any, *, is_jsonata: bool) -> Any:
    kind = state["Type"]
    if kind in ("Wait", "Succeed"):
        return value
    if kind == "Parallel":
        inner = [copy.deepcopy(value) for _ in state["Branches"]]
        results = [
            _run_states(branch, given, is_jsonata=is_jsonata)
            for branch, given in zip(state["Branches"], inner, strict=True)
        ]
        return value | {"both": results}
    if kind == "Map":
        items = [{"n": item, "list": []} for item in value["list"]]
        processor = state["ItemProcessor"]
        return value | {
            "each": [_run_states(processor, item, is_jsonata=is_jsonata) for item in items]
        }
    if not is_jsonata:
        if "Result" in state:
            return value | {"kept": {"deep": state["Result"]}}
        by = int(state["Parameters"]["v.$"].split(",")[1].strip(" )"))
        return value | {"sum": {"v": value["n"] + by}}
    if isinstance(state["Output"], dict):
        return {"n": value["n"], "list": value["list"], "k": [1, None]}
    by = int(state["Output"].split("+")[1].split("}")[0])
    return value | {"n": value["n"] + by}


def _break(random_: random.Random, machine: Value) -> str:
    """Return the text of the workflow with one of the mistakes that people and tools make."""
    mistakes: list[Callable[[random.Random, Value], str | None]] = [
        _cut_text, _no_start, _dangling, _no_end, _unknown_field, _wrong_type, _unreachable,
        _bad_retry, _bad_resource, _bad_expression, _not_an_object,
    ]  # fmt: skip
    broken = copy.deepcopy(machine)
    text = random_.choice(mistakes)(random_, broken)
    return json.dumps(broken) if text is None else text


def _first(machine: Value) -> Value:
    state: Value = machine["States"][machine["StartAt"]]
    return state


def _cut_text(random_: random.Random, machine: Value) -> str:
    text = json.dumps(machine)
    return text[: random_.randrange(len(text) - 1)] or "{"


def _no_start(_random: random.Random, machine: Value) -> None:
    del machine["StartAt"]


def _dangling(_random: random.Random, machine: Value) -> None:
    _first(machine)["Default" if _first(machine)["Type"] == "Choice" else "Next"] = "nowhere"


def _no_end(_random: random.Random, machine: Value) -> None:
    machine["States"] = {"A": {"Type": "Pass", "Next": "A"}}
    machine["StartAt"] = "A"


def _unknown_field(random_: random.Random, machine: Value) -> None:
    _first(machine)[random_.choice(["Colour", "next", "_comment", ""])] = 1


def _wrong_type(random_: random.Random, machine: Value) -> None:
    field = random_.choice(["Type", "Comment", "QueryLanguage"])
    _first(machine)[field] = random_.choice([5, None, [], {}, True])


def _unreachable(_random: random.Random, machine: Value) -> None:
    machine["States"]["island"] = {"Type": "Succeed"}


def _bad_retry(random_: random.Random, machine: Value) -> None:
    retry = random_.choice([5, {}, [5], [{}], [{"ErrorEquals": "E"}], [{"ErrorEquals": [5]}]])
    machine["States"] = {"P": {"Type": "Parallel", "End": True, "Retry": retry, "Branches": [
        {"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}]}}  # fmt: skip
    machine["StartAt"] = "P"


def _bad_resource(random_: random.Random, machine: Value) -> None:
    resource = random_.choice(
        ["f", "arn:aws:states:::", "arn:aws:states:::aws-sdk:", "arn:aws:states:::lambda:fly", 5,
         "arn:aws:states:::sagemaker:createModel.waitForTaskToken", "arn:aws:states:::a:b:c:d"]
    )  # fmt: skip
    field = "Arguments" if machine["QueryLanguage"] == "JSONata" else "Parameters"
    machine["States"] = {"T": {"Type": "Task", "Resource": resource, field: {}, "End": True}}
    machine["StartAt"] = "T"


def _bad_expression(random_: random.Random, machine: Value) -> None:
    if machine["QueryLanguage"] == "JSONata":
        text = random_.choice(["{% ( %}", "{% a.b %}", "{% $$ %}", "{% 1", "{% $x( %}"])
        state: Value = {"Type": "Pass", "Output": text, "End": True}
    else:
        path = random_.choice(["hello", "$.a[", "States.Fly()", "States.Format('", "$..", 5])
        state = {"Type": "Pass", "Parameters": {"a.$": path}, "End": True}
    machine["States"], machine["StartAt"] = {"P": state}, "P"


def _not_an_object(random_: random.Random, _machine: Value) -> str:
    return random_.choice(["[]", "5", '"x"', "null", "{}", '{"States": []}', "[" * 5000])
