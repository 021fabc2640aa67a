"""Resource types, one file per service."""

from embedded_aws.cloudformation.resources.all_types import all_handlers

__all__ = ["all_handlers"]
