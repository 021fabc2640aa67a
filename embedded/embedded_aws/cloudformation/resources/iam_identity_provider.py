"""AWS::IAM::OIDCProvider."""

from __future__ import annotations

from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.api_shapes import call_api
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
)
from embedded_aws.cloudformation.resources.tags import tag_changes, tag_list


class IdentityProvider(ResourceHandler):
    """An OpenID Connect provider; an account has at most one of each URL."""

    type_name = "AWS::IAM::OIDCProvider"
    required = frozenset()
    supported = frozenset({"ClientIdList", "Tags", "ThumbprintList", "Url"})
    replaced_by = frozenset({"Url"})
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        iam = context.client("iam")
        answer = call_api(
            iam,
            "CreateOpenIDConnectProvider",
            {
                "Url": properties.get("Url"),
                "ClientIDList": properties.get("ClientIdList"),
                "ThumbprintList": properties.get("ThumbprintList"),
                "Tags": tag_list(properties.get("Tags")) or None,
            },
        )
        arn = answer["OpenIDConnectProviderArn"]
        context.register(arn)
        return Provisioned(arn, {"Arn": arn})

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        iam = context.client("iam")
        if sorted(old.get("ClientIdList") or ()) != sorted(new.get("ClientIdList") or ()):
            raise ResourceError("A change of ClientIdList is not supported.")
        if old.get("ThumbprintList") != new.get("ThumbprintList"):
            iam.update_open_id_connect_provider_thumbprint(
                OpenIDConnectProviderArn=physical_id,
                ThumbprintList=new.get("ThumbprintList") or [],
            )
        added, removed = tag_changes(old.get("Tags"), new.get("Tags"))
        if added:
            iam.tag_open_id_connect_provider(
                OpenIDConnectProviderArn=physical_id, Tags=tag_list(added)
            )
        if removed:
            iam.untag_open_id_connect_provider(
                OpenIDConnectProviderArn=physical_id, TagKeys=list(removed)
            )
        return Provisioned(physical_id, {"Arn": physical_id})

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("iam").delete_open_id_connect_provider(OpenIDConnectProviderArn=physical_id)


HANDLERS = (IdentityProvider,)
