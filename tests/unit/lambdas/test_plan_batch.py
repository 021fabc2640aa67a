"""Planning a batch: model, layout, rows, requests."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from autogluon_contracts.documents.execution_inputs import BatchInput
from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.documents.model_package import VersionMetadata
from autogluon_contracts.documents.server_limits import ARTIFACT_VARIABLE
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.batch.contributions import with_contributions
from autogluon_lambdas.logic.batch.row_options import refuse_row_options
from autogluon_lambdas.logic.plan_batch import BatchPlanner
from autogluon_lambdas.models.errors import InvalidDataError, InvalidInputError
from tests.fakes.lambda_environment import ENVIRONMENT, planner_event, validated
from tests.fakes.lambda_ports import FakeEndpoints, FakePredictors, FakeRegistry, package
from tests.fakes.sandbox import GROUP_ARN, KEY_ARN, spec
from tests.fakes.store import FakeStore

PARQUET = Path(__file__).parent / "data"
DATA = "s3://data-bucket/new.csv"
SCHEMA = {
    "version": 1,
    "label": "class",
    "problem_type": "binary",
    "classes": ["<=50K", ">50K"],
    "positive_class": ">50K",
    "ignored": ["weight"],
    "features": [
        {"name": "age", "kind": "int", "dtype": "int64", "nullable": True},
        {"name": "workclass", "kind": "category", "dtype": "object", "nullable": True},
        {"name": "hours-per-week", "kind": "int", "dtype": "int64", "nullable": True},
    ],
}
HEADER = "age,workclass,hours-per-week\n"


def _planner(
    objects: Mapping[str, bytes | str],
    *,
    schema: dict[str, Any] | None = None,
    live: str = f"{GROUP_ARN}/1",
    **spec_changes: Any,
) -> BatchPlanner:
    store = FakeStore(objects)
    store.put(
        "s3://artifact-bucket/income/runs/run-1/report/feature_schema.json",
        json.dumps({**SCHEMA, **(schema or {})}),
    )
    return BatchPlanner(
        ENVIRONMENT,
        FakePredictors(spec(**spec_changes), live=live),
        store,
        FakeRegistry(package(1), package(2)),
        FakeEndpoints(),
    )


def _plan(
    body: bytes | str | Mapping[str, bytes | str], *, suffix: str = ".csv", **values: Any
) -> dict[str, Any]:
    uri = DATA.removesuffix(".csv") + suffix
    objects = body if isinstance(body, Mapping) else {uri: body}
    values.setdefault("data", "s3://data-bucket/new/" if isinstance(body, Mapping) else uri)
    batch = {**spec()["batch"], "max_payload_mb": 1}
    planner = _planner(objects, batch=batch)
    answer = planner.plan(planner_event({"predictor": "income", **values}))
    validated("CreateModel", answer["model_request"])
    validated("CreateTransformJob", answer["request"])
    return answer


def _problem(
    body: bytes | str | Mapping[str, bytes | str],
    error: type[Exception] = InvalidDataError,
    **values: Any,
) -> str:
    with pytest.raises(error) as caught:
        _plan(body, **values)
    return str(caught.value)


def _layout(answer: dict[str, Any]) -> dict[str, Any]:
    layout: dict[str, Any] = json.loads(answer["request"]["Environment"]["AUTOGLUON_BATCH"])
    return layout


# Artifacts of release 0.1


@pytest.mark.parametrize(
    ("delimiter", "values", "sentence"),
    [
        (",", {"on_error": "row"}, 'input.on_error: got "row", which the code in'),
        (",", {"contributions": True}, "input.contributions: got true, which the code in"),
        (";", {}, "input.data: the cells are not separated by commas, which the code in"),
    ],
)
def test_what_code_of_release_0_1_does_not_know_is_refused(
    delimiter: str, values: dict[str, Any], sentence: str
) -> None:
    planner = _planner({DATA: (HEADER + "1,a,40\n").replace(",", delimiter)})
    event = planner_event({"predictor": "income", "data": DATA, **values})
    assert planner.plan(event)  # registered by another program
    of_0_1 = replace(package(1), metadata=VersionMetadata(run="run-1"))
    with pytest.raises(InvalidInputError) as caught:
        replace(planner, registry=FakeRegistry(of_0_1)).plan(event)
    assert str(caught.value) == (
        f"{sentence} the artifact of version 1, trained by release 0.1, does not know. "
        'Train the predictor again, or set input.engine to "bulk".'
    )
    without_bulk = _planner({DATA: HEADER + "1,a,40\n"}, type="multimodal")
    with pytest.raises(InvalidInputError, match=r"know\. Train the predictor again\.$"):
        replace(without_bulk, registry=FakeRegistry(of_0_1)).plan(
            planner_event({"predictor": "income", "data": DATA, "on_error": "row"})
        )
    recorded = {**of_0_1.environment, ARTIFACT_VARIABLE: "0" * 64}
    later = FakeRegistry(replace(of_0_1, environment=recorded))
    assert replace(planner, registry=later).plan(event)


def test_code_of_release_0_1_answers_batches_as_ever() -> None:
    of_0_1 = replace(package(1), metadata=VersionMetadata(run="run-1"))
    planner = replace(_planner({DATA: HEADER + "1,a,40\n"}), registry=FakeRegistry(of_0_1))
    answer = planner.plan(planner_event({"predictor": "income", "data": DATA}))
    assert set(_layout(answer)) == {
        "version", "columns", "has_header", "id_column", "output", "output_format",
    }  # fmt: skip


# Delimiters


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("header", [HEADER, "hours-per-week,id,age,workclass\n", ""])
def test_other_delimiters_than_commas_are_found(delimiter: str, header: str) -> None:
    row = "40,x,1,a\n" if "id" in header else '1,"a\nb",40\n'
    answer = _plan(
        (header + row).replace(",", delimiter), **({"id_column": "id"} if "id" in header else {})
    )

    layout = _layout(answer)
    names = tuple((header or HEADER).strip().split(","))
    assert (layout["delimiter"], tuple(layout["columns"])) == (delimiter, names)
    assert answer["batch"]["rows_in"] == 1


# Bad rows


def test_with_on_error_row_the_answer_has_a_column_of_errors_and_the_container_knows() -> None:
    answer = _plan(HEADER + "1,a,40\n", on_error="row", id_column="age")

    assert answer["batch"]["on_error"] == "row"
    assert answer["batch"]["columns"] == ["age", "class", "<=50K_proba", ">50K_proba", "row_error"]
    assert _layout(answer)["on_error"] == "row"


def test_a_type_that_does_not_answer_row_by_row_has_no_errors_of_rows() -> None:
    asked = BatchInput(predictor="p", data=S3Location.parse(DATA), on_error="row")
    with pytest.raises(InvalidInputError, match=r"input\.on_error: a throws model"):
        refuse_row_options(asked, "throws")


def test_a_column_named_as_the_errors_are_is_refused() -> None:
    body = HEADER.strip() + ",row_error\n1,a,40,x\n"
    problem = _problem(body, InvalidInputError, on_error="row", id_column="row_error")

    assert problem.startswith('input.id_column: "row_error" is a column of the answer.')


# Contributions


def test_contributions_follow_the_answer_and_the_container_knows() -> None:
    asked: dict[str, Any] = {
        "contributions": True,
        "artifact_model": "LightGBM",
        "output": "labels",
    }
    answer = _plan(HEADER + "1,a,40\n", **asked)

    assert answer["batch"]["columns"] == [
        "class", "age_contribution", "workclass_contribution", "hours-per-week_contribution",
        "base_contribution",
    ]  # fmt: skip
    layout = _layout(answer)
    assert (layout["contributions"], layout["artifact_model"]) == (True, "LightGBM")


def test_without_them_the_container_is_told_nothing_new() -> None:
    layout = _layout(_plan(HEADER + "1,a,40\n"))

    assert not {"contributions", "artifact_model"} & set(layout)


def test_a_bulk_job_knows_of_them() -> None:
    artifact = package(1).model_data_url
    planner = _planner({DATA: HEADER + "1,a,40\n", artifact: "x"})
    asked = {"predictor": "income", "data": DATA, "engine": "bulk", "contributions": True}
    planner.plan(planner_event(asked))
    store = cast(FakeStore, planner.store)
    (uri,) = [uri for uri in store.uris() if uri.endswith("bulk.json")]
    job = json.loads(store.text(uri))

    assert (job["contributions"], job["artifact_model"]) == (True, None)


@pytest.mark.parametrize(
    ("schema", "has_contributions", "values", "sentence"),
    [
        ({}, False, {"contributions": True}, "input.contributions: not supported for tabular"),
        ({}, False, {"artifact_model": "a"}, "input.artifact_model: not supported for tabular"),
        ({"problem_type": "quantile", "classes": None, "quantile_levels": [0.1, 0.9]}, True,
         {"contributions": True}, "input.contributions: quantiles have no contributions."),
        ({"label": "age_contribution"}, True, {"contributions": True},
         'input.contributions: two columns of the answer would be called "age_contribution"'),
    ],
)  # fmt: skip
def test_contributions_that_cannot_be_are_refused_before_a_job_starts(
    schema: dict[str, Any], has_contributions: bool, values: dict[str, Any], sentence: str
) -> None:
    header = FeatureSchemaHeader.from_text(json.dumps({**SCHEMA, **schema}))
    asked = BatchInput(predictor="p", data=S3Location.parse(DATA), **values)
    columns = header.answer_columns("both")
    with pytest.raises(InvalidInputError) as caught:
        with_contributions(asked, "tabular", header, columns, has_contributions=has_contributions)
    assert str(caught.value).startswith(sentence)


# Requests


def test_a_small_file_goes_whole() -> None:
    answer = _plan(HEADER + "1,a,40\n2,b,50\n")

    batch = answer["batch"]
    folder = f"s3://artifact-bucket/income/batches/{batch['job_name']}/"
    assert batch == {
        "predictor": "income",
        "job_name": batch["job_name"],
        "engine": "transform",
        "engine_reason": "the data has 0.0 MB in 1 file: below 25 MB, the model server is enough",
        "model_name": batch["job_name"],
        "model_package_arn": f"{GROUP_ARN}/1",
        "folder": folder,
        "raw_folder": folder + "raw/",
        "columns": ["class", "<=50K_proba", ">50K_proba"],
        "output_format": "csv",
        "answers_by_row": True,
        "on_error": "batch",
        "rows_in": 2,
        "inputs": [{"uri": DATA, "name": "new.csv", "rows": 2}],
    }
    request = answer["request"]
    assert request["TransformInput"]["SplitType"] == "None"
    assert request["TransformOutput"] == {
        "S3OutputPath": folder + "raw/",
        "Accept": "text/csv",
        "AssembleWith": "None",
        "KmsKeyId": KEY_ARN,
    }
    assert request["ModelClientConfig"]["InvocationsTimeoutInSeconds"] == 600
    assert request["Environment"]["SAGEMAKER_MODEL_SERVER_TIMEOUT"] == "600"
    assert request["TransformResources"] == {
        "InstanceType": "ml.m5.large",
        "InstanceCount": 1,
        "VolumeKmsKeyId": KEY_ARN,
    }
    container = answer["model_request"]["PrimaryContainer"]
    assert container["ModelDataUrl"] == package(1).model_data_url
    assert container["Image"] == package(1).image


def test_a_large_csv_is_cut_at_line_ends() -> None:
    answer = _plan(HEADER + "11,aaaaaaaa,40\n" * 90_000)

    request = answer["request"]
    assert request["TransformInput"]["SplitType"] == "Line"
    assert request["TransformOutput"]["AssembleWith"] == "Line"
    assert request["BatchStrategy"] == "MultiRecord"
    assert request["MaxPayloadInMB"] * request["MaxConcurrentTransforms"] <= 100
    assert answer["batch"]["rows_in"] == 90_000


def test_a_large_csv_with_line_breaks_in_quotes_goes_whole_with_a_larger_payload() -> None:
    answer = _plan(HEADER + '1,"a\nb",40\n' * 120_000)

    request = answer["request"]
    assert request["TransformInput"]["SplitType"] == "None"
    assert request["MaxPayloadInMB"] == 2
    assert request["MaxConcurrentTransforms"] == 4
    assert answer["batch"]["rows_in"] == 120_000


def test_files_that_cannot_be_cut_and_do_not_fit_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("autogluon_lambdas.logic.transform.split_mode.LARGEST_PAYLOAD_MB", 1)

    assert _problem(HEADER + '1,"a\nb",40\n' * 120_000) == (
        f"input.data: {DATA} has 1.3 MB; allowed: at most 1 MB, because {DATA} has quoted "
        "fields with line breaks, so the batch cannot be cut at line ends. Write several "
        "smaller files."
    )


def test_a_namesake_of_the_file_is_kept_out_by_a_manifest() -> None:
    planner = _planner({DATA: HEADER + "1,a,40\n", DATA + ".old": "x"})

    answer = planner.plan(planner_event({"predictor": "income", "data": DATA}))

    source = answer["request"]["TransformInput"]["DataSource"]["S3DataSource"]
    assert isinstance(planner.store, FakeStore)
    assert source["S3DataType"] == "ManifestFile"
    assert json.loads(planner.store.text(source["S3Uri"])) == [
        {"prefix": "s3://data-bucket/"},
        "new.csv",
    ]


def _on_a_gpu_image() -> BatchPlanner:
    ami = {"inference_ami_version": "a", "transform_ami_version": "al2-ami-batch-gpu"}
    return _planner({DATA: HEADER + "1,a,40\n"}, ami=ami)


def test_a_gpu_image_that_needs_a_host_image_gets_it_by_the_sdk_integration() -> None:
    answer = _on_a_gpu_image().plan(planner_event({"predictor": "income", "data": DATA}))

    assert answer["integration"] == "sdk"
    assert answer["request"]["TransformResources"]["TransformAmiVersion"] == "al2-ami-batch-gpu"
    assert answer["batch"]["engine"] == "transform"
    assert answer["batch"]["engine_reason"] == (
        "the GPU image of AutoGluon 1.6.3 needs the host image al2-ami-batch-gpu, which a "
        "processing job cannot choose"
    )


def test_other_batches_go_by_the_optimised_integration() -> None:
    answer = _planner({DATA: HEADER + "1,a,40\n"}).plan(
        planner_event({"predictor": "income", "data": DATA})
    )

    assert answer["integration"] == "optimised"


def test_a_gpu_image_that_needs_a_host_image_has_no_bulk_engine() -> None:
    event = planner_event({"predictor": "income", "data": DATA, "engine": "bulk"})

    with pytest.raises(InvalidInputError) as caught:
        _on_a_gpu_image().plan(event)

    assert str(caught.value) == (
        'input.engine: got "bulk", but the GPU image of AutoGluon 1.6.3 needs the host image '
        'al2-ami-batch-gpu, which a processing job cannot choose. Use "transform".'
    )


def test_gpu_types_with_local_disks_take_no_volume_key() -> None:
    planner = _planner({DATA: HEADER + "1,a,40\n"})

    answer = planner.plan(
        planner_event({"predictor": "income", "data": DATA, "instance_type": "ml.g5.xlarge"})
    )

    assert answer["request"]["TransformResources"] == {
        "InstanceType": "ml.g5.xlarge",
        "InstanceCount": 1,
    }


def test_many_columns_travel_in_numbered_pieces() -> None:
    names = [f"a long feature name with the number {number}" for number in range(600)]
    features = [{"name": name, "kind": "float"} for name in names]
    body = ",".join(names) + "\n" + ",".join(["1"] * 600) + "\n"
    planner = _planner({DATA: body}, schema={"features": features})

    answer = planner.plan(planner_event({"predictor": "income", "data": DATA}))

    environment = answer["request"]["Environment"]
    pieces = [environment[f"AUTOGLUON_BATCH_{number}"] for number in range(len(environment) - 1)]
    assert "AUTOGLUON_BATCH" not in environment
    assert all(len(piece) <= 10_240 for piece in pieces)
    assert json.loads("".join(pieces))["columns"] == names


# Layouts


@pytest.mark.parametrize(
    ("body", "values", "layout"),
    [
        (HEADER + "1,a,40\n", {}, (["age", "workclass", "hours-per-week"], True, None)),
        (
            "hours-per-week,class,age,workclass\n40,x,1,a\n",
            {},
            (["hours-per-week", "class", "age", "workclass"], True, None),
        ),
        (
            "\ufeffid,weight,age,workclass,hours-per-week\r\n7,1,1,a,40\r\n",
            {"id_column": "id"},
            (["id", "weight", "age", "workclass", "hours-per-week"], True, "id"),
        ),
        ("1,a,40\n2,b,50", {}, (["age", "workclass", "hours-per-week"], False, None)),
        (
            "77,1,a,40\n78,2,b,50\n",
            {"id_column": 0},
            (["id", "age", "workclass", "hours-per-week"], False, "id"),
        ),
        (
            "1,a,40\n2,b,50\n",
            {"id_column": 1},
            (["age", "workclass", "hours-per-week"], False, "workclass"),
        ),
        (
            "age,a,40\n",
            {"header": False},
            (["age", "workclass", "hours-per-week"], False, None),
        ),
    ],
)
def test_csv_layouts(
    body: str, values: dict[str, Any], layout: tuple[list[str], bool, str | None]
) -> None:
    found = _layout(_plan(body, **values))

    assert (found["columns"], found["has_header"], found["id_column"]) == layout


def test_the_id_comes_first_in_the_answer() -> None:
    answer = _plan(
        HEADER + "1,a,40\n", id_column="age", output="probabilities", output_format="jsonl"
    )

    assert answer["batch"]["columns"] == ["age", "<=50K_proba", ">50K_proba"]
    assert answer["request"]["TransformOutput"]["Accept"] == "application/jsonlines"


def test_json_lines_and_parquet_carry_their_own_columns() -> None:
    line = '{"age": 1, "workclass": "a", "hours-per-week": 40, "id": "x"}\n'

    answer = _plan(line * 3, suffix=".jsonl", id_column="id")

    assert _layout(answer)["columns"] is None
    assert answer["request"]["TransformInput"]["ContentType"] == "application/jsonlines"
    assert answer["batch"]["rows_in"] == 3


def test_an_array_of_records_is_never_cut() -> None:
    row = {"age": 1, "workclass": "a]", "hours-per-week": 40, "id": "x" * 400_000}

    answer = _plan(json.dumps([row] * 30, indent=2), suffix=".json", id_column="id")

    assert answer["request"]["TransformInput"]["ContentType"] == "application/jsonlines"
    assert answer["request"]["TransformInput"]["SplitType"] == "None"
    assert answer["batch"]["rows_in"] == 30


def test_parquet_rows_come_from_the_footer() -> None:
    features = [{"name": "age", "kind": "float"}, {"name": "workclass", "kind": "category"}]
    uri = "s3://data-bucket/new.parquet"
    body = (PARQUET / "pandas_snappy.parquet").read_bytes()
    planner = _planner({uri: body}, schema={"features": features})

    answer = planner.plan(planner_event({"predictor": "income", "data": uri}))

    assert answer["batch"]["rows_in"] == 3
    assert answer["request"]["TransformInput"]["ContentType"] == "application/x-parquet"
    assert answer["request"]["TransformInput"]["SplitType"] == "None"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (
            "age,work-class,hours-per-week\n1,a,40\n",
            f'input.data: {DATA} lacks the features workclass (did you mean "work-class"?). '
            "Columns that the model does not know: work-class.",
        ),
        (
            HEADER.strip() + ",ages\n1,a,40,1\n",
            f"input.data: {DATA} has columns that the model does not know: ages (did you mean "
            '"age"?). Leave them out, or name one as id_column.',
        ),
        (
            "Age,WorkClass,Hours Per Week\n1,a,40\n",
            f'input.data: {DATA} has a header that nearly names the features ("Age" for "age"). '
            "Name the columns as in training, or set header to false if these are values.",
        ),
        (
            "1,a,40,x\n",
            f"input.data: {DATA} has 4 columns and no header, but the model has 3 features: "
            "age, workclass, hours-per-week. Name an additional id column with id_column.",
        ),
        (HEADER, f"input.data: {DATA} has a header but no rows."),
        (
            "sep=;\nage;workclass;hours-per-week\n1;a;40\n",
            f'input.data: {DATA} begins with a "sep=" line. Leave that line out.',
        ),
        (
            "1;a;40;x\n",
            f"input.data: {DATA} has 4 columns and no header, but the model has 3 features: "
            "age, workclass, hours-per-week. Name an additional id column with id_column.",
        ),
        (
            "",
            f"input.data: {DATA} is empty (0 bytes). Upload it again with its rows, or delete it.",
        ),
        (
            "age,age,workclass,hours-per-week\n1,1,a,40\n",
            f'input.data: {DATA} has the column "age" more than once. Rename all but one.',
        ),
        (
            HEADER + '1,"a,40\n',
            f"input.data: {DATA} ends inside a quoted field: a closing quote is missing.",
        ),
    ],
)
def test_data_that_does_not_fit_the_model_is_one_sentence(body: str, sentence: str) -> None:
    assert _problem(body) == sentence


@pytest.mark.parametrize(
    ("body", "values", "sentence"),
    [
        (
            HEADER + "1,a,40\n",
            {"id_column": "customer"},
            f'input.id_column: column "customer" not found in {DATA}. Columns found: age, '
            "workclass, hours-per-week.",
        ),
        (
            HEADER + "1,a,40\n",
            {"id_column": 0},
            f"input.id_column: got position 0, but the columns of {DATA} have names. Give one "
            "of: age, workclass, hours-per-week.",
        ),
        (
            "class," + HEADER + "x,1,a,40\n",
            {"id_column": "class"},
            'input.id_column: "class" is a column of the answer. Name another column, or '
            "rename it in the data.",
        ),
        (
            ">50K_proba," + HEADER + "x,1,a,40\n",
            {"id_column": ">50K_proba", "engine": "transform"},
            'input.id_column: ">50K_proba" is a column of the answer. Name another column, or '
            "rename it in the data.",
        ),
        (
            HEADER + "1,a,40\n",
            {"header": False},
            f"input.header: got false, but the first line of {DATA} names the features (age, "
            "workclass, hours-per-week). Leave header out or set it to true.",
        ),
        (
            "hours-per-week,id,age,workclass\n40,x,1,a\n",
            {"header": False, "id_column": 1},
            f"input.header: got false, but the first line of {DATA} names the features (age, "
            "workclass, hours-per-week). Leave header out or set it to true.",
        ),
        (
            "1,a,40\n",
            {"id_column": "id"},
            f'input.id_column: got "id", but {DATA} has no header. Give the zero-based position '
            "of the id column.",
        ),
        (
            "1,a,40\n",
            {"id_column": 3},
            f"input.id_column: got position 3, but {DATA} has 3 columns. Positions start at 0.",
        ),
        (
            HEADER + "1,a,40\n",
            {"instance_count": 2},
            "input.instance_count: got 2, but the data has 1 file, and a transform job gives "
            "each file to one instance. Set it to at most 1.",
        ),
        (
            HEADER + "1,a,40\n",
            {"instance_type": "ml.p3.2xlarge"},
            'input.instance_type: got "ml.p3.2xlarge". Allowed for predictor "income": '
            "ml.m5.large, ml.g5.xlarge.",
        ),
        (
            HEADER + "1,a,40\n",
            {"header": "yes"},
            "input.header: got 'yes' (str); allowed: true or false or one of 'auto'.",
        ),
    ],
)
def test_wrong_values_are_one_sentence(body: str, values: dict[str, Any], sentence: str) -> None:
    assert _problem(body, InvalidInputError, **values) == sentence


def test_a_position_of_a_feature_named_like_an_answer_is_no_id() -> None:
    features = [{"name": name, "kind": "float"} for name in ("age", "<=50K_proba")]
    planner = _planner({DATA: "1,0.5\n"}, schema={"features": features})
    event = planner_event({"predictor": "income", "data": DATA, "id_column": 1})

    with pytest.raises(InvalidInputError, match=r'id_column: "<=50K_proba" is a column of the ans'):
        planner.plan(event)


@pytest.mark.parametrize(
    ("first", "values"),
    [("0,a,0", "0"), ("25,a,40", "25, 40"), ("-1,,7", "-1, 7")],
)
def test_values_that_are_called_a_header_are_named(first: str, values: str) -> None:
    assert _problem(f"{first}\n1,b,2\n", header=True) == (
        f"input.data: {DATA} has no header: its first line holds values ({values}). Set header "
        "to false."
    )


@pytest.mark.parametrize(
    ("second", "part"),
    [
        ("workclass,age,hours-per-week\na,1,40\n", "has a different header, column order or"),
        ("1,a,40\n", "has a different header, column order or delimiter than"),
        ("age;workclass;hours-per-week\n1;a;40\n", "column order or delimiter than"),
        (HEADER, "s3://data-bucket/new/2.csv has a header but no rows"),
    ],
)
def test_files_of_a_batch_share_one_layout(second: str, part: str) -> None:
    files = {
        "s3://data-bucket/new/1.csv": HEADER + "1,a,40\n",
        "s3://data-bucket/new/2.csv": second,
    }

    assert part in _problem(files)


def test_regression_has_no_probabilities() -> None:
    planner = _planner({DATA: "1\n"}, schema={"classes": None, "problem_type": "regression"})
    event = planner_event({"predictor": "income", "data": DATA, "output": "probabilities"})

    with pytest.raises(InvalidInputError) as caught:
        planner.plan(event)

    assert str(caught.value) == (
        'input.output: a regression model has no probabilities. Set it to "labels" or "both".'
    )


def test_a_model_without_schema_is_named() -> None:
    planner = _planner({DATA: HEADER + "1,a,40\n"}, live=f"{GROUP_ARN}/2")

    with pytest.raises(
        InvalidInputError,
        match=r"/2 has no usable feature schema \(s3://.*report/feature_schema\.json: the object",
    ):
        planner.plan(planner_event({"predictor": "income", "data": DATA}))


def test_a_plan_that_step_functions_cannot_carry_is_refused() -> None:
    files: dict[str, bytes | str] = {
        f"s3://data-bucket/new/{'folder' * 20}/{number:04}.csv": HEADER + "1,a,40\n"
        for number in range(900)
    }

    problem = _problem(files, engine="transform")
    assert "900 files and 3 answer columns make a plan of" in problem
