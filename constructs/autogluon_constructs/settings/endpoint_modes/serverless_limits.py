"""Find what a serverless endpoint cannot have of its environment."""

from autogluon_constructs.settings.encryption import Encryption
from autogluon_constructs.settings.endpoint_modes.serverless import ServerlessEndpoint

# SageMaker guide, "Deploy models with Amazon SageMaker Serverless Inference": regions of AWS's
# commercial partition only.
_WITHOUT_SERVERLESS = ("cn-", "us-gov-", "us-iso", "eu-isoe-", "eusc-")


def serverless_problem(
    endpoint: ServerlessEndpoint,
    *,
    is_isolated: bool,
    has_network: bool,
    encryption: Encryption,
    region: str | None,
) -> str | None:
    """Return what of the environment a serverless endpoint lacks and has not given up."""
    if is_isolated and endpoint.network_isolation is None:
        return (
            "network_isolation: missing with mode 'serverless', whose containers have network "
            "access, and this predictor's containers are isolated; give network_isolation: "
            "false to serve without, or use mode 'real-time'"
        )
    if has_network and endpoint.network is None:
        return (
            "network: missing with mode 'serverless', which cannot run in the environment's "
            "VPC; give network: {mode: none} to serve outside of it, or use mode 'real-time'"
        )
    if encryption.volumes == "required":
        return (
            "mode: got 'serverless' with encryption.volumes 'required'; its storage takes no "
            "key of yours; use mode 'real-time', or encryption.volumes 'where-possible'"
        )
    if region is not None and region.startswith(_WITHOUT_SERVERLESS):
        return (
            f"mode: got 'serverless' in region {region}, where SageMaker has no "
            "serverless endpoints; use mode 'real-time' or 'asynchronous'"
        )
    return None
