"""Two predictors share an endpoint: each is promoted, asked, scaled and priced by itself."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.e2e.cli_support import Shell, standalone_shell
from tests.e2e.support import advance_clock
from tests.integration.standalone import ROOT, StandaloneAws
from tests.waiting import until

SHARED = "autogluon-dev-small-models"
PRICES, RENTS = "autogluon-dev-prices", "autogluon-dev-rents"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A deployed environment with the example's two predictors, both in service."""
    folder = tmp_path_factory.mktemp("person")
    (folder / "config").mkdir()
    example = (ROOT / "examples/modes/components.yaml").read_text()
    Path(folder, "config/dev.yaml").write_text(example)
    with StandaloneAws(tmp_path_factory.mktemp("aws")) as aws:
        shell = standalone_shell(aws, folder, AUTOGLUON_ENVIRONMENT="dev")
        shell.json("deploy", "--bootstrap")
        for predictor in ("prices", "rents"):
            data = str(ROOT / "examples/housing/train.csv")
            shell.json("train", predictor, data, "--wait", "--promote")
        yield shell


@pytest.fixture(scope="module")
def rows(shell: Shell) -> Path:
    path = shell.folder / "rows.csv"
    path.write_text("".join((ROOT / "examples/housing/test.csv").open().readlines()[:6]))
    return path


def copies(shell: Shell, name: str) -> tuple[int, int]:
    """How many there are, and how many there are to be."""
    found = shell.client("sagemaker").describe_inference_component(InferenceComponentName=name)
    counts = found["RuntimeConfig"]
    return counts["CurrentCopyCount"], counts["DesiredCopyCount"]


def model_of(shell: Shell, name: str) -> str:
    found = shell.client("sagemaker").describe_inference_component(InferenceComponentName=name)
    model: str = found["Specification"]["ModelName"]
    return model


def predictions(shell: Shell, predictor: str, rows: Path) -> list[float]:
    answer = shell.json("predict", predictor, str(rows))["predictions"]
    return [row["Price"] for row in answer]


def test_two_predictors_are_in_service_on_one_instance(shell: Shell, rows: Path) -> None:
    found = shell.client("sagemaker").describe_endpoint(EndpointName=SHARED)
    assert found["ProductionVariants"][0]["CurrentInstanceCount"] == 1

    listed = {each["predictor"]: each for each in shell.json("endpoints")["endpoints"]}

    for predictor in ("prices", "rents"):
        row = listed[predictor]
        assert (row["status"], row["mode"]) == ("InService", "component")
        assert row["component"] == {"endpoint_name": SHARED, "copies": 1}
    assert f"1 copy on {SHARED}" in shell.run("endpoints").stdout
    assert "1 copy on" in shell.run("doctor").stdout
    assert len(predictions(shell, "rents", rows)) == 5


def test_both_share_the_price_of_the_instance(shell: Shell) -> None:
    [entry] = shell.json("cost", "--days", "1")["endpoints"]
    assert (entry["name"], entry["predictor"]) == (SHARED, "prices, rents")


def test_a_promotion_changes_its_own_component_only(shell: Shell, rows: Path) -> None:
    before, other = predictions(shell, "rents", rows), model_of(shell, PRICES)
    first = model_of(shell, RENTS)

    data = str(ROOT / "examples/housing/test.csv")
    shell.json("train", "rents", data, "--wait", "--promote")

    assert model_of(shell, RENTS) != first
    assert model_of(shell, PRICES) == other
    assert predictions(shell, "rents", rows) != before

    back = shell.run("rollback", "rents")
    assert f"1 copy on {SHARED}" in back.stdout, back.stderr
    assert predictions(shell, "rents", rows) == before


def test_its_instances_are_not_a_promotions_to_choose(shell: Shell) -> None:
    done = shell.run("on", "rents", "--instance-count", "2")
    assert done.code != 0
    assert f"is a component of {SHARED} and has no instances to choose" in done.stderr


def test_its_description_names_the_endpoint_and_the_component(shell: Shell) -> None:
    document = shell.json("schema", "prices")["openapi"]
    [(path, item)] = document["paths"].items()
    assert path == f"/endpoints/{SHARED}/invocations"
    [header] = [each for each in item["post"]["parameters"] if each.get("required")]
    assert header["schema"] == {"const": PRICES}


def test_its_log_is_the_components(shell: Shell) -> None:
    done = shell.run("logs", "--endpoint", "rents")
    assert done.code == 0, done.stderr
    assert done.stdout


def test_it_scales_to_zero_and_the_next_request_wakes_it(shell: Shell, rows: Path) -> None:
    first = predictions(shell, "prices", rows)
    assert first != predictions(shell, "rents", rows)
    advance_clock(shell.environment, 17 * 60)
    until(lambda: copies(shell, PRICES) == (0, 0), 60, "the last copy goes")
    assert copies(shell, RENTS) == (1, 1)  # it does not scale

    def minute_later() -> bool:
        if copies(shell, PRICES)[1] == 0:  # else it would be idle for too long meanwhile
            advance_clock(shell.environment, 60)
        return waking.done()

    with ThreadPoolExecutor(1) as pool:
        waking = pool.submit(shell.run, "predict", "prices", str(rows))
        until(minute_later, 120, "the first copy comes and answers")
        answer = waking.result()
    assert answer.code == 0, answer.stderr
    assert "has no copy and starts one for this request" in answer.stderr
    assert len(answer.stdout.splitlines()) == 6


def test_off_takes_one_predictor_out_of_service(shell: Shell) -> None:
    assert shell.run("off", "rents").code == 0
    status = {each["predictor"]: each["status"] for each in shell.json("endpoints")["endpoints"]}
    assert status["rents"] == "off"
    assert status["prices"] in ("InService", "Updating")  # it may scale again


def test_everything_goes_in_the_order_of_its_users(shell: Shell) -> None:
    done = shell.run("destroy", "--yes")
    assert done.code == 0, done.stderr
    sagemaker = shell.client("sagemaker")
    assert sagemaker.list_inference_components()["InferenceComponents"] == []
    assert sagemaker.list_endpoints()["Endpoints"] == []
