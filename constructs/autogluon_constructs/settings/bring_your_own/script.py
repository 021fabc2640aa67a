"""Define what trains and serves a predictor in AutoGluon's place: a script, or an image alone."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BeforeValidator, Field

from autogluon_constructs.settings.bring_your_own.packed_files import packed_files
from autogluon_constructs.settings.data import Data
from autogluon_constructs.settings.fields import as_tuple, refuse
from autogluon_constructs.settings.section import Section, rule
from autogluon_contracts.documents.script_spec import MOST_METRICS, ScriptSpec

TYPE = "script"
_METRIC = re.compile(r"[A-Za-z0-9_:.\-]{1,255}")  # MetricDefinition's Name takes any text
_LONGEST_REGEX = 500  # MetricDefinition's Regex
REQUIREMENTS = "requirements.txt"


def _python_file(path: str) -> str:
    if not path.endswith(".py") or not _is_inside(path):
        raise refuse("allowed: the path of a Python file below source_dir, such as 'train.py'")
    return path


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and not PurePosixPath(path).is_absolute() and ".." not in parts


def _relative(path: str) -> str:
    if PurePosixPath(path).is_absolute():
        raise refuse("allowed: a path from the folder of the settings file, such as 'src'")
    return path


def _metrics(metrics: Mapping[str, str]) -> Mapping[str, str]:
    if len(metrics) > MOST_METRICS:
        raise refuse(f"{len(metrics)} metrics; allowed: at most {MOST_METRICS}")
    for name, regex in metrics.items():
        problem = _problem_of(name, regex)
        if problem is not None:
            raise refuse(problem)
    return metrics


def _problem_of(name: str, regex: str) -> str | None:
    if _METRIC.fullmatch(name) is None:
        return f"the metric {name!r}; allowed: letters, digits and _ : . -"
    if len(regex) > _LONGEST_REGEX:
        return f"{name} has {len(regex)} characters; allowed: at most {_LONGEST_REGEX}"
    try:
        groups = re.compile(regex).groups
    except re.error as error:
        return f"{name} is not a regular expression ({error})"
    return None if groups == 1 else f"{name} has {groups} groups; allowed: one, the number"


class Script(Section):
    """What trains and serves in AutoGluon's place, in the predictor's `image_uri`.

    With `entry_point`, the image is a framework's of AWS's, or another that has SageMaker's
    training toolkit: it runs the script with `fit_args` as its arguments, and serves `inference`.
    Without, the image trains and serves by its own programs `train` and `serve`.
    """

    unsupported_keys: ClassVar = {
        "hyperparameters": "give them as fit_args of the predictor",
        "framework": "give the framework's image as image_uri of the predictor",
        "framework_version": "it is part of image_uri",
        "py_version": "it is part of image_uri",
        "image_uri": "give image_uri to the predictor, beside script",
        "metric_definitions": "give metrics: a regular expression for each name",
    }

    entry_point: Annotated[str, AfterValidator(_python_file)] | None = None
    """The Python file that trains, from `source_dir`."""
    source_dir: Annotated[str, AfterValidator(_relative)] | None = None
    """The folder of the script's files, from the folder of the settings file; without it,
    `entry_point` and `inference` are in that folder, and only they are packed."""
    dependencies: Annotated[
        tuple[Annotated[str, AfterValidator(_relative)], ...], BeforeValidator(as_tuple)
    ] = ()
    """Files and folders elsewhere that are packed beside the script."""
    inference: Annotated[str, AfterValidator(_python_file)] | None = None
    """The Python file that serves: `model_fn`, and what the image's server asks for; without it,
    `entry_point` serves, too."""
    metrics: Annotated[Mapping[str, str], AfterValidator(_metrics)] = Field(default_factory=dict)
    """Metrics in the job's log: a regular expression with one group, the number, for each."""
    answers: Annotated[
        tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(as_tuple)
    ] = ()
    """The columns of an answer, in the script's order; without them, the label alone."""

    @rule
    def _files_have_a_script(self) -> Self:
        if self.entry_point is not None:
            return self
        for name in ("source_dir", "dependencies", "inference"):
            if name in self.model_fields_set:
                raise refuse(
                    f"{name}: given without entry_point, which would use it; name the Python file "
                    "that trains, or leave it out"
                )
        return self

    @rule
    def _answers_are_apart(self) -> Self:
        twice = [name for name in dict.fromkeys(self.answers) if self.answers.count(name) > 1]
        if twice:
            raise refuse(f"answers: '{twice[0]}' named twice; name each column once")
        return self

    @property
    def serving_file(self) -> str | None:
        """Return the file that serves; None for an image that serves by itself."""
        return self.inference or self.entry_point

    def spec(self, predictor: str) -> ScriptSpec:
        """Return what the Lambdas read of it."""
        return ScriptSpec(
            folder=None if self.entry_point is None else predictor,
            entry_point=self.entry_point,
            inference=self.serving_file,
            metrics=dict(self.metrics),
            answers=self.answers,
        )

    def sources(self, predictor: str, folder: Path) -> dict[str, Path]:
        """Return the files to pack, by their paths in the archive of scripts.

        Args:
            predictor: its name, which is their folder there.
            folder: that of the settings file.
        """
        if self.entry_point is None:
            return {}
        found: dict[str, Path] = {}
        if self.source_dir is None:
            named = dict.fromkeys((self.entry_point, self.serving_file or self.entry_point))
            found |= {name: folder / name for name in named}
        else:
            found |= packed_files(folder / self.source_dir)
        for path in self.dependencies:
            found |= _placed(folder / path)
        return {f"{predictor}/{name}": found[name] for name in sorted(found)}

    def file_problems(self, folder: Path, shown: str, *, is_isolated: bool) -> Iterator[str]:
        """Yield a sentence, with its key, for each file that is missing or cannot be used.

        Args:
            folder: that of the settings file.
            shown: its name, for the sentences.
            is_isolated: whether jobs run without network access.
        """
        if self.entry_point is None:
            return
        source = folder if self.source_dir is None else folder / self.source_dir
        if not source.is_dir():
            yield f"source_dir: {shown}/{self.source_dir} is not a folder"
            return
        where = shown if self.source_dir is None else f"{shown}/{self.source_dir}"
        for key, name in (("entry_point", self.entry_point), ("inference", self.inference)):
            if name is not None and not (source / name).is_file():
                yield f"{key}: {where}/{name} is not a file"
        for path in self.dependencies:
            if not (folder / path).exists():
                yield f"dependencies: {shown}/{path} is neither a file nor a folder"
        if is_isolated and self.source_dir is not None and (source / REQUIREMENTS).is_file():
            yield (
                f"source_dir: {where}/{REQUIREMENTS} cannot be installed by containers without "
                "network access; set the predictor's network_isolation: false, or put the packages "
                "into an image of your own"
            )


