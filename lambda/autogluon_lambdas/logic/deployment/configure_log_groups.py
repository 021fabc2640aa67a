"""Keep the log groups that SageMaker makes as long as the settings say, and under their key.

SageMaker creates a group where there is none, for ever and under the key of CloudWatch Logs; a
resource of CloudFormation fails where it was first. So the groups are created or adopted here, and
belong to no stack.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from autogluon_contracts import names
from autogluon_lambdas.ports import LogGroup, LogGroups


@dataclass(frozen=True)
class _Wanted:
    """The properties of the custom resource, which CloudFormation sends as texts.

    Attributes:
        predictors: those with an endpoint of their own, and shared endpoints.
        components: predictors on shared endpoints.
        job_key_arn: the key of the account's groups of jobs; never one that goes with its stacks.
    """

    environment: str
    retention_days: int
    predictors: tuple[str, ...]
    components: tuple[str, ...]
    endpoint_key_arn: str | None
    configures_jobs: bool
    job_key_arn: str | None

    @classmethod
    def read(cls, properties: Mapping[str, Any]) -> Self:
        return cls(
            environment=str(properties["Environment"]),
            retention_days=int(properties["RetentionDays"]),
            predictors=tuple(properties["Predictors"]),
            components=tuple(properties.get("Components", ())),
            endpoint_key_arn=properties.get("EndpointKeyArn"),
            configures_jobs=str(properties["ConfigureJobs"]) == "true",
            job_key_arn=properties.get("JobKeyArn"),
        )

    def groups_of_endpoints(self) -> list[str]:
        """Return the names of the groups of endpoints and of components."""
        own = (names.endpoint(self.environment, name) for name in self.predictors)
        shared = (names.component(self.environment, name) for name in self.components)
        return [*map(names.endpoint_log_group, own), *map(names.component_log_group, shared)]


@dataclass(frozen=True)
class LogGroupConfigurer:
    """Acts on the events of the custom resource `Custom::LogGroups`.

    Nothing is deleted: other environments, and other people's jobs, write into the groups of jobs.
    """

    groups: LogGroups

    def act(self, event: Mapping[str, Any]) -> None:
        """Act on a custom resource event.

        Raises KeyRefusedError for a key whose policy does not admit a group.
        """
        if event["RequestType"] == "Delete":
            return
        wanted = _Wanted.read(event["ResourceProperties"])
        before = event.get("OldResourceProperties")
        former = None if before is None else _Wanted.read(before)
        self._configure_endpoints(wanted, None if former is None else former.endpoint_key_arn)
        if wanted.configures_jobs:
            for kind in names.JOB_KINDS:
                name = names.job_log_group(kind)
                self._configure_shared(name, wanted, None if former is None else former.job_key_arn)

    def _configure_endpoints(self, wanted: _Wanted, former_key: str | None) -> None:
        days, key = wanted.retention_days, wanted.endpoint_key_arn
        found = self.groups.below(names.endpoint_log_groups(wanted.environment))
        if wanted.components:
            found = {**found, **self.groups.below(names.component_log_groups(wanted.environment))}
        for name in wanted.groups_of_endpoints():
            group = found.get(name) or self._created(name, key)
            if group.retention_days != days:
                self.groups.keep(name, days)
            if key is not None and group.key_arn != key:
                self.groups.encrypt(name, key)
            elif key is None and group.key_arn is not None and group.key_arn == former_key:
                self.groups.release(name)

    def _configure_shared(self, name: str, wanted: _Wanted, former_key: str | None) -> None:
        days, key = wanted.retention_days, wanted.job_key_arn
        group = self.groups.below(name).get(name) or self._created(name, key)
        # Another environment may want its lines for longer.
        if group.retention_days is None or group.retention_days < days:
            self.groups.keep(name, days)
        # Another one's key stays.
        is_ours = group.key_arn is None or group.key_arn == former_key
        if key is not None and is_ours and group.key_arn != key:
            self.groups.encrypt(name, key)
        elif key is None and is_ours and group.key_arn is not None:
            self.groups.release(name)

    def _created(self, name: str, key: str | None) -> LogGroup:
        # SageMaker may have been first in this very moment, with what it gives to every group.
        return LogGroup(key_arn=key) if self.groups.create(name, key) else LogGroup()
