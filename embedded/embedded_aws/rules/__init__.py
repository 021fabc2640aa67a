"""Rules of AWS that its models leave out and moto does not apply."""

from embedded_aws.rules.all_rules import refuse_invalid

__all__ = ["refuse_invalid"]
