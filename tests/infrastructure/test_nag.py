"""cdk-nag finds nothing unacknowledged, and nothing is acknowledged that it does not find."""

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnResource, Stack
from cdk_nag import AwsSolutionsChecks

from autogluon_constructs.identity import acknowledgments
from autogluon_constructs.settings import Environment
from scripts.nag_packs import accepted, findings_in, unaccepted
from scripts.shipped_environments import merged_examples
from stacks.deployment import add_stacks
from tests.infrastructure.conftest import context
from tests.never_empty import never_empty


class Recorder:
    """Stands in for CDK's `Validations`: notes acknowledgments and lets none take effect."""

    def __init__(self) -> None:
        self.made: list[tuple[str, str, str]] = []

    def of(self, construct: Any) -> "Recorder":
        self._path = str(construct.node.path)
        return self

    def acknowledge(self, *acknowledgments: Any) -> None:
        for each in acknowledgments:
            self.made.append((self._path, str(each.id), str(each.reason)))


def findings(app: App) -> list[tuple[str, str]]:
    """Construct path and id of everything the AwsSolutions pack finds."""
    app.synth()
    report = AwsSolutionsChecks(app).validate_scope(app)
    return [
        (str(resource.construct_path), violation.rule_name)
        for violation in report.violations
        for resource in violation.violating_resources
    ]


def build(settings: Environment, outdir: Path, *, validated: bool) -> App:
    """Build the app, whose templates the CDK's own rules judge if it is to be `validated`."""
    app = App(
        outdir=str(outdir),
        analytics_reporting=False,
        context=context(),
        builtin_cloud_formation_validation=validated,
    )
    add_stacks(app, settings)
    return app


@pytest.fixture(scope="session")
def examples_settings() -> Environment:
    return merged_examples()


@pytest.fixture(
    scope="module",
    params=[
        *("sandbox", "prod", "rich", "crowded", "guarded", "piped"),
        pytest.param("examples", marks=pytest.mark.long),
    ],
)
def settings(request: pytest.FixtureRequest) -> Environment:
    found: Environment = request.getfixturevalue(f"{request.param}_settings")
    return found


@pytest.fixture(scope="module")
def unacknowledged(
    settings: Environment, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[tuple[str, str]], Recorder]:
    """All findings of an app in which no acknowledgment takes effect, and what would have been."""
    recorder = Recorder()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(acknowledgments, "Validations", recorder)
        app = build(settings, tmp_path_factory.mktemp("unacknowledged"), validated=False)
    return findings(app), recorder


@pytest.fixture(scope="module")
def app(settings: Environment, tmp_path_factory: pytest.TempPathFactory) -> App:
    return build(settings, tmp_path_factory.mktemp("acknowledged"), validated=True)


def test_every_finding_is_acknowledged_on_its_construct_by_its_id(app: App) -> None:
    assert findings(app) == []


def test_the_cdks_own_rules_find_nothing(app: App) -> None:
    app.synth()
    report = json.loads((Path(app.outdir) / "validation-report.json").read_text())
    assert report["pluginReports"] == []


def test_the_cdks_own_rules_do_find_things(sandbox_settings: Environment, tmp_path: Path) -> None:
    app = build(sandbox_settings, tmp_path / "out", validated=True)
    CfnResource(
        Stack(app, "Broken"), "Broken", type="AWS::SQS::Queue", properties={"DelaySeconds": "soon"}
    )
    with pytest.raises(RuntimeError, match="DelaySeconds"):
        app.synth()


def test_every_finding_of_the_compliance_packs_is_accepted_with_its_bound(
    app: App, settings: Environment
) -> None:
    app.synth()
    found = never_empty(findings_in(app, settings.name))
    assert unaccepted(found, accepted()) == [], "fix it, or say in nag_packs.yaml what bounds it"
    assert unaccepted(found, []) != []


def test_the_pack_does_find_things(
    unacknowledged: tuple[list[tuple[str, str]], Recorder],
) -> None:
    found, _ = unacknowledged

    assert len(found) > 20


def test_no_acknowledgment_is_stale(
    unacknowledged: tuple[list[tuple[str, str]], Recorder],
) -> None:
    found, recorder = unacknowledged

    for acknowledged_path, acknowledged_id, _ in never_empty(recorder.made):
        assert [
            path
            for path, finding in found
            if finding == acknowledged_id and f"{path}/".startswith(f"{acknowledged_path}/")
        ], f"{acknowledged_path} acknowledges {acknowledged_id}, which is not found there"


def test_acknowledgments_stand_close_to_the_finding_and_state_a_bound(
    unacknowledged: tuple[list[tuple[str, str]], Recorder],
) -> None:
    for path, finding, reason in never_empty(unacknowledged[1].made):
        assert path.count("/") >= 2, f"{finding} is acknowledged for all of {path}"
        assert len(reason) > 20
