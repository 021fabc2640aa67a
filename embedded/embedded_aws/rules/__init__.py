"""Rules of AWS that its models leave out and moto does not apply."""

from embedded_aws.rules.all_rules import refuse_invalid
from embedded_aws.rules.reserved import refuse_reserved

__all__ = ["refuse_invalid", "refuse_reserved"]
