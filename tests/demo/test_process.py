import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demo.process import ProcessError, free_port, running, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's /proc")

STUBBORN = """
import os, pathlib, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path("{role}.pid").write_text(str(os.getpid()))
time.sleep(60)
"""
PARENT = """
import subprocess, sys
subprocess.Popen([sys.executable, "-c", {child!r}])
""" + STUBBORN.format(role="parent")


def is_alive(pid: int) -> bool:
    """Whether it runs; one that ended and was not waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def wait_for(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_process_that_will_not_end_is_ended_with_its_children(tmp_path):
    code = PARENT.format(child=STUBBORN.format(role="child"))
    files = [tmp_path / "parent.pid", tmp_path / "child.pid"]

    with running([sys.executable, "-c", code], log=tmp_path / "log", cwd=tmp_path, patience=0.2):
        wait_for(lambda: all(file.exists() and file.read_text() for file in files))

    pids = [int(file.read_text()) for file in files]
    wait_for(lambda: not any(map(is_alive, pids)))


def test_a_process_ends_when_we_are_killed(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from demo.process import running\n"
        f"with running([sys.executable, '-c', 'import time; time.sleep(60)'], "
        f"log=Path({str(tmp_path / 'log')!r})) as process:\n"
        "    print(process.pid, flush=True); time.sleep(60)"
    )
    us = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert us.stdout is not None
    with us, us.stdout as printed:
        child = int(printed.readline())

        us.send_signal(signal.SIGKILL)
        us.wait()

    wait_for(lambda: not is_alive(child))


def test_a_process_that_fails_to_start_shows_the_end_of_its_log(tmp_path):
    log = tmp_path / "log"

    with (
        pytest.raises(ProcessError, match=r"status 3(?s:.*)the reason"),
        running(
            [sys.executable, "-c", "print('the reason'); raise SystemExit(3)"], log=log
        ) as process,
    ):
        wait_until(lambda: False, process, name="It", log=log)


def test_a_busy_port_is_stepped_over():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]

        assert free_port(port) > port
