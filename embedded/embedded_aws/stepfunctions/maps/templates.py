"""Evaluate the fields of a distributed Map state, in its query language."""

from __future__ import annotations

import json
from typing import Any, Protocol

from embedded_aws.stepfunctions.definitions.reading import load_program
from embedded_aws.stepfunctions.library.jsonata_engine import (
    JsonataError,
    evaluate,
    find_expression,
)
from embedded_aws.stepfunctions.library.moto_replacements import evaluation_failure, variables_of


class Templates(Protocol):
    """Gives values to what a state declares."""

    def value(self, declared: Any, field: str, about: dict[str, Any] | None = None) -> Any:
        """Return the value of a declared template; `about` is added to the context object."""

    def at_path(self, path: str) -> Any:
        """Return what a path finds."""


def templates_for(language: str, env: Any) -> Templates:
    """Return the evaluation of a query language for the state that `env` runs."""
    return _Jsonata(env) if language == "JSONata" else _JsonPath(env)


class _Jsonata:
    def __init__(self, env: Any) -> None:
        self._env = env

    def value(self, declared: Any, field: str, about: dict[str, Any] | None = None) -> Any:
        if isinstance(declared, dict):
            return {key: self.value(member, key, about) for key, member in declared.items()}
        if isinstance(declared, list):
            return [self.value(member, field, about) for member in declared]
        expression = find_expression(declared) if isinstance(declared, str) else None
        if expression is None:
            return declared
        context = {**self._env.states._states_data["context"], **(about or {})}
        states = {"input": self._env.states.get_input(), "context": context}
        try:
            return evaluate(expression, {**variables_of(self._env), "states": states})
        except JsonataError as error:
            raise evaluation_failure(self._env, expression, str(error), field) from error

    def at_path(self, path: str) -> Any:
        raise NotImplementedError(f"JSONata has no paths, got {path}")


class _JsonPath:
    """Lets the interpreter evaluate payload templates, in a Pass state made for each."""

    def __init__(self, env: Any) -> None:
        self._env = env
        self._compiled: dict[str, Any] = {}

    def value(self, declared: Any, field: str, about: dict[str, Any] | None = None) -> Any:
        if not isinstance(declared, dict | list):
            return declared
        env = self._env
        context = env.states.context_object.context_object_data
        added = about or {}
        context.update(added)
        depth, name = len(env.stack), env.next_field_name
        try:
            self._program({field: declared}).eval(env=env)
            return env.stack[-1][field]
        finally:
            del env.stack[depth:]
            env.next_field_name = name
            for key in added:
                del context[key]

    def at_path(self, path: str) -> Any:
        return self.value({"found.$": path}, "path")["found"]

    def _program(self, template: dict[str, Any]) -> Any:
        text = json.dumps(template)
        if text not in self._compiled:
            state = {"Type": "Pass", "Parameters": template, "End": True}
            program = load_program(json.dumps({"StartAt": "P", "States": {"P": state}}))
            self._compiled[text] = program.states.states["P"].parameters
        return self._compiled[text]
