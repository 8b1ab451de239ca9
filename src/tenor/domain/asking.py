"""How long a gateway that gave no answer is asked, how often, and until when a request may be sent again (issue 4)."""

from datetime import timedelta

KEY_LIVES = timedelta(hours=23)
"""Gateways forget idempotency keys after a day. From then on nothing is sent again, only asked about."""

HANDED_OVER_AFTER = timedelta(days=5)
"""From then on a person has to look: no gateway takes longer to know what it did."""

WAITS = (
    timedelta(seconds=10),
    timedelta(minutes=5),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=16),
)
"""Before each look, the first counted from the silence. Some seconds at first: a customer who watches the page waits
for it, and most silences are a line that broke. The last of these comes 21 hours after the silence, while the key still
lives and what never arrived may be sent again; then it is a day each."""

DAILY = timedelta(days=1)


def patience(tries: int) -> int:
    """Seconds until the gateway is asked again, after it was asked `tries` times without an answer."""
    wait = WAITS[tries] if tries < len(WAITS) else DAILY
    return int(wait.total_seconds())
