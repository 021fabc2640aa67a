"""Describe a variant that runs on instances."""

from dataclasses import dataclass

from autogluon_contracts.names import SHADOW_VARIANT


@dataclass(frozen=True, kw_only=True)
class InstanceVariant:
    """A variant on instances, as data, by the name that people call it.

    `max_initial_instance_count` is None where a promotion cannot choose the number.
    """

    name: str
    weight: float
    instance_type: str
    fallback_instance_types: tuple[str, ...]
    allowed_instance_types: tuple[str, ...]
    initial_instance_count: int
    max_initial_instance_count: int | None

    @property
    def is_shadow(self) -> bool:
        """Return whether its answers are dropped."""
        return self.name == SHADOW_VARIANT
