"""Delete stacks by CloudFormation alone, so that no settings and no CDK app have to know them."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any

from autogluon_cli.deployment.account import Account
from autogluon_cli.deployment.cdk_role import stack_changer
from autogluon_cli.deployment.environment_stacks import Stack
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.terminal.output import LiveLine

_POLL_SECONDS = 1.0
_NOT_EMPTY = re.compile(r"The bucket you tried to delete is not empty|BucketNotEmpty")
_BUCKET = "AWS::S3::Bucket"


def delete_stacks(
    invocation: Invocation,
    account: Account,
    stacks: Sequence[Stack],
    line: LiveLine,
    *,
    next_command: str,
) -> None:
    """Delete stacks side by side and wait until they are gone.

    A bucket that should go but got an object meanwhile, as access logs arrive late, is emptied once
    more.

    Args:
        next_command: what to run once the reason for a failure is gone.

    Raises:
        CommandError: a stack could not be deleted; the sentence says why.
    """
    if not stacks:
        return
    cloudformation = stack_changer(invocation, account)
    for attempt in ("first", "last"):
        for stack in stacks:
            cloudformation.delete_stack(StackName=stack.name)
        failed = _wait(cloudformation, stacks, line)
        if not failed:
            return
        full = [bucket for name in failed for bucket in _full_buckets(cloudformation, name)]
        if attempt == "last" or not full:
            break
        for bucket in full:
            line.now(f"emptying {bucket}, which got another object")
            _empty(invocation, bucket)
        stacks = [stack for stack in stacks if stack.name in failed]
    name, reason = next(iter(failed.items()))
    raise CommandError(
        f"{name} could not be deleted: {reason}.",
        advice="Remove what holds it; what was deleted stays deleted.",
        next_command=next_command,
        exit_code=ExitCode.WORK_FAILED,
    )


def _wait(cloudformation: Any, stacks: Sequence[Stack], line: LiveLine) -> dict[str, str]:
    """Wait until every stack is gone or failed; return why, by the failed stacks' names."""
    waiting, failed = [stack.name for stack in stacks], {}
    while waiting:
        line.now(f"deleting {', '.join(waiting)}")
        for name in list(waiting):
            status = _status(cloudformation, name)
            if status is None or status == "DELETE_COMPLETE":
                waiting.remove(name)
            elif not status.endswith("_IN_PROGRESS"):
                waiting.remove(name)
                failed[name] = _reason(cloudformation, name)
        if waiting:
            time.sleep(_POLL_SECONDS)
    return failed


def _status(cloudformation: Any, name: str) -> str | None:
    from botocore.exceptions import ClientError

    try:
        return str(cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise


def _reason(cloudformation: Any, name: str) -> str:
    """Return the reason of the last failure, without a full stop."""
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=name)
    for event in (each for page in pages for each in page["StackEvents"]):
        if event["ResourceStatus"] == "DELETE_FAILED" and event["StackName"] != event.get(
            "LogicalResourceId"
        ):
            found = event.get("ResourceStatusReason", "no reason given").rstrip(".")
            return f"{event['ResourceType']} {event['LogicalResourceId']}: {found}"
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    return str(stack.get("StackStatusReason", "no reason given")).rstrip(".")


def _full_buckets(cloudformation: Any, name: str) -> list[str]:
    resources = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
    return [
        entry["PhysicalResourceId"]
        for entry in resources
        if entry["ResourceType"] == _BUCKET
        and entry["ResourceStatus"] == "DELETE_FAILED"
        and _NOT_EMPTY.search(entry.get("ResourceStatusReason", ""))
    ]


def _empty(invocation: Invocation, bucket: str) -> None:
    s3 = invocation.client("s3")
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        versions = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if versions:
            chosen = [{"Key": found["Key"], "VersionId": found["VersionId"]} for found in versions]
            s3.delete_objects(Bucket=bucket, Delete={"Objects": chosen, "Quiet": True})
