"""Publish the scripts of endpoints' own containers, and let the serving role read them."""

from collections.abc import Mapping, Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from autogluon_constructs.code.archives import Sources
from autogluon_constructs.code.job_archive import JobArchive
from autogluon_constructs.identity.permissions import READ_OBJECTS, Permission, arn, statement


class PipelineArchives(Construct):
    """One `.tar.gz` for each container that has a folder of its own.

    The permission to read them, and archives that are in S3 already, belongs to this stack and not
    to the endpoint's: promotions change that one with a role that may change no policy.

    The CDK gives the archives keys that end in `.gz`, which SageMaker takes for a model's data:
    integration tests of aws-cdk's aws-sagemaker-alpha (integ.model) deploy models with such keys.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        sources: Mapping[tuple[str, str], Sources],
        model_data: Sequence[str],
        role_name: str,
    ) -> None:
        """`sources` are by predictor and hostname, `model_data` are S3 addresses of archives."""
        super().__init__(scope, construct_id)
        self._archives = {
            (predictor, container): JobArchive(
                self,
                f"{predictor}.{container}",
                name=f"pipeline-{environment}-{predictor}-{container}.tar.gz",
                sources=files,
                policy="read-pipeline",
            )
            for (predictor, container), files in sources.items()
        }
        packed = [each.read_permissions()[0].resources for each in self._archives.values()]
        stored = [arn(self, "s3", uri.removeprefix("s3://"), region=False) for uri in model_data]
        resources = dict.fromkeys([*(item for each in packed for item in each), *stored])
        iam.CfnPolicy(
            self,
            "ReadArchives",
            policy_name=f"read-pipelines-{Stack.of(self).stack_name}",
            roles=[role_name],
            policy_document=iam.PolicyDocument(
                statements=[statement(Permission(actions=READ_OBJECTS, resources=list(resources)))]
            ),
        )

    def uris_of(self, predictor: str) -> dict[str, str]:
        """Return the archives of a predictor's containers by hostname."""
        return {
            container: archive.uri
            for (name, container), archive in self._archives.items()
            if name == predictor
        }
