"""Read the function's environment variables when they are needed."""

from collections.abc import Mapping

from autogluon_contracts import function_variables as variables
from autogluon_contracts.documents.mirror_settings import MirrorSettings


class Environment:
    """Named access to the variables that the stacks set on every function.

    Each property raises ValueError naming the variable when it is not set.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    @property
    def name(self) -> str:
        """The environment's name, for example `sandbox`."""
        return self._get(variables.ENVIRONMENT)

    @property
    def predictor_prefix(self) -> str:
        """The SSM path of the predictors."""
        return self._get(variables.PREDICTOR_PREFIX)

    @property
    def data_bucket(self) -> str:
        """The bucket that users put data into."""
        return self._get(variables.DATA_BUCKET)

    @property
    def artifact_bucket(self) -> str:
        """The bucket that holds runs and batches."""
        return self._get(variables.ARTIFACT_BUCKET)

    @property
    def kms_key_arn(self) -> str:
        """The environment's key."""
        return self._get(variables.KMS_KEY_ARN)

    @property
    def code_uri(self) -> str:
        """The S3 URI of the container code's `.tar.gz`."""
        return self._get(variables.CODE_URI)

    @property
    def training_role_arn(self) -> str:
        """The role of training jobs."""
        return self._get(variables.TRAINING_ROLE_ARN)

    @property
    def serving_role_arn(self) -> str:
        """The role of models."""
        return self._get(variables.SERVING_ROLE_ARN)

    @property
    def drift_role_arn(self) -> str:
        """The role of drift jobs."""
        return self._get(variables.DRIFT_ROLE_ARN)

    @property
    def processing_role_arn(self) -> str:
        """The role of processing jobs."""
        return self._get(variables.PROCESSING_ROLE_ARN)

    @property
    def scripts_uri(self) -> str:
        """The S3 URI of the `.tar.gz` with the scripts of all processing steps."""
        return self._get(variables.SCRIPTS_URI)

    @property
    def training_scripts_uri(self) -> str:
        """The S3 URI of the `.tar.gz` with the scripts of all predictors of the type `script`."""
        return self._get(variables.TRAINING_SCRIPTS_URI)

    @property
    def promote_state_machine_arn(self) -> str:
        """The state machine that promotes."""
        return self._get(variables.PROMOTE_STATE_MACHINE_ARN)

    @property
    def batch_predict_state_machine_arn(self) -> str:
        """The state machine that predicts batches."""
        return self._get(variables.BATCH_PREDICT_STATE_MACHINE_ARN)

    @property
    def failure_topic_arn(self) -> str:
        """The topic that failed executions are reported to."""
        return self._get(variables.FAILURE_TOPIC_ARN)

    @property
    def mirror(self) -> MirrorSettings:
        """How weights are mirrored."""
        return MirrorSettings.from_text(self._get(variables.MIRROR))

    @property
    def vpc(self) -> dict[str, list[str]] | None:
        """The VpcConfig of jobs and their models, as SageMaker takes it; None without a network."""
        if variables.SUBNETS not in self._variables:
            return None
        return {
            "Subnets": self._get(variables.SUBNETS).split(","),
            "SecurityGroupIds": self._get(variables.SECURITY_GROUPS).split(","),
        }

    def _get(self, variable: str) -> str:
        value = self._variables.get(variable)
        if not value:
            raise ValueError(
                f"The environment variable {variable} is not set. Deploy the Workflows stack again."
            )
        return value
