"""Which time zones accounts may have. Local days are worked out in SQL and in Python: both have to know the name."""

from zoneinfo import ZoneInfo, available_timezones

from django.db import connection

from tenor.db.models.time_zone import TimeZone

LEARN = """
INSERT INTO db_timezone (name)
SELECT name FROM pg_timezone_names
WHERE name = ANY(%s) AND name !~ '^(posix|right)/' AND name NOT IN ('Factory', 'localtime', 'posixrules')
ON CONFLICT DO NOTHING
"""


def names_of_python() -> list[str]:
    """The names for which this machine has zone files."""
    return sorted(available_timezones())


def learn_time_zones() -> int:
    """Add the names of the IANA database that PostgreSQL and Python both know by now. Returns how many are new.

    None is taken away: accounts may be in it.
    """
    with connection.cursor() as cursor:
        cursor.execute(LEARN, [names_of_python()])
        return int(cursor.rowcount)


def is_time_zone(name: str) -> bool:
    """Whether it is one of them, letter by letter; "+02:00" and "europe/stockholm" are none."""
    if not TimeZone.objects.filter(name=name).exists():
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # this machine's zone files are older than the table
        return False
    return True
