"""Handlers really run, and their errors come back as AWS words them."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_aws.server import EmbeddedAws
from tests.waiting import until

Deploy = Callable[..., str]
PID = "import os\ndef handler(event, context):\n    return os.getpid()\n"


def invoke(client: Any, name: str, payload: Any = None, **options: Any) -> tuple[Any, str | None]:
    """The payload and the FunctionError of an invocation."""
    answer = client.invoke(FunctionName=name, Payload=json.dumps(payload or {}), **options)
    return json.loads(answer["Payload"].read()), answer.get("FunctionError")


def test_the_handler_gets_the_event_and_answers(client: Any, deploy: Deploy) -> None:
    name = deploy("def handler(event, context):\n    return {'got': event}\n")
    assert invoke(client, name, {"text": 'é "quoted"\n'}) == (
        {"got": {"text": 'é "quoted"\n'}},
        None,
    )


def test_the_context_knows_the_function(client: Any, deploy: Deploy) -> None:
    name = deploy(
        "def handler(event, context):\n"
        "    return [context.function_name, context.invoked_function_arn,"
        " context.memory_limit_in_mb, context.get_remaining_time_in_millis(),"
        " context.log_group_name, len(context.aws_request_id)]\n",
        Timeout=30,
        MemorySize=256,
    )
    answer, _ = invoke(client, name)
    function, arn, memory, remaining, group, id_length = answer
    assert (function, memory, group, id_length) == (name, "256", f"/aws/lambda/{name}", 36)
    assert arn == f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
    assert 20_000 < remaining <= 30_000


def test_environment_variables_and_role_credentials_reach_the_handler(
    client: Any, deploy: Deploy
) -> None:
    name = deploy(
        "import boto3, os\n"
        "def handler(event, context):\n"
        "    return [os.environ['COLOUR'], boto3.client('sts').get_caller_identity()['Account']]\n",
        Environment={"Variables": {"COLOUR": "green"}},
        Timeout=30,
    )
    assert invoke(client, name) == (["green", "123456789012"], None)


def test_only_the_code_boto3_and_the_standard_library_can_be_imported(
    client: Any, deploy: Deploy
) -> None:
    name = deploy(
        "import importlib.util as u\n"
        "def handler(event, context):\n"
        "    names = ['botocore', 'dateutil', 'json', 'app', 'moto', 'pydantic', 'embedded_aws']\n"
        "    return [n for n in names if u.find_spec(n)]\n"
    )
    assert invoke(client, name)[0] == ["botocore", "dateutil", "json", "app"]


def test_a_raised_error_is_unhandled_with_type_message_and_stack(
    client: Any, deploy: Deploy
) -> None:
    name = deploy(
        "class InvalidInputError(Exception): pass\n"
        "def handler(event, context):\n"
        "    raise InvalidInputError('no such \"thing\"')\n"
    )
    error, kind = invoke(client, name)
    assert kind == "Unhandled"
    assert (error["errorType"], error["errorMessage"]) == ("InvalidInputError", 'no such "thing"')
    assert len(error["stackTrace"]) == 1
    assert '"/var/task/app.py", line 3, in handler' in error["stackTrace"][0]
    assert len(error["requestId"]) == 36


@pytest.mark.parametrize(
    ("text", "handler", "error_type", "message"),
    [
        (
            "import nowhere",
            "app.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': No module named 'nowhere'",
        ),
        (
            "x = 1",
            "app.handler",
            "Runtime.HandlerNotFound",
            "Handler 'handler' missing on module 'app'",
        ),
        (
            "def handler(:",
            "app.handler",
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module 'app'",
        ),
        ("x = 1", "handler", "Runtime.MalformedHandlerName", "Bad handler 'handler'"),
        (
            "def handler(e, c): return {1, 2}",
            "app.handler",
            "Runtime.MarshalError",
            "Unable to marshal response: Object of type set is not JSON serializable",
        ),
        ("raise ValueError('early')", "app.handler", "ValueError", "early"),
    ],
)
def test_a_handler_that_cannot_run_says_why(
    client: Any, deploy: Deploy, text: str, handler: str, error_type: str, message: str
) -> None:
    error, kind = invoke(client, deploy(text, Handler=handler))
    assert (kind, error["errorType"]) == ("Unhandled", error_type)
    assert error["errorMessage"].startswith(message)


def test_a_handler_that_exits_loses_its_environment_only(client: Any, deploy: Deploy) -> None:
    name = deploy(
        "import os\n"
        "def handler(event, context):\n"
        "    if event.get('die'): os._exit(3)\n"
        "    return 'alive'\n"
    )
    error, _ = invoke(client, name, {"die": True})
    assert error["errorType"] == "Runtime.ExitError"
    assert error["errorMessage"].endswith("Error: Runtime exited with error: exit status 3")
    assert invoke(client, name) == ("alive", None)


def test_a_slow_handler_times_out_and_its_child_is_gone(
    client: Any, deploy: Deploy, tmp_path: Path
) -> None:
    name = deploy(
        "import os, pathlib, time\n"
        "def handler(event, context):\n"
        "    if event.get('quick'): return 1\n"
        "    pathlib.Path(event['file']).write_text(str(os.getpid()))\n"
        "    time.sleep(60)\n",
        Timeout=1,
    )
    note = tmp_path / "pid"
    error, kind = invoke(client, name, {"file": str(note)})
    assert (kind, error["errorType"]) == ("Unhandled", "Sandbox.Timedout")
    assert error["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    assert not Path(f"/proc/{note.read_text()}").exists()
    assert invoke(client, name, {"quick": True}) == (1, None)


def test_a_warm_environment_is_used_again(client: Any, deploy: Deploy) -> None:
    name = deploy(PID)
    assert invoke(client, name) == invoke(client, name)


def test_calls_at_the_same_time_run_in_children_of_their_own(client: Any, deploy: Deploy) -> None:
    name = deploy(
        "import os, time\ndef handler(e, c):\n    time.sleep(0.5)\n    return os.getpid()\n"
    )
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: invoke(client, name)[0], range(3)))
    assert len(set(answers)) == 3


def test_reserved_concurrency_throttles(client: Any, deploy: Deploy) -> None:
    name = deploy("def handler(e, c):\n    return 1\n")
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    with pytest.raises(ClientError, match=r"TooManyRequestsException.*Rate Exceeded"):
        invoke(client, name)
    client.delete_function_concurrency(FunctionName=name)
    assert invoke(client, name) == (1, None)


def test_new_code_and_new_settings_end_warm_environments(
    client: Any, deploy: Deploy, zipped: Callable[[dict[str, str]], bytes]
) -> None:
    name = deploy("import os\ndef handler(e, c):\n    return os.environ.get('NEW', 'old code')\n")
    assert invoke(client, name)[0] == "old code"
    client.update_function_configuration(FunctionName=name, Environment={"Variables": {"NEW": "2"}})
    assert invoke(client, name)[0] == "2"
    code = zipped({"app.py": "def handler(e, c):\n    return 'new code'\n"})
    client.update_function_code(FunctionName=name, ZipFile=code)
    assert invoke(client, name)[0] == "new code"


def test_dry_run_runs_nothing(client: Any, deploy: Deploy) -> None:
    name = deploy("raise SystemExit(1)")
    assert client.invoke(FunctionName=name, InvocationType="DryRun")["StatusCode"] == 204


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embedded_aws.lambda_runtime.invocation._RETRY_DELAYS_SECONDS", (0.1, 0.1))


@pytest.mark.usefixtures("quick_retries")
def test_an_event_is_retried_twice(client: Any, deploy: Deploy, tmp_path: Path) -> None:
    name = deploy(
        "def handler(event, context):\n"
        "    open(event['file'], 'a').write('x')\n"
        "    raise ValueError('again')\n"
    )
    note = tmp_path / "calls"
    payload = json.dumps({"file": str(note)})
    answer = client.invoke(FunctionName=name, InvocationType="Event", Payload=payload)
    assert answer["StatusCode"] == 202
    until(lambda: note.exists() and len(note.read_text()) >= 3, 15, "the third call is noted")
    time.sleep(0.3)
    assert note.read_text() == "xxx"


@pytest.mark.usefixtures("quick_retries")
def test_an_event_that_is_dropped_is_counted(aws: EmbeddedAws, client: Any, deploy: Deploy) -> None:
    name = deploy("def handler(event, context):\n    raise ValueError\n")
    client.invoke(FunctionName=name, InvocationType="Event")

    def dropped() -> list[dict[str, Any]]:
        now = time.time()
        found: list[dict[str, Any]] = aws.runtime.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName="AsyncEventsDropped",
            Dimensions=[{"Name": "FunctionName", "Value": name}],
            StartTime=now - 600,
            EndTime=now + 60,
            Period=60,
            Statistics=["Sum"],
        )["Datapoints"]
        return found

    [point] = until(dropped, 30, "the event was counted")
    assert point["Sum"] == 1


@pytest.mark.usefixtures("quick_retries")
def test_an_event_without_retries_runs_once(client: Any, deploy: Deploy, tmp_path: Path) -> None:
    name = deploy(
        "def handler(event, context):\n"
        "    open(event['file'], 'a').write('x')\n"
        "    raise ValueError('never again')\n"
    )
    client.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    note = tmp_path / "calls"
    payload = json.dumps({"file": str(note)})
    client.invoke(FunctionName=name, InvocationType="Event", Payload=payload)
    until(note.exists, 15, "the call is noted")
    time.sleep(0.3)
    assert note.read_text() == "x"


def test_the_log_tail_frames_what_the_handler_prints(client: Any, deploy: Deploy) -> None:
    name = deploy(
        "import logging, subprocess, sys\n"
        "def handler(event, context):\n"
        "    print('printed')\n"
        "    logging.getLogger().warning('two\\nlines')\n"
        "    subprocess.run([sys.executable, '-c', 'print(\"from a child\")'])\n"
    )
    answer = client.invoke(FunctionName=name, LogType="Tail")
    lines = base64.b64decode(answer["LogResult"]).decode().splitlines()
    assert lines[0].startswith("INIT_START")
    assert lines[1].startswith("START RequestId: ")
    assert lines[2] == "printed"
    assert lines[3].startswith("[WARNING]\t")
    assert lines[3].endswith("\ttwo")
    assert lines[4:6] == ["lines", "from a child"]
    assert lines[6].startswith("END RequestId: ")
    assert "Init Duration:" in lines[7]


def test_the_log_goes_to_the_functions_log_group(aws: Any, client: Any, deploy: Deploy) -> None:
    name = deploy(
        "def handler(event, context):\n    print('hello log')\n",
        LoggingConfig={"LogGroup": "/my/group"},
    )
    invoke(client, name)
    logs = aws.runtime.client("logs")

    def log() -> list[str]:
        if not logs.describe_log_groups(logGroupNamePrefix="/my/group")["logGroups"]:
            return []
        group = {"logGroupName": "/my/group"}
        messages = [
            event["message"]
            for stream in logs.describe_log_streams(**group)["logStreams"]
            for event in logs.get_log_events(**group, logStreamName=stream["logStreamName"])[
                "events"
            ]
        ]
        return messages if messages and messages[-1].startswith("REPORT RequestId: ") else []

    assert "hello log" in until(log, 10, "the log ends with the report")


def test_json_logs_carry_level_and_request(client: Any, deploy: Deploy) -> None:
    name = deploy(
        "import logging\n"
        "def handler(event, context):\n"
        "    logging.getLogger().info('quiet')\n"
        "    logging.getLogger().error('loud')\n",
        LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "WARN"},
    )
    answer = client.invoke(FunctionName=name, LogType="Tail")
    lines = [json.loads(x) for x in base64.b64decode(answer["LogResult"]).decode().splitlines()]
    assert [line.get("type") for line in lines] == ["platform.start", None, "platform.report"]
    assert (lines[1]["level"], lines[1]["message"]) == ("ERROR", "loud")
    assert lines[1]["requestId"] == lines[0]["record"]["requestId"]


@pytest.mark.parametrize(("kind", "limit"), [("RequestResponse", 6_291_556), ("Event", 1_048_576)])
def test_a_payload_over_the_limit_is_refused(
    client: Any, deploy: Deploy, kind: str, limit: int
) -> None:
    name = deploy("def handler(event, context):\n    return len(event)\n")
    with pytest.raises(ClientError, match="RequestTooLargeException"):
        client.invoke(FunctionName=name, InvocationType=kind, Payload=json.dumps("x" * limit))


def test_a_payload_that_is_no_json_is_refused(client: Any, deploy: Deploy) -> None:
    name = deploy("def handler(event, context):\n    return 1\n")
    with pytest.raises(ClientError, match="Could not parse request body into json"):
        client.invoke(FunctionName=name, Payload=b"{nope")


def test_large_payloads_pass_both_ways(client: Any, deploy: Deploy) -> None:
    name = deploy("def handler(event, context):\n    return event\n", Timeout=30)
    text = "x" * 5_000_000
    assert invoke(client, name, text)[0] == text


def test_an_answer_over_the_limit_is_an_error(client: Any, deploy: Deploy) -> None:
    name = deploy("def handler(event, context):\n    return 'x' * 7_000_000\n", Timeout=30)
    error, kind = invoke(client, name)
    assert (kind, error["errorType"]) == ("Unhandled", "Function.ResponseSizeTooLarge")
