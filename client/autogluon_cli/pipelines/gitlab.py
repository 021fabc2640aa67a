"""Write the pipeline of GitLab CI/CD."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autogluon_cli.pipelines.pipeline import COMPARISON, PYTHON, Pipeline, Target, as_yaml

FILE = Path(".gitlab-ci.yml")
"""Where GitLab looks for it."""
_AUDIENCE = "sts.amazonaws.com"
_INSTALLED, _SIGNED_IN = ".autogluon", ".autogluon-signed-in"
_PROPOSED = '$CI_PIPELINE_SOURCE == "merge_request_event"'
# A fork's pipeline gets tokens of the fork, which AWS does not trust.
_FROM_HERE = "$CI_MERGE_REQUEST_SOURCE_PROJECT_PATH == $CI_PROJECT_PATH"
_SCHEDULED = '$CI_PIPELINE_SOURCE == "schedule"'
# AWS's SDKs and the CDK sign in with the token of such a file.
_SIGN_IN = [
    'export AWS_WEB_IDENTITY_TOKEN_FILE="$(mktemp)"',
    'printf %s "$AWS_TOKEN" > "$AWS_WEB_IDENTITY_TOKEN_FILE"',
    'export AWS_ROLE_SESSION_NAME="gitlab-$CI_JOB_ID"',
]


def write_gitlab(pipeline: Pipeline) -> str:
    """Return the pipeline: compared when proposed, deployed when merged."""
    document: dict[str, Any] = {
        "stages": ["validate", "compare", "deploy"],
        _INSTALLED: {"image": f"python:{PYTHON}", "before_script": [pipeline.install]},
        _SIGNED_IN: {
            "extends": _INSTALLED,
            "id_tokens": {"AWS_TOKEN": {"aud": _AUDIENCE}},
            "before_script": [pipeline.install, *_SIGN_IN],
        },
        "validate": {
            "extends": _INSTALLED,
            "stage": "validate",
            "rules": [{"if": _PROPOSED}],
            "script": [pipeline.run("validate", target) for target in pipeline.targets],
        },
    }
    for target in pipeline.targets:
        document[f"compare-{target.environment}"] = _compare(pipeline, target)
    for number, target in enumerate(pipeline.targets):
        before = pipeline.targets[number - 1].environment if number else None
        document[f"deploy-{target.environment}"] = _deploy(pipeline, target, before)
    for target in pipeline.targets:
        document[f"drift-{target.environment}"] = _job(
            "compare",
            target.diff_role,
            target,
            {"if": _SCHEDULED},
            [pipeline.run("diff --fail-on-changes", target)],
        )
    return pipeline.header + as_yaml(document)


def _compare(pipeline: Pipeline, target: Target) -> dict[str, Any]:
    commands = [f"{pipeline.run('diff --markdown', target)} > {COMPARISON}"]
    rule = {"if": f"{_PROPOSED} && {_FROM_HERE}"}
    job = _job("compare", target.diff_role, target, rule, commands)
    # Shown in the merge request; a comment would take a stored token.
    shown = f"What deploying {target.environment} would change"
    return {**job, "artifacts": {"expose_as": shown, "paths": [COMPARISON]}}


def _deploy(pipeline: Pipeline, target: Target, before: str | None) -> dict[str, Any]:
    merged = {"if": f'$CI_COMMIT_BRANCH == "{pipeline.branch}" && $CI_PIPELINE_SOURCE == "push"'}
    # The first environment follows the branch; a person starts each further one.
    rule = merged if before is None else {**merged, "when": "manual"}
    job = _job("deploy", target.deploy_role, target, rule, [pipeline.run("deploy", target)])
    return {
        **job,
        **({"needs": [f"deploy-{before}"]} if before else {}),
        "environment": {"name": target.environment},
        "resource_group": target.environment,
    }


def _job(
    stage: str, role: str, target: Target, rule: dict[str, str], commands: list[str]
) -> dict[str, Any]:
    return {
        "extends": _SIGNED_IN,
        "stage": stage,
        "rules": [rule],
        "variables": {"AWS_ROLE_ARN": role, "AWS_DEFAULT_REGION": target.region},
        "script": commands,
    }
