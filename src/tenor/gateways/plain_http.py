"""Requests in plain HTTP, to a process of ours on this machine."""

import ssl

NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For `verify`: trusts nobody, for there is nobody to trust. Httpx would load every authority of the world for each
request that has no client of its own, which takes longer than the request."""
