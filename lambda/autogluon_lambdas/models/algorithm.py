"""Define algorithm resources of SageMaker: one's own, another account's, the Marketplace's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["Integer", "Continuous", "Categorical", "FreeText"]


@dataclass(frozen=True, kw_only=True)
class Hyperparameter:
    """What an algorithm says of one hyperparameter; None where it says nothing."""

    name: str
    kind: Kind
    is_required: bool = False
    default: str | None = None
    minimum: str | None = None
    maximum: str | None = None
    values: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Channel:
    """What an algorithm says of one channel of training data."""

    name: str
    is_required: bool
    content_types: tuple[str, ...]
    input_modes: tuple[str, ...]
    compression_types: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AlgorithmResource:
    """What DescribeAlgorithm answers, as far as runs are judged by it.

    Attributes:
        status: `Completed` of one that can train.
        images: those that train and serve.
        hyperparameters: None: it does not say which it takes.
        serves: whether it says what serves its models.
        endpoint_types: instance types, of endpoints; empty: it does not say.
        transform_types: likewise, of transform jobs.
        request_types: media types that its models read.
        answer_types: media types that they write.
    """

    arn: str
    status: str
    images: tuple[str, ...]
    hyperparameters: tuple[Hyperparameter, ...] | None
    channels: tuple[Channel, ...]
    training_types: tuple[str, ...]
    serves: bool
    endpoint_types: tuple[str, ...]
    transform_types: tuple[str, ...]
    request_types: tuple[str, ...]
    answer_types: tuple[str, ...]

    @classmethod
    def from_description(cls, answer: Mapping[str, Any]) -> "AlgorithmResource":
        """Read DescribeAlgorithm's answer."""
        training: Mapping[str, Any] = answer["TrainingSpecification"]
        inference: Mapping[str, Any] = answer.get("InferenceSpecification") or {}
        supported = training.get("SupportedHyperParameters")
        served = [container.get("Image") for container in inference.get("Containers", ())]
        return cls(
            arn=answer["AlgorithmArn"],
            status=answer["AlgorithmStatus"],
            images=tuple(image for image in (training["TrainingImage"], *served) if image),
            hyperparameters=None if not supported else tuple(map(_hyperparameter, supported)),
            channels=tuple(map(_channel, training["TrainingChannels"])),
            training_types=_texts(training, "SupportedTrainingInstanceTypes"),
            serves=bool(served),
            endpoint_types=_texts(inference, "SupportedRealtimeInferenceInstanceTypes"),
            transform_types=_texts(inference, "SupportedTransformInstanceTypes"),
            request_types=_texts(inference, "SupportedContentTypes"),
            answer_types=_texts(inference, "SupportedResponseMIMETypes"),
        )


def _texts(found: Mapping[str, Any], member: str) -> tuple[str, ...]:
    values: Sequence[str] = found.get(member) or ()
    return tuple(values)


def _channel(found: Mapping[str, Any]) -> Channel:
    return Channel(
        name=found["Name"],
        is_required=bool(found.get("IsRequired")),
        content_types=_texts(found, "SupportedContentTypes"),
        input_modes=_texts(found, "SupportedInputModes"),
        compression_types=_texts(found, "SupportedCompressionTypes"),
    )


def _hyperparameter(found: Mapping[str, Any]) -> Hyperparameter:
    kind = found["Type"]
    limits = (found.get("Range") or {}).get(f"{kind}ParameterRangeSpecification") or {}
    values = limits.get("Values")
    return Hyperparameter(
        name=found["Name"],
        kind=kind,
        is_required=bool(found.get("IsRequired")),
        default=found.get("DefaultValue"),
        minimum=limits.get("MinValue"),
        maximum=limits.get("MaxValue"),
        values=None if values is None else tuple(values),
    )
