"""Write the IAM documents of `permissions` for a person to review."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from autogluon_client.environment.connection import Connection
from autogluon_client.errors import InvalidArgumentError, NotSupportedError
from autogluon_contracts.policies.client_policy import (
    account_and_partition,
    permission_document,
    trust_document,
)

_TRUST_FILE = "ag_cloud_sagemaker_trust_relationship.json"
_RAY = (
    "A training job whose predictor has training.instance_count in the YAML forms a Ray cluster of "
    "its instances; it needs no permissions of yours for EC2."
)
_POLICY_FILE = "ag_cloud_sagemaker_iam_policy.json"


def write_permission_files(
    connection: Connection,
    *,
    backend: str,
    account_id: str | None,
    cloud_output_bucket: str | None,
    output_path: str | Path | None,
) -> dict[str, str]:
    """Write both documents; see `generate_default_permission`."""
    refuse_other_backend(backend)
    deployment = connection.deployment
    account, partition = account_and_partition(deployment)
    _require("account_id", account_id, account)
    bucket = cloud_output_bucket and cloud_output_bucket.removeprefix("s3://").strip("/")
    _require("cloud_output_bucket", bucket, deployment.data_bucket)
    folder = Path(output_path or ".").expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    documents = {
        "trust_relationship": (_TRUST_FILE, trust_document(account, partition)),
        "iam_policy": (_POLICY_FILE, permission_document(deployment)),
    }
    return {key: _write(folder / name, document) for key, (name, document) in documents.items()}


def refuse_other_backend(backend: str) -> None:
    """Refuse anything but SageMaker; raises NotSupportedError."""
    if backend == "sagemaker":
        return
    raise NotSupportedError(
        f"backend: got {backend!r}; allowed: 'sagemaker'.",
        argument="backend",
        advice=_RAY if backend == "ray_aws" else "",
    )


def _require(argument: str, given: str | None, deployed: str) -> None:
    if given is not None and given != deployed:
        raise InvalidArgumentError(
            f"{argument}: got {given!r}, but the environment is deployed with {deployed!r}.",
            argument=argument,
            advice="Leave it out, or pass a session of the other account.",
        )


def _write(path: Path, document: dict[str, Any]) -> str:
    path.write_text(json.dumps(document, indent=4) + "\n")
    return str(path)
