"""What this process may take: decided before it reads the first byte of a stranger."""

import ctypes
import os
import resource
import signal

MEMORY_BYTES = 768 * 1024**2
CPU_SECONDS = 30
WRITTEN_BYTES = 300_000_000
OPEN_FILES = 64
_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


def confine() -> None:
    """Limit memory, time and disk; leave the network; die with the worker that started us."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    # Some kernels forbid it to ordinary processes. The other limits stand by themselves.
    libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, WRITTEN_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    # Two limits: the first one ends the process by a signal of its own (SIGXCPU), which says why;
    # the second by SIGKILL, as a machine short of memory does.
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 2))
    os.nice(5)
