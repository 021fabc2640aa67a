"""Run a program of the container code in a processing job, which unpacks no code by itself."""

ROOT = "/opt/ml/processing"


def entrypoint(module: str) -> list[str]:
    """Return the ContainerEntrypoint that calls `main([], os.environ)` of an entry point.

    The archive of the code is the job's input `code`. A part may have 256 characters.
    """
    program = (
        "import glob,os,sys,tarfile as f;"
        f"p='{ROOT}/program';"
        f"t=f.open(glob.glob('{ROOT}/code/*')[0]);"
        # Older images' Python has no filter.
        "t.extraction_filter=getattr(f,'data_filter',None);"
        "t.extractall(p);"
        "sys.path.insert(0,p);"
        f"import {module};"
        f"sys.exit({module}.main([],os.environ))"
    )
    return ["python3", "-c", program]


def s3_input(
    name: str, source: dict[str, str], *, sharded: bool = False, folder: str | None = None
) -> dict[str, object]:
    """Return a processing job's input that is copied to a folder, or to that of its name."""
    return {
        "InputName": name,
        "S3Input": {
            **source,
            "LocalPath": f"{ROOT}/{folder or name}",
            "S3InputMode": "File",
            "S3DataDistributionType": "ShardedByS3Key" if sharded else "FullyReplicated",
            "S3CompressionType": "None",
        },
    }
