"""No role may do more than its purpose needs."""

import pytest
from policy_sentry.querying.actions import get_action_data, get_actions_for_service

from tests.infrastructure.conftest import Template, Templates
from tests.infrastructure.templates import Resource, flat, listed, of_type, statements
from tests.never_empty import never_empty

# Actions that know no resources, each with what bounds it.
UNBOUND_BY_RESOURCE = {
    "application-autoscaling:DescribeScalableTargets": "reads targets",
    "application-autoscaling:DescribeScalingPolicies": "reads policies",
    "application-autoscaling:DescribeScheduledActions": "reads schedules of targets",
    "xray:PutTelemetryRecords": "can only add trace data",
    "xray:PutTraceSegments": "can only add trace data",
    "xray:GetSamplingRules": "reads sampling rules",
    "xray:GetSamplingTargets": "reads sampling rules",
    "ecr:GetAuthorizationToken": "opens only repositories allowed besides",
    "cloudformation:DescribeStacks": "finds stacks that settings no longer declare; reads",
    "cloudwatch:GetMetricStatistics": "reads metrics",
    "cloudwatch:PutMetricData": "a condition names the namespaces",
    "logs:CreateLogDelivery": "Step Functions' logging, as AWS documents it",
    "logs:GetLogDelivery": "Step Functions' logging, as AWS documents it",
    "logs:UpdateLogDelivery": "Step Functions' logging, as AWS documents it",
    "logs:DeleteLogDelivery": "Step Functions' logging, as AWS documents it",
    "logs:ListLogDeliveries": "Step Functions' logging, as AWS documents it",
    "logs:PutResourcePolicy": "Step Functions' logging, as AWS documents it",
    "logs:DescribeResourcePolicies": "Step Functions' logging, as AWS documents it",
    "logs:DescribeLogGroups": "Step Functions' logging, as AWS documents it; lists log groups",
    "scheduler:ListSchedules": "lists names and states of schedules",
    "sagemaker:ListTrainingJobs": "lists names, states and times of training jobs",
    "sagemaker:ListModelPackageGroups": "lists names of model package groups",
    "ec2:DescribeDhcpOptions": "reads networks",
    "ec2:DescribeNetworkInterfaces": "reads networks",
    "ec2:DescribeSecurityGroups": "reads networks",
    "ec2:DescribeSubnets": "reads networks",
    "ec2:DescribeVpcs": "reads networks",
}


@pytest.fixture(scope="module", params=["sandbox", "prod", "rich", "guarded", "piped"])
def templates(request: pytest.FixtureRequest) -> Templates:
    found: Templates = request.getfixturevalue(request.param)
    return found


def everywhere(templates: Templates) -> list[tuple[str, Resource]]:
    """The statements of all stacks."""
    return never_empty(found for template in templates.values() for found in statements(template))


def roles(templates: Templates) -> list[Resource]:
    """The roles of all stacks."""
    return never_empty(
        role
        for template in templates.values()
        for role in of_type(template, "AWS::IAM::Role").values()
    )


def test_no_statement_has_a_wildcard_in_its_actions(templates: Templates) -> None:
    for policy, statement in everywhere(templates):
        assert statement["Effect"] == "Allow"
        assert not [a for a in listed(statement["Action"]) if "*" in a], policy


def test_only_actions_that_know_no_resources_get_all_of_them(templates: Templates) -> None:
    for policy, statement in everywhere(templates):
        if "*" in [flat(resource) for resource in listed(statement["Resource"])]:
            assert set(listed(statement["Action"])) <= set(UNBOUND_BY_RESOURCE), policy


def test_metrics_go_to_sagemakers_namespaces_only(templates: Templates) -> None:
    found = [
        statement
        for _, statement in statements(templates["Foundation"])
        if "cloudwatch:PutMetricData" in listed(statement["Action"])
    ]
    assert len(found) == 4
    for statement in found:
        namespaces = statement["Condition"]["StringLike"]["cloudwatch:namespace"]
        assert all("sagemaker" in namespace.lower() for namespace in namespaces)


