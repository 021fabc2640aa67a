"""A real Airflow on this machine: its API server, scheduler, DAG processor and triggerer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from autogluon_demo.cdk import ROOT
from tests.free_port import free_port
from tests.waiting import until

AIRFLOW = ROOT / ".venv-airflow" / "bin" / "airflow"
# What `pip install autogluon-cdk` beside Airflow brings.
CLIENT_PATH = f"{ROOT / 'client'}:{ROOT / 'contracts'}"
_COMPONENTS = ("scheduler", "dag-processor", "triggerer")
_ENDED = ("success", "failed", "upstream_failed", "skipped")


class LocalAirflow:
    """Started by `with`; all that it writes is in `folder`.

    Args:
        dags: name of a file with DAGs -> its text.
        environment: variables of the workers and the triggerer, such as AWS's.
    """

    def __init__(
        self, folder: Path, dags: Mapping[str, str], environment: Mapping[str, str]
    ) -> None:
        assert AIRFLOW.exists(), "`make setup-airflow` installs it"
        self._folder = folder
        self._port = free_port()
        self._url = f"http://localhost:{self._port}"
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        self._environment = {
            **inherited,
            **environment,
            "PATH": f"{AIRFLOW.parent}:{inherited['PATH']}",
            "HOME": str(folder),
            "PYTHONPATH": CLIENT_PATH,
            "AIRFLOW_HOME": str(folder),
            "AIRFLOW__CORE__DAGS_FOLDER": str(folder / "dags"),
            "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self._url}/execution/",
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__PARALLELISM": "4",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
            "AIRFLOW__API__BASE_URL": self._url,
            "AIRFLOW__API__PORT": str(self._port),
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        }
        (folder / "dags").mkdir(parents=True)
        for name, text in dags.items():
            (folder / "dags" / name).write_text(text)
        self._children: list[subprocess.Popen[bytes]] = []
        self._token = ""

    def __enter__(self) -> LocalAirflow:
        subprocess.run(
            [AIRFLOW, "db", "migrate"],
            env=self._environment,
            capture_output=True,
            check=True,
            timeout=300,
        )
        try:
            self._start("api-server")
            until(self._answers, 240, "Airflow's API answers")
            for component in _COMPONENTS:
                self._start(component)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for child in reversed(self._children):
            if child.poll() is None:
                # Each is the leader of a session of its own.
                os.killpg(child.pid, signal.SIGTERM)
        for child in self._children:
            try:
                child.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()

    def trigger(self, dag: str, run: str) -> None:
        """Start a DAG run of that name, once the DAG has been read."""

        def is_known() -> bool:
            errors = self._api("GET", "/importErrors")["import_errors"]
            assert not errors, errors
            return self._api("GET", f"/dags/{dag}", missing=True) is not None

        until(is_known, 240, f"the DAG {dag} has been read")
        self._api("POST", f"/dags/{dag}/dagRuns", {"dag_run_id": run, "logical_date": None})

    def task(self, dag: str, run: str, task: str) -> dict[str, Any]:
        """Return the task instance as the API has it."""
        found: dict[str, Any] = self._api("GET", f"{_path(dag, run)}/taskInstances/{task}")
        return found

    def wait_for_state(self, dag: str, run: str, task: str, state: str, seconds: float) -> None:
        """Wait until the task has the state; fails at once where it has ended with another."""

        def has_it() -> bool:
            found = self.task(dag, run, task)["state"]
            assert found == state or found not in _ENDED, self.log(dag, run, task)
            return bool(found == state)

        until(has_it, seconds, f"task {task} of {dag} is {state}")

    def end_task(self, dag: str, run: str, task: str) -> None:
        """Mark a task as failed, as a person does who wants it to end."""
        self._api("PATCH", f"{_path(dag, run)}/taskInstances/{task}", {"new_state": "failed"})

    def clear(self, dag: str, run: str, task: str) -> None:
        """Have a task run again."""
        request = {
            "dag_run_id": run,
            "task_ids": [task],
            "dry_run": False,
            "only_failed": False,
            "reset_dag_runs": True,
        }
        self._api("POST", f"/dags/{dag}/clearTaskInstances", request)

    def returned(self, dag: str, run: str, task: str) -> Any:
        """Return what the task has returned: its XCom."""
        path = f"{_path(dag, run)}/taskInstances/{task}/xcomEntries/return_value"
        return self._api("GET", f"{path}?deserialize=true")["value"]

    def log(self, dag: str, run: str, task: str, attempt: int = 1) -> str:
        """Return the log of one try of a task, with what Airflow says of the error."""
        path = f"{_path(dag, run)}/taskInstances/{task}/logs/{attempt}?full_content=true"
        return json.dumps(self._api("GET", path)["content"])

    def task_process(self, dag: str, run: str, task: str) -> psutil.Process | None:
        """Return the process in which a worker runs the task at this moment, if one does."""
        # Airflow's task_runner.py names it.
        title = f"airflow worker -- {self.task(dag, run, task)['id']}"
        scheduler = psutil.Process(self._children[1].pid)
        for process in scheduler.children(recursive=True):
            try:
                if " ".join(process.cmdline()).strip() == title:
                    return process
            except psutil.Error:  # it has ended meanwhile
                continue
        return None

    def _start(self, component: str) -> None:
        with (self._folder / f"{component}.log").open("wb") as log:
            child = subprocess.Popen(
                [AIRFLOW, component],
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._children.append(child)

    def _answers(self) -> bool:
        assert self._children[0].poll() is None, (self._folder / "api-server.log").read_text()
        try:
            with urllib.request.urlopen(f"{self._url}/auth/token", timeout=10) as answer:
                self._token = json.load(answer)["access_token"]
        except OSError:
            return False
        return True

    def _api(self, method: str, path: str, body: Any = None, *, missing: bool = False) -> Any:
        request = urllib.request.Request(
            f"{self._url}/api/v2{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self._token}",
                "Content-Type": "application/json",
                "Accept": "application/json",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if missing and error.code == 404:
                return None
            raise AssertionError(f"{method} {path}: {error.code} {error.read()!r}") from error


def _path(dag: str, run: str) -> str:
    return f"/dags/{dag}/dagRuns/{run}"
