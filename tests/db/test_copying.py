"""Packed rows are read back by PostgreSQL as what they were."""

from datetime import UTC, date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenor.db import copying
from tenor.db.copying import NULL, TRUE, Rows
from tenor.domain.explanation import Explanation
from tenor.domain.money import Money
from tenor.domain.quote import canonical

TABLE = """
CREATE TEMPORARY TABLE packed (
    id uuid, long text, short text, large bigint, whole integer, small smallint, day date, instant timestamptz,
    share numeric(7, 6), facts jsonb, nothing text, yes boolean
) ON COMMIT DROP
"""
COLUMNS = ("id", "long", "short", "large", "whole", "small", "day", "instant", "share", "facts", "nothing", "yes")
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
VALUES = st.tuples(
    st.uuids(),
    TEXT,
    TEXT,
    st.integers(-(2**63), 2**63 - 1),
    st.integers(-(2**31), 2**31 - 1),
    st.integers(-(2**15), 2**15 - 1),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.decimals(0, Decimal("0.999999"), places=6),
)


def pack(values: tuple[Any, ...], facts: object) -> Rows:
    id_, long, short, large, whole, small, day, instant, share = values
    rows = Rows("packed", COLUMNS)
    rows.add(
        copying.uuid(id_.bytes),
        copying.text(long),
        copying.word(short),
        copying.int8(large),
        copying.int4(whole),
        copying.int2(small),
        copying.day(day),
        copying.instant(instant),
        copying.numeric(share),
        copying.json(facts),
        NULL,
        TRUE,
    )
    return rows


@pytest.mark.django_db
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VALUES)
def test_every_kind_of_value_arrives_as_it_was(values: tuple[Any, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS packed")
        cursor.execute(TABLE)
        pack(values, {"text": values[1]}).copy(cursor)
        cursor.execute("SELECT id, long, short, large, whole, small, day, instant, share, nothing, yes FROM packed")
        assert cursor.fetchall() == [(*values, None, True)]
        cursor.execute("SELECT facts = jsonb_build_object('text', long) FROM packed")
        assert cursor.fetchone() == (True,)


def test_json_has_the_canonical_form_of_the_domain() -> None:
    price = Money(46_500, "USD")
    step = Explanation("share", {"share": Fraction(1, 3), "on": date(2026, 2, 28), "kinds": None}, price)
    value = {"line": Explanation("whole_term", {"unit_price": price, "seats": 3}, price * 3, (step,)), "n": [1, "a"]}
    packed = copying.json(value)
    assert packed[4:5] == b"\x01"
    assert orjson.loads(packed[5:]) == canonical(value)


def test_what_has_no_canonical_form_is_refused() -> None:
    with pytest.raises(TypeError):
        copying.json({"id": UUID(int=1), "float": object()})


def test_a_row_with_a_field_missing_is_refused() -> None:
    with pytest.raises(ValueError, match="2 columns"):
        Rows("packed", ("id", "long")).add(NULL)


def test_no_rows_are_no_statement() -> None:
    rows = Rows("a_table_that_is_not_there", ("id",))
    rows.copy(cursor=None)
    assert len(rows) == 0
