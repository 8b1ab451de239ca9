"""Rules of the matrix that concern the whole account (rules 8)."""

from tenor.domain.eligibility.case import Case, Finding
from tenor.domain.refusals import Remedy


def country_outside_region(case: Case) -> Finding | None:
    """Self-service is offered in the seller's region list only."""
    if case.state.country in case.offer.policy.self_service_countries:
        return None
    return Finding({"country": case.state.country}, Remedy("contact_support"))


def role_may_not_buy(case: Case) -> Finding | None:
    """Buyer and billing admin may buy; everybody else learns whom to ask, by name."""
    if case.actor.role.may_buy:
        return None
    names = ", ".join(person.name for person in case.state.people if person.role.may_buy)
    return Finding({"role": str(case.actor.role)}, _ask(names))


def _ask(names: str) -> Remedy:
    return Remedy("ask_buyer", {"names": names}) if names else Remedy("contact_support")
