"""Publish the container code, which jobs mount as their `code` channel."""

from constructs import Construct

from autogluon_constructs.code.archives import container_sources
from autogluon_constructs.code.job_archive import JobArchive


class ContainerCode(JobArchive):
    """Publishes the container code so that jobs can mount it as their `code` channel."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(
            scope,
            construct_id,
            name="autogluon-jobs.tar.gz",
            sources=container_sources(),
            policy="read-container-code",
        )
