"""AWS::SageMaker::NotebookInstance and NotebookInstanceLifecycleConfig."""

from __future__ import annotations

from typing import Any

from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.api_shapes import call_api
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
    changed_properties,
)
from embedded_aws.cloudformation.resources.sagemaker import MAX_NAME_LENGTH, change_tags
from embedded_aws.cloudformation.resources.tags import tag_list

_SETTLE_SECONDS = 600.0
# What an update can take away: property -> the member of UpdateNotebookInstance for it.
_REMOVALS = {
    "AdditionalCodeRepositories": "DisassociateAdditionalCodeRepositories",
    "DefaultCodeRepository": "DisassociateDefaultCodeRepository",
    "LifecycleConfigName": "DisassociateLifecycleConfig",
}
_FIXED = frozenset(
    {
        "DirectInternetAccess",
        "KmsKeyId",
        "NotebookInstanceName",
        "PlatformIdentifier",
        "SecurityGroupIds",
        "SubnetId",
    }
)


class NotebookInstance(ResourceHandler):
    """A notebook instance. It is stopped while it is updated, as on AWS."""

    type_name = "AWS::SageMaker::NotebookInstance"
    required = frozenset({"InstanceType", "RoleArn"})
    supported = _FIXED | {
        "InstanceMetadataServiceConfiguration",
        "InstanceType",
        "RoleArn",
        "RootAccess",
        "Tags",
        "VolumeSizeInGB",
        *_REMOVALS,
    }
    replaced_by = _FIXED
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        client = context.client("sagemaker")
        # Lower case where it is generated: the ARN, from which it is read again, has no other.
        name = properties.get("NotebookInstanceName") or context.name(
            max_length=MAX_NAME_LENGTH, lower=True
        )
        request = {
            **properties,
            "NotebookInstanceName": name,
            "Tags": tag_list(properties.get("Tags")) or None,
        }
        arn = context.register(
            call_api(client, "CreateNotebookInstance", request)["NotebookInstanceArn"]
        )
        _wait(context, client, name, "InService")
        return _instance(arn, name)

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        client = context.client("sagemaker")
        name = _name(physical_id, new)
        changed = [item for item in changed_properties(old, new) if item != "Tags"]
        if changed:
            request: dict[str, Any] = {"NotebookInstanceName": name}
            for item in changed:
                if item in new:
                    request[item] = new[item]
                elif item in _REMOVALS:
                    request[_REMOVALS[item]] = True
                else:
                    raise ResourceError(f"{item} of an existing notebook instance cannot be unset.")
            client.stop_notebook_instance(NotebookInstanceName=name)
            _wait(context, client, name, "Stopped")
            call_api(client, "UpdateNotebookInstance", request)
            _wait(context, client, name, "Stopped")
            client.start_notebook_instance(NotebookInstanceName=name)
            _wait(context, client, name, "InService")
        change_tags(client, physical_id, old, new)
        return _instance(physical_id, name)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        client = context.client("sagemaker")
        name = _name(physical_id, properties)
        found = client.describe_notebook_instance(NotebookInstanceName=name)
        if found["NotebookInstanceStatus"] == "InService":
            client.stop_notebook_instance(NotebookInstanceName=name)
            _wait(context, client, name, "Stopped")
        client.delete_notebook_instance(NotebookInstanceName=name)


class NotebookInstanceLifecycleConfig(ResourceHandler):
    """The scripts that notebook instances run. Here, none is run."""

    type_name = "AWS::SageMaker::NotebookInstanceLifecycleConfig"
    supported = frozenset({"NotebookInstanceLifecycleConfigName", "OnCreate", "OnStart", "Tags"})
    replaced_by = frozenset({"NotebookInstanceLifecycleConfigName"})
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        name = properties.get("NotebookInstanceLifecycleConfigName") or context.name(
            max_length=MAX_NAME_LENGTH
        )
        request = {
            **properties,
            "NotebookInstanceLifecycleConfigName": name,
            "Tags": tag_list(properties.get("Tags")) or None,
        }
        client = context.client("sagemaker")
        answer = call_api(client, "CreateNotebookInstanceLifecycleConfig", request)
        return _config(context.register(answer["NotebookInstanceLifecycleConfigArn"]))

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        client = context.client("sagemaker")
        request = {
            "NotebookInstanceLifecycleConfigName": physical_id.rpartition("/")[2],
            "OnCreate": new.get("OnCreate", []),
            "OnStart": new.get("OnStart", []),
        }
        call_api(client, "UpdateNotebookInstanceLifecycleConfig", request)
        change_tags(client, physical_id, old, new)
        return _config(physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("sagemaker").delete_notebook_instance_lifecycle_config(
            NotebookInstanceLifecycleConfigName=physical_id.rpartition("/")[2]
        )


def _name(arn: str, properties: Properties) -> str:
    return str(properties.get("NotebookInstanceName") or arn.rpartition("/")[2])


def _wait(context: ResourceContext, client: Any, name: str, status: str) -> None:
    def reached() -> bool:
        found = client.describe_notebook_instance(NotebookInstanceName=name)
        if found["NotebookInstanceStatus"] == "Failed":
            raise ResourceError(found.get("FailureReason", "no reason given"))
        return bool(found["NotebookInstanceStatus"] == status)

    context.wait_until(reached, timeout_seconds=_SETTLE_SECONDS, what=f"Notebook instance {name}")


def _instance(arn: str, name: str) -> Provisioned:
    return Provisioned(arn, {"NotebookInstanceArn": arn, "NotebookInstanceName": name})


def _config(arn: str) -> Provisioned:
    name = arn.rpartition("/")[2]
    attributes = {
        "NotebookInstanceLifecycleConfigArn": arn,
        "NotebookInstanceLifecycleConfigName": name,
    }
    return Provisioned(arn, attributes)


HANDLERS = (NotebookInstance, NotebookInstanceLifecycleConfig)
