"""What a container's program finds around it, and what ends with it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from embedded_aws.sagemaker.isolation import CHOICES, NONE, Isolation, works
from tests.waiting import until

# It starts soon: neither settings nor packages of the test's environment.
PYTHON = [sys.executable, "-I", "-S", "-c"]
# A program with a child in a session of its own; both ignore the polite signal.
FAMILY = f"""
import signal, subprocess, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
subprocess.Popen([*{PYTHON!r}, child, "runaway"], start_new_session=True)
print("ready", flush=True)
time.sleep(60)
"""


ALL = [*CHOICES, NONE]
# Without a mount namespace there is no /opt/ml.
with_opt_ml = pytest.mark.parametrize(
    "isolation",
    [each for each in ALL if each.has_opt_ml],
    ids=lambda each: "+".join(each.parts),
    indirect=True,
)
# Without a process namespace nothing but the launcher can end all.
with_own_processes = pytest.mark.parametrize(
    "isolation",
    [each for each in ALL if "pids" in each.parts],
    ids=lambda each: "+".join(each.parts),
    indirect=True,
)


@pytest.fixture(scope="module", params=ALL, ids=lambda each: "+".join(each.parts))
def isolation(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Isolation:
    chosen: Isolation = request.param
    probe = tmp_path_factory.mktemp("probe")
    (probe / "model").mkdir()
    if chosen is not NONE and not works(chosen, probe):
        pytest.skip("this machine's kernel does not allow it")
    return chosen


Run = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def run(isolation: Isolation, tmp_path: Path) -> Iterator[Run]:
    """Start a Python program in a container whose /opt/ml is `tmp_path`."""
    started: list[subprocess.Popen[bytes]] = []

    def start(
        program: str,
        *,
        read_only_model: bool = False,
        read_only_root: bool = False,
        hosts_file: Path | None = None,
    ) -> subprocess.Popen[bytes]:
        inside = "/opt/ml" if isolation.has_opt_ml else str(tmp_path)
        argv = [*PYTHON, program]
        child = subprocess.Popen(
            isolation.command(
                tmp_path,
                inside,
                argv,
                read_only_model=read_only_model,
                read_only_root=read_only_root,
                hosts_file=hosts_file,
            ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.kill()
        for stream in (child.stdin, child.stdout):
            assert stream is not None
            stream.close()
        child.wait()


def _output(child: subprocess.Popen[bytes]) -> str:
    assert child.stdout is not None
    return child.stdout.read().decode()


def _wait_until_ready(child: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Return the program's descendants, once it says that they run."""
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    family: list[psutil.Process] = psutil.Process(child.pid).children(recursive=True)
    assert any("runaway" in " ".join(member.cmdline()) for member in family)
    return family


@with_opt_ml
def test_a_program_finds_the_hosts_of_its_job(run: Run, tmp_path: Path) -> None:
    hosts = tmp_path / "of one, and of another job" / "hosts"
    hosts.parent.mkdir()
    hosts.write_text("127.1.2.3 algo-1\n")
    program = "print(open('/etc/hosts').read())"
    found = run(program, read_only_model=True, read_only_root=True, hosts_file=hosts)
    assert _output(found).strip() == "127.1.2.3 algo-1"
    assert "algo-1" not in Path("/etc/hosts").read_text()


def _are_gone(family: list[psutil.Process]) -> bool:
    return not any(
        member.is_running() and member.status() != psutil.STATUS_ZOMBIE for member in family
    )


def test_the_program_ends_the_container_with_its_code(run: Run) -> None:
    assert run("import sys; sys.exit(7)").wait(20) == 7


def test_a_program_that_a_signal_ended_is_reported_as_containers_do(run: Run) -> None:
    assert run("import os, signal; os.kill(os.getpid(), signal.SIGKILL)").wait(20) == 137


@with_opt_ml
def test_files_below_opt_ml_are_the_jobs_and_nothing_appears_on_the_machine(
    run: Run, isolation: Isolation, tmp_path: Path
) -> None:
    before = Path("/opt/ml").exists(), sorted(os.listdir("/opt"))
    child = run(
        "import os; open('/opt/ml/a.txt', 'w').write('x'); print(sorted(os.listdir('/opt')))"
    )
    inside = _output(child)
    assert child.wait(20) == 0
    assert (tmp_path / "a.txt").read_text() == "x"
    assert (tmp_path / "a.txt").stat().st_uid == os.geteuid()
    assert inside.strip() == str(sorted({*before[1], "ml"}))
    assert (Path("/opt/ml").exists(), sorted(os.listdir("/opt"))) == before


@with_opt_ml
def test_a_model_may_be_write_protected_for_root_too(
    run: Run, isolation: Isolation, tmp_path: Path
) -> None:
    (tmp_path / "model").mkdir()
    child = run("open('/opt/ml/model/a.txt', 'w')", read_only_model=True)
    assert "Read-only file system" in _output(child)
    assert child.wait(20) == 1


