"""The encoding of a whole file is decided once, and no other is read as wrong letters."""

from __future__ import annotations

import pytest

from autogluon_contracts.data.files.csv_dialect import detect_dialect
from autogluon_contracts.data.files.text_encoding import scanned

PLAIN = "name,n\n" + "plain,1\n" * 10_000


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("größe\nklein\ngroß\ncafé\n", "cp1252"),
        ("Año\n¿Qué?\n“señor”\nl\u2019été \u2013 où\n½ kg\nm³/h\n5 €\n", "cp1252"),
        ("Größe\n\u0437\u0430\n中国\n", "utf-8-sig"),
        (PLAIN + "café\n", "cp1252"),
        ("größe\n", "utf-16"),
    ],
)
def test_what_is_read(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    for size in (1, 7, 1 << 16):
        scan = scanned(data[at : at + size] for at in range(0, len(data), size))
        assert (scan.encoding, scan.fault) == (encoding, None)
    assert detect_dialect(data).encoding == encoding


@pytest.mark.parametrize(
    ("text", "encoding", "place"),
    [
        ("n\n東京\n大阪\nカタカナ\n", "shift_jis", "line "),
        ("n\n中国人民\n北京\n", "gbk", "0xd6 in line 2"),
        (
            "n\n\u0437\u0430\u043b\u043e\u0433\n\u0441\u043b\u043e\u0432\u043e\n",
            "cp1251",
            "0xe7 in line 2",
        ),
        ("n\n\u03bb\u03cc\u03b3\u03bf\u03c2\n", "cp1253", "line 2"),
        ("n\nzałoga\nżółw\nmałpa\n", "cp1250", "0xb3 in line 2"),
        ("n\ngrün\nblau\n", "cp850", "0x81 in line 2"),
        ("n\ncrème\n", "mac_roman", "0x8f in line 2"),
    ],
)
def test_another_encoding_is_refused_with_its_place(text: str, encoding: str, place: str) -> None:
    fault = scanned([text.encode(encoding)]).fault
    assert fault is not None
    assert fault.what.startswith("text in neither UTF-8 nor Windows-1252, see the byte ")
    assert place in fault.what
    assert fault.advice == "Save it as UTF-8, such as with iconv."


def test_utf_8_with_a_broken_byte_far_behind_is_not_read_as_windows_1252() -> None:
    data = ("größe,n\nkölsch,1\n" + PLAIN).encode() + b"caf\xe9,2\n"
    fault = scanned([data]).fault
    assert fault is not None
    assert fault.what == "UTF-8 text, but for the byte 0xe9 in line 10,004"
