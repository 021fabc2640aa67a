"""Read Thrift's compact protocol, as far as Parquet's metadata needs it.

A struct becomes `{field id: value}`. Source: the Apache Thrift compact protocol specification.
"""

import struct
from collections.abc import Callable
from typing import Any

_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(1, 13)


class CompactReader:
    """Reads values from the start of `data`; raises ValueError where it is not Thrift."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._readers: dict[int, Callable[[], Any]] = {
            _TRUE: lambda: (
                self._take(1) == b"\x01"
            ),  # only inside lists; fields carry it in the type
            _FALSE: lambda: self._take(1) == b"\x01",
            _BYTE: lambda: struct.unpack("b", self._take(1))[0],
            _I16: self._zigzag,
            _I32: self._zigzag,
            _I64: self._zigzag,
            _DOUBLE: lambda: struct.unpack("<d", self._take(8))[0],
            _BINARY: lambda: self._take(self._varint()),
            _LIST: self._list,
            _SET: self._list,
            _MAP: self._map,
            _STRUCT: self.read_struct,
        }

    def read_struct(self) -> dict[int, Any]:
        """Return the next struct, fields by id."""
        fields: dict[int, Any] = {}
        field_id = 0
        while (header := self._take(1)[0]) != 0:
            delta, kind = header >> 4, header & 0x0F
            field_id = field_id + delta if delta else self._zigzag()
            fields[field_id] = kind == _TRUE if kind in (_TRUE, _FALSE) else self._value(kind)
        return fields

    def _list(self) -> list[Any]:
        header = self._take(1)[0]
        size, kind = header >> 4, header & 0x0F
        if size == 15:
            size = self._varint()
        return [self._value(kind) for _ in range(size)]

    def _map(self) -> dict[Any, Any]:
        size = self._varint()
        if size == 0:
            return {}
        kinds = self._take(1)[0]
        return {self._value(kinds >> 4): self._value(kinds & 0x0F) for _ in range(size)}

    def _value(self, kind: int) -> Any:
        reader = self._readers.get(kind)
        if reader is None:
            raise ValueError(f"unknown Thrift type {kind}")
        return reader()

    def _zigzag(self) -> int:
        number = self._varint()
        return (number >> 1) ^ -(number & 1)

    def _varint(self) -> int:
        number = shift = 0
        while True:
            byte = self._take(1)[0]
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number
            shift += 7
            if shift > 70:
                raise ValueError("a Thrift number is too long")

    def _take(self, count: int) -> bytes:
        piece = self._data[self._at : self._at + count]
        if len(piece) != count:
            raise ValueError("the Thrift data ends too early")
        self._at += count
        return piece
