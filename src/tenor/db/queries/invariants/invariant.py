"""What an invariant is: a query for the rows that break it, a sentence, and what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invariant:
    """Something that is true of the books after every transaction, whatever was killed.

    `sql` selects `account_id` (null for what belongs to no account), `what` and `facts` of every row that breaks it; it
    is one set query, so that PostgreSQL works it out and only offenders come back. Amounts are in minor units.
    """

    name: str
    sql: str
    wrong: str
    remedy: str
