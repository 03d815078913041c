"""The leash: makes a program end with the process that starts it, then becomes that program.

It is run as a program, without the rest of the package:

    python -I -S leash.py PARENT LIFELINE PROGRAM ARGUMENT…

PARENT is the id of the process that starts it. If LIFELINE is -1, the Linux kernel sends SIGTERM
when the *thread* that started this process ends (prctl(2), PR_SET_PDEATHSIG; it outlives exec).
Otherwise LIFELINE is the reading end of a pipe whose writing end only the parent has, and a forked
watcher waits until it is closed. In both cases the program keeps this process's id.

Every start of a server waits for this program, so it imports only what it uses: `typing`, `signal`
and `select` would take longer than all the rest.
"""

from __future__ import annotations

import os
import sys

_PR_SET_PDEATHSIG = 1
_SIGTERM, _SIGKILL = 15, 9
_TIME_TO_LEAVE = 10_000
"""Milliseconds between SIGTERM and SIGKILL, for the watcher."""


def main(arguments: list[str]) -> None:
    """Set up the leash, check that the parent is still alive, and become the program."""
    parent, lifeline, command = int(arguments[0]), int(arguments[1]), arguments[2:]
    if lifeline < 0:
        _ask_kernel()
    else:
        _fork_watcher(lifeline)
    # If the parent died before the leash was set up, no signal will come, and the parent's id has
    # changed.
    if os.getppid() != parent:
        raise SystemExit(f"Process {parent}, which started this one, is gone.")
    os.execv(command[0], command)


def _ask_kernel() -> None:
    import ctypes  # noqa: PLC0415 - the watcher does without it

    libc = ctypes.CDLL(None, use_errno=True)
    zero = ctypes.c_ulong(0)
    if libc.prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(_SIGTERM), zero, zero, zero):
        raise SystemExit(f"prctl: {os.strerror(ctypes.get_errno())}")


def _fork_watcher(lifeline: int) -> None:
    """Fork the watcher. Only the program keeps `held` open, so reading `alive` ends when the
    program ends."""
    program = os.getpid()
    alive, held = os.pipe()
    if os.fork():
        os.set_inheritable(held, True)  # noqa: FBT003 - the call takes no names
        os.close(lifeline)
        return
    os.close(held)
    # Standard input is the lock of the data folder, which the watcher must not keep.
    os.dup2(lifeline, 0)
    _watch(program, 0, alive)
    os._exit(0)


def _watch(program: int, lifeline: int, alive: int) -> None:
    import select  # noqa: PLC0415 - the kernel's way does without it

    both = select.poll()
    both.register(lifeline, select.POLLIN)
    both.register(alive, select.POLLIN)
    if any(descriptor == alive for descriptor, _ in both.poll()):
        return
    only = select.poll()
    only.register(alive, select.POLLIN)
    for number in (_SIGTERM, _SIGKILL):
        # The watcher is the program's child, so it can see whether the id is still the program's.
        if os.getppid() != program:
            return
        os.kill(program, number)
        only.poll(_TIME_TO_LEAVE)


if __name__ == "__main__":
    main(sys.argv[1:])
