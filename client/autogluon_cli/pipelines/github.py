"""Write the workflow of GitHub Actions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autogluon_cli.pipelines.pipeline import (
    COMPARISON,
    LONGEST_COMMENT,
    PYTHON,
    Pipeline,
    Target,
    as_yaml,
)
from autogluon_contracts import names

FILE = Path(".github/workflows/autogluon.yml")
"""Where GitHub looks for it."""
_MACHINE = "ubuntu-24.04"
_MINUTES = 60
_EVERY_MORNING = "17 5 * * *"  # UTC; GitHub delays what many schedule at the full hour
_PROPOSED = "github.event_name == 'pull_request'"
_FROM_HERE = "github.event.pull_request.head.repo.full_name == github.repository"
_MARK = "<!-- agcdk diff -->"
# One comment on a pull request, found by its mark: others may comment in the name of Actions, too.
_COMMENT = f"""\
comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
own="$(gh api "$comments" --paginate \\
  --jq '.[] | select(.body | startswith("{_MARK}")) | .id' | head -n 1)"
if [ -n "$own" ]; then
  gh api --silent -X PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$own" -F body=@{COMPARISON}
else
  gh pr comment "$PULL_REQUEST" --body-file {COMPARISON}
fi
"""
_SIGN_IN = {"contents": "read", "id-token": "write"}


def write_github(pipeline: Pipeline) -> str:
    """Return the workflow: checked and compared when proposed, deployed when merged."""
    jobs: dict[str, Any] = {"validate": _validate(pipeline), "compare": _compare(pipeline)}
    before: str | None = None
    for target in pipeline.targets:
        name = f"deploy-{target.environment}"
        jobs[name] = _deploy(pipeline, target, before)
        before = name
    for target in pipeline.targets:
        jobs[f"drift-{target.environment}"] = _drift(pipeline, target)
    branches = {"branches": [pipeline.branch]}
    document = {
        "name": "autogluon",
        "on": {
            "pull_request": branches,
            "push": branches,
            "schedule": [{"cron": _EVERY_MORNING}],
            "workflow_dispatch": None,
        },
        "permissions": {"contents": "read"},
        "jobs": jobs,
    }
    # YAML 1.1 reads the key `on` as true, so PyYAML puts it in quotes, which GitHub does not need.
    return pipeline.header + as_yaml(document).replace("\n'on':", "\non:", 1)


def _validate(pipeline: Pipeline) -> dict[str, Any]:
    checks = [_step("Validate", pipeline.run("validate", target)) for target in pipeline.targets]
    return _job(f"{_PROPOSED}", {"contents": "read"}, [*_installed(pipeline), *checks])


def _compare(pipeline: Pipeline) -> dict[str, Any]:
    steps = [*_installed(pipeline), _step("Begin", f"echo '{_MARK}' > {COMPARISON}")]
    longest = LONGEST_COMMENT // len(pipeline.targets)
    for target in pipeline.targets:
        compared = pipeline.run(f"diff --markdown --longest {longest}", target)
        steps += [
            _credentials(target.diff_role, target.region),
            _step(f"Compare {target.environment}", f"{compared} >> {COMPARISON}"),
        ]
    comment = {
        "name": "Comment",
        "env": {
            "GH_TOKEN": "${{ github.token }}",
            "PULL_REQUEST": "${{ github.event.pull_request.number }}",
        },
        "run": _COMMENT,
    }
    # A fork's pull request gets no token that AWS trusts.
    job = _job(f"{_PROPOSED} && {_FROM_HERE}", _SIGN_IN | {"pull-requests": "write"}, steps)
    job["steps"].append(comment)
    return {"needs": "validate", **job}


def _deploy(pipeline: Pipeline, target: Target, before: str | None) -> dict[str, Any]:
    job = _job(
        "github.event_name == 'push'",
        _SIGN_IN,
        [
            *_installed(pipeline),
            _credentials(target.deploy_role, target.region),
            _step("Deploy", pipeline.run("deploy", target)),
        ],
    )
    return {
        **({"needs": before} if before else {}),
        "environment": target.environment,
        # One deployment after the other; one that has begun is never ended.
        "concurrency": {
            "group": names.whole_environment(target.environment),
            "cancel-in-progress": False,
        },
        **job,
    }


def _drift(pipeline: Pipeline, target: Target) -> dict[str, Any]:
    compared = _step("Compare", pipeline.run("diff --fail-on-changes", target))
    return _job(
        "github.event_name == 'schedule' || github.event_name == 'workflow_dispatch'",
        _SIGN_IN,
        [*_installed(pipeline), _credentials(target.diff_role, target.region), compared],
    )


def _job(condition: str, permissions: dict[str, str], steps: list[Any]) -> dict[str, Any]:
    return {
        "if": condition,
        "runs-on": _MACHINE,
        "timeout-minutes": _MINUTES,
        "permissions": permissions,
        "steps": steps,
    }


def _installed(pipeline: Pipeline) -> list[dict[str, Any]]:
    return [
        {"uses": "actions/checkout@v4", "with": {"persist-credentials": False}},
        {"uses": "actions/setup-python@v5", "with": {"python-version": PYTHON}},
        _step("Install", pipeline.install),
    ]


def _credentials(role: str, region: str) -> dict[str, Any]:
    return {
        "uses": "aws-actions/configure-aws-credentials@v4",
        "with": {"role-to-assume": role, "aws-region": region},
    }


def _step(name: str, command: str) -> dict[str, Any]:
    return {"name": name, "run": command}
