"""Map image URIs to what runs for them here, where there is no container engine.

AutoGluon's and scikit-learn's images and that of the built-in XGBoost are a local Python
environment; an image of one's own is a folder that the embedded AWS was started with. Every other
image is refused by name.
"""

from __future__ import annotations

import os
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
AUTOGLUON, SCIKIT_LEARN, XGBOOST = "AutoGluon", "scikit-learn", "XGBoost"
_SKLEARN = "sagemaker-scikit-learn"
_XGBOOST = "sagemaker-xgboost"
_URI = re.compile(r"(?P<registry>[^/]+)/(?P<repository>[^:@]+):(?P<tag>[^@]+)")
_TAG = re.compile(r"(?P<version>\d+\.\d+(\.\d+)?)-(cpu|gpu|cu\d+)(-.+)?")
_XGBOOST_TAG = re.compile(r"(?P<version>1\.7)-1")  # the only one whose contract is known here
# The second number is the container's own: `1.2-1-cpu-py3` holds scikit-learn 1.2.
_SKLEARN_TAG = re.compile(r"(?P<version>\d+\.\d+)-\d+-cpu-py3")


@dataclass(frozen=True)
class Image:
    """The environment that represents an image URI."""

    uri: str
    python: Path
    version: str  # the library's, as the tag says
    library: str = AUTOGLUON
    folder: Path | None = None  # of an image of one's own

    @property
    def server(self) -> str:
        """Return the module of the server that the image has: TorchServe before AutoGluon 1.6."""
        if self.library == SCIKIT_LEARN:
            return "sklearn_server"
        if self.library == XGBOOST:
            return "xgboost_server"
        major, minor, *_ = (int(part) for part in self.version.split("."))
        return "server" if (major, minor) >= (1, 6) else "torchserve"

    def environment(self, opt_ml: OptMl) -> dict[str, str]:
        """Return the variables that the image sets for every process in it."""
        scratch = str(opt_ml.inside / SCRATCH)
        programs = self.python.parent if self.folder is None else self.folder
        common = {
            "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin",
            "HOME": scratch,
            "TMPDIR": scratch,
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "SAGEMAKER_BASE_DIR": str(opt_ml.inside),
        }
        if self.folder is not None:
            return common
        return {
            **common,
            "PYTHONPATH": str(STARTUP_FILES),
            # The function that the toolkit calls: `framework.py`, which `toolkit.py` offers.
            "SAGEMAKER_TRAINING_MODULE": "image_framework:main",
            # One environment serves all jobs: what a job's requirements.txt asks for must be
            # installed already, because installing it would affect the other jobs.
            "PIP_NO_INDEX": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }

    def command(self, argv: list[str], opt_ml: OptMl) -> list[str]:
        """Return a container's entry point, with this image's Python and the job's paths."""
        if self.folder is not None:
            return [opt_ml.rewrite(part) for part in argv]
        python = str(self.python)
        return [python if part in {"python", "python3"} else opt_ml.rewrite(part) for part in argv]

    def program(self, name: str) -> str:
        """Return the program `train` or `serve` of an image of one's own.

        Raises:
            JobError: its folder has no such executable file.
        """
        assert self.folder is not None  # AWS's images have programs of their own
        path = self.folder / name
        if not (path.is_file() and os.access(path, os.X_OK)):
            raise JobError(
                f"ClientError: image {self.uri!r} is the folder {self.folder}, which has no "
                f"executable file {name!r}."
            )
        return str(path)


def resolve_image(uri: str, image_python: Path, own_images: Mapping[str, Path] = {}) -> Image:
    """Return what runs for an image: the folder of one's own, or a local environment.

    Raises:
        JobError: the image is none of those.
    """
    if uri in own_images:
        return Image(uri, image_python, "", "", own_images[uri])
    match = _URI.fullmatch(uri)
    if match is not None and match["repository"] == _SKLEARN:
        sklearn = _SKLEARN_TAG.fullmatch(match["tag"])
        if sklearn is not None:
            return Image(uri, image_python, sklearn["version"], SCIKIT_LEARN)
    if match is not None and match["repository"] == _XGBOOST:
        xgboost = _XGBOOST_TAG.fullmatch(match["tag"])
        if xgboost is not None:
            return Image(uri, image_python, xgboost["version"], XGBOOST)
    tag = _TAG.fullmatch(match["tag"]) if match else None
    if match is None or tag is None or match["repository"] not in REPOSITORIES:
        raise JobError(
            f"ClientError: the embedded AWS has no container engine and cannot run image {uri!r}; "
            f"it runs AutoGluon Deep Learning Containers, "
            f"<registry>/<{'|'.join(REPOSITORIES)}>:<version>-<cpu|gpu|cu...>-..., "
            f"scikit-learn's, <registry>/{_SKLEARN}:<version>-<number>-cpu-py3, and the built-in "
            f"XGBoost, <registry>/{_XGBOOST}:1.7-1. To run a folder "
            "with the executables train and serve for it, start the embedded AWS with --image "
            f"{uri or 'URI'}=FOLDER."
        )
    return Image(uri=uri, python=image_python, version=tag["version"])


def is_algorithm(uri: str) -> bool:
    """Return whether an image is that of an algorithm of SageMaker's, of any version."""
    match = _URI.fullmatch(uri)
    return match is not None and match["repository"] == _XGBOOST


def installed_version(image_python: Path, library: str = AUTOGLUON) -> str | None:
    """Return the version of a library that the local environment really holds."""
    package = {AUTOGLUON: "autogluon?tabular", SCIKIT_LEARN: "scikit?learn", XGBOOST: "xgboost*"}[
        library
    ]
    pattern = f"lib/python*/site-packages/{package}-*.dist-info"
    for folder in image_python.parent.parent.glob(pattern):
        return folder.name.removesuffix(".dist-info").rpartition("-")[2]
    return None


def version_note(image: Image) -> str | None:
    """Return a log line when the tag names another version than the environment holds."""
    if image.folder is not None:
        return None
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
