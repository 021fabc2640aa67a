"""The catalogues hold together: instance types, images, metrics."""

import re
from pathlib import Path

import botocore.session
import pytest

from autogluon_constructs.catalogues.images import find_image
from autogluon_constructs.catalogues.instances import instance_types, why_unusable
from autogluon_contracts.predictor_types.tabular.metrics import (
    best_value,
    canonical,
    measured_metrics,
)
from autogluon_lambdas.models.instances import takes_volume_key
from embedded_aws.sagemaker.instance_types import has_local_nvme, local_storage_gb

ROOT = Path(__file__).parents[3]
USES = {
    "training": "TrainingInstanceType",
    "hosting": "ProductionVariantInstanceType",
    "transform": "TransformInstanceType",
    "processing": "ProcessingInstanceType",
    "notebook": "InstanceType",
}


def test_every_instance_type_can_be_used_for_something_and_is_priced() -> None:
    for entry in instance_types().values():
        assert entry.uses <= set(USES)
        assert entry.uses, entry.name
        assert 0 < entry.usd_per_hour < 200
        assert entry.memory_gib >= entry.vcpus
        assert (entry.gpus > 0) == (entry.accelerator is not None)


def test_uses_are_those_of_the_api_model() -> None:
    model = botocore.session.get_session().get_service_model("sagemaker")
    for use, shape in USES.items():
        offered = set(model.shape_for(shape).enum)
        assert {entry.name for entry in instance_types().values() if use in entry.uses} == (
            instance_types().keys() & offered
        )


def test_the_catalogue_covers_the_common_families() -> None:
    families = {name.split(".")[1] for name in instance_types()}

    assert families >= {"m5", "m6i", "m7i", "c5", "c6i", "c7i", "r5", "r6i", "r7i", "g4dn", "g5"}


def test_the_embedded_aws_knows_the_same_local_disks() -> None:
    for entry in instance_types().values():
        assert local_storage_gb(entry.name) == (entry.local_nvme_gb or None)
        assert has_local_nvme(entry.name) == takes_no_volume_key(entry.name) == entry.has_local_nvme


def takes_no_volume_key(name: str) -> bool:
    return not takes_volume_key(name)


def test_bigger_sizes_of_a_family_cost_more() -> None:
    for family in ("m5", "c6i", "r7i"):
        prices = [
            entry.usd_per_hour
            for entry in sorted(instance_types().values(), key=lambda e: e.vcpus)
            if entry.name.startswith(f"ml.{family}.")
        ]
        assert prices == sorted(prices)
        assert len(set(prices)) == len(prices)


@pytest.mark.parametrize("use", USES)
def test_the_instance_type_offered_instead_can_itself_be_used(use: str) -> None:
    for name in ("ml.m6g.large", "ml.inf2.xlarge", "ml.m5.gigantic", *instance_types()):
        reason = why_unusable(name, use)  # type: ignore[arg-type]
        if reason is None:
            continue
        [offered] = re.findall(r"'(ml\.[^']+)'", reason)
        assert why_unusable(offered, use) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "version"),
    [("latest", "1.6.3"), ("1.6", "1.6.3"), ("1.6.3", "1.6.3"), ("1.5", "1.5.0"), ("1.1", "1.1.1")],
)
def test_a_minor_means_its_newest_image(asked: str, version: str) -> None:
    assert find_image(asked, "cpu").version == version


def test_one_image_serves_both_purposes_since_1_6_and_two_before() -> None:
    new, old = find_image("1.6.3", "gpu"), find_image("1.5.0", "gpu")

    assert new.training == new.inference
    assert (new.training.repository, new.training.tag) == ("autogluon", "1.6.3-cu133-amzn2023")
    assert old.training.repository == "autogluon-training"
    assert old.inference.repository == "autogluon-inference"
    assert old.inference.tag == "1.5.0-gpu-py312-cu124-ubuntu22.04"


def test_images_have_the_tags_that_are_published() -> None:
    cpu, gpu = find_image("1.4.0", "cpu"), find_image("1.4.0", "gpu")

    assert {cpu.training.tag, cpu.inference.tag} == {"1.4.0-cpu-py311-ubuntu22.04"}
    assert {gpu.training.tag, gpu.inference.tag} == {"1.4.0-gpu-py311-cu124-ubuntu22.04"}


def test_only_the_gpu_image_of_1_6_needs_host_images() -> None:
    assert find_image("1.6", "cpu").ami is None
    ami = find_image("1.6", "gpu").ami
    assert ami is not None
    assert ami.inference_ami_version == "al2023-ami-sagemaker-inference-gpu-4-1"
    assert ami.transform_ami_version == "al2-ami-sagemaker-batch-gpu-535"


@pytest.mark.parametrize("version", ["1.7", "0.8", "", "1", "1.6.3.1", "LATEST"])
def test_versions_without_an_image_are_named_with_those_that_have_one(version: str) -> None:
    with pytest.raises(LookupError, match=r"allowed: latest, 1\.6, 1\.6\.3"):
        find_image(version, "cpu")


def test_measured_metrics_follow_the_problem_type() -> None:
    assert "roc_auc" in measured_metrics("binary", None)
    assert "roc_auc" not in measured_metrics("multiclass", None)
    assert measured_metrics("regression", "rmse")[0] == "root_mean_squared_error"
    assert "r2" in measured_metrics(None, "root_mean_squared_error")
    assert "r2" not in measured_metrics(None, "roc_auc")
    assert {"r2", "roc_auc"} <= set(measured_metrics(None, None))
    assert "pinball_loss" not in measured_metrics(None, None)
    assert measured_metrics(None, "pinball") == ["pinball_loss"]


def test_errors_are_at_best_zero_and_scores_at_best_one() -> None:
    assert best_value("rmse") == 0
    assert best_value("roc_auc") == 1
    assert canonical("mae") == "mean_absolute_error"
    assert canonical("f1") == "f1"
