"""Rows in bulk, packed straight into PostgreSQL's binary COPY format: no tuple a row, no dumper a value.

A field is bytes that carry their own length. What comes again and again within a night (words, days, small numbers) is
packed once and remembered. The formats are those of the PostgreSQL manual: "COPY", section "Binary Format".
"""

import struct
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

import orjson
from psycopg import sql
from psycopg.types.numeric import DecimalBinaryDumper

Field = bytes
"""A value as COPY takes it: four bytes of length, then the value."""

NULL: Field = b"\xff\xff\xff\xff"
TRUE: Field = b"\x00\x00\x00\x01\x01"
FALSE: Field = b"\x00\x00\x00\x01\x00"

_HEADER = b"PGCOPY\n\xff\r\n\0" + b"\0" * 8
_TRAILER = b"\xff\xff"
_SIXTEEN = b"\x00\x00\x00\x10"
_EPOCH_DAY = date(2000, 1, 1).toordinal()
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_length = struct.Struct("!i").pack
_int2 = struct.Struct("!ih").pack
_int4 = struct.Struct("!ii").pack
_int8 = struct.Struct("!iq").pack
_dump_decimal = DecimalBinaryDumper(Decimal).dump


def uuid(raw: bytes) -> Field:
    """An id, given as its sixteen bytes."""
    return _SIXTEEN + raw


def text(value: str) -> Field:
    """A text that is not likely to come again."""
    raw = value.encode()
    return _length(len(raw)) + raw


word = lru_cache(maxsize=65_536)(text)
"""A text that comes again and again."""


def int8(value: int) -> Field:
    """A bigint."""
    return _int8(8, value)


@lru_cache(maxsize=65_536)
def int4(value: int) -> Field:
    """An integer."""
    return _int4(4, value)


@lru_cache(maxsize=4096)
def int2(value: int) -> Field:
    """A smallint."""
    return _int2(2, value)


@lru_cache(maxsize=65_536)
def day(value: date) -> Field:
    """A date."""
    return _int4(4, value.toordinal() - _EPOCH_DAY)


@lru_cache(maxsize=256)
def instant(value: datetime) -> Field:
    """A timestamptz."""
    return _int8(8, (value - _EPOCH) // _MICROSECOND)


@lru_cache(maxsize=256)
def numeric(value: Decimal) -> Field:
    """A numeric."""
    raw = bytes(_dump_decimal(value) or b"")
    return _length(len(raw)) + raw


def json(value: object) -> Field:
    """A jsonb, in the same form that `domain.quote.canonical` gives."""
    return json_bytes(orjson.dumps(value, default=_plain))


def json_bytes(raw: bytes) -> Field:
    """A jsonb of JSON that is at hand; the byte before it is the format's version."""
    return _length(len(raw) + 1) + b"\x01" + raw


class Rows:
    """Rows of one table on their way into it."""

    def __init__(self, table: str, columns: Sequence[str]) -> None:
        self._count = len(columns)
        self._fields: list[bytes] = []
        self._start = struct.pack("!h", self._count)
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        self._statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table), names)

    def __len__(self) -> int:
        return len(self._fields) // (self._count + 1)

    def add(self, *fields: Field) -> None:
        """One more row, its fields in the order of the columns. Raises ValueError where one is missing."""
        if len(fields) != self._count:
            raise ValueError(f"a row of {self._count} columns was given {len(fields)}")
        self._fields.append(self._start)
        self._fields.extend(fields)

    def fill(self, column: int, fields: Sequence[Field]) -> None:
        """Give a column of all rows its values: what was not known yet when the rows were added."""
        self._fields[1 + column :: self._count + 1] = fields

    def packed(self) -> bytes:
        """All rows as COPY takes them."""
        return b"".join((_HEADER, *self._fields, _TRAILER))

    def copy(self, cursor: Any) -> None:
        """Write all rows through a cursor of psycopg, in one statement; none where there are none."""
        if self._fields:
            self.copy_packed(cursor, self.packed())

    def copy_packed(self, cursor: Any, packed: bytes) -> None:
        """Write rows that were packed before."""
        with cursor.copy(self._statement) as copy:
            copy.write(packed)


_PLAIN: dict[type, Callable[[Any], object]] = {
    Fraction: str,
    frozenset: lambda values: sorted(str(value) for value in values),
}


def _plain(value: object) -> object:
    """What orjson does not know by itself."""
    if (plain := _PLAIN.get(type(value))) is None:
        raise TypeError(f"no canonical form for {type(value).__name__}")
    return plain(value)
