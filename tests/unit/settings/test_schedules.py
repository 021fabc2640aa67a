"""What `schedules` of a predictor's settings mean, and which sentence refuses the rest."""

from typing import Any

import pytest

from autogluon_constructs.settings import SettingsError, parse_environment
from embedded_aws.deliveries.schedule import parse_schedule

NIGHTLY: dict[str, Any] = {
    "workflow": "train",
    "expression": "cron(0 3 * * ? *)",
    "timezone": "Europe/Berlin",
    "input": {"train_data": "s3://{data_bucket}/income/{date}/"},
}


def parse(schedule: dict[str, Any], name: str = "nightly") -> Any:
    predictor = {"init_args": {"label": "class"}, "schedules": {name: schedule}}
    return parse_environment("dev", {"predictors": {"income": predictor}}, file="dev.yaml")


def refusal(**changes: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        parse({**NIGHTLY, **changes})
    return str(caught.value)


def test_a_schedule_is_kept_as_written() -> None:
    [(names, schedule)] = parse(NIGHTLY).schedules.items()

    assert names == ("income", "nightly")
    assert schedule.enabled
    assert schedule.timezone == "Europe/Berlin"


def test_a_schedule_says_what_a_predictor_leaves_to_its_runs() -> None:
    def problems(**asked: Any) -> list[str]:
        schedule = {**NIGHTLY, "input": {**NIGHTLY["input"], **asked}}
        predictor = {"init_args": {}, "schedules": {"nightly": schedule}}
        try:
            parse_environment("dev", {"predictors": {"any": predictor}}, file="dev.yaml")
        except SettingsError as error:
            return error.problems
        return []

    assert problems(init_args={"label": "class"}) == []
    (problem,) = problems()
    assert "schedules.nightly.input.init_args.label: missing" in problem


@pytest.mark.parametrize(
    "expression",
    ["rate(1 hour)", "rate(7 days)", "cron(0 3 * * ? *)", "cron(15 10 ? * MON-FRI 2026-2030)",
     "cron(0/15 8-17 L * ? *)", "cron(0 9 ? * 6#3 *)", "cron(0 0 1,15 JAN,JUL ? *)",
     "cron(30 6 15W * ? *)", "cron(0 18 ? * FRIL *)"],
)  # fmt: skip
def test_expressions_that_scheduler_takes_are_taken(expression: str) -> None:
    assert parse_schedule(expression, "UTC", one_time=False, singular=True)
    assert parse({**NIGHTLY, "expression": expression})


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("daily", "allowed: such as 'rate(12 hours)' or 'cron(0 3 * * ? *)'"),
        ("at(2027-01-01T00:00:00)", "allowed: such as 'rate(12 hours)'"),
        ("rate(0 days)", "allowed: such as 'rate(12 hours)'"),
        ("rate(1 hours)", "allowed: such as 'rate(12 hours)'"),
        ("rate(2 hour)", "allowed: such as 'rate(12 hours)'"),
        ("cron(0 3 * * *)", "5 fields; allowed: 'cron(minutes hours day-of-month month"),
        ("cron(60 3 * * ? *)", "minute '60' is not one that EventBridge Scheduler knows"),
        ("cron(0 24 * * ? *)", "hour '24' is not one"),
        ("cron(0 3 32 * ? *)", "day of the month '32' is not one"),
        ("cron(0 3 * 13 ? *)", "month '13' is not one"),
        ("cron(0 3 ? * 8 *)", "day of the week '8' is not one"),
        ("cron(0 3 * * ? 1969)", "year '1969' is not one"),
        ("cron(0 3 * * * *)", "allowed: '?' as either the day of the month or the day of the week"),
        ("cron(0 3 ? * ? *)", "allowed: '?' as either the day of the month or the day of the week"),
    ],
)  # fmt: skip
def test_other_expressions_are_refused(expression: str, sentence: str) -> None:
    found = refusal(expression=expression)

    assert f"predictors.income.schedules.nightly.expression: got '{expression}'; " in found
    assert sentence in found


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"timezone": "Berlin"}, "timezone: got 'Berlin'; allowed: the IANA name of a time zone"),
        ({"timezone": "/etc/localtime"}, "timezone: got '/etc/localtime'; allowed: the IANA"),
        ({"timezone": ""}, "timezone: got ''; allowed: the IANA name of a time zone"),
        ({"timezone": "UTC+3"}, "timezone: got 'UTC+3'; allowed: the IANA name of a time zone"),
        ({"timezone": ":Europe/Berlin"}, "timezone: got ':Europe/Berlin'; allowed: the IANA"),
        ({"workflow": "delete"}, "workflow: got 'delete'; allowed: 'train', 'tune', 'batch_pred"),
        ({"workflow": "promote"}, "workflow: got 'promote', and the predictor has no `endpoint`"),
        ({"workflow": "tune"}, "workflow: got 'tune', and the predictor has no `tuning`; add it"),
        ({"workflow": "batch_predict"}, "input.train_data: unknown key"),
        ({"workflow": "batch_predict", "input": {"data": "s3://lake/a/", "output_path": "s3://acme/{date}"}},
         "input.output_path: got 's3://acme/{date}'; add its location to batch.output_locations"),
        ({"workflow": "batch_predict", "input": {"data": "s3://lake/a/", "strategy": "Multi"}},
         "input.strategy: got 'Multi' (str); allowed: "),
        ({"workflow": "batch_predict", "input": {"data": "s3://lake/a/", "join_source": "Input"}},
         "input.join_source: use id_column or include_columns in the run's input"),
        ({"input": {}}, "input.train_data: missing"),
        ({"input": {"train_data": "income/"}}, "input.train_data: got 'income/'; allowed: s3://"),
        ({"input": {"train_data": "s3://b/{week}/"}},
         "input.train_data: {week} is not a placeholder; allowed: {data_bucket}, {date}, {year}"),
        ({"input": {"train_data": "s3://b/{date"}}, "input.train_data: {date is not a placeholder"),
        ({"input": {**NIGHTLY["input"], "init_args": {"label": 1}}},
         "input.init_args.label: got 1"),
        ({"input": {**NIGHTLY["input"], "fit_args": {"preset": "good"}}},
         'input.fit_args.preset: unknown argument (did you mean "presets"?)'),
        ({"input": {**NIGHTLY["input"], "predictor": "other"}},
         "input.predictor: it is the predictor that the schedule belongs to; leave it out"),
        ({"input": {**NIGHTLY["input"], "instance_type": "ml.p5.48xlarge"}},
         "input.instance_type: got 'ml.p5.48xlarge'; allowed: ml.m5"),
        ({"workflow": "batch_predict", "input": {"data": "s3://lake/x", "resume": "a"}},
         "input.resume: each run of a schedule would resume the same earlier batch; leave it out"),
        ({"days_back": -1}, "days_back: got -1; allowed: greater than or equal to 0"),
    ],
)  # fmt: skip
def test_what_would_fail_each_run_is_refused(changes: dict[str, Any], sentence: str) -> None:
    assert f"predictors.income.schedules.nightly.{sentence}" in refusal(**changes)


