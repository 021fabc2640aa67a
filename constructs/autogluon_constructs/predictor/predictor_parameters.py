"""Have the specs of all predictors written into SSM parameters, beside their live models."""

import hashlib
from collections.abc import Mapping

from aws_cdk import CustomResource, Duration, RemovalPolicy, Size, Stack
from aws_cdk import aws_logs as logs
from aws_cdk.aws_s3_assets import Asset
from constructs import Construct

from autogluon_constructs.code.lambda_function import LambdaFunction
from autogluon_constructs.code.staged_file import staged_file
from autogluon_constructs.errors import DeclarationError
from autogluon_constructs.identity.permissions import (
    READ_OBJECTS,
    READ_PARAMETERS,
    Permission,
    arn,
)
from autogluon_constructs.network.placement import Placement
from autogluon_contracts import names
from autogluon_contracts.documents.declared_predictors import DeclaredPredictors
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.documents.spec_parameter import stored

_DIGEST_LENGTH = 8


class SpecTooLongError(DeclarationError):
    """Report settings of a predictor that do not fit into SSM parameters."""


class PredictorParameters(Construct):
    """A custom resource whose function writes `.../spec`, and `.../live-model` where it is absent.

    The parameters belong to no stack, so that no template grows with the predictors by more than
    a digest of each, and no template can overwrite a live model.

    Args:
        registry: the host of AutoGluon's images, which only the deployment knows.
        algorithms: those of the images of SageMaker's algorithms, by their predictors' type.

    Raises:
        SpecTooLongError: a spec is longer than 16 parameters of 8,192 characters.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        specs: Mapping[str, PredictorSpec],
        registry: str,
        algorithms: Mapping[str, str],
        log_retention: logs.RetentionDays,
        removal_policy: RemovalPolicy,
        placement: Placement | None,
    ) -> None:
        super().__init__(scope, construct_id)
        for predictor, spec in specs.items():
            _require_room(predictor, spec)
        texts = {name: spec.to_text(sort_keys=True) for name, spec in specs.items()}
        declared = DeclaredPredictors(specs={name: each.to_json() for name, each in specs.items()})
        content = declared.to_text(separators=(",", ":")).encode()
        file = Asset(
            self,
            "File",
            path=staged_file(self, f"predictors-{environment}.json", content),
            asset_hash=hashlib.sha256(content).hexdigest(),
        )
        function = LambdaFunction(
            self,
            "Write",
            handler="write_predictors",
            description=f"Writes the parameters of the predictors of autogluon-{environment}",
            environment={},
            log_retention=log_retention,
            removal_policy=removal_policy,
            # SSM takes three new values a second, and 500 predictors have a thousand.
            timeout=Duration.minutes(15),
            memory=Size.mebibytes(256),
            placement=placement,
        )
        function.grant(*self._permissions(environment, file))
        self.resource = CustomResource(
            self,
            "Resource",
            service_token=function.arn,
            resource_type="Custom::Predictors",
            properties={
                "Environment": environment,
                "Source": file.s3_object_url,
                "Registry": registry,
                **({"Algorithms": dict(algorithms)} if algorithms else {}),
                # For people: `cdk diff` shows whose settings change.
                "Digests": {
                    name: hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH]
                    for name, text in texts.items()
                },
            },
        )
        # Without its policy the function could not delete anything on the way out.
        self.resource.node.add_dependency(function)

    def _permissions(self, environment: str, file: Asset) -> list[Permission]:
        def parameter(name: str) -> str:
            return arn(self, "ssm", f"parameter{name}")

        prefix = names.predictor_prefix(environment)
        kept = names.kept_live_model_prefix(environment)
        source = parameter(names.predictors_source_parameter(environment))
        folder, slash, _ = file.s3_object_key.rpartition("/")
        files = f"{arn(self, 's3', file.s3_bucket_name, region=False)}/{folder}{slash}*.json"
        return [
            Permission(
                actions=READ_PARAMETERS,
                resources=(
                    parameter(prefix),
                    parameter(f"{prefix}/*"),
                    parameter(kept),
                    parameter(f"{kept}/*"),
                    source,
                ),
                bound="Read-only, parameters of this environment's predictors",
            ),
            Permission(
                actions=("ssm:PutParameter",),
                resources=(
                    parameter(names.spec_parameter(environment, "*")),
                    parameter(f"{names.spec_parameter(environment, '*')}/*"),
                    source,
                ),
                bound="Only specs of this environment's predictors",
            ),
            # What promotions have written, nothing else overwrites.
            Permission(
                actions=("ssm:PutParameter",),
                resources=(parameter(names.live_model_parameter(environment, "*")),),
                conditions={"StringEquals": {"ssm:Overwrite": "false"}},
                bound="Only new parameters for live models of this environment",
            ),
            Permission(
                actions=("ssm:DeleteParameters",),
                resources=(parameter(f"{prefix}/*"), source),
                bound="Only parameters of this environment's predictors",
            ),
            Permission(
                actions=("ssm:DeleteParameters",),
                resources=(parameter(f"{kept}/*"),),
                bound="Only copies of live models of this environment",
            ),
            # An update that is rolled back reads the file of before, whose name is not known here.
            Permission(
                actions=READ_OBJECTS,
                resources=(files,),
                bound="Read-only, JSON assets of this environment in the CDK's bootstrap bucket",
            ),
            Permission(
                actions=("cloudformation:DescribeStacks",),
                resources=(arn(self, "cloudformation", f"stack/{Stack.of(self).stack_name}/*"),),
                bound="Read-only, the function's own stack",
            ),
        ]


def _require_room(predictor: str, spec: PredictorSpec) -> None:
    try:
        stored(spec)
    except ValueError as error:
        raise SpecTooLongError(
            f"predictors.{predictor}: its settings make {error}.",
            advice="Shorten init_args and fit_args: choose presets, for instance, instead of "
            "long hyperparameters.",
        ) from error
