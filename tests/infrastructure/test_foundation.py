"""What Foundation keeps, and how."""

from typing import Any

import pytest

from autogluon_constructs.catalogues.instances import PRICES_AS_OF, instance_types
from autogluon_contracts.documents.declared_predictors import DeclaredPredictors
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from tests.infrastructure.conftest import Template, Templates
from tests.infrastructure.templates import flat, of_type, only
from tests.never_empty import never_empty


@pytest.fixture
def foundation(sandbox: Templates) -> Template:
    return sandbox["Foundation"]


def buckets(template: Template) -> dict[str, dict[str, Any]]:
    """Bucket properties by the part of the logical id that names them."""
    return {
        name: resource["Properties"]
        for logical_id, resource in of_type(template, "AWS::S3::Bucket").items()
        for name in ("AccessLogBucket", "DataBucket", "ArtifactBucket")
        if name in logical_id
    }


def test_every_bucket_is_private_encrypted_and_reached_by_tls_only(foundation: Template) -> None:
    found = buckets(foundation)
    assert set(found) == {"AccessLogBucket", "DataBucket", "ArtifactBucket"}
    for properties in found.values():
        assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
        assert "BucketName" not in properties
        [rule] = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] in ("aws:kms", "AES256")
    denied = [
        statement
        for policy in of_type(foundation, "AWS::S3::BucketPolicy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny"
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    ]
    assert len(denied) == 3


def test_data_and_artifacts_are_versioned_logged_and_under_the_environments_key(
    foundation: Template,
) -> None:
    for name in ("DataBucket", "ArtifactBucket"):
        properties = buckets(foundation)[name]
        assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
        assert "AccessLogBucket" in flat(
            properties["LoggingConfiguration"]["DestinationBucketName"]
        )
        [rule] = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["BucketKeyEnabled"] is True
        key = rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]
        assert flat(key).startswith("<StoreKey")


def test_the_key_rotates(foundation: Template) -> None:
    assert only(foundation, "AWS::KMS::Key")["Properties"]["EnableKeyRotation"] is True


def test_data_survives_the_stack_unless_the_settings_say_destroy(
    sandbox: Templates, prod: Templates
) -> None:
    for kind in ("AWS::S3::Bucket", "AWS::KMS::Key"):
        for resource in never_empty(of_type(sandbox["Foundation"], kind).values()):
            assert resource["DeletionPolicy"] == "Delete"
        for resource in never_empty(of_type(prod["Foundation"], kind).values()):
            assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
            assert resource["UpdateReplacePolicy"] == "Retain"


def test_live_models_are_copied_right_before_an_upgrade_deletes_them(
    sandbox: Templates, prod: Templates
) -> None:
    for foundation in (sandbox["Foundation"], prod["Foundation"]):
        [(name, kept)] = of_type(foundation, "Custom::KeptLiveModels").items()
        assert {*kept["DependsOn"], name} >= {
            other for other in foundation["Resources"] if not other.startswith("KeptLiveModels")
        }


def test_only_an_environment_to_be_destroyed_can_be_emptied(
    sandbox: Templates, prod: Templates
) -> None:
    clean_up = only(sandbox["Foundation"], "Custom::DataCleanUp")["Properties"]

    assert len(clean_up["Buckets"]) == 3
    assert clean_up["ModelGroups"] == "autogluon-sandbox-"
    assert clean_up["LogGroups"] == "/aws/sagemaker/Endpoints/autogluon-sandbox-"
    assert of_type(prod["Foundation"], "Custom::DataCleanUp") == {}


def test_clean_up_runs_before_the_buckets_and_its_own_permissions_go(foundation: Template) -> None:
    clean_up = only(foundation, "Custom::DataCleanUp")

    depended = set(clean_up["DependsOn"])

    assert depended >= set(of_type(foundation, "AWS::S3::BucketPolicy"))
    assert [d for d in depended if d.startswith("CleanUpEmptyRoleDefaultPolicy")]
    assert [d for d in depended if d.startswith("CleanUpEmptyFunction")]


def test_nothing_runs_on_code_that_is_not_ours(
    sandbox: Templates, prod: Templates, rich: Templates
) -> None:
    for templates in (sandbox, prod, rich):
        functions = [
            function["Properties"]
            for template in templates.values()
            for function in of_type(template, "AWS::Lambda::Function").values()
        ]
        for properties in never_empty(functions):
            assert properties["Runtime"] == "python3.12"
            assert properties["Handler"].startswith("autogluon_lambdas.handlers.")


