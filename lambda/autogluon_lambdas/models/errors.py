"""What a function raises. Step Functions sees the class name and the sentence."""

from collections.abc import Sequence


class InvalidInputError(Exception):
    """The execution's input is wrong: a key, a value, or a name that does not exist."""


class InvalidDataError(Exception):
    """The data that the input names cannot be used."""


class TrainingFailedError(Exception):
    """The training job ended without what a model version needs."""


class BatchFailedError(Exception):
    """The transform job's answers are not one answer per row."""


class PromotionError(Exception):
    """The live model cannot be changed, or the change did not take effect."""


class ModelNotReadyError(Exception):
    """SageMaker is still registering the version; the state machine asks again."""


class PredictorBusyError(Exception):
    """An earlier promotion of the predictor runs; the state machine asks again."""


def one_sentence(problems: Sequence[str]) -> str:
    """One problem as it is, several numbered behind each other."""
    if len(problems) == 1:
        return problems[0]
    numbered = "; ".join(f"({number}) {text}" for number, text in enumerate(problems, start=1))
    return f"{len(problems)} problems: {numbered}"
