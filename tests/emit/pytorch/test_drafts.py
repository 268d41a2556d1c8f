"""What may fail is written on a draft: it is adopted as if written at once, or leaves no trace."""

from __future__ import annotations

from typing import Any

import pytest

from archc.check import Options
from archc.emit.pytorch.actions.makers import maker
from archc.emit.pytorch.compile import watched
from archc.emit.pytorch.drafts.flow import Braces, Value
from archc.emit.pytorch.drafts.unsaid import lose
from archc.emit.pytorch.drafts.writer import PARTS, Writer, attempt
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.classes import Classes
from archc.emit.pytorch.reading.sight import Bound, Unlike, Unsaid
from archc.language.source import Source
from tests.emit.pytorch.compiled import code_of

TEXT = "network N(width = 8) { input 3x8x8; conv width 3 }"


def fresh() -> Writer:
    """A writer in a loop, with an open group `g` in sight."""
    source = Source(TEXT, "net.arch")
    _, watchers = watched(source, Options(), lambda path, importer: source)
    classes = Classes(watchers, (), lambda plan, classes: None, maker)
    writer = Writer(classes.plan(watchers[0].instances[0]), classes, frozenset())
    writer.init, inside = [], Braces[Value]()
    writer.labels[-1]["g"] = Value(None, (), inside)
    writer.labels.append(inside)
    return writer


def noted(writer: Writer) -> dict[str, Any]:
    """All that a writer knows."""
    found: dict[str, Any] = {
        "init": list(writer.init),
        "forward": list(writer.forward),
        "scopes": [dict(one) for one in writer.scopes],
        "labels": repr(writer.labels),
    }
    for part in PARTS:
        record = getattr(writer, part)
        for name in vars(record):
            if name not in ("asked", "reads", "rounds"):  # of the text: they never change
                value = getattr(record, name)
                known = value.names if hasattr(value, "names") else value
                found[f"{part}.{name}"] = repr(sorted(known) if isinstance(known, set) else known)
    return found


def write(writer: Writer) -> str:
    """Something of every kind."""
    name = writer.local("y")
    span = writer.plan.definition.name.span
    writer.init.append(ir.Assign(ir.own("a"), ir.Const(1)))
    writer.forward.append(ir.Assign(ir.Name(name), ir.Name("x")))
    writer.names.top.append(ir.Assign(ir.own("first"), ir.Const(0)))
    writer.names.vary(name, frozenset(("width",)))
    writer.scopes[-1]["n"] = Bound(ir.Name("n"))
    writer.labels[-1]["a"] = Value(ir.Name(name), (), Braces())
    writer.modules.shared[ir.Const(1)] = "relu"
    writer.at.branches.append(writer.at.current)
    writer.at.chain += 1
    lose(writer, frozenset(("width",)), span)
    return name


@pytest.mark.parametrize("failure", [Unlike, Unsaid])
def test_an_attempt_that_fails_leaves_no_trace(failure: type[Exception]) -> None:
    writer = fresh()
    before = noted(writer)
    reason = Unlike() if failure is Unlike else Unsaid(writer.plan.definition.name.span)

    def fails(draft: Writer) -> None:
        write(draft)
        attempt(draft, write)
        raise reason

    assert attempt(writer, fails) is reason
    assert noted(writer) == before


def test_an_attempt_that_succeeds_is_as_if_written_at_once() -> None:
    direct, writer = fresh(), fresh()
    assert write(direct) == attempt(writer, write) == "y"
    assert write(direct) == attempt(writer, lambda draft: attempt(draft, write)) == "y2"
    assert noted(writer) == noted(direct)
    assert writer.labels[0]["g"].inside is writer.labels[1]


def test_a_module_brings_along_what_it_calls_alone() -> None:
    assert "def divisible" in code_of(
        "network N(width = 30) { input 3x8x8; conv (divisible(width)) 3 }"
    )
    assert "divisible" not in code_of("network N { input 3x8x8; conv (divisible(30)) 3 }")


def test_equal_arms_of_a_constructor_are_one() -> None:
    code = code_of(
        "network N(hidden = 1) { input 3x8x8; a: conv 4 1\n"
        "if hidden > 0 { add { identity; conv 4 1 } } else { relu; conv 4 1 } }"
    )
    assert code.count("nn.Conv2d(4, 4, 1)") == 1
    assert code.count("if self.has_hidden") == 1
