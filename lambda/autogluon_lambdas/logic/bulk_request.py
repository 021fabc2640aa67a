"""The CreateProcessingJob request of a bulk batch, and the plan that its container reads."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autogluon_lambdas.logic.batch_data import BatchData
from autogluon_lambdas.logic.batch_request import BatchPlan
from autogluon_lambdas.logic.channels import s3_data_source
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.instances import takes_volume_key
from autogluon_lambdas.models.location import S3Location

PLAN_VERSION = 1
PLAN_NAME = "bulk.json"
_ROOT = "/opt/ml/processing"
# An entry point's part may have 256 characters, and processing jobs unpack no code.
_PROGRAM = (
    "import glob,os,sys,tarfile;"
    f"p='{_ROOT}/program';"
    f"tarfile.open(glob.glob('{_ROOT}/code/*')[0]).extractall(p,filter='data');"
    "sys.path.insert(0,p);"
    "import predict;"
    "sys.exit(predict.main([],os.environ))"
)


@dataclass(frozen=True)
class BulkPlan:
    """A bulk batch, every value decided.

    `outputs` are the results' names below `results/`, one per file; `earlier` the sizes of results
    that an earlier job left there, by name.
    """

    batch: BatchPlan
    data: BatchData
    outputs: Sequence[str]
    earlier: Mapping[str, int]
    volume_size_gb: int

    @property
    def plan_file(self) -> S3Location:
        """The container's plan. One per job: a resumed batch has several in its folder."""
        return self.batch.folder.child(f"config/{self.batch.job_name}/{PLAN_NAME}")

    @property
    def manifest(self) -> S3Location:
        """The list of the input's files, when the prefix alone does not name them."""
        return self.batch.folder.child(f"config/{self.batch.job_name}-data.manifest")


def bulk_plan_document(plan: BulkPlan) -> bytes:
    """`bulk.json`."""
    asked, layout = plan.batch.asked, plan.data.layout
    document = {
        "version": PLAN_VERSION,
        "predictor": plan.batch.spec.name,
        "job_name": plan.batch.job_name,
        "model_package_arn": plan.batch.package.arn,
        "format": plan.data.files.format,
        "columns": None if layout.columns is None else list(layout.columns),
        "has_header": layout.has_header,
        "id_column": layout.id_column,
        "include_columns": list(asked.include_columns),
        "output": asked.output,
        "output_format": asked.output_format,
        "files": [
            {
                "name": plan.data.files.relative_name(file.entry.location),
                "uri": file.entry.location.uri,
                "bytes": file.entry.size,
                "etag": file.entry.etag,
                "output": output,
                "rows": file.rows,
                "result_bytes": plan.earlier.get(output),
            }
            for file, output in zip(plan.data.inspected, plan.outputs, strict=True)
        ],
    }
    return json.dumps(document).encode()


def processing_job_request(environment: Environment, plan: BulkPlan) -> dict[str, Any]:
    """CreateProcessingJob; the same plan always gives the same one."""
    batch = plan.batch
    return {
        "ProcessingJobName": batch.job_name,
        "RoleArn": environment.serving_role_arn,
        "AppSpecification": {
            "ImageUri": batch.package.image,
            "ContainerEntrypoint": ["python3", "-c", _PROGRAM],
        },
        "ProcessingInputs": _inputs(environment, plan),
        "ProcessingOutputConfig": {
            "Outputs": [
                {
                    "OutputName": "batch",
                    "S3Output": {
                        "S3Uri": batch.folder.uri.rstrip("/"),
                        "LocalPath": f"{_ROOT}/output",
                        # What is finished outlives a job that fails later.
                        "S3UploadMode": "Continuous",
                    },
                }
            ],
            "KmsKeyId": environment.kms_key_arn,
        },
        "ProcessingResources": {"ClusterConfig": _cluster(environment, plan)},
        "StoppingCondition": {"MaxRuntimeInSeconds": batch.spec.batch.max_runtime_seconds},
        "NetworkConfig": {"EnableNetworkIsolation": environment.network_isolation},
        "Tags": batch.tags(),
    }


def _inputs(environment: Environment, plan: BulkPlan) -> list[dict[str, Any]]:
    inputs = [
        _input("data", s3_data_source(plan.data.files, plan.manifest), sharded=True),
        _input("model", _prefix(plan.batch.package.model_data_url)),
        _input("code", _prefix(environment.code_uri)),
        _input("config", _prefix(plan.plan_file.uri)),
    ]
    if plan.earlier:
        inputs.append(_input("finished", _prefix(plan.batch.folder.child("shards/").uri)))
    return inputs


def _prefix(uri: str) -> dict[str, str]:
    return {"S3DataType": "S3Prefix", "S3Uri": uri}


def _input(name: str, source: Mapping[str, str], *, sharded: bool = False) -> dict[str, Any]:
    return {
        "InputName": name,
        "S3Input": {
            **source,
            "LocalPath": f"{_ROOT}/{name}",
            "S3InputMode": "File",
            "S3DataDistributionType": "ShardedByS3Key" if sharded else "FullyReplicated",
            "S3CompressionType": "None",
        },
    }


def _cluster(environment: Environment, plan: BulkPlan) -> dict[str, Any]:
    cluster: dict[str, Any] = {
        "InstanceType": plan.batch.instance_type,
        "InstanceCount": plan.batch.instance_count,
        "VolumeSizeInGB": plan.volume_size_gb,
    }
    if takes_volume_key(plan.batch.instance_type):
        cluster["VolumeKmsKeyId"] = environment.kms_key_arn
    return cluster
