"""`serving.engine: autogluon` changes the engine of an endpoint and no bit of its answers."""

from __future__ import annotations

import pytest

from autogluon_contracts.documents.server_limits import ENGINE_VARIABLE
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.serving.served_model import ServedModel, load_model
from tests.unit.containers.direct.conftest import Trained, holdout

EXAMPLES = {"income": "ensemble", "housing": "housing"}
# Requests this small take another way through AutoGluon's engine than a whole file.
SMALL = 100

Models = tuple[bytes, ServedModel, ServedModel]


@pytest.fixture(scope="module", params=EXAMPLES)
def models(request: pytest.FixtureRequest) -> Models:
    """An example's test file, and its model at an endpoint by default and by the setting."""
    trained: Trained = request.getfixturevalue(EXAMPLES[request.param])
    by_default = load_model(trained.artifact, {})
    by_setting = load_model(trained.artifact, {ENGINE_VARIABLE: "autogluon"})
    assert (by_default.engine.name, by_setting.engine.name) == ("direct", "autogluon")
    return holdout(request.param), by_default, by_setting


@pytest.mark.parametrize("accept", ["text/csv", "application/json"])
def test_a_whole_file_is_answered_with_the_same_text(models: Models, accept: str) -> None:
    body, by_default, by_setting = models
    wanted = by_default.answer(body, "text/csv", accept)
    assert by_setting.answer(body, "text/csv", accept) == wanted
    assert len(wanted[0]) > 50_000


@pytest.mark.parametrize("accept", ["text/csv", "application/json"])
def test_every_row_in_small_requests_is_answered_with_the_same_text(
    models: Models, accept: str
) -> None:
    body, by_default, by_setting = models
    header, *rows = body.splitlines(keepends=True)
    assert len(rows) > 4000
    for at in range(0, len(rows), SMALL):
        part = header + b"".join(rows[at : at + SMALL])
        wanted = by_default.answer(part, "text/csv", accept)
        assert by_setting.answer(part, "text/csv", accept) == wanted, f"from row {at + 1}"


def test_auto_is_the_default(ensemble: Trained) -> None:
    assert load_model(ensemble.artifact, {ENGINE_VARIABLE: "auto"}).engine.name == "direct"


def test_an_unknown_engine_is_refused_by_name(ensemble: Trained) -> None:
    with pytest.raises(InputError, match=r"AUTOGLUON_ENGINE is 'direct'\. .*auto"):
        load_model(ensemble.artifact, {ENGINE_VARIABLE: "direct"})
