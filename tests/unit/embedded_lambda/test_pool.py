"""Children are kept while they are useful, and no longer."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from embedded_aws.lambda_runtime.code_store import CodeStore
from embedded_aws.lambda_runtime.environment import Invocation
from embedded_aws.lambda_runtime.function import LambdaFunction, with_defaults
from embedded_aws.lambda_runtime.packages import link_runtime_packages
from embedded_aws.lambda_runtime.pool import EnvironmentPool
from embedded_aws.lambda_runtime.runtimes import LanguageRuntimes

PID = "import os\ndef handler(event, context):\n    return os.getpid()\n"


@pytest.fixture
def pool(aws: Any, tmp_path: Path) -> EnvironmentPool:
    languages = LanguageRuntimes(link_runtime_packages(tmp_path / "packages"))
    return EnvironmentPool(aws.runtime, languages)


@pytest.fixture
def function(aws: Any, zipped: Callable[[dict[str, str]], bytes]) -> LambdaFunction:
    settings = {"Runtime": "python3.12", "Handler": "app.handler", "Role": "arn:aws:iam::1:role/r"}
    code = CodeStore(aws.runtime).add({"ZipFile": zipped({"app.py": PID})}, "us-east-1")
    return LambdaFunction("f", "us-east-1", "123456789012", with_defaults("f", settings), code, {})


def call(pool: EnvironmentPool, function: LambdaFunction) -> int:
    with pool.lend(function) as environment:
        return int(json.loads(environment.invoke(Invocation(b"{}")).payload))


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_an_idle_child_is_ended_after_a_while(
    pool: EnvironmentPool, function: LambdaFunction
) -> None:
    pid = call(pool, function)
    pool.end_idle(time.monotonic() + 60)
    assert is_running(pid)
    assert call(pool, function) == pid
    pool.end_idle(time.monotonic() + 600)
    assert not is_running(pid)
    assert call(pool, function) != pid


def test_a_changed_functions_children_are_ended_even_when_busy(
    pool: EnvironmentPool, function: LambdaFunction
) -> None:
    idle = call(pool, function)
    with pool.lend(function) as busy:
        function.touch()
        pool.retire(function)
        assert json.loads(busy.invoke(Invocation(b"{}")).payload) == idle
    assert not is_running(idle)


def test_a_child_whose_caller_failed_is_not_used_again(
    pool: EnvironmentPool, function: LambdaFunction
) -> None:
    pid = call(pool, function)
    with pytest.raises(KeyboardInterrupt), pool.lend(function):
        raise KeyboardInterrupt
    assert not is_running(pid)


def test_no_child_outlives_the_embedded_aws(aws: Any, deploy: Callable[..., str]) -> None:
    client = aws.runtime.client("lambda")
    pid = json.loads(client.invoke(FunctionName=deploy(PID))["Payload"].read())
    aws.runtime.processes.close()
    assert not is_running(pid)
