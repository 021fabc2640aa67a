"""What settings refuse: each sentence names file, YAML path, value got, and what is allowed."""

from typing import Any

import pytest

from autogluon_constructs.settings import Environment, SettingsError, parse_environment
from autogluon_contracts.jobs.transform_options import INSTEAD

FILE = "config/dev.yaml"
KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def problems(document: dict[str, Any]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        parse_environment("dev", document, file=FILE)
    assert all(line.startswith(f"{FILE}: ") for line in str(caught.value).splitlines())
    return caught.value.problems


def problems_of_predictor(**settings: Any) -> list[str]:
    predictor = {"init_args": {"label": "class"}, **settings}
    return problems({"predictors": {"income": predictor}})


def assert_one(found: list[str], *parts: str) -> None:
    assert len(found) == 1, found
    for part in parts:
        assert part in found[0]


@pytest.mark.parametrize(
    ("document", "parts"),
    [
        ({"removal": "keep"}, ("removal: got 'keep'", "'retain' or 'destroy'")),
        ({"network_isolation": "yes"}, ("network_isolation: got 'yes'", "true or false")),
        ({"log_retention_days": 8}, ("log_retention_days: got 8", "allowed: 1, 3, 5, 7")),
        ({"account": 123456789012}, ("account: got 123456789012", "put it in quotes")),
        (
            {"account": "123", "region": "eu-west-1"},
            ("account: got '123'; allowed: the 12 digits of an AWS account",),
        ),
        ({"account": "123456789012"}, ("account is given but region is not",)),
        ({"region": "europe"}, ("region: got 'europe'",)),
        ({"name": "other"}, ("name: the file's name is the environment's",)),
        ({"notification_emails": ["me"]}, ("notification_emails.0: got 'me'; allowed: an e-mail",)),
        ({"notification_emails": "me@x.org"}, ("notification_emails: got 'me@x.org'", "a list")),
        ({"data_access": ["lake/x"]}, ("data_access.0: got 'lake/x'", "s3://<bucket>/<prefix>")),
        ({"data_access": ["s3://lake/*"]}, ("data_access.0: got", "wildcards")),
        ({"network": {}}, ("network.mode: missing",)),
        ({"network": {"mode": "none"}}, ("network.mode: got 'none'", "'existing' or 'created'")),
        (
            {"network": {"mode": "existing", "subnets": ["subnet-01234567"]}},
            ("network: mode 'existing' needs security_groups of your VPC",),
        ),
        (
            {"network": {"mode": "existing", "subnets": ["10.0.0.0/24"]}},
            ("network.subnets.0: got '10.0.0.0/24'; allowed: the id of a subnet",),
        ),
        (
            {"network": {"mode": "created", "security_groups": ["sg-01234567"]}},
            ("network: security_groups has no meaning with mode 'created'; leave it out",),
        ),
        (
            {
                "network": {
                    "mode": "existing",
                    "cidr": "10.0.0.0/20",
                    "subnets": ["subnet-01234567"],
                    "security_groups": ["sg-01234567"],
                }
            },
            ("network: cidr has no meaning with mode 'existing'",),
        ),
        ({"network": {"mode": "created", "cidr": "8.8.0.0/16"}}, ("network.cidr", "private")),
        ({"network": {"mode": "created", "cidr": "10.0.0.0/8"}}, ("network.cidr", "/16 to a /24")),
        ({"network": {"mode": "created", "cidr": "ten"}}, ("network.cidr: got 'ten'", "10.0.0.0")),
        (
            {"encryption": {"key_arn": "alias/ours"}},
            ("encryption.key_arn: got 'alias/ours'", "the ARN of a KMS key"),
        ),
        (
            {"region": "eu-west-1", "encryption": {"key_arn": KEY_ARN}},
            ("encryption.key_arn: got a key in us-east-1, but region is eu-west-1",),
        ),
        (
            {
                "encryption": {"volumes": "required"},
                "predictors": {
                    "scores": {
                        "init_args": {"label": "a"},
                        "training": {"instance_type": "ml.g5.xlarge"},
                    }
                },
            },
            (
                "predictors.scores.training.instance_type: got 'ml.g5.xlarge'",
                "SageMaker takes no key",
            ),
        ),
        (
            {"roles": {"permissions_boundary": "arn:aws:iam::1:role/x"}},
            ("roles.permissions_boundary: got 'arn:aws:iam::1:role/x'", "a managed policy"),
        ),
        ({"roles": {"path": "ml"}}, ("roles.path: got 'ml'", "starts and ends with a slash")),
        ({"roles": {"name_prefix": "m l"}}, ("roles.name_prefix: got 'm l'",)),
        ({"roles": {"boundary": "x"}}, ("roles.boundary: unknown key", "permissions_boundary")),
        ({"bootstrap_qualifier": "Ours!"}, ("bootstrap_qualifier: got", "cdk bootstrap")),
        ({"bootstrap_qualifier": "a" * 11}, ("bootstrap_qualifier: got", "10 characters")),
        ({"tags": {"aws:x": "y"}}, ("tag key 'aws:x'",)),
        ({"tags": {"AWS:x": "y"}}, ("tag key 'AWS:x'",)),
        ({"tags": {"autogluon:run": "mine"}}, ("tag key 'autogluon:run'", "set by this project")),
        ({"tags": {"x": "<y>"}}, ("tag 'x' has the value '<y>'",)),
        ({"tags": {f"k{n}": "v" for n in range(41)}}, ("41 tags; allowed: at most 40",)),
        ({"predictor": {}}, ("predictor: unknown key", 'did you mean "predictors"?')),
        ({"predictors": []}, ("predictors: got []", "a mapping")),
        (
            {"predictors": {"Income": {"init_args": {"label": "a"}}}},
            ("predictors.Income: got 'Income'; allowed: lower-case letters", "'house-prices'"),
        ),
        ({"predictors": {"a-": {"init_args": {"label": "a"}}}}, ("predictors.a-",)),
        ({"predictors": {"a" * 31: {"init_args": {"label": "a"}}}}, ("at most 30 characters",)),
        ({"predictors": {"income": {}}}, ("predictors.income.init_args: missing",)),
        ({"predictors": {"income": None}}, ("predictors.income: got None",)),
    ],
)
def test_environment_settings_are_refused_by_name(
    document: dict[str, Any], parts: tuple[str, ...]
) -> None:
    assert_one(problems(document), *parts)


@pytest.mark.parametrize("name", ["Dev", "dev_1", "a" * 21, "dev-"])
def test_environment_names_that_aws_would_refuse_are_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=f"name: got '{name}'"):
        parse_environment(name, {}, file=f"config/{name}.yaml")


