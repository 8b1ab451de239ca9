"""Where payment gateways tell us that something moved: verified, stored once, answered at once."""

import logging

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tenor.gateways.clock import real_now
from tenor.gateways.payments.errors import InvalidEvent
from tenor.gateways.payments.registry import NoSuchGateway, gateway
from tenor.usecases.store_gateway_event import store_gateway_event

LARGEST_BODY = 64 * 1024
log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def receive(request: HttpRequest, name: str) -> HttpResponse:
    """204 for what is stored, now or before; 400 for what must not be believed; 413 for what is too large."""
    try:
        port = gateway(name)
    except NoSuchGateway as missing:
        raise Http404 from missing
    body = request.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        return HttpResponse(status=413)
    now = real_now()
    try:
        event = port.read_event(request.headers, body, now)
    except InvalidEvent as fault:
        log.warning("a webhook for %s was refused: %s", name, fault)
        return HttpResponse(status=400)
    store_gateway_event(gateway=name, event=event, received_at=now)
    return HttpResponse(status=204)
