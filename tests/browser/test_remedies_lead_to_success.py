"""Every row of the matrix: somebody of the demo reads its reason, follows its remedy, and may do what was closed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from tenor.domain.eligibility import Action
from tenor.ui import words
from tests.browser.buying import subscription_of
from tests.browser.test_reasons import sentence_of
from tests.browser.visiting import session_key
from tests.support.house import RunningHouse, Template, running_house
from tests.support.house_fixtures import NewHouse
from tests.support.walking import Link, Node, Walker, walker

pytestmark = pytest.mark.house

CARD = {"number": "4242 4242 4242 4242", "expiry": "08/31", "code": "123"}


@dataclass
class Customer:
    """Somebody of the demo who is signed in."""

    house: RunningHouse
    email: str
    walk: Walker

    def answers(self, product: str, plan: str = "standard") -> Node:
        """The answers to "why can't I ...?" on the page of a subscription."""
        self.walk.open(f"/subscriptions/{subscription_of(self.house, self.email, product, plan)}/")
        return next(one for one in self.walk.page.main.every("details") if one.attributes.get("id") == "why")

    def remedy(self, product: str, code: str, action: Action, plan: str = "standard") -> Link:
        """What is said to do about the reason that closes the action."""
        wanted = words.action(action)
        for closed in self.answers(product, plan).every("div"):
            if any(wanted in title.text().split(", ") for title in closed.every("dt")):
                for reason in closed.every("li"):
                    if sentence_of(code).search(reason.text()):
                        return next(self._remedies(reason))
        raise AssertionError(f"{code} does not close {action} here:\n{self.answers(product, plan).text()}")

    @staticmethod
    def _remedies(reason: Node) -> Iterator[Link]:
        for link in reason.every("a"):
            yield Link(link.text(), link.attributes["href"])
        for said in reason.every("span", "reasons__remedies"):
            yield Link(said.text(), "")

    def follow(self, product: str, code: str, action: Action, plan: str = "standard") -> None:
        """Go where the remedy leads."""
        self.walk.open(self.remedy(product, code, action, plan).href)

    def may(self, product: str, action: Action) -> bool:
        """Whether the action is open."""
        return bool(self.address(product, action))

    def address(self, product: str, action: Action) -> str:
        """Where an action that is open is carried out; "" where it is closed."""
        self.walk.open(f"/subscriptions/{subscription_of(self.house, self.email, product)}/")
        links = (link for link in self.walk.page.main.every("a") if "button" in link.attributes.get("class", ""))
        named = ((link.attributes.get("aria-label") or link.text(), link.attributes["href"]) for link in links)
        return next((href for name, href in named if name == words.action(action)), "")

    def seats(self, product: str) -> int:
        """How many seats there are."""
        subscription = subscription_of(self.house, self.email, product)
        [(seats,)] = self.house.sql("SELECT seats FROM db_subscription WHERE id = %s", subscription)
        return int(seats)

    def add_seat(self, product: str) -> None:
        """Carry out what was closed: one more seat, to the receipt."""
        assert self.may(product, Action.SEATS_ADD)
        self.walk.follow(words.action(Action.SEATS_ADD))
        self.walk.press("Save changes", seats="1")
        self.order()

    def order(self) -> None:
        """Submit what is reviewed, to the receipt of what is done."""
        buttons = [text for form in self.walk.page.forms() for text, _, _ in form.buttons]
        self.walk.press("Order with" if "Order with obligation to pay" in buttons else "Submit order")
        assert "Thank you, the" in self.walk.page.text(), self.walk.page.text()

    def add_card(self) -> None:
        """From the payment methods to the provider's page and back."""
        self.walk.press("Card")
        self.walk.press("Save", **CARD)
        assert "4242" in self.walk.page.text()

    def ask_support(self, action: Action) -> None:
        """Send the request, which knows what it is about; it is in the mailbox."""
        assert words.action(action) in self.walk.page.text()
        self.walk.press("Send", text=f"Please help {self.email}.")
        assert "Your question is on its way" in self.walk.page.root.text(), self.walk.page.text()
        self.house.wait_until(lambda: self.email in self.mails(), f"the request of {self.email} in the mailbox")

    def mails(self) -> str:
        """What was asked of support so far, as the mailbox has it."""
        rows = self.house.sql("SELECT text FROM db_sentmail")
        return "\n".join(text for (text,) in rows)


