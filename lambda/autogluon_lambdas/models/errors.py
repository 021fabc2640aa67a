"""Define what a function raises; Step Functions sees the class name, the message and the advice."""

from collections.abc import Sequence

from autogluon_contracts.errors import ExplainedError


class InvalidInputError(ExplainedError):
    """The execution's input is invalid: a key, a value, or a name that does not exist."""


class InvalidDataError(ExplainedError):
    """The data that the input names is invalid."""


class BudgetExceededError(ExplainedError):
    """The run may cost more than what is left of the predictor's budget."""


class TrainingFailedError(ExplainedError):
    """The training job ended without what a model version needs."""


class TuningFailedError(ExplainedError):
    """The tuning job ended without a trial that could be registered."""


class BatchFailedError(ExplainedError):
    """The batch's jobs failed, or left something other than one answer per row."""


class DriftFailedError(ExplainedError):
    """The drift job left no report."""


class ProcessingFailedError(ExplainedError):
    """The processing job failed, or left an output without files."""


class MirrorFailedError(ExplainedError):
    """The mirroring job failed, or left something other than what it recorded."""


class PromotionError(ExplainedError):
    """The live model cannot be changed, or the change did not take effect."""


class ModelNotReadyError(ExplainedError):
    """SageMaker is still registering the version; the state machine asks again."""


class PredictorBusyError(ExplainedError):
    """Another promotion, or a change of the endpoint's stack, is running; it is asked again."""


def one_message(problems: Sequence[str]) -> str:
    """Return one problem as a sentence, several as a numbered list."""
    text = problems[0]
    if len(problems) > 1:
        numbered = "; ".join(f"({number}) {each}" for number, each in enumerate(problems, start=1))
        text = f"{len(problems)} problems: {numbered}"
    return text if text.endswith(".") else f"{text}."
