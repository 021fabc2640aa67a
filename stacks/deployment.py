"""All stacks of one environment, in an app."""

from aws_cdk import App
from aws_cdk import Environment as Place

from autogluon_constructs.names import pascal_case
from autogluon_constructs.settings import Environment
from stacks.foundation import Foundation
from stacks.predictor_endpoint import PredictorEndpoint
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
        tags=tags,
        description=f"Data, key and roles of autogluon-{settings.name}",
    )
    Workflows(
        app,
        "Workflows",
        settings=settings,
        foundation=foundation,
        env=place,
        tags=tags,
        description=f"Train, BatchPredict and Promote of autogluon-{settings.name}",
    )
    for name, predictor in settings.predictors.items():
        if predictor.endpoint is None:
            continue
        PredictorEndpoint(
            app,
            f"{pascal_case(name)}Endpoint",
            settings=settings,
            predictor=name,
            endpoint=predictor.endpoint,
            foundation=foundation,
            env=place,
            tags={**tags, **predictor.tags},
            description=f"Real-time endpoint of {name} in autogluon-{settings.name}",
        )
