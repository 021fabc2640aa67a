"""Reading a settings file: defaults, the shipped files, and files that are no settings."""

from pathlib import Path
from typing import Any

import pytest

from autogluon_constructs.settings import SettingsError, load_environment, parse_environment
from autogluon_constructs.settings.reading.yaml_text import key_lines

CONFIG = Path(__file__).parents[3] / "config"

SMALLEST: dict[str, Any] = {"predictors": {"income": {"init_args": {"label": "class"}}}}


@pytest.mark.parametrize("path", sorted(CONFIG.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_environment_loads(path: Path) -> None:
    environment = load_environment(path.stem, CONFIG)

    assert environment.name == path.stem
    assert {"income", "housing"} <= set(environment.predictors)


def test_the_default_environment_has_a_predictor_for_any_arguments() -> None:
    sandbox = load_environment("sandbox", CONFIG).predictors["sandbox"]

    assert (sandbox.init_args, sandbox.fit_args) == ({}, {})
    assert sandbox.training.max_runtime_seconds == 86_400
    assert sandbox.training.all_instance_types == (
        *("ml.m5.2xlarge", "ml.m5.4xlarge", "ml.m5.large", "ml.m5.xlarge"),
    )
    assert sandbox.batch.all_instance_types == ("ml.m5.2xlarge", "ml.m5.xlarge", "ml.m5.large")
    assert sandbox.quality_gate is not None
    assert sandbox.quality_gate.metric is None
    assert sandbox.endpoint is not None


def test_what_a_file_leaves_out_gets_safe_defaults() -> None:
    environment = parse_environment("dev", SMALLEST, file="config/dev.yaml")
    predictor = environment.predictors["income"]

    assert environment.removal == "retain"
    assert environment.network_isolation is True
    assert (environment.account, environment.region) == (None, None)
    assert predictor.framework_version == "latest"
    assert predictor.endpoint is None
    assert predictor.quality_gate is None
    assert predictor.training.all_instance_types == ("ml.m5.2xlarge",)
    assert predictor.batch.timeout_seconds == 600


def test_an_environment_without_predictors_can_be_deployed_first() -> None:
    assert parse_environment("dev", {}, file="config/dev.yaml").predictors == {}


def test_settings_cannot_be_changed_after_reading() -> None:
    environment = parse_environment("dev", SMALLEST, file="config/dev.yaml")

    with pytest.raises(ValueError, match="frozen"):
        environment.removal = "destroy"  # type: ignore[misc]


def test_data_access_is_read_as_s3_locations_whether_uri_or_arn() -> None:
    document = {"data_access": ["s3://lake/curated/", "arn:aws:s3:::other", "s3://third"]}

    environment = parse_environment("dev", document, file="config/dev.yaml")

    assert environment.data_access == ("s3://lake/curated/", "s3://other/", "s3://third/")


def test_an_unknown_environment_lists_those_that_exist() -> None:
    with pytest.raises(SettingsError, match=r"^config/sandbx.yaml: no such file; .*sandbox"):
        load_environment("sandbx", CONFIG)


def test_a_key_written_twice_is_refused_with_both_lines(tmp_path: Path) -> None:
    (tmp_path / "dev.yaml").write_text("removal: retain\ntags: {}\nremoval: destroy\n")

    with pytest.raises(SettingsError, match="key 'removal' is repeated, in lines 1 and 3"):
        load_environment("dev", tmp_path)


def test_a_key_written_twice_deep_inside_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dev.yaml").write_text("predictors:\n  a:\n    tags: {x: y, x: z}\n")

    with pytest.raises(SettingsError, match="key 'x' is repeated, in lines 3 and 3"):
        load_environment("dev", tmp_path)


@pytest.mark.parametrize("key", ["[1, 2]", "{a: b}"])
def test_a_key_that_is_no_scalar_is_refused(tmp_path: Path, key: str) -> None:
    (tmp_path / "dev.yaml").write_text(f"? {key}\n: value\n")

    with pytest.raises(SettingsError, match=r"dev.yaml: .*line 1"):
        load_environment("dev", tmp_path)


def test_broken_yaml_is_located(tmp_path: Path) -> None:
    (tmp_path / "dev.yaml").write_text("removal: retain\ntags: {a: b\n")

    with pytest.raises(SettingsError, match=r"dev.yaml: .*in line \d+, column \d+"):
        load_environment("dev", tmp_path)


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("", "it is empty"),
        ("# soon\n", "it is empty"),
        ("- a list\n", "got a list"),
        ("just text\n", "got 'just text'"),
    ],
)
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, text: str, got: str) -> None:
    (tmp_path / "dev.yaml").write_text(text)

    with pytest.raises(SettingsError, match=f"{got}; allowed: a mapping of settings"):
        load_environment("dev", tmp_path)


