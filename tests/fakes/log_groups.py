"""Log groups in memory."""

from dataclasses import replace

from autogluon_lambdas.ports import LogGroup


class MemoryLogGroups:
    """`LogGroups`; every change is counted."""

    def __init__(self, groups: dict[str, LogGroup] | None = None) -> None:
        self.groups = dict(groups or {})
        self.changes: list[tuple[str, str]] = []

    def below(self, prefix: str) -> dict[str, LogGroup]:
        return {name: group for name, group in self.groups.items() if name.startswith(prefix)}

    def create(self, name: str, key_arn: str | None) -> bool:
        if name in self.groups:
            return False
        self._set("create", name, LogGroup(key_arn=key_arn))
        return True

    def keep(self, name: str, days: int) -> None:
        self._set("keep", name, replace(self.groups[name], retention_days=days))

    def encrypt(self, name: str, key_arn: str) -> None:
        self._set("encrypt", name, replace(self.groups[name], key_arn=key_arn))

    def release(self, name: str) -> None:
        self._set("release", name, replace(self.groups[name], key_arn=None))

    def delete(self, name: str) -> None:
        self.changes.append(("delete", name))
        self.groups.pop(name, None)

    def _set(self, change: str, name: str, group: LogGroup) -> None:
        self.changes.append((change, name))
        self.groups[name] = group
