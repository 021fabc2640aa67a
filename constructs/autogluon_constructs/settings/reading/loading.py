"""Load `config/<environment>.yaml` and report all its problems at once."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from autogluon_constructs.catalogues.images import find_image
from autogluon_constructs.errors import DeclarationError
from autogluon_constructs.settings.bring_your_own.own_code.folder import own_code_problems
from autogluon_constructs.settings.environment import Environment
from autogluon_constructs.settings.predictor import Predictor
from autogluon_constructs.settings.reading.corrections import correct
from autogluon_constructs.settings.reading.sentences import sentences
from autogluon_constructs.settings.reading.yaml_text import key_lines, parse_yaml
from autogluon_constructs.settings.rules.combinations import problems_of
from autogluon_contracts.predictor_types import predictor_type

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_LONGEST_SHOWN = 60
# Sections are in sections, and each round judges those around the corrected ones.
_MOST_ROUNDS = 5


class SettingsError(DeclarationError):
    """Report the problems of one settings file, one line each: file, line, path, got, allowed.

    `lines` are the lines of the problems' keys, None where they are not known. Problems are in the
    order of their lines.
    """

    def __init__(
        self, file: str, problems: list[str], key_lines: Mapping[str, int] | None = None
    ) -> None:
        found = [(_line(problem, key_lines or {}), problem) for problem in problems]
        found.sort(key=lambda pair: pair[0] or 0)
        self.lines = [line for line, _ in found]
        self.problems = [problem for _, problem in found]
        super().__init__("\n".join(self.told(file)))

    def told(self, file: str) -> list[str]:
        """Return each problem behind the file's name and its line: `dev.yaml:12: region: ...`."""
        return [
            f"{file}{'' if line is None else f':{line}'}: {problem}"
            for line, problem in zip(self.lines, self.problems, strict=True)
        ]


def _line(problem: str, key_lines: Mapping[str, int]) -> int | None:
    """Return the line of the key that a problem names; of a missing one, where it belongs."""
    path = problem.partition(": ")[0]
    while path and path not in key_lines:
        path = path.rpartition(".")[0]
    return key_lines.get(path)


def load_environment(name: str, folder: Path) -> Environment:
    """Return the environment that `<folder>/<name>.yaml` declares.

    Raises:
        SettingsError: the file is absent, is not YAML, or says what cannot be built.
    """
    path = folder / f"{name}.yaml"
    shown = f"{folder.name}/{path.name}"
    if not path.is_file():
        known = sorted(p.stem for p in folder.glob("*.yaml"))
        raise SettingsError(shown, [f"no such file; environments here: {', '.join(known) or '-'}"])
    text = path.read_text(encoding="utf-8")
    try:
        document = parse_yaml(text)
    except ValueError as error:
        raise SettingsError(shown, [str(error)]) from error
    try:
        environment = parse_environment(name, document, file=shown)
    except SettingsError as error:
        raise SettingsError(shown, error.problems, key_lines(text)) from error
    _require_names_apart(environment, folder, shown)
    environment = environment.in_folder(folder)
    problems = [
        *_absent_scripts(environment, folder),
        *_unusable_scripts(environment, folder),
        *_unusable_code(environment, folder),
        *_unusable_folders(environment, folder),
    ]
    if problems:
        raise SettingsError(shown, problems, key_lines(text))
    return environment


def _absent_scripts(environment: Environment, folder: Path) -> list[str]:
    return [
        f"predictors.{predictor}.processing.{step}.script: got '{found.script}', and "
        f"{folder.name}/{found.script} is not a file; give its path from the folder of the "
        "settings file"
        for predictor, settings in environment.predictors.items()
        for step, found in settings.processing.items()
        if found.script is not None and not (folder / found.script).is_file()
    ]


def _unusable_scripts(environment: Environment, folder: Path) -> list[str]:
    return [
        f"predictors.{name}.script.{problem}"
        for name, predictor in environment.predictors.items()
        if predictor.script is not None
        for problem in predictor.script.file_problems(
            folder, folder.name, is_isolated=environment.is_isolated(name)
        )
    ]


def _unusable_code(environment: Environment, folder: Path) -> Iterator[str]:
    for name, predictor in environment.predictors.items():
        code = predictor.training.code
        if code is None or not predictor.runs_autogluon:
            continue
        kind, own_image = predictor_type(predictor.type), predictor.image_uri is not None
        problems = own_code_problems(
            folder / code,
            f"{folder.name}/{code}",
            kind.own_objects(predictor.init_args, predictor.fit_args),
            python=None if own_image else find_image(predictor.framework_version, "cpu").python,
            is_isolated=environment.is_isolated(name),
        )
        yield from (f"predictors.{name}.{problem}" for problem in problems)


