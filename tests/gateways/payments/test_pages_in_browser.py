"""The provider's pages in Chromium: accessible in light and dark, wide and narrow; usable by keyboard alone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tenor.domain.account import MethodKind
from tenor.gateways.payments.port import PaymentGateway, SetupRequest, SetupStatus
from tests.gateways.payments.conftest import Ask
from tests.support import chromium
from tests.support.sandbox import SandboxProcess

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


def in_browser(work: Callable[[Browser], None]) -> None:
    """Run `work` with a browser, in a thread: playwright allows one at a time per thread, and others may have one."""

    def drive() -> None:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.ensure(), args=chromium.arguments())
            work(browser)
            browser.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(drive).result()


def start(gateway: PaymentGateway, sandbox: SandboxProcess, kind: MethodKind, reference: str) -> str:
    """A setup whose way back leads to another origin: the same server under another name."""
    back = sandbox.url.replace("127.0.0.1", "localhost") + "/books"
    return gateway.start_setup(
        SetupRequest(reference=reference, kind=kind, holder="Alice Ek", return_url=back, locale="nl")
    )


def faults_of(context: BrowserContext, url: str) -> list[str]:
    """What axe, the console and the width have to say against a page."""
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(f"{url}: console: {message.text}"))
    page.goto(url)
    faults += [f"{url}: {found['id']}: {found['nodes']}" for found in Axe().run(page).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        faults.append(f"{url}: wider than the window")
    page.close()
    return faults


def test_every_page_is_accessible(gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    urls = [start(gateway, sandbox, kind, f"axe {kind}") for kind in MethodKind]
    urls += [gateway.charge(ask(sandbox.method("bank_check"))).action_url]
    for behaviour in ("paid", "declined_final"):
        gateway.charge(ask(sandbox.method(behaviour), suffix=behaviour))
    gateway.charge(ask(sandbox.method("paid", "direct_debit"), suffix="debit"))
    urls += [f"{sandbox.url}/books?locale=sv", f"{urls[0]}&use=4242"]
    faults: list[str] = []

    def visit(browser: Browser) -> None:
        for scheme, size in (("light", DESKTOP), ("dark", PHONE)):
            context = browser.new_context(color_scheme=scheme, viewport=size)  # type: ignore[arg-type]
            for url in urls:
                faults.extend(faults_of(context, url))
            page = context.new_page()
            page.goto(urls[0])
            page.get_by_role("button").first.click()
            page.wait_for_load_state("load")
            assert page.get_by_role("alert").is_visible()
            faults.extend(str(found) for found in Axe().run(page).response["violations"])
            context.close()

    in_browser(visit)
    assert faults == []


def test_a_card_is_added_by_keyboard_and_leads_back(gateway: PaymentGateway, sandbox: SandboxProcess) -> None:
    url = start(gateway, sandbox, MethodKind.CARD, "by keyboard")
    seen: list[str] = []

    def type_card(browser: Browser) -> None:
        page = browser.new_context(java_script_enabled=False).new_page()
        page.on("console", lambda message: seen.append(message.text))
        page.goto(url)
        page.keyboard.press("Tab")
        while page.locator("input[name=number]:focus").count() == 0:
            page.keyboard.press("Tab")
        page.keyboard.type("4242424242424242")
        page.keyboard.press("Tab")
        page.keyboard.type("0449")
        page.keyboard.press("Tab")
        page.keyboard.type("123")
        page.keyboard.press("Enter")
        page.wait_for_url("**/books")
        seen.append(page.url)

    in_browser(type_card)
    assert seen == [sandbox.url.replace("127.0.0.1", "localhost") + "/books"]
    assert gateway.read_setup("by keyboard").status is SetupStatus.SUCCEEDED
