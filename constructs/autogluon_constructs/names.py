"""Physical names that people, Lambdas and policies agree on (docs/reference/contracts.md)."""

from typing import Literal

Workflow = Literal["train", "batch-predict", "promote"]

NO_MODEL = "none"
VARIANT = "AllTraffic"


def foundation_stack(environment: str) -> str:
    """Name of the stack that keeps data."""
    return f"autogluon-{environment}-foundation"


def workflows_stack(environment: str) -> str:
    """Name of the stack that holds the Lambdas and state machines."""
    return f"autogluon-{environment}-workflows"


def endpoint_stack(environment: str, predictor: str) -> str:
    """Name of the stack that holds one predictor's endpoint."""
    return f"autogluon-{environment}-{predictor}-endpoint"


def endpoint(environment: str, predictor: str) -> str:
    """Name of one predictor's endpoint."""
    return f"autogluon-{environment}-{predictor}"


def model_package_group(environment: str, predictor: str) -> str:
    """Name of the group of one predictor's model versions."""
    return f"autogluon-{environment}-{predictor}"


def state_machine(environment: str, workflow: Workflow) -> str:
    """Name of a state machine."""
    return f"autogluon-{environment}-{workflow}"


def predictor_prefix(environment: str) -> str:
    """Path of the SSM parameters of all predictors."""
    return f"/autogluon/{environment}/predictors"


def spec_parameter(environment: str, predictor: str) -> str:
    """Name of the SSM parameter with one predictor's spec."""
    return f"{predictor_prefix(environment)}/{predictor}/spec"


def live_model_parameter(environment: str, predictor: str) -> str:
    """Name of the SSM parameter with one predictor's live model."""
    return f"{predictor_prefix(environment)}/{predictor}/live-model"


def deployment_parameter(environment: str) -> str:
    """Name of the SSM parameter that says where everything is."""
    return f"/autogluon/{environment}/deployment"


def pascal_case(name: str) -> str:
    """`house-prices` -> `HousePrices`, for construct ids."""
    return "".join(part.capitalize() for part in name.split("-"))
