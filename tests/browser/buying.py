"""The flows by their steps, in every language: what is pressed, and what the pages then say."""

from dataclasses import dataclass
from decimal import Decimal

from playwright.sync_api import Locator, expect

from tests.browser.visiting import Visitor
from tests.support.house import RunningHouse

LANGUAGES = ("en", "sv", "nl")
ALICE = "alice@brightwater.example"


@dataclass(frozen=True)
class Words:
    """The labels of the trade, as docs and contracts have them; and how the worked amounts are written."""

    add_seats: str
    save: str
    submit: str
    done: str
    how: str
    change_term: str
    confirm: str
    undo: str


WORDS = {
    "en": Words(
        add_seats="Add seats",
        save="Save changes",
        submit="Submit order",
        done="Thank you, the order is completed",
        how="How is this worked out?",
        change_term="Change term",
        confirm="Confirm",
        undo="Undo",
    ),
    "sv": Words(
        add_seats="Lägg till användare",
        save="Spara ändringar",
        submit="Skicka beställning",
        done="Tack, beställningen är klar",
        how="Hur är detta uträknat?",
        change_term="Ändra avtalstid",
        confirm="Bekräfta",
        undo="Ångra",
    ),
    "nl": Words(
        add_seats="Seats toevoegen",
        save="Wijzigingen opslaan",
        submit="Bestelling verzenden",
        done="Hartelijk dank, de bestelling is voltooid",
        how="Hoe is dit berekend?",
        change_term="Termijn wijzigen",
        confirm="Bevestigen",
        undo="Ongedaan maken",
    ),
}

SEATS_NOW = "section[aria-labelledby=renewal] .facts > div:first-child dd"
PRICE, CHARGE, RECEIPT = "#price", "section[aria-labelledby=charge]", ".receipt__body"
TOTAL = ".summary__line--total"
RENEWAL = ".summary__note"


def subscription_of(house: RunningHouse, email: str, product: str, plan: str = "standard") -> str:
    """The id of the person's subscription to a product; there is one."""
    [(found,)] = house.sql(
        "SELECT s.id FROM db_subscription s JOIN db_membership m USING (account_id) JOIN db_user u ON u.id = m.user_id"
        " WHERE u.email = %s AND s.product_code = %s AND s.plan_code = %s",
        email,
        product,
        plan,
    )
    return str(found)


def orders_of(house: RunningHouse, subscription: str) -> list[tuple[str, str]]:
    """The subscription's orders, the oldest first: (id, status)."""
    rows = house.sql(
        "SELECT o.id, o.status FROM db_order o JOIN db_ordersubscription s ON s.order_id = o.id"
        " WHERE s.subscription_id = %s ORDER BY o.number",
        subscription,
    )
    return [(str(order), status) for order, status in rows]


def charges_of(house: RunningHouse, order: str) -> list[str]:
    """What the sandbox says became of each charge for an order."""
    sent = house.sql(
        "SELECT p.id FROM db_payment p JOIN db_invoice i ON i.id = p.invoice_id WHERE i.order_id = %s", order
    )
    references = {str(row[0]) for row in sent}
    return [charge["status"] for charge in house.sandbox.charges() if charge["reference"] in references]


def pays_with(house: RunningHouse, email: str, behaviour: str) -> None:
    """From now on the person's card does that at the sandbox (see its behaviours.py)."""
    house.sql(
        "UPDATE db_paymentmethod SET gateway_reference = %s WHERE kind = 'card' AND account_id IN"
        " (SELECT account_id FROM db_membership m JOIN db_user u ON u.id = m.user_id WHERE u.email = %s)",
        house.sandbox.method(behaviour),
        email,
    )


def button(one: Visitor, name: str) -> Locator:
    """The button of that name in the page's main part."""
    return one.page.locator("main").get_by_role("button", name=name, exact=True)


def submit_button(one: Visitor) -> Locator:
    """The button of the review, which says what is paid: "Submit order: pay $382.19"."""
    return one.page.locator("main").get_by_role("button", name=WORDS[one.language].submit)


def pay_button(one: Visitor) -> Locator:
    """The button of an unpaid order: "Pay $382.19"."""
    return one.page.locator("form[action$='/resume/'] .button--primary")


def seats_now(one: Visitor, subscription: str) -> int:
    """How many seats the subscription's page says there are."""
    one.open(f"/subscriptions/{subscription}/")
    return int(str(one.page.locator(f"{SEATS_NOW} data").get_attribute("value")))


def total(one: Visitor, part: str) -> str:
    """The total in a part of the page: "382.19 USD"."""
    [found] = one.money(f"{part} {TOTAL}")
    return found


def amounts(one: Visitor, part: str) -> tuple[str, ...]:
    """Every amount of a summary, lines, tax and total, without the arithmetic beside them."""
    values = one.settled().locator(f"{part} .summary__lines > div > dd:not(.summary__how) data.money")
    return tuple(values.evaluate_all("all => all.map((one) => one.value)"))


def adds_up(one: Visitor, part: str) -> bool:
    """Whether all lines and their tax make the total, for somebody who is charged none: no net stands between."""
    *lines, tax, whole = (Decimal(amount.split()[0]) for amount in amounts(one, part))
    return sum(lines) + tax == whole


def explanation(one: Visitor, part: str) -> str:
    """Open the first "How is this worked out?" in a part of the page and read it."""
    shown = one.settled().locator(f"{part} .explain").first
    if shown.get_attribute("open") is None:
        shown.locator("summary").click()
    return " ".join(shown.locator("ol").inner_text().split())


def to_seats(one: Visitor, subscription: str) -> None:
    """From the list of subscriptions to one, and on to "Add seats"."""
    one.open("/subscriptions/")
    one.page.locator(f"table a[href='/subscriptions/{subscription}/']").click()
    one.page.locator("main").get_by_role("link", name=WORDS[one.language].add_seats, exact=True).click()
    one.page.wait_for_url("**/seats/")


def to_review(one: Visitor, subscription: str, seats: int) -> None:
    """Straight to the review of that many more seats."""
    one.open(f"/subscriptions/{subscription}/seats/?seats={seats}")
    button(one, WORDS[one.language].save).click()
    one.page.wait_for_url("**/quotes/**")


def submit(one: Visitor) -> None:
    """Submit the order that is reviewed; wherever that leads."""
    submit_button(one).click()
    one.page.wait_for_url(lambda url: "/quotes/" not in url)


def buy(one: Visitor, subscription: str, seats: int) -> None:
    """Review and submit that many more seats."""
    to_review(one, subscription, seats)
    submit(one)


def is_done(one: Visitor) -> None:
    """The page is the receipt of a completed order."""
    one.page.wait_for_url("**/orders/*/")
    expect(one.page.locator(".receipt__title")).to_have_text(WORDS[one.language].done)
