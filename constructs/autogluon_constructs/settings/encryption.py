"""Define the settings of encryption: under which KMS key an environment keeps what it stores."""

from typing import Annotated, Literal

from pydantic import Field

from autogluon_constructs.settings.fields import KEY_ARN
from autogluon_constructs.settings.section import Section


class Encryption(Section):
    """The key of buckets, job volumes, outputs, endpoints and the failure topic.

    A key of your own must let the account's IAM policies decide, and its policy must admit the
    services that act by themselves. Choose it before the first deployment: CloudFormation does not
    replace a key that other stacks use.
    """

    key_arn: Annotated[str, Field(pattern=KEY_ARN)] | None = None
    """ARN of your own symmetric KMS key in the same region; without it, the stacks create one."""
    log_groups: bool = False
    """Whether log groups of stacks and endpoints are under the key, too; with a key that outlives
    the environment, also those of SageMaker's jobs."""
    volumes: Literal["where-possible", "required"] = "where-possible"
    """`required` rejects instance types with local NVMe disks, for which SageMaker takes no key."""
