"""Bring an endpoint into a predictor's stack by CloudFormation's import, and nothing else.

The stack's template has the endpoint while a model is live. For the import it has the endpoint in
any case: as it is while no model is live, as the project wants it afterwards. So the promotion that
follows updates the endpoint in place, and a promotion that fails returns it to what it served.
Model and configuration are not imported: SageMaker changes neither, and the project's replace both.

Rules: CloudFormation user guide, "Import AWS resources into a CloudFormation stack manually".
"""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from autogluon_client.errors import (
    AwsRequestError,
    InvalidArgumentError,
    NotDeployedError,
    NotSupportedError,
)
from autogluon_client.registry.outside_endpoint import OutsideEndpoint

ENDPOINT = "AWS::SageMaker::Endpoint"
_NAME, _CONFIG = "EndpointName", "EndpointConfigName"
_ADOPTED = "autogluon:adopted-with"
_CHANGE_SET = "adopt-endpoint"
_CAPABILITIES = ["CAPABILITY_NAMED_IAM"]  # as the stacks were made with
_LARGEST_BODY = 51_200  # CloudFormation quotas, template body in a request
_POLL_SECONDS = 1.0


class AdoptingStack:
    """A predictor's stack while it takes an endpoint over.

    Args:
        cloudformation: a client that may change the stack, as deployments do.
        name: the stack's name.
        environment: the environment's name.
    """

    def __init__(self, cloudformation: Any, name: str, environment: str) -> None:
        self._cloudformation = cloudformation
        self._name = name
        try:
            answer = cloudformation.get_template(StackName=name, TemplateStage="Original")
        except ClientError as error:
            if "does not exist" not in error.response["Error"]["Message"]:
                raise
            raise NotDeployedError(
                f"The stack {name} does not exist.",
                environment=environment,
                advice="Deploy the environment first.",
            ) from error
        body = answer["TemplateBody"]
        found: dict[str, Any] = json.loads(body) if isinstance(body, str) else body
        self._logical_id, resource = _endpoint_of(found)
        self.has_endpoint = _ADOPTED in resource.get("Metadata", {})
        """Whether an earlier call has imported the endpoint, and nothing was deployed since."""
        self._deployed = without_endpoint(found) if self.has_endpoint else found

    def bring_in(self, endpoint: OutsideEndpoint, say: Callable[[str], None]) -> None:
        """Import the endpoint as it is; it answers meanwhile and is not changed.

        Raises:
            InvalidArgumentError: another stack has it, or this one cannot be changed now.
            NotSupportedError: the region's CloudFormation does not import endpoints.
            AwsRequestError: CloudFormation rolled the import back; all is as before.
        """
        template = _compact(with_endpoint(self._deployed, endpoint))
        identifier = self._identifier(template, endpoint)
        say(f"Importing {endpoint.name} into {self._name}")
        self._propose(template, identifier)
        try:
            self._wait_for_change_set()
            self._cloudformation.execute_change_set(StackName=self._name, ChangeSetName=_CHANGE_SET)
        except Exception:
            self._cloudformation.delete_change_set(StackName=self._name, ChangeSetName=_CHANGE_SET)
            raise
        status = self._settled()
        if status != "IMPORT_COMPLETE":
            raise AwsRequestError(
                f"The import of {endpoint.name} ended in {status}: {self._reason()}. The endpoint "
                "is as it was.",
                code="ImportFailed",
                advice="Remove the reason, then adopt it again.",
            )

    def put_deployed_template_back(self) -> None:
        """Have the stack follow the settings again; the endpoint does not change."""
        stack = self._cloudformation.describe_stacks(StackName=self._name)["Stacks"][0]
        self._cloudformation.update_stack(
            StackName=self._name,
            TemplateBody=_compact(self._deployed),
            Parameters=_previous(stack),
            Capabilities=_CAPABILITIES,
        )
        status = self._settled()
        if status != "UPDATE_COMPLETE":
            raise AwsRequestError(
                f"The stack {self._name} ended in {status}: {self._reason()}.",
                code="UpdateFailed",
                advice="The endpoint is adopted and serves; deploy the environment again.",
            )

    def _identifier(self, template: str, endpoint: OutsideEndpoint) -> dict[str, str]:
        """Return how CloudFormation wants to be told which endpoint is meant.

        The type's schema in CloudFormation's registry has a read handler, and so an import, since
        2026, and regions get a schema at different times: CloudFormation itself is asked.
        """
        summary = self._cloudformation.get_template_summary(TemplateBody=template)
        known = {"EndpointArn": endpoint.arn, _NAME: endpoint.name, "Id": endpoint.arn}
        for each in summary.get("ResourceIdentifierSummaries", ()):
            if each["ResourceType"] == ENDPOINT:
                for key in each["ResourceIdentifiers"]:
                    if key in known:
                        return {key: known[key]}
        raise NotSupportedError(
            f"CloudFormation does not import resources of the type {ENDPOINT} in this region.",
            argument="endpoint",
            advice="Serve the model beside it under this project's name (agcdk register --on), and "
            "have callers change the name.",
        )

    def _propose(self, template: str, identifier: Mapping[str, str]) -> None:
        stack = self._cloudformation.describe_stacks(StackName=self._name)["Stacks"][0]
        if stack["StackStatus"].endswith("_IN_PROGRESS"):
            raise InvalidArgumentError(
                f"The stack {self._name} is {stack['StackStatus']}.",
                argument="predictor",
                advice="Wait until it is done, then adopt the endpoint.",
            )
        # One of an earlier call that was cut short or rolled back. As the CDK knows, it need not be
        # there: "the delete request is successful as long as the stack exists".
        self._cloudformation.delete_change_set(StackName=self._name, ChangeSetName=_CHANGE_SET)
        try:
            self._cloudformation.create_change_set(
                StackName=self._name,
                ChangeSetName=_CHANGE_SET,
                ChangeSetType="IMPORT",
                TemplateBody=template,
                Parameters=_previous(stack),
                Capabilities=_CAPABILITIES,
                ResourcesToImport=[
                    {
                        "ResourceType": ENDPOINT,
                        "LogicalResourceId": self._logical_id,
                        "ResourceIdentifier": dict(identifier),
                    }
                ],
            )
        except ClientError as error:
            message = error.response["Error"]["Message"]
            if "already exists in stack" not in message:
                raise
            raise InvalidArgumentError(
                f"Another stack has the endpoint: {message.rstrip('.')}.",
                argument="endpoint",
                advice="Have that stack retain it (DeletionPolicy: Retain) and give it up first.",
            ) from error

    def _wait_for_change_set(self) -> None:
        while True:
            found = self._cloudformation.describe_change_set(
                StackName=self._name, ChangeSetName=_CHANGE_SET
            )
            if found["Status"] == "CREATE_COMPLETE":
                break
            if found["Status"] == "FAILED":
                raise AwsRequestError(
                    f"CloudFormation refuses the import: {found.get('StatusReason')}",
                    code="ImportRefused",
                    advice="Remove the reason, then adopt it again.",
                )
            time.sleep(_POLL_SECONDS)
        pages = self._cloudformation.get_paginator("describe_change_set").paginate(
            StackName=self._name, ChangeSetName=_CHANGE_SET
        )
        actions = {each["ResourceChange"]["Action"] for page in pages for each in page["Changes"]}
        if actions != {"Import"}:
            raise AwsRequestError(
                f"The import would do more to the stack {self._name} than that: "
                f"{', '.join(sorted(actions))}.",
                code="ImportRefused",
                advice="Deploy the environment, then adopt the endpoint.",
            )

    def _settled(self) -> str:
        while True:
            found = self._cloudformation.describe_stacks(StackName=self._name)["Stacks"][0]
            status = str(found["StackStatus"])
            if not status.endswith("_IN_PROGRESS"):
                return status
            time.sleep(_POLL_SECONDS)

    def _reason(self) -> str:
        pages = self._cloudformation.get_paginator("describe_stack_events")
        failed = (
            each
            for page in pages.paginate(StackName=self._name)
            for each in page["StackEvents"]
            if each["ResourceStatus"].endswith("_FAILED")
        )
        first: Mapping[str, Any] = next(failed, {})
        return str(first.get("ResourceStatusReason", "no reason given")).rstrip(".")


