"""AWS::Lambda::Permission, Version and EventInvokeConfig."""

from __future__ import annotations

from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.api_shapes import call_api
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
)


class Permission(ResourceHandler):
    """A statement of a function's resource policy."""

    type_name = "AWS::Lambda::Permission"
    required = frozenset({"Action", "FunctionName", "Principal"})
    replaced_by = frozenset(
        {
            "Action",
            "EventSourceToken",
            "FunctionName",
            "FunctionUrlAuthType",
            "Principal",
            "PrincipalOrgID",
            "SourceAccount",
            "SourceArn",
        }
    )
    supported = replaced_by

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        statement_id = context.name(max_length=100, charset=r"\w-")
        request = {**properties, "StatementId": statement_id}
        call_api(context.client("lambda"), "AddPermission", request)
        return Provisioned(context.register(statement_id), {"Id": statement_id})

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        del context, old, new  # every property needs a new statement
        return Provisioned(physical_id, {"Id": physical_id})

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        context.client("lambda").remove_permission(
            FunctionName=properties["FunctionName"], StatementId=physical_id
        )


class Version(ResourceHandler):
    """A published version. Its `Ref` is the version's ARN."""

    type_name = "AWS::Lambda::Version"
    required = frozenset({"FunctionName"})
    replaced_by = frozenset({"CodeSha256", "Description", "FunctionName"})
    supported = replaced_by

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        answer = call_api(context.client("lambda"), "PublishVersion", properties)
        version = answer["Version"]
        arn = str(answer["FunctionArn"])
        arn = arn if arn.endswith(f":{version}") else f"{arn}:{version}"
        return Provisioned(context.register(arn), {"FunctionArn": arn, "Version": version})

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        del context, old, new
        raise ResourceError(f"The published version {physical_id} cannot be changed.")

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        name, version = properties["FunctionName"], physical_id.rsplit(":", 1)[-1]
        context.client("lambda").delete_function(FunctionName=name, Qualifier=version)


class EventInvokeConfig(ResourceHandler):
    """What happens to asynchronous invocations."""

    type_name = "AWS::Lambda::EventInvokeConfig"
    required = frozenset({"FunctionName", "Qualifier"})
    supported = frozenset(
        {
            "DestinationConfig",
            "FunctionName",
            "MaximumEventAgeInSeconds",
            "MaximumRetryAttempts",
            "Qualifier",
        }
    )
    replaced_by = frozenset({"FunctionName", "Qualifier"})

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        call_api(context.client("lambda"), "PutFunctionEventInvokeConfig", properties)
        return Provisioned(
            context.register(f"{properties['FunctionName']}|{properties['Qualifier']}")
        )

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        del old
        call_api(context.client("lambda"), "PutFunctionEventInvokeConfig", new)
        return Provisioned(physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del physical_id
        context.client("lambda").delete_function_event_invoke_config(
            FunctionName=properties["FunctionName"], Qualifier=properties["Qualifier"]
        )


HANDLERS = (Permission, Version, EventInvokeConfig)