def test_unknown_predictor_types_are_refused_by_name() -> None:
    assert_one(
        problems_of_predictor(type="forecasts"),
        "predictors.income.type: got 'forecasts'",
        "allowed: 'linear_learner' or 'multimodal' or 'script' or 'tabular' or 'timeseries' or "
        "'xgboost'",
    )


def test_an_unknown_predictor_type_lists_the_types() -> None:
    assert_one(problems_of_predictor(type="image"), "type: got 'image'", "'tabular'")


@pytest.mark.parametrize(
    ("version", "parts"),
    [
        ("1.7", ("got '1.7'", "allowed: latest, 1.6, 1.6.3, 1.5")),
        ("1.6.2", ("got '1.6.2'", "1.6.3")),
        (1.6, ("got 1.6", "put it in quotes: '1.6'")),
    ],
)
def test_framework_versions_without_an_image_are_refused(
    version: Any, parts: tuple[str, ...]
) -> None:
    assert_one(problems_of_predictor(framework_version=version), "framework_version: ", *parts)


def test_an_image_outside_ecr_is_refused() -> None:
    assert_one(
        problems_of_predictor(image_uri="docker.io/autogluon:1.6"), "image_uri: got", "Amazon ECR"
    )


INSTANCES = [
    ("training", "ml.m6g.large", "Graviton (arm64)", "'ml.m6i.large'"),
    ("training", "ml.c7gd.xlarge", "Graviton (arm64)", "'ml.c6i.xlarge'"),
    ("training", "ml.m5.huge", "not in the instance catalogue", "'ml.m5."),
    ("training", "m5.large", "not in the instance catalogue", "'ml.m5.large'"),
    ("training", "ml.trn1.2xlarge", "Neuron", "use e.g. 'ml."),
    ("training", "ml.t2.large", "does not offer it for training", "'ml.t3.large'"),
    ("endpoint", "ml.g5g.xlarge", "Graviton (arm64)", "'ml.g5.xlarge'"),
    ("endpoint", "ml.t3.large", "does not offer it for hosting", "'ml.t2.large'"),
    ("batch", "ml.r5.large", "does not offer it for transform", "use e.g. 'ml."),
    ("batch", "ml.r8g.large", "Graviton (arm64)", "use e.g. 'ml."),
]


@pytest.mark.parametrize(("section", "name", "why", "instead"), INSTANCES)
def test_instance_types_that_cannot_work_are_refused_with_one_that_can(
    section: str, name: str, why: str, instead: str
) -> None:
    found = problems_of_predictor(**{section: {"instance_type": name}})

    assert_one(found, f"predictors.income.{section}.instance_type: got '{name}'; ", why, instead)


@pytest.mark.parametrize("name", INSTEAD)
def test_options_that_batches_have_not_are_refused_with_what_to_use(name: str) -> None:
    assert_one(
        problems_of_predictor(batch={name: "x"}), f"predictors.income.batch.{name}: {INSTEAD[name]}"
    )


