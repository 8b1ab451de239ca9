"""The seller publishes a price, by the real use case: `python -m tests.browser.publish_price PRODUCT MINOR DAY`.

For a house: run with its environment, as a process of its own. From DAY on the yearly plan "standard" costs MINOR US
cents a seat in the US, renewals too; the price was announced in time (rules 3).
"""

import sys
from datetime import date, timedelta

from tenor.cli.bootstrap import set_up_django

set_up_django()

from tenor.db.models import Seller  # noqa: E402 - models need Django to be ready
from tenor.domain.catalog import Item, PriceEntry  # noqa: E402
from tenor.domain.money import Money  # noqa: E402
from tenor.domain.terms import Term  # noqa: E402
from tenor.usecases.publish_catalog import Publication, publish_catalog  # noqa: E402


def publish(product: str, minor: int, day: date) -> None:
    """Add the entry to the only seller's catalog."""
    price = Money(minor, "USD")
    entry = PriceEntry(
        id="",
        item=Item(product, "standard", Term(12), "USD", "us"),
        list_price=price,
        renewal_price=price,
        valid_from=day,
        announced_on=day - timedelta(days=40),
    )
    publish_catalog(seller_id=Seller.objects.get().id, publication=Publication(prices=(entry,)))


if __name__ == "__main__":
    publish(sys.argv[1], int(sys.argv[2]), date.fromisoformat(sys.argv[3]))
