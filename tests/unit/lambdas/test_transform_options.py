"""Options of transform jobs: those of the input win, and none is ignored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from autogluon_constructs.catalogues.instances import instance_types
from autogluon_contracts.jobs.transform_options import INSTEAD
from autogluon_lambdas.models.errors import InvalidDataError, InvalidInputError
from autogluon_lambdas.models.instances import has_gpu
from tests.fakes.lambda_environment import planner_event, validated
from tests.fakes.sandbox import spec
from tests.unit.lambdas.bulk_batches import planned
from tests.unit.lambdas.test_plan_batch import DATA, HEADER, _planner

ROWS = HEADER + "1,a,40\n2,b,50\n"
QUOTED = HEADER + '1,"a\nb",40\n'
AMI = "al2-ami-sagemaker-batch-gpu-470"


def plan(
    body: bytes | str = ROWS,
    *,
    suffix: str = ".csv",
    batch: Mapping[str, Any] | None = None,
    spec_changes: Mapping[str, Any] | None = None,
    **asked: Any,
) -> dict[str, Any]:
    uri = DATA.removesuffix(".csv") + suffix
    given = {"batch": {**spec()["batch"], **(batch or {})}, **(spec_changes or {})}
    planner = _planner({uri: body}, **given)
    return planner.plan(planner_event({"predictor": "income", "data": uri, **asked}))


def refused(*args: Any, **values: Any) -> str:
    with pytest.raises((InvalidInputError, InvalidDataError)) as caught:
        plan(*args, **values)
    return str(caught.value)


def sent(**values: Any) -> dict[str, Any]:
    """Return what the request of a batch says about the job's requests."""
    answer = plan(**values)
    request = validated("CreateTransformJob", answer["request"])
    return {
        "strategy": request["BatchStrategy"],
        "split": request["TransformInput"]["SplitType"],
        "assemble": request["TransformOutput"]["AssembleWith"],
        "payload": request["MaxPayloadInMB"],
        "concurrent": request["MaxConcurrentTransforms"],
        "client": request["ModelClientConfig"],
        "server": request["Environment"]["SAGEMAKER_MODEL_SERVER_TIMEOUT"],
    }


ALL = {
    "max_payload_mb": 5,
    "max_concurrent_transforms": 20,
    "timeout_seconds": 90,
    "max_retries": 3,
    "split_type": "Line",
    "strategy": "SingleRecord",
}
OF_ALL = {
    "strategy": "SingleRecord",
    "split": "Line",
    "assemble": "Line",
    "payload": 5,
    "concurrent": 20,
    "client": {"InvocationsTimeoutInSeconds": 90, "InvocationsMaxRetries": 3},
    "server": "90",
}


def test_every_option_of_the_settings_is_in_the_request() -> None:
    assert sent(batch=ALL) == OF_ALL


def test_every_option_of_the_input_is_in_the_request_and_wins_over_the_settings() -> None:
    assert sent(**ALL) == OF_ALL
    settings = {
        "max_payload_mb": 50, "max_concurrent_transforms": 2, "timeout_seconds": 1,
        "max_retries": 0, "split_type": "None", "strategy": "auto",
    }  # fmt: skip
    assert sent(batch=settings, **ALL) == OF_ALL
    assert sent(max_retries=0)["client"]["InvocationsMaxRetries"] == 0


def test_without_options_requests_are_those_of_earlier_releases() -> None:
    settings = {
        name: value
        for name, value in spec()["batch"].items()
        if name not in ("max_retries", "split_type", "strategy")
    }
    assert sent(spec_changes={"batch": settings}) == {
        "strategy": "SingleRecord",
        "split": "None",
        "assemble": "None",
        "payload": 6,
        "concurrent": 4,
        "client": {"InvocationsTimeoutInSeconds": 600, "InvocationsMaxRetries": 1},
        "server": "600",
    }


