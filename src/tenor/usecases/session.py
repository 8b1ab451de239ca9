"""Who waits for a gateway's answer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Session:
    """Where the gateway sends the customer back to, and the language of its pages.

    `return_url` holds "{order}" where the order's id belongs; "" where nobody waits (a renewal): whoever
    passes the bank's check later comes back to the portal all the same, in the account's language (`locale` "").
    """

    return_url: str = ""
    locale: str = "en"


NOBODY = Session(locale="")
