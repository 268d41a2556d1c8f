"""From a PyTorch module to a spec and its proof: the stages in a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from archc.importer.export import construct, export
from archc.importer.model import Unreadable
from archc.importer.prove import (
    Proof,
    checked,
    prove_shapes,
    prove_state,
    prove_values,
    prove_work,
)
from archc.importer.read import Imported, camel, read

LARGEST_RUN = 200_000_000  # parameters; beyond them values are not compared


def import_model(
    make: Callable[[], Any],
    name: str,
    origin: str,
    shapes: Sequence[tuple[int, ...]],
    *,
    verify: bool = True,
    values: bool = True,
) -> tuple[Imported, Proof | None]:
    """The spec of the model that `make` makes, and how it agrees with it. Raises `Unreadable`."""
    try:
        model, arguments = construct(make)
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(f"it cannot be made: {type(error).__name__}: {error}") from error
    inputs = [torch.empty((1, *shape), device="meta") for shape in shapes]
    exported = export(model, inputs, name, arguments)
    network_name = camel(name, type(model).__name__)
    imported = read(exported, network_name, f"{network_name}, imported from {origin}.")
    proof = Proof()
    network = checked(imported, proof)
    if network is None:
        return imported, proof
    if network.facts.totals.params is not None and not imported.opaque:
        claims = [f"expect params == {network.facts.totals.params:_}"]
        if network.facts.totals.work is not None:
            claims.append(f"expect macs == {network.facts.totals.work.macs:_}")
        imported = read(exported, network_name, f"{network_name}, imported from {origin}.", claims)
    if not verify:
        return imported, None
    prove_state(imported, network, model.state_dict(), proof)
    prove_shapes(imported, network, proof)
    if not imported.opaque:
        prove_work(network, model, inputs, proof)
    count = sum(one.numel() for one in model.parameters())
    if values and not imported.opaque and count <= LARGEST_RUN and not proof.failed:
        prove_values(imported, make, [(1, *shape) for shape in shapes], proof)
    return imported, proof
