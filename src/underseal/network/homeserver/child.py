"""What runs in the child process: Synapse, which ends when the process that started it does, however that ends."""

import ctypes
import os
import signal
import sys

from synapse.app.homeserver import main

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def end_with_parent(parent: int) -> None:
    """Ask the kernel for SIGTERM when the parent ends; end now if it is gone already.

    Args:
        parent: process id of the one that started us.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit("The process that started the homeserver is gone.")


if __name__ == "__main__":
    end_with_parent(int(sys.argv.pop(1)))
    main()
