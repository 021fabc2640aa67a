"""Define the containers of an endpoint that has several: the live model's and those of one's own.

What SageMaker takes: API reference, CreateModel and ContainerDefinition; SageMaker guide,
"Inference pipelines in Amazon SageMaker AI" and "Multi-container endpoints".
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field

from autogluon_constructs.catalogues.scikit_learn import scikit_learn_versions
from autogluon_constructs.settings.bring_your_own.image_uri import ImageUri
from autogluon_constructs.settings.bring_your_own.packed_files import packed_files
from autogluon_constructs.settings.fields import NAME, refuse
from autogluon_constructs.settings.section import Section, rule
from autogluon_contracts.documents.predictor_spec import PipelineMode
from autogluon_contracts.names import MODEL_CONTAINER
from autogluon_contracts.s3_location import S3Location
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed

PROGRAM = "inference.py"
"""The script of a container, in its folder."""
_REQUIREMENTS = "requirements.txt"
_FEWEST, _MOST = 2, 15  # SageMaker guide: "two to fifteen containers"
_LONGEST_HOSTNAME = 63  # botocore, ContainerHostname
_LONGEST_VALUE = 1024  # botocore, EnvironmentValue
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OWN_VARIABLES = (
    "SAGEMAKER_PROGRAM",
    "SAGEMAKER_SUBMIT_DIRECTORY",
    "SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT",
)
_MOST_VARIABLES = 100 - len(_OWN_VARIABLES)  # botocore, EnvironmentMap
_OF_MODEL = ("accept",)
_ContainerName = Annotated[str, Field(pattern=NAME, max_length=_LONGEST_HOSTNAME)]
_MEDIA_TYPE = r"^[a-z]+/[a-z0-9.+-]+$"


def _folder(path: str) -> str:
    if PurePosixPath(path).is_absolute() or path in ("", "."):
        raise refuse(
            "allowed: the path of a folder, from the folder of the settings file, such as "
            "'pipeline/clean'"
        )
    return path


def _archive(uri: str) -> str:
    try:
        location = S3Location.parse(uri)
    except ValueError:
        location = None
    if location is None or not location.key.endswith(".tar.gz") or re.search(r"[*?]", uri):
        raise refuse("allowed: the address of an archive, such as 's3://<bucket>/model.tar.gz'")
    return uri


def _version(version: Any) -> Any:
    if version not in scikit_learn_versions():
        raise refuse(f"allowed: {listed(scikit_learn_versions())}, in quotes")
    return version


def _variables(variables: Mapping[str, str]) -> Mapping[str, str]:
    if len(variables) > _MOST_VARIABLES:
        raise refuse(f"{len(variables)} variables; allowed: at most {_MOST_VARIABLES}")
    for name, value in variables.items():
        if not _VARIABLE.fullmatch(name) or name in _OWN_VARIABLES:
            raise refuse(
                f"the variable {name!r}; allowed: letters, digits and underscores, not starting "
                f"with a digit, and not {listed(_OWN_VARIABLES)}, which the stack sets"
            )
        if len(value) > _LONGEST_VALUE:
            raise refuse(
                f"the variable {name!r} has {len(value):,} characters; allowed: {_LONGEST_VALUE:,}"
            )
    return variables


class PipelineContainer(Section):
    """A container beside the model's, with a script of your own.

    `inference.py` has `model_fn` and, as far as the image's defaults do not fit, `input_fn`,
    `predict_fn` and `output_fn`. The model's own container has no settings but `accept`.
    """

    source_dir: Annotated[str, AfterValidator(_folder)] | None = None
    """A folder with `inference.py`, from the folder of the settings file. It is packed whole."""
    model_data: Annotated[str, AfterValidator(_archive)] | None = None
    """Instead of a folder, an archive in S3 that has `code/inference.py` and whatever it loads."""
    framework_version: Annotated[str, BeforeValidator(_version)] | None = None
    """The version of AWS's scikit-learn image, in quotes; by default the latest."""
    image_uri: ImageUri | None = None
    """An image in Amazon ECR, in place of scikit-learn's; it may hold its own script."""
    environment: Annotated[Mapping[str, str], AfterValidator(_variables)] = Field(
        default_factory=dict
    )
    """Environment variables of the container."""
    accept: Annotated[str, Field(pattern=_MEDIA_TYPE)] | None = None
    """The format, as a media type, in which it answers where its caller names none, as for the next
    container; without it, the image's own: JSON."""

    def problem(self) -> str | None:
        """Return what a container of one's own lacks, or cannot have."""
        if self.source_dir is not None and self.model_data is not None:
            return "source_dir with model_data, and each is the container's archive; give one"
        if self.image_uri is None and self.source_dir is None and self.model_data is None:
            return f"no script; give source_dir, a folder with {PROGRAM}, or model_data"
        if self.image_uri is not None and self.framework_version is not None:
            return "framework_version with image_uri, which decides it; leave framework_version out"
        return None

    def sources(self, folder: Path) -> dict[str, Path]:
        """Return the files of its archive: name in the archive -> file; none without a folder."""
        if self.source_dir is None:
            return {}
        found = packed_files(folder / self.source_dir)
        return {f"code/{name}": path for name, path in found.items()}

    def file_problem(self, folder: Path, *, is_isolated: bool) -> str | None:
        """Return what its folder lacks, or has and cannot have."""
        if self.source_dir is None:
            return None
        root, shown = folder / self.source_dir, f"{folder.name}/{self.source_dir}"
        if not (root / PROGRAM).is_file():
            return (
                f"source_dir: got '{self.source_dir}', and {shown}/{PROGRAM} is not a file; give "
                "the folder's path from the folder of the settings file"
            )
        if is_isolated and (root / _REQUIREMENTS).is_file():
            return (
                f"source_dir: {shown}/{_REQUIREMENTS} would be installed from the internet, which "
                "isolated containers do not reach; remove it and use what the image has, or set "
                "the predictor's network_isolation: false"
            )
        return None