def _placed(path: Path) -> dict[str, Path]:
    """Return a file, or a folder's files, by their paths beside the script."""
    if path.is_file():
        return {path.name: path}
    return {f"{path.name}/{name}": file for name, file in packed_files(path).items()}


def script_problems(fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a predictor of the type lacks or cannot have, and what only it can have."""
    if "type" not in fields or "script" not in fields:
        return
    script: Script | None = fields["script"]
    if fields["type"] != TYPE:
        if script is not None:
            yield f"script: given with type '{fields['type']}'; set type: {TYPE}, or leave it out"
        return
    if script is None:
        yield (
            f"script: missing with type '{TYPE}'; name the entry_point, or give script: {{}} for "
            "an image that trains by itself"
        )
    if fields.get("image_uri", "") is None and fields.get("algorithm_arn", "") is None:
        yield (
            f"image_uri: missing with type '{TYPE}'; give the image that runs it, such as "
            "'683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3' "
            "(AWS's scikit-learn in us-east-1), or the algorithm_arn of an algorithm resource"
        )
    if fields.get("tuning") is not None:
        yield (
            f"tuning: given with type '{TYPE}', whose trials would not find the values that are "
            "tried; leave it out"
        )
    data = fields.get("data")
    if isinstance(data, Data) and data.model_fields_set:
        yield f"data: given with type '{TYPE}', whose script reads its data itself; leave it out"
