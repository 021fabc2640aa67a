"""A version goes from one account's registry to another's: the same bytes answer there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from autogluon_cli.deployment.cdk import app_options, assembly_options
from autogluon_client.environment.deployment import Deployment
from autogluon_contracts.models.artifact_hash import artifact_sha256
from autogluon_demo.cdk import ROOT, cdk_on
from embedded_aws.runtime import ACCOUNT_ID, DEFAULT_REGION
from tests.e2e.cli_support import Shell, shell
from tests.e2e.registered_versions import ROW, with_another_file
from tests.e2e.support import Account, Trained, invoke, read_object
from tests.integration.standalone import StandaloneAws

PROD = "prod"


@dataclass(frozen=True)
class TwoAccounts:
    """The account that trained income, another that only serves it, and a person with both."""

    dev: Account
    prod: Account
    shell: Shell


@pytest.fixture(scope="module")
def accounts(
    account: Account, income: Trained, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TwoAccounts]:
    folder = tmp_path_factory.mktemp("two-accounts")
    (folder / "config").mkdir()
    income = yaml.safe_load((ROOT / "config" / "sandbox.yaml").read_text())["predictors"]["income"]
    del income["endpoint"]["autoscaling"]
    settings = {"removal": "destroy", "predictors": {"income": income}}
    (folder / "config" / f"{PROD}.yaml").write_text(yaml.safe_dump(settings))
    with StandaloneAws(folder / "prod") as aws:
        environment = {
            **aws.environment,
            "AWS_ENDPOINT_URL_S3": aws.environment["AWS_ENDPOINT_URL"],
            "AWS_REGION": DEFAULT_REGION,
        }
        prod = _Prod(environment["AWS_ENDPOINT_URL"], environment, account.processes, folder, aws)
        app = app_options(PROD, folder / "config", folder / "out")
        cdk_on(environment, account.processes, app).synth()
        cdk = cdk_on(environment, account.processes, assembly_options(folder / "out"))
        cdk.bootstrap(ACCOUNT_ID, DEFAULT_REGION)
        cdk.deploy()
        yield TwoAccounts(account, prod, _person(account, prod, folder))


class _Prod(Account):
    """The second account: its clients do not use this process's AWS_ENDPOINT_URL."""

    def __init__(self, *known: Any) -> None:
        *shared, aws = known
        super().__init__(*shared)
        self._aws = aws

    def client(self, service: str) -> Any:
        return self._aws.client(service)


def _person(dev: Account, prod: Account, folder: Path) -> Shell:
    """A terminal whose two profiles have what `agcdk doctor --policy` prints, and nothing else."""
    lines = []
    for name, account, environment, options in (
        ("dev", dev, "sandbox", ()),
        (PROD, prod, PROD, ("--with-import",)),
    ):
        administrator = Shell(folder, shell(dev, folder).environment | account.environment)
        policy = administrator.run("doctor", "--policy", *options, "-e", environment)
        key = _user(account, f"imports-{name}", policy.stdout)
        lines += [
            f"[profile {name}]",
            f"region = {DEFAULT_REGION}",
            f"endpoint_url = {account.endpoint_url}",
            f"aws_access_key_id = {key['AccessKeyId']}",
            f"aws_secret_access_key = {key['SecretAccessKey']}",
        ]
    (folder / "aws-config").write_text("\n".join(lines))
    ambient = shell(dev, folder).environment
    kept = {name: value for name, value in ambient.items() if not name.startswith("AWS_")}
    profiles = {"AWS_CONFIG_FILE": str(folder / "aws-config"), "AWS_PROFILE": PROD}
    return Shell(folder, kept | profiles)


def _user(account: Account, name: str, policy: str) -> Any:
    iam = account.client("iam")
    iam.create_user(UserName=name)
    # A user's own policies end at 2,048 characters, which is not enough.
    arn = iam.create_policy(PolicyName=name, PolicyDocument=policy)["Policy"]["Arn"]
    iam.attach_user_policy(UserName=name, PolicyArn=arn)
    return iam.create_access_key(UserName=name)["AccessKey"]


