"""Users, groups, policies and identity providers of IAM, after the lines of roles."""

from __future__ import annotations

from tests.unit.embedded_core.register.line import ACCOUNT, Shown

_IAM = f"arn:aws:iam::{ACCOUNT}:"
_POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage",'
    '"Resource":"*"}]}'
)
_TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":'
    '{"Service":"states.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
)
_TAGS = [{"Key": "team", "Value": "growth"}]
_GROUP = {"GroupName": "makers"}
_USER = {"UserName": "bea"}
_ROLE = {"RoleName": "worker"}
_MANAGED = {"PolicyArn": f"{_IAM}policy/sending"}
_INLINE = {"PolicyName": "inline"}
_PROVIDER = {"OpenIDConnectProviderArn": f"{_IAM}oidc-provider/tokens.example.com"}
_KEY = {"AccessKeyId": "{AccessKeyId}"}

SHOWN_IDENTITIES = [
    Shown("CreateUser", _USER, "ListUsers", {}, "user/bea"),
    Shown("TagUser", _USER | {"Tags": _TAGS}, "ListUserTags", _USER, "growth"),
    Shown("UntagUser", _USER | {"TagKeys": ["team"]}, "ListUserTags", _USER, "!growth"),
    Shown("CreateAccessKey", _USER, "ListAccessKeys", _USER, "Active"),
    Shown(
        "UpdateAccessKey",
        _USER | _KEY | {"Status": "Inactive"},
        "ListAccessKeys",
        _USER,
        "Inactive",
    ),
    Shown("DeleteAccessKey", _USER | _KEY, "ListAccessKeys", _USER, "!AccessKeyId"),
    Shown("CreateGroup", _GROUP, "ListGroups", {}, "group/makers"),
    Shown("AddUserToGroup", _GROUP | _USER, "GetGroup", _GROUP, "user/bea"),
    Shown("AddUserToGroup", _GROUP | _USER, "ListGroupsForUser", _USER, "group/makers"),
    Shown("RemoveUserFromGroup", _GROUP | _USER, "ListGroupsForUser", _USER, "!group/makers"),
    Shown(
        "PutGroupPolicy",
        _GROUP | _INLINE | {"PolicyDocument": _POLICY},
        "GetGroupPolicy",
        _GROUP | _INLINE,
        "SendMessage",
    ),
    Shown("DeleteGroupPolicy", _GROUP | _INLINE, "ListGroupPolicies", _GROUP, "!inline"),
    Shown(
        "CreatePolicy",
        {"PolicyName": "sending", "PolicyDocument": _POLICY},
        "ListPolicies",
        {"Scope": "Local"},
        "policy/sending",
    ),
    Shown("TagPolicy", _MANAGED | {"Tags": _TAGS}, "ListPolicyTags", _MANAGED, "growth"),
    Shown("UntagPolicy", _MANAGED | {"TagKeys": ["team"]}, "ListPolicyTags", _MANAGED, "!growth"),
    Shown("AttachGroupPolicy", _GROUP | _MANAGED, "ListAttachedGroupPolicies", _GROUP, "sending"),
    Shown("AttachGroupPolicy", _GROUP | _MANAGED, "ListEntitiesForPolicy", _MANAGED, "makers"),
    Shown("DetachGroupPolicy", _GROUP | _MANAGED, "ListAttachedGroupPolicies", _GROUP, "!sending"),
    Shown("AttachUserPolicy", _USER | _MANAGED, "ListAttachedUserPolicies", _USER, "sending"),
    Shown("DetachUserPolicy", _USER | _MANAGED, "ListAttachedUserPolicies", _USER, "!sending"),
    Shown(
        "CreatePolicyVersion",
        _MANAGED | {"PolicyDocument": _POLICY.replace("Send", "Receive")},
        "GetPolicyVersion",
        _MANAGED | {"VersionId": "v1"},
        "SendMessage",
    ),
    Shown(
        "SetDefaultPolicyVersion",
        _MANAGED | {"VersionId": "v2"},
        "GetPolicy",
        _MANAGED,
        "<DefaultVersionId>v2",
    ),
    Shown("UpdateGroup", _GROUP | {"NewGroupName": "builders"}, "ListGroups", {}, "group/builders"),
    Shown("DeleteGroup", {"GroupName": "builders"}, "ListGroups", {}, "!group/builders"),
    Shown("UpdateUser", _USER | {"NewUserName": "cleo"}, "ListUsers", {}, "user/cleo"),
    Shown("DeleteUser", {"UserName": "cleo"}, "ListUsers", {}, "!user/cleo"),
    Shown(
        "CreateRole",
        _ROLE | {"AssumeRolePolicyDocument": _TRUST},
        "GetRole",
        _ROLE,
        "states.amazonaws.com",
    ),
    Shown(
        "UpdateAssumeRolePolicy",
        _ROLE | {"PolicyDocument": _TRUST.replace("states", "scheduler")},
        "GetRole",
        _ROLE,
        "scheduler.amazonaws.com",
    ),
    Shown("UpdateRoleDescription", _ROLE | {"Description": "works"}, "GetRole", _ROLE, "works"),
    Shown(
        "PutRolePermissionsBoundary",
        _ROLE | {"PermissionsBoundary": _MANAGED["PolicyArn"]},
        "GetRole",
        _ROLE,
        "PermissionsBoundaryArn",
    ),
    Shown("DeleteRolePermissionsBoundary", _ROLE, "GetRole", _ROLE, "!PermissionsBoundaryArn"),
    Shown(
        "CreateInstanceProfile",
        {"InstanceProfileName": "of-worker"},
        "ListInstanceProfiles",
        {},
        "of-worker",
    ),
    Shown(
        "CreateServiceLinkedRole",
        {"AWSServiceName": "sagemaker.application-autoscaling.amazonaws.com"},
        "ListRoles",
        {},
        "AWSServiceRoleFor",
    ),
    Shown(
        "DeleteServiceLinkedRole",
        {"RoleName": "{RoleName}"},
        "ListRoles",
        {},
        "!AWSServiceRoleFor",
    ),
    Shown(
        "CreateOpenIDConnectProvider",
        {"Url": "https://tokens.example.com", "ThumbprintList": ["a" * 40]},
        "ListOpenIDConnectProviders",
        {},
        "tokens.example.com",
    ),
    Shown(
        "UpdateOpenIDConnectProviderThumbprint",
        _PROVIDER | {"ThumbprintList": ["b" * 40]},
        "GetOpenIDConnectProvider",
        _PROVIDER,
        "b" * 40,
    ),
    Shown(
        "TagOpenIDConnectProvider",
        _PROVIDER | {"Tags": _TAGS},
        "ListOpenIDConnectProviderTags",
        _PROVIDER,
        "growth",
    ),
    Shown(
        "UntagOpenIDConnectProvider",
        _PROVIDER | {"TagKeys": ["team"]},
        "ListOpenIDConnectProviderTags",
        _PROVIDER,
        "!growth",
    ),
    Shown(
        "DeleteOpenIDConnectProvider",
        _PROVIDER,
        "ListOpenIDConnectProviders",
        {},
        "!tokens.example",
    ),
]