@pytest.mark.parametrize("section", ["training", "batch"])
def test_each_allowed_instance_type_is_checked(section: str) -> None:
    found = problems_of_predictor(
        **{section: {"allowed_instance_types": ["ml.m5.xlarge", "ml.m7g.xlarge"]}}
    )

    assert_one(found, f"{section}.allowed_instance_types.1: got 'ml.m7g.xlarge'")


@pytest.mark.parametrize(
    ("settings", "parts"),
    [
        (
            {"training": {"fallback_instance_types": ["ml.m5.large"] * 5}},
            ("training.fallback_instance_types: got", "at most 4"),
        ),
        (
            {"training": {"fallback_instance_types": ["ml.m5.4xlarge", "ml.m5.4xlarge"]}},
            ("training.fallback_instance_types: 'ml.m5.4xlarge' is named twice",),
        ),
        (
            {"batch": {"fallback_instance_types": ["ml.m5.large"]}},  # the default instance_type
            ("batch.fallback_instance_types: 'ml.m5.large' is named twice, instance_type",),
        ),
        (
            {"training": {"fallback_instance_types": ["ml.m6g.large"]}},
            ("training.fallback_instance_types.0: got 'ml.m6g.large'", "Graviton"),
        ),
        (
            {"batch": {"fallback_instance_types": ["ml.g5.xlarge"]}},
            ("batch.fallback_instance_types: got 'ml.g5.xlarge', a GPU type", "CPU"),
        ),
        (
            {
                "training": {
                    "instance_type": "ml.m5.xlarge",
                    "fallback_instance_types": ["ml.m5.2xlarge", "ml.m5.4xlarge"],
                    "max_usd_per_hour": 0.5,
                }
            },
            ("training.fallback_instance_types: got 'ml.m5.4xlarge' at 0.922 USD", "is 0.5"),
        ),
        (
            {"tracking": {"mlflow": "arn:aws:sagemaker:us-east-1:123456789012:mlflow-app/a"}},
            ("tracking.mlflow: got 'arn:", "not supported yet; give the address of a server"),
        ),
        (
            {"tracking": {"mlflow": "https://me:secret@mlflow.example.com"}},
            ("tracking.mlflow", "not a place for passwords"),
        ),
        ({"tracking": {"mlflow": "mlflow.example.com"}}, ("allowed: 'http(s)://<host>",)),
        ({"tracking": {"mlflow": "https://mlflow.example.com?a=b"}}, ("allowed: 'http(s)://",)),
        ({"tracking": {"mlflow": "https://m.example.com", "experiment": "x"}}, ("leave it out",)),
        ({"budget": {"usd_per_month": 0}}, ("budget.usd_per_month: got 0",)),
        ({"budget": {}}, ("budget.usd_per_month",)),
        (
            {"budget": {"usd_per_month": 5, "usd_per_day": 1}},
            ("budget.usd_per_day", "use usd_per_month"),
        ),
        (
            {"batch": {"max_usd_per_hour": 0}},
            ("batch.max_usd_per_hour: got 0",),
        ),
        (
            {
                "training": {
                    "fallback_instance_types": ["ml.r5d.large"],
                    "volume_size_gb": 100,
                }
            },
            (
                "training.volume_size_gb: got 100, but 'ml.r5d.large' has no volume, only local "
                "NVMe disks of 75 GB",
            ),
        ),
        (
            {
                "fit_args": {"hyperparameters": {"GBM": {}}},
                "tuning": {
                    "ranges": {
                        "fit_args.hyperparameters.GBM.num_leaves": {
                            "type": "integer",
                            "min": 8,
                            "max": 64,
                        }
                    },
                    "max_jobs": 2,
                },
                "training": {"fallback_instance_types": ["ml.m5.4xlarge", "ml.r5d.2xlarge"]},
            },
            (
                "training.fallback_instance_types: got 'ml.r5d.2xlarge' among the types of a "
                "predictor with tuning",
                "SageMaker chooses the types of trials among ml.m5.xlarge, ml.m5.2xlarge",
            ),
        ),
    ],
)
def test_lists_of_instance_types_are_checked(
    settings: dict[str, Any], parts: tuple[str, ...]
) -> None:
    assert_one(problems_of_predictor(**settings), *parts)


@pytest.mark.parametrize(
    ("training", "parts"),
    [
        ({"instance_count": 0}, ("instance_count: got 0", "greater than or equal to 1")),
        ({"volume_size_gb": 0}, ("volume_size_gb: got 0", "greater than or equal to 1")),
        ({"max_runtime_seconds": "1h"}, ("max_runtime_seconds: got '1h'", "a whole number")),
        ({"max_runtime_seconds": True}, ("max_runtime_seconds: got True",)),
        ({"max_runtime_seconds": 10**6}, ("max_runtime_seconds: got 1000000", "432000")),
        ({"spots": True}, ("training.spots: unknown key",)),
    ],
)
def test_training_settings_are_refused_by_name(
    training: dict[str, Any], parts: tuple[str, ...]
) -> None:
    assert_one(problems_of_predictor(training=training), *parts)


