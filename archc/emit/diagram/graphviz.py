"""Graphviz as a process of its own, so that whatever happens in it stays there.

One picture is laid out up to fifty times, and to start Python and load the library takes five times
as long as that. So the process stays, and draws each text in a fork of itself: Graphviz would place
boxes otherwise after others that it has placed. Where nothing forks, each text has a process.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
from threading import Lock, Timer

SECONDS = 300
_FORKS = hasattr(os, "fork")
_LIBRARY = """
import os, sys
from pygraphviz import AGraph

def answer(state, said):
    sys.stdout.buffer.write(b"%s %d\\n" % (state, len(said)) + said)
    sys.stdout.buffer.flush()

os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what it warns of would fill the pipe
for line in sys.stdin.buffer:
    engine, format, dpi, length = line.decode().split()
    text = sys.stdin.buffer.read(int(length)).decode()
    child = os.fork() if hasattr(os, "fork") else 0
    if child:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code:
            answer(b"failed", b"Graphviz ended with status %d" % code)
        continue
    try:
        graph = AGraph(string=text)
        if dpi != "-":
            graph.graph_attr["dpi"] = dpi
        answer(b"drawn", graph.draw(format=format, prog=engine))
    except Exception as error:  # whatever it is, the asker is told
        answer(b"failed", f"{type(error).__name__}: {error}".encode())
    os._exit(0)
"""


class RenderError(Exception):
    """Graphviz made no picture; its own words."""


class _Process:
    """One that is running, and answers one text after the other."""

    def __init__(self) -> None:
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "0", "PYTHONWARNINGS": "ignore"}
        pipe = subprocess.PIPE
        self._started = subprocess.Popen(
            [sys.executable, "-P", "-c", _LIBRARY],
            stdin=pipe, stdout=pipe, stderr=pipe, env=environment,
            start_new_session=True,  # a group, that ends as a whole
        )  # fmt: skip
        self.owner = os.getpid()
        self._late = False

    @property
    def runs(self) -> bool:
        """Whether it can be asked; a fork of who started it shall not."""
        return self.owner == os.getpid() and self._started.poll() is None

    def answer(self, head: str, text: bytes) -> bytes:
        """What it makes of a text; whatever interrupts it ends it, as a late answer would go to
        the next who asks."""
        assert self._started.stdin
        assert self._started.stdout
        clock = Timer(SECONDS, self._give_up)
        clock.start()
        try:
            self._started.stdin.write(f"{head} {len(text)}\n".encode() + text)
            self._started.stdin.flush()
            state, _, length = self._started.stdout.readline().partition(b" ")
            said = self._started.stdout.read(int(length))
        except (OSError, ValueError):  # it has ended
            raise RenderError(self._end()) from None
        except BaseException:
            self.stop()
            raise
        finally:
            clock.cancel()
        if state != b"drawn" or not said:
            lines = said.decode("utf-8", "replace").strip().splitlines()
            raise RenderError(lines[-1] if lines else "Graphviz has drawn nothing")
        return said

    def stop(self) -> None:
        """Ends it, and the fork that draws."""
        if self.owner != os.getpid():
            return
        if self._started.poll() is None:
            self._kill()
        self._started.communicate()

    def _kill(self) -> None:
        if _FORKS:
            os.killpg(self._started.pid, signal.SIGKILL)
        else:
            self._started.kill()

    def _give_up(self) -> None:
        self._late = True
        self._kill()

    def _end(self) -> str:
        """Why it has ended: its last words."""
        _, said = self._started.communicate()
        if self._late:
            return f"Graphviz took longer than {SECONDS} seconds"
        lines = said.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"Graphviz ended with status {self._started.returncode}"


_process: _Process | None = None
_turn = Lock()


def run(dot: str, engine: str, format: str, dpi: str = "") -> bytes:
    """What Graphviz draws of a text. Raises `RenderError` where it fails."""
    with _turn:
        process = _running()
        try:
            return process.answer(f"{engine} {format} {dpi or '-'}", dot.encode("utf-8"))
        finally:
            if not _FORKS:
                process.stop()


def _running() -> _Process:
    global _process
    if _process is None or not _process.runs:
        try:
            _process = _Process()
        except OSError as error:
            raise RenderError(f"Graphviz could not be started: {error.strerror}") from None
        atexit.register(_process.stop)
    return _process
