"""The page of the compliance packs' findings is current, and no bound outlives its finding."""

import pytest

from scripts.nag_packs import (
    PAGE,
    Accepted,
    Finding,
    accepted,
    environments,
    findings_of,
    page,
    stale,
    unaccepted,
)

FOUND = Finding("HIPAA.Security", "LambdaDLQ", "Workflows/A/Function/Resource", "prod")
ENTRY = Accepted("LambdaDLQ", "*/Function/Resource", "so")


def test_an_entry_accepts_its_rule_and_resources_only() -> None:
    assert unaccepted([FOUND], [ENTRY]) == []
    assert stale([FOUND], [ENTRY]) == []
    for entry in (
        Accepted("LambdaDLQ", "*/Role/Resource", "so"),
        Accepted("LambdaConcurrency", "*/Function/Resource", "so"),
    ):
        assert unaccepted([FOUND], [entry]) == [
            "prod: HIPAA.Security-LambdaDLQ of Workflows/A/Function/Resource"
        ]
        assert stale([FOUND], [entry]) == [f"{entry.rule} of {entry.resources}"]


def test_each_entry_says_what_bounds_it() -> None:
    for entry in accepted():
        assert len(entry.bound) > 20, entry.rule
        assert f"| {entry.rule} |" in PAGE.read_text(encoding="utf-8")


@pytest.mark.long
def test_the_page_is_as_the_script_writes_it_and_no_entry_is_stale() -> None:
    findings = [found for settings in environments() for found in findings_of(settings)]
    assert stale(findings, accepted()) == []
    assert PAGE.read_text(encoding="utf-8") == page(findings, accepted())
