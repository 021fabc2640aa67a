"""What the Workflows stack gives to Lambdas, machines and clients."""

import json
from typing import Any

import pytest

from tests.infrastructure.conftest import Template, Templates
from tests.infrastructure.templates import flat, of_type, only
from tests.never_empty import never_empty

COMMON = {
    "AUTOGLUON_ENVIRONMENT",
    "PREDICTOR_PREFIX",
    "DATA_BUCKET",
    "ARTIFACT_BUCKET",
    "KMS_KEY_ARN",
}
PLANNERS = {"CODE_URI", "TRAINING_ROLE_ARN", "SERVING_ROLE_ARN"}
FURTHER = {
    "plan_training": PLANNERS,
    "plan_tuning": PLANNERS,
    "plan_batch": PLANNERS,
    "plan_drift": PLANNERS | {"DRIFT_ROLE_ARN"},
    "plan_processing": PLANNERS | {"PROCESSING_ROLE_ARN"},
    "report_failure": {"FAILURE_TOPIC_ARN"},
    "resume_scaling": {"PROMOTE_STATE_MACHINE_ARN"},
}


@pytest.fixture
def workflows(sandbox: Templates) -> Template:
    return sandbox["Workflows"]


def functions(template: Template) -> dict[str, dict[str, Any]]:
    """Function properties by handler."""
    return {
        resource["Properties"]["Handler"].split(".")[2]: resource["Properties"]
        for resource in of_type(template, "AWS::Lambda::Function").values()
    }


def test_there_is_one_function_per_step(workflows: Template) -> None:
    assert set(functions(workflows)) == {
        "plan_training",
        "summarize_training",
        "plan_tuning",
        "summarize_tuning",
        "stop_tuning",
        "plan_batch",
        "summarize_batch",
        "plan_drift",
        "summarize_drift",
        "plan_processing",
        "summarize_processing",
        "prepare_promotion",
        "verify_promotion",
        "explain_stack_failure",
        "report_failure",
        "clean_up_batch",
        "resume_scaling",
        "write_predictors",
        "configure_log_groups",
    }


def test_every_handler_exists(sandbox: Templates) -> None:
    from importlib.util import find_spec

    handlers = [
        function["Properties"]["Handler"]
        for template in sandbox.values()
        for function in of_type(template, "AWS::Lambda::Function").values()
    ]
    for handler in never_empty(handlers):
        module, _, _ = handler.rpartition(".")
        assert find_spec(module) is not None, module


def test_functions_get_the_variables_of_the_contract(workflows: Template) -> None:
    of_deployments = {"write_predictors", "configure_log_groups"}
    steps = {k: v for k, v in functions(workflows).items() if k not in of_deployments}
    for handler, properties in never_empty(steps.items()):
        variables = properties["Environment"]["Variables"]
        expected = COMMON | FURTHER.get(handler, set())
        assert set(variables) == expected, handler
        assert variables["AUTOGLUON_ENVIRONMENT"] == "sandbox"
        assert variables["PREDICTOR_PREFIX"] == "/autogluon/sandbox/predictors"


def test_planners_know_where_the_container_code_lies(workflows: Template) -> None:
    uri = flat(functions(workflows)["plan_training"]["Environment"]["Variables"]["CODE_URI"])

    assert uri.startswith("s3://cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}/")
    assert uri.endswith(".gz")


def test_training_jobs_can_fetch_exactly_that_code(workflows: Template) -> None:
    from tests.infrastructure.test_least_privilege import allowed

    uri = flat(functions(workflows)["plan_training"]["Environment"]["Variables"]["CODE_URI"])

    [readable] = allowed(workflows, "ContainerCode", "s3:GetObject")

    assert readable == uri.replace("s3://", "arn:<AWS::Partition>:s3:::")


def test_functions_that_read_whole_files_have_the_time_for_it(workflows: Template) -> None:
    for handler in ("plan_batch", "summarize_batch"):
        properties = functions(workflows)[handler]
        assert (properties["Timeout"], properties["MemorySize"]) == (900, 1769)


def test_every_log_group_is_kept_as_long_as_the_settings_say(
    sandbox: Templates, prod: Templates
) -> None:
    for templates, days in ((sandbox, 7), (prod, 365)):
        groups = [
            group["Properties"]
            for template in templates.values()
            for group in of_type(template, "AWS::Logs::LogGroup").values()
        ]
        for properties in never_empty(groups):
            assert properties["RetentionInDays"] == days


def test_every_function_writes_to_a_log_group_of_its_own(workflows: Template) -> None:
    groups = [flat(f["LoggingConfig"]["LogGroup"]) for f in functions(workflows).values()]

    assert len(set(groups)) == len(groups) == 19


