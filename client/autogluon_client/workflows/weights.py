"""Mirror pretrained weights into the artifact bucket, and look at what is mirrored."""

from __future__ import annotations

from botocore.exceptions import ClientError

from autogluon_client.data.storage import read_bytes
from autogluon_client.environment.connection import Connection
from autogluon_client.errors import WeightsNotFoundError
from autogluon_client.executions.names import new_name
from autogluon_client.executions.run import Run
from autogluon_client.registry.deletion import delete_folder
from autogluon_contracts.documents.mirrored_weights import MirroredWeights
from autogluon_contracts.names import weights_record, weights_records, weights_sets
from autogluon_contracts.suggestions import did_you_mean

WORKFLOW = "mirror_weights"
_ABSENT = ("NoSuchKey", "404")


def start_mirroring(
    connection: Connection,
    name: str,
    *,
    license: str,  # noqa: A002 - as in the execution's input
    repository: str | None = None,
    revision: str | None = None,
    run: str | None = None,
) -> Run:
    """Start the run that mirrors a set of weights.

    Args:
        connection: to the environment.
        name: of the set; one that AutoGluon knows, or one of your own for a `repository`.
        license: that you have read and accept, as the hub writes it; the job compares it.
        repository: `<owner>/<name>` on the hub.
        revision: a branch, tag or commit; default: `main`.
        run: the run's name.

    Raises:
        WeightsNotFoundError: the environment is not deployed for it.

    Example:
        run = start_mirroring(connection, "chronos-2-small", license="apache-2.0")
    """
    require_mirroring(connection)
    given = {"repository": repository, "revision": revision}
    arguments = {
        "name": name,
        "license": license,
        **{key: value for key, value in given.items() if value is not None},
    }
    return Run.start(connection, WORKFLOW, run or new_name("weights"), arguments)


def require_mirroring(connection: Connection) -> None:
    """Raise WeightsNotFoundError where the environment has no workflow that mirrors weights."""
    if WORKFLOW not in connection.deployment.state_machines:
        raise WeightsNotFoundError(
            f"Environment {connection.environment!r} is not deployed to mirror weights.",
            advice="Write `weights: [NAME]` to a predictor's settings, or `weights: {}` to the "
            "environment's, and deploy.",
        )


def list_weights(connection: Connection) -> list[MirroredWeights]:
    """Return the sets that are mirrored, by their names."""
    s3, folder = connection.client("s3"), weights_records(connection.deployment.artifact_bucket)
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=folder.bucket, Prefix=folder.key)
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    return [
        MirroredWeights.from_text(read_bytes(s3, f"s3://{folder.bucket}/{key}"))
        for key in sorted(keys)
    ]


def find_weights(connection: Connection, name: str) -> MirroredWeights | None:
    """Return a set's record; None where it is not mirrored."""
    location = weights_record(connection.deployment.artifact_bucket, name)
    try:
        return MirroredWeights.from_text(read_bytes(connection.client("s3"), location.uri))
    except ClientError as error:
        if error.response["Error"]["Code"] in _ABSENT:
            return None
        raise


def require_weights(connection: Connection, name: str) -> MirroredWeights:
    """Return a set's record.

    Raises:
        WeightsNotFoundError: it is not mirrored.
    """
    found = find_weights(connection, name)
    if found is None:
        known = [record.name for record in list_weights(connection)]
        raise WeightsNotFoundError(
            f"Weights {name!r} not found in environment {connection.environment!r}"
            f"{did_you_mean(name, known)}.",
            advice=f"Mirrored: {', '.join(known) or 'none'}.",
        )
    return found


def remove_weights(connection: Connection, name: str) -> int:
    """Delete a set, its record first, and return how many files it had.

    Models that were trained with it keep their own copies.

    Raises:
        WeightsNotFoundError: it is not mirrored.
    """
    require_weights(connection, name)
    bucket = connection.deployment.artifact_bucket
    record = weights_record(bucket, name)
    connection.client("s3").delete_object(Bucket=record.bucket, Key=record.key)
    return delete_folder(connection, weights_sets(bucket).child(name))