def test_a_time_limit_that_leaves_no_time_to_save_is_refused() -> None:
    found = problems_of_predictor(
        fit_args={"time_limit": 3600}, training={"max_runtime_seconds": 3600}
    )

    assert_one(found, "training.max_runtime_seconds: got 3600", "at least 3960")


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ({"init_args": {"lable": "class"}}, ("init_args.lable: unknown argument", '"label"?')),
        (
            {"fit_args": {"time_limit": "ten"}},
            ("predictors.income.fit_args.time_limit: got 'ten'",),
        ),
        ({"fit_args": {"time_limits": 10}}, ("fit_args", "time_limit")),
        ({"fit_args": {"hyperparameters": {"CATT": {}}}}, ("CATT", "CAT")),
    ],
)
def test_arguments_are_checked_by_the_table_that_the_planners_use(
    arguments: dict[str, Any], parts: tuple[str, ...]
) -> None:
    assert_one(problems_of_predictor(**arguments), *parts)


@pytest.mark.parametrize(
    ("init_args", "gate", "parts"),
    [
        ({}, {"metric": "roc_auk", "minimum": 0.5}, ("metric: got 'roc_auk'", '"roc_auc"?')),
        (
            {"problem_type": "regression"},
            {"metric": "roc_auc", "minimum": 0.5},
            ("metric: got 'roc_auc'", "allowed: root_mean_squared_error"),
        ),
        (
            {"problem_type": "binary"},
            {"metric": "quadratic_kappa", "minimum": 0.5},
            ("does not measure", "must be init_args.eval_metric"),
        ),
        (
            {"problem_type": "regression"},
            {"metric": "rmse", "minimum": -1},
            ("it is reported as 'root_mean_squared_error'",),
        ),
        (
            {"problem_type": "regression"},
            {"metric": "root_mean_squared_error", "minimum": 50000},
            ("can never be reached", "errors are negative"),
        ),
        ({}, {"metric": "roc_auc", "minimum": 92}, ("minimum 92 can never be reached",)),
        ({}, {"metric": "roc_auc", "minimum": float("nan")}, ("minimum: got nan", "finite")),
        ({}, {"metric": "roc_auc"}, ("metric without minimum; give minimum",)),
        ({}, {"minimum": 0.5}, ("minimum without metric; give metric",)),
        ({}, {"on_pass": "wait"}, ("every version passes; allowed: 'on_pass: approve' alone",)),
        ({}, {"on_fail": "reject"}, ("every version passes",)),
        (
            {},
            {"metric": "roc_auc", "minimum": 0.5, "on_pass": "wait", "on_fail": "wait"},
            ("the gate decides nothing",),
        ),
        (
            {},
            {"metric": "roc_auc", "minimum": 0.5, "on_pass": "deploy"},
            ("on_pass: got 'deploy'", "'approve' or 'wait'"),
        ),
    ],
)
def test_gates_that_cannot_decide_are_refused(
    init_args: dict[str, Any], gate: dict[str, Any], parts: tuple[str, ...]
) -> None:
    found = problems_of_predictor(init_args={"label": "class", **init_args}, quality_gate=gate)

    assert_one(found, "predictors.income.quality_gate", *parts)


def test_a_predictor_may_leave_its_label_to_each_run_and_approve_every_version() -> None:
    settings = {"init_args": {}, "quality_gate": {"on_pass": "approve"}}

    document = {"predictors": {"sandbox": settings}}

    predictor = parse_environment("dev", document, file=FILE).predictors["sandbox"]
    assert predictor.quality_gate is not None
    assert (predictor.quality_gate.metric, predictor.quality_gate.minimum) == (None, None)


def test_a_gate_on_the_eval_metric_is_accepted_whatever_the_metric() -> None:
    settings = {
        "init_args": {"label": "class", "eval_metric": "quadratic_kappa"},
        "quality_gate": {"metric": "quadratic_kappa", "minimum": 0.5},
    }

    parse_environment("dev", {"predictors": {"income": settings}}, file=FILE)


SCALING = {"min_capacity": 2, "max_capacity": 4, "target_invocations_per_instance": 100}


