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
    def outside(templates: Templates) -> dict[str, dict[str, Any]]:
        return {
            policy: statement
            for template in templates.values()
            for policy, statement in statements(template)
            if any("acme" in flat(each) for each in listed(statement["Resource"]))
        }

    ((policy, statement),) = outside(synthesize(example())).items()
    assert "SummarizeBatch" in policy
    assert set(statement["Action"]) == {"s3:PutObject", "s3:AbortMultipartUpload"}
    assert {flat(each) for each in statement["Resource"]} == {
        "arn:<AWS::Partition>:s3:::acme-scores/income/latest/*",
        "arn:<AWS::Partition>:s3:::acme-scores/income/*",
    }
    whole = synthesize(example(output_path=None, output_locations=["s3://acme"]))
    ((_, statement),) = outside(whole).items()
    assert [flat(each) for each in listed(statement["Resource"])] == [
        "arn:<AWS::Partition>:s3:::acme/*"
    ]
