"""Dead code: numbers and copies that nothing reads, and what they leave empty.

What is worked out of a tensor stays: the figures of memory and work count it.
"""

from __future__ import annotations

from collections import Counter

from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.simplify import asked


def reads(body: ir.Body) -> frozenset[str]:
    """The names that are read; `saved[…]` alone on the left reads nothing."""
    return ir.names(body) - _only_written(body)


def _only_written(body: ir.Body) -> set[str]:
    """Names that stand on the left of assignments alone."""
    every = Counter(one.id for one in ir.within(body) if isinstance(one, ir.Name))
    left: Counter[str] = Counter()
    for one in ir.within(body):
        if isinstance(one, ir.Assign) and (name := _target(one.target)):
            left[name] += 1
            if one.target == ir.Name(name) and not _runs(one.value):  # it goes with the rest
                left[name] += ir.count(one.value, one.target)
    return {name for name, count in left.items() if every[name] == count}


def _target(target: ir.Expr) -> str:
    """The name of a variable or dictionary that an assignment sets; "" for an attribute."""
    match target:
        case ir.Name(name) | ir.Index(ir.Name(name)):
            return name
    return ""


def prune(body: ir.Body, reads: frozenset[str]) -> ir.Body:
    """Without assignments that nothing reads, and without what then is empty."""
    result: list[ir.Statement] = []
    for one in body:
        match one:
            case ir.If(test, then, otherwise):
                result += asked(ir.If(test, prune(then, reads), prune(otherwise, reads)))
            case ir.For(targets, iterable, inner, counter):
                inner = prune(inner, reads)
                if not all(isinstance(each, ir.Assert) for each in inner):
                    result.append(ir.For(targets, iterable, inner, counter))
            case ir.Assign() if _is_dead(one, body, reads):
                pass
            case _:
                result.append(one)
    return tuple(result)


def _is_dead(one: ir.Assign, body: ir.Body, reads: frozenset[str]) -> bool:
    name = _target(one.target)
    if name and name not in reads and not _is_module(one) and not _runs(one.value):
        return True
    held = one.target.name if isinstance(one.target, ir.Attr) else ""
    if held.startswith("@") and held not in reads and ir.count(body, one.target) == 1:
        return True
    return one.target == one.value


def _runs(value: ir.Expr) -> bool:
    """Whether a layer or a merge runs: that is work, even if nobody reads what it gives."""
    return any(isinstance(one, ir.Op) or _calls_module(one) for one in ir.within(value))


def _calls_module(one: object) -> bool:
    return (
        isinstance(one, ir.Call)
        and isinstance(one.function, (ir.Attr, ir.Index))
        and one.function.value != ir.Name("math")
    )


def _is_module(one: ir.Assign) -> bool:
    """Whether an assignment registers a module under an item of a container."""
    saved = ir.Name("saved"), ir.Name("saved_channels")
    item = isinstance(one.target, ir.Index) and one.target.value not in saved
    return item and isinstance(one.value, (ir.Make, ir.Call))
