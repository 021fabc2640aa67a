"""The SSM parameter that tells clients where everything is."""

import json
from collections.abc import Mapping
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from autogluon_constructs import names

DEPLOYMENT_VERSION = 1


class DeploymentParameter(Construct):
    """`/autogluon/<env>/deployment`: JSON, version 1 (docs/reference/contracts.md)."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        places: Mapping[str, Any],
    ) -> None:
        super().__init__(scope, construct_id)
        document = {
            "version": DEPLOYMENT_VERSION,
            "environment": environment,
            "region": Stack.of(self).region,
            **places,
        }
        ssm.CfnParameter(
            self,
            "Resource",
            name=names.deployment_parameter(environment),
            description=f"Where everything of autogluon-{environment} is",
            type="String",
            tier="Intelligent-Tiering",
            value=json.dumps(document),
        )
