"""Define the settings of asynchronous endpoints: requests wait in a queue, answers go to S3."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from autogluon_constructs.settings.endpoint_modes.instances import InstanceEndpoint
from autogluon_constructs.settings.endpoint_modes.scaling import Scaling
from autogluon_constructs.settings.fields import TOPIC_ARN
from autogluon_contracts.defaults import ASYNC_REQUEST_SECONDS, LONGEST_ASYNC_REQUEST_SECONDS

TopicArn = Annotated[str, Field(pattern=TOPIC_ARN)]


class BacklogScaling(Scaling):
    """Target tracking on the requests that wait or are answered, per instance; down to none.

    An endpoint that has scaled in to no instance starts one as soon as a request waits.
    """

    min_capacity: int = Field(default=0, ge=0, le=1000)
    """The fewest instances; 0 costs nothing while no request waits."""
    target_backlog_per_instance: float = Field(default=5, gt=0, allow_inf_nan=False)
    """Requests per instance, waiting or being answered, that scaling aims at."""


class AsynchronousEndpoint(InstanceEndpoint):
    """One variant on instances that answers requests of up to 1 GB, within an hour each.

    Requests and answers are objects in S3: answers are stored in the artifact bucket, below
    `<predictor>/asynchronous/`. Each promotion starts `initial_instance_count` instances, which
    proves that the new model loads, and scaling goes on from there.
    """

    unsupported_keys: ClassVar = {
        **InstanceEndpoint.unsupported_keys,
        **dict.fromkeys(
            ("output_path", "s3_output_path"),
            "answers are stored in the artifact bucket, below <predictor>/asynchronous/; leave it "
            "out",
        ),
        "notification_config": "give success_topic_arn and error_topic_arn",
        "capture": "requests and answers of an asynchronous endpoint are in S3 already, where "
        "callers and the endpoint put them; leave it out, or give mode 'real-time'",
        "variants": "SageMaker has one variant on an asynchronous endpoint; use mode 'real-time'",
        "pipeline": "not supported with mode 'asynchronous' yet; use mode 'real-time'",
        "shadow": "SageMaker has no shadows on an asynchronous endpoint; use mode 'real-time'",
    }

    longest_request_seconds: ClassVar[int] = LONGEST_ASYNC_REQUEST_SECONDS
    usual_request_seconds: ClassVar[int] = ASYNC_REQUEST_SECONDS

    answers_into_s3: ClassVar[bool] = True

    mode: Literal["asynchronous"]
    """How it answers: into S3, when an instance has room."""
    autoscaling: BacklogScaling | None = None
    """Follow the requests that wait; without it, the number of instances stays."""
    max_concurrent_invocations_per_instance: int = Field(default=4, ge=1, le=1000)
    """Requests that an instance is given at once; all others wait in the queue."""
    success_topic_arn: TopicArn | None = None
    """An SNS topic of yours that is notified of each answer."""
    error_topic_arn: TopicArn | None = None
    """An SNS topic of yours that is notified of each request that failed."""

    @property
    def topics(self) -> Mapping[str, str]:
        given = {
            "success_topic_arn": self.success_topic_arn,
            "error_topic_arn": self.error_topic_arn,
        }
        return {key: arn for key, arn in given.items() if arn is not None}