def _unusable_folders(environment: Environment, folder: Path) -> Iterator[str]:
    for name, predictor in environment.predictors.items():
        if predictor.endpoint is None:
            continue
        for hostname, found in predictor.endpoint.own_containers.items():
            problem = found.file_problem(folder, is_isolated=environment.is_isolated(name))
            if problem is not None:
                yield f"predictors.{name}.endpoint.pipeline.containers.{hostname}.{problem}"


def _require_names_apart(environment: Environment, folder: Path, shown: str) -> None:
    """Refuse a name that begins another's: permissions on `autogluon-<name>-*` hold for both."""
    for path in sorted(folder.glob("*.yaml")):
        shorter, longer = sorted((environment.name, path.stem), key=len)
        if longer.startswith(f"{shorter}-") and not _is_elsewhere(environment, path):
            raise SettingsError(
                shown,
                [
                    f"the name '{shorter}' is the beginning of '{longer}', so that roles of "
                    f"'{shorter}' could change endpoints of '{longer}' in one account; rename one, "
                    "or give both files an account and a region that differ"
                ],
            )


def _is_elsewhere(environment: Environment, path: Path) -> bool:
    try:
        other = parse_yaml(path.read_text(encoding="utf-8"))
    except ValueError:
        return True  # its own problem, told when it is loaded
    if not isinstance(other, dict):
        return True
    own = {"account": environment.account, "region": environment.region}
    return any(own[key] is not None and other.get(key) not in (None, own[key]) for key in own)


def parse_environment(name: str, document: Any, *, file: str) -> Environment:
    """Return the environment that a parsed YAML document declares.

    Raises:
        SettingsError: as `load_environment`.
    """
    if not isinstance(document, dict):
        got = "it is empty" if document is None else f"got {_shown(document)}"
        raise SettingsError(
            file, [f"{got}; allowed: a mapping of settings, such as `predictors: {{...}}`"]
        )
    if "name" in document:
        raise SettingsError(file, ["name: the file's name is the environment's; remove this key"])
    validated = _validated({"name": name, **document})
    problems = list(_sentences(validated))
    problems += _hidden_problems({"name": name, **document}, validated)
    problems += _problems_of_combinations(document.get("predictors"))
    if isinstance(validated, ValidationError) or problems:
        raise SettingsError(file, list(dict.fromkeys(problems)))
    return validated


def _validated(document: Mapping[str, Any]) -> Environment | ValidationError:
    try:
        return Environment.model_validate(document)
    except ValidationError as error:
        return error


def _errors(validated: Environment | ValidationError) -> "list[ErrorDetails]":
    return validated.errors() if isinstance(validated, ValidationError) else []


def _sentences(validated: Environment | ValidationError) -> Iterator[str]:
    for details in _errors(validated):
        yield from sentences(Environment, details)


def _hidden_problems(
    document: Mapping[str, Any], validated: Environment | ValidationError
) -> Iterator[str]:
    """Yield what is wrong beside invalid values: pydantic judges no section that has one.

    The sections are judged again with the nearest valid values, and without unknown keys.
    """
    corrected = deepcopy(dict(document))
    for _ in range(_MOST_ROUNDS):
        if not correct(Environment, corrected, _errors(validated)):
            return
        validated = _validated(corrected)
        yield from _sentences(validated)


def _shown(document: Any) -> str:
    return "a list" if isinstance(document, list) else repr(document)[:_LONGEST_SHOWN]


def _problems_of_combinations(predictors: Any) -> list[str]:
    if not isinstance(predictors, dict):
        return []
    return [
        f"predictors.{name}.{problem}"
        for name, raw in predictors.items()
        if isinstance(raw, dict)
        for problem in problems_of(_valid_fields(raw))
    ]


def _valid_fields(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields of a predictor that are valid by themselves, defaults included."""
    valid: dict[str, Any] = {}
    for name, field in Predictor.model_fields.items():
        if name not in raw:
            if not field.is_required():
                valid[name] = field.get_default(call_default_factory=True, validated_data={})
            continue
        try:
            valid[name] = _adapter(name).validate_python(raw[name], strict=True)
        except ValidationError:
            continue
    return valid


def _adapter(name: str) -> TypeAdapter[Any]:
    field = Predictor.model_fields[name]
    annotation: Any = field.annotation
    for metadata in field.metadata:
        annotation = Annotated[annotation, metadata]
    section = isinstance(annotation, type)
    return TypeAdapter(annotation, config=None if section else ConfigDict(strict=True))
