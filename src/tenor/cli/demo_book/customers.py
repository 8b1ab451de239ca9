"""All the demo's customers, in the order in which their stories are told on the sign-in page."""

from tenor.cli.demo_book.americas import AMERICAS
from tenor.cli.demo_book.brightwater import BRIGHTWATER, COBALT
from tenor.cli.demo_book.europe import EUROPE
from tenor.cli.demo_book.harbor import HARBOR
from tenor.cli.demo_book.neighbors import NEIGHBORS
from tenor.cli.demo_book.nordic import NORDIC
from tenor.cli.demo_book.pacific import PACIFIC
from tenor.cli.demo_book.second_thoughts import SECOND_THOUGHTS
from tenor.cli.demo_book.specs import Customer
from tenor.cli.demo_book.unpaid import UNPAID

CUSTOMERS: tuple[Customer, ...] = (
    BRIGHTWATER,
    COBALT,
    HARBOR,
    *NORDIC,
    *EUROPE,
    *AMERICAS,
    *PACIFIC,
    *UNPAID,
    *SECOND_THOUGHTS,
    *NEIGHBORS,
)
