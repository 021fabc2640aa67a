"""Images, paths, metrics and instance types: what a container is made of."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from embedded_aws.gateway import ApiError
from embedded_aws.sagemaker.container.images import (
    installed_version,
    network_environment,
    resolve_image,
    version_note,
)
from embedded_aws.sagemaker.container.opt_ml import OptMl
from embedded_aws.sagemaker.errors import JobError
from embedded_aws.sagemaker.instance_types import (
    check_volume_key,
    check_volume_size,
    has_local_nvme,
)
from embedded_aws.sagemaker.training.metric_definitions import MetricReader

REGISTRY = "763104351884.dkr.ecr.us-east-1.amazonaws.com"
PYTHON = Path("/env/bin/python")


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ("autogluon:1.6.3-cpu-amzn2023", "1.6.3"),
        ("autogluon:1.6.3-cu133-amzn2023", "1.6.3"),
        ("autogluon-training:1.5.0-cpu-py312-ubuntu22.04", "1.5.0"),
        ("autogluon-inference:1.3.0-cpu-py311", "1.3.0"),
    ],
)
def test_an_autogluon_image_stands_for_the_local_environment(image: str, version: str) -> None:
    resolved = resolve_image(f"{REGISTRY}/{image}", PYTHON)
    assert (resolved.python, resolved.version) == (PYTHON, version)


def test_a_scikit_learn_image_is_the_same_environment_with_its_own_server() -> None:
    uri = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
    image = resolve_image(uri, PYTHON)
    assert (image.python, image.version, image.library) == (PYTHON, "1.2", "scikit-learn")
    assert image.server == "sklearn_server"


@pytest.mark.parametrize(
    "uri",
    [
        f"{REGISTRY}/sagemaker-scikit-learn:latest",
        f"{REGISTRY}/pytorch-training:2.1-cpu-py310",
        f"{REGISTRY}/autogluon:latest",
        f"{REGISTRY}/autogluon",
        "busybox:1",
        "",
    ],
)
def test_any_other_image_is_refused_by_name(uri: str) -> None:
    with pytest.raises(JobError) as caught:
        resolve_image(uri, PYTHON)
    assert f"cannot run image {uri!r}" in str(caught.value)


def test_a_tag_of_another_version_than_the_installed_one_is_noted(tmp_path: Path) -> None:
    site = tmp_path / "lib" / "python3.11" / "site-packages"
    (site / "autogluon.tabular-1.6.3.dist-info").mkdir(parents=True)
    python = tmp_path / "bin" / "python"
    assert installed_version(python) == "1.6.3"
    assert version_note(resolve_image(f"{REGISTRY}/autogluon:1.6.3-cpu-amzn2023", python)) is None
    note = version_note(resolve_image(f"{REGISTRY}/autogluon-training:1.5.0-cpu-py312", python))
    assert note is not None
    assert "asks for AutoGluon 1.5.0" in note
    assert note.endswith("has 1.6.3")


def test_an_isolated_container_gets_neither_credentials_nor_endpoint() -> None:
    allowed = {"AWS_SECRET_ACCESS_KEY": "s", "AWS_ENDPOINT_URL": "http://localhost:1"}
    assert network_environment(False, allowed, "us-east-1") == allowed
    isolated = network_environment(True, allowed, "us-east-1")
    assert isolated == {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/opt/ml/model", "/job/model"),
        ('"/opt/ml/input/data/code/x.tar.gz"', '"/job/input/data/code/x.tar.gz"'),
        ("--dir=/opt/ml", "--dir=/job"),
        ("/opt/ml:/opt/ml/code", "/job:/job/code"),
        ("/opt/mlflow/x", "/opt/mlflow/x"),
        ("s3://bucket/opt/ml-data", "s3://bucket/opt/ml-data"),
    ],
)
def test_only_container_paths_are_rewritten(text: str, expected: str) -> None:
    assert OptMl(Path("/job")).rewrite(text) == expected


def test_the_last_value_of_a_metric_counts_and_noise_does_not() -> None:
    reader = MetricReader([{"Name": "acc", "Regex": r"acc=(\S+)"}])
    for line in ("acc=0.1", "nothing", "acc=0.9 and more", "acc=broken"):
        reader.read(line)
    assert [(item["MetricName"], item["Value"]) for item in reader.final_metrics()] == [
        ("acc", 0.9)
    ]


def test_every_value_of_a_metric_is_taken_once() -> None:
    reader = MetricReader([{"Name": "acc", "Regex": r"acc=(\S+)"}])
    reader.read("acc=0.1")
    reader.read("acc=0.9")
    assert [(name, value) for name, value, _ in reader.take()] == [("acc", 0.1), ("acc", 0.9)]
    assert reader.take() == []


@pytest.mark.parametrize("regex", ["acc=(", "acc=[0-9]+"])
def test_a_metric_without_a_usable_group_is_refused(regex: str) -> None:
    with pytest.raises(ApiError, match="the Regex of 'acc'"):
        MetricReader([{"Name": "acc", "Regex": regex}])


@pytest.mark.parametrize(
    ("instance_type", "nvme"),
    [
        ("ml.m5.large", False),
        ("ml.m5d.large", True),
        ("ml.c5.xlarge", False),
        ("ml.g4dn.xlarge", True),
        ("ml.g5.xlarge", True),
        ("ml.p4d.24xlarge", True),
        ("ml.r5.large", False),
    ],
)
def test_a_volume_key_is_refused_on_local_nvme(instance_type: str, nvme: bool) -> None:
    assert has_local_nvme(instance_type) is nvme
    check_volume_key("VolumeKmsKeyId", None, instance_type)
    if nvme:
        with pytest.raises(ApiError, match=f"not supported for instance type {instance_type}"):
            check_volume_key("VolumeKmsKeyId", "key", instance_type)
    else:
        check_volume_key("VolumeKmsKeyId", "key", instance_type)


@pytest.mark.parametrize(
    ("instance_type", "size_gb", "is_refused"),
    [
        ("ml.g5.xlarge", 250, False),
        ("ml.g5.xlarge", 251, True),
        ("ml.r5d.24xlarge", 3601, True),
        ("ml.m5.xlarge", 16_384, False),
        ("ml.g5.xlarge", None, False),
    ],
)
def test_a_volume_fits_onto_the_local_disks(
    instance_type: str, size_gb: int | None, is_refused: bool
) -> None:
    with contextlib.ExitStack() as stack:
        if is_refused:
            stack.enter_context(pytest.raises(ApiError, match="local storage"))
        check_volume_size("VolumeSizeInGB", size_gb, instance_type)
