"""Read SageMaker's training jobs, and stop them."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from autogluon_lambdas.adapters.sagemaker_registry import is_absent

_AT_ONCE = 16
_MOST_PER_PAGE = 100


class SageMakerTrainingJobs:
    """A `TrainingJobs` and a `TrainingStopper` over boto3.

    Names of jobs can be listed of the whole account only. The functions may describe the jobs of
    their environment alone, by their tags, and SageMaker denies the others.

    Args:
        make_client: called once something is asked, which most runs never do.
    """

    def __init__(self, make_client: Callable[[], Any]) -> None:
        self._make_client = make_client

    @cached_property
    def _client(self) -> Any:
        return self._make_client()

    def created_since(self, moment: datetime, beginning: str) -> list[Mapping[str, Any]]:
        """Return the environment's jobs whose names begin so, as DescribeTrainingJob has them."""
        pages = self._client.get_paginator("list_training_jobs").paginate(
            CreationTimeAfter=moment,
            NameContains=beginning,
            PaginationConfig={"PageSize": _MOST_PER_PAGE},
        )
        listed = [job["TrainingJobName"] for page in pages for job in page["TrainingJobSummaries"]]
        return self.described(name for name in listed if name.startswith(beginning))

    def described(self, names: Iterable[str]) -> list[Mapping[str, Any]]:
        """Return the environment's jobs among these."""
        client = self._client
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = pool.map(lambda name: _describe(client, name), names)
            return [job for job in found if job is not None]

    def stop(self, name: str) -> bool:
        """Stop a training job that runs; return whether there is one of this name.

        The role may do so by the tag of an execution. What does not exist has no tag, so that
        SageMaker denies the call instead of saying that there is nothing.
        """
        try:
            job = _describe(self._client, name)
        except ClientError as error:
            if is_absent(error):
                return False
            raise
        if job is not None and job["TrainingJobStatus"] == "InProgress":
            self._client.stop_training_job(TrainingJobName=name)
        return job is not None


def _describe(client: Any, name: str) -> Mapping[str, Any] | None:
    try:
        answer: Mapping[str, Any] = client.describe_training_job(TrainingJobName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] == "AccessDeniedException":
            return None
        raise
    return answer
