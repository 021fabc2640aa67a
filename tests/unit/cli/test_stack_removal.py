"""`destroy` where a bucket got an object after the stack had emptied it."""

from __future__ import annotations

import pytest

from tests.fakes.account import FakeAws
from tests.fakes.objects import FakeS3
from tests.unit.cli.settings_files import write_settings
from tests.unit.cli.terminal import Terminal

FOUNDATION, ENDPOINT = "autogluon-sandbox-foundation", "autogluon-sandbox-income-endpoint"


@pytest.fixture(autouse=True)
def deployed(terminal: Terminal, aws: FakeAws) -> None:
    """Two stacks, of which one has a bucket with a late access log, and an empty one."""
    aws.stacks.add(FOUNDATION)
    aws.stacks.add(ENDPOINT)
    aws.stacks.buckets[FOUNDATION] = ["logs", "data"]
    aws.s3.put_object(Bucket="logs", Key="2026-11-30-10-00-00-0A", Body=b"late")
    aws.s3.put_object(Bucket="others", Key="kept", Body=b"of another stack")
    write_settings("income")


def test_a_bucket_that_got_an_object_meanwhile_is_emptied_once_more(
    terminal: Terminal, aws: FakeAws
) -> None:
    code, out, err = terminal.run("destroy", "--yes")

    assert code == 0, err
    assert "Tore down sandbox." in out
    assert aws.stacks.attempts == [ENDPOINT, FOUNDATION, FOUNDATION]
    assert aws.stacks.deleted == [ENDPOINT, FOUNDATION]
    assert list(aws.s3.objects) == ["s3://others/kept"]


def test_a_bucket_that_does_not_stay_empty_is_the_sentence(
    terminal: Terminal, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeS3, "delete_objects", lambda *_, **__: None)

    code, _, err = terminal.run("destroy", "--yes")

    assert code == 1
    assert f"Error: {FOUNDATION} could not be deleted: AWS::S3::Bucket Bucket: The bucket" in err
    assert err.rstrip().endswith("Next:  agcdk destroy --environment sandbox")
    assert aws.stacks.attempts == [ENDPOINT, FOUNDATION, FOUNDATION]


def test_what_another_reason_holds_is_not_emptied(terminal: Terminal, aws: FakeAws) -> None:
    aws.stacks.buckets.clear()
    aws.stacks.held[FOUNDATION] = "It is in use."

    assert terminal.run("destroy", "--yes")[0] == 1

    assert aws.stacks.attempts == [ENDPOINT, FOUNDATION]
    assert "s3://logs/2026-11-30-10-00-00-0A" in aws.s3.objects
