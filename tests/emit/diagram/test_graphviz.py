"""The process that draws: one for many pictures, each as if it were the first."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from archc.emit.diagram import draw, graphviz
from archc.emit.diagram.graphviz import RenderError, run
from tests.emit.diagram.placed import NETWORKS

pytest.importorskip("pygraphviz")

SMALL = "digraph { a -> b }"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """No process runs yet; those that are started here, which are ended behind the test."""
    found: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def counted(*words, **chosen):
        found.append(start(*words, **chosen))
        return found[-1]

    monkeypatch.setattr(graphviz, "_process", None)
    monkeypatch.setattr(subprocess, "Popen", counted)
    yield found
    if graphviz._process is not None:
        graphviz._process.stop()


def drawn() -> list[bytes]:
    texts = [draw(NETWORKS[name]) for name in ("lenet5:LeNet5", "fpn")]
    return [run(dot, "dot", format) for dot in texts for format in ("plain", "json0")]


def test_many_pictures_take_one_process(started: list[subprocess.Popen[bytes]]) -> None:
    drawn()
    assert len(started) == 1


def test_each_is_as_from_a_process_of_its_own(
    started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which is what they have where nothing forks. Graphviz itself places otherwise then."""
    together = drawn()
    assert drawn() == together
    assert graphviz._process is not None
    graphviz._process.stop()
    monkeypatch.setattr(graphviz, "_FORKS", False)
    assert drawn() == together
    assert len(started) == 1 + len(together)
    assert all(one.returncode is not None for one in started)


def test_a_mistake_is_told_and_harms_nothing(started: list[subprocess.Popen[bytes]]) -> None:
    for text, engine, words in (
        ("digraph {", "dot", "Error"),
        (SMALL, "none", "Can't find prog=none"),
        ("", "dot", "Error"),
    ):
        with pytest.raises(RenderError, match=words):
            run(text, engine, "plain")
    assert run(SMALL, "dot", "plain").startswith(b"graph")
    assert len(started) == 1


def test_what_takes_too_long_is_ended(
    started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "digraph {" + "".join(f"{a} -> {b};" for a in range(90) for b in range(a)) + "}"
    run(SMALL, "dot", "plain")
    monkeypatch.setattr(graphviz, "SECONDS", 0.2)
    with pytest.raises(RenderError, match=r"longer than 0\.2 seconds"):
        run(text, "dot", "plain")
    monkeypatch.undo()
    assert run(SMALL, "dot", "plain").startswith(b"graph")


def test_one_that_has_died_is_replaced(started: list[subprocess.Popen[bytes]]) -> None:
    before = run(SMALL, "dot", "plain")
    started[0].kill()
    started[0].wait()
    assert run(SMALL, "dot", "plain") == before


def test_one_that_cannot_load_the_library_says_why(
    started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphviz, "_LIBRARY", "raise ImportError('no such library')")
    with pytest.raises(RenderError, match="ImportError: no such library"):
        run(SMALL, "dot", "plain")
    monkeypatch.setattr(sys, "executable", os.devnull)
    with pytest.raises(RenderError, match="could not be started: Permission denied"):
        run(SMALL, "dot", "plain")


def test_who_is_interrupted_gets_no_late_answer(
    started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a notebook, whose kernel lives on."""
    run(SMALL, "dot", "plain")
    (process,) = started

    class Interrupted:
        def readline(self) -> bytes:
            raise KeyboardInterrupt

        def __getattr__(self, name: str) -> object:
            return getattr(process_out, name)

    process_out, process.stdout = process.stdout, Interrupted()  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        run(SMALL, "dot", "plain")
    assert process.returncode is not None
    assert b"node c" in run("digraph { c }", "dot", "plain")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_a_fork_of_who_asks_has_a_process_of_its_own(
    started: list[subprocess.Popen[bytes]],
) -> None:
    run(SMALL, "dot", "plain")
    one = graphviz._process
    assert one is not None
    one.owner += 1  # as a fork sees it
    run(SMALL, "dot", "plain")
    assert len(started) == 2
    one.stop()
    assert started[0].returncode is None
    one.owner -= 1
    one.stop()
    assert started[0].returncode is not None