def _office_hours(*, others: str = "allowed_instance_types", **asked: Any) -> Any:
    schedule = {"workflow": "promote", "expression": "cron(0 18 ? * MON-FRI *)", "input": asked}
    endpoint = {"instance_type": "ml.m5.large", others: ["ml.m5.xlarge"]}
    predictor = {"init_args": {"label": "y"}, "endpoint": endpoint, "schedules": {"off": schedule}}
    return parse_environment("dev", {"predictors": {"income": predictor}}, file="dev.yaml")


@pytest.mark.parametrize("model", ["none", "last-live", "latest-approved", 3])
def test_an_endpoint_keeps_office_hours(model: str | int) -> None:
    instances = {} if model == "none" else {"instance_type": "ml.m5.xlarge"}
    [schedule] = _office_hours(model=model, **instances).schedules.values()
    assert (schedule.workflow, schedule.input["model"]) == ("promote", model)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, "input.model: missing"),
        ({"model": 0}, "input.model: got 0"),
        ({"model": "previous"}, "input.model: got 'previous', which would return to an older"),
        ({"model": "none", "instance_type": "ml.c5.xlarge"},
         "input.instance_type: got 'ml.c5.xlarge'; allowed: ml.m5.large, ml.m5.xlarge (end"),
        ({"model": "none", "train_data": "s3://b/x"}, "input.train_data: unknown key"),
        ({"model": "lastlive"}, "input.model: got 'lastlive'; allowed: 'last-live', 'latest-app"),
        ({"model": "none", "engine": "auto"}, "input.engine: got 'auto' with model 'none'; leave"),
        ({"model": 3, "initial_instance_count": 2},
         "input.initial_instance_count: got 2; allowed: 1 (endpoint.max_initial_instance_count)"),
        ({"model": 3, "instance_type": "ml.m5.xlarge", "others": "fallback_instance_types"},
         "input.instance_type: got 'ml.m5.xlarge', and the endpoint has fallback_instance_types"),
    ],
)  # fmt: skip
def test_a_promotion_that_would_fail_each_time_is_refused(
    asked: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        _office_hours(**asked)
    assert f"predictors.income.schedules.off.{sentence}" in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"max_runtime_seconds": 7200},
         "input.max_runtime_seconds: got 7200; allowed: at most 3600 (training.max"),
        ({"fit_args": {"time_limit": 3590}}, "input.max_runtime_seconds: got 3600 with fit_args."),
        ({"max_runtime_seconds": 300, "fit_args": {"time_limit": 290}},
         "input.max_runtime_seconds: got 300 with fit_args.time_limit 290; allowed: at least 350"),
        ({"volume_size_gb": 500},
         "input.volume_size_gb: got 500; allowed with 'ml.g5.xlarge', which has local NVMe"),
        ({"continue_run": "monday"}, "input.continue_run: each run of a schedule would continue"),
        ({"instance_count": 2}, "input.instance_count: got 2; allowed: at most 1"),
        ({"max_jobs": 9}, "input.max_jobs: got 9; allowed: at most 8 (tuning.max_jobs)"),
        ({"max_runtime_seconds": 300, "fit_args": {"time_limit": 200}, "max_jobs": 8}, None),
    ],
)  # fmt: skip
def test_what_a_planner_would_refuse_by_the_predictors_bounds_is_refused_now(
    asked: dict[str, Any], sentence: str | None
) -> None:
    predictor = {
        "init_args": {"label": "class"},
        "fit_args": {"hyperparameters": {"GBM": {}}},
        "training": {
            "max_runtime_seconds": 3600,
            "instance_type": "ml.g5.xlarge",
            "volume_size_gb": 30,
        },
        "tuning": {
            "ranges": {
                "fit_args.hyperparameters.GBM.learning_rate": {
                    "type": "continuous", "min": 0.01, "max": 0.3
                }
            },
            "max_jobs": 8,
        },
        "schedules": {
            "nightly": {**NIGHTLY, "workflow": "tune", "input": {**NIGHTLY["input"], **asked}}
        },
    }  # fmt: skip
    try:
        parse_environment("dev", {"predictors": {"income": predictor}}, file="dev.yaml")
    except SettingsError as error:
        (problem,) = error.problems
        assert sentence is not None
        assert f"schedules.nightly.{sentence}" in problem
    else:
        assert sentence is None
