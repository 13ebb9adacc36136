"""Child processes that never outlive us: stopped in order, or by the kernel where we are killed."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1


class ProcessError(Exception):
    """A child failed; the text ends with the last lines of its log."""


def tail(log: Path, lines: int = 15) -> str:
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def free_port(first: int = 0) -> int:
    """The first port from ``first`` on that nobody listens at on loopback (0: any)."""
    import socket

    for port in range(first, first + 200) if first else [0]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return int(probe.getsockname()[1])
    raise ProcessError(f"No port is free between {first} and {first + 199}.")


def _die_with_parent(number: int) -> Callable[[], None] | None:
    """What the child does before it starts, so that our SIGKILL ends it too (Linux only)."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def arm() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os._exit(1)

    return arm


@contextlib.contextmanager
def running(
    command: Sequence[str | os.PathLike[str]],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    stop_signal: int = signal.SIGTERM,
    patience: float = 20.0,
    input: bytes | None = None,
    user: str | None = None,
    cwd: Path | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``command`` in a group of its own, its output in ``log``; end the group at exit."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if input is not None else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            user=user,
            group=_group_of(user),
            extra_groups=[] if user else None,
            start_new_session=True,
            preexec_fn=_die_with_parent(stop_signal),
        )
    try:
        if process.stdin and input is not None:
            with contextlib.suppress(BrokenPipeError), process.stdin:
                process.stdin.write(input)
        yield process
    finally:
        stop(process, stop_signal, patience)


def stop(process: subprocess.Popen[bytes], number: int, patience: float) -> None:
    """Ask the process to end, wait, then end whatever is left of its group."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(number)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(
    ready: Callable[[], bool],
    process: subprocess.Popen[bytes],
    *,
    name: str,
    log: Path,
    patience: float = 30.0,
) -> None:
    """Return once ``ready()``; say why not where the process ends or takes too long."""
    deadline = time.monotonic() + patience
    while not ready():
        if process.poll() is not None:
            raise ProcessError(f"{name} ended with status {process.returncode}:\n{tail(log)}")
        if time.monotonic() > deadline:
            raise ProcessError(f"{name} was not ready within {patience:.0f} s:\n{tail(log)}")
        time.sleep(0.05)


def _group_of(user: str | None) -> int | None:
    if user is None:
        return None
    import pwd

    return pwd.getpwnam(user).pw_gid
