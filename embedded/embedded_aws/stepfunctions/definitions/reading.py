"""Read definitions: the interpreter's program, single states, and what tasks they have."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any

from moto.stepfunctions.parser.asl.parse import asl_parser

from embedded_aws.stepfunctions.definitions.map_rules import for_parser


def load_program(definition: str) -> Any:
    """Return a new program of the interpreter for a definition without problems."""
    return asl_parser.Preprocessor().visit(_tree(for_parser(definition)))


def find_state(definition: str, name: str) -> dict[str, Any]:
    """Return the state of that name, at any depth; names are unique in a definition."""
    states = all_states(json.loads(definition), "")
    return next(state for path, state in states if path.rsplit("/States/", 1)[1] == name)


def synchronous_resources(definition: str) -> set[str]:
    """Return the Resources of a definition that end in `.sync`, at any depth."""
    return {
        str(state["Resource"])
        for _, state in all_states(json.loads(definition), "")
        if ".sync" in str(state.get("Resource", ""))
    }


def sub_machines(state: dict[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    """Yield the branches and the item processor of a state, with their paths."""
    branches = state.get("Branches")
    for index, branch in enumerate(branches if isinstance(branches, list) else []):
        yield f"{path}/Branches[{index}]", branch
    for key in ("ItemProcessor", "Iterator"):
        if key in state:
            yield f"{path}/{key}", state[key]


def all_states(machine: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every state with its path; what is not a state is left out."""
    states = machine.get("States") if isinstance(machine, dict) else None
    for name, state in states.items() if isinstance(states, dict) else ():
        if isinstance(state, dict):
            yield f"{path}/States/{name}", state
            for sub_path, sub_machine in sub_machines(state, f"{path}/States/{name}"):
                yield from all_states(sub_machine, sub_path)


@functools.lru_cache(maxsize=256)
def _tree(text: str) -> Any:
    """Return the syntax tree, which programs are made from; parsing is what takes the time."""
    listener = asl_parser.SyntaxErrorListener()
    lexer = asl_parser.ASLLexer(asl_parser.InputStream(text))
    parser = asl_parser.ASLParser(asl_parser.CommonTokenStream(lexer))
    parser.removeErrorListeners()
    parser.addErrorListener(listener)
    tree = parser.state_machine()
    if listener.errors:
        raise asl_parser.ASLParserException(errors=listener.errors)
    return tree
