"""What the Promote state machine does to a parameter and a stack, in good times and bad."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from autogluon_constructs.workflows.promote_definition import promote_definition
from tests.infrastructure.stubbed_machine import Ended, StubbedMachine, TaskError

OLD, NEW = "arn:aws:sagemaker:::model-package/g/1", "arn:aws:sagemaker:::model-package/g/2"
PARAMETER = "/autogluon/sandbox/predictors/income/live-model"
STACK = "autogluon-sandbox-income-endpoint"
ATTEMPTS = range(1, 7)  # of a call that CloudFormation refuses, retries included


def every(call: str, error: TaskError, *, first: int = 1) -> dict[str, TaskError]:
    """Refuse a call from its `first` time on, retries included."""
    return {f"{call}#{number}": error for number in range(first, first + len(ATTEMPTS))}


NOTHING = TaskError(
    "CloudFormation.CloudFormationException", "No updates are to be performed. (Status Code: 400)"
)


@dataclass
class Cloud:
    """One parameter, and one stack whose endpoint follows it after two looks."""

    live: str = OLD
    served: str = OLD
    status: str = "CREATE_COMPLETE"
    breaks: bool = False  # the new container does not start
    overtaken_by: str | None = None  # a later promotion, while this one was stopped
    stopped_at: str = ""  # a call, such as `putParameter#1`, before whose answer it is stopped
    rolls_back_silently: bool = False  # ... and CloudFormation does not see it
    stuck: bool = False  # the update back fails as well
    served_at_all: bool = True
    changed: bool = True
    pauses: bool = False  # the endpoint scales, and gets another instance type
    instance_type: str = "settings"
    scaling: str = "on"
    variant: str = "main"
    refuse: dict[str, TaskError] = field(default_factory=dict)
    calls: list[tuple[str, Any]] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    _looks: int = 0
    _outcome: Callable[[], None] | None = None

    def run(self) -> Ended:
        return self.machine().run({"predictor": "income", "model": NEW})

    def machine(self) -> StubbedMachine:
        handlers: dict[str, Callable[[Any], Any]] = {
            "PreparePromotion": self.prepare,
            "VerifyPromotion": self.verify,
            "aws-sdk:ssm:getParameter": self.get,
            "aws-sdk:ssm:putParameter": self.put,
            "aws-sdk:cloudformation:describeStacks": self.describe,
            "aws-sdk:cloudformation:updateStack": self.update,
            "ExplainStackFailure": self.explain,
            "aws-sdk:sagemaker:updateModelPackage": lambda _: {},
        }
        tasks = {name: self._recorded(name, handler) for name, handler in handlers.items()}
        self._machine = StubbedMachine(promote_definition(), tasks)
        return self._machine

    def called(self, name: str) -> list[Any]:
        return [arguments for called, arguments in self.calls if called.endswith(name)]

    def _recorded(self, name: str, handler: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def call(arguments: Any) -> Any:
            self.calls.append((name, arguments))
            key = f"{name.rpartition(':')[2]}#{len(self.called(name))}"
            if key in self.refuse:
                raise self.refuse[key]
            answer = handler(arguments)
            if key == self.stopped_at:
                self._machine.stop()
            return answer

        return call

    def prepare(self, _: Any) -> Any:
        return {
            "promotion": {
                "predictor": "income",
                "parameter_name": PARAMETER,
                "previous": OLD,
                "target": NEW if self.changed else OLD,
                "stack_name": STACK if self.served_at_all else None,
                "endpoint_name": "autogluon-sandbox-income" if self.served_at_all else None,
                "changed": self.changed,
                "stack_token": "promote-0a1b",
                "stack_parameters": {"InstanceType": "ml.m5.xlarge", **self._on},
                "previous_parameters": {"InstanceType": "settings", **self._on},
                "pauses_scaling": self.pauses,
                "put_back_pauses_scaling": self.pauses,
                "variant": self.variant,
            }
        }

    @property
    def _on(self) -> dict[str, str]:
        return {"Scaling": "on"} if self.pauses else {}

    def verify(self, event: Any) -> Any:
        target = event["promotion"]["target"]
        if self.served_at_all and self.served != target:
            message = json.dumps({"errorMessage": "the endpoint runs another model"})
            raise TaskError("PromotionError", message)
        return {"predictor": "income", "live_model": target}

    def get(self, arguments: Any) -> Any:
        assert arguments == {"Name": PARAMETER}
        return {"Parameter": {"Name": PARAMETER, "Value": self.overtaken_by or self.live}}

    def put(self, arguments: Any) -> Any:
        assert arguments == {"Name": PARAMETER, "Value": arguments["Value"], "Overwrite": True}
        self.live = arguments["Value"]
        return {"Version": 2}

    def describe(self, arguments: Any) -> Any:
        assert arguments == {"StackName": STACK}
        self._looks += 1
        if self._outcome is not None and self._looks >= 3:
            self._outcome()
            self._outcome = None
        parameters = [
            {"ParameterKey": "LiveModel", "ParameterValue": PARAMETER, "ResolvedValue": self.live},
            {"ParameterKey": "Other", "ParameterValue": "x"},
            {"ParameterKey": "InstanceType", "ParameterValue": self.instance_type},
        ]
        if self.pauses:
            parameters.append({"ParameterKey": "Scaling", "ParameterValue": self.scaling})
        return {"Stacks": [{"StackStatus": self.status, "Parameters": parameters}]}

    def update(self, arguments: Any) -> Any:
        given = arguments["Parameters"]
        asked = {item["ParameterKey"]: item.get("ParameterValue") for item in given}
        scaling = asked.get("Scaling") or self.scaling
        wanted = asked["InstanceType"] or self.instance_type
        if self.served == self.live and scaling == self.scaling:
            raise NOTHING
        self.history.append(arguments["ClientRequestToken"])
        self.status, self._looks = "UPDATE_IN_PROGRESS", 0
        before = (self.scaling, self.instance_type)
        self.scaling, self.instance_type = scaling, wanted
        self._outcome = lambda: self._finish(*before)
        return {"StackId": "id"}

    def _finish(self, scaling: str, instance_type: str) -> None:
        # SageMaker refuses another type for what scales until the target is gone.
        is_refused = self.pauses and scaling == "on" and instance_type != self.instance_type
        if is_refused or (self.live == NEW and self.breaks):
            self.scaling, self.instance_type = scaling, instance_type
            self.status = "UPDATE_ROLLBACK_COMPLETE"
        elif self.live == NEW and self.rolls_back_silently:
            self.status, self.served = "UPDATE_COMPLETE", "what nobody asked for"
        elif self.live == OLD and self.stuck:
            self.status = "UPDATE_ROLLBACK_FAILED"
        else:
            self.status, self.served = "UPDATE_COMPLETE", self.live

    def explain(self, event: Any) -> Any:
        assert event == {
            "stack_name": STACK,
            "status": self.status,
            "client_request_token": "promote-0a1b",
        }
        reason = "Endpoint: the container did not pass the ping check"
        return f"The stack {STACK} ended as {self.status}: {reason}"


def test_a_promotion_puts_the_parameter_updates_the_stack_and_verifies() -> None:
    cloud = Cloud()

    execution = cloud.run()

    assert execution.status == "SUCCEEDED"
    assert execution.output == {"predictor": "income", "live_model": NEW}
    assert (cloud.live, cloud.served) == (NEW, NEW)


def test_the_registry_records_when_a_version_went_live() -> None:
    cloud = Cloud()
    cloud.run()

    [recorded] = cloud.called("updateModelPackage")

    assert recorded["ModelPackageArn"] == NEW
    assert list(recorded["CustomerMetadataProperties"]) == ["live_since"]
    assert datetime.fromisoformat(recorded["CustomerMetadataProperties"]["live_since"]).tzinfo
    assert recorded["CustomerMetadataPropertiesToRemove"] == ["promotion_failed"]


def test_the_registry_does_not_record_a_version_beside_the_main_one_as_live() -> None:
    # A rollback of the main variant would return to it.
    cloud = Cloud(variant="challenger")

    assert cloud.run().status == "SUCCEEDED"
    assert cloud.called("updateModelPackage") == []


def test_the_registry_records_that_a_promotion_failed() -> None:
    cloud = Cloud(breaks=True)
    cloud.run()

    [recorded] = cloud.called("updateModelPackage")

    assert recorded["ModelPackageArn"] == NEW
    assert list(recorded["CustomerMetadataProperties"]) == ["promotion_failed"]


@pytest.mark.parametrize("breaks", [False, True])
def test_a_registry_that_records_nothing_decides_nothing(breaks: bool) -> None:
    denied = TaskError("SageMaker.SageMakerException", "denied")
    refuse = {f"updateModelPackage#{attempt}": denied for attempt in ATTEMPTS}
    cloud = Cloud(breaks=breaks, refuse=refuse)

    execution = cloud.run()

    assert execution.status == ("FAILED" if breaks else "SUCCEEDED")
    assert cloud.live == (OLD if breaks else NEW)
    assert "denied" not in (execution.cause or "")


def test_the_stack_is_updated_with_its_own_template_and_parameters() -> None:
    cloud = Cloud()
    cloud.run()

    [update] = cloud.called("updateStack")

    assert update["StackName"] == STACK
    assert update["UsePreviousTemplate"] is True
    assert update["RoleARN"] == "${EndpointStackRole}"
    assert update["ClientRequestToken"] == "promote-0a1b"
    assert update["Parameters"] == [
        {"ParameterKey": "LiveModel", "UsePreviousValue": True},
        {"ParameterKey": "Other", "UsePreviousValue": True},
        {"ParameterKey": "InstanceType", "ParameterValue": "ml.m5.xlarge"},
    ]


def test_it_waits_while_the_stack_is_in_progress() -> None:
    cloud = Cloud()

    execution = cloud.run()

    assert execution.path.count("WaitForStack") == 3


def test_a_model_that_is_live_already_is_verified_and_nothing_is_touched() -> None:
    cloud = Cloud(changed=False)

    execution = cloud.run()

    assert execution.output == {"predictor": "income", "live_model": OLD}
    assert [name for name, _ in cloud.calls] == ["PreparePromotion", "VerifyPromotion"]


def test_a_live_model_that_is_not_really_served_fails_and_nothing_is_touched() -> None:
    cloud = Cloud(changed=False, served="something else")

    execution = cloud.run()

    assert execution.error == "PromotionError"
    assert cloud.called("putParameter") == []


def test_without_an_endpoint_the_parameter_is_all_there_is() -> None:
    cloud = Cloud(served_at_all=False)

    execution = cloud.run()

    assert execution.status == "SUCCEEDED"
    assert cloud.live == NEW
    assert cloud.called("updateStack") == []


def test_nothing_to_update_is_success_when_the_model_is_served() -> None:
    cloud = Cloud(served=NEW)

    execution = cloud.run()

    assert execution.status == "SUCCEEDED"
    assert cloud.live == NEW


def test_a_container_that_does_not_start_ends_failed_with_its_reason_and_the_old_value() -> None:
    cloud = Cloud(breaks=True)

    execution = cloud.run()

    assert execution.status == "FAILED"
    assert execution.error == "PromotionError"
    assert execution.cause == (
        f"The stack {STACK} ended as UPDATE_ROLLBACK_COMPLETE: "
        "Endpoint: the container did not pass the ping check"
    )
    assert (cloud.live, cloud.served) == (OLD, OLD)
    assert cloud.history == ["promote-0a1b"]


def test_a_silent_roll_back_is_found_and_the_stack_is_put_back() -> None:
    cloud = Cloud(rolls_back_silently=True)

    execution = cloud.run()

    assert execution.error == "PromotionError"
    assert execution.cause == "the endpoint runs another model"
    assert (cloud.live, cloud.served, cloud.status) == (OLD, OLD, "UPDATE_COMPLETE")
    assert cloud.history == ["promote-0a1b", "promote-0a1b-back"]
    instances = [update["Parameters"][-1] for update in cloud.called("updateStack")]
    assert instances == [
        {"ParameterKey": "InstanceType", "ParameterValue": "ml.m5.xlarge"},
        {"ParameterKey": "InstanceType", "ParameterValue": "settings"},
    ]


def test_a_stack_that_cannot_be_put_back_is_told_besides() -> None:
    cloud = Cloud(rolls_back_silently=True, stuck=True)

    execution = cloud.run()

    assert execution.cause == (
        f"the endpoint runs another model; besides, the stack {STACK} could not be put back and "
        "ended as UPDATE_ROLLBACK_FAILED"
    )
    assert cloud.live == OLD


def test_an_update_that_is_refused_puts_the_parameter_back_and_keeps_the_refusal() -> None:
    refused = TaskError("CloudFormation.CloudFormationException", "the role may not do this")
    cloud = Cloud(refuse=every("updateStack", refused))

    execution = cloud.run()

    assert execution.cause == "the role may not do this"
    assert cloud.live == OLD


def test_a_parameter_that_cannot_be_put_changes_nothing_else() -> None:
    cloud = Cloud(refuse=every("putParameter", TaskError("Ssm.SsmException", "denied")))

    execution = cloud.run()

    assert execution.cause == "denied"
    assert cloud.called("updateStack") == []
    assert {call["Value"] for call in cloud.called("putParameter")} == {NEW}


def test_a_parameter_that_cannot_be_put_back_is_told_besides() -> None:
    cloud = Cloud(
        breaks=True, refuse=every("putParameter", TaskError("Ssm.SsmException", "denied"), first=2)
    )

    execution = cloud.run()

    assert "ended as UPDATE_ROLLBACK_COMPLETE" in (execution.cause or "")
    assert (execution.cause or "").endswith(
        f"; besides, the parameter {PARAMETER} could not be put back: denied"
    )


def test_what_a_later_promotion_has_put_there_stays() -> None:
    cloud = Cloud(rolls_back_silently=True, overtaken_by="arn:aws:sagemaker:::model-package/g/3")

    execution = cloud.run()

    assert execution.error == "PromotionError"
    assert len(cloud.called("putParameter")) == 1
    assert len(cloud.called("updateStack")) == 1


@pytest.mark.parametrize(
    "stopped_at",
    [
        "describeStacks#2",  # while scaling is switched off
        "putParameter#1",
        "describeStacks#5",  # before the update
    ],
)
def test_a_redriven_promotion_takes_its_turn_before_it_changes_anything(stopped_at: str) -> None:
    cloud = Cloud(pauses=True, stopped_at=stopped_at)
    machine = cloud.machine()
    assert machine.run({"predictor": "income", "model": NEW}).status == "ABORTED"
    made = len(cloud.calls)
    cloud.live = cloud.served = "arn:aws:sagemaker:::model-package/g/3"  # another one's turn
    cloud.status, cloud.scaling = "UPDATE_COMPLETE", "on"

    ended = machine.redrive()

    then = [each for each in cloud.calls[made:] if "describe" not in each[0]]
    assert then[0][0] == "PreparePromotion"
    assert then[0][1]["input"] == {"predictor": "income", "model": NEW}
    assert (ended.status, cloud.live, cloud.served) == ("SUCCEEDED", NEW, NEW)
    assert cloud.history[-2:] == ["promote-0a1b-1-pause", "promote-0a1b-1"]


@pytest.mark.parametrize(("asked", "again"), [("previous", NEW), ("last-live", "last-live")])
def test_a_redriven_return_to_the_previous_version_goes_no_further_back(
    asked: str, again: str
) -> None:
    cloud = Cloud(stopped_at="putParameter#1")
    machine = cloud.machine()
    assert machine.run({"predictor": "income", "model": asked}).status == "ABORTED"

    assert machine.redrive().status == "SUCCEEDED"

    inputs = [event["input"] for event in cloud.called("PreparePromotion")]
    assert inputs == [{"predictor": "income", "model": model} for model in (asked, again)]


def test_a_promotion_that_is_redriven_behind_its_update_goes_on() -> None:
    cloud = Cloud(stopped_at="describeStacks#3")
    machine = cloud.machine()
    assert machine.run({"predictor": "income", "model": NEW}).status == "ABORTED"

    ended = machine.redrive()

    assert ended.status == "SUCCEEDED"
    assert len(cloud.called("PreparePromotion")) == 1


def test_a_parameter_that_cannot_be_read_is_told_besides() -> None:
    denied = TaskError("Ssm.SsmException", "denied")
    cloud = Cloud(breaks=True, refuse=every("getParameter", denied))

    execution = cloud.run()

    assert (execution.cause or "").endswith(
        f"; besides, the parameter {PARAMETER} could not be put back: denied"
    )


def test_a_stack_that_cannot_be_read_puts_the_parameter_back() -> None:
    gone = TaskError("CloudFormation.CloudFormationException", "gone")
    cloud = Cloud(refuse={f"describeStacks#{attempt}": gone for attempt in ATTEMPTS})

    execution = cloud.run()

    assert execution.cause == "gone"
    assert cloud.live == OLD


def test_events_that_cannot_be_read_leave_the_stacks_status_as_the_cause() -> None:
    denied = TaskError("CloudFormation.CloudFormationException", "x")
    cloud = Cloud(
        breaks=True, refuse={f"ExplainStackFailure#{attempt}": denied for attempt in ATTEMPTS}
    )

    execution = cloud.run()

    assert execution.cause == f"The stack {STACK} ended as UPDATE_ROLLBACK_COMPLETE"
    assert cloud.live == OLD


def test_another_type_switches_scaling_off_before_anything_else_and_on_with_the_type() -> None:
    cloud = Cloud(pauses=True)

    execution = cloud.run()

    assert execution.status == "SUCCEEDED"
    assert cloud.history == ["promote-0a1b-pause", "promote-0a1b"]
    pause, change = (update["Parameters"][2:] for update in cloud.called("updateStack"))
    assert pause == [
        {"ParameterKey": "InstanceType", "UsePreviousValue": True},
        {"ParameterKey": "Scaling", "ParameterValue": "off"},
    ]
    assert change == [
        {"ParameterKey": "InstanceType", "ParameterValue": "ml.m5.xlarge"},
        {"ParameterKey": "Scaling", "ParameterValue": "on"},
    ]
    order = [name for name, _ in cloud.calls if name.endswith(("updateStack", "putParameter"))]
    assert [name.rpartition(":")[2] for name in order] == [
        *("updateStack", "putParameter", "updateStack"),
    ]
    assert cloud.scaling == "on"


def test_a_type_that_does_not_start_leaves_scaling_on() -> None:
    cloud = Cloud(pauses=True, breaks=True)

    execution = cloud.run()

    assert "the container did not pass the ping check" in (execution.cause or "")
    assert cloud.history == ["promote-0a1b-pause", "promote-0a1b", "promote-0a1b-back"]
    assert (cloud.live, cloud.scaling) == (OLD, "on")


def test_the_former_type_is_put_back_in_two_updates() -> None:
    cloud = Cloud(pauses=True, rolls_back_silently=True)

    execution = cloud.run()

    assert execution.cause == "the endpoint runs another model"
    assert cloud.history == [
        f"promote-0a1b{which}" for which in ("-pause", "", "-back-pause", "-back")
    ]
    assert (cloud.live, cloud.served, cloud.status) == (OLD, OLD, "UPDATE_COMPLETE")
    assert (cloud.instance_type, cloud.scaling) == ("settings", "on")
    pause, back = (update["Parameters"][2:] for update in cloud.called("updateStack")[2:])
    assert pause == [
        {"ParameterKey": "InstanceType", "UsePreviousValue": True},
        {"ParameterKey": "Scaling", "ParameterValue": "off"},
    ]
    assert back == [
        {"ParameterKey": "InstanceType", "ParameterValue": "settings"},
        {"ParameterKey": "Scaling", "ParameterValue": "on"},
    ]
    # CloudFormation would read the former model with the pause, before its type is back.
    order = [name for name, _ in cloud.calls if name.endswith(("updateStack", "putParameter"))]
    assert [name.rpartition(":")[2] for name in order[3:]] == [
        *("updateStack", "putParameter", "updateStack"),
    ]


def test_a_parameter_that_cannot_be_put_back_leaves_scaling_on() -> None:
    denied = TaskError("Ssm.SsmException", "denied")
    cloud = Cloud(
        pauses=True, rolls_back_silently=True, refuse=every("putParameter", denied, first=2)
    )

    execution = cloud.run()

    assert execution.cause == (
        f"the endpoint runs another model; besides, the parameter {PARAMETER} could not be put "
        "back: denied"
    )
    assert (cloud.live, cloud.instance_type, cloud.scaling) == (NEW, "settings", "on")


def test_what_cannot_be_paused_is_put_back_in_one_update_and_told() -> None:
    refused = TaskError("CloudFormation.CloudFormationException", "throttled for long")
    cloud = Cloud(
        pauses=True,
        rolls_back_silently=True,
        refuse={f"updateStack#{attempt}": refused for attempt in range(3, 7)},
    )

    execution = cloud.run()

    assert execution.cause == (
        f"the endpoint runs another model; besides, the stack {STACK} could not be put back and "
        "ended as UPDATE_ROLLBACK_COMPLETE"
    )
    assert (cloud.live, cloud.instance_type, cloud.scaling) == (OLD, "ml.m5.xlarge", "on")


def test_a_parameter_that_cannot_be_put_leaves_scaling_on() -> None:
    denied = TaskError("Ssm.SsmException", "denied")
    cloud = Cloud(pauses=True, refuse=every("putParameter", denied))

    execution = cloud.run()

    assert execution.cause == "denied"
    assert cloud.history == ["promote-0a1b-pause", "promote-0a1b-back"]
    assert (cloud.live, cloud.scaling) == (OLD, "on")


def test_scaling_that_cannot_be_switched_off_changes_nothing_else() -> None:
    refused = TaskError("CloudFormation.CloudFormationException", "the role may not do this")
    cloud = Cloud(pauses=True, refuse=every("updateStack", refused))

    execution = cloud.run()

    assert execution.cause == "the role may not do this"
    assert cloud.called("putParameter") == []
