"""Columns whose names libraries trip over: they train, and they serve under their own names."""

from __future__ import annotations

import json

from autogluon_jobs.jobs.train import main
from autogluon_jobs.serving.served_model import load_model
from tests.unit.containers.job_folder import JobFolder
from tests.unit.containers.shop_data import csv_of

NAMES = ('a:b{"c"}', "x[0]", "größe, cm", "0", " spaced ", "instances")


def test_odd_column_names_and_a_boolean_label(job: JobFolder):
    rows = [
        {name: str((row * (at + 3)) % 17 / 2) for at, name in enumerate(NAMES)}
        | {"is 'it'?": "true" if row * 3 % 17 > 7 else "false"}
        for row in range(120)
    ]
    job.put("train", "a.csv", csv_of(rows))
    job.put_job("is 'it'?")
    assert main([], job.environ()) == 0
    model = load_model(job.model, {})
    assert model.schema.names == NAMES
    assert model.schema.classes == (False, True)
    by_csv, *_ = model.answer(csv_of(rows[:3]), "text/csv", "application/json")
    records = [{name: float(row[name]) for name in NAMES} for row in rows[:3]]
    by_json, *_ = model.answer(json.dumps(records), "application/json", "application/json")
    assert by_csv == by_json
    assert list(json.loads(by_csv)[0]) == ["is 'it'?", "False_proba", "True_proba"]
    assert isinstance(json.loads(by_csv)[0]["is 'it'?"], bool)
