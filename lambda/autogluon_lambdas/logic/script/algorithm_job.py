"""Run an algorithm resource: what its job gets, by the algorithm's own specification."""

from collections.abc import Mapping
from typing import Any

from autogluon_contracts.content_types import Format
from autogluon_contracts.predictor_types.script.arguments import written
from autogluon_lambdas.logic.programs.program import JobProgram
from autogluon_lambdas.logic.script.algorithm_channels import channels_by_key, content_type
from autogluon_lambdas.models.algorithm import AlgorithmResource


def algorithm_job(algorithm: AlgorithmResource, fit_args: Mapping[str, Any]) -> JobProgram:
    """Return what a run's job runs: no channel but the algorithm's, and its own metrics.

    SageMaker has the metrics' definitions from the algorithm. Hyperparameters that are not given
    have the algorithm's defaults, as in SageMaker's Python SDK (`sagemaker/algorithm.py`, 2.257).
    """
    channels = channels_by_key(algorithm)

    def content_type_of(key: str, file_format: Format) -> str | None:
        return content_type(channels[key], file_format)

    return JobProgram(
        hyperparameters={
            **_defaults(algorithm),
            **{name: as_text(value) for name, value in fit_args.items()},
        },
        metric_definitions=(),
        code=(),
        channels={key: channel.name for key, channel in channels.items()},
        content_type=content_type_of,
        has_configuration=False,
        algorithm_arn=algorithm.arn,
    )


def as_text(value: object) -> str:
    """Return a hyperparameter's value as a job gets it, all of whose values are texts."""
    return value if isinstance(value, str) else written(value)


def _defaults(algorithm: AlgorithmResource) -> dict[str, str]:
    return {
        each.name: each.default
        for each in algorithm.hyperparameters or ()
        if each.default is not None
    }
