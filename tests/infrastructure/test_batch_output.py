"""The example of batches: its options reach the spec, and results go where it says, only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from autogluon_constructs.settings import Environment, parse_environment
from autogluon_constructs.settings.reading.yaml_text import parse_yaml
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from tests.infrastructure.conftest import Templates
from tests.infrastructure.templates import flat, listed, statements

EXAMPLE = Path(__file__).parents[2] / "examples/batch/batch.yaml"


def example(**batch: Any) -> Environment:
    values = parse_yaml(EXAMPLE.read_text())
    values["predictors"]["income"]["batch"] |= batch
    return parse_environment("dev", values, file="config/dev.yaml")


def test_the_examples_options_are_in_the_predictors_spec(
    synthesize: Callable[[Environment], Templates],
) -> None:
    batch = PredictorSpec.from_json(synthesize(example()).spec("income")).batch

    assert (batch.split_type, batch.strategy, batch.max_retries) == ("Line", "MultiRecord", 2)
    assert (batch.max_payload_mb, batch.max_concurrent_transforms) == (10, 4)
    assert batch.output_path == "s3://acme-scores/income/latest/"
    assert batch.output_locations == ("s3://acme-scores/income/latest/", "s3://acme-scores/income/")


def test_only_the_summary_may_write_there_and_only_below_the_locations(
    synthesize: Callable[[Environment], Templates],
) -> None:
    def outside(templates: Templates) -> dict[str, tuple[str, set[str]]]:
        """The policy and the actions of each resource of another bucket."""
        return {
            flat(resource): (policy, set(listed(statement["Action"])))
            for template in templates.values()
            for policy, statement in statements(template)
            for resource in listed(statement["Resource"])
            if ":s3:::acme" in flat(resource)
        }

    found = outside(synthesize(example()))
    assert set(found) == {
        "arn:<AWS::Partition>:s3:::acme-scores/income/latest/*",
        "arn:<AWS::Partition>:s3:::acme-scores/income/*",
    }
    for policy, actions in found.values():
        assert "SummarizeBatch" in policy
        assert actions == {"s3:PutObject", "s3:AbortMultipartUpload"}
    whole = outside(synthesize(example(output_path=None, output_locations=["s3://acme-scores"])))
    assert set(whole) == {"arn:<AWS::Partition>:s3:::acme-scores/*"}
