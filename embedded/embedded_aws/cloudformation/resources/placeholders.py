"""Resource types that create nothing in the account."""

from __future__ import annotations

from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
)


class CdkMetadata(ResourceHandler):
    """CDK's usage statistics: on AWS, too, nothing is created for it."""

    type_name = "AWS::CDK::Metadata"
    supported = frozenset({"Analytics"})

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:  # noqa: ARG002
        return Provisioned(context.name(max_length=64))

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        del context, old, new
        return Provisioned(physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        """Do nothing: there is nothing to delete."""


class WaitConditionHandle(CdkMetadata):
    """A URL for signals; templates also use it as a resource that does nothing."""

    type_name = "AWS::CloudFormation::WaitConditionHandle"
    supported = frozenset()

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:  # noqa: ARG002
        host = f"cloudformation-waitcondition-{context.region}.s3.amazonaws.com"
        return Provisioned(f"https://{host}/{context.stack_id}/{context.logical_id}")


HANDLERS = (CdkMetadata, WaitConditionHandle)
