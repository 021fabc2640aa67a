"""A model version carries how it is served; script and Gunicorn read the same numbers."""

from itertools import pairwise
from typing import Any

import pytest

from autogluon_contracts.documents.image_locations import ImageLocations
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.serving_environment import environment_of, serving_environment
from autogluon_jobs.serving.server_config import ServingConfig
from tests.fakes.sandbox import spec


def environment(**changes: Any) -> dict[str, str]:
    serving = {**spec()["serving"], **changes}
    return serving_environment(PredictorSpec.from_json(spec(serving=serving)).serving)


def server(**changes: Any) -> dict[str, Any]:
    return {"server": {**spec()["serving"]["server"], **changes}}


def test_gunicorn_gets_threads_workers_and_preloading() -> None:
    arguments = environment(**server(workers=3, threads=40))["GUNICORN_CMD_ARGS"].split()

    pairs = dict(pairwise(arguments))
    assert pairs["--worker-class"] == "gthread"
    assert (pairs["--workers"], pairs["--threads"]) == ("3", "40")
    assert "--preload" in arguments
    assert "--preload" not in environment(**server(preload=False))["GUNICORN_CMD_ARGS"]


def test_a_version_carries_where_images_are_that_requests_name() -> None:
    locations = ["s3://{data_bucket}/photos/", "s3://other/"]
    serving = {**spec()["serving"], "image_locations": locations}
    variables = environment_of(PredictorSpec.from_json(spec(serving=serving)), "data-bucket")
    found = ImageLocations.from_text(variables[ImageLocations.NAME])
    assert found.locations == ("s3://data-bucket/photos/", "s3://other/")
    without = environment_of(PredictorSpec.from_json(spec()), "data-bucket")
    assert without == environment()


def test_the_serving_script_reads_what_registration_writes() -> None:
    variables = environment(
        request_timeout_seconds=7,
        **server(
            workers=3, max_batch_rows=32, max_wait_ms=0.5, joining="always", max_queued_requests=17
        ),
    )

    assert ServingConfig.from_environment(variables) == ServingConfig(
        workers=3,
        max_batch_rows=32,
        max_wait_ms=0.5,
        joining="always",
        max_queued_requests=17,
        timeout_seconds=7.0,
    )


def test_torchserve_gets_no_numbers_and_takes_what_batch_transform_sends() -> None:
    assert environment(server=None) == {
        "SAGEMAKER_PROGRAM": "inference.py",
        "SAGEMAKER_MODEL_SERVER_TIMEOUT": "60",
        "TS_MAX_REQUEST_SIZE": "104857600",
        "TS_MAX_RESPONSE_SIZE": "104857600",
    }


def test_every_value_fits_sagemakers_limit() -> None:
    largest = server(workers=64, threads=1024, max_batch_rows=100_000, max_wait_ms=1000.0)
    assert all(len(value) <= 1024 for value in environment(**largest).values())


def test_a_spec_of_an_earlier_release_says_to_deploy_again() -> None:
    document = spec()
    del document["serving"]
    with pytest.raises(ValueError, match=r"serving: missing.*Deploy the stacks"):
        PredictorSpec.from_json(document)
