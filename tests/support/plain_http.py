"""`get`, `post` and `request` for tests that ask a process of theirs: httpx's, without loading any certificates.

They are patient: a process that has just begun, on a machine that is busy with other tests, is slow and not broken.
"""

from functools import partial

import httpx

from tenor.gateways.plain_http import NO_AUTHORITIES

PATIENCE_SECONDS = 30

get = partial(httpx.get, trust_env=False, verify=NO_AUTHORITIES, timeout=PATIENCE_SECONDS)
post = partial(httpx.post, trust_env=False, verify=NO_AUTHORITIES, timeout=PATIENCE_SECONDS)
request = partial(httpx.request, trust_env=False, verify=NO_AUTHORITIES, timeout=PATIENCE_SECONDS)