@pytest.mark.parametrize(
    ("endpoint", "parts"),
    [
        ({"initial_instance_count": 0}, ("initial_instance_count: got 0",)),
        ({"serverless": {}}, ("endpoint.serverless: a serverless endpoint is a mode of its own",)),
        ({"max_initial_instance_count": 101}, ("max_initial_instance_count: got 101",)),
        (
            {"initial_instance_count": 3, "max_initial_instance_count": 2},
            ("max_initial_instance_count 2 is below initial_instance_count 3",),
        ),
        (
            {"autoscaling": {**SCALING, "min_capacity": 1}, "max_initial_instance_count": 2},
            ("max_initial_instance_count 2 with autoscaling", "leave it out"),
        ),
        (
            {"fallback_instance_types": ["ml.m5.large"]},
            ("endpoint.fallback_instance_types: 'ml.m5.large' is named twice",),
        ),
        (
            {
                "fallback_instance_types": ["ml.m5.xlarge"],
                "allowed_instance_types": ["ml.m5.2xlarge"],
            },
            ("fallback_instance_types with allowed_instance_types", "leave one of them out"),
        ),
        (
            {
                "fallback_instance_types": ["ml.m5.xlarge"],
                "autoscaling": {
                    "min_capacity": 1,
                    "max_capacity": 2,
                    "target_invocations_per_instance": 9,
                },
            },
            ("fallback_instance_types with autoscaling is not supported yet",),
        ),
        (
            {"fallback_instance_types": ["ml.m5d.large"]},
            ("endpoint.fallback_instance_types: got 'ml.m5d.large'", "types without local NVMe"),
        ),
        (
            {"fallback_instance_types": ["ml.m5.xlarge"], "max_usd_per_hour": 0.2},
            ("endpoint.fallback_instance_types: got 'ml.m5.xlarge' at 0.230 USD", "is 0.2"),
        ),
        ({"allowed_instance_types": ["ml.m6g.large"]}, ("allowed_instance_types.0", "Graviton")),
        (
            {"allowed_instance_types": ["ml.m5d.large"]},
            ("allowed_instance_types: got 'ml.m5d.large'", "types without local NVMe"),
        ),
        ({"accelerator_type": "ml.eia2.medium"}, ("Elastic Inference is retired",)),
        (
            {"instance_type": "ml.eia2.medium"},
            ("instance_type: got 'ml.eia2.medium'; Elastic Inference is retired; choose", "g4dn"),
        ),
        ({"time_to_live": "14 days"}, ("time_to_live: it is called ends here",)),
        ({"copies": 2}, ("copies: only components share an endpoint",)),
        ({"max_concurrency": 2}, ("max_concurrency: a serverless endpoint is a mode of its own",)),
        ({"success_topic_arn": "x"}, ("only asynchronous endpoints have a queue",)),
        ({"initial_variant_weight": 1}, ("give variants, each with its weight",)),
        (
            {"capture": {"initial_sampling_percentage": 10}},
            ("capture.initial_sampling_percentage: it is called percentage here",),
        ),
        ({"capture": {"destination_s3_uri": "s3://b"}}, ("below <predictor>/captured/",)),
        ({"autoscaling": {**SCALING, "max_capacity": 1}}, ("max_capacity 1 is below",)),
        ({"autoscaling": SCALING}, ("initial_instance_count 1 lies outside",)),
        (
            {"autoscaling": SCALING, "initial_instance_count": 5},
            ("initial_instance_count 5 lies outside",),
        ),
        (
            {
                "initial_instance_count": 2,
                "autoscaling": {**SCALING, "target_invocations_per_instance": 0},
            },
            ("target_invocations_per_instance: got 0", "greater than 0"),
        ),
        (
            {"autoscaling": {"min_capacity": 1, "max_capacity": 1}},
            ("no target", "target_invocations_per_instance"),
        ),
    ],
)
def test_endpoints_that_cannot_be_created_are_refused(
    endpoint: dict[str, Any], parts: tuple[str, ...]
) -> None:
    found = problems_of_predictor(endpoint={"instance_type": "ml.m5.large", **endpoint})

    assert_one(found, "predictors.income.endpoint", *parts)


def test_a_batch_with_more_in_flight_than_sagemaker_admits_is_refused() -> None:
    found = problems_of_predictor(batch={"max_payload_mb": 26, "max_concurrent_transforms": 4})

    assert_one(found, "batch: ", "104 MB in flight; SageMaker allows 100")


def test_more_tags_than_a_job_can_carry_are_refused() -> None:
    found = problems(
        {
            "tags": {f"a{n}": "x" for n in range(30)},
            "predictors": {
                "income": {
                    "init_args": {"label": "class"},
                    "tags": {f"b{n}": "x" for n in range(30)},
                }
            },
        }
    )

    assert_one(found, "predictors.income has 60 tags together with the environment's")


def test_a_gpu_endpoint_under_a_cpu_image_is_refused() -> None:
    found = problems_of_predictor(endpoint={"instance_type": "ml.g5.xlarge"})

    assert_one(found, "endpoint.instance_type: got 'ml.g5.xlarge', a GPU type, with the CPU image")


def test_a_cpu_type_among_the_types_of_gpu_training_is_refused() -> None:
    found = problems_of_predictor(
        training={"instance_type": "ml.g5.xlarge", "allowed_instance_types": ["ml.m5.large"]}
    )

    assert_one(found, "training.allowed_instance_types: got 'ml.m5.large', a CPU type")


