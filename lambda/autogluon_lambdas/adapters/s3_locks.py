"""Hold locks as objects in S3, by conditional writes.

S3 writes an object only if there is none (`If-None-Match: *`) or only if it is still the one that
was read (`If-Match`), also where several write at once (S3 user guide, "How to prevent object
overwrites with conditional writes"). The latter needs `s3:GetObject` besides `s3:PutObject`.
"""

from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.ports import Lock

# Another write came first.
_LOST = "PreconditionFailed"
# Another one came during it, and it is not said which won: S3 asks to write again (API reference,
# PutObject).
_UNDECIDED = "ConditionalRequestConflict"
_TRIES = 4


class S3Locks:
    """A `Locks` over boto3: an object whose content is the holder, encrypted with `kms_key_arn`."""

    def __init__(self, client: Any, kms_key_arn: str) -> None:
        self._client = client
        self._encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key_arn}

    def take(self, location: S3Location, holder: str) -> Lock | None:
        """Take a lock that was never taken, and return None; otherwise return who holds it."""
        if self._write(location, holder, IfNoneMatch="*"):
            return None
        answer = self._client.get_object(Bucket=location.bucket, Key=location.key)
        held_seconds = (datetime.now(UTC) - answer["LastModified"]).total_seconds()
        return Lock(answer["Body"].read().decode(), held_seconds, answer["ETag"])

    def take_over(self, location: S3Location, holder: str, held: Lock) -> bool:
        """Replace the holder; return False when another one did so first."""
        return self._write(location, holder, IfMatch=held.tag)

    def _write(self, location: S3Location, holder: str, **condition: str) -> bool:
        for left in reversed(range(_TRIES)):
            try:
                self._client.put_object(
                    Bucket=location.bucket,
                    Key=location.key,
                    Body=holder.encode(),
                    ContentType="text/plain",
                    **self._encryption,
                    **condition,
                )
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code == _LOST:
                    return False
                if code != _UNDECIDED or not left:
                    raise
            else:
                break
        return True
