"""The last chapter: `cdk destroy --all` leaves nothing behind in a sandbox."""

from __future__ import annotations

from autogluon_cli.deployment.cdk import Cdk
from autogluon_client.environment.deployment import Deployment
from tests.e2e.support import Account, Trained, endpoint_names, scalable_targets


def test_destroy_ends_clean(
    account: Account, cdk: Cdk, deployment: Deployment, income: Trained
) -> None:
    assert endpoint_names(account)
    cdk.destroy()
    stacks = account.client("cloudformation").list_stacks(
        StackStatusFilter=[
            "CREATE_COMPLETE",
            "UPDATE_COMPLETE",
            "UPDATE_ROLLBACK_COMPLETE",
            "DELETE_FAILED",
        ]
    )["StackSummaries"]
    assert {stack["StackName"] for stack in stacks} == {"CDKToolkit"}
    assert endpoint_names(account) == []
    assert scalable_targets(account) == []
    buckets = {found["Name"] for found in account.client("s3").list_buckets()["Buckets"]}
    assert not {deployment.data_bucket, deployment.artifact_bucket} & buckets
    groups = account.client("sagemaker").list_model_package_groups()
    assert groups["ModelPackageGroupSummaryList"] == []
