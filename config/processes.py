"""The web server and the worker as child processes that live and end together."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from types import FrameType
from typing import Self

from config.words import _

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS_TO_END = 15
SECONDS_TO_BE_READY = 90


class CannotRunError(Exception):
    """Something outside of Essaim is in the way; the message says what, in a sentence."""


class ToldToStop(BaseException):
    """Somebody pressed Ctrl-C or asked the process to end."""


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Within the block SIGINT, SIGTERM and SIGHUP raise; the block ends quietly by them."""

    def stop(number: int, frame: FrameType | None) -> None:
        for signal_number in SIGNALS:
            signal.signal(signal_number, signal.SIG_IGN)  # ending is under way: once is enough
        raise ToldToStop

    before = {number: signal.signal(number, stop) for number in SIGNALS}
    try:
        yield
    except ToldToStop:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Processes:
    """Children by name. Each leads a session, so that Ctrl-C reaches us alone and we end them."""

    def __init__(self) -> None:
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def start(self, name: str, *command: str) -> None:
        self._running[name] = subprocess.Popen(  # noqa: S603  our own programs
            command, stdin=subprocess.DEVNULL, start_new_session=True
        )

    def ended(self) -> str | None:
        """The name of one that is no longer running."""
        return next((n for n, p in self._running.items() if p.poll() is not None), None)

    def wait(self) -> str:
        """Sleep until one of them ends by itself; its name."""
        while (name := self.ended()) is None:
            time.sleep(0.5)
        return name

    def end(self) -> None:
        """Ask all to end, then insist: nothing is left running."""
        for process in self._running.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + SECONDS_TO_END
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._running.clear()


def web_command(host: str, port: int, workers: int | None) -> list[str]:
    """Granian: one process a core and one more, each a single thread that owns a connection."""
    count = workers or (os.cpu_count() or 1) + 1
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi",
        "--host", host, "--port", str(port),
        "--workers", str(count), "--blocking-threads", "1",
        "--respawn-failed-workers", "--workers-kill-timeout", "5",
        "--no-ws", "--log-level", "error", "config.wsgi:application",
    ]  # fmt: skip


def worker_command() -> list[str]:
    return [sys.executable, "-m", "config.cli", "worker"]


def refuse_busy_port(host: str, port: int) -> None:
    """Ask before starting anything: the answer of the web server itself would come too late."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except (OSError, OverflowError) as error:
            raise CannotRunError(
                _("Port %(port)s cannot be used (%(reason)s): choose another one, as in PORT=8100.")
                % {"port": port, "reason": getattr(error, "strerror", None) or error}
            ) from error


def wait_until_ready(processes: Processes, port: int) -> None:
    """Return when /healthz answers 200."""
    deadline = time.monotonic() + SECONDS_TO_BE_READY
    while time.monotonic() < deadline:
        if name := processes.ended():
            raise CannotRunError(_("The process %(name)s ended by itself.") % {"name": name})
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.client.OK:
                return
        connection.close()
        time.sleep(0.2)
    raise CannotRunError(
        _("The site was not ready after %(seconds)d seconds.") % {"seconds": SECONDS_TO_BE_READY}
    )
