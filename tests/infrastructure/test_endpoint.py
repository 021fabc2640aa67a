"""The endpoint stack: nothing while no model is live, everything when one is."""

from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk.aws_sagemaker import CfnModel

from autogluon_constructs.endpoint.variants.instance_variant import instance_variant
from autogluon_constructs.settings import RealTimeEndpoint
from tests.infrastructure.conftest import Template, Templates
from tests.infrastructure.templates import flat, of_type, only


@pytest.fixture
def income(sandbox: Templates) -> Template:
    return sandbox["IncomeEndpoint"]


def conditions(template: Template) -> dict[str, str]:
    return {r["Type"]: r.get("Condition", "always") for r in template["Resources"].values()}


def test_everything_in_the_stack_exists_only_while_a_model_is_live(
    sandbox: Templates, prod: Templates, rich: Templates
) -> None:
    stacks = [
        template
        for templates in (sandbox, prod, rich)
        for name, template in templates.items()
        if name.endswith("Endpoint")
    ]
    assert len(stacks) == 6
    for template in stacks:
        [(condition, expression)] = [
            entry for entry in template["Conditions"].items() if "IsLive" in entry[0]
        ]
        [parameter] = [
            name
            for name, declared in template["Parameters"].items()
            if declared["Type"] == "AWS::SSM::Parameter::Value<String>"
        ]
        assert expression == {"Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, "none"]}]}
        found = conditions(template)
    # Something has to be created on day zero, and this costs nothing.
    assert found.pop("AWS::CloudFormation::WaitConditionHandle") == "always"
    assert set(found.values()) == {condition}


def test_the_live_model_is_read_from_its_parameter_at_every_update(income: Template) -> None:
    [(name, parameter)] = ssm_parameters(income)

    assert parameter["Default"] == "/autogluon/sandbox/predictors/income/live-model"
    model = only(income, "AWS::SageMaker::Model")["Properties"]
    assert model["PrimaryContainer"]["ModelPackageName"] == {"Ref": name}


def test_a_promotion_may_choose_the_engine_and_without_one_the_container_has_its_own(
    income: Template,
) -> None:
    declared = income["Parameters"]["ServingEngine"]
    assert declared["AllowedValues"] == ["settings", "auto", "autogluon"]
    container = only(income, "AWS::SageMaker::Model")["Properties"]["PrimaryContainer"]
    condition, chosen, otherwise = container["Environment"]["Fn::If"]

    [lookup] = chosen.values()
    assert list(chosen) == ["AUTOGLUON_ENGINE"]
    assert lookup["Fn::FindInMap"][1] == {"Ref": "ServingEngine"}
    assert otherwise == {"Ref": "AWS::NoValue"}
    assert income["Conditions"][condition] == {"Fn::Not": [{"Fn::Equals": [lookup, "auto"]}]}
    values = income["Mappings"][lookup["Fn::FindInMap"][0]]
    assert values == {
        "settings": {"Value": "auto"},
        "auto": {"Value": "auto"},
        "autogluon": {"Value": "autogluon"},
    }


def ssm_parameters(template: Template) -> list[tuple[str, Any]]:
    kind = "AWS::SSM::Parameter::Value<String>"
    return [entry for entry in template["Parameters"].items() if entry[1]["Type"] == kind]


def test_what_a_new_model_replaces_has_no_name(income: Template) -> None:
    assert "ModelName" not in only(income, "AWS::SageMaker::Model")["Properties"]
    assert "EndpointConfigName" not in only(income, "AWS::SageMaker::EndpointConfig")["Properties"]
    endpoint = only(income, "AWS::SageMaker::Endpoint")["Properties"]
    assert endpoint["EndpointName"] == "autogluon-sandbox-income"


def test_one_variant_as_the_settings_say(income: Template) -> None:
    config = only(income, "AWS::SageMaker::EndpointConfig")["Properties"]

    [variant] = config["ProductionVariants"]

    assert variant["VariantName"] == "AllTraffic"
    assert (variant["InstanceType"], variant["InitialInstanceCount"]) == ("ml.m5.large", 1)
    assert "InferenceAmiVersion" not in variant
    assert "StoreKey" in flat(config["KmsKeyId"])


def test_a_promotion_may_choose_instances_within_the_guardrails(sandbox: Templates) -> None:
    template = sandbox["SandboxEndpoint"]
    config = only(template, "AWS::SageMaker::EndpointConfig")["Properties"]

    [variant] = config["ProductionVariants"]

    def values(found: Any, parameter: str) -> dict[str, Any]:
        mapping, key, attribute = found["Fn::FindInMap"]
        assert key == {"Ref": parameter}
        declared = template["Parameters"][parameter]
        entries = {name: entry[attribute] for name, entry in template["Mappings"][mapping].items()}
        assert (declared["Type"], declared["Default"]) == ("String", "settings")
        assert sorted(declared["AllowedValues"]) == sorted(entries)
        return entries

    assert values(variant["InstanceType"], "InstanceType") == {
        "settings": "ml.m5.large",
        "ml.m5.xlarge": "ml.m5.xlarge",
        "ml.m5.2xlarge": "ml.m5.2xlarge",
    }
    assert values(variant["InitialInstanceCount"], "InitialInstanceCount") == {
        "settings": 1,
        "1": 1,
        "2": 2,
    }


def test_network_isolation_follows_the_settings(sandbox: Templates, rich: Templates) -> None:
    def isolated(template: Template) -> Any:
        return only(template, "AWS::SageMaker::Model")["Properties"]["EnableNetworkIsolation"]

    assert isolated(sandbox["IncomeEndpoint"]) is True
    assert isolated(rich["VisionScoresEndpoint"]) is False


def test_autoscaling_tracks_invocations_and_survives_promotions(income: Template) -> None:
    target = only(income, "AWS::ApplicationAutoScaling::ScalableTarget")["Properties"]
    policy = only(income, "AWS::ApplicationAutoScaling::ScalingPolicy")["Properties"]
    [endpoint_id] = of_type(income, "AWS::SageMaker::Endpoint")

    assert flat(target["ResourceId"]) == f"endpoint/<{endpoint_id}.EndpointName>/variant/AllTraffic"
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 3)
    tracking = policy["TargetTrackingScalingPolicyConfiguration"]
    assert tracking["TargetValue"] == 600
    assert tracking["PredefinedMetricSpecification"] == {
        "PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"
    }
    endpoint = only(income, "AWS::SageMaker::Endpoint")["Properties"]
    assert endpoint["RetainAllVariantProperties"] is True


