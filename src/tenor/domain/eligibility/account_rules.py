"""Rules of the matrix that concern the whole account (rules 8)."""

from tenor.domain.eligibility.case import Case, Finding
from tenor.domain.permissions import Permission, may, whom_to_ask
from tenor.domain.refusals import Remedy
from tenor.domain.tax_territories import sold_with


def country_outside_region(case: Case) -> Finding | None:
    """Self-service is offered in the seller's region list only; the Canary Islands (IC) belong with Spain."""
    countries = case.offer.policy.self_service_countries
    if case.state.country in countries or sold_with(case.state.country) in countries:
        return None
    return Finding({"country": case.state.country}, Remedy("contact_support"))


def role_may_not_buy(case: Case) -> Finding | None:
    """Buyer and billing admin may buy; everybody else learns whom to ask, by name."""
    if may(case.actor.role, Permission.BUY):
        return None
    return Finding({"role": str(case.actor.role)}, whom_to_ask(Permission.BUY, case.state.people))
