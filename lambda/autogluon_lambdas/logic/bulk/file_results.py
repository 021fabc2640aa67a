"""Join what a job left of a file: one manifest, or those of its parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from autogluon_contracts.documents.batch_manifest import (
    MOST_LISTED_ERRORS,
    ResultFile,
    ResultPart,
)
from autogluon_contracts.documents.bulk_job import BadRow, BulkFile, ShardManifest
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.batch.row_errors import FileErrors
from autogluon_lambdas.models.errors import BatchFailedError


@dataclass(frozen=True)
class FileResult:
    """A file and the manifests of its units, in order."""

    file: BulkFile
    shards: Sequence[ShardManifest]

    def require_whole(self, *, is_parquet: bool) -> None:
        """Raise BatchFailedError unless all rows of the file have an answer.

        Args:
            is_parquet: whether parts are of the file's rows; else they are of its bytes.
        """
        if self.file.parts:
            total = self.file.rows if is_parquet else self.file.bytes
            self._require_joined(total, "rows" if is_parquet else "bytes")
        rows_in, rows_out = self._rows_in, self._rows_out
        if rows_in != rows_out:
            raise BatchFailedError(
                f"{self.file.uri}: {rows_in:,} rows went in and {rows_out:,} came out."
            )

    def errors(self) -> FileErrors:
        """Return the rows with errors, by their numbers in the file."""
        before = accumulate((shard.rows_out for shard in self.shards), initial=0)
        first = [
            BadRow(row=bad.row + rows, error=bad.error)
            for shard, rows in zip(self.shards, before, strict=False)
            for bad in shard.first_row_errors
        ]
        count = sum(shard.row_errors for shard in self.shards)
        return FileErrors(self.file.uri, count, first[:MOST_LISTED_ERRORS])

    def entry(self, folder: S3Location, *, counts_errors: bool) -> ResultFile:
        """Return what the batch's manifest says of the file.

        Args:
            folder: of the results.
            counts_errors: whether a row may have an error in place of an answer.
        """
        is_cut = bool(self.file.parts)
        return ResultFile(
            input=self.file.uri,
            rows_in=self._rows_in,
            output=folder.child(f"{self.file.output}/" if is_cut else self.file.output).uri,
            rows_out=self._rows_out,
            row_errors=sum(shard.row_errors for shard in self.shards) if counts_errors else None,
            bytes=sum(shard.bytes for shard in self.shards),
            seconds=round(sum(shard.seconds for shard in self.shards), 3),
            job_name=None if is_cut else self.shards[0].job_name,
            parts=tuple(_part(folder, shard) for shard in self.shards) if is_cut else (),
        )

    @property
    def _rows_in(self) -> int:
        if self.file.rows is not None:
            return self.file.rows
        return sum(shard.rows_in for shard in self.shards)

    @property
    def _rows_out(self) -> int:
        return sum(shard.rows_out for shard in self.shards)

    def _require_joined(self, total: int | None, noun: str) -> None:
        """Raise BatchFailedError unless each part begins where the one before ends."""
        end = 0
        for number, shard in enumerate(self.shards, start=1):
            part = shard.part
            if part is None or (part.number, part.start) != (number, end):
                raise BatchFailedError(
                    f"{self.file.uri}: part {number:,} of {len(self.shards):,} does not begin "
                    "where the one before ends.",
                    advice="Start the batch again under a new execution name, without resume.",
                )
            end = part.end
        if end != total:
            raise BatchFailedError(
                f"{self.file.uri}: its parts have {end:,} {noun} of {total or 0:,}.",
                advice="Start the batch again under a new execution name, without resume.",
            )


def _part(folder: S3Location, shard: ShardManifest) -> ResultPart:
    return ResultPart(
        output=folder.child(shard.output).uri,
        rows=shard.rows_out,
        bytes=shard.bytes,
        seconds=shard.seconds,
        job_name=shard.job_name,
    )