@with_opt_ml
@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("/tmp/embedded-aws-launcher-test", "written"),
        ("/opt/ml/a.txt", "written"),
        ("/a.txt", "Read-only file system"),
        ("/usr/a.txt", "Read-only file system"),
        ("/dev/shm/a.txt", "Read-only file system"),
    ],
)
def test_a_serverless_container_writes_below_tmp_only(run: Run, path: str, outcome: str) -> None:
    program = f"open({path!r}, 'w').close(); import os; os.remove({path!r}); print('written')"
    assert outcome in _output(run(program, read_only_root=True))


@with_opt_ml
def test_a_serverless_container_has_no_semaphores_between_processes(run: Run) -> None:
    child = run("import multiprocessing; multiprocessing.Lock()", read_only_root=True)
    assert "Error" in _output(child)
    assert child.wait(20) == 1


def test_a_program_sees_its_own_number_and_user(run: Run) -> None:
    program = "import os; print(os.getpid() == int(os.readlink('/proc/self')), os.geteuid())"
    assert _output(run(program)) == f"True {os.geteuid()}\n"


def test_standard_input_is_empty(run: Run) -> None:
    assert _output(run("import sys; print(repr(sys.stdin.read()))")) == "''\n"


def test_a_program_that_does_not_exist_is_127_and_named(
    isolation: Isolation, tmp_path: Path
) -> None:
    argv = isolation.command(tmp_path, str(tmp_path), ["/no/such"], read_only_model=False)
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stderr is not None
        assert child.stderr.read() == b"exec '/no/such': No such file or directory\n"
        assert child.wait(20) == 127


def test_a_polite_signal_reaches_the_program(run: Run) -> None:
    child = run(
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)"
    )
    assert child.stdout is not None
    child.stdout.readline()
    os.killpg(child.pid, signal.SIGTERM)
    assert child.wait(20) == 3


def test_a_descendant_in_a_session_of_its_own_ends_with_the_program(run: Run) -> None:
    child = run(FAMILY.removesuffix("time.sleep(60)\n") + "time.sleep(0.3)\n")
    family = _wait_until_ready(child)
    assert child.wait(20) == 0
    until(lambda: _are_gone(family), 10, "all descendants are gone")


def test_all_end_when_the_starter_closes_the_pipe(run: Run) -> None:
    child = run(FAMILY)
    family = _wait_until_ready(child)
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(20) == 137
    until(lambda: _are_gone(family), 10, "all descendants are gone")


@with_own_processes
def test_all_end_when_the_launcher_is_killed(run: Run, isolation: Isolation) -> None:
    child = run(FAMILY)
    family = _wait_until_ready(child)
    child.kill()
    until(lambda: _are_gone(family), 10, "all descendants are gone")


def test_all_end_when_the_starter_is_killed(isolation: Isolation, tmp_path: Path) -> None:
    argv = isolation.command(tmp_path, str(tmp_path), [*PYTHON, FAMILY], read_only_model=False)
    starter = (
        "import os, subprocess, sys, time\n"
        "from embedded_aws.processes import ProcessSupervisor\n"
        "processes = ProcessSupervisor()\n"
        f"child = processes.spawn({argv!r}, env={{}}, stdin=subprocess.PIPE)\n"
        "time.sleep(60)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    parent = subprocess.Popen(
        [sys.executable, "-c", starter], stdout=subprocess.PIPE, env=environment
    )
    with parent:
        family = _wait_until_ready(parent)
        parent.kill()
        until(lambda: _are_gone(family), 10, "all descendants are gone")


@pytest.mark.parametrize(
    "isolation",
    [each for each in ALL if "own-tmp" in each.parts],
    ids=lambda each: "+".join(each.parts),
    indirect=True,
)
def test_what_a_container_writes_to_tmp_is_its_own(run, tmp_path):
    below_tmp = Path(tempfile.mkdtemp(dir="/tmp"))
    (below_tmp / "there").write_text("outside")
    (tmp_path / "model").mkdir()
    program = f"""
import os, pathlib
folder = pathlib.Path({str(below_tmp)!r})
assert (folder / "there").read_text() == "outside"
(folder / "there").write_text("inside")
(folder / "new").mkdir()
os.rename(folder / "there", folder / "new" / "moved")
assert (folder / "new" / "moved").read_text() == "inside"
pathlib.Path("/opt/ml/result").write_text("done")
"""
    assert run(program).wait(20) == 0
    assert (tmp_path / "result").read_text() == "done"
    assert [path.name for path in below_tmp.iterdir()] == ["there"]
    assert (below_tmp / "there").read_text() == "outside"
    shutil.rmtree(below_tmp)