def test_a_predictors_spec_is_what_the_lambdas_read(sandbox: Templates) -> None:
    declared = DeclaredPredictors.from_text(sandbox.predictors_file.read_text())

    spec = declared.spec("income", "registry")

    assert spec.name == "income"
    assert spec.init_args == {"label": "class", "eval_metric": "roc_auc"}
    assert spec.framework_version == "1.6.3"
    assert spec.image_uri == "registry/autogluon:1.6.3-cpu-amzn2023"
    registry = only(sandbox["Workflows"], "Custom::Predictors")["Properties"]["Registry"]
    assert flat(registry) == "<AutoGluonRegistries>.dkr.ecr.<AWS::Region>.<AWS::URLSuffix>"
    assert spec.training.encrypt_volume is True
    assert spec.training.allowed_instance_types == (
        "ml.m5.2xlarge",
        "ml.m5.xlarge",
        "ml.m5.4xlarge",
    )
    assert spec.training.prices.as_of == PRICES_AS_OF
    assert spec.training.prices.usd_per_hour == {
        name: instance_types()[name].usd_per_hour for name in spec.training.allowed_instance_types
    }
    assert spec.quality_gate is not None
    assert (spec.quality_gate.metric, spec.quality_gate.minimum) == ("roc_auc", 0.92)
    assert spec.endpoint is not None
    assert spec.endpoint.name == "autogluon-sandbox-income"
    assert spec.endpoint.stack_name == "autogluon-sandbox-income-endpoint"
    assert spec.batch.max_payload_mb == 6
    assert spec.tags == {
        "project": "autogluon-cdk",
        "environment": "sandbox",
        "team": "growth",
    }
    assert spec.transform_ami_version is None


def test_a_gpu_predictors_spec_has_the_gpu_image_its_hosts_and_no_volume_key(
    rich: Templates,
) -> None:
    spec = PredictorSpec.from_json(rich.spec("vision-scores"))

    assert spec.image_uri.endswith("/autogluon:1.6.3-cu133-amzn2023")
    assert spec.training.encrypt_volume is False
    assert spec.transform_ami_version == "al2-ami-sagemaker-batch-gpu-535"


def test_training_and_serving_each_get_the_image_of_their_processor(rich: Templates) -> None:
    spec = PredictorSpec.from_json(rich.spec("mixed"))

    assert spec.image_uri.endswith("/autogluon:1.6.3-cu133-amzn2023")
    assert spec.inference_image_uri.endswith("/autogluon:1.6.3-cpu-amzn2023")
    assert spec.transform_ami_version is None


def test_in_a_known_region_the_image_uri_is_complete(rich: Templates) -> None:
    specs = {name: rich.spec(name) for name in ("own-image", "older")}
    registry = only(rich["Workflows"], "Custom::Predictors")["Properties"]["Registry"]

    assert flat(registry) == "442386744353.dkr.ecr.us-gov-west-1.<AWS::URLSuffix>"
    assert specs["own-image"]["image_uri"].startswith("210987654321.dkr.ecr.us-gov-west-1.")
    assert "autogluon-training:1.5.0" in specs["older"]["image_uri"]
    assert "autogluon-inference:1.5.0" in specs["older"]["inference_image_uri"]


def test_images_are_pulled_from_autogluons_and_the_predictors_own_repositories(
    rich: Templates,
) -> None:
    from tests.infrastructure.test_least_privilege import allowed

    found = allowed(rich["Foundation"], "TrainingRole", "ecr:BatchGetImage")

    assert found == {
        "arn:<AWS::Partition>:ecr:us-gov-west-1:442386744353:repository/autogluon*",
        "arn:<AWS::Partition>:ecr:us-gov-west-1:210987654321:repository/ml/ours",
    }


def test_a_job_role_is_enough_for_a_persons_own_jobs(foundation: Template) -> None:
    from tests.infrastructure.test_least_privilege import allowed

    for action in ("s3:GetObject", "s3:PutObject"):
        found = allowed(foundation, "TrainingRole", action)
        assert {part for arn in found for part in ("Data", "Artifact") if part in arn} == {
            "Data",
            "Artifact",
        }
    for action in ("kms:Decrypt", "logs:PutLogEvents", "ecr:GetAuthorizationToken"):
        assert allowed(foundation, "TrainingRole", action)


def test_only_images_that_take_them_get_the_servers_numbers(rich: Templates) -> None:
    serving = {name: rich.spec(name)["serving"] for name in ("older", "vision-scores")}

    assert serving["older"]["server"] is None
    assert serving["vision-scores"]["server"]["workers"] == 1
    assert serving["vision-scores"]["server"]["preload"] is False
    assert serving["older"]["optimize_for"] == "accuracy"
    assert serving["vision-scores"]["optimize_for"] == "latency"
    assert serving["vision-scores"]["max_score_loss"] == 0.02