def test_state_machines_have_the_names_of_the_contract(workflows: Template) -> None:
    machines = of_type(workflows, "AWS::StepFunctions::StateMachine").values()

    assert {m["Properties"]["StateMachineName"] for m in machines} == {
        "autogluon-sandbox-train",
        "autogluon-sandbox-tune",
        "autogluon-sandbox-batch-predict",
        "autogluon-sandbox-promote",
        "autogluon-sandbox-drift",
        "autogluon-sandbox-process",
    }


def test_clients_find_everything_in_the_deployment_parameter(workflows: Template) -> None:
    parameter = only(workflows, "AWS::SSM::Parameter")["Properties"]

    document = json.loads(flat(parameter["Value"]))

    assert parameter["Name"] == "/autogluon/sandbox/deployment"
    assert document["version"] == 1
    assert document["environment"] == "sandbox"
    assert document["predictors"] == ["housing", "income", "sandbox"]
    assert set(document) == {
        "version",
        "environment",
        "region",
        "data_bucket",
        "artifact_bucket",
        "kms_key_arn",
        "has_given_key",
        "shared_endpoints",
        "endpoint_names",
        "training_role_arn",
        "serving_role_arn",
        "failure_topic_arn",
        "state_machines",
        "predictors",
    }
    assert set(document["state_machines"]) == {
        "train",
        "tune",
        "batch_predict",
        "promote",
        "drift",
        "process",
    }


def test_every_unsuccessful_end_of_each_state_machine_is_reported(workflows: Template) -> None:
    [rule] = _rules(workflows, "ReportFailure")
    machines = of_type(workflows, "AWS::StepFunctions::StateMachine")

    pattern = rule["EventPattern"]
    assert pattern["source"] == ["aws.states"]
    assert pattern["detail-type"] == ["Step Functions Execution Status Change"]
    assert set(pattern["detail"]["status"]) == {"FAILED", "TIMED_OUT", "ABORTED"}
    assert {flat(arn) for arn in pattern["detail"]["stateMachineArn"]} == {
        f"<{logical_id}>" for logical_id in never_empty(machines)
    }
    _require_invoked_by_events(workflows, rule)


def test_what_is_left_of_an_unsuccessful_batch_is_cleaned_up(workflows: Template) -> None:
    [rule] = _rules(workflows, "CleanUpBatch")

    detail = rule["EventPattern"]["detail"]
    assert set(detail["status"]) == {"FAILED", "TIMED_OUT", "ABORTED"}
    [machine] = detail["stateMachineArn"]
    assert "BatchPredict" in flat(machine)
    _require_invoked_by_events(workflows, rule)


def test_scaling_that_a_promotion_left_off_is_switched_on(prod: Templates, rich: Templates) -> None:
    workflows = prod["Workflows"]
    [rule] = _rules(workflows, "ResumeScaling")

    detail = rule["EventPattern"]["detail"]
    assert {"TIMED_OUT", "ABORTED"} < set(detail["status"])
    [machine] = detail["stateMachineArn"]
    assert "Promote" in flat(machine)
    _require_invoked_by_events(workflows, rule)
    assert _rules(rich["Workflows"], "ResumeScaling") == []  # nothing scales there


def _rules(workflows: Template, function: str) -> list[dict[str, Any]]:
    rules = [rule["Properties"] for rule in of_type(workflows, "AWS::Events::Rule").values()]
    return [rule for rule in rules if function in flat(rule["Targets"][0]["Arn"])]


def _require_invoked_by_events(workflows: Template, rule: dict[str, Any]) -> None:
    [target] = rule["Targets"]
    permissions = [
        permission["Properties"]
        for permission in of_type(workflows, "AWS::Lambda::Permission").values()
        if permission["Properties"]["FunctionName"] == target["Arn"]
    ]
    [permission] = permissions
    assert permission["Principal"] == "events.amazonaws.com"
    assert "Rule" in flat(permission["SourceArn"])


def test_failures_are_published_encrypted_and_over_tls_only(workflows: Template) -> None:
    topic = only(workflows, "AWS::SNS::Topic")["Properties"]
    [statement, alarms] = only(workflows, "AWS::SNS::TopicPolicy")["Properties"]["PolicyDocument"][
        "Statement"
    ]

    assert "StoreKey" in flat(topic["KmsMasterKeyId"])
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert flat(alarms["Condition"]["ArnLike"]["aws:SourceArn"]).endswith(
        ":alarm:autogluon-sandbox-*"
    )


def test_every_address_of_the_settings_is_subscribed(sandbox: Templates, rich: Templates) -> None:
    assert of_type(sandbox["Workflows"], "AWS::SNS::Subscription") == {}
    subscription = only(rich["Workflows"], "AWS::SNS::Subscription")["Properties"]
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "oncall@example.com")
