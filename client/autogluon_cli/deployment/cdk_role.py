"""Change stacks without the CDK, with the role that the CDK deploys with."""

from __future__ import annotations

from typing import Any

from autogluon_cli.deployment.account import Account
from autogluon_cli.deployment.settings_file import bootstrap_qualifier
from autogluon_cli.framework.invocation import Invocation

_DEPLOY_ROLE = "arn:{partition}:iam::{account}:role/cdk-{qualifier}-deploy-role-{account}-{region}"


def stack_changer(invocation: Invocation, account: Account) -> Any:
    """Return CloudFormation's client with the CDK's role, or else with the caller's rights."""
    from botocore.exceptions import ClientError

    role = _DEPLOY_ROLE.format(
        partition=account.caller_arn.split(":")[1],
        account=account.number,
        region=account.region,
        qualifier=bootstrap_qualifier(invocation),
    )
    try:
        answer = invocation.client("sts").assume_role(RoleArn=role, RoleSessionName="agcdk")
    except ClientError:
        return invocation.client("cloudformation")
    keys = answer["Credentials"]
    return invocation.session.client(
        "cloudformation",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
