"""cfn-lint finds nothing in any template."""

import json
from pathlib import Path

import pytest
from cfnlint.api import lint  # type: ignore[import-untyped]

from tests.infrastructure.conftest import Templates

# Warnings that say something about the code that writes templates, not about the stack.
ALLOWED = {
    "W3005": "CDK writes DependsOn beside a reference to the same resource",
}


@pytest.mark.parametrize("name", ["sandbox", "prod", "rich", "piped"])
def test_templates_are_clean(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    templates: Templates = request.getfixturevalue(name)
    region = "us-gov-west-1" if name == "rich" else "us-east-1"

    found = [
        f"{stack}: {match.rule.id} {match.message}"
        for stack, template in templates.items()
        # Workflows is the slowest to lint, and the same in prod as in sandbox but for names.
        if (name, stack) != ("prod", "Workflows")
        for match in lint(json.dumps(template), regions=[region])
        if match.rule.id not in ALLOWED
    ]

    assert found == []
