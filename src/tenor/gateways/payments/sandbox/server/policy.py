"""The Content-Security-Policy of the provider's pages: our own style sheet, nothing that runs."""

from urllib.parse import urlsplit

BASE = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"


def policy(back_to: str = "") -> str:
    """The policy; a page whose form ends by going back to the shop names the shop, or browsers stop the redirect."""
    origin = urlsplit(back_to)
    shop = f" {origin.scheme}://{origin.netloc}" if back_to else ""
    return f"{BASE}; form-action 'self'{shop}"
