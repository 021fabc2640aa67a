"""Add all stacks of one environment to an app."""

from typing import Any

from aws_cdk import App, Aspects, DefaultStackSynthesizer
from aws_cdk import Environment as Place

from autogluon_constructs.identity.role_rules import EveryRole, RoleRules
from autogluon_constructs.settings import ComponentEndpoint, EndpointAlarms, Environment
from autogluon_contracts.names import assets_folder, pascal_case, shared_endpoint_description
from stacks.delivery import Delivery
from stacks.foundation import Foundation
from stacks.predictor_component import PredictorComponent
from stacks.predictor_endpoint import PredictorEndpoint
from stacks.shared_endpoint import SharedEndpointStack
from stacks.workflows import Workflows


def add_stacks(app: App, settings: Environment) -> None:
    """Add the stacks that `settings` declare, in the order of their dependencies."""
    place = Place(account=settings.account, region=settings.region)
    tags = dict(settings.tags)
    foundation = Foundation(
        app,
        "Foundation",
        settings=settings,
        env=place,
        synthesizer=_synthesizer(settings),
        tags=tags,
        description=f"Data, key and roles of autogluon-{settings.name}",
    )
    workflows = Workflows(
        app,
        "Workflows",
        settings=settings,
        foundation=foundation,
        env=place,
        synthesizer=_synthesizer(settings),
        tags=tags,
        description=f"Train, Tune, BatchPredict, Promote, Drift and Process of "
        f"autogluon-{settings.name}",
    )
    hosts = {
        name: SharedEndpointStack(
            app,
            f"{pascal_case(name)}Shared",
            settings=settings,
            name=name,
            foundation=foundation,
            env=place,
            synthesizer=_synthesizer(settings),
            tags=tags,
            description=shared_endpoint_description(settings.name, name),
        )
        for name in settings.shared_endpoints
    }
    for name, predictor in settings.predictors.items():
        endpoint = predictor.endpoint
        if endpoint is None:
            continue
        has_alarms = settings.alarms_of(name) != EndpointAlarms()
        common: dict[str, Any] = {
            "settings": settings,
            "predictor": name,
            "foundation": foundation,
            "failure_topic_arn": workflows.share_failure_topic() if has_alarms else None,
            "env": place,
            # Promotions update this stack with the Promote role, which reads live models only; the
            # CDK CLI checks the bootstrap version of its deployments without this rule.
            "synthesizer": _synthesizer(settings, generate_bootstrap_version_rule=False),
            "tags": settings.tags_of(name),
        }
        # Workflows writes the live model's parameter, which the endpoint's template reads.
        if isinstance(endpoint, ComponentEndpoint):
            PredictorComponent(
                app,
                f"{pascal_case(name)}Endpoint",
                component=endpoint,
                shared_endpoint=hosts[endpoint.shared_endpoint],
                description=f"Inference component of {name} in autogluon-{settings.name}",
                **common,
            ).add_stack_dependency(workflows)
            continue
        PredictorEndpoint(
            app,
            f"{pascal_case(name)}Endpoint",
            endpoint=endpoint,
            pipeline_archives=workflows.pipeline_archives_of(name),
            description=f"Real-time endpoint of {name} in autogluon-{settings.name}",
            **common,
        ).add_stack_dependency(workflows)
    if settings.delivery is not None:
        Delivery(
            app,
            "Delivery",
            settings=settings,
            env=place,
            synthesizer=_synthesizer(settings),
            tags=tags,
            description=f"Roles with which CI deploys autogluon-{settings.name}",
        )
    rules = RoleRules(**settings.roles.model_dump())
    if rules.change_something:
        Aspects.of(app).add(EveryRole(rules))


def _synthesizer(settings: Environment, **options: Any) -> DefaultStackSynthesizer:
    return DefaultStackSynthesizer(
        qualifier=settings.bootstrap_qualifier,
        # The account has one bucket for the files of all apps: roles read this environment's only.
        bucket_prefix=assets_folder(settings.name),
        **options,
    )
