"""S3 URIs, prefixes and archives."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from embedded_aws.sagemaker.container import s3_data
from embedded_aws.sagemaker.container.s3_data import S3Object, S3Uri
from embedded_aws.sagemaker.errors import JobError
from embedded_aws.server import EmbeddedAws


@pytest.mark.parametrize(
    ("prefix", "key", "expected"),
    [
        ("data/", "data/a.csv", "a.csv"),
        ("data", "data/a.csv", "a.csv"),
        ("data", "data/x/a.csv", "x/a.csv"),
        ("data/train.csv", "data/train.csv", "train.csv"),
        ("data/train.csv", "data/train.csv.bak", "train.csv.bak"),
        ("data/tr", "data/train/a.csv", "train/a.csv"),
        ("", "data/a.csv", "data/a.csv"),
        ("data/train.csv", "data/train.csv/part-0", "part-0"),
    ],
)
def test_objects_keep_their_path_below_the_prefix(prefix: str, key: str, expected: str) -> None:
    assert s3_data.relative_key(prefix, key) == expected


def test_a_prefix_is_a_prefix_of_the_text_of_keys(aws: EmbeddedAws) -> None:
    client = aws.runtime.client("s3")
    for key in ("p/train.csv", "p/train.csv.bak", "p/train.csvs/", "p/other.csv"):
        client.put_object(Bucket="unit-sagemaker", Key=key, Body=b"x")
    source = {"S3DataType": "S3Prefix", "S3Uri": "s3://unit-sagemaker/p/train.csv"}
    found = s3_data.list_objects(client, source)
    assert [item.relative for item in found] == ["train.csv", "train.csv.bak"]


def test_a_manifest_names_its_objects(aws: EmbeddedAws) -> None:
    client = aws.runtime.client("s3")
    body = b'[{"prefix": "s3://unit-sagemaker/p/"}, "a.csv", "x/b.csv"]'
    client.put_object(Bucket="unit-sagemaker", Key="m/good.manifest", Body=body)
    source = {"S3DataType": "ManifestFile", "S3Uri": "s3://unit-sagemaker/m/good.manifest"}
    found = s3_data.list_objects(client, source)
    assert [(str(item.uri), item.relative) for item in found] == [
        ("s3://unit-sagemaker/p/a.csv", "a.csv"),
        ("s3://unit-sagemaker/p/x/b.csv", "x/b.csv"),
    ]


def test_a_manifest_of_another_form_is_refused_by_name(aws: EmbeddedAws) -> None:
    client = aws.runtime.client("s3")
    client.put_object(Bucket="unit-sagemaker", Key="m/bad.manifest", Body=b'{"a": 1}')
    source = {"S3DataType": "ManifestFile", "S3Uri": "s3://unit-sagemaker/m/bad.manifest"}
    with pytest.raises(JobError, match=r"manifest s3://unit-sagemaker/m/bad.manifest is not"):
        s3_data.list_objects(client, source)


@pytest.mark.parametrize("uri", ["https://bucket/key", "bucket/key", "s3://", ""])
def test_other_uris_are_refused_with_the_value(uri: str) -> None:
    with pytest.raises(JobError, match="is not an S3 URI"):
        S3Uri.parse(uri)


def test_an_object_that_would_leave_its_folder_is_refused(tmp_path: Path) -> None:
    item = S3Object(S3Uri("b", "x/../../etc"), "../../etc")
    client: Any = None
    with pytest.raises(JobError, match="outside its folder"):
        s3_data.download(client, [item], tmp_path / "channel")


def test_packing_and_unpacking_keeps_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "model" / "code").mkdir(parents=True)
    (tmp_path / "model" / "code" / "inference.py").write_text("x = 1")
    s3_data.pack(tmp_path / "model", tmp_path / "model.tar.gz")
    s3_data.unpack(tmp_path / "model.tar.gz", tmp_path / "again")
    assert (tmp_path / "again" / "code" / "inference.py").read_text() == "x = 1"


def test_an_archive_that_reaches_outside_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "evil.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        info = tarfile.TarInfo("../evil.txt")
        info.size = 1
        tar.addfile(info, io.BytesIO(b"x"))
    with pytest.raises(JobError, match=r"not a readable \.tar\.gz"):
        s3_data.unpack(archive, tmp_path / "model")
    assert not (tmp_path / "evil.txt").exists()


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.tar.gz").write_bytes(b"PK nonsense")
    with pytest.raises(JobError, match=r"model.tar.gz is not a readable .tar.gz file"):
        s3_data.unpack(tmp_path / "model.tar.gz", tmp_path / "model")