@pytest.fixture(scope="module")
def town(house_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """One house for all of them: each follows what nobody else's subscriptions know of; the clock stands."""
    with running_house(house_template, tmp_path_factory.mktemp("town")) as running:
        yield running


@contextmanager
def customer(town: RunningHouse, email: str) -> Iterator[Customer]:
    """That person, with a session of their own."""
    with walker(town.url, session_key(town, email)) as walk:
        yield Customer(town, email, walk)


@pytest.mark.parametrize(
    ("code", "email", "product", "plan", "action"),
    [
        ("country_outside_region", "haruka@aoyama.example", "model", "premium", Action.SEATS_ADD),
        ("legacy_processor", "walter@pinecrest.example", "draft", "standard", Action.SEATS_ADD),
        ("maintenance_plan", "wiebke@bauhuette.example", "sheets", "maintenance", Action.SEATS_ADD),
        ("product_discontinued", "ruby@wattlecreek.example", "flow", "standard", Action.SEATS_ADD),
        ("seats_at_minimum", "nils@berg.example", "light", "standard", Action.SEATS_REDUCE),
        ("seats_at_maximum", "nuria@mares.example", "light", "standard", Action.SEATS_ADD),
    ],
)
def test_support_gets_a_request_that_knows_what_it_is_about(
    town: RunningHouse, code: str, email: str, product: str, plan: str, action: Action
) -> None:
    with customer(town, email) as one:
        assert "support" in one.remedy(product, code, action, plan).label
        one.follow(product, code, action, plan)
        assert sentence_of(code).search(one.walk.page.text()), "what stands in the way is said again"
        one.ask_support(action)


def test_who_may_buy_is_asked_and_does_it(town: RunningHouse) -> None:
    with customer(town, "bob@brightwater.example") as bob:
        asked = bob.remedy("vault", "role_may_not_buy", Action.SEATS_ADD)
        assert (asked.label, asked.href) == ("Ask Alice Bergstrom, Dana Whitfield", "")
    with customer(town, "dana@brightwater.example") as dana:
        dana.add_seat("vault")


def test_a_reseller_is_written_to(town: RunningHouse) -> None:
    with customer(town, "isabel@mesaridge.example") as one:
        written = one.remedy("draft", "bought_from_reseller", Action.SEATS_ADD)
        assert written == Link("Contact CADline Partners: orders@cadline.example", "mailto:orders@cadline.example")
        one.add_seat("sheets")


def test_an_overdue_payment_is_made(town: RunningHouse) -> None:
    with customer(town, "harriet@thornbury.example") as one:
        one.follow("model", "past_due", Action.SEATS_ADD)
        one.walk.press("Pay ")
        one.add_seat("model")  # the card that paid pays from now on: the other one has expired


def test_what_is_suspended_is_paid_by_a_new_card(town: RunningHouse) -> None:
    with customer(town, "rupert@ashdown.example") as one:
        one.follow("survey", "suspended", Action.SEATS_ADD)
        one.add_card()  # on the way, and back to what is to be paid
        one.walk.press("Pay ", method="4242")
        assert "suspended" not in one.answers("survey").text()
        one.add_seat("survey")


def test_an_order_that_waits_is_canceled(town: RunningHouse) -> None:
    with customer(town, "femke@deboer.example") as one:
        one.follow("draft", "open_order", Action.SEATS_ADD)
        one.walk.press("Cancel order")
        assert one.may("draft", Action.SEATS_ADD)


def test_a_renewal_that_waits_for_the_bank_is_confirmed(town: RunningHouse) -> None:
    with customer(town, "mette@havnegade.example") as one:
        one.follow("draft", "past_due", Action.SEATS_ADD)
        one.walk.follow("Go on at the payment provider")
        one.walk.press("Approve")
        town.wait_until(lambda: one.may("draft", Action.SEATS_ADD), "the bank's word, and the renewal")


def test_a_month_that_was_not_paid_starts_anew(town: RunningHouse) -> None:
    with customer(town, "owen@kielder.example") as one:
        one.follow("site", "suspended", Action.SEATS_ADD)
        one.walk.press("Pay ", method="2029")
        assert "suspended" not in one.answers("site").text()
        assert "Renews on 21 December 2026" in one.walk.page.text()


def test_what_the_bank_took_back_is_paid_again(town: RunningHouse) -> None:
    with customer(town, "jakob@hallstatt.example") as one:
        one.follow("survey", "past_due", Action.SEATS_ADD)
        one.walk.press("Pay ", method="2028")
        assert "past due" not in one.answers("survey").text()


def test_without_a_method_one_is_added(town: RunningHouse) -> None:
    with customer(town, "camille@rivoli.example") as one:
        one.follow("draft", "no_payment_method", Action.SEATS_ADD)
        one.add_card()
        one.add_seat("draft")


def test_an_expired_card_gives_way_to_a_new_one(town: RunningHouse) -> None:
    with customer(town, "henry@ostrander.example") as one:
        one.follow("draft", "payment_method_expired", Action.SEATS_ADD)
        one.add_card()
        one.follow("draft", "payment_method_expired", Action.SEATS_ADD)
        one.walk.press("Save changes", method="2031")
        one.add_seat("draft")


def test_a_card_that_the_bank_refuses_gives_way_to_the_other(town: RunningHouse) -> None:
    with customer(town, "katharina@brenner.example") as one:
        one.follow("model", "payment_method_invalid", Action.SEATS_ADD)
        one.walk.press("Save changes", method="2029")
        one.add_seat("model")


def test_a_debit_that_is_not_confirmed_yet_is_not_waited_for(town: RunningHouse) -> None:
    with customer(town, "reto@alpenwerk.example") as one:
        one.follow("model", "mandate_pending", Action.SEATS_ADD)
        one.add_card()
        one.follow("model", "mandate_pending", Action.SEATS_ADD)
        one.walk.press("Save changes", method="4242")
        one.add_seat("model")


def test_paypal_gives_way_to_a_card_where_dates_are_aligned(town: RunningHouse) -> None:
    with customer(town, "juergen@kessler.example") as one:
        one.follow("model", "method_kind_not_allowed", Action.ALIGN)
        one.add_card()
        for product in ("model", "draft"):
            one.follow(product, "method_kind_not_allowed", Action.ALIGN)
            one.walk.press("Save changes", method="4242")
        assert one.may("model", Action.ALIGN)


def test_what_would_end_is_renewed_again(town: RunningHouse) -> None:
    """One alone can't be aligned with anything: what is left of the reasons is that."""
    with customer(town, "lena@vogt.example") as one:
        one.follow("draft", "auto_renew_off", Action.ALIGN)
        one.walk.press("Turn on")
        assert not sentence_of("auto_renew_off").search(one.answers("draft").text())


def test_a_monthly_term_becomes_a_year_at_its_renewal(town: RunningHouse) -> None:
    with customer(town, "alice@brightwater.example") as one:
        for action, code in ((Action.RENEW_EARLY, "monthly_no_early_renewal"), (Action.ALIGN, "term_differs")):
            assert one.remedy("sheets", code, action).label == "Change its term to 1 year at the next renewal"
        one.follow("sheets", "term_differs", Action.ALIGN)
        one.walk.press("Confirm", months="12")
        assert one.remedy("sheets", "term_differs", Action.ALIGN) == Link("Try again after the renewal", "")


def test_what_is_paid_by_two_methods_is_paid_by_one(town: RunningHouse) -> None:
    with customer(town, "lieve@schelde.example") as one:
        for product, plan in (("vault", "standard"), ("draft", "premium")):
            told = one.answers(product, plan).text()
            if sentence_of("method_differs").search(told):
                one.follow(product, "method_differs", Action.ALIGN, plan)
                one.walk.press("Save changes")
        assert one.may("vault", Action.ALIGN)


def test_orders_that_build_on_each_other_are_returned_the_newest_first(town: RunningHouse) -> None:
    with customer(town, "fiona@penrosehale.example") as one:
        seats = one.seats("draft")
        one.add_seat("draft")
        first = str(one.walk.page.url)
        one.add_seat("draft")
        one.walk.open(first)
        assert sentence_of("later_order_depends").search(one.walk.page.text())
        for _ in range(2):
            one.walk.open(one.address("draft", Action.RETURN_ORDER))
            one.walk.press("Return this order")
        assert one.seats("draft") == seats
        assert one.remedy("draft", "return_window_ended", Action.RETURN_ORDER).label == "Contact support"


def test_what_expired_is_renewed_late(town: RunningHouse) -> None:
    with customer(town, "oliver@pratt.example") as one:
        asked = one.remedy("render", "renewal_window_closed", Action.RENEW_EARLY)
        assert asked == one.remedy("render", "expired", Action.SEATS_ADD)
        one.walk.open(asked.href)
        one.walk.press("Go on to the review")
        one.order()
        one.add_seat("render")


def test_what_ended_is_bought_again(town: RunningHouse) -> None:
    with customer(town, "mia@tran.example") as one:
        ended = subscription_of(town, one.email, "light")
        one.follow("light", "canceled", Action.SEATS_ADD)
        one.walk.press("Go on to the review")
        one.order()
        bought = town.sql(
            "SELECT new.status FROM db_subscription new JOIN db_subscription old USING (account_id)"
            " WHERE old.id = %s AND new.id <> old.id",
            ended,
        )
        assert bought == [("active",)]


WAITED_FOR = {
    "renewal_window_not_open": ("alice@brightwater.example", "draft", datetime(2026, 12, 1, 12, tzinfo=UTC)),
    "next_term_already_renewed": ("aoife@clonmore.example", "draft", datetime(2027, 10, 17, 12, tzinfo=UTC)),
}


def test_what_opens_on_a_day_opens_on_that_day(fresh_house: NewHouse) -> None:
    """In a house of its own, for the clock moves. What falls due for others on the way stays undone: no worker."""
    town = fresh_house("sandbox", "web")
    for code, (email, product, opens) in WAITED_FOR.items():
        with customer(town, email) as one:
            told = one.remedy(product, code, Action.RENEW_EARLY)
            assert all(part in told.label for part in ("Wait until", f"{opens:%B}", str(opens.day), str(opens.year)))
            town.set_clock(opens)
            assert not any(sentence_of(by).search(one.answers(product).text()) for by in ("not_expired", "not_ended"))
            one.walk.open(one.address(product, Action.RENEW_EARLY))
            one.walk.press("Go on to the review")
            one.order()
            assert one.remedy(product, "next_term_already_renewed", Action.RENEW_EARLY).label.startswith("Wait until")
