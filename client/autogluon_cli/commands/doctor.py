"""Check prerequisites and suggest fixes: `agcdk doctor`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import live_line, print_json

if TYPE_CHECKING:
    from autogluon_cli.checks.finding import Check, Finding

_MARKS = {"ok": ("ok", "green"), "missing": ("missing", "red"), "not checked": ("?", "yellow")}


@click.command(cls=Command)
@click.option("--policy", is_flag=True, help="Print the IAM policy that agcdk needs.")
@click.option("--with-delete", is_flag=True, help="With --policy: also what agcdk delete needs.")
@click.option(
    "--with-import",
    is_flag=True,
    help="With --policy: also what agcdk import-version and agcdk register need.",
)
@pass_invocation
@click.pass_context
def doctor(
    context: click.Context,
    invocation: Invocation,
    policy: bool,
    with_delete: bool,
    with_import: bool,
) -> None:
    """Check settings, tools, credentials, bootstrap, deployment, permissions, images, quotas.

    Each missing prerequisite is listed with the command that fixes it; the exit code is then 1.
    """
    for option, is_given in (("--with-delete", with_delete), ("--with-import", with_import)):
        if is_given and not policy:
            raise click.UsageError(f"{option} extends --policy, which was not given")
    if with_delete and with_import:
        raise click.UsageError(
            "--with-delete with --with-import: one managed policy of IAM cannot hold both; print "
            "two, and attach both"
        )
    if policy:
        from autogluon_contracts.policies.person_policy import LONGEST_MANAGED_POLICY, person_policy

        found = invocation.connection.deployment
        document = person_policy(found, may_delete=with_delete, may_import=with_import)
        print_json(document)
        length = len(json.dumps(document, separators=(",", ":")))
        if length > LONGEST_MANAGED_POLICY:
            click.echo(
                f"The policy has {length:,} characters, and IAM takes "
                f"{LONGEST_MANAGED_POLICY:,} in a managed policy. Divide its "
                "statements between two, and attach both.",
                err=True,
            )
        return
    with live_line("checking", quiet=invocation.as_json):
        findings = _examine(invocation)
    missing = [finding for finding in findings if finding.state == "missing"]
    if invocation.as_json:
        checks = [dict(vars(finding)) for finding in findings]
        print_json({"healthy": not missing, "checks": checks})
    else:
        _print(findings)
    if missing:
        context.exit(ExitCode.WORK_FAILED)


def _examine(invocation: Invocation) -> list[Finding]:
    from autogluon_cli.checks.capacity import check_images, check_quotas
    from autogluon_cli.checks.deployed import check_bootstrap, check_deployment
    from autogluon_cli.checks.local import check_settings, check_tools
    from autogluon_cli.checks.permissions import check_permissions

    findings: list[Finding] = []
    findings += check_settings(invocation)
    findings += check_tools(invocation)
    credentials = _credentials(invocation)
    findings.append(credentials)
    if credentials.state != "ok":
        return findings
    _run(invocation, "bootstrap", check_bootstrap, findings)
    _run(invocation, "deployment", check_deployment, findings)
    if any((f.subject, f.state) == ("deployment", "ok") for f in findings):
        _run(invocation, "permissions", check_permissions, findings)
        _run(invocation, "image", check_images, findings)
        _run(invocation, "quotas", check_quotas, findings)
    return findings


def _run(invocation: Invocation, subject: str, check: Check, findings: list[Finding]) -> None:
    from autogluon_cli.checks.finding import unreadable

    with unreadable(subject, findings):
        findings.extend(check(invocation))


def _credentials(invocation: Invocation) -> Finding:
    from autogluon_cli.checks.finding import Finding
    from autogluon_cli.deployment.account import find_account
    from autogluon_cli.framework.explain_errors import explain

    try:
        account = find_account(invocation)
    except Exception as error:
        told = explain(error, environment=invocation.environment, given=("doctor",))
        if told is None:
            raise
        return Finding("credentials", "missing", told.sentence, told.next_command)
    detail = f"{account.caller_arn} in {account.number}, {account.region}"
    return Finding("credentials", "ok", detail)


def _print(findings: list[Finding]) -> None:
    width = max(len(finding.subject) for finding in findings)
    for finding in findings:
        mark, colour = _MARKS[finding.state]
        click.echo(f"{click.style(f'{mark:<8}', fg=colour)} {finding.subject:<{width}}  ", nl=False)
        click.echo(finding.detail)
        if finding.fix:
            click.echo(f"{'':<8} {'':<{width}}  -> {finding.fix}")
    if all(finding.state != "missing" for finding in findings):
        click.echo("\nNothing is missing.")
