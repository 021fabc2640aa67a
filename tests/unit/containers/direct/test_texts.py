"""Texts: n-grams and statistics without AutoGluon, equal to AutoGluon's."""

from __future__ import annotations

import csv
import io
import random
from typing import Any

import pytest

from autogluon_jobs.requests.parse_csv import parse_csv
from autogluon_jobs.requests.parse_json import table_of_lists
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.frames import frame_of
from tests.unit.containers.direct.conftest import FOREST, GBM, Trained, fitted
from tests.unit.containers.direct.test_equality import require_equal

WORDS = (
    "late", "Good", "service!", "slow...", "parcel", "again", "NEVER", "42", "x-1", "naïve", "a",
    "price: 9", "why?", "50%", "#1", "größe", "日本語", "fine", "blue", "the",
)  # fmt: skip
ODD = (
    None, "", " ", "\t late\u00a0Good  \n", "late " * 300, "late " * 256, "İstanbul STRASSE ﬁne",
    "late.Good.late", "!?@%$*&#^.: /;-=", "x", "a b c", "never  again\r\nslow",
    "\U0001f600 late", "e\u0301 naïve", "_late_ 4_2", "LATE good SERVICE", "\u017flow \u212aelvin",
)  # fmt: skip


def sentences(count: int, seed: int) -> list[dict[str, Any]]:
    dice = random.Random(seed)
    rows = []
    for _ in range(count):
        title, body = (dice.choices(WORDS, k=dice.randint(3, most)) for most in (6, 14))
        bad = sum(word in ("late", "NEVER", "slow...") for word in (*title, *body))
        rows.append({
            "title": " ".join(title), "stars": dice.randint(1, 5),
            "body": "" if dice.random() < 0.05 else " ".join(body),
            "returned": "yes" if bad + dice.random() > 2.3 else "no",
        })  # fmt: skip
    return rows


def csv_of(rows: list[dict[str, Any]]) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Two columns of sentences and a number; LightGBM, XGBoost, CatBoost and a forest."""
    models = {"GBM": GBM, "XGB": {"n_estimators": 10}, "CAT": {"iterations": 20}, "XT": FOREST}
    data = csv_of(sentences(700, seed=1))
    folder = tmp_path_factory.mktemp("reviews")
    return fitted(folder, data, {"label": "returned"}, hyperparameters=models)


def test_sentences_are_features_of_the_direct_path(reviews):
    kinds = {feature.name: feature.kind for feature in reviews.schema.features}
    assert kinds == {"title": "text", "stars": "int", "body": "text"}
    rules = {rule["op"] for rule in reviews.direct._encoder.rules}
    assert {"number", "term", "statistic"} <= rules


@pytest.mark.parametrize("rows", [1, 12, 400])
def test_new_sentences_are_answered_as_autogluon_does(reviews, rows):
    request = parse_csv(RowReader(reviews.schema), csv_of(sentences(rows, seed=2)).encode())
    for name in reviews.direct.models:
        asked = Request(request.given, options={"model": name})
        require_equal(reviews.direct.predict(asked), reviews.autogluon.predict(asked))


def test_odd_and_missing_sentences_alone_and_together(reviews):
    rows = [[odd, at % 5, ODD[-1 - at]] for at, odd in enumerate(ODD)]
    whole = Request(table_of_lists(RowReader(reviews.schema), rows))
    truth = reviews.autogluon.predict(whole)
    require_equal(reviews.direct.predict(whole), truth)
    for at, row in enumerate(rows):
        alone = Request(table_of_lists(RowReader(reviews.schema), [row]))
        require_equal(reviews.direct.predict(alone), truth.part(at, at + 1))


def test_every_feature_equals_autogluons(reviews):
    rows = [[odd, 3, odd] for odd in ODD]
    table = table_of_lists(RowReader(reviews.schema), rows)
    encoder = reviews.direct._encoder
    made = reviews.autogluon.predictor.transform_features(frame_of(table))
    matrix = encoder.encode(table).matrix
    checked = 0
    for at, rule in enumerate(encoder.rules):
        if rule["op"] in ("term", "statistic"):
            assert matrix[:, at].tolist() == made[rule["name"]].tolist(), rule["name"]
            checked += 1
    assert checked > 30


def test_each_vocabulary_is_written_once(reviews):
    rules = reviews.direct._encoder.rules
    assert sum("vocabulary" in rule for rule in rules) == 1


def test_many_rows_are_encoded_in_parts(reviews, monkeypatch):
    request = parse_csv(RowReader(reviews.schema), csv_of(sentences(150, seed=3)).encode())
    whole = reviews.direct.predict(request)
    encode = reviews.direct._encoder.encode
    sizes = []
    monkeypatch.setattr(
        reviews.direct._encoder, "encode", lambda part: sizes.append(len(part)) or encode(part)
    )
    features = len(reviews.direct._encoder.rules)
    monkeypatch.setattr("autogluon_jobs.tabular.direct.engine._MOST_CELLS", 40 * features)
    require_equal(reviews.direct.predict(request), whole)
    assert sizes == [40, 40, 40, 30]
