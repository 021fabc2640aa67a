"""State keeps its identity; locks, lambdas and live objects are what they are here."""

from __future__ import annotations

import collections
import io
import pickle
import re
import threading
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from moto.ec2.models import ec2_backends
from moto.s3.utils import _VersionedKeyStore
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.utilities.utils import CaseInsensitiveDict

from embedded_aws.sagemaker.job_record import JobRecord
from embedded_aws.sagemaker.training.metric_definitions import MetricReader
from embedded_aws.sagemaker.training.training_job import TrainingJob
from embedded_aws.sagemaker.tuning.tuning_job import Trial, TuningJob
from embedded_aws.snapshots.archive import ArchiveReader, ArchiveWriter
from embedded_aws.snapshots.errors import SnapshotError
from embedded_aws.snapshots.state_pickle import StatePickler, StateUnpickler

LIVE = {"live": threading.current_thread()}


def _written(value: Any, state_dir: Path) -> tuple[bytes, ArchiveReader, StatePickler]:
    archive = zipfile.ZipFile(io.BytesIO(), "w")
    writer, buffer = ArchiveWriter(archive), io.BytesIO()
    pickler = StatePickler(buffer, writer, LIVE, state_dir)
    pickler.dump(value)
    reader = ArchiveReader(archive, {"members": writer.digests}, Path("snapshot"))
    return buffer.getvalue(), reader, pickler


def _back(value: Any, folder: Path, other: Path | None = None) -> Any:
    data, reader, _ = _written(value, folder)
    return StateUnpickler(data, reader, LIVE, other or folder).load()


def test_records_come_back_with_new_locks(tmp_path: Path) -> None:
    job = JobRecord("job", "arn", {"a": [1, {"b": b"x"}]}, status="Completed")
    first, second = _back([job, job], tmp_path)
    assert first is second
    assert (first.name, first.request, first.created) == ("job", job.request, job.created)
    assert not first.stop.is_set()
    with first.lock:
        assert first.lock.locked()


def test_a_tuning_job_comes_back_with_its_trials(tmp_path: Path) -> None:
    trained = TrainingJob("one", "arn", {}, status="Completed")
    trained.metrics = MetricReader([{"Name": "score", "Regex": "score=(.*)"}])
    trained.metrics.read("score=0.5")
    trial = Trial(trained, {"x": "1"}, {"Type": "Maximize", "MetricName": "score"})
    [back] = _back([TuningJob("job", "arn", {}, status="Completed", trials=[trial])], tmp_path)
    assert (back.trials[0].value, back.trials[0].chosen) == (0.5, {"x": "1"})
    assert back.with_ancestors() == [back]


def test_members_of_enumerations_come_back_as_themselves(tmp_path: Path) -> None:
    # Early releases of Python 3.11 pickle them as calls of `getattr`, which no snapshot may hold.
    data, _, _ = _written([ExecutionStatus.SUCCEEDED], tmp_path)
    assert b"getattr" not in data
    assert _back([ExecutionStatus.SUCCEEDED], tmp_path)[0] is ExecutionStatus.SUCCEEDED


def test_a_job_that_has_ended_announces_nothing_any_more(tmp_path: Path) -> None:
    told: list[str] = []
    metrics = MetricReader([{"Name": "m", "Regex": "m=([0-9.]+)"}])
    metrics.read("m=0.5")
    request = {"OutputDataConfig": {"S3OutputPath": "s3://bucket"}}
    job = TrainingJob("job", "arn", request, metrics=metrics)
    job.announce = lambda: told.append("ended")
    job.enter("Starting")
    job.end("Completed")
    back = _back(job, tmp_path)
    assert back.describe() == job.describe()
    told.clear()
    back.end("Completed")
    assert told == []


def test_large_values_are_members_of_their_own(tmp_path: Path) -> None:
    content = b"x" * 100_000
    data, reader, _ = _written({"a": content, "b": content}, tmp_path)
    assert len(data) < 1000
    assert len(reader.names()) == 1
    assert StateUnpickler(data, reader, LIVE, tmp_path).load() == {"a": content, "b": content}


def test_paths_move_with_the_state_folder(tmp_path: Path) -> None:
    path = tmp_path / "lambda" / "code"
    assert _back(path, tmp_path, Path("/elsewhere")) == Path("/elsewhere/lambda/code")
    with pytest.raises(pickle.PicklingError, match="the path /etc/passwd"):
        _written(Path("/etc/passwd"), tmp_path)


def test_objects_of_the_process_are_found_again(tmp_path: Path) -> None:
    thread = LIVE["live"]
    assert _back([thread], tmp_path) == [thread]
    assert _back(thread.is_alive, tmp_path)() is True


def test_containers_keep_how_they_fill_themselves(tmp_path: Path) -> None:
    nested: Any = collections.defaultdict(lambda: collections.defaultdict(dict))
    nested["a"]["b"]["c"] = 1
    back = _back(nested, tmp_path)
    back["x"]["y"]["z"] = 2
    assert back == {"a": {"b": {"c": 1}}, "x": {"y": {"z": 2}}}
    assert _back(re.compile("a+", re.I), tmp_path).match("AAA")


def test_every_version_of_an_object_is_kept(tmp_path: Path) -> None:
    store = _VersionedKeyStore()
    store["key"], store["key"] = "first", "second"
    assert _back(store, tmp_path).getlist("key") == store.getlist("key") == ["first", "second"]


def test_what_is_not_state_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(pickle.PicklingError, match="a method of"):
        _written(_Some().method, tmp_path)
    with pytest.raises(pickle.PicklingError, match=r"the function .*<lambda>"):
        _written(lambda: 1, tmp_path)


class _Some:
    def method(self) -> None:
        """Do nothing."""


@pytest.mark.parametrize("what", [("os", "system"), ("builtins", "eval"), ("subprocess", "Popen")])
def test_no_function_and_no_foreign_class_is_ever_found(
    tmp_path: Path, what: tuple[str, str]
) -> None:
    _, reader, _ = _written(None, tmp_path)
    with pytest.raises(SnapshotError, match="which is not state"):
        StateUnpickler(b"", reader, LIVE, tmp_path).find_class(*what)


def test_what_the_library_keeps_of_networks_and_by_any_case_is_state(tmp_path: Path) -> None:
    networks, databases = ec2_backends["111122223333"]["eu-west-1"], CaseInsensitiveDict(A=1)
    (vpc,) = networks.describe_vpcs()
    back, others = _back([networks.groups, databases], tmp_path)
    (group,) = [each for each in back[vpc.id].values() if each.name == "default"]
    assert [str(rule.ip_protocol) for rule in group.egress_rules] == ["-1"]
    assert others["a"] == 1


def test_a_class_that_could_not_be_read_is_refused_when_it_is_written(tmp_path: Path) -> None:
    with pytest.raises(pickle.PicklingError, match=r"a fractions\.Fraction"):
        _back([Fraction(1, 2)], tmp_path)