def _as_container(value: Any) -> Any:
    return {} if value is None else value


_PerhapsEmpty = Annotated[
    PipelineContainer,
    BeforeValidator(_as_container, json_schema_input_type=PipelineContainer | None),
]


class Pipeline(Section):
    """Several containers on each of the endpoint's instances, one of which is the live model's.

    In series, the first container gets the caller's rows, each next one the answer of the one
    before it, and the caller gets the last one's. With mode `direct`, each request names the
    container that answers it.
    """

    mode: PipelineMode = "serial"
    """`serial`: one after the other; `direct`: the caller chooses."""
    containers: Mapping[_ContainerName, _PerhapsEmpty]
    """The containers in their order, by hostname. `model`, without settings, is the place of the
    live model."""

    @property
    def own_containers(self) -> Mapping[str, PipelineContainer]:
        """Return the containers beside the model's, by hostname."""
        return {name: each for name, each in self.containers.items() if name != MODEL_CONTAINER}

    @rule
    def _has_a_place_for_the_model(self) -> Self:
        if MODEL_CONTAINER not in self.containers:
            raise refuse(
                f"containers: '{MODEL_CONTAINER}' is missing"
                f"{did_you_mean(MODEL_CONTAINER, self.containers)}; write '{MODEL_CONTAINER}:' "
                "where the live model is to answer"
            )
        given = self.containers[MODEL_CONTAINER].model_fields_set - set(_OF_MODEL)
        if given:
            raise refuse(
                f"containers.{MODEL_CONTAINER}.{min(given)}: the live model's image, data and "
                "environment are those of its version; leave it out"
            )
        return self

    @rule
    def _has_as_many_as_sagemaker_takes(self) -> Self:
        if not _FEWEST <= len(self.containers) <= _MOST:
            raise refuse(
                f"containers: got {len(self.containers)}; allowed: {_FEWEST} to {_MOST}, the "
                "model's included"
            )
        return self

    @rule
    def _has_containers_that_answer(self) -> Self:
        problems = list(self._problems())
        if problems:
            raise refuse("\n".join(problems))
        return self

    def _problems(self) -> Iterator[str]:
        for name, container in self.own_containers.items():
            problem = container.problem()
            if problem is not None:
                yield f"containers.{name}: {problem}"
