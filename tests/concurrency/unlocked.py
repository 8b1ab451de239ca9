"""The portal with the account's lock taken out, as a WSGI application: the control of tests over HTTP."""

from threading import Barrier
from typing import Any

from tenor.domain.planner import plan
from tenor.project.wsgi import application
from tenor.usecases import collect_payment, load, submit_quote

__all__ = ["application"]

both_have_planned = Barrier(2, timeout=30)


def plan_and_wait(*arguments: Any) -> Any:
    """Nobody writes before both have read: with the lock in its place this could never come about."""
    quote = plan(*arguments)
    both_have_planned.wait()
    return quote


for module in (load, collect_payment, submit_quote):
    setattr(module, "lock_account", lambda _account_id: None)  # noqa: B010 - it is no export of the module
setattr(submit_quote, "plan", plan_and_wait)  # noqa: B010
