"""Delete a stack's data with the stack, as `removal: destroy` asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from autogluon_lambdas.ports import LogGroups

RESERVED_SECONDS = 45  # for one more page and the answer to CloudFormation


class Buckets(Protocol):
    """S3 buckets."""

    def stop_logging(self, bucket: str) -> None:
        """Record no further access to it, and take no records of other buckets."""

    def empty(self, bucket: str, keep_going: Callable[[], None]) -> None:
        """Delete everything in it, calling `keep_going`, which may raise, between the steps."""


class ModelGroups(Protocol):
    """Model package groups."""

    def named(self, prefix: str) -> list[str]:
        """Return those whose names begin so."""

    def remove(self, group: str) -> None:
        """Delete it and its versions."""


@dataclass(frozen=True)
class DataCleaner:
    """Deletes data when its stack is deleted; creating and updating change nothing."""

    buckets: Buckets
    models: ModelGroups
    log_groups: LogGroups
    seconds_left: Callable[[], float]

    def clean(self, event: Mapping[str, Any]) -> None:
        """Act on a custom resource event.

        Raises ValueError for wrong properties, TimeoutError when the function's time runs out.
        """
        properties = event["ResourceProperties"]
        buckets = _names(properties, "Buckets")
        models, logs = str(properties["ModelGroups"]), [str(properties["LogGroups"])]
        # Absent in a stack that an earlier release deployed.
        logs += [str(properties[key]) for key in ("ComponentLogGroups",) if key in properties]
        if event["RequestType"] != "Delete":
            return
        # By their names, so that those of predictors that are declared no longer go, too.
        for group in self.models.named(models):
            self._keep_going()
            self.models.remove(group)
        for prefix in logs:
            for group in self.log_groups.below(prefix):
                self._keep_going()
                self.log_groups.delete(group)
        # Emptying is itself access: with logging on, the log bucket would fill again.
        for bucket in buckets:
            self.buckets.stop_logging(bucket)
        for bucket in buckets:
            self.buckets.empty(bucket, self._keep_going)

    def _keep_going(self) -> None:
        if self.seconds_left() < RESERVED_SECONDS:
            raise TimeoutError(
                "There is more data than one call can delete. Delete the stack again to continue."
            )


def _names(properties: Mapping[str, Any], key: str) -> list[str]:
    names = properties.get(key)
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise ValueError(f"ResourceProperties.{key}: got {names!r}; allowed: a list of names")
    return names
