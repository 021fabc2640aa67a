"""Publish an archive that jobs read, as one asset that depends on its files and on nothing else."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk.aws_s3_assets import Asset
from constructs import Construct

from autogluon_constructs.code.archives import Sources, digest, tar_gz
from autogluon_constructs.code.staged_file import staged_file
from autogluon_constructs.identity.permissions import (
    LIST_BUCKET,
    READ_OBJECTS,
    Permission,
    arn,
    statement,
)


class JobArchive(Construct):
    """Publishes files as a `.tar.gz` that jobs mount."""

    asset: Asset

    def __init__(
        self, scope: Construct, construct_id: str, *, name: str, sources: Sources, policy: str
    ) -> None:
        """`policy` begins the name of the policy that lets jobs read the archive."""
        super().__init__(scope, construct_id)
        self._policy = policy
        archive = staged_file(self, name, tar_gz(sources))
        self.asset = Asset(self, "Archive", path=archive, asset_hash=digest(sources))

    @property
    def uri(self) -> str:
        """Return `s3://.../<hash>.tar.gz`."""
        return self.asset.s3_object_url

    def read_permissions(self) -> tuple[Permission, Permission]:
        """Return what a job needs to fetch the archive."""
        bucket_arn = arn(self, "s3", self.asset.s3_bucket_name, region=False)
        archive = Permission(
            actions=READ_OBJECTS, resources=(f"{bucket_arn}/{self.asset.s3_object_key}",)
        )
        # SageMaker lists a channel's prefix before it reads.
        return archive, Permission(actions=LIST_BUCKET, resources=(bucket_arn,))

    def grant_read(self, *role_names: str, lists: bool = True) -> None:
        """Let jobs under these roles fetch the archive.

        `lists` is false for roles that may list the bucket already, for another archive.

        The policy belongs to the archive's stack, not to the role's: new code must not change the
        stack that holds the role.
        """
        permissions = self.read_permissions()[: None if lists else 1]
        iam.CfnPolicy(
            self,
            "ReadArchive",
            policy_name=f"{self._policy}-{Stack.of(self).stack_name}",
            roles=list(role_names),
            policy_document=iam.PolicyDocument(
                statements=[statement(each) for each in permissions]
            ),
        )
