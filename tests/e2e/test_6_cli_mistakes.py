"""Wrong uses of `agcdk`: one sentence, the next command, an exit code, no traceback."""

from __future__ import annotations

import json

import pytest

from tests.e2e.cli_support import Shell, prepared_shell
from tests.e2e.support import Account, Trained

MISTAKES: dict[str, tuple[list[str], dict[str, str], int, str, str]] = {
    # situation: (command, variables, exit code, part of the sentence, next command)
    "unknown command": (["modls"], {}, 2, 'did you mean "models"?', "agcdk models"),
    "unknown option": (["runs", "--limt", "3"], {}, 2, "--limt", "agcdk runs --limit 3"),
    "wrong type": (["runs", "--limit", "many"], {}, 2, "'many'", "agcdk runs"),
    "missing argument": (["train", "income"], {}, 2, "DATA", "agcdk train income "),
    "unknown environment": (["runs", "-e", "prd"], {}, 3, "'prd'", "agcdk deploy"),
    "wrong region": (["runs"], {"AWS_DEFAULT_REGION": "eu-west-1"}, 3, "eu-west-1", "agcdk deploy"),
    "unknown predictor": (["models", "incom"], {}, 3, 'did you mean "income"?', "agcdk endpoints"),
    "unknown run": (["show", "no-such-run"], {}, 3, "'no-such-run'", "agcdk runs"),
    "unknown version": (["approve", "income", "99"], {}, 3, "'99'", "agcdk models income"),
    "no such file": (["train", "income", "trian.csv"], {}, 2, "trian.csv", "ls ."),
    "file without the label": (
        ["train", "income", "wrong.csv"],
        {},
        2,
        'did you mean "clas"?',
        "head -1 wrong.csv",
    ),
    "instance type outside the guardrails": (
        ["train", "income", "small.csv", "--instance-type", "ml.p5.48xlarge"],
        {},
        2,
        "ml.p5.48xlarge",
        "agcdk train income small.csv",
    ),
    "argument that AutoGluon does not have": (
        ["train", "income", "small.csv", "--fit", "time_limt=3"],
        {},
        2,
        "time_limt",
        "agcdk train income small.csv --fit time_limit=3",
    ),
    "name of another run": (
        ["train", "income", "small.csv", "--name", "first-income"],
        {},
        2,
        "first-income",
        "agcdk runs",
    ),
    "format that no endpoint reads": (
        ["predict", "income", "notes.docx"],
        {},
        2,
        "notes.docx is a .docx file",
        "agcdk schema income",
    ),
    "column missing in the request": (
        ["predict", "income", "no-age.csv"],
        {},
        2,
        "age",
        "agcdk schema income",
    ),
    "stopping what has ended": (
        ["stop", "first-income"],
        {},
        2,
        "Completed",
        "agcdk show first-income",
    ),
    "credentials that AWS does not know": (
        ["runs"],
        {"AWS_ACCESS_KEY_ID": "AKIAUNKNOWN000000000"},
        4,
        "credentials",
        "aws configure",
    ),
    "no credentials": (
        ["runs"],
        {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true"},
        4,
        "credentials",
        "aws configure",
    ),
    "no region": (
        ["runs"],
        {"AWS_DEFAULT_REGION": "", "AWS_REGION": ""},
        4,
        "No AWS region",
        "export AWS_DEFAULT_REGION",
    ),
    "nothing listens": (
        ["runs"],
        {"AWS_ENDPOINT_URL": "http://localhost:1"},
        4,
        "http://localhost:1",
        "make embedded",
    ),
    "no settings file": (["deploy", "-e", "stagng"], {}, 2, "stagng.yaml", "agcdk init"),
    "mistake in the settings": (
        ["deploy", "-e", "broken"],
        {},
        2,
        "instance_typ",
        "agcdk validate --environment broken",
    ),
    "no bootstrap": (
        ["deploy"],
        {"AWS_DEFAULT_REGION": "eu-west-1"},
        3,
        "bootstrap",
        "agcdk deploy --bootstrap",
    ),
    "destroying without an answer": (["destroy"], {}, 2, "confirmation", "agcdk destroy --yes"),
}


@pytest.fixture(scope="module")
def terminal(account: Account, income: Trained, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return prepared_shell(account, tmp_path_factory.mktemp("terminal"))


@pytest.mark.parametrize("situation", list(MISTAKES))
def test_a_mistake_gets_one_sentence_and_the_next_command(
    terminal: Shell, income: Trained, situation: str
) -> None:
    arguments, variables, code, part, next_command = MISTAKES[situation]
    answer = terminal.run(*arguments, **variables)
    assert answer.code == code, answer.stderr
    error, following = answer.stderr.strip().splitlines()[-2:]
    assert error.startswith("Error: ")
    assert error.endswith(".")
    assert part in error
    assert following.startswith(f"Next:  {next_command}")
    assert "Traceback" not in answer.stderr


def test_with_json_a_mistake_is_a_document_too(terminal: Shell) -> None:
    answer = terminal.run("show", "no-such-run", "--json")
    document = json.loads(answer.stderr)
    assert document["exit_code"] == answer.code == 3
    assert document["next_command"] == "agcdk runs"
