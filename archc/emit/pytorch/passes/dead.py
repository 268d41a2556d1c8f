"""Dead code: assignments that nothing reads, and what they leave empty."""

from __future__ import annotations

from collections import Counter

from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.simplify import asked


def reads(body: ir.Body) -> frozenset[str]:
    """The names that are read; `saved[…]` alone on the left reads nothing."""
    found: set[str] = set()
    for one in ir.within(body):
        if isinstance(one, ir.Assign):
            continue
        if isinstance(one, ir.Name):
            found.add(one.id)
    return frozenset(found - _only_written(body))


def _only_written(body: ir.Body) -> set[str]:
    """Names that stand on the left of assignments alone."""
    left: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for one in ir.within(body):
        if isinstance(one, ir.Name):
            every[one.id] += 1
        if isinstance(one, ir.Assign):
            name = _target(one.target)
            if name:
                left[name] += 1
                if one.target == ir.Name(name) and not _runs(one.value):  # it goes with the rest
                    left[name] += sum(1 for inner in ir.within(one.value) if inner == one.target)
    return {name for name, count in left.items() if every[name] == count}


def _target(target: ir.Expr) -> str:
    """The name of a variable or dictionary that an assignment sets; "" for an attribute."""
    if isinstance(target, ir.Name):
        return target.id
    if isinstance(target, ir.Index) and isinstance(target.value, ir.Name):
        return target.value.id
    return ""


def attributes(forward: ir.Body) -> frozenset[str]:
    return frozenset(
        f"self.{one.name}"
        for one in ir.within(forward)
        if isinstance(one, ir.Attr) and one.value == ir.SELF
    )


def prune(body: ir.Body, reads: frozenset[str]) -> ir.Body:
    """Without assignments that nothing reads, and without what then is empty."""
    result: list[ir.Statement] = []
    for one in body:
        if isinstance(one, ir.Assign):
            name = _target(one.target)
            if name and name not in reads and not _is_module(one) and not _runs(one.value):
                continue
            if isinstance(one.target, ir.Attr) and one.target.name.startswith("@"):
                others = tuple(other for other in body if other is not one)
                inside = ir.mentions(others, one.target)
                if f"self.{one.target.name}" not in reads and not inside:
                    continue
            if one.target == one.value:
                continue
        elif isinstance(one, ir.If):
            then, otherwise = prune(one.then, reads), prune(one.otherwise, reads)
            result += asked(ir.If(one.condition, then, otherwise))
            continue
        elif isinstance(one, ir.For):
            inner = prune(one.body, reads)
            if not inner or all(isinstance(each, (ir.Assert,)) for each in inner):
                continue
            one = ir.For(one.targets, one.iterable, inner, one.counter)
        result.append(one)
    return tuple(result)


def _runs(value: ir.Expr) -> bool:
    """Whether a module of the network runs: that is work, even if nobody reads what it gives."""
    return any(
        isinstance(one, ir.Call)
        and isinstance(one.function, (ir.Attr, ir.Index))
        and one.function.value != ir.Name("math")
        for one in ir.within(value)
    )


def _is_module(one: ir.Assign) -> bool:
    """Whether an assignment registers a module under an item of a container."""
    return (
        isinstance(one.target, ir.Index)
        and isinstance(one.value, (ir.Make, ir.Call))
        and not (
            isinstance(one.target.value, ir.Name)
            and one.target.value.id in ("saved", "saved_channels")
        )
    )
