"""Each finding of checkov's committed outcome has a bound; the outcome is of these templates."""

from scripts.checkov_findings import PAGE, accepted, findings, outcome, page, shapes_of
from scripts.nag_packs import stale, unaccepted
from tests.infrastructure.conftest import Templates
from tests.never_empty import never_empty

HINT = "run `make checkov`"


def test_each_finding_is_accepted_and_no_entry_is_stale() -> None:
    assert unaccepted(never_empty(findings()), accepted()) == []
    assert stale(findings(), accepted()) == []


def test_each_entry_says_what_bounds_it() -> None:
    for entry in never_empty(accepted()):
        assert len(entry.bound) > 20, entry.rule


def test_the_page_is_as_the_script_writes_it() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(accepted())


def test_checkov_has_seen_what_the_templates_hold(sandbox: Templates, prod: Templates) -> None:
    for name, templates in {"sandbox": sandbox, "prod": prod}.items():
        shapes = shapes_of(templates.values())
        types = {name.partition(".")[0] for name in shapes}
        # It has no rules for custom resources.
        own = {kind for kind in types if kind.startswith("Custom::")}
        assert types - own <= set(outcome()["types"]), HINT
        failed = [each for each in outcome()["findings"] if each["environment"] == name]
        for found in never_empty(failed):
            assert shapes.get(found["resource"]) == found["properties"], HINT