def test_roles_are_passed_to_one_service_each_and_by_exact_arn(templates: Templates) -> None:
    passed = [
        (flat(statement["Resource"]), statement["Condition"])
        for _, statement in everywhere(templates)
        if "iam:PassRole" in listed(statement["Action"])
    ]
    for role, condition in never_empty(passed):
        assert "*" not in role
        for_stacks = "EndpointStacks" in role or ":role/cdk-hnb659fds-cfn-exec-role-" in role
        service = "cloudformation" if for_stacks else "sagemaker"
        assert condition == {"StringEquals": {"iam:PassedToService": f"{service}.amazonaws.com"}}
    # Train, Tune: training; BatchPredict, endpoint stacks: serving; Promote: endpoint stacks';
    # Drift, Process, MirrorWeights: their jobs'; CI: the CDK's.
    mirrors = any("MirrorWeights" in name for name in templates["Workflows"]["Outputs"])
    assert len(passed) == 7 + mirrors + ("Delivery" in templates)


def test_promotions_update_stacks_with_the_role_of_endpoint_stacks_only(
    templates: Templates,
) -> None:
    updates = [
        statement
        for policy, statement in everywhere(templates)
        if not policy.startswith("RolesDeploy")  # CI's, which deploys all of them
        if "cloudformation:UpdateStack" in listed(statement["Action"])
    ]
    [statement] = updates
    [(operator, keys)] = statement["Condition"].items()
    assert (operator, list(keys)) == ("StringEquals", ["cloudformation:RoleArn"])
    assert "EndpointStacks" in flat(keys["cloudformation:RoleArn"])


def test_the_role_of_endpoint_stacks_changes_no_role_and_no_policy(templates: Templates) -> None:
    actions = [
        action
        for policy, statement in everywhere(templates)
        if "EndpointStacks" in policy
        for action in listed(statement["Action"])
        if action.startswith("iam:")
    ]
    assert sorted(actions) == ["iam:CreateServiceLinkedRole", "iam:PassRole"]


