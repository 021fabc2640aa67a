"""Where the data that a client uploads goes."""

from __future__ import annotations

from autogluon_client.environment.deployment import Deployment


def upload_folder(cloud_output_path: str | None, deployment: Deployment, predictor: str) -> str:
    """The `cloud_output_path` given, with or without `s3://`, or a folder of the data bucket.

    Below it, data lies in folders named after its content, so that neither a bucket without a
    prefix nor two runs with one prefix overwrite anything.
    """
    if not cloud_output_path:
        return f"s3://{deployment.data_bucket}/{predictor}/uploads"
    return f"s3://{cloud_output_path.removeprefix('s3://').strip('/')}"
