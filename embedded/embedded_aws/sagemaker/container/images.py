"""Container images: an AutoGluon Deep Learning Container stands for a local Python environment.

There is no container engine here, so every other image is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from embedded_aws.sagemaker.container.opt_ml import OptMl
from embedded_aws.sagemaker.errors import JobError

# Files that the real image holds; they run in the environment that represents it.
IMAGE_FILES = Path(__file__).with_name("image")
REPOSITORIES = ("autogluon", "autogluon-training", "autogluon-inference")
_URI = re.compile(r"(?P<registry>[^/]+)/(?P<repository>[^:@]+):(?P<tag>[^@]+)")
_TAG = re.compile(r"(?P<version>\d+\.\d+(\.\d+)?)-(cpu|gpu|cu\d+)(-.+)?")


@dataclass(frozen=True)
class Image:
    """The environment that an image URI stands for."""

    uri: str
    python: Path
    version: str  # AutoGluon's, as the tag says

    def environment(self, opt_ml: OptMl) -> dict[str, str]:
        """What the image itself sets for every process in it."""
        scratch = str(opt_ml.scratch)
        return {
            "PATH": f"{self.python.parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": scratch,
            "TMPDIR": scratch,
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "SAGEMAKER_BASE_DIR": str(opt_ml.root),
            # One environment serves all jobs: what a job's requirements.txt asks for must be
            # there already, it is never installed over the others' heads.
            "PIP_NO_INDEX": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }

    def command(self, argv: list[str], opt_ml: OptMl) -> list[str]:
        """A container's entry point, with this image's Python and the job's paths."""
        python = str(self.python)
        return [python if part in {"python", "python3"} else opt_ml.rewrite(part) for part in argv]


def resolve_image(uri: str, image_python: Path) -> Image:
    """The local stand-in for an image.

    Raises:
        JobError: the image is not an AutoGluon Deep Learning Container.
    """
    match = _URI.fullmatch(uri)
    tag = _TAG.fullmatch(match["tag"]) if match else None
    if match is None or tag is None or match["repository"] not in REPOSITORIES:
        raise JobError(
            f"ClientError: the embedded AWS has no container engine and cannot run image {uri!r}; "
            f"it runs AutoGluon Deep Learning Containers only, "
            f"<registry>/<{'|'.join(REPOSITORIES)}>:<version>-<cpu|gpu|cu...>-..."
        )
    return Image(uri=uri, python=image_python, version=tag["version"])


def installed_version(image_python: Path) -> str | None:
    """The AutoGluon version that the local environment really holds."""
    pattern = "lib/python*/site-packages/autogluon.tabular-*.dist-info"
    for folder in image_python.parent.parent.glob(pattern):
        return folder.name.removesuffix(".dist-info").rpartition("-")[2]
    return None


def version_note(image: Image) -> str | None:
    """A log line for when the tag promises another AutoGluon than the environment holds."""
    installed = installed_version(image.python)
    if installed is None or installed.startswith(image.version):
        return None
    return (
        f"embedded AWS: image {image.uri} asks for AutoGluon {image.version}; "
        f"the local environment that stands for it holds {installed}"
    )


def network_environment(isolated: bool, allowed: Mapping[str, str], region: str) -> dict[str, str]:
    """AWS variables of a container: everything, or nothing but the region under isolation.

    The network itself is not cut: an isolated process is only given no credentials and no
    endpoint of this AWS.
    """
    if isolated:
        return {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
    return dict(allowed)