def test_training_on_a_gpu_and_serving_on_cpus_is_accepted() -> None:
    settings = {
        "init_args": {"label": "class"},
        "training": {"instance_type": "ml.g5.xlarge"},
        "endpoint": {"instance_type": "ml.m5.large"},
    }

    parse_environment("dev", {"predictors": {"income": settings}}, file=FILE)


def test_a_gpu_that_the_image_cannot_drive_is_refused() -> None:
    gpu = {"instance_type": "ml.p3.2xlarge"}

    found = problems_of_predictor(training=gpu, batch=gpu)

    assert len(found) == 2
    assert "V100 GPU the image of AutoGluon 1.6.3 cannot drive" in found[0]


def test_older_images_drive_the_gpus_that_newer_ones_dropped() -> None:
    gpu = {"instance_type": "ml.p3.2xlarge"}
    settings = {
        "init_args": {"label": "class"},
        "training": gpu,
        "batch": gpu,
        "framework_version": "1.5",
    }

    parse_environment("dev", {"predictors": {"income": settings}}, file=FILE)


def test_everything_wrong_is_reported_at_once_even_in_one_predictor() -> None:
    found = problems(
        {
            "removal": "maybe",
            "predictors": {
                "income": {
                    "init_args": {"label": "class"},
                    "fit_args": {"time_limit": "ten"},
                    "training": {"instance_type": "ml.m6g.large", "instance_count": 0},
                    "quality_gate": {"metric": "nothing", "minimum": 0.5},
                    "surprise": 1,
                },
                "housing": {"type": "forecasts", "init_args": {"label": "Price"}},
            },
        }
    )

    for path in (
        "removal",
        "predictors.income.training.instance_type",
        "predictors.income.training.instance_count",
        "predictors.income.surprise",
        "predictors.income.fit_args.time_limit",
        "predictors.income.quality_gate.metric",
        "predictors.housing.type",
    ):
        assert [p for p in found if p.startswith(f"{path}: ")], path
    assert len(found) == 7


@pytest.mark.parametrize(
    ("settings", "paths"),
    [
        (
            {"predictors": {"income": {
                "init_args": {"label": "class"},
                "endpoint": {"instance_type": "ml.m5.large", "autoscaling": {
                    "min_capacity": 4, "max_capacity": 2, "target_invocations_per_instance": 0,
                }},
            }}},
            ["endpoint.autoscaling.target_invocations_per_instance: got 0",
             "endpoint.autoscaling: max_capacity 2 is below min_capacity 4"],
        ),
        ({"tags": {"aws:foo": "x", "": "y", "a": 3, "b": "?"}},
         ["tags.a: got 3", "tags: tag key 'aws:foo', ''; allowed", "tag 'b' has the value '?'"]),
        (
            {"predictors": {"income": {
                "init_args": {"label": "class"},
                "serving": {"workers": 0, "surprise": 1, "max_score_loss": 0.01},
            }}},
            ["serving.workers: got 0", "serving.surprise: unknown key",
             "max_score_loss 0.01 with optimize_for 'accuracy'"],
        ),
    ],
    ids=["bounds", "tags", "unknown key"],
)  # fmt: skip
def test_an_invalid_value_hides_nothing_else_of_its_section(
    settings: dict[str, Any], paths: list[str]
) -> None:
    found = problems(settings)
    for path in paths:
        assert any(path in problem for problem in found), (path, found)
    assert len(found) == len({problem.partition(": ")[0] for problem in found})


def test_all_that_does_not_go_together_is_reported_at_once() -> None:
    found = problems(
        {
            "account": "123456789012",
            "delivery": {"host": "github", "repository": "a/b"},
            "encryption": {"volumes": "required"},
            "predictors": {
                "income": {
                    "init_args": {"label": "class"},
                    "training": {"instance_type": "ml.g5.xlarge"},
                    "endpoint": {
                        **ENDPOINT, "initial_instance_count": 9, "max_initial_instance_count": 8,
                        "alarms": {"concurrency_percent": 80, "oldest_request_seconds": 9},
                    },
                },
                "housing": {"init_args": {"label": "Price"}, "endpoint": {"mode": "serverless"}},
            },
        }
    )  # fmt: skip
    income = "predictors.income.endpoint"
    assert {problem[:45] for problem in found} == {
        f"{income}: max_initial_instance_count 8 is below initial"[:45],
        f"{income}: alarms.concurrency_percent: only serverless"[:45],
        f"{income}: alarms.oldest_request_seconds with mode"[:45],
    }

    whole = problems(
        {
            "account": "123456789012",
            "delivery": {"host": "github", "repository": "a/b"},
            "encryption": {"volumes": "required"},
            "predictors": {
                "income": {
                    "init_args": {"label": "class"},
                    "training": {"instance_type": "ml.g5.xlarge"},
                },
                "housing": {"init_args": {"label": "Price"}, "endpoint": {"mode": "serverless"}},
            },
        }
    )
    assert {problem.partition(":")[0] for problem in whole} == {
        "account is given but region is not; give both, only region, or neither",
        "delivery needs account and region",
        "predictors.income.training.instance_type",
        "predictors.housing.endpoint.network_isolation",
    }


