"""The states by which a bulk batch of several jobs runs: a distributed Map, one job per child.

The Map's own failure only says that a child failed. So the child that fails leaves its sentence in
S3, where the batch reads it: lists of executions are only eventually consistent.
"""

from autogluon_constructs.workflows import asl, ladder
from autogluon_constructs.workflows.asl import jsonata
from autogluon_contracts.shown.states import ShownState

LABEL = "Groups"  # in the names of children: execution:<state machine>/Groups:<id>

_GET_OBJECT = "arn:${Partition}:states:::s3:getObject"
_PUT_OBJECT = "arn:${Partition}:states:::s3:putObject"
_CALL_S3 = "arn:${Partition}:states:::aws-sdk:s3:"
_FAN_OUT = "$states.input.fan_out"


def process_groups(*, next_state: str) -> asl.States:
    """Return `ProcessGroups` and what follows its failure.

    Its input is the planner's answer with `fan_out`; its output `{"batch", "group_results"}`.
    """
    return {
        ShownState.PROCESS_GROUPS: {
            "Type": "Map",
            "Label": LABEL,
            "ItemReader": {
                "Resource": _GET_OBJECT,
                "ReaderConfig": {"InputType": "JSON"},
                "Arguments": {
                    "Bucket": jsonata(f"{_FAN_OUT}.bucket"),
                    "Key": jsonata(f"{_FAN_OUT}.groups_key"),
                },
            },
            "ItemSelector": {
                "request": jsonata("$states.context.Map.Item.Value.request"),
                "ladder": jsonata("$states.context.Map.Item.Value.ladder"),
                "fan_out": jsonata(_FAN_OUT),
            },
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "BeginGroup",
                "States": _group_states(),
            },
            "MaxConcurrency": jsonata(f"{_FAN_OUT}.max_concurrent_jobs"),
            # The other jobs are stopped: what they finished, `resume` finds.
            "ToleratedFailureCount": 0,
            # Thousands of jobs' outputs exceed what a state carries.
            "ResultWriter": {
                "Resource": _PUT_OBJECT,
                "Arguments": {
                    "Bucket": jsonata(f"{_FAN_OUT}.bucket"),
                    "Prefix": jsonata(f"{_FAN_OUT}.results_prefix"),
                },
            },
            "Output": {
                "batch": jsonata("$states.input.batch"),
                "group_results": jsonata("$states.result.ResultWriterDetails"),
            },
            "Catch": asl.catch(
                asl.PLAIN_FAILURE, keep={"fan_out": _FAN_OUT}, next_state="ReadGroupFailure"
            ),
            "Next": next_state,
        },
        "ReadGroupFailure": asl.task(
            f"{_CALL_S3}getObject",
            {"Bucket": jsonata("$fan_out.bucket"), "Key": jsonata("$fan_out.failure_key")},
            assign={"failure": jsonata("$parse($states.result.Body)")},
            # There is none where the Map itself failed; `$failure` says how.
            catches=[{"ErrorEquals": ["States.ALL"], "Next": asl.FAILED}],
            next_state=asl.FAILED,
        ),
    }


def _group_states() -> asl.States:
    job = "$states.input.request.ProcessingJobName"
    failure = asl.job_failure(
        "Processing",
        error="BatchFailedError",
        subject=f"'Batch ' & {_FAN_OUT}.batch & ': the'",
        otherwise=f"'Batch ' & {_FAN_OUT}.batch & ': the processing job ' & {job} & ': ' & $text",
    )
    described = ("JobName", "JobStatus", "StartTime", "EndTime", "Resources")
    members = ", ".join(f"'Processing{key}': $states.result.Processing{key}" for key in described)
    rungs = ladder.Ladder("Processing", "ProcessGroup", "WaitToProcessGroup")
    return {
        "BeginGroup": {"Type": "Pass", "Assign": ladder.BEGIN, "Next": "ProcessGroup"},
        **rungs.states(
            failure,
            keep={"fan_out": _FAN_OUT},
            output=jsonata(f"{{{members}}}"),
            next_state="GroupProcessed",
            failed="KeepFailure",
        ),
        "GroupProcessed": {"Type": "Succeed"},
        "KeepFailure": asl.task(
            f"{_CALL_S3}putObject",
            {
                "Bucket": jsonata("$fan_out.bucket"),
                "Key": jsonata("$fan_out.failure_key"),
                "ContentType": "application/json",
                "Body": jsonata("$failure"),
            },
            catches=[{"ErrorEquals": ["States.ALL"], "Next": "GroupFailed"}],
            next_state="GroupFailed",
        ),
        "GroupFailed": {
            "Type": "Fail",
            "Error": jsonata("$failure.error"),
            "Cause": jsonata("$failure.cause"),
        },
    }
