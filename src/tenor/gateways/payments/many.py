"""Many charges at once, by threads: for a gateway that has no better way."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice

from tenor.gateways.payments.errors import GatewayError
from tenor.gateways.payments.port import ChargeAnswer, ChargeRequest, PaymentGateway

Asked = tuple[ChargeRequest, ChargeAnswer | GatewayError]
AHEAD = 4
"""Requests at hand for each thread, so that none idles while the caller writes answers down."""


def charge_in_threads(gateway: PaymentGateway, requests: Iterator[ChargeRequest], at_once: int) -> Iterator[Asked]:
    """Ask for each, `at_once` at a time, and yield what came back as it comes. Requests are drawn as they are needed,
    in the caller's thread."""
    with ThreadPoolExecutor(at_once) as pool:
        asked: set[Future[Asked]] = set()
        while True:
            room = at_once * (AHEAD + 1) - len(asked)
            asked |= {pool.submit(_charge, gateway, request) for request in islice(requests, room)}
            if not asked:
                return
            done, asked = wait(asked, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()


def _charge(gateway: PaymentGateway, request: ChargeRequest) -> Asked:
    try:
        return request, gateway.charge(request)
    except GatewayError as error:
        return request, error
