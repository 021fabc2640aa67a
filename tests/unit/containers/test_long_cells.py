"""A cell that no reader of CSV takes gets a sentence, wherever it stands."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from autogluon_contracts.documents.bulk_job import BulkJobConfig
from autogluon_contracts.documents.transform_batch import TransformBatch
from autogluon_jobs.bulk.chunks import Chunk
from autogluon_jobs.bulk.file_formats import read_chunk
from autogluon_jobs.formats.csv_text import LARGEST_RECORD
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.requests import small_requests
from autogluon_jobs.requests.bad_rows import sort_rows
from autogluon_jobs.requests.csv_rows import csv_source
from autogluon_jobs.requests.parse_csv import parse_csv
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_jobs.serving.codecs import parse_piece

SCHEMA = FeatureSchema(
    "y",
    "regression",
    (
        Feature("note", "text", "object", nullable=True),
        Feature("a", "float", "float64", nullable=True),
    ),
)
LONG = "x" * (33 << 20)
BODIES = {
    "first": f"{LONG},1\n",
    "below a header": f"note,a\nfine,1\n{LONG},1\n",
    "in quotes": f'note,a\n"{LONG}",1\n',
    "in a quote that is not closed": f'note,a\nfine,1\n"{LONG},1\n',
    "in one of two quotes that are not closed": f'note,a\n"{LONG}\n"b"c,1\n',
}


@pytest.fixture(autouse=True)
def _as_in_a_container() -> Iterator[None]:
    """Other packages, which tests import into this process, set another limit for theirs."""
    before = csv.field_size_limit(LARGEST_RECORD)
    yield
    csv.field_size_limit(before)


@pytest.mark.parametrize("where", BODIES)
def test_it_is_refused_in_one_sentence(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(small_requests, "MOST_ROWS", 0)  # Python alone could take it
    body = BODIES[where]
    path = tmp_path / "a.csv"
    path.write_text(body, encoding="utf-8")
    batch = TransformBatch(
        columns=SCHEMA.names, has_header=True, id_column=None, output="both", output_format="csv"
    )
    has_header = body.startswith("note,a")
    bulk = BulkJobConfig(
        predictor="p", job_name="j", model_package_arn="m", format="csv", columns=SCHEMA.names,
        has_header=has_header, id_column=None, include_columns=(), output="both",
        output_format="csv", files=(),
    )  # fmt: skip
    for read in (
        lambda: parse_csv(RowReader(SCHEMA), body),
        lambda: parse_piece(SCHEMA, batch, "text/csv", body),
        lambda: sort_rows("y", csv_source(RowReader(SCHEMA), body), lambda _: None),
        lambda: list(read_chunk(SCHEMA, bulk, Chunk(path, "csv", 0, path.stat().st_size))),
    ):
        with pytest.raises(InputError) as caught:
            read()
        assert str(caught.value).endswith(".")
        assert "16 MiB" in str(caught.value) or "never closed" in str(caught.value)