@pytest.mark.parametrize(
    ("asked", "split", "strategy"),
    [
        ({"strategy": "MultiRecord"}, "Line", "MultiRecord"),
        ({"strategy": "SingleRecord"}, "Line", "SingleRecord"),
        ({"split_type": "Line"}, "Line", "MultiRecord"),
        ({"split_type": "None"}, "None", "SingleRecord"),
        ({"split_type": "None", "strategy": "SingleRecord"}, "None", "SingleRecord"),
        ({"split_type": "auto", "strategy": "auto"}, "None", "SingleRecord"),
    ],
)
def test_a_strategy_is_one_of_lines_unless_files_are_to_go_whole(
    asked: dict[str, Any], split: str, strategy: str
) -> None:
    for place in ({"batch": asked}, asked):
        request = plan(**place)["request"]
        assert request["TransformInput"]["SplitType"] == split
        assert request["BatchStrategy"] == strategy


@pytest.mark.parametrize(
    ("body", "suffix", "why"),
    [
        (QUOTED, ".csv", "has quoted fields with line breaks"),
        ('[{"age": 1, "workclass": "a", "hours-per-week": 2}]', ".json", "is a JSON array"),
    ],
)
@pytest.mark.parametrize("asked", [{"split_type": "Line"}, {"strategy": "SingleRecord"}])
def test_what_cannot_be_cut_is_refused_before_the_job(
    body: str, suffix: str, why: str, asked: dict[str, str]
) -> None:
    ((name, value),) = asked.items()

    by_input = refused(body, suffix=suffix, **asked)
    assert by_input.startswith(f'input.{name}: "{value}" cuts files at line ends, but ')
    assert why in by_input
    assert by_input.endswith("Leave it out, so that such files are sent whole.")

    by_settings = refused(body, suffix=suffix, batch=asked)
    assert by_settings.startswith(f'the predictor\'s batch.{name}: "{value}" cuts files')
    way_out = {"split_type": "None", "strategy": "auto"}
    assert by_settings.endswith(
        'Set input.split_type to "None" and input.strategy to "auto": files are sent whole then.'
    )
    assert sent(body=body, suffix=suffix, batch=asked, **way_out)["split"] == "None"