@pytest.mark.parametrize("region", ["us-east-9", "eu-central-2"])
def test_a_region_without_images_is_for_images_of_ones_own(region: str) -> None:
    image = f"123456789012.dkr.ecr.{region}.amazonaws.com/own:1"
    own = {"init_args": {"label": "class"}, "image_uri": image, "framework_version": "1.6.3"}
    other = {"init_args": {"label": "Price"}}
    assert problems({"region": region, "predictors": {"income": own, "housing": other}})[
        0
    ].startswith(
        f"region: got '{region}', where AutoGluon's containers are not published; allowed: "
    )
    parse_environment("dev", {"region": region, "predictors": {"income": own}}, file=FILE)


def test_images_of_another_region_are_refused() -> None:
    image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/own:1"
    clean = {"mode": "serial", "containers": {"clean": {"image_uri": image}, "model": {}}}
    predictor = {
        "init_args": {"label": "class"},
        "image_uri": image,
        "framework_version": "1.6.3",
        "endpoint": {"instance_type": "ml.m5.large", "pipeline": clean},
    }
    parse_environment(
        "dev", {"region": "eu-central-1", "predictors": {"income": predictor}}, file=FILE
    )
    found = problems({"region": "eu-west-1", "predictors": {"income": predictor}})
    assert [each.partition(":")[0] for each in found] == [
        "predictors.income.image_uri",
        "predictors.income.endpoint.pipeline.containers.clean.image_uri",
    ]
    assert all("got an image in eu-central-1, but region is eu-west-1" in each for each in found)


def test_of_two_invalid_bounds_no_problem_is_made_up() -> None:
    scaling = {"min_capacity": 5000, "max_capacity": 0, "target_invocations_per_instance": 1}
    endpoint = {"instance_type": "ml.m5.large", "autoscaling": scaling}
    found = problems_of_predictor(endpoint=endpoint)
    assert not [problem for problem in found if "is below" in problem]


@pytest.mark.parametrize(
    ("serving", "parts"),
    [
        ({"threads": 2}, ("serving.threads: got 2", "greater than or equal to 3")),
        ({"workers": 0}, ("serving.workers: got 0",)),
        ({"max_wait_ms": -1}, ("serving.max_wait_ms: got -1",)),
        ({"max_batch_rows": 2.5}, ("serving.max_batch_rows: got 2.5", "a whole number")),
        ({"request_timeout_seconds": 61}, ("serving.request_timeout_seconds: got 61", "60")),
        ({"joining": "never"}, ("serving.joining: got 'never'", "'always'")),
        ({"preload": "yes"}, ("serving.preload: got 'yes'", "true or false")),
        ({"thread": 4}, ("serving.thread: unknown key", 'did you mean "threads"?')),
        ({"optimize_for": "speed"}, ("serving.optimize_for: got 'speed'", "'latency'")),
        (
            {"optimize_for": "latency", "max_score_loss": 0.6},
            ("serving.max_score_loss: got 0.6", "less than or equal to 0.5"),
        ),
        (
            {"max_score_loss": 0.01},
            ("max_score_loss 0.01 with optimize_for 'accuracy'", "set optimize_for 'latency'"),
        ),
        (
            {"threads": 16, "max_queued_requests": 8},
            ("max_queued_requests 8 needs 17 threads", "there are 16", "threads up to 1024"),
        ),
        (
            {"max_queued_requests": 1000},
            ("max_queued_requests 1000 needs 1065 threads", "at most 1024", "max_batch_rows"),
        ),
    ],
)
def test_serving_numbers_are_refused_by_name(
    serving: dict[str, Any], parts: tuple[str, ...]
) -> None:
    assert_one(problems_of_predictor(serving=serving), *parts)


LATENCY: dict[str, Any] = {"optimize_for": "latency", "max_score_loss": 0.01}
ENDPOINT = {"instance_type": "ml.m5.large"}


def test_latency_is_nothing_that_a_predictor_without_an_endpoint_could_have() -> None:
    assert_one(
        problems_of_predictor(serving=LATENCY),
        "serving.optimize_for: got 'latency' without an endpoint",
    )


@pytest.mark.parametrize(
    "fit_args", [{"keep_only_best": True}, {"presets": ["best", "optimize_for_deployment"]}]
)
def test_latency_has_to_have_models_to_choose_from(fit_args: dict[str, Any]) -> None:
    assert_one(
        problems_of_predictor(serving=LATENCY, endpoint=ENDPOINT, fit_args=fit_args),
        "serving.optimize_for: got 'latency' with fit_args.",
        "deletes the models that it chooses from",
    )


