"""Not built yet."""

from embedded_aws.runtime import Runtime


def install(runtime: Runtime) -> None:
    """Replaced by the real service."""
