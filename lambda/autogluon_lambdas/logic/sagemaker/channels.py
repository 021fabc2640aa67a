"""Point SageMaker at data files."""

from typing import Any

from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.data.locations import DataFiles


def s3_data_source(files: DataFiles, manifest: S3Location) -> dict[str, str]:
    """Return an S3DataSource that reads exactly these files.

    S3Prefix where the string prefix matches nothing else; otherwise ManifestFile at `manifest`,
    which `write_manifest_if_needed` has to write.
    """
    if files.alone:
        return {"S3DataType": "S3Prefix", "S3Uri": files.prefix.uri}
    return {"S3DataType": "ManifestFile", "S3Uri": manifest.uri}


def channel(name: str, source: dict[str, str]) -> dict[str, Any]:
    """Return a training channel in File mode whose data every instance gets in full."""
    return {
        "ChannelName": name,
        "DataSource": {"S3DataSource": {**source, "S3DataDistributionType": "FullyReplicated"}},
        "InputMode": "File",
        "CompressionType": "None",
    }


def prefix_channel(name: str, location: S3Location) -> dict[str, Any]:
    """Return a training channel for an object of this project's own, or for a folder."""
    return channel(name, {"S3DataType": "S3Prefix", "S3Uri": location.uri})