def test_a_version_answers_in_the_other_account_with_the_same_bits(
    accounts: TwoAccounts, deployment: Deployment, income: Trained, tmp_path: Path
) -> None:
    dev, prod, person = accounts.dev, accounts.prod, accounts.shell
    command = ("import-version", "income", "--from", "sandbox", "--from-profile", "dev")
    answer = person.run(*command, "--on", "-e", PROD)
    assert answer.code == 0, answer.stderr
    assert f"Verified: SHA-256 {income.output['artifact_sha256']}" in answer.stderr
    assert "Version 1 of income is live" in answer.stdout

    endpoint = f"autogluon-{PROD}-income"
    assert invoke(prod, endpoint, ROW) == invoke(dev, deployment.endpoint_name("income"), ROW)
    (version,) = _models(person)
    here = prod.client("sagemaker").describe_model_package(ModelPackageName=version["arn"])
    assert version["imported_from"] == income.output["model_package_arn"]
    assert version["eval_metric_value"] == income.output["metrics"]["roc_auc"]
    assert here["ModelPackageDescription"].startswith("Approved in sandbox, imported from arn:")
    metrics = here["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"]
    assert read_object(prod, metrics) == read_object(dev, income.output["metrics_uri"])
    assert person.json("schema", "income", "-e", PROD)
    assert person.run("pull", "income", "--to", str(tmp_path), "-e", PROD).code == 0
    (pulled,) = tmp_path.glob("AutoGluonModels")
    (pulled / ".downloaded.json").unlink()
    assert artifact_sha256(pulled) == income.output["artifact_sha256"]

    again = person.run(*command, "-e", PROD)
    assert "Version 1 of income in sandbox is here already as version 1 in prod" in again.stdout
    assert len(_models(person)) == 1


def test_an_artifact_that_changed_is_never_sent(accounts: TwoAccounts, income: Trained) -> None:
    dev, person = accounts.dev, accounts.shell
    bucket, _, key = income.output["artifact_uri"].removeprefix("s3://").partition("/")
    packed = read_object(dev, income.output["artifact_uri"])
    changed = with_another_file(packed)
    sagemaker, s3 = dev.client("sagemaker"), dev.client("s3")
    good = sagemaker.describe_model_package(ModelPackageName=income.output["model_package_arn"])
    second = sagemaker.create_model_package(
        ModelPackageGroupName=good["ModelPackageGroupName"],
        InferenceSpecification=good["InferenceSpecification"],
        ModelApprovalStatus="Approved",
    )["ModelPackageArn"]
    version = second.rpartition("/")[2]
    s3.put_object(Bucket=bucket, Key=key, Body=changed)
    try:
        answer = person.run(
            *("import-version", "income", "--from", "sandbox", "--from-profile", "dev"),
            *("--model", version, "-e", PROD),
        )
    finally:
        s3.put_object(Bucket=bucket, Key=key, Body=packed)
        sagemaker.delete_model_package(ModelPackageName=second)
    assert answer.code != 0
    assert "The model artifact is not the one that training recorded" in answer.stderr
    assert len(_models(person)) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--from", PROD), "is the environment that gets the version"),
        (("--from", "sandbox", "--from-profile", "none"), "AWS profile 'none' is not on this"),
        (("--from", "sandbox", "--from-profile", "dev", "--model", "99"), "no model version '99'"),
    ],
)
def test_what_cannot_be_imported_is_refused(
    accounts: TwoAccounts, income: Trained, options: tuple[str, ...], said: str
) -> None:
    answer = accounts.shell.run("import-version", "income", *options, "-e", PROD)
    assert answer.code != 0
    assert said in answer.stderr


def _models(person: Shell) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.json("models", "income", "-e", PROD)["models"]
    return found
