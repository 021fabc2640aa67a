"""All examples are in the one environment that scanners look at."""

from __future__ import annotations

from autogluon_constructs.settings import load_environment
from scripts.shipped_environments import EXAMPLES, example_files, merged_examples


def test_every_example_that_is_an_environment_is_merged() -> None:
    found = [load_environment(path.stem, path.parent) for path in example_files()]
    wanted = {
        f"{environment.name}-{predictor}"
        for environment in found
        for predictor in environment.predictors
    }
    assert len(found) > 12
    assert set(merged_examples().predictors) == wanted


def test_files_of_a_predictor_are_found_from_the_folder_of_examples() -> None:
    merged = merged_examples()
    assert {path.parent.parent for path in merged.scripts.values()} == {EXAMPLES}
    assert all(path.is_file() for path in merged.scripts.values())
    pipeline = merged.predictors["pipeline-income"].endpoint
    assert pipeline is not None
    for container in pipeline.own_containers.values():
        assert container.file_problem(EXAMPLES, is_isolated=True) is None
