"""UUIDv7 ids, made here and not in the database: a row's id is known before it is written, and ids sort by age."""

import os
import time
from collections.abc import Iterator
from struct import Struct, unpack
from threading import Lock
from uuid import UUID

_TIME = (1 << 64) - 1
_VERSION = 0x7 << 12
_VARIANT = 0b10 << 62
_RANDOM = (1 << 62) - 1
_two_halves = Struct("!QQ").pack
_lock = Lock()
_last_tick = 0


def new_id() -> UUID:
    """One new id, greater than every id this process has made before."""
    return next(new_ids(1))


def new_ids(count: int) -> Iterator[UUID]:
    """That many ascending ids from one draw of randomness, for bulk writes.

    RFC 9562, method 3: 48 bits of milliseconds, 12 bits of their fraction, 62 random bits. The machine's clock only
    keeps neighbors together in an index: no date is ever read out of an id, so that the test clock has no say here.
    """
    return (UUID(bytes=raw) for raw in new_raw_ids(count))


def new_raw_ids(count: int) -> Iterator[bytes]:
    """The same as sixteen bytes each, for what is packed by the thousand (see `db.copying`)."""
    first = _reserve(count)
    for tick, random in zip(range(first, first + count), unpack(f"!{count}Q", os.urandom(8 * count)), strict=True):
        # 4096 ticks a millisecond: the lower twelve bits are the fraction, which stand behind the version.
        yield _two_halves((tick >> 12) << 16 & _TIME | _VERSION | tick & 0xFFF, random & _RANDOM | _VARIANT)


def endless_raw_ids(block: int = 1000) -> Iterator[bytes]:
    """Ascending ids without an end, drawn a block at a time: for work that can't say beforehand how many it needs."""
    while True:
        yield from new_raw_ids(block)


def _reserve(count: int) -> int:
    """Take `count` ticks (4096th parts of a millisecond) that no other thread gets; the first of them is returned."""
    global _last_tick
    with _lock:
        first = max(time.time_ns() * 4096 // 1_000_000, _last_tick + 1)
        _last_tick = first + count - 1
    return first
