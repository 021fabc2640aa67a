"""Write the page of the rules."""

from __future__ import annotations

from scripts.aws_behaviours.rules import ROOT, Rule, outcome, rules

PAGE = ROOT / "docs" / "reference" / "aws-behaviours.md"
_HEAD = """# What AWS does that the product obeys

<!-- Written by `python -m scripts.aws_behaviours`; do not edit. -->

A green run on the embedded AWS does not say that AWS agrees. This page lists what documents, models
and sources of AWS say, where the product obeys it, and the test that fails when it no longer does.
The last column names the test by which the embedded AWS does what AWS does, so that a relapse fails
there, too, whichever test runs into it; or a test of the product on it; or it says why the embedded
AWS shows no relapse.

| AWS | source | obeyed in | test | on the embedded AWS |
|---|---|---|---|---|
"""
_TRIED = """
## Relapses

A test that cannot fail proves nothing. `python -m scripts.aws_behaviours --relapse {count} --seed
{seed}` undoes {count} of the rules, drawn by that seed from those with a test of the product on the
embedded AWS that takes seconds, one after the other in a copy of the project, and runs that test,
which has to fail. Last on {day}:

| undone in | test | outcome |
|---|---|---|
"""


def page() -> str:
    """Return the page."""
    rows = [
        f"| {each.rule} | {each.source} | `{each.place}` | {_test(each.test)} | {_embedded(each)} |"
        for each in rules()
    ]
    tried = outcome()
    table = [
        f"| `{each['place']}` | {_test(each['test'])} | {each['outcome']} |"
        for each in tried["relapses"]
    ]
    head = _TRIED.format(count=len(table), seed=tried["seed"], day=tried["day"])
    return _HEAD + "\n".join(rows) + "\n" + head + "\n".join(table) + "\n"


def _embedded(rule: Rule) -> str:
    return f"not seen: {rule.unseen}" if rule.embedded is None else _test(rule.embedded)


def _test(test: str) -> str:
    file, _, name = test.partition("::")
    return f"`{file}`" + (f", {name.removeprefix('test_').replace('_', ' ')}" if name else "")
