"""Classes of one family that came out the same are one class."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from archc.emit.pytorch.reading.classes import Classes, Plan


def unite(classes: Classes) -> None:
    """Where members were given classes of their own, and the code is the same, the first serves."""
    first: dict[Any, Plan] = {}
    for plan in list(classes.order):
        called = any(one.caller is not None for one in plan.instances)
        if plan.code is None or plan.holes or called:
            continue
        twin = first.setdefault((id(plan.definition), replace(plan.code, name="")), plan)
        if twin is not plan:
            classes.order.remove(plan)
            twin.instances = [*twin.instances, *plan.instances]
            twin.lost = {**plan.lost, **twin.lost}
            classes.special.update((id(one.scope), twin) for one in plan.instances)
