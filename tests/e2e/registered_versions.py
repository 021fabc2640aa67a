"""Versions of income that were registered by hand: like its own, but for their artifacts."""

from __future__ import annotations

import io
import tarfile

from autogluon_client.environment.deployment import Deployment
from tests.e2e.support import Account, Trained

ROW = (
    "39,State-gov,77516,Bachelors,13,Never-married,Adm-clerical,Not-in-family,White,Male,"
    "2174,0,40,United-States"
)


def broken_version(account: Account, deployment: Deployment, income: Trained, name: str) -> str:
    """Return an approved version whose container cannot start: its code raises on import."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        _add_file(
            archive, "code/inference.py", b"raise RuntimeError('this serving code is broken')\n"
        )
    return registered(account, deployment, income, name, buffer.getvalue())


def with_another_file(packed: bytes) -> bytes:
    """Return an artifact with one file more."""
    buffer = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(packed)) as original,
        tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as archive,
    ):
        for member in original:
            archive.addfile(member, original.extractfile(member))
        _add_file(archive, "models/added.pkl", b"")
    return buffer.getvalue()


def _add_file(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def registered(
    account: Account, deployment: Deployment, income: Trained, name: str, artifact: bytes
) -> str:
    """Register an artifact as a version that is like income's otherwise, its hash included."""
    key = f"income/runs/{name}/output/model.tar.gz"
    account.client("s3").put_object(Bucket=deployment.artifact_bucket, Key=key, Body=artifact)
    sagemaker = account.client("sagemaker")
    good = sagemaker.describe_model_package(ModelPackageName=income.output["model_package_arn"])
    specification = good["InferenceSpecification"]
    container = specification["Containers"][0]
    specification["Containers"] = [
        {
            "Image": container["Image"],
            "ModelDataUrl": f"s3://{deployment.artifact_bucket}/{key}",
            "Environment": container["Environment"],
        }
    ]
    answer = sagemaker.create_model_package(
        ModelPackageGroupName=good["ModelPackageGroupName"],
        InferenceSpecification=specification,
        ModelApprovalStatus="Approved",
    )
    arn: str = answer["ModelPackageArn"]
    return arn
