"""The help: complete, and fast because nothing heavy is imported for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autogluon_cli.main import COMMANDS
from tests.unit.cli.terminal import Terminal

HEAVY = (
    *("boto3", "botocore", "rich", "pandas", "numpy", "pyarrow", "pydantic", "yaml"),
    *("aws_cdk", "autogluon_constructs", "autogluon_lambdas"),
)


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_explains_itself_and_takes_the_common_options(
    terminal: Terminal, command: str
) -> None:
    code, out, _ = terminal.run(command, "--help")
    assert code == 0
    assert f"Usage: agcdk {command}" in out
    assert "--environment" in out
    assert "--json" in out


def test_the_help_lists_every_command_and_the_exit_codes(terminal: Terminal) -> None:
    _, out, _ = terminal.run("--help")
    listed = {
        line.split()[0] for line in out.splitlines() if line.startswith("  ") and line.split()
    }
    assert set(COMMANDS) <= listed
    assert "130 interrupted" in " ".join(out.split())


def test_the_help_imports_nothing_heavy() -> None:
    script = (
        "import sys\nfrom autogluon_cli.main import run\nrun(['--help'])\n"
        f"print('HEAVY', [name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.rstrip().endswith("HEAVY []"), done.stdout[-200:] + done.stderr


def test_no_command_imports_anything_heavy_before_it_runs() -> None:
    # botocore's own exceptions, which many name, cost little.
    heavy = [name for name in HEAVY if name != "botocore"]
    modules = sorted({module for module, _, _ in COMMANDS.values()})
    script = (
        f"import sys\nfor module in {modules}:\n    __import__(module)\n"
        f"print('HEAVY', [name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.rstrip() == "HEAVY []", done.stdout[-200:] + done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_of_the_shell(terminal: Terminal, shell: str) -> None:
    code, out, _ = terminal.run("completion", shell)
    assert code == 0
    assert f"_AGCDK_COMPLETE={shell}_complete" in out
    assert terminal.json("completion", shell) == {"shell": shell, "script": out.removesuffix("\n")}


def test_bash_completes_commands_after_evaluating_the_script() -> None:
    # As the page says it, and then what bash does when Tab is pressed after `agcdk mod`.
    script = """
        eval "$(agcdk completion bash)" || exit
        complete -p agcdk
        COMP_WORDS=(agcdk mod) COMP_CWORD=1
        _agcdk_completion agcdk && echo "${COMPREPLY[@]}"
    """
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    rule, *completions = done.stdout.splitlines()
    assert rule.endswith(" agcdk")
    assert completions == ["models"]


def test_a_predictor_is_completed_from_the_settings_file(
    terminal: Terminal, folder: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    import click
    from click.shell_completion import ShellComplete

    from autogluon_cli.framework.invocation import Invocation
    from autogluon_cli.main import agcdk
    from tests.unit.cli.settings_files import write_settings

    write_settings("income", "housing")
    found = ShellComplete(agcdk, {"obj": Invocation()}, "agcdk", "_AGCDK_COMPLETE")
    assert isinstance(agcdk, click.Group)
    assert [item.value for item in found.get_completions(["models"], "in")] == ["income"]
