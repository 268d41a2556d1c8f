"""A module whose parameters are not trained: `nn.Conv2d(…).requires_grad_(False)`."""

from __future__ import annotations

from archc.emit.pytorch.python import ir

FREEZE = "requires_grad_"


def frozen(make: ir.Expr, freeze: bool = True) -> ir.Call:
    """`make.requires_grad_(False)`: the module itself, its parameters not trained."""
    return ir.Call(ir.Attr(make, FREEZE), (ir.Const(not freeze),))


def thawed(make: ir.Expr) -> ir.Expr:
    """The module without that."""
    inner = make.function if isinstance(make, ir.Call) else None
    return inner.value if isinstance(inner, ir.Attr) and make == frozen(inner.value) else make
