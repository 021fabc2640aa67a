"""Write docs/reference/checkov-findings.md: what checkov finds, and what bounds it.

    python -m scripts.checkov_findings          from the committed outcome
    python -m scripts.checkov_findings --run    run checkov first and commit its outcome

`make checkov` installs checkov, which has 100 dependencies, into an environment of its own and does
the latter. Exits with 1 when a finding is not accepted in checkov_findings.yaml, or an entry there
accepts nothing.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from scripts.nag_packs import ROOT, Accepted, Finding, environments, stale, unaccepted
from scripts.synthesized_app import synthesized_app

ACCEPTED = Path(__file__).with_suffix(".yaml")
OUTCOME = Path(__file__).with_name("checkov_outcome.json")
PAGE = ROOT / "docs" / "reference" / "checkov-findings.md"
CHECKOV = ROOT / ".venv-checkov" / "bin" / "checkov"
_PACK = "checkov"
_HEAD = """# Findings of checkov

<!-- Written by `python -m scripts.checkov_findings`; do not edit. -->

What [checkov](https://www.checkov.io) {version} finds in the templates of the shipped environments,
of `examples` and of `full`, which are described with the [compliance packs](nag-findings.md):
{passed:,} checks passed, {failed} failed. Each finding is accepted for what bounds its risk. Tests
fail when a finding has no bound, a bound has no finding, a resource that failed has got other
properties, or a template has a type of resource that checkov has not seen; `make checkov` scans
again.

"""


def run(checkov: Path = CHECKOV) -> dict[str, Any]:
    """Return the outcome of checkov over all templates.

    Raises:
        subprocess.CalledProcessError: it could not run.
    """
    version = subprocess.run([checkov, "--version"], check=True, capture_output=True, text=True)
    passed, failed, types = 0, [], set()
    for settings in environments():
        with synthesized_app(settings) as (_, assembly):
            report = _report(checkov, assembly.directory)
            shapes = shapes_of([stack.template for stack in assembly.stacks])
        types |= {name.partition(".")[0] for name in shapes}
        passed += report["summary"]["passed"]
        failed += [
            {
                "rule": found["check_id"],
                "name": found["check_name"],
                "resource": found["resource"],
                "properties": shapes[found["resource"]],
                "environment": settings.name,
            }
            for found in report["results"]["failed_checks"]
        ]
    return {
        "version": version.stdout.strip(),
        "passed": passed,
        "types": sorted(types),
        "findings": sorted(
            failed, key=lambda found: (found["rule"], found["environment"], found["resource"])
        ),
    }


def shapes_of(templates: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return the names of each resource's properties, by `<type>.<logical id>`.

    Logical ids that two stacks share have the properties of both.
    """
    shapes: dict[str, set[str]] = defaultdict(set)
    for template in templates:
        for logical_id, resource in template["Resources"].items():
            shapes[f"{resource['Type']}.{logical_id}"] |= set(resource.get("Properties", {}))
    return {name: sorted(properties) for name, properties in shapes.items()}


def _report(checkov: Path, folder: str) -> dict[str, Any]:
    options = ["--framework", "cloudformation", "--output", "json", "--quiet", "--skip-download"]
    # It exits with 1 where it finds something.
    done = subprocess.run(
        [checkov, "--directory", folder, *options], check=False, capture_output=True, text=True
    )
    if done.returncode > 1 or not done.stdout:
        raise subprocess.CalledProcessError(done.returncode, checkov, done.stdout, done.stderr)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def findings() -> list[Finding]:
    """Return the findings of the committed outcome."""
    return [
        Finding(_PACK, found["rule"], found["resource"], found["environment"])
        for found in outcome()["findings"]
    ]


def outcome() -> dict[str, Any]:
    """Return the committed outcome."""
    read: dict[str, Any] = json.loads(OUTCOME.read_text(encoding="utf-8"))
    return read


def accepted() -> list[Accepted]:
    """Return the committed entries."""
    return [Accepted(**entry) for entry in yaml.safe_load(ACCEPTED.read_text(encoding="utf-8"))]


def page(known: Sequence[Accepted]) -> str:
    """Return the whole page."""
    committed = outcome()
    head = _HEAD.format(
        version=committed["version"],
        passed=committed["passed"],
        failed=len(committed["findings"]),
    )
    names = {found["rule"]: found["name"] for found in committed["findings"]}
    rows = "".join(f"{line}\n" for line in _lines(known, names))
    return f"{head}| check | resources | findings | bound |\n|---|---|---|---|\n{rows}"


def _lines(known: Sequence[Accepted], names: dict[str, str]) -> Iterator[str]:
    for entry in known:
        found = [each.environment for each in findings() if entry.covers(each)]
        counts = ", ".join(f"{name} {found.count(name)}" for name in sorted(set(found)))
        check = f"{entry.rule}: {names.get(entry.rule, '')}"
        yield f"| {check} | `{entry.resources}` | {counts} | {entry.bound} |"


def main(argv: list[str] | None = None) -> int:
    """Write the page; returns the exit code."""
    parser = argparse.ArgumentParser(prog="scripts.checkov_findings", description=__doc__)
    parser.add_argument("--run", action="store_true", help="run checkov first")
    options = parser.parse_args(argv)
    if options.run:
        OUTCOME.write_text(f"{json.dumps(run(), indent=1)}\n", encoding="utf-8")
    known = accepted()
    PAGE.write_text(page(known), encoding="utf-8")
    problems = [f"not accepted: {each}" for each in unaccepted(findings(), known)]
    problems += [f"accepts nothing: {each}" for each in stale(findings(), known)]
    for problem in problems:
        print(problem)
    print(f"{PAGE}: {len(findings())} findings")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
