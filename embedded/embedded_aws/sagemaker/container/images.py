"""Map AutoGluon's and scikit-learn's images to a local Python environment.

The embedded AWS has no container engine, so it refuses every other image by name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from embedded_aws.sagemaker.container.opt_ml import SCRATCH, OptMl
from embedded_aws.sagemaker.errors import JobError

# Files that the real image holds; they run in the environment that represents it.
IMAGE_FILES = Path(__file__).with_name("image")
STARTUP_FILES = IMAGE_FILES / "startup"  # a folder that holds Python's startup hook alone
REPOSITORIES = ("autogluon", "autogluon-training", "autogluon-inference")
AUTOGLUON, SCIKIT_LEARN = "AutoGluon", "scikit-learn"
_SKLEARN = "sagemaker-scikit-learn"
_URI = re.compile(r"(?P<registry>[^/]+)/(?P<repository>[^:@]+):(?P<tag>[^@]+)")
_TAG = re.compile(r"(?P<version>\d+\.\d+(\.\d+)?)-(cpu|gpu|cu\d+)(-.+)?")
# The second number is the container's own: `1.2-1-cpu-py3` holds scikit-learn 1.2.
_SKLEARN_TAG = re.compile(r"(?P<version>\d+\.\d+)-\d+-cpu-py3")


@dataclass(frozen=True)
class Image:
    """The environment that represents an image URI."""

    uri: str
    python: Path
    version: str  # the library's, as the tag says
    library: str = AUTOGLUON

    @property
    def server(self) -> str:
        """Return the module of the server that the image has: TorchServe before AutoGluon 1.6."""
        if self.library == SCIKIT_LEARN:
            return "sklearn_server"
        major, minor, *_ = (int(part) for part in self.version.split("."))
        return "server" if (major, minor) >= (1, 6) else "torchserve"

    def environment(self, opt_ml: OptMl) -> dict[str, str]:
        """Return the variables that the image sets for every process in it."""
        scratch = str(opt_ml.inside / SCRATCH)
        return {
            "PATH": f"{self.python.parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": scratch,
            "TMPDIR": scratch,
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(STARTUP_FILES),
            "SAGEMAKER_BASE_DIR": str(opt_ml.inside),
            # The function that the toolkit calls: `framework.py`, which `toolkit.py` offers.
            "SAGEMAKER_TRAINING_MODULE": "image_framework:main",
            # One environment serves all jobs: what a job's requirements.txt asks for must be
            # installed already, because installing it would affect the other jobs.
            "PIP_NO_INDEX": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }

    def command(self, argv: list[str], opt_ml: OptMl) -> list[str]:
        """Return a container's entry point, with this image's Python and the job's paths."""
        python = str(self.python)
        return [python if part in {"python", "python3"} else opt_ml.rewrite(part) for part in argv]


def resolve_image(uri: str, image_python: Path) -> Image:
    """Return the local environment of an image.

    Raises:
        JobError: the image is neither AutoGluon's nor scikit-learn's.
    """
    match = _URI.fullmatch(uri)
    if match is not None and match["repository"] == _SKLEARN:
        sklearn = _SKLEARN_TAG.fullmatch(match["tag"])
        if sklearn is not None:
            return Image(uri, image_python, sklearn["version"], SCIKIT_LEARN)
    tag = _TAG.fullmatch(match["tag"]) if match else None
    if match is None or tag is None or match["repository"] not in REPOSITORIES:
        raise JobError(
            f"ClientError: the embedded AWS has no container engine and cannot run image {uri!r}; "
            f"it runs AutoGluon Deep Learning Containers, "
            f"<registry>/<{'|'.join(REPOSITORIES)}>:<version>-<cpu|gpu|cu...>-..., and "
            f"scikit-learn's, <registry>/{_SKLEARN}:<version>-<number>-cpu-py3."
        )
    return Image(uri=uri, python=image_python, version=tag["version"])


def installed_version(image_python: Path, library: str = AUTOGLUON) -> str | None:
    """Return the version of a library that the local environment really holds."""
    package = {AUTOGLUON: "autogluon?tabular", SCIKIT_LEARN: "scikit?learn"}[library]
    pattern = f"lib/python*/site-packages/{package}-*.dist-info"
    for folder in image_python.parent.parent.glob(pattern):
        return folder.name.removesuffix(".dist-info").rpartition("-")[2]
    return None


def version_note(image: Image) -> str | None:
    """Return a log line when the tag names another version than the environment holds."""
    installed = installed_version(image.python, image.library)
    if installed is None or installed.startswith(image.version):
        return None
    return (
        f"embedded AWS: image {image.uri} asks for {image.library} {image.version}; "
        f"the local environment that represents it has {installed}"
    )


def network_environment(isolated: bool, allowed: Mapping[str, str], region: str) -> dict[str, str]:
    """Return a container's AWS variables: all, or only the region under isolation.

    The network itself stays open: an isolated process only gets no credentials and no endpoint
    of this AWS.
    """
    if isolated:
        return {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
    return dict(allowed)
