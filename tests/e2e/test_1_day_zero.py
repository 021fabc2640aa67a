"""Before any model exists: one `cdk deploy --all` works and nothing is served."""

from tests.e2e.support import Account, DayZero


def test_no_endpoint_exists_before_the_first_model(day_zero: DayZero) -> None:
    assert day_zero.endpoints == []
    assert day_zero.scalable_targets == []


def test_every_predictor_waits_for_its_first_model(day_zero: DayZero) -> None:
    assert {"income", "housing", "sandbox"} <= set(day_zero.live_models)
    assert set(day_zero.live_models.values()) == {"none"}


def test_logs_of_jobs_and_endpoints_end_before_sagemaker_writes_the_first_line(
    account: Account, day_zero: DayZero
) -> None:
    pages = account.client("logs").get_paginator("describe_log_groups")
    found = {
        group["logGroupName"].removeprefix("/aws/sagemaker/"): group["retentionInDays"]
        for page in pages.paginate(logGroupNamePrefix="/aws/sagemaker/")
        for group in page["logGroups"]
    }
    endpoints = {
        f"Endpoints/{day_zero.deployment.endpoint_name(name)}"
        for name in ("income", "housing", "sandbox")
    }
    jobs = {"TrainingJobs", "ProcessingJobs", "TransformJobs"}
    assert found.keys() >= endpoints | jobs
    assert {found[name] for name in endpoints} == {7}
    # The account's; another environment may want them for longer.
    assert min(found[name] for name in jobs) >= 7
