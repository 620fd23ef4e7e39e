"""A child process fed and read through pipes: it can be stopped, and leaves nothing on disk."""

from __future__ import annotations

import asyncio
import contextlib
import resource
from collections.abc import Mapping, Sequence

_MEMORY = 1 << 30


class ChildFailed(Exception):
    """The child ended with an error; the message holds its exit code, never what it was fed."""


async def run(argv: Sequence[str], fed: bytes, seconds: float, env: Mapping[str, str]) -> bytes:
    """Feed a child on its standard input and return what it wrote.

    The child gets only ``env`` (no token is handed on) and 1 GiB of address space; it can write no
    file and leaves no core dump. It is killed when the time is over or the caller is cancelled.

    Raises:
        TimeoutError: it took longer than ``seconds``.
        ChildFailed: it could not be started or ended with an error.
    """
    try:
        child = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=dict(env),
        )
    except OSError as error:
        raise ChildFailed(f"{argv[0]} cannot be started") from error
    try:
        _limit(child.pid)
        async with asyncio.timeout(seconds):
            written, _ = await child.communicate(fed)
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    if child.returncode:
        raise ChildFailed(f"{argv[0]} ended with {child.returncode}")
    return written


def _limit(pid: int) -> None:
    """Set before anything is fed, so that a crash cannot leave the contents behind.

    Where the system knows no such call (macOS) the child has the limits that we have.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError, AttributeError):
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, 0))
        resource.prlimit(pid, resource.RLIMIT_AS, (_MEMORY, _MEMORY))