def test_grants_on_the_key_are_for_aws_services_only(templates: Templates) -> None:
    grants = [
        statement
        for _, statement in everywhere(templates)
        if "kms:CreateGrant" in listed(statement["Action"])
    ]
    for statement in never_empty(grants):
        assert listed(statement["Action"]) == ["kms:CreateGrant"]
        assert statement["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}


def test_no_role_has_a_managed_policy(templates: Templates) -> None:
    for role in roles(templates):
        assert "ManagedPolicyArns" not in role["Properties"]


def of_services(templates: Templates) -> list[Resource]:
    """The roles of all stacks but those of CI."""
    return roles({name: found for name, found in templates.items() if name != "Delivery"})


def test_each_role_is_trusted_by_one_service(templates: Templates) -> None:
    for role in of_services(templates):
        [trust] = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Action"] == "sts:AssumeRole"
        assert set(trust["Principal"]) == {"Service"}
        assert isinstance(trust["Principal"]["Service"], str)


def test_services_assume_roles_for_resources_of_the_account_only(templates: Templates) -> None:
    # Lambda and CloudFormation document no source for the roles that they assume.
    conditions = {}
    for role in of_services(templates):
        [trust] = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        conditions[trust["Principal"]["Service"]] = trust.get("Condition")
    assert conditions.keys() >= {"sagemaker.amazonaws.com", "states.amazonaws.com"}
    for service, condition in conditions.items():
        if service in ("lambda.amazonaws.com", "cloudformation.amazonaws.com"):
            assert condition is None
            continue
        sources = [flat(arn) for arn in listed(condition["ArnLike"]["aws:SourceArn"])]
        assert not [arn for arn in sources if ":*:" in arn]
        assert "aws:SourceAccount" in condition["StringEquals"]


def test_a_state_machines_role_serves_that_machine_only(sandbox: Templates) -> None:
    trusted = {
        name: listed(trust["Condition"]["ArnLike"]["aws:SourceArn"])
        for name, role in of_type(sandbox["Workflows"], "AWS::IAM::Role").items()
        for trust in role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        if trust["Principal"]["Service"] == "states.amazonaws.com"
    }
    assert len(trusted) == 6
    for name, arns in trusted.items():
        [machine] = {flat(arn).rpartition(":")[2].partition("/")[0] for arn in arns}
        assert machine.replace("autogluon-sandbox-", "").replace("-", "") in name.lower()


def test_every_function_and_state_machine_has_a_role_of_its_own(templates: Templates) -> None:
    used = [
        (name, flat(resource["Properties"][key]))
        for name, template in templates.items()
        for kind, key in (
            ("AWS::Lambda::Function", "Role"),
            ("AWS::StepFunctions::StateMachine", "RoleArn"),
        )
        for resource in of_type(template, kind).values()
    ]
    assert len(set(used)) == len(never_empty(used))


def test_every_action_exists(templates: Templates) -> None:
    granted = {
        action for _, statement in everywhere(templates) for action in listed(statement["Action"])
    }
    for service in {action.partition(":")[0] for action in granted}:
        known = {action.lower() for action in get_actions_for_service(service)}
        assert {
            a for a in granted if a.startswith(f"{service}:") and a.lower() not in known
        } == set()


def test_actions_that_know_no_resources_are_not_scoped_to_any(templates: Templates) -> None:
    # Such a statement would never match, and the call would be denied.
    for policy, statement in everywhere(templates):
        if "*" in [flat(resource) for resource in listed(statement["Resource"])]:
            continue
        for action in listed(statement["Action"]):
            service, _, name = action.partition(":")
            known = get_action_data(service, name)[service]
            assert [k for k in known if k["resource_arn_format"] != "*"], (policy, action)


def allowed(template: Template, policy_prefix: str, action: str) -> set[str]:
    """The resources on which policies of one owner allow an action."""
    return {
        flat(resource)
        for policy, statement in statements(template)
        if policy.startswith(policy_prefix) and action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }


def test_train_runs_jobs_with_the_tag_of_its_own_executions_only(sandbox: Templates) -> None:
    place = "<AWS::Region>:<AWS::AccountId>"
    tag = f"arn:<AWS::Partition>:states:{place}:execution:autogluon-sandbox-train:*"
    found = {
        action: {
            key: flat(value)
            for keys in statement["Condition"].values()
            for key, value in keys.items()
        }
        for policy, statement in statements(sandbox["Workflows"])
        if policy.startswith("TrainRole")
        for action in listed(statement["Action"])
        if action.endswith(("TrainingJob", ":AddTags"))
    }

    requested = {"aws:RequestTag/autogluon:execution": tag}
    existing = {"aws:ResourceTag/autogluon:execution": tag}
    assert found == {
        "sagemaker:CreateTrainingJob": requested,
        "sagemaker:AddTags": {**requested, "sagemaker:TaggingAction": "CreateTrainingJob"},
        "sagemaker:DescribeTrainingJob": existing,
        "sagemaker:StopTrainingJob": existing,
    }


def test_batch_predict_starts_and_stops_no_executions_but_its_own(sandbox: Templates) -> None:
    arn = "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>"
    name, workflows = "autogluon-sandbox-batch-predict", sandbox["Workflows"]

    started = allowed(workflows, "BatchPredictRole", "states:StartExecution")
    stopped = allowed(workflows, "BatchPredictRole", "states:StopExecution")

    assert started == {f"{arn}:stateMachine:{name}"}
    assert stopped == {f"{arn}:execution:{name}:*", f"{arn}:execution:{name}/Groups:*"}
    assert allowed(workflows, "BatchPredictRole", "states:RedriveExecution") == set()


def test_state_machines_touch_no_data_but_lists_and_results_of_map_runs(
    sandbox: Templates,
) -> None:
    workflows = sandbox["Workflows"]
    found = {
        action: {
            resource.partition("/")[2]
            for resource in allowed(workflows, "BatchPredictRole", action)
        }
        for action in ("s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:DeleteObject")
    }

    sentence, results = "*/batches/*/config/*/failure.json", "*/batches/*/jobs/*"
    assert found == {
        "s3:GetObject": {"*/batches/*/config/*/groups.json", sentence, results},
        "s3:PutObject": {sentence, results},
        "s3:ListBucket": set(),
        "s3:DeleteObject": set(),
    }
    for owner in ("TrainRole", "TuneRole", "PromoteRole"):
        assert allowed(workflows, owner, "s3:GetObject") == set()


def _is_of_live_models(resource: str) -> bool:
    return resource.endswith(("/live-model", "/predictors/*", ":*")) or resource == "*"


def test_only_promote_can_change_a_live_model(sandbox: Templates) -> None:
    writers = {
        policy
        for template in sandbox.values()
        for policy, statement in statements(template)
        if "ssm:PutParameter" in listed(statement["Action"])
        and any(_is_of_live_models(flat(each)) for each in listed(statement["Resource"]))
        and statement.get("Condition") != {"StringEquals": {"ssm:Overwrite": "false"}}
    }
    [writer] = writers
    assert writer.startswith("PromoteRole")
    [resource] = allowed(sandbox["Workflows"], "PromoteRole", "ssm:PutParameter")
    assert resource.endswith(":parameter/autogluon/sandbox/predictors/*/live-model")


def test_only_promote_can_update_stacks_and_only_endpoints(sandbox: Templates) -> None:
    [resource] = allowed(sandbox["Workflows"], "", "cloudformation:UpdateStack")

    assert resource.endswith(":stack/autogluon-sandbox-*-endpoint/*")


def test_planners_write_nothing_but_configuration(sandbox: Templates) -> None:
    planners = {"TrainPlanTraining": "runs", "TunePlanTuning": "runs"}
    others = {
        "BatchPredictPlanBatch": "batches",
        "DriftPlanDrift": "drift",
        "ProcessPlanProcessing": "processing",
    }
    for owner, kind in {**planners, **others}.items():
        [resource] = allowed(sandbox["Workflows"], owner, "s3:PutObject")
        assert resource.endswith(f"/*/{kind}/*/config/*")


def test_data_is_deleted_by_clean_up_and_raw_answers_by_their_summary_only(
    sandbox: Templates,
) -> None:
    [raw] = allowed(sandbox["Workflows"], "", "s3:DeleteObject")
    assert raw.endswith("/*/batches/*/raw/*")
    deleters = {
        policy
        for policy, statement in statements(sandbox["Foundation"])
        if "s3:DeleteObject" in listed(statement["Action"])
    }
    [deleter] = deleters
    assert deleter.startswith("CleanUp")


def test_data_access_grants_reading_and_nothing_else(rich: Templates) -> None:
    lake = "arn:<AWS::Partition>:s3:::lake/curated/*"
    shared = "arn:<AWS::Partition>:s3:::shared/*"
    reads, others = set(), set()
    for template in rich.values():
        for policy, statement in statements(template):
            resources = {flat(resource) for resource in listed(statement["Resource"])}
            if resources & {lake, shared}:
                reads.add(policy.partition("Role")[0])
                others |= set(listed(statement["Action"])) - {"s3:GetObject"}
    planners = {
        "TrainPlanTraining",
        "TunePlanTuning",
        "BatchPredictPlanBatch",
        "DriftPlanDrift",
        "ProcessPlanProcessing",
    }
    assert reads == {"Training", "Serving", "Drift", "Processing", *planners}
    assert others == set()


def test_a_promotion_takes_its_lock_over(sandbox: Templates) -> None:
    found = [
        set(listed(statement["Action"]))
        for template in sandbox.values()
        for policy, statement in statements(template)
        if policy.startswith("PromotePreparePromotion")
        and "promotion.lock" in flat(statement["Resource"])
    ]
    assert found == [{"s3:GetObject", "s3:PutObject"}]


def test_only_environments_with_budgets_list_training_jobs(
    sandbox: Templates, guarded: Templates
) -> None:
    def listing(templates: Templates) -> set[str]:
        return {
            policy.partition("Role")[0]
            for policy, statement in statements(templates["Workflows"])
            if "sagemaker:ListTrainingJobs" in listed(statement["Action"])
        }

    assert listing(sandbox) == {"TrainPlanTraining", "TunePlanTuning"}
    assert listing(guarded) == set()
