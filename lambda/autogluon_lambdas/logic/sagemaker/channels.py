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
        return s3_prefix(files.prefix.uri)
    return s3_manifest(manifest.uri)


def channel(
    name: str, source: dict[str, str], *, content_type: str | None = None
) -> dict[str, Any]:
    """Return a training channel in File mode whose data every instance gets in full."""
    return {
        "ChannelName": name,
        "DataSource": {"S3DataSource": {**source, "S3DataDistributionType": "FullyReplicated"}},
        "InputMode": "File",
        "CompressionType": "None",
        **({} if content_type is None else {"ContentType": content_type}),
    }


def prefix_channel(name: str, location: S3Location) -> dict[str, Any]:
    """Return a training channel for an object of this project's own, or for a folder."""
    return channel(name, s3_prefix(location.uri))


def s3_prefix(uri: str) -> dict[str, str]:
    """Return the source of everything that an S3 URI is the beginning of."""
    return {"S3DataType": "S3Prefix", "S3Uri": uri}


def s3_manifest(uri: str) -> dict[str, str]:
    """Return the source of the objects that a manifest lists."""
    return {"S3DataType": "ManifestFile", "S3Uri": uri}
