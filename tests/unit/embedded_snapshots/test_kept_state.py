"""No service is left out of a snapshot."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_aws.activity_log import ActivityLog
from embedded_aws.server import SERVICES, EmbeddedAws
from embedded_aws.snapshots.errors import SnapshotError

# Their state is moto's, which is saved as a whole.
WITHOUT_OWN_STATE = {"notifications"}


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    with EmbeddedAws(image_python=Path("unused"), log=ActivityLog(io.StringIO())) as aws:
        yield aws


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_says_what_it_keeps(aws: EmbeddedAws, service: str) -> None:
    keeping = {name.partition(".")[0] for name in aws.runtime.kept.roots}
    assert (service in keeping) != (service in WITHOUT_OWN_STATE)


def test_nothing_is_saved_while_work_runs(aws: EmbeddedAws, tmp_path: Path) -> None:
    aws.runtime.kept.activities.append(lambda: ["training-job/first"])
    try:
        with pytest.raises(SnapshotError, match="because these run: training-job/first"):
            aws.snapshots.save(tmp_path / "file", b"key", name="n")
    finally:
        aws.runtime.kept.activities.pop()
    assert list(tmp_path.iterdir()) == []