def test_scaling_is_on_unless_a_promotion_switches_it_off(income: Template) -> None:
    parameter = income["Parameters"]["Scaling"]
    assert (parameter["Default"], parameter["AllowedValues"]) == ("on", ["on", "off"])
    for kind in ("ScalableTarget", "ScalingPolicy"):
        [scaled] = of_type(income, f"AWS::ApplicationAutoScaling::{kind}").values()
        both = income["Conditions"][scaled["Condition"]]["Fn::And"]
        assert {"Fn::Equals": [{"Ref": "Scaling"}, "on"]} in both


def test_without_autoscaling_the_settings_count_rules_again(sandbox: Templates) -> None:
    housing = sandbox["HousingEndpoint"]

    assert of_type(housing, "AWS::ApplicationAutoScaling::ScalableTarget") == {}
    assert (
        "RetainAllVariantProperties" not in only(housing, "AWS::SageMaker::Endpoint")["Properties"]
    )


def test_a_gpu_endpoint_gets_its_host_image_and_no_key_on_nvme(rich: Templates) -> None:
    config = only(rich["VisionScoresEndpoint"], "AWS::SageMaker::EndpointConfig")["Properties"]

    [variant] = config["ProductionVariants"]

    assert variant["InferenceAmiVersion"] == "al2023-ami-sagemaker-inference-gpu-4-1"
    assert "KmsKeyId" not in config


def test_predictors_without_an_endpoint_have_no_stack(rich: Templates) -> None:
    assert set(rich) == {"Foundation", "Workflows", "Delivery", "VisionScoresEndpoint"}


def test_the_promote_role_can_read_every_parameter_of_the_stack(income: Template) -> None:
    # UpdateStack reads SSM-typed parameters as its caller; the role may read live models only.
    assert len(ssm_parameters(income)) == 1


def test_the_stack_holds_no_iam_resource(income: Template) -> None:
    assert not [k for k in conditions(income) if k.startswith("AWS::IAM::")]


def test_fallbacks_are_pools_by_priority_in_place_of_a_type() -> None:
    settings = RealTimeEndpoint(
        instance_type="ml.m5.large", fallback_instance_types=("ml.m5.xlarge", "ml.c5.xlarge")
    )
    stack = Stack(App(), "Any")
    model = CfnModel(stack, "Model", execution_role_arn="role")

    variant = instance_variant(stack, settings.main_variant, model=model, ami=None)

    assert variant.instance_type is None
    assert isinstance(variant.instance_pools, list)
    assert [(pool.instance_type, pool.priority) for pool in variant.instance_pools] == [
        ("ml.m5.large", 1),
        ("ml.m5.xlarge", 2),
        ("ml.c5.xlarge", 3),
    ]
