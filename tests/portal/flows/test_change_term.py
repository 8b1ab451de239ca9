"""Change term: the worked numbers side by side, the price that was seen, and undoing it."""

import pytest
from django.urls import reverse

from tenor.db import models
from tenor.domain.account import Role
from tests.portal.flows.conftest import Answer, Counter, signed_in, text
from tests.support import factories

SEEN = {"1": "4900", "12": "42000", "36": "117900"}


def one_seat(counter: Counter) -> None:
    models.Subscription.objects.update(seats=1)


def confirm(counter: Counter, months: str, **prices: str) -> Answer:
    shown = {f"price_{term}": price for term, price in SEEN.items()}
    return counter.browser.post(counter.term_url, {"months": months, **shown, **prices})


def entries() -> list[tuple[str, int | None]]:
    """What is scheduled, with the price of one seat."""
    live = models.ScheduledChange.objects.filter(undone_at=None, replaced_at=None, claimed_at=None)
    return [(row.value, row.unit_price_minor) for row in live]


def test_three_years_cost_1179_save_6_4_percent_and_1310_if_lapsed(counter: Counter) -> None:
    one_seat(counter)
    response = counter.browser.get(counter.term_url)
    page = text(response)
    three_years = page[page.index("3 years") :]
    assert "€1,179.00 every 3 years" in three_years
    assert "Starts Mar 1, 2027" in three_years
    assert "Per year €393.00" in three_years
    assert "Saving against today's term €81.00 (6.4%)" in three_years
    assert "If you let it lapse and buy it again €1,310.00 (+11.1%)" in three_years
    assert "3 years: €1,179.00 over 3 years; today's term (1 year): €1,260.00 over the same time." in page
    assert 'value="12" required checked' in response.content.decode()


def test_all_seats_and_one_seat_are_both_said_and_nothing_of_unlike_terms_side_by_side(counter: Counter) -> None:
    response = counter.browser.get(counter.term_url)
    assert "€3,537.00 3 seats at €1,179.00 each, every 3 years" in text(response)
    assert "<table" not in response.content.decode()


def test_confirming_schedules_and_charges_nothing(counter: Counter) -> None:
    response = confirm(counter, "36")
    home = reverse("portal:subscription", args=[counter.customer.subscription.id])
    assert response.headers["Location"] == home
    assert entries() == [("36", 117_900)]
    assert not models.Order.objects.exists()
    page = text(counter.browser.get(home))
    assert "Renews for 3 years from March 1, 2027. Nothing is charged now, and you can undo it until then." in page


@pytest.mark.parametrize("months", ["", "36; DROP", "-1", "99999999999999"])
def test_what_is_no_term_is_an_error_beside_the_terms(counter: Counter, months: str) -> None:
    response = confirm(counter, months)
    assert response.status_code == 200
    assert 'id="months_error"' in response.content.decode()
    assert entries() == []


def test_the_term_that_is_there_already_is_no_change(counter: Counter) -> None:
    response = confirm(counter, "12")
    assert response.status_code == 200
    assert "The next renewal is for 1 year already." in text(response)


@pytest.mark.parametrize("prices", [{"price_36": "99900"}, {"price_36": ""}])
def test_another_price_than_the_page_said_confirms_nothing(counter: Counter, prices: dict[str, str]) -> None:
    response = confirm(counter, "36", **prices)
    assert response.status_code == 409
    assert "The price changed while you were looking at it" in text(response)
    assert entries() == []
    assert 'value="36" required checked' in response.content.decode()


def test_a_price_that_rose_meanwhile_is_seen_before_it_is_confirmed(counter: Counter) -> None:
    factories.make_price(
        seller=counter.customer.account.seller,
        months=36,
        list_minor=140_000,
        renewal_minor=None,
        valid_from=factories.TODAY,
        announced_on=factories.TODAY,
    )
    response = confirm(counter, "36")
    assert response.status_code == 409
    assert "€1,260.00" in text(response)
    confirm(counter, "36", price_36="126000")
    assert entries() == [("36", 126_000)]


def test_going_back_to_the_own_term_takes_the_change_away(counter: Counter) -> None:
    confirm(counter, "36")
    assert confirm(counter, "12").status_code == 302
    assert entries() == []


def test_where_renewal_is_off_the_term_can_still_be_chosen_and_unchosen(counter: Counter) -> None:
    models.Subscription.objects.update(auto_renew=False)
    assert confirm(counter, "36").status_code == 302
    assert entries() == [("36", 117_900)]
    assert confirm(counter, "12").status_code == 302
    assert entries() == []


def test_undo_restores_the_renewal(counter: Counter) -> None:
    confirm(counter, "36")
    undo = reverse("portal:undo_scheduled", args=[counter.customer.subscription.id, "term"])
    page = text(counter.browser.post(undo, follow=True))
    assert "Taken back." in page
    assert entries() == []
    assert "This is no longer scheduled" in text(counter.browser.post(undo, follow=True))


def test_undo_knows_its_kinds_its_roles_and_its_owners(counter: Counter) -> None:
    confirm(counter, "36")
    subscription = counter.customer.subscription.id
    undo = reverse("portal:undo_scheduled", args=[subscription, "term"])
    assert counter.browser.get(undo).headers["Location"] == reverse("portal:subscription", args=[subscription])
    assert counter.browser.post(undo.replace("/term/", "/colour/")).status_code == 404
    stranger = signed_in(factories.make_member(account=factories.make_account()).user)
    assert stranger.post(undo).status_code == 404
    assert stranger.get(counter.term_url).status_code == 404
    viewer = counter.as_role(Role.VIEWER)
    assert "Your role (viewer) does not include buying" in text(viewer.post(undo, follow=True))
    assert entries() == [("36", 117_900)]


def test_a_closed_change_tells_every_reason(counter: Counter) -> None:
    models.Subscription.objects.update(renewal_claimed_at=counter.customer.now)
    response = counter.browser.get(counter.term_url)
    assert "The renewal is being carried out at this moment." in text(response)
    assert 'type="radio"' not in response.content.decode()
    assert confirm(counter, "36").status_code == 409
