"""Turn a CreateStack, UpdateStack or CreateChangeSet call into a deployment request."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlparse

from botocore.exceptions import ClientError

from embedded_aws.cloudformation.api.callers import CallerClients, Clients
from embedded_aws.cloudformation.engine.deploy_request import DeployRequest
from embedded_aws.cloudformation.engine.stack import Stack
from embedded_aws.cloudformation.errors import not_supported, validation_error
from embedded_aws.cloudformation.resources.registry import Registry
from embedded_aws.cloudformation.template.desired_state import DesiredState
from embedded_aws.cloudformation.template.limits import check_body, check_object
from embedded_aws.cloudformation.template.parameters import resolve_parameters
from embedded_aws.cloudformation.template.template import Template, parse_template
from embedded_aws.gateway import ApiCall, ApiError

_STACK_NAME = re.compile(r"^[A-Za-z][A-Za-z0-9-]{0,127}$")
_UNSUPPORTED_PARAMETERS = (
    "NotificationARNs",
    "ResourceTypes",
    "StackPolicyBody",
    "StackPolicyURL",
    "StackPolicyDuringUpdateBody",
    "StackPolicyDuringUpdateURL",
    "TimeoutInMinutes",
    "DeploymentMode",
)
_SSM_BATCH = 10


def read_deploy_request(
    call: ApiCall, stack: Stack, callers: CallerClients, registry: Registry
) -> DeployRequest:
    """Read from a call the state that `stack` should reach.

    The template is read with the caller's permissions, SSM parameters with the stack's.

    Raises:
        ApiError: the request, its template or its parameters cannot be honoured.
    """
    params = call.params
    refuse_unsupported(params)
    if not _STACK_NAME.match(stack.name):
        raise validation_error(
            f"1 validation error detected: Value '{stack.name}' at 'stackName' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        )
    template = _template(params, stack, callers.of_caller(call))
    registry.check(template)
    _check_capabilities(template, params.get("Capabilities") or [])
    _check_types(template, stack)
    role_arn = params.get("RoleARN") or stack.role_arn
    ssm = callers.of_role(call, role_arn)("ssm")
    previous = stack.state.parameters if stack.state else {}
    parameters = resolve_parameters(
        template.parameters,
        params.get("Parameters") or [],
        previous,
        lambda names: _read_ssm(ssm, names),
    )
    target = DesiredState.build(template, parameters, _pseudo_parameters(call, stack))
    tags = params.get("Tags")
    return DeployRequest(
        target=target,
        tags=stack.tags if tags is None else {tag["Key"]: tag["Value"] for tag in tags},
        capabilities=list(params.get("Capabilities") or []),
        role_arn=role_arn,
        on_failure=_on_failure(params),
        retain_except_on_create=bool(params.get("RetainExceptOnCreate")),
        import_existing=bool(params.get("ImportExistingResources")),
    )


def refuse_unsupported(params: Mapping[str, Any]) -> None:
    """Refuse by name what would otherwise be ignored."""
    for name in _UNSUPPORTED_PARAMETERS:
        if params.get(name):
            raise not_supported(f"the parameter {name}")
    if any((params.get("RollbackConfiguration") or {}).values()):
        raise not_supported("RollbackConfiguration")
    config = params.get("DeploymentConfig") or {}
    if config.get("Mode", "STANDARD") != "STANDARD" or config.get("DisableRollback"):
        raise not_supported(f"the DeploymentConfig {config}; only Mode STANDARD is")


def read_template_text(params: Mapping[str, Any], clients: Clients) -> str | None:
    """Return the text of TemplateBody or TemplateURL; None when neither is given."""
    body, url = params.get("TemplateBody"), params.get("TemplateURL")
    if body and url:
        raise validation_error("TemplateBody and TemplateURL are mutually exclusive.")
    if not url:
        check_body(body or "")
        return body or None
    bucket, key = _s3_location(url)
    try:
        answer = clients("s3").get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        raise validation_error(
            f"S3 error: {error.response['Error'].get('Message', error)} ({bucket}/{key})"
        ) from error
    content: bytes = answer["Body"].read()
    check_object(content)
    return content.decode()


def _template(params: Mapping[str, Any], stack: Stack, clients: Clients) -> Template:
    text = read_template_text(params, clients)
    if params.get("UsePreviousTemplate"):
        if text is not None:
            raise validation_error("UsePreviousTemplate and a template are mutually exclusive.")
        if stack.state is None:
            raise validation_error(f"Stack [{stack.name}] has no previous template.")
        return stack.state.template
    if text is None:
        raise validation_error("Either Template URL or Template Body must be specified.")
    return parse_template(text)


def _s3_location(url: str) -> tuple[str, str]:
    parsed = urlparse(url)
    host, path = parsed.hostname or "", unquote(parsed.path).lstrip("/")
    virtual = re.match(r"^(?P<bucket>.+?)\.s3[.-]", host)
    if virtual:
        return virtual["bucket"], path
    bucket, _, key = path.partition("/")
    if parsed.scheme not in ("http", "https") or not key:
        raise validation_error(
            f"TemplateURL must reference a valid S3 object to which you have access; got {url}"
        )
    return bucket, key


def _check_capabilities(template: Template, given: Sequence[str]) -> None:
    required = template.required_capabilities()
    if not required or "CAPABILITY_NAMED_IAM" in given or required[0] in given:
        return
    raise ApiError("InsufficientCapabilitiesException", f"Requires capabilities : {required}")


def _check_types(template: Template, stack: Stack) -> None:
    changed = [
        name
        for name, item in template.resources.items()
        if name in stack.resources and stack.resources[name].type != item.type
    ]
    if changed:
        raise validation_error(
            "Update of resource type is not permitted. The new template modifies resource type "
            f"of the following resources: [{', '.join(sorted(changed))}]"
        )


def _read_ssm(ssm: Any, names: Sequence[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for start in range(0, len(names), _SSM_BATCH):
        try:
            answer = ssm.get_parameters(Names=list(names[start : start + _SSM_BATCH]))
        except ClientError as error:
            raise validation_error(
                f"Unable to fetch parameters from parameter store: {error}"
            ) from error
        if answer["InvalidParameters"]:
            raise validation_error(
                f"Unable to fetch parameters [{','.join(answer['InvalidParameters'])}] "
                "from parameter store for this account."
            )
        for item in answer["Parameters"]:
            values[item["Name"] + item.get("Selector", "")] = item["Value"]
    return values


def _pseudo_parameters(call: ApiCall, stack: Stack) -> dict[str, Any]:
    return {
        "AWS::AccountId": call.account_id,
        "AWS::NotificationARNs": [],
        "AWS::Partition": "aws",
        "AWS::Region": stack.region,
        "AWS::StackId": stack.stack_id,
        "AWS::StackName": stack.name,
        "AWS::URLSuffix": "amazonaws.com",
    }


def _on_failure(params: Mapping[str, Any]) -> str:
    choice = params.get("OnFailure") or params.get("OnStackFailure")
    if params.get("DisableRollback"):
        if choice:
            raise validation_error("DisableRollback and OnFailure are mutually exclusive.")
        return "DO_NOTHING"
    return choice or "ROLLBACK"
