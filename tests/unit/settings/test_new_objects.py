"""What `on_new_objects` of a predictor's settings means, and which sentence refuses the rest."""

from __future__ import annotations

from typing import Any

import pytest

from autogluon_constructs.settings import Environment, SettingsError, parse_environment

INCOMING: dict[str, Any] = {
    "location": "s3://{data_bucket}/incoming/",
    "suffix": ".csv",
    "input": {"output": "labels", "id_column": "id"},
}


def parse(**changes: Any) -> Environment:
    rule = {key: value for key, value in {**INCOMING, **changes}.items() if value is not None}
    return parse_environment(
        "dev",
        {
            "data_access": ["s3://lake/curated/", "s3://shared"],
            "predictors": {
                "income": {"init_args": {"label": "class"}, "on_new_objects": {"incoming": rule}},
                "other": {"init_args": {"label": "y"}},
            },
        },
        file="dev.yaml",
    )


def refusal(**changes: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        parse(**changes)
    (problem,) = caught.value.problems
    return str(problem)


@pytest.mark.parametrize(
    ("location", "bucket", "prefix"),
    [
        ("s3://{data_bucket}/incoming/", "{data_bucket}", "incoming/"),
        ("s3://{data_bucket}/incoming/day-", "{data_bucket}", "incoming/day-"),
        ("s3://lake/curated/new/", "lake", "curated/new/"),
        ("s3://lake/curated/", "lake", "curated/"),
        ("s3://shared", "shared", ""),
        ("s3://shared/", "shared", ""),
        ("s3://shared/any", "shared", "any"),
    ],
)
def test_objects_are_in_a_bucket_that_may_be_read(location: str, bucket: str, prefix: str) -> None:
    [(names, found)] = parse(location=location, suffix=None).new_objects.items()

    assert names == ("income", "incoming")
    assert (found.spec.bucket, found.spec.prefix) == (bucket, prefix)
    assert found.in_data_bucket == (bucket == "{data_bucket}")
    assert found.enabled
    assert found.suffix is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"location": "incoming/"}, "location: got 'incoming/'; allowed: 's3://{data_bucket}/<pre"),
        ({"location": "s3://{bucket}/a"}, "location: got 's3://{bucket}/a'; allowed: 's3://{data_"),
        ({"location": "s3://{data_bucket}/{date}/"}, "neither wildcards nor dates are allowed"),
        ({"location": "s3://{data_bucket}/in/*.csv"}, "neither wildcards nor dates are allowed"),
        ({"location": "s3://{data_bucket}/in//"}, "it has an empty folder name ('//')"),
        ({"location": "s3://lake/raw/"},
         "location: got 's3://lake/raw/', which no predictor may read; add it to data_access"),
        ({"location": "s3://lake"}, "location: got 's3://lake', which no predictor may read"),
        ({"suffix": ""}, "suffix: "),
        ({"input": {"data": "s3://b/k"}},
         "input.data: it is the object that was created; leave it out"),
        ({"input": {"predictor": "other"}}, "input.predictor: it is the predictor that"),
        ({"input": {"resume": "a"}}, "input.resume: each batch would resume the same earlier one"),
        ({"input": {"outputs": "labels"}}, 'input.outputs: unknown key (did you mean "output"?)'),
        ({"input": {"output_format": "xls"}}, "input.output_format: got 'xls' (str); allowed: one"),
        ({"input": {"instance_type": "ml.p5.48xlarge"}},
         "input.instance_type: got 'ml.p5.48xlarge'; allowed: ml.m5.large (batch.instance_type"),
        ({"prefix": "incoming/"}, "prefix: unknown key"),
    ],
)  # fmt: skip
def test_what_would_fail_each_batch_is_refused(changes: dict[str, Any], sentence: str) -> None:
    found = refusal(**changes)
    assert "predictors.income.on_new_objects.incoming." in found
    assert sentence in found


@pytest.mark.parametrize(
    ("location", "uploads"),
    [
        ("s3://{data_bucket}", "income/uploads/"),
        ("s3://{data_bucket}/", "income/uploads/"),
        ("s3://{data_bucket}/in", "income/uploads/"),
        ("s3://{data_bucket}/income/", "income/uploads/"),
        ("s3://{data_bucket}/other/uploads/mine/", "other/uploads/"),
    ],
)
def test_data_that_is_uploaded_for_a_run_starts_no_second_one(location: str, uploads: str) -> None:
    assert f"covers what the client uploads for runs ('{uploads}')" in refusal(location=location)


@pytest.mark.parametrize("output", ["s3://lake/curated/new/", "s3://lake/curated/new/results/"])
def test_results_elsewhere_start_no_further_batch(output: str) -> None:
    watching = {"incoming": {"location": "s3://lake/curated/new/"}}
    predictors = {
        "income": {"init_args": {"label": "class"}, "on_new_objects": watching},
        "other": {"init_args": {"label": "y"}, "batch": {"output_path": output}},
    }
    document = {"data_access": ["s3://lake/curated/"], "predictors": predictors}
    with pytest.raises(SettingsError, match="each of which would start another batch"):
        parse_environment("dev", document, file="dev.yaml")


def test_results_start_no_further_batch() -> None:
    own = "s3://autogluon-dev-foundation-storeartifactbucket-1x2y/income/batches/"
    assert "batches write their results into the other" in refusal(location=own)