def test_dates_stay_text_since_settings_travel_as_json(tmp_path: Path) -> None:
    (tmp_path / "dev.yaml").write_text("tags: {since: 2024-01-01}\n")

    assert load_environment("dev", tmp_path).tags == {"since": "2024-01-01"}


@pytest.mark.parametrize("number", [".inf", "-.inf", ".nan"])
def test_numbers_that_json_lacks_are_refused(tmp_path: Path, number: str) -> None:
    (tmp_path / "dev.yaml").write_text(f"log_retention_days: {number}\n")

    with pytest.raises(SettingsError, match=r"got -?\.(inf|nan); allowed: a finite number in line"):
        load_environment("dev", tmp_path)


def test_merged_mappings_are_read(tmp_path: Path) -> None:
    (tmp_path / "dev.yaml").write_text("tags:\n  <<: &a {x: y}\n  z: w\n")

    assert load_environment("dev", tmp_path).tags == {"x": "y", "z": "w"}


def test_predictors_whose_stacks_would_collide_are_refused() -> None:
    predictor = {
        "init_args": {"label": "y"},
        "training": {"instance_type": "ml.m5.large"},
    }

    with pytest.raises(SettingsError, match="a-1 and a1 would both have the stack A1Endpoint"):
        parse_environment(
            "dev", {"predictors": {"a-1": predictor, "a1": predictor}}, file="config/dev.yaml"
        )


@pytest.mark.parametrize("name", ["dev", "dev-eu"])
def test_a_name_that_begins_anothers_is_refused_where_both_may_be_in_one_place(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "dev.yaml").write_text("region: eu-central-1\n")
    (tmp_path / "dev-eu.yaml").write_text("region: eu-central-1\n")
    (tmp_path / "device.yaml").write_text("removal: retain\n")

    with pytest.raises(SettingsError, match="'dev' is the beginning of 'dev-eu'"):
        load_environment(name, tmp_path)

    (tmp_path / "dev-eu.yaml").write_text("region: eu-west-1\n")
    assert load_environment(name, tmp_path).name == name
    assert load_environment("device", tmp_path).name == "device"


def test_every_problem_has_the_line_of_its_key(tmp_path: Path) -> None:
    (tmp_path / "dev.yaml").write_text(
        "regio: x\n"
        "predictors:\n"
        "  shop:\n"
        "    init_args: {label: bought}\n"
        "    training:\n"
        "      instance_type: ml.m5.tiny\n"
        "      allowed_instance_types:\n"
        "        - ml.m5.large\n"
        "        - ml.m5.tiny\n"
        "  toys:\n"
        "    endpoint: {}\n"
    )
    with pytest.raises(SettingsError) as caught:
        load_environment("dev", tmp_path)
    told = str(caught.value).splitlines()
    starts = [line.partition(": got")[0].partition(": unknown")[0] for line in told]
    file = f"{tmp_path.name}/dev.yaml"
    assert f"{file}:1: regio" in starts
    assert f"{file}:6: predictors.shop.training.instance_type" in starts
    assert f"{file}:9: predictors.shop.training.allowed_instance_types.1" in starts
    assert f"{file}:10: predictors.toys.init_args: missing; this key is required" in told
    assert told == sorted(told, key=lambda line: int(line.split(":")[1]))


def test_what_an_alias_repeats_has_the_line_of_the_alias() -> None:
    lines = key_lines("a: &x\n  b: [1, 2]\nc: *x\nd:\n  <<: *x\n  e: &y [*y]\n")
    assert lines == {
        "a": 1, "a.b": 2, "a.b.0": 2, "a.b.1": 2, "c": 3, "d": 4, "d.e": 6, "d.e.0": 6
    }  # fmt: skip
