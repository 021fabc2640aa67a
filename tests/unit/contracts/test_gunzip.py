"""What gzip compressed is unpacked as Python's gzip does, in chunks of any size."""

from __future__ import annotations

import gzip

import pytest

from autogluon_contracts.data.files.gunzip import GzipError, Unpacker

TEXT = b"a,b\n" + b"1,2\n" * 999
JOINED = gzip.compress(b"a,b\n", mtime=0) + gzip.compress(b"1,2\n" * 999, mtime=0)


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
@pytest.mark.parametrize(
    "stored",
    [gzip.compress(TEXT, mtime=0), JOINED, JOINED + bytes(512)],
    ids=["one", "joined", "padded"],
)
def test_all_members_are_read_and_padding_is_not(stored: bytes, size: int) -> None:
    unpacker = Unpacker()
    found = [unpacker.feed(stored[at : at + size]) for at in range(0, len(stored), size)]
    assert b"".join(found) == TEXT == gzip.decompress(stored)
    assert unpacker.is_at_end


def test_what_is_cut_off_is_told() -> None:
    unpacker = Unpacker()
    unpacker.feed(JOINED[:-9])
    assert not unpacker.is_at_end


@pytest.mark.parametrize("stored", [b"\x1f\x8b nothing", JOINED + b"more"])
def test_damage_is_told(stored: bytes) -> None:
    with pytest.raises(GzipError):
        Unpacker().feed(stored)