def test_whole_files_above_the_largest_request_are_refused_with_the_option(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("autogluon_lambdas.logic.transform.split_mode.LARGEST_PAYLOAD_MB", 1)
    body = HEADER + "11,aaaaaaaa,40\n" * 90_000

    assert refused(body, split_type="None", batch={"max_payload_mb": 1}) == (
        f"input.data: {DATA} has 1.4 MB; allowed: at most 1 MB, because input.split_type is "
        '"None", which sends whole files. Write several smaller files.'
    )


def test_a_payload_of_the_input_is_never_made_larger() -> None:
    body = HEADER + '1,"a\nb",40\n' * 120_000

    assert sent(body=body, batch={"max_payload_mb": 1})["payload"] == 2
    assert refused(body, max_payload_mb=1) == (
        f"input.max_payload_mb: got 1, but {DATA} is sent whole and has 1.3 MB. Set it to 2, or "
        "leave it out."
    )
    wide = {"max_payload_mb": 1, "max_concurrent_transforms": 90}
    assert sent(body=body, batch=wide)["concurrent"] == 50
    assert refused(body, max_concurrent_transforms=90, batch={"max_payload_mb": 1}) == (
        f"input.max_concurrent_transforms: got 90, but {DATA} is sent whole and has 1.3 MB, and "
        "SageMaker allows 100 MB in flight. Set it to at most 50."
    )


@pytest.mark.parametrize(
    ("asked", "settings", "sentence"),
    [
        (
            {"max_payload_mb": 30},
            {"max_concurrent_transforms": 4},
            "input.max_payload_mb: max_payload_mb 30 x max_concurrent_transforms 4 is 120 MB",
        ),
        (
            {"max_concurrent_transforms": 40},
            {"max_payload_mb": 3},
            "input.max_concurrent_transforms: max_payload_mb 3 x max_concurrent_transforms 40",
        ),
        (
            {"strategy": "MultiRecord"},
            {"split_type": "None"},
            "input.strategy: strategy MultiRecord puts several lines into a request, and",
        ),
        ({"max_payload_mb": 101}, {}, "input.max_payload_mb: got 101 (int); allowed: a whole"),
        ({"max_retries": 4}, {}, "input.max_retries: got 4 (int); allowed: a whole number from 0"),
        ({"timeout_seconds": 3601}, {}, "input.timeout_seconds: got 3601"),
        ({"split_type": "RecordIO"}, {}, "input.split_type: got 'RecordIO' (str); allowed:"),
        ({"strategy": "MULTI_RECORD"}, {}, "input.strategy: got 'MULTI_RECORD' (str); allowed:"),
    ],
)
def test_an_input_has_the_limits_of_the_settings(
    asked: dict[str, Any], settings: dict[str, Any], sentence: str
) -> None:
    assert refused(batch=settings, **asked).startswith(sentence)


@pytest.mark.parametrize("name", INSTEAD)
def test_other_options_of_transform_jobs_are_refused_with_what_to_use(name: str) -> None:
    assert refused(**{name: "x"}) == f"input.{name}: {INSTEAD[name]}."


# Engines


@pytest.mark.parametrize("name", ALL)
def test_an_option_of_transform_jobs_chooses_the_engine_or_is_refused(name: str) -> None:
    asked = {name: ALL[name] if name != "max_concurrent_transforms" else 2}
    reason = f"input.{name} is given, which only transform jobs have"
    chosen = plan(**asked)["batch"]
    assert (chosen["engine"], chosen["engine_reason"]) == ("transform", reason)

    assert refused(engine="bulk", **asked) == (
        f'input.engine: got "bulk", but {reason}. Use "transform", or leave out {name}.'
    )
    assert refused(batch={"engine": "bulk"}, **asked).startswith(
        'the predictor\'s batch.engine: got "bulk", but'
    )
    assert "which needs the bulk engine, but" in refused(output_format="parquet", **asked)
    assert plan(engine="transform", **asked)["batch"]["engine_reason"] == (
        'input.engine is "transform"'
    )


def test_a_bulk_batch_says_which_settings_it_has_no_use_for() -> None:
    settings = {"split_type": "Line", "strategy": "SingleRecord"}
    answer, _ = planned({"engine": "bulk"}, batch=settings)
    assert answer["batch"]["engine_reason"] == (
        'input.engine is "bulk"; batch.split_type and batch.strategy of the settings are for Batch '
        "Transform"
    )


# Host images


def test_a_host_image_of_the_input_wins_over_the_settings_and_the_images() -> None:
    asked = {"instance_type": "ml.g5.xlarge", "transform_ami_version": AMI}
    image = {"ami": {"inference_ami_version": "a", "transform_ami_version": "of-the-image"}}
    for settings in ({}, {"transform_ami_version": "of-the-settings"}):
        answer = plan(batch=settings, spec_changes=image, **asked)
        assert answer["request"]["TransformResources"]["TransformAmiVersion"] == AMI
        assert answer["integration"] == "sdk"


def test_a_host_image_of_the_settings_wins_over_the_images_and_needs_a_transform_job() -> None:
    image = {"ami": {"inference_ami_version": "a", "transform_ami_version": "of-the-image"}}
    settings = {"transform_ami_version": AMI}
    answer = plan(batch=settings, spec_changes=image)
    assert answer["request"]["TransformResources"]["TransformAmiVersion"] == AMI
    assert answer["batch"]["engine_reason"] == (
        "the predictor's batch.transform_ami_version is set, and a processing job cannot choose a "
        "host image"
    )
    assert "cannot choose a host image" in refused(engine="bulk", batch=settings)


def test_a_host_image_on_a_type_without_gpu_is_refused() -> None:
    assert refused(transform_ami_version=AMI) == (
        "input.transform_ami_version: the host images that AWS offers for transform jobs are for "
        "GPU types, and ml.m5.large has none. Leave it out, or choose a GPU type by "
        "input.instance_type."
    )


def test_a_types_family_says_whether_it_has_gpus() -> None:
    usable = [each for each in instance_types().values() if "transform" in each.uses]
    assert {each.name: bool(each.gpus) for each in usable} == {
        each.name: has_gpu(each.name) for each in usable
    }