@pytest.mark.parametrize("version", ["1.5.0", "1.6.3"])
def test_latency_is_for_every_image(version: str) -> None:
    settings = {
        "init_args": {"label": "class"},
        "fit_args": {"presets": "optimize_for_deployment", "keep_only_best": False},
        "framework_version": version,
        "endpoint": ENDPOINT,
        "serving": LATENCY,
    }

    parsed = parse_environment("dev", {"predictors": {"income": settings}}, file=FILE)

    assert parsed.predictors["income"].serving.max_score_loss == 0.01


def test_an_older_image_is_given_no_numbers_that_its_server_would_ignore() -> None:
    assert_one(
        problems_of_predictor(framework_version="1.5.0", serving={"workers": 2}),
        "serving.workers: got 2 with framework_version '1.5.0'",
        "from '1.6' on",
    )


@pytest.mark.parametrize("mode", ["inference-component", "inference-components"])
def test_another_word_for_an_endpoint_mode_is_told_the_right_one(mode: str) -> None:
    predictor = {"init_args": {"label": "y"}, "endpoint": {"mode": mode, "memory_size_in_mb": 2048}}

    with pytest.raises(SettingsError, match=rf"mode: got '{mode}'; it is called 'component' here"):
        parse_environment("dev", {"predictors": {"p": predictor}}, file="config/dev.yaml")


def test_an_unknown_endpoint_mode_and_the_default_one() -> None:
    def parsed(**endpoint: str) -> Environment:
        predictor = {"init_args": {"label": "y"}, "endpoint": endpoint}
        return parse_environment("dev", {"predictors": {"p": predictor}}, file="config/dev.yaml")

    endpoint = parsed(instance_type="ml.m5.large").predictors["p"].endpoint
    assert endpoint is not None
    assert (endpoint.mode, endpoint.main_variant.name) == ("real-time", "main")
    assert endpoint.variants_beside == ()
    with pytest.raises(SettingsError, match=r"endpoint.mode: got 'fast'; allowed: 'real-time'"):
        parsed(instance_type="ml.m5.large", mode="fast")


@pytest.mark.parametrize(
    ("settings", "parts"),
    [
        (
            {"training": {"inter_container_encryption": True}},
            ("training.inter_container_encryption: the traffic between",),
        ),
        (
            {"batch": {"inter_container_encryption": True}},
            ("batch.inter_container_encryption: the instances of a batch work on files",),
        ),
        (
            {"batch": {"max_payload_mb": 30, "max_concurrent_transforms": 4}},
            ("batch: max_payload_mb 30 x max_concurrent_transforms 4 is 120 MB in flight",),
        ),
        (
            {"batch": {"split_type": "None", "strategy": "MultiRecord"}},
            ("batch: strategy MultiRecord puts several lines into a request, and split_type",),
        ),
        (
            {"batch": {"split_type": "RecordIO"}},
            ("batch.split_type: got 'RecordIO'; allowed: 'auto', 'None' or 'Line'",),
        ),
        ({"batch": {"max_retries": 4}}, ("batch.max_retries: got 4",)),
        (
            {"batch": {"engine": "pipeline", "strategy": "SingleRecord"}},
            ("batch: split_type Line and strategy cut files, and a pipeline gets whole files",),
        ),
        (
            {"batch": {"transform_ami_version": "a batch"}},
            ("batch.transform_ami_version: got 'a batch'; allowed: the name of a host image",),
        ),
        (
            {"batch": {"transform_ami_version": "al2-ami-sagemaker-batch-gpu-470"}},
            ("batch: transform_ami_version: the host images", "ml.m5.large has none"),
        ),
        (
            {
                "batch": {
                    "engine": "bulk",
                    "instance_type": "ml.g5.xlarge",
                    "transform_ami_version": "al2-ami-sagemaker-batch-gpu-470",
                }
            },
            ("batch: transform_ami_version is for transform jobs, and engine is bulk",),
        ),
        (
            {"inter_container_encryption": True},
            ("inter_container_encryption: the traffic between a training job",),
        ),
        (
            {"endpoint": {"instance_type": "ml.m5.large", "network": {"mode": "created"}}},
            ("endpoint.network.mode: got 'created'", "'none' or 'existing'"),
        ),
        (
            {
                "endpoint": {
                    "instance_type": "ml.m5.large",
                    "network": {"mode": "none", "subnets": ["subnet-01234567"]},
                }
            },
            ("endpoint.network: subnets has no meaning with mode 'none'",),
        ),
        ({"network_isolation": "no"}, ("network_isolation: got 'no'", "true or false")),
    ],
)
def test_networks_of_a_predictor_are_refused_by_name(
    settings: dict[str, Any], parts: tuple[str, ...]
) -> None:
    assert_one(problems_of_predictor(**settings), *parts)


@pytest.mark.parametrize("key", ["algorithm", "model_package_arn"])
def test_what_sagemaker_sells_or_has_built_in_is_refused_by_name(key: str) -> None:
    assert_one(problems_of_predictor(**{key: "xgboost"}), f"{key}: ", "not supported")
