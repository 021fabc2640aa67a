"""The environments that the project ships, for what looks at all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from autogluon_constructs.settings import Environment, load_environment, parse_environment
from autogluon_constructs.settings.reading.yaml_text import parse_yaml

_ROOT = Path(__file__).parents[1]
CONFIG, EXAMPLES = _ROOT / "config", _ROOT / "examples"
_PLACE = ("account", "region")
MERGED = "examples"
"""The name of the one environment with the predictors of all examples."""


def shipped() -> list[Environment]:
    """Return the environments of `config/`."""
    return [load_environment(path.stem, CONFIG) for path in sorted(CONFIG.glob("*.yaml"))]


def merged_examples() -> Environment:
    """Return one environment with everything that the examples declare, for one synthesis.

    Raises:
        ValueError: two examples say different things of the environment.
    """
    merged = merged_settings()
    file = f"{EXAMPLES.name}/*/*.yaml"
    return parse_environment(MERGED, merged, file=file).in_folder(EXAMPLES)


def merged_settings() -> dict[str, Any]:
    """Return the settings of all examples as one document, whose paths begin in `examples/`.

    Predictors are named `<file>-<predictor>`. Where an example is deployed is left out.

    Raises:
        ValueError: two examples say different things of the environment.
    """
    merged: dict[str, Any] = {"predictors": {}, "removal": "destroy"}
    for path in example_files():
        document = parse_yaml(path.read_text("utf-8"))
        predictors = document.pop("predictors")
        for name, predictor in predictors.items():
            placed = _placed(predictor, path.parent.name)
            merged["predictors"][f"{path.stem}-{name}"] = placed
        for key, value in document.items():
            if key in _PLACE or (key, value) == ("removal", "retain"):
                continue  # of two environments that work together, one lasts
            if merged.setdefault(key, value) != value:
                raise ValueError(f"{path}: {key} differs from that of another example")
    return merged


def example_files() -> Iterator[Path]:
    """Yield the files of the examples that are environments."""
    for path in sorted(EXAMPLES.glob("*/*.yaml")):
        if "predictors" in parse_yaml(path.read_text("utf-8")):
            yield path


def _placed(predictor: Mapping[str, Any], folder: str) -> dict[str, Any]:
    """Return a predictor with paths from the folder above its settings file."""
    processing = {
        name: {**step, "script": f"{folder}/{step['script']}"} if "script" in step else step
        for name, step in predictor.get("processing", {}).items()
    }
    script, endpoint = predictor.get("script"), predictor.get("endpoint")
    return {
        **predictor,
        **({"processing": processing} if processing else {}),
        **({"script": _sourced(script, folder)} if script else {}),
        **({"endpoint": _endpoint(endpoint, folder)} if endpoint else {}),
    }


def _endpoint(endpoint: Mapping[str, Any], folder: str) -> dict[str, Any]:
    if "pipeline" not in endpoint:
        return dict(endpoint)
    pipeline = endpoint["pipeline"]
    containers = {
        name: container and _sourced(container, folder)
        for name, container in pipeline["containers"].items()
    }
    return {**endpoint, "pipeline": {**pipeline, "containers": containers}}


def _sourced(section: Mapping[str, Any], folder: str) -> dict[str, Any]:
    if "source_dir" not in section:
        return dict(section)
    return {**section, "source_dir": f"{folder}/{section['source_dir']}"}
