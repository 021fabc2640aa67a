"""Resource ARNs that no convention gives, one function per IAM prefix.

Each takes the call and the action's name and gives the ARNs, or None where the convention of
`arns.py` holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from embedded_aws.gateway import ApiCall
from embedded_aws.iam.moto_state import MotoState
from embedded_aws.iam.requirements.arns import arn
from embedded_aws.iam.requirements.dynamodb import tables_of_batch

ResourceFinder = Callable[[ApiCall, str, MotoState], "Sequence[str] | None"]


def _sagemaker(call: ApiCall, action: str, _: MotoState) -> Sequence[str] | None:
    params = call.params
    group = params.get("ModelPackageGroupName")
    group_name = str(group).rpartition("/")[2] if group else None
    if action == "CreateModelPackage":
        if group_name is None:
            return [arn(call, "sagemaker", f"model-package/{params.get('ModelPackageName', '*')}")]
        return [
            arn(call, "sagemaker", f"model-package-group/{group_name}"),
            # The version's number is given by the call itself.
            arn(call, "sagemaker", f"model-package/{group_name}/*"),
        ]
    if action == "ListModelPackages":
        return [arn(call, "sagemaker", f"model-package/{group_name or '*'}/*")]
    return None


def _lambda(call: ApiCall, action: str, _: MotoState) -> Sequence[str] | None:
    name = call.params.get("FunctionName")
    if not isinstance(name, str) or "EventSourceMapping" in action:
        return None
    if not name.startswith("arn:"):
        # "name", "name:alias" or "123456789012:function:name"
        name = arn(call, "lambda", f"function:{name.rpartition('function:')[2]}")
    qualifier = call.params.get("Qualifier")
    return [f"{name}:{qualifier}" if qualifier and name.count(":") == 6 else name]


def _ec2(call: ApiCall, action: str, _: MotoState) -> Sequence[str] | None:
    # The parameter has another name than the variable of the ARN's template.
    group = call.params.get("GroupId")
    if isinstance(group, str) and "SecurityGroup" in action:
        return [arn(call, "ec2", f"security-group/{group}")]
    return None


def _states(call: ApiCall, action: str, _: MotoState) -> Sequence[str] | None:
    if action == "CreateStateMachine":
        return [arn(call, "states", f"stateMachine:{call.params.get('name')}")]
    if action == "CreateActivity":
        return [arn(call, "states", f"activity:{call.params.get('name')}")]
    return None


def _ssm(call: ApiCall, action: str, _: MotoState) -> Sequence[str] | None:
    params = call.params
    if "Parameter" not in action:
        return _ssm_tags(call) if "Tags" in action else None
    names = params.get("Names") or params.get("Name") or params.get("Path")
    if not names:
        return None
    return [parameter_arn(call, n) for n in ([names] if isinstance(names, str) else names)]


def _ssm_tags(call: ApiCall) -> Sequence[str] | None:
    if call.params.get("ResourceType") != "Parameter":
        return None
    return [parameter_arn(call, str(call.params.get("ResourceId")))]


def parameter_arn(call: ApiCall, name: str) -> str:
    """Return the ARN of a parameter given as `name`, `/path/name`, `name:version` or ARN."""
    if name.startswith("arn:"):
        return name
    path = name.partition(":")[0].lstrip("/")
    if path.startswith("aws/service/"):  # public parameters belong to no account
        return f"arn:aws:ssm:{call.region}::parameter/{path}"
    return arn(call, "ssm", f"parameter/{path}")


def _logs(call: ApiCall, action: str, _: MotoState) -> Sequence[str] | None:
    """Return log groups as `log-group:NAME:log-stream:STREAM`, the stream empty for the group.

    So a policy on `log-group:NAME:*`, AWS's form for all but tagging, matches.
    """
    params = call.params
    if "resourceArn" in params:
        return [str(params["resourceArn"])]
    names = params.get("logGroupNames") or params.get("logGroupIdentifiers")
    names = names or [log_group_named(call)]
    if names == [None]:
        return None if action != "DescribeLogGroups" else ["*"]
    stream = params.get("logStreamName", "")
    return [
        arn(call, "logs", f"log-group:{_log_group_name(str(n))}:log-stream:{stream}") for n in names
    ]


def log_group_named(call: ApiCall) -> str | None:
    """Return the log group that a request names, by its name or ARN."""
    names = ("logGroupName", "logGroupIdentifier", "resourceIdentifier")
    given = next((str(call.params[name]) for name in names if call.params.get(name)), None)
    return None if given is None else _log_group_name(given)


def _log_group_name(identifier: str) -> str:
    return identifier.split(":log-group:")[-1].removesuffix(":*")


def _cloudformation(call: ApiCall, _action: str, _: MotoState) -> Sequence[str] | None:
    change_set = str(call.params.get("ChangeSetName", ""))
    stack = str(call.params.get("StackName", ""))
    if stack.startswith("arn:"):
        return [stack]
    if stack:
        # The id behind the name is unknown before the stack exists; AWS also judges by the name.
        return [arn(call, "cloudformation", f"stack/{stack}/*")]
    return [change_set] if change_set.startswith("arn:") else None


def _events(call: ApiCall, action: str, _: MotoState) -> Sequence[str] | None:
    params = call.params
    bus = str(params.get("EventBusName") or "default").rpartition("/")[2]
    if action == "PutEvents":
        buses = {str(e.get("EventBusName") or "default") for e in params.get("Entries", [])}
        return [
            b if b.startswith("arn:") else arn(call, "events", f"event-bus/{b}")
            for b in sorted(buses)
        ]
    rule = params.get("Rule") or (params.get("Name") if action.endswith("Rule") else None)
    if not rule:
        return None
    return [arn(call, "events", f"rule/{rule}" if bus == "default" else f"rule/{bus}/{rule}")]


def _sns(call: ApiCall, action: str, _: MotoState) -> Sequence[str] | None:
    params = call.params
    if action == "CreateTopic":
        return [arn(call, "sns", str(params.get("Name")))]
    if action == "Publish":
        return [str(params.get("TopicArn") or params.get("TargetArn") or "*")]
    return None


def _sqs(call: ApiCall, _action: str, _: MotoState) -> Sequence[str] | None:
    url = call.params.get("QueueUrl")
    return [arn(call, "sqs", str(url).rpartition("/")[2])] if url else None


def _application_autoscaling(call: ApiCall, action: str, _: MotoState) -> Sequence[str] | None:
    # A target's ARN ends in an id of its own that requests do not name.
    target = arn(call, "application-autoscaling", "scalable-target/*")
    return None if action.startswith("Describe") else [target]


def _budgets(call: ApiCall, _action: str, _: MotoState) -> Sequence[str] | None:
    name = call.params.get("BudgetName") or call.params.get("Budget", {}).get("BudgetName", "*")
    return [arn(call, "budgets", f"budget/{name}", regional=False)]


def _iam(call: ApiCall, action: str, state: MotoState) -> Sequence[str] | None:
    if action == "SimulatePrincipalPolicy":
        return [str(call.params["PolicySourceArn"])]
    params = call.params
    if service := params.get("AWSServiceName"):
        linked = _SERVICE_LINKED_ROLES.get(service, "AWSServiceRoleFor*")
        return [arn(call, "iam", f"role/aws-service-role/{service}/{linked}", regional=False)]
    if action.startswith("List") and not any(name.endswith("Name") for name in params):
        return None
    for kind, parameter in _IAM_ENTITIES.items():
        name = params.get(parameter)
        if name and (kind != "role" or action != "AddRoleToInstanceProfile"):
            return [_iam_arn(call, kind, str(name), state)]
    return [str(params["PolicyArn"])] if params.get("PolicyArn") else None


# Service -> the name of the role that it makes for itself.
_SERVICE_LINKED_ROLES: Mapping[str, str] = {
    "sagemaker.application-autoscaling.amazonaws.com": (
        "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
    ),
}
_IAM_ENTITIES: Mapping[str, str] = {
    "role": "RoleName",
    "user": "UserName",
    "group": "GroupName",
    "instance-profile": "InstanceProfileName",
    "policy": "PolicyName",
}


def _iam_arn(call: ApiCall, kind: str, name: str, state: MotoState) -> str:
    existing = None if kind == "policy" else state.entity_arn(kind, name)
    path = str(call.params.get("Path") or "/").lstrip("/")
    return existing or arn(call, "iam", f"{kind}/{path}{name}", regional=False)


def _dynamodb(call: ApiCall, _action: str, _: MotoState) -> Sequence[str] | None:
    return tables_of_batch(call)


def _kms(call: ApiCall, action: str, state: MotoState) -> Sequence[str] | None:
    params = call.params
    found: list[str] = []
    if "Alias" in action and (alias := params.get("AliasName")):
        found.append(arn(call, "kms", str(alias)))
        target = params.get("TargetKeyId") or alias
        return [*found, key_arn(call, str(target), state)]
    reference = params.get("KeyId")
    ciphertext: Any = params.get("CiphertextBlob")
    if reference is None and isinstance(ciphertext, bytes):
        reference = state.key_id_of_ciphertext(ciphertext)
    return [key_arn(call, str(reference), state)] if reference else None


def key_arn(call: ApiCall, reference: str, state: MotoState) -> str:
    """Return the ARN of a KMS key given by id, ARN, alias or alias ARN."""
    key = state.key(reference, call.region)
    if key is not None:
        return key.arn
    return reference if reference.startswith("arn:") else arn(call, "kms", f"key/{reference}")


FINDERS: Mapping[str, ResourceFinder] = {
    "sagemaker": _sagemaker,
    "lambda": _lambda,
    "ec2": _ec2,
    "states": _states,
    "ssm": _ssm,
    "logs": _logs,
    "cloudformation": _cloudformation,
    "events": _events,
    "sns": _sns,
    "sqs": _sqs,
    "application-autoscaling": _application_autoscaling,
    "budgets": _budgets,
    "iam": _iam,
    "kms": _kms,
    "dynamodb": _dynamodb,
}
