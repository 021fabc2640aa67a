"""Define a predictor's processing steps: scripts on data, before training or beside it."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, BeforeValidator, Field

from autogluon_constructs.catalogues.instances import instance_types
from autogluon_constructs.settings.fields import (
    NAME,
    ProcessingFallbacks,
    ProcessingInstanceType,
    as_tuple,
    contract_field,
    refuse,
)
from autogluon_constructs.settings.section import Section, rule
from autogluon_contracts.documents.processing_spec import (
    MOST_INPUTS,
    MOST_OUTPUTS,
    PROFILE,
    ProcessingSpec,
)
from autogluon_contracts.jobs.scheduled_locations import DATA_BUCKET
from autogluon_contracts.s3_location import S3Location
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OWN_VARIABLES = ("INPUT_", "OUTPUT_", "INSTANCE_")
_OF_SCRIPTS = ("script", "inputs", "sharded_inputs", "outputs", "arguments", "environment")


def _script(path: str) -> str:
    if not path.endswith(".py") or PurePosixPath(path).is_absolute():
        raise refuse(
            "allowed: the path of a Python file, from the folder of the settings file, such as "
            "'scripts/features.py'"
        )
    return path


def _location(uri: str | None) -> str | None:
    if uri is not None:
        try:
            S3Location.parse(uri.replace(DATA_BUCKET, "data-bucket"))
        except ValueError as error:
            raise refuse(
                "allowed: an object or prefix, such as 's3://<bucket>/raw/'; {data_bucket} stands "
                "for the environment's own bucket"
            ) from error
    return uri


def _variables(variables: Mapping[str, str]) -> Mapping[str, str]:
    for name in variables:
        if not _VARIABLE.fullmatch(name) or name.startswith(_OWN_VARIABLES):
            raise refuse(
                f"the variable {name!r}; allowed: letters, digits and underscores, not starting "
                f"with a digit or with {listed(_OWN_VARIABLES)}, which every job sets"
            )
    return variables


StepName = Annotated[str, Field(pattern=NAME, max_length=20)]
_Part = Annotated[str, Field(pattern=NAME, max_length=30)]
_Parts = Annotated[tuple[_Part, ...], BeforeValidator(as_tuple)]


class Processing(Section):
    """A step of `agcdk process`: a Python script on data, as a processing job.

    The script finds the folder of input `raw` in the environment variable INPUT_RAW, and writes
    files into that of output `train`, OUTPUT_TRAIN. It runs in the predictor's image, for CPUs. The
    step `profile`, which every predictor has, takes no script: it describes data on a page.
    """

    unsupported_keys: ClassVar = {
        "image_uri": "steps run in the predictor's image; give image_uri to the predictor",
        "source_dir": "a step has one script; leave it out, and have the script import what the "
        "image has",
        "inter_container_encryption": "the instances of a step do not talk to each other; leave "
        "it out",
    }

    script: Annotated[str, AfterValidator(_script)] | None = None
    """The script's path from the folder of the settings file."""
    inputs: Mapping[_Part, Annotated[str | None, AfterValidator(_location)]] = Field(
        default_factory=dict, max_length=MOST_INPUTS
    )
    """What it reads, by name: `s3://` addresses of objects or prefixes, or empty where each run
    gives one."""
    sharded_inputs: _Parts = ()
    """Inputs whose files the instances share; of all others each instance gets all files."""
    outputs: Annotated[_Parts, Field(max_length=MOST_OUTPUTS)] = ()
    """What it writes: names of folders, which each run keeps in the artifact bucket."""
    arguments: Annotated[tuple[str, ...], BeforeValidator(as_tuple)] = ()
    """Its arguments, unless a run gives others."""
    environment: Annotated[Mapping[str, str], AfterValidator(_variables)] = Field(
        default_factory=dict
    )
    """Its environment variables; a run may add others."""
    instance_type: ProcessingInstanceType = "ml.m5.xlarge"
    """Where the job runs: a type without GPU."""
    fallback_instance_types: ProcessingFallbacks = ()
    """What is tried in this order where `instance_type` has no capacity or no quota."""
    instance_count: int = contract_field(ProcessingSpec, "instance_count")
    volume_size_gb: int = contract_field(ProcessingSpec, "volume_size_gb")
    max_runtime_seconds: int = contract_field(ProcessingSpec, "max_runtime_seconds")

    @property
    def all_instance_types(self) -> tuple[str, ...]:
        """Return the default first, then its fallbacks."""
        return tuple(dict.fromkeys((self.instance_type, *self.fallback_instance_types)))

    @rule
    def _runs_without_gpu(self) -> Self:
        for name in self.all_instance_types:
            if instance_types()[name].processor != "cpu":
                raise refuse(
                    f"'{name}' has a GPU, and processing jobs run the image for CPUs: SageMaker "
                    "lets them choose no driver for the other one; choose a type without GPU"
                )
        return self

    @rule
    def _names_fit(self) -> Self:
        twice = [name for name in dict.fromkeys(self.outputs) if self.outputs.count(name) > 1]
        if twice:
            raise refuse(f"outputs: {listed(twice)} named twice; name each output once")
        for name in self.sharded_inputs:
            if name not in self.inputs:
                raise refuse(
                    f"sharded_inputs: '{name}' is not one of inputs"
                    f"{did_you_mean(name, self.inputs)}"
                )
        if self.sharded_inputs and self.instance_count == 1:
            raise refuse(
                "sharded_inputs: one instance shares its files with no other; raise "
                "instance_count, or leave it out"
            )
        return self


def script_member(predictor: str, step: str, script: str) -> str:
    """Return where a step's script is in the archive of scripts.

    Example:
        >>> script_member("income", "features", "scripts/make_features.py")
        'income/features/make_features.py'
    """
    return f"{predictor}/{step}/{PurePosixPath(script).name}"


def step_problem(name: str, step: Processing) -> str | None:
    """Return what a step of this name lacks, or cannot have: the path below it, and a sentence."""
    if name != PROFILE:
        if step.script is None:
            return "script: missing; give the path of a Python file"
        return None if step.outputs else "outputs: missing; name at least one"
    given = [key for key in _OF_SCRIPTS if key in step.model_fields_set]
    if given:
        return f"{given[0]}: the step '{PROFILE}' runs no script; leave it out, or rename the step"
    if step.instance_count > 1:
        return f"instance_count: the step '{PROFILE}' runs on one instance; leave it out"
    return None
