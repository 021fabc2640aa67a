"""Images and archives of a job that cannot be read are refused by a sentence, soon."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import EpsImagePlugin, Image

from autogluon_jobs.data.channel_table import ChannelTable
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import row_of_file
from autogluon_jobs.multimodal.images import image_folder
from autogluon_jobs.multimodal.images.image_folder import ImageFolder
from autogluon_jobs.multimodal.images.picture import image_problem


def names(*cells: str) -> ChannelTable:
    return ChannelTable("train", pa.table({"photo": list(cells)}), False, row_of_file("train.csv"))


def refusal(folder: Path, *cells: str) -> str:
    with pytest.raises(InputError) as caught:
        ImageFolder(folder, "s3://data/photos/").require_readable(names(*cells), ["photo"])
    return str(caught.value)


def test_a_decoder_that_raises_an_error_of_its_own_has_an_unreadable_image() -> None:
    cut_off = b"qoif" + (8).to_bytes(4, "big") * 2 + b"\x03\x00"
    assert image_problem(cut_off) == "is not an image that Pillow reads"


@pytest.mark.parametrize(("dtype", "kind"), [("uint16", "PNG"), ("int32", "TIFF"), ("f4", "TIFF")])
def test_an_image_that_would_be_cut_to_white_is_refused(dtype: str, kind: str) -> None:
    sink = io.BytesIO()
    Image.fromarray(np.arange(2000, 2081).astype(dtype).reshape(9, 9)).save(sink, kind)
    assert "has pixels of more than 8 bits" in str(image_problem(sink.getvalue()))


def test_postscript_is_refused_before_ghostscript_could_run_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ran: list[object] = []
    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", lambda *what, **_: ran.append(what))
    sink = io.BytesIO()
    Image.new("RGB", (9, 9)).save(sink, "EPS")
    assert "is PostScript" in str(image_problem(sink.getvalue()))
    assert ran == []


def test_a_text_too_long_for_a_file_was_not_found(tmp_path: Path) -> None:
    assert 'was not found in the channel "images"' in refusal(tmp_path, "A" * 5000)


def test_the_folder_is_searched_for_the_refused_row_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = []

    def search(name: str, siblings: list[str]) -> str:
        searched.append(name)
        return f"; compared with {siblings}"

    monkeypatch.setattr(image_folder, "did_you_mean", search)
    for name in ("1.png", "1.txt"):
        (tmp_path / name).touch()
    assert "compared with ['1.png']" in refusal(tmp_path, *(f"x{at}.png" for at in range(500)))
    assert searched == ["x0.png"]


def test_cells_may_name_files_by_their_addresses_below_the_channels(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    Image.new("RGB", (9, 9)).save(tmp_path / "a" / "1.png")
    folder = ImageFolder.of(tmp_path, tmp_path / "scratch", "s3://data/photos")
    cells = names("s3://data/photos/a/1.png", "a/1.png")

    folder.require_readable(cells, ["photo"])

    paths = folder.paths(cells.table.column("photo").to_pandas())
    assert paths.tolist() == [str(tmp_path / "a" / "1.png")] * 2


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        (
            "s3://data/photos-of-others/1.png",
            "is an address outside of the folder of images, s3://data/photos/",
        ),
        ("https://example.com/1.png", "is an address outside of the folder of images"),
        ("s3://data/photos/2.png", 'was not found in the channel "images"'),
        ("s3://data/photos//etc/passwd", "is not a path below the folder of images"),
        ("s3://data/photos/../1.png", "is not a path below the folder of images"),
    ],
)
def test_other_addresses_are_refused_by_row(tmp_path: Path, cell: str, sentence: str) -> None:
    found = refusal(tmp_path, "", cell)
    assert found.startswith(f'Column "photo", row 2 of train.csv ("train"): "{cell}" {sentence}')


def _cut_off_tar() -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w:gz") as archive:
        entry = tarfile.TarInfo("0.png")
        entry.size = 10
        archive.addfile(entry, io.BytesIO(b"0123456789"))
    return sink.getvalue()[:-20]


def _zip_with_a_password() -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("0.png", b"0123456789")
    content = bytearray(sink.getvalue())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("name", "content"),
    [("photos.tgz", _cut_off_tar()), ("photos.zip", _zip_with_a_password())],
    ids=["cut off", "with a password"],
)
def test_an_archive_that_cannot_be_unpacked_is_named(
    tmp_path: Path, name: str, content: bytes
) -> None:
    channel = tmp_path / "images"
    channel.mkdir()
    (channel / name).write_bytes(content)
    with pytest.raises(InputError, match=f"{name} cannot be unpacked"):
        ImageFolder.of(channel, tmp_path / "scratch", "s3://data/photos")
