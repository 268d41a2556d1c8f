"""From a PyTorch module, or a program that `torch.export` saved, to a spec and its proof."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn

from archc.importer.agree import Proof, prove_shapes, prove_state, with_figures
from archc.importer.export import construct, export, quiet, read_program
from archc.importer.model import Exported, Unreadable
from archc.importer.prove import prove_values, prove_work
from archc.importer.read import Imported, camel

LARGEST_RUN = 200_000_000  # parameters; beyond them values are not compared

Shapes = Sequence[tuple[int, ...]]
Make = Callable[[], Any]


def import_model(
    make: Make,
    name: str,
    origin: str,
    shapes: Shapes,
    *,
    verify: bool = True,
    values: bool = True,
    dtypes: Sequence[str] = (),
) -> tuple[Imported, Proof | None]:
    """The spec of the model that `make` makes, and how it agrees with it. Raises `Unreadable`.

    `shapes` and `dtypes` are those of its inputs, without the batch; floats where no dtype is told.
    """
    try:
        model, arguments = construct(make)
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(f"it cannot be made: {type(error).__name__}: {error}") from error
    kinds = [getattr(torch, name) for name in dtypes] or [torch.float32] * len(shapes)
    inputs = [
        torch.empty((1, *shape), device="meta", dtype=kind)
        for shape, kind in zip(shapes, kinds, strict=True)
    ]
    exported = export(model, inputs, name, arguments)
    title = camel(name, type(model).__name__)
    return proved(exported, title, origin, model, make if values else None, verify, inputs)


def import_program(path: str, name: str, *, verify: bool = True) -> tuple[Imported, Proof | None]:
    """The spec of a `.pt2` file, which knows no arguments of modules, and none that do nothing."""
    try:
        with quiet():
            program = torch.export.load(path)
    except Exception as error:
        raise Unreadable(f"PyTorch cannot load it: {type(error).__name__}: {error}") from error
    exported = read_program(program, name, {})
    model: nn.Module = program.module()
    return proved(exported, camel(name, name), path, model, program.module, verify)


def proved(
    exported: Exported,
    name: str,
    origin: str,
    model: nn.Module,
    make: Make | None,
    verify: bool,
    inputs: Sequence[torch.Tensor] = (),
) -> tuple[Imported, Proof | None]:
    """The spec with its figures as expectations, held to the model."""
    proof = Proof()
    imported, network = with_figures(exported, name, origin, proof)
    if network is None:
        return imported, proof
    if not verify:
        return imported, None
    inputs = inputs or [torch.empty(shape, device="meta") for _, shape in exported.inputs]
    prove_state(imported, network, model.state_dict(), proof)
    prove_shapes(imported, network, proof)
    prove_work(network, model.to("meta"), inputs, proof)
    count = sum(one.numel() for one in model.parameters())
    built = network.facts.status == "exact"
    if make is not None and built and count <= LARGEST_RUN and not proof.failed:
        prove_values(imported, make, inputs, proof)
    return imported, proof
