"""Find the algorithm resource that a predictor's settings name."""

from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_lambdas.models.algorithm import AlgorithmResource
from autogluon_lambdas.models.errors import InvalidInputError
from autogluon_lambdas.ports import ModelRegistry


def described_algorithm(registry: ModelRegistry, spec: PredictorSpec) -> AlgorithmResource:
    """Return what the algorithm says of itself.

    Raises InvalidInputError for one that does not exist.
    """
    arn = str(spec.algorithm_arn)
    found = registry.algorithm(arn)
    if found is None:
        raise InvalidInputError(
            f'input.predictor: the algorithm of predictor "{spec.name}", {arn}, does not exist.',
            advice="Create it, or subscribe to it in the Marketplace; or give another "
            "algorithm_arn in the settings, and deploy.",
        )
    return found
