"""Write docs/reference/nag-findings.md: what cdk-nag's compliance packs find, and what bounds it.

    python -m scripts.nag_packs

Exits with 1 when a finding is not accepted in nag_packs.yaml, or an entry there matches nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml
from aws_cdk import App
from cdk_nag import (
    HIPAASecurityChecks,
    NIST80053R5Checks,
    PCIDSS321Checks,
    ServerlessChecks,
)

from autogluon_constructs.settings import Environment, parse_environment
from scripts.shipped_environments import merged_examples, shipped
from scripts.synthesized_app import synthesized_app

ROOT = Path(__file__).parents[1]
ACCEPTED = Path(__file__).with_suffix(".yaml")
PAGE = ROOT / "docs" / "reference" / "nag-findings.md"
# By the prefix of their rules' names.
PACKS: Mapping[str, Any] = {
    "NIST.800.53.R5": NIST80053R5Checks,
    "HIPAA.Security": HIPAASecurityChecks,
    "PCI.DSS.321": PCIDSS321Checks,
    "Serverless": ServerlessChecks,
}
# What the shipped environments and the examples leave out.
_GPU = {"instance_type": "ml.g5.xlarge"}
_FULL = {
    "account": "123456789012",
    "region": "eu-central-1",
    "delivery": {"host": "github", "repository": "octo-org/predictors"},
    "encryption": {"log_groups": True},
    "network": {"mode": "created", "lambdas": True},
    "notification_emails": ["oncall@example.com"],
    "weights": {"network": "none"},
    "notebook": {"network": {"mode": "none"}, "direct_internet": True},
    "predictors": {
        "scores": {
            "init_args": {"label": "y"},
            "training": _GPU,
            "endpoint": {**_GPU, "promote_on_approval": True},
            "batch": _GPU,
            "on_new_objects": {"incoming": {"location": "s3://{data_bucket}/incoming/"}},
        },
        "piped": {
            "init_args": {"label": "y"},
            "endpoint": {
                "instance_type": "ml.m5.large",
                "pipeline": {
                    "containers": {
                        "clean": {"model_data": "s3://lake/steps/clean.tar.gz"},
                        "model": None,
                    }
                },
            },
        },
    },
}
_HEAD = """# Findings of compliance packs

<!-- Written by `python -m scripts.nag_packs`; do not edit. -->

What the packs of cdk-nag for NIST 800-53 R5, HIPAA, PCI DSS 3.2.1 and serverless applications find
in the shipped environments, in `examples`, which has the predictors of all examples, and in `full`,
which has what they leave out: a created network, encrypted log groups, GPUs, subscribers, batches
of new objects, containers of one's own and a notebook. Each finding is accepted for what bounds its
risk. Tests fail when a finding has no bound, or a bound has no finding. `cdk synth` checks the
AwsSolutions pack; the constructs acknowledge its findings.

"""


@dataclass(frozen=True)
class Finding:
    """One rule of one pack, violated by one construct of one environment."""

    pack: str
    rule: str
    construct: str
    environment: str


@dataclass(frozen=True)
class Accepted:
    """A rule that constructs may violate, and what bounds the risk."""

    rule: str
    resources: str
    bound: str

    def covers(self, finding: Finding) -> bool:
        """Tell whether it accepts a finding."""
        return finding.rule == self.rule and fnmatchcase(finding.construct, self.resources)


def accepted() -> list[Accepted]:
    """Return the committed entries."""
    return [Accepted(**entry) for entry in yaml.safe_load(ACCEPTED.read_text(encoding="utf-8"))]


def environments() -> list[Environment]:
    """Return the shipped environments, all examples in one, and one with what they leave out."""
    return [*shipped(), merged_examples(), parse_environment("full", _FULL, file=__file__)]


def findings_of(settings: Environment) -> list[Finding]:
    """Return what all packs find in an environment."""
    with synthesized_app(settings) as (app, _):
        return findings_in(app, settings.name)


def findings_in(app: App, environment: str) -> list[Finding]:
    """Return what all packs find in a synthesized app."""
    return [
        Finding(
            prefix,
            str(violation.rule_name).removeprefix(f"{prefix}-"),
            str(resource.construct_path),
            environment,
        )
        for prefix, pack in PACKS.items()
        for violation in pack(app).validate_scope(app).violations
        for resource in violation.violating_resources
    ]


def unaccepted(findings: Sequence[Finding], known: Sequence[Accepted]) -> list[str]:
    """Return the findings that no entry accepts."""
    return [
        f"{found.environment}: {found.pack}-{found.rule} of {found.construct}"
        for found in findings
        if not any(entry.covers(found) for entry in known)
    ]


def stale(findings: Sequence[Finding], known: Sequence[Accepted]) -> list[str]:
    """Return the entries that accept nothing."""
    return [
        f"{entry.rule} of {entry.resources}"
        for entry in known
        if not any(entry.covers(found) for found in findings)
    ]


def page(findings: Sequence[Finding], known: Sequence[Accepted]) -> str:
    """Return the whole page."""
    head = "| rule | packs | constructs | findings | bound |\n|---|---|---|---|---|\n"
    return _HEAD + head + "".join(f"{line}\n" for line in _lines(findings, known))


def _lines(findings: Sequence[Finding], known: Sequence[Accepted]) -> Iterator[str]:
    for entry in known:
        found = [each for each in findings if entry.covers(each)]
        packs = ", ".join(dict.fromkeys(each.pack for each in found))
        constructs = {(each.environment, each.construct) for each in found}
        names = sorted({environment for environment, _ in constructs})
        counts = ", ".join(
            f"{name} {sum(environment == name for environment, _ in constructs)}" for name in names
        )
        yield f"| {entry.rule} | {packs} | `{entry.resources}` | {counts} | {entry.bound} |"


def main() -> int:
    """Write the page; returns the exit code."""
    known = accepted()
    findings = [found for settings in environments() for found in findings_of(settings)]
    PAGE.write_text(page(findings, known), encoding="utf-8")
    problems = [f"not accepted: {each}" for each in unaccepted(findings, known)]
    problems += [f"accepts nothing: {each}" for each in stale(findings, known)]
    for problem in problems:
        print(problem)
    print(f"{PAGE}: {len(findings)} findings")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
