"""The reference at the end of `docs/python.md`, made from the docstrings of `archc.api`.

    python -m archc.emit.python_page

rewrites it in a checkout; what stands above its heading is written by hand and stays.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from archc import api
from archc.analysis.facts import Field, Memory, Totals
from archc.analysis.roofline import Bound, Roofline
from archc.analysis.sizes import Accepted
from archc.analysis.sizes.formulas import Formulas
from archc.analysis.training_step import TrainingStep
from archc.check import Verdict
from archc.diagnostics import Cure, Diagnostic, Edit, Frame, Label
from archc.language.source import Span
from archc.layers.base import Work
from archc.write import write_whole

HEADING = "## Reference\n"
INTRODUCTION = """
Made from the docstrings (`python -m archc.emit.python_page`), and a test keeps it fresh. An unknown
figure is `None`. Shapes are channels first, without the batch.
"""
FUNCTIONS = (api.load, api.from_torch)
OBJECTS = (
    api.File, api.Network, api.Layers, api.Layer, api.Errors, api.Problem, api.Missing
)  # fmt: skip
RECORDS = (
    Totals, Work, Memory, Field, TrainingStep, Roofline, Bound, Accepted, Formulas, Verdict,
    Diagnostic, Label, Frame, Cure, Edit, Span,
)  # fmt: skip


def reference() -> str:
    """The reference, with its heading."""
    parts = [HEADING, INTRODUCTION]
    for function in FUNCTIONS:
        parts.append(f"\n### {function.__name__}\n\n```python\n{_call(function)}\n```\n")
        parts.append(f"\n{inspect.getdoc(function)}\n")
    for kind in OBJECTS:
        parts.append(f"\n### {kind.__name__}\n\n{inspect.getdoc(kind)}\n")
        rows = [f"| `{name}` | {says} |\n" for name, says in _members(kind)]
        parts += ["\n| | |\n|---|---|\n", *rows] if rows else []
    parts.append("\n### Records\n\nNamed tuples, which the objects above hold.\n")
    for record in RECORDS:
        fields = ", ".join(_fields(record))
        parts.append(f"\n#### {record.__name__}\n\n{inspect.getdoc(record)}\n\n{fields}\n")
    return "".join(parts)


def _members(kind: type) -> Iterator[tuple[str, str]]:
    """Properties and methods in their order, each with its type and what it says of itself."""
    for name, member in vars(kind).items():
        if name.startswith("_"):
            continue
        if isinstance(member, (property, cached_property)):
            getter = member.fget if isinstance(member, property) else member.func
            assert getter is not None
            returns = _type(inspect.signature(getter).return_annotation)
            yield f"{name}: {returns}", _prose(getter)
        elif inspect.isfunction(member):
            yield _call(member, one_line=True), _prose(member)


def _prose(member: Callable[..., Any]) -> str:
    doc = inspect.getdoc(member)
    assert doc, member
    return " ".join(doc.split())


def _fields(record: type) -> Iterator[str]:
    for name, annotation in record.__annotations__.items():
        yield f"`{name}: {_type(getattr(annotation, '__forward_arg__', annotation))}`"


def _call(function: Callable[..., Any], one_line: bool = False) -> str:
    """`load(spec: str, *, network: str | None = None) -> File`."""
    signature = inspect.signature(function)
    words: list[str] = []
    named = False
    for one in signature.parameters.values():
        if one.name == "self" or one.kind is one.VAR_KEYWORD:
            continue
        if one.kind is one.KEYWORD_ONLY and not named:
            named = True
            words.append("*")
        star = "*" if one.kind is one.VAR_POSITIONAL else ""
        default = "" if one.default is one.empty else f" = {_value(one.default)}"
        words.append(f"{star}{one.name}: {_type(one.annotation, one_line)}{default}")
    returns = _type(signature.return_annotation, one_line)
    if one_line:
        return f"{function.__name__}({', '.join(words)}) -> {returns}"
    lines = "".join(f"    {word},\n" for word in words)
    return f"archc.{function.__name__}(\n{lines}) -> {returns}"


def _value(default: object) -> str:
    return f'"{default}"' if isinstance(default, str) else repr(default)


def _type(annotation: Any, table: bool = True) -> str:
    """A type as it is written; in a table, a stroke would end the cell."""
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
    return text.replace(" | ", " or ") if table else text


def renewed(page: str) -> str:
    """The page with the reference of today."""
    return page.partition(HEADING)[0] + reference()


def main() -> None:
    """Rewrites the page in the checkout that this file stands in."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    path = os.path.join(root, "docs", "python.md")
    with open(path, encoding="utf-8") as file:
        page = file.read()
    write_whole(path, renewed(page).encode("utf-8"))


if __name__ == "__main__":
    main()
