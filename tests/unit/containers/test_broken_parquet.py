"""Parquet whose metadata is broken is refused; asked for in Python, it would end the process."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

import autogluon_contracts
import autogluon_jobs
from autogluon_contracts.documents.bulk_job import BulkJobConfig
from autogluon_jobs.bulk.chunks import Chunk
from autogluon_jobs.bulk.file_formats import cut, read_chunk
from autogluon_jobs.formats import parquet_table
from autogluon_jobs.messages.errors import InputError
from tests.unit.containers.test_hostile_requests import GOOD, SCHEMA, parquet

# Two row groups of one text column. The metadata of the second one's column holds a list of two
# numbers where there has to be one; Arrow throws at that, and Python's binding does not catch it.
BROKEN = zlib.decompress(base64.b85decode(
    "c-n1{v2MaJ5QgursRan3fOM8EdB}p5As~uMr!L(Y5N{BnNM&dVhPDY~pQjJj$LNI?DN-5i!T<k%_n%i!>pPCP$Acvk!"
    "wBFuMgXW7c*HsrEoQ~aJy433!D=`ZwVROKH;4q+!u2IgmoTJQ8?0Ml`VHG`0Y)7*&&5m5^3WfX!Q&W~PCQ!K%sLN_`*"
    "r~;wjwd<NC$oLbKhx~vQ1TJ5FkSd9yM8IJvFn$ANh_x!4(*tVPEJ!v0d{Y&YW@Zha<5IFHOok?B9yxWK))tJcQjx@?M"
    "0)cK4dh@29ir%(`ZgZ#gUZ=^s=&E&l"
))  # fmt: skip
PYTHONPATH = os.pathsep.join(
    str(Path(package.__file__).parents[1]) for package in (autogluon_jobs, autogluon_contracts)
)
PROGRAM = """
import sys
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.formats.parquet_table import read_parquet
from autogluon_jobs.formats.size_limits import REAL_TIME, SizeLimits
data = sys.stdin.buffer.read()
for limits in (None, REAL_TIME, SizeLimits(rows=100, decoded_bytes=200, advice="-")):
    try:
        read_parquet(data, (), limits)
    except InputError as error:
        print(error)
"""


def test_it_is_refused_however_much_it_may_hold() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=BROKEN,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": PYTHONPATH},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().count("Not a valid Parquet file (Repetition level") == 3


@pytest.mark.parametrize("name", list(GOOD))
def test_a_column_s_name_that_is_no_utf8_is_refused(name: str, tmp_path: Path) -> None:
    whole = parquet({key: [value] for key, value in GOOD.items()})
    path = tmp_path / "a.parquet"
    path.write_bytes(whole.replace(name.encode(), b"\x80" * len(name)))
    config = BulkJobConfig(
        predictor="p",
        job_name="j",
        model_package_arn="m",
        format="parquet",
        columns=None,
        has_header=False,
        id_column=None,
        include_columns=(),
        output="both",
        output_format="csv",
        files=(),
    )
    with pytest.raises(InputError, match="cannot be read"):
        list(read_chunk(SCHEMA, config, Chunk(path, "parquet", 0, 1, (0,))))
    with pytest.raises(InputError, match="Not a valid Parquet file"):
        list(cut(path, config, 0, workers=1))
    with pytest.raises(InputError, match="Not a valid Parquet file"):
        parquet_table.read_parquet(path.read_bytes())
