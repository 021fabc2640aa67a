"""Decide the encoding of a whole text file, and refuse one that would be read as other words.

A file is UTF-8 where all of it is, else Windows-1252, whose every byte but five is a character. So
bytes of any other encoding become wrong letters without an error. What tells them apart:

- UTF-8 but for some bytes: most characters beyond ASCII are valid UTF-8, as no Western words are.
- Bytes that Windows-1252 lacks, as Shift-JIS and Apple's and DOS's encodings have.
- Words whose every byte is beyond ASCII, as in Chinese, Cyrillic and Greek encodings.
- Signs of fractions and the like between letters, as Polish has in Windows-1250 (`za\u00b3oga`).

Windows-1250's Czech and ISO 8859-15's signs are not told apart: how a file was read is always said.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from typing import NamedTuple

from autogluon_contracts.data.files.csv_dialect import USUAL

FIX = "Save it as UTF-8, such as with iconv."

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_VALID = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_LACKED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_HIGH = re.compile(rb"[\x80-\xff]+")
_SIGN_IN_WORD = re.compile(
    rb"[A-Za-z](?P<sign>[\x82\x84\xa1-\xa3\xa5\xa6\xaa\xac\xaf\xb3\xb9\xbc-\xbf])(?=[A-Za-z])"
)
_LONG = 4  # bytes beyond ASCII in a row, which no Western word has
_SIGNS_SHARE = 4  # one sign in a word to so many others


class EncodingFault(NamedTuple):
    """What is wrong, to go behind `<file> is`, and what to do about it."""

    what: str
    advice: str


class EncodingScan:
    """Look at a file's bytes, block by block; `encoding` and `fault` hold for what was seen.

    Example:
        >>> scan = EncodingScan()
        >>> scan.feed("name\\ncaf\u00e9\\n".encode("cp1252"))
        >>> scan.encoding, scan.fault
        ('cp1252', None)
    """

    def __init__(self) -> None:
        self._line = 1
        self._rest = b""
        self._is_utf_16: bool | None = None
        self._valid = self._invalid = self._runs = self._long = self._signs = 0
        self._first: dict[str, str] = {}

    def feed(self, block: bytes) -> None:
        """Look at the next bytes."""
        block = self._rest + block
        if self._is_utf_16 is None and len(block) > 1:
            self._is_utf_16 = block.startswith(_UTF_16)
        if self._is_utf_16:
            return
        # Lines are looked at whole: a character of several bytes may be cut off at a block's end.
        end = max(block.rfind(b"\n"), block.rfind(b"\r")) + 1
        self._rest = block[end:]
        self._look_at(block[:end])

    def end(self) -> EncodingScan:
        """Look at what is behind the last line break."""
        self._look_at(self._rest)
        self._rest = b""
        return self

    @property
    def encoding(self) -> str:
        """Return Python's name of the encoding."""
        if self._is_utf_16:
            return "utf-16"
        return "cp1252" if self._invalid else USUAL.encoding

    @property
    def fault(self) -> EncodingFault | None:
        """Return what is wrong with the text, if anything is."""
        if not self._invalid:
            return None
        if self._valid > self._invalid:
            return EncodingFault(
                f"UTF-8 text, but for {self._first['invalid']}", "Correct it, or save it as UTF-8."
            )
        found = (
            self._first.get("lacked")
            or (2 * self._long > self._runs and self._first.get("long"))
            or (_SIGNS_SHARE * self._signs >= self._runs and self._first.get("sign"))
        )
        if not found:
            return None
        return EncodingFault(f"text in neither UTF-8 nor Windows-1252, see {found}", FIX)

    def _look_at(self, text: bytes) -> None:
        if not text.isascii():
            self._count(text)
        self._line += text.count(b"\n")

    def _count(self, text: bytes) -> None:
        self._valid += sum(1 for _ in _VALID.finditer(text))
        try:
            text.decode("utf-8")
        except UnicodeDecodeError as error:
            self._note("invalid", text, error.start)
            self._invalid += sum(1 for _ in _HIGH.finditer(_VALID.sub(b"", text)))
        for match in _HIGH.finditer(text):
            self._runs += 1
            if match.end() - match.start() >= _LONG:
                self._long += 1
                self._note("long", text, match.start())
        for match in _SIGN_IN_WORD.finditer(text):
            self._signs += 1
            self._note("sign", text, match.start("sign"))
        lacked = _LACKED.search(text)
        if lacked is not None:
            self._note("lacked", text, lacked.start())

    def _note(self, kind: str, text: bytes, at: int) -> None:
        if kind not in self._first:
            line = self._line + text.count(b"\n", 0, at)
            self._first[kind] = f"the byte 0x{text[at]:02x} in line {line:,}"


def scanned(blocks: Iterable[bytes]) -> EncodingScan:
    """Return what a file's blocks show."""
    scan = EncodingScan()
    for block in blocks:
        scan.feed(block)
    return scan.end()
