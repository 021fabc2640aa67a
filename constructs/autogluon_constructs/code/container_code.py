"""The container code as one asset: a tar.gz that depends on the code and on nothing else."""

import gzip
import io
import tarfile
from pathlib import Path

from aws_cdk import Stack, Stage
from aws_cdk import aws_iam as iam
from aws_cdk.aws_s3_assets import Asset
from constructs import Construct

from autogluon_constructs.code.code_files import code_files, digest
from autogluon_constructs.identity.permissions import (
    LIST_BUCKET,
    READ_OBJECTS,
    Permission,
    arn,
    statement,
)

_CODE = Path(__file__).parents[3] / "containers"
_ARCHIVE = "autogluon-jobs.tar.gz"


class ContainerCode(Construct):
    """Publishes `containers/` so that jobs can mount it as their `code` channel."""

    asset: Asset

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        stage = Stage.of(self)
        if stage is None:
            raise ValueError(f"{self.node.path}: stands in no app; create it inside a stack")
        # Below the assembly's own folder: nothing else may be written at synth.
        archive = Path(stage.outdir) / _ARCHIVE
        archive.write_bytes(pack(_CODE))
        self.asset = Asset(
            self, "Archive", path=str(archive), asset_hash=digest(_CODE, _shipped(_CODE))
        )

    @property
    def uri(self) -> str:
        """`s3://.../<hash>.tar.gz`."""
        return self.asset.s3_object_url

    def let_read(self, *roles: iam.IRole) -> None:
        """Let jobs under `roles` fetch the archive.

        The policy stands beside the archive, not with the role: new code must not change the stack
        that holds the role.
        """
        bucket_arn = arn(self, "s3", self.asset.s3_bucket_name, region=False)
        archive = Permission(
            actions=READ_OBJECTS, resources=(f"{bucket_arn}/{self.asset.s3_object_key}",)
        )
        # SageMaker lists a channel's prefix before it reads.
        listing = Permission(actions=LIST_BUCKET, resources=(bucket_arn,))
        iam.CfnPolicy(
            self,
            "ReadArchive",
            policy_name=f"read-container-code-{Stack.of(self).stack_name}",
            roles=[role.role_name for role in roles],
            policy_document=iam.PolicyDocument(statements=[statement(archive), statement(listing)]),
        )


def pack(folder: Path) -> bytes:
    """A tar.gz of the Python code in `folder`: same code, same bytes."""
    tar_bytes = io.BytesIO()
    with tarfile.open(fileobj=tar_bytes, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path in _shipped(folder):
            content = path.read_bytes()
            entry = tarfile.TarInfo(path.relative_to(folder).as_posix())
            entry.size, entry.mode = len(content), 0o644
            tar.addfile(entry, io.BytesIO(content))
    return gzip.compress(tar_bytes.getvalue(), mtime=0)


def _shipped(folder: Path) -> list[Path]:
    """The programs at the top and the package `autogluon_jobs` with its data files."""
    return [*sorted(folder.glob("*.py")), *code_files(folder / "autogluon_jobs")]
