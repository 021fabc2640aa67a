"""The operations of EventBridge Scheduler."""

from __future__ import annotations

from typing import Any

from embedded_aws.gateway import ApiCall, Operation
from embedded_aws.runtime import Runtime
from embedded_aws.scheduler.invocations import Invocations
from embedded_aws.scheduler.schedule_checks import check_role, check_schedule
from embedded_aws.scheduler.schedules import (
    DEFAULT_GROUP,
    Group,
    Groups,
    Schedule,
    conflict,
    invalid,
    not_found,
)

_PAGE = 100


class SchedulesApi:
    """Answers for schedules and their groups."""

    def __init__(self, runtime: Runtime, groups: Groups, invocations: Invocations) -> None:
        self._runtime = runtime
        self._groups = groups
        self._invocations = invocations

    def operations(self) -> dict[str, Operation]:
        """Return the handlers by operation."""
        return {
            "CreateSchedule": self.create,
            "UpdateSchedule": self.update,
            "GetSchedule": lambda call: self._find(call).described(),
            "DeleteSchedule": self.delete,
            "ListSchedules": self.list,
            "CreateScheduleGroup": self.create_group,
            "GetScheduleGroup": lambda call: self._group(call).described(),
            "DeleteScheduleGroup": self.delete_group,
            "ListScheduleGroups": self.list_groups,
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "ListTagsForResource": self.list_tags,
        }

    def create(self, call: ApiCall) -> dict[str, Any]:
        """Create a schedule; the same ClientToken creates it once."""
        group, name = self._checked_group(call), call.params["Name"]
        with self._groups.lock:
            existing = group.schedules.get(name)
            if existing is not None:
                token = call.params.get("ClientToken")
                if token and existing.request.get("ClientToken") == token:
                    return {"ScheduleArn": existing.arn}
                raise conflict(f"Schedule {name} already exists.")
            return {"ScheduleArn": self._put(call, group, None).arn}

    def update(self, call: ApiCall) -> dict[str, Any]:
        """Replace a schedule's settings; what is not given takes its default."""
        group, old = self._checked_group(call), self._find(call)
        with self._groups.lock:
            if old.timer is not None:
                old.timer.cancel()
            return {"ScheduleArn": self._put(call, group, old).arn}

    def _checked_group(self, call: ApiCall) -> Group:
        group = self._groups.group(call.region, call.params.get("GroupName"))
        check_schedule(call.params, self._runtime.clock.time())
        check_role(self._runtime, call.params["Target"]["RoleArn"], group.arn)
        return group

    def _put(self, call: ApiCall, group: Group, old: Schedule | None) -> Schedule:
        params, now = call.params, self._runtime.clock.now()
        start, end = params.get("StartDate"), params.get("EndDate")
        schedule = Schedule(
            name=params["Name"],
            group=group.name,
            arn=self._groups.schedule_arn(call.region, group.name, params["Name"]),
            region=call.region,
            request=params,
            times=check_schedule(params, now.timestamp()),
            begin=start.timestamp() if start else now.timestamp(),
            end=end.timestamp() if end else None,
            created=old.created if old else now,
            modified=now,
        )
        group.schedules[schedule.name] = schedule
        self._invocations.plan(schedule)
        return schedule

    def resume(self) -> None:
        """Set the timers of restored schedules."""
        with self._groups.lock:
            for schedule in self._groups.all_schedules():
                self._invocations.plan(schedule)

    def delete(self, call: ApiCall) -> None:
        """Delete a schedule."""
        with self._groups.lock:
            schedule = self._find(call)
            if schedule.timer is not None:
                schedule.timer.cancel()
            del self._groups.group(call.region, schedule.group).schedules[schedule.name]

    def list(self, call: ApiCall) -> dict[str, Any]:
        """Answer ListSchedules, of one group or of all."""
        params = call.params
        groups = (
            [self._groups.group(call.region, params["GroupName"])]
            if params.get("GroupName")
            else list(self._groups.region(call.region).values())
        )
        prefix, state = params.get("NamePrefix") or "", params.get("State")
        found = [
            schedule.summarized()
            for group in groups
            for schedule in sorted(group.schedules.values(), key=lambda each: each.name)
            if schedule.name.startswith(prefix)
        ]
        found = [item for item in found if state in (None, item["State"])]
        return _page(call, "Schedules", found)

    def create_group(self, call: ApiCall) -> dict[str, Any]:
        """Create a group."""
        name = call.params["Name"]
        with self._groups.lock:
            groups = self._groups.region(call.region)
            if name in groups:
                raise conflict(f"Schedule group {name} already exists.")
            tags = {tag["Key"]: tag["Value"] for tag in call.params.get("Tags") or ()}
            arn = self._groups.group_arn(call.region, name)
            groups[name] = Group(name, arn, self._runtime.clock.now(), tags=tags)
        return {"ScheduleGroupArn": arn}

    def delete_group(self, call: ApiCall) -> None:
        """Delete a group with its schedules."""
        if call.params["Name"] == DEFAULT_GROUP:
            raise invalid("The default schedule group cannot be deleted.")
        with self._groups.lock:
            group = self._group(call)
            for schedule in group.schedules.values():
                if schedule.timer is not None:
                    schedule.timer.cancel()
            del self._groups.region(call.region)[group.name]

    def list_groups(self, call: ApiCall) -> dict[str, Any]:
        """Answer ListScheduleGroups."""
        prefix = call.params.get("NamePrefix") or ""
        groups = self._groups.region(call.region).values()
        found = [group.described() for group in groups if group.name.startswith(prefix)]
        return _page(call, "ScheduleGroups", found)

    def tag(self, call: ApiCall) -> None:
        """Add tags to a group."""
        tags = {tag["Key"]: tag["Value"] for tag in call.params["Tags"]}
        self._tagged(call).tags.update(tags)

    def untag(self, call: ApiCall) -> None:
        """Remove tags from a group."""
        for key in call.params["TagKeys"]:
            self._tagged(call).tags.pop(key, None)

    def list_tags(self, call: ApiCall) -> dict[str, Any]:
        """Answer ListTagsForResource."""
        tags = self._tagged(call).tags
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def _find(self, call: ApiCall) -> Schedule:
        params = call.params
        return self._groups.schedule(call.region, params.get("GroupName"), params["Name"])

    def _group(self, call: ApiCall) -> Group:
        return self._groups.group(call.region, call.params["Name"])

    def _tagged(self, call: ApiCall) -> Group:
        arn = call.params["ResourceArn"]
        for group in self._groups.region(call.region).values():
            if group.arn == arn:
                return group
        raise not_found(f"Schedule group {arn} does not exist.")


def _page(call: ApiCall, name: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    token = call.params.get("NextToken") or "0"
    if not token.isdigit():
        raise invalid("Invalid NextToken.")
    begin = int(token)
    end = begin + (call.params.get("MaxResults") or _PAGE)
    answer: dict[str, Any] = {name: items[begin:end]}
    if end < len(items):
        answer["NextToken"] = str(end)
    return answer
