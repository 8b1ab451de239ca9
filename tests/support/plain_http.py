"""`get`, `post` and `request` for tests that ask a process of theirs: httpx's, without loading any certificates."""

from functools import partial

import httpx

from tenor.gateways.plain_http import NO_AUTHORITIES

get = partial(httpx.get, trust_env=False, verify=NO_AUTHORITIES)
post = partial(httpx.post, trust_env=False, verify=NO_AUTHORITIES)
request = partial(httpx.request, trust_env=False, verify=NO_AUTHORITIES)
