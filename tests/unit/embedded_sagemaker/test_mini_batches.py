"""Batch Transform's splitting and assembling."""

from __future__ import annotations

import io
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedded_aws.sagemaker.errors import JobError
from embedded_aws.sagemaker.transform.mini_batches import assemble, split

LINES = st.lists(st.binary(max_size=20).map(lambda b: b.replace(b"\n", b"") + b"\n"))


def _split(data: bytes, max_bytes: int = 32, single_record: bool = False) -> list[bytes]:
    stream = io.BytesIO(data)
    return list(split(stream, by_line=True, single_record=single_record, max_bytes=max_bytes))


@given(LINES, st.integers(21, 60))
def test_pieces_are_whole_lines_within_the_limit_and_make_up_the_object(
    lines: list[bytes], max_bytes: int
) -> None:
    pieces = _split(b"".join(lines), max_bytes)
    assert b"".join(pieces) == b"".join(lines)
    assert all(len(piece) <= max_bytes and piece.endswith(b"\n") for piece in pieces)


@given(LINES)
def test_a_piece_is_only_closed_when_the_next_line_does_not_fit(lines: list[bytes]) -> None:
    pieces = _split(b"".join(lines))
    for piece, following in itertools.pairwise(pieces):
        assert len(piece) + len(following[: following.index(b"\n") + 1]) > 32


def test_single_record_sends_every_line_alone() -> None:
    assert _split(b"a\nb\nc", single_record=True) == [b"a\n", b"b\n", b"c"]


def test_a_header_is_only_in_the_first_piece() -> None:
    pieces = _split(b"name,age\n" + b"somebody,1234567890\n" * 3)
    assert [b"name,age" in piece for piece in pieces] == [True, False, False]


def test_a_quoted_newline_is_cut_like_any_other() -> None:
    assert _split(b'"a\nb",1\n', single_record=True) == [b'"a\n', b'b",1\n']


def test_a_line_over_the_limit_is_named() -> None:
    with pytest.raises(JobError, match="line 2 is larger than MaxPayloadInMB"):
        _split(b"a\n" + b"b" * 40)


def test_an_unsplit_object_is_one_piece() -> None:
    data = b"a\nb\n" * 5
    whole = split(io.BytesIO(data), by_line=False, single_record=False, max_bytes=100)
    assert list(whole) == [data]


def test_an_unsplit_object_over_the_limit_is_refused() -> None:
    pieces = split(io.BytesIO(b"a" * 101), by_line=False, single_record=False, max_bytes=100)
    with pytest.raises(JobError, match="the object is larger"):
        list(pieces)


@pytest.mark.parametrize(
    ("by_line", "expected"), [(True, b"1\n2\n3\n"), (False, b"12\n3")], ids=["Line", "None"]
)
def test_assembling_ends_answers_with_a_newline_only_by_line(
    by_line: bool, expected: bytes
) -> None:
    target = io.BytesIO()
    assemble([b"1", b"2\n", b"3"], target, by_line=by_line)
    assert target.getvalue() == expected
