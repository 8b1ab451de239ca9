"""A child process that ends when its parent ends, however the parent ended."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
"""From <sys/prctl.h>: the signal that the kernel sends to this process when its parent dies."""


def ends_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """What `subprocess.Popen(preexec_fn=...)` shall run in the child, or None where the kernel can't help (not Linux).

    The kernel watches the *thread* that started the child: start children from a thread that stays, best the main one.
    What was left behind all the same is found at the next start (`leftovers.py`).
    """
    if sys.platform != "linux":
        return None
    # Looked up before the fork: between fork and exec nothing may import, allocate much or take a lock.
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask_the_kernel() -> None:
        refused = prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0) != 0
        if refused or os.getppid() != parent:  # the second: the parent died before we asked
            os._exit(127)

    return ask_the_kernel
