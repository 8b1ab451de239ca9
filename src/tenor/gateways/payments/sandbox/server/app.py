"""The Flask application: the API, the pages, and the headers every answer carries."""

from flask import Flask, Response, request

from tenor.gateways.payments.sandbox.server.api import api
from tenor.gateways.payments.sandbox.server.pages import pages
from tenor.gateways.payments.sandbox.server.policy import policy
from tenor.gateways.payments.sandbox.server.provider import EXTENSION, Provider
from tenor.gateways.payments.sandbox.server.testing import testing

LARGEST_BODY = 64 * 1024

api.register_blueprint(testing)


def build(running: Provider) -> Flask:
    """The application for one running provider."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.extensions[EXTENSION] = running
    app.register_blueprint(api)
    app.register_blueprint(pages)
    app.after_request(_protect)
    app.add_url_rule("/healthz", "healthz", lambda: {"status": "ok"})
    return app


def _protect(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", policy())
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.endpoint != "static":
        headers["Cache-Control"] = "no-store"
    return response