def with_endpoint(deployed: Mapping[str, Any], endpoint: OutsideEndpoint) -> dict[str, Any]:
    """Return a stack's template that has the endpoint as it is while no model is live.

    Args:
        deployed: the template as the settings synthesize it.

    Example:
        >>> with_endpoint(template, endpoint)["Resources"]["Endpoint"]["DeletionPolicy"]
        'Retain'
    """
    template: dict[str, Any] = copy.deepcopy(dict(deployed))
    _, resource = _endpoint_of(template)
    is_live = resource.pop("Condition")
    outside = {_NAME: endpoint.name, _CONFIG: endpoint.config_name}
    resource["Properties"] = {
        name: value
        if name == _NAME
        else {"Fn::If": [is_live, value, outside.get(name, {"Ref": "AWS::NoValue"})]}
        for name, value in resource["Properties"].items()
    }
    # CloudFormation asks for it, and it lets go of the endpoint where nothing was promoted.
    resource["DeletionPolicy"] = resource["UpdateReplacePolicy"] = "Retain"
    # Without it, the way back would change no more than the policy, which CloudFormation does not
    # update by itself.
    resource["Metadata"] = {**resource.get("Metadata", {}), _ADOPTED: endpoint.config_name}
    return template


def without_endpoint(template: Mapping[str, Any]) -> dict[str, Any]:
    """Return the template as the settings synthesize it: the inverse of `with_endpoint`."""
    deployed: dict[str, Any] = copy.deepcopy(dict(template))
    _, resource = _endpoint_of(deployed)
    conditions = set()
    for name, value in resource["Properties"].items():
        if name != _NAME:
            condition, resource["Properties"][name], _ = value["Fn::If"]
            conditions.add(condition)
    [resource["Condition"]] = conditions
    del resource["DeletionPolicy"], resource["UpdateReplacePolicy"]
    del resource["Metadata"][_ADOPTED]
    if not resource["Metadata"]:
        del resource["Metadata"]
    return deployed


def _endpoint_of(template: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    resources: dict[str, dict[str, Any]] = template["Resources"]
    [found] = [item for item in resources.items() if item[1]["Type"] == ENDPOINT]
    return found


def _compact(template: Mapping[str, Any]) -> str:
    body = json.dumps(template, separators=(",", ":"))
    if len(body.encode()) > _LARGEST_BODY:
        raise NotSupportedError(
            f"The stack's template has {len(body.encode())} bytes; CloudFormation takes "
            f"{_LARGEST_BODY} in a request.",
            argument="predictor",
            advice="Adopt it with fewer alarms, variants and schedules, and add them afterwards.",
        )
    return body


def _previous(stack: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"ParameterKey": each["ParameterKey"], "UsePreviousValue": True}
        for each in stack.get("Parameters", [])
    ]
