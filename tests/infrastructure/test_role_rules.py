"""What an organisation asks of roles holds for every role of every template."""

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

from aws_cdk import App, Aspects, CfnResource, Stack

from autogluon_constructs.identity.role_rules import EveryRole, RoleRules
from tests.infrastructure.conftest import Templates
from tests.infrastructure.templates import flat, of_type
from tests.never_empty import never_empty

BOUNDARY = "arn:<AWS::Partition>:iam::<AWS::AccountId>:policy/ml/boundary"
RULES = RoleRules(permissions_boundary="arn:aws:iam::aws:policy/B", path="/p/", name_prefix="n-")


def roles(templates: Templates) -> Iterator[dict[str, Any]]:
    for template in templates.values():
        for role in of_type(template, "AWS::IAM::Role").values():
            yield role["Properties"]


def test_every_role_has_boundary_path_and_prefix(guarded: Templates) -> None:
    found = never_empty(roles(guarded))
    assert {flat(role["PermissionsBoundary"]) for role in found} == {BOUNDARY}
    assert {role["Path"] for role in found} == {"/ml/"}
    names = [json.dumps(role["RoleName"]) for role in found]
    assert all('"guarded-' in name for name in names)
    assert len(set(names)) == len(names)


def test_names_fit_with_what_deployment_adds(guarded: Templates) -> None:
    for role in never_empty(roles(guarded)):
        [fixed, _] = role["RoleName"]["Fn::Join"][1]
        assert len(fixed) + 8 <= 64


def test_without_settings_roles_are_as_constructs_make_them(sandbox: Templates) -> None:
    for role in never_empty(roles(sandbox)):
        assert not {"PermissionsBoundary", "Path", "RoleName"} & set(role)


def test_roles_that_other_constructs_make_and_managed_policies_follow_too() -> None:
    app = App(analytics_reporting=False, builtin_cloud_formation_validation=False)
    stack = Stack(app, "S")
    for name, kind in (("Raw", "AWS::IAM::Role"), ("Policy", "AWS::IAM::ManagedPolicy")):
        CfnResource(stack, name, type=kind)
    Aspects.of(app).add(EveryRole(RULES))

    template = app.synth().get_stack_by_name("S").template

    [role] = of_type(template, "AWS::IAM::Role").values()
    assert role["Properties"]["PermissionsBoundary"] == "arn:aws:iam::aws:policy/B"
    assert role["Properties"]["Path"] == "/p/"
    [policy] = of_type(template, "AWS::IAM::ManagedPolicy").values()
    assert policy["Properties"] == {"Path": "/p/"}


def test_another_path_gives_another_name() -> None:
    # IAM admits one role of a name, and a new path is a new role.
    def name(rules: RoleRules) -> str:
        app = App(analytics_reporting=False, builtin_cloud_formation_validation=False)
        CfnResource(Stack(app, "S"), "Raw", type="AWS::IAM::Role")
        Aspects.of(app).add(EveryRole(rules))
        [role] = of_type(app.synth().get_stack_by_name("S").template, "AWS::IAM::Role").values()
        return json.dumps(role["Properties"]["RoleName"])

    assert name(RULES) == name(RULES)
    assert name(RULES) != name(dataclasses.replace(RULES, path="/q/"))


def test_stacks_use_the_bootstrap_stack_of_the_qualifier(guarded: Templates) -> None:
    foundation = guarded["Foundation"]["Parameters"]["BootstrapVersion"]
    assert foundation["Default"] == "/cdk-bootstrap/ours/version"
    assert "cdk-ours-assets-" in json.dumps(guarded["Workflows"])
    assert "hnb659fds" not in json.dumps(guarded)


def test_policies_name_roles_without_their_path(guarded: Templates) -> None:
    attached = [
        flat(role)
        for template in guarded.values()
        for policy in of_type(template, "AWS::IAM::Policy").values()
        for role in policy["Properties"]["Roles"]
    ]
    # A part of an ARN could be the path.
    assert not [role for role in never_empty(attached) if "Arn" in role or " of " in role]
