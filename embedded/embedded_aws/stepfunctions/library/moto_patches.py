"""The places in moto's Step Functions interpreter that this package replaces.

Each entry of `PLUG_POINTS` is a place in moto that `apply()` replaces; a contract test per entry
fails, naming it, when a moto upgrade moves or renames it.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from embedded_aws.stepfunctions.library import jsonpath_replacements
from embedded_aws.stepfunctions.library import moto_replacements as replacements

_ASL = "moto.stepfunctions.parser.asl"
_COMPONENT = f"{_ASL}.component"
PLUG_POINTS: dict[str, tuple[str, str]] = {
    # what it is for: (module, attribute path)
    "JSONata evaluation": (
        f"{_COMPONENT}.common.string.string_expression",
        "StringJSONata._eval_body",
    ),
    "field of an expression": (
        f"{_COMPONENT}.common.jsonata.jsonata_template_value",
        "JSONataTemplateValue._field_name",
    ),
    "field of a string": (
        f"{_COMPONENT}.common.string.string_expression",
        "StringJSONata._field_name",
    ),
    "variables in JSONPath": (
        f"{_COMPONENT}.common.string.string_expression",
        "StringVariableSample._eval_body",
    ),
    "Assign": (f"{_COMPONENT}.common.assign.assign_decl", "AssignDecl._eval_body"),
    "leaving a state": (
        f"{_COMPONENT}.state.state",
        "CommonStateField._get_state_exited_event_details",
    ),
    "assigned variables": (f"{_ASL}.eval.variable_store", "VariableStore.get_assigned_variables"),
    "ErrorEquals": (
        f"{_COMPONENT}.common.error_name.error_equals_decl",
        "ErrorEqualsDecl._eval_body",
    ),
    "error names": (
        f"{_COMPONENT}.common.error_name.custom_error_name",
        "CustomErrorName.__init__",
    ),
    "Choice": (f"{_COMPONENT}.state.choice.state_choice", "StateChoice._eval_state"),
    "Output of a task": (
        f"{_COMPONENT}.state.exec.execute_state",
        "ExecutionState._eval_state_output",
    ),
    "Map": (f"{_COMPONENT}.state.exec.state_map.state_map", "StateMap._eval_execution"),
    "Wait": (
        f"{_COMPONENT}.state.wait.wait_function.wait_function",
        "WaitFunction._wait_interval",
    ),
    "Wait for a timestamp": (
        f"{_COMPONENT}.state.wait.wait_function.timestamp",
        "Timestamp._get_wait_seconds",
    ),
    "Retry": (f"{_COMPONENT}.common.retry.retrier_decl", "RetrierDecl._eval_body"),
    "text of an intrinsic call": (
        f"{_ASL}.parse.intrinsic.preprocessor",
        "Preprocessor._text_of_str",
    ),
    "States.Format": (
        f"{_COMPONENT}.intrinsic.function.statesfunction.generic.string_format",
        "StringFormat._eval_body",
    ),
    "States.JsonToString": (
        f"{_COMPONENT}.intrinsic.function.statesfunction.json_manipulation.json_to_string",
        "JsonToString._eval_body",
    ),
    "StringMatches": (
        f"{_COMPONENT}.state.choice.comparison.operator.implementations.string_operators",
        "StringMatches._compare",
    ),
    "Variable of a rule": (
        f"{_COMPONENT}.state.choice.comparison.comparison_variable",
        "ComparisonVariable._eval_body",
    ),
    "ResultPath": (f"{_COMPONENT}.common.path.result_path", "ResultPath._eval_body"),
    "query languages": (f"{_ASL}.parse.asl_parser", "Preprocessor"),
    "string literals": (f"{_ASL}.parse.preprocessor", "from_string_literal"),
    "inner strings": (f"{_ASL}.parse.preprocessor", "Preprocessor._inner_string_of"),
    "credentials of a task": (
        f"{_COMPONENT}.state.exec.state_task.state_task",
        "StateTask._eval_state_credentials",
    ),
    "heartbeats": (
        f"{_COMPONENT}.state.exec.state_task.service.state_task_service_callback",
        "StateTaskServiceCallback._wait_for_task_token_heartbeat",
    ),
    "task services": (
        f"{_COMPONENT}.state.exec.state_task.state_task_factory",
        "state_task_service_for",
    ),
}
_REPLACEMENTS: dict[str, Any] = {
    "JSONata evaluation": replacements.evaluate_jsonata,
    "variables in JSONPath": replacements.evaluate_variable,
    "field of an expression": replacements.stay_in_field,
    "field of a string": replacements.stay_in_field,
    "Assign": replacements.assign_later,
    "assigned variables": replacements.get_assigned_variables,
    "ErrorEquals": replacements.match_error,
    "error names": replacements.keep_error_name,
    "Wait": replacements.wait_by_the_clock,
    "Wait for a timestamp": replacements.seconds_until,
    "Retry": replacements.retry_by_the_clock,
    "text of an intrinsic call": staticmethod(jsonpath_replacements.read_intrinsic_text),
    "States.Format": jsonpath_replacements.format_text,
    "States.JsonToString": jsonpath_replacements.write_json,
    "StringMatches": staticmethod(jsonpath_replacements.matches_pattern),
    "Variable of a rule": jsonpath_replacements.compare_variable,
    "ResultPath": jsonpath_replacements.place_result,
    "query languages": replacements.SeparateParser,
    "string literals": replacements.read_literal,
    "heartbeats": replacements.wait_with_heartbeats,
    "credentials of a task": replacements.session_of_execution,
}
_WRAPPERS: dict[str, Callable[[Callable[..., Any]], Any]] = {
    "leaving a state": replacements.describe_exit,
    "Choice": replacements.choose,
    "Map": replacements.run_map,
    "inner strings": replacements.read_inner_string,
    "Output of a task": replacements.write_output,
}
ORIGINALS: dict[str, Callable[..., Any]] = {}  # moto's own, by purpose, once patched
CLIENT_FACTORY = "boto_client_for"  # imported by name into every module that calls AWS


def apply(task_service_for: Callable[[str], Any]) -> None:
    """Patch the interpreter; repeated calls change nothing.

    Args:
        task_service_for: makes the task of a service integration, by the service's name.

    Raises:
        AttributeError, ImportError: moto is not the version these patches were written for.
    """
    plain = {**_REPLACEMENTS, "task services": task_service_for}
    for purpose, (module_name, path) in PLUG_POINTS.items():
        if purpose in ORIGINALS:
            continue
        owner, name = find_plug_point(module_name, path)
        ORIGINALS[purpose] = getattr(owner, name)
        wrap = _WRAPPERS.get(purpose)
        setattr(owner, name, wrap(ORIGINALS[purpose]) if wrap else plain[purpose])
    for module in client_factory_users():
        setattr(module, CLIENT_FACTORY, replacements.client_for)


def find_plug_point(module_name: str, path: str) -> tuple[Any, str]:
    """Return the object and the attribute name that a path like `Class.method` ends in."""
    owner: Any = importlib.import_module(module_name)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    if not hasattr(owner, name):
        raise AttributeError(f"moto's {module_name} has no {path}")
    return owner, name


def client_factory_users() -> list[ModuleType]:
    """Return the interpreter's loaded modules that make boto3 clients."""
    importlib.import_module(f"{_ASL}.parse.asl_parser")  # loads all of them
    return [
        module
        for name, module in list(sys.modules.items())
        if name.startswith(_ASL) and hasattr(module, CLIENT_FACTORY)
    ]
