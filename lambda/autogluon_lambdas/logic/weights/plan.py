"""Plan the mirroring of weights: check the input, build the request and the job's configuration."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.documents.execution_inputs import MirrorInput
from autogluon_contracts.documents.mirror_settings import MirrorSettings
from autogluon_contracts.documents.mirrored_weights import JOB_FILE, MirrorJobConfig
from autogluon_contracts.models.known_weights import KNOWN_WEIGHTS
from autogluon_contracts.names import mirror_folder, weights_sets
from autogluon_contracts.suggestions import did_you_mean
from autogluon_lambdas.logic.earlier_run import refuse_name_of_earlier_run
from autogluon_lambdas.logic.sagemaker.accepted_fields import require_accepted
from autogluon_lambdas.logic.sagemaker.channels import s3_prefix
from autogluon_lambdas.logic.sagemaker.container_program import (
    ROOT,
    entrypoint,
    s3_input,
)
from autogluon_lambdas.logic.sagemaker.ladder import ladder
from autogluon_lambdas.logic.sagemaker.shared_settings import JobInstances, SharedSettings
from autogluon_lambdas.logic.sagemaker.tags import weights_tags
from autogluon_lambdas.logic.weights.mirrored import mirrored
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import InvalidInputError, one_message
from autogluon_lambdas.models.events.execution import Execution
from autogluon_lambdas.models.events.inputs import read_input
from autogluon_lambdas.ports import ObjectStore

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST_NAME = 30
_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9][A-Za-z0-9_.-]*")
_REVISION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,199}")


@dataclass(frozen=True)
class MirrorPlanner:
    """Plans the mirroring of one set of weights."""

    environment: Environment
    settings: MirrorSettings
    store: ObjectStore

    def plan(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the request and what is mirrored for a planner event.

        Raises InvalidInputError before anything is written.
        """
        execution = Execution.from_event(event)
        asked = read_input(MirrorInput, event)
        problems = list(_problems(asked))
        if problems:
            raise InvalidInputError(one_message(problems))
        self._refuse_mirrored(asked.name)
        job_name = execution.job_name(asked.name)
        folder = mirror_folder(self.environment.artifact_bucket, job_name)
        refuse_name_of_earlier_run(self.store, execution, folder)
        repository = _repository(asked)
        config = MirrorJobConfig(
            name=asked.name,
            job=job_name,
            hub=self.settings.hub,
            repository=repository,
            revision=asked.revision,
            license=asked.license,
        )
        self.store.write(
            folder.child(JOB_FILE), config.to_text(indent=1).encode(), "application/json"
        )
        resources = self._shared(job_name, asked.name, execution).processing(self._instances)
        return {
            "request": self._request(job_name, config, resources),
            "ladder": ladder(
                execution.later_job_names(asked.name),
                [{"ProcessingResources": resources["ProcessingResources"]}],
            ),
            "mirror": {"name": asked.name, "job_name": job_name, "execution": execution.arn},
        }

    def _refuse_mirrored(self, name: str) -> None:
        found = mirrored(self.store, self.environment.artifact_bucket, name)
        if found is not None:
            raise InvalidInputError(
                f'input.name: the set "{name}" is mirrored already: {found.repository} at revision '
                f"{found.revision}.",
                advice=f"Use it, or run `agcdk weights remove {name}` first.",
            )

    @property
    def _instances(self) -> JobInstances:
        return JobInstances(self.settings.instance_type, 1, self.settings.volume_size_gb)

    def _shared(self, job_name: str, name: str, execution: Execution) -> SharedSettings:
        tags = weights_tags(name, job_name, execution.arn, self.settings.tags)
        # The hub is on the network.
        return SharedSettings(self.environment, tags, isolated=False)

    def _request(
        self, job_name: str, config: MirrorJobConfig, resources: dict[str, Any]
    ) -> dict[str, Any]:
        bucket = self.environment.artifact_bucket
        folder = mirror_folder(bucket, job_name)
        own_name = config.repository.rpartition("/")[2]
        files = weights_sets(bucket).child(f"{config.name}/{job_name}/{own_name}")
        shared = SharedSettings(self.environment, [], isolated=False)
        request = {
            "ProcessingJobName": job_name,
            "AppSpecification": {
                "ImageUri": self.settings.image_uri,
                "ContainerEntrypoint": entrypoint("mirror"),
            },
            "ProcessingInputs": [
                s3_input("code", s3_prefix(self.environment.code_uri)),
                s3_input("config", s3_prefix(folder.child(JOB_FILE).uri)),
            ],
            "ProcessingOutputConfig": shared.encrypted(
                {
                    "Outputs": [
                        _output("files", files.uri),
                        _output("record", folder.uri.rstrip("/")),
                    ]
                }
            ),
            "StoppingCondition": {"MaxRuntimeInSeconds": self.settings.max_runtime_seconds},
            **resources,
            "RoleArn": self.settings.role_arn,
        }
        return require_accepted("CreateProcessingJob", request)


def _output(name: str, uri: str) -> dict[str, Any]:
    return {
        "OutputName": name,
        "S3Output": {
            "S3Uri": uri,
            "LocalPath": f"{ROOT}/{name}",
            "S3UploadMode": "EndOfJob",
        },
    }


def _repository(asked: MirrorInput) -> str:
    if asked.repository is not None:
        return asked.repository
    return KNOWN_WEIGHTS[asked.name].repository


def _problems(asked: MirrorInput) -> Iterator[str]:
    known = KNOWN_WEIGHTS.get(asked.name)
    if not _NAME.fullmatch(asked.name) or len(asked.name) > _LONGEST_NAME:
        yield (
            f"input.name: got '{asked.name}'; allowed: at most {_LONGEST_NAME} lower-case letters "
            "and digits, in parts joined by single hyphens"
        )
    elif asked.repository is None and known is None:
        yield (
            f"input.repository: missing, and '{asked.name}' is not the name of known weights"
            f"{did_you_mean(asked.name, KNOWN_WEIGHTS)}; give <owner>/<name>"
        )
    if asked.repository is not None:
        if not _REPOSITORY.fullmatch(asked.repository):
            yield f"input.repository: got '{asked.repository}'; allowed: <owner>/<name>"
        elif known is not None and asked.repository != known.repository:
            yield (
                f"input.repository: got '{asked.repository}', and '{asked.name}' is the name of "
                f"{known.repository}; choose another name"
            )
    if not _REVISION.fullmatch(asked.revision):
        yield f"input.revision: got '{asked.revision}'; allowed: a branch, tag or commit"
    if known is not None and known.license is not None and asked.license != known.license:
        yield (
            f"input.license: got '{asked.license}', and {known.repository} has "
            f"'{known.license}'; read it and accept that"
        )
