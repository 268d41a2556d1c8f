"""Holds an imported spec to what the graph says: names, counts, shapes. PyTorch is not needed."""

from __future__ import annotations

from typing import Any

from archc.check import Network, Options, check
from archc.emit.pytorch.verify import expected_state
from archc.importer.model import Exported
from archc.importer.read import Imported, read
from archc.language.source import Source


class Proof:
    """What was compared: a line for what agrees, and one for what does not."""

    def __init__(self) -> None:
        self.agreed: list[str] = []
        self.failed: list[str] = []

    def hold(self, holds: bool, yes: str, no: str) -> None:
        (self.agreed if holds else self.failed).append(yes if holds else no)


def no_files(path: str, importer: Source) -> Source:
    raise AssertionError("an imported spec imports nothing")


def with_figures(
    exported: Exported, name: str, origin: str, proof: Proof
) -> tuple[Imported, Network | None]:
    """The spec of an exported model, with its figures as expectations where it has no mistake."""
    docstring = f"{name}, imported from {origin}."
    imported = read(exported, name, docstring)
    network = checked(imported, proof)
    if network is None:
        return imported, None
    totals = network.facts.totals
    if totals.params is not None and totals.work is not None:
        claims = [f"expect params == {totals.params:_}"]
        if network.facts.status == "exact":
            claims.append(f"expect macs == {totals.work.macs:_}")
        imported = read(exported, name, docstring, claims)
    return imported, network


def checked(imported: Imported, proof: Proof) -> Network | None:
    """The network that the spec describes, or None and why not."""
    result = check(Source(imported.text, "imported.arch"), Options(), no_files)
    errors = [one for one in result.diagnostics if one.severity == "error"]
    for one in errors[:3]:
        proof.failed.append(f"the spec has an error in line {one.span.line}: {one.message}")
    return result.networks[0] if result.networks and not errors else None


def prove_state(imported: Imported, network: Network, state: dict[str, Any], proof: Proof) -> None:
    """Names and shapes of parameters and buffers, but of what never ran and of counters."""
    asides = tuple(f"{path}." for path in imported.unread)
    model = {
        name: tuple(getattr(value, "shape", value))
        for name, value in state.items()
        if not name.endswith("num_batches_tracked") and not name.startswith(asides)
    }
    ours = {
        name: shape
        for name, shape in expected_state(network.graph)
        if not name.endswith("num_batches_tracked")
    }
    missing = sorted(set(model) - set(ours))
    added = sorted(set(ours) - set(model))
    other = sorted(name for name in set(ours) & set(model) if ours[name] != model[name])
    why = [
        *(f"the spec lacks `{name}`" for name in missing[:2]),
        *(f"the model lacks `{name}`" for name in added[:2]),
        *(f"`{name}` is {ours[name]}, not {model[name]}" for name in other[:2]),
    ]
    proof.hold(not why, f"names and shapes of {len(ours):,} tensors", "; ".join(why))


def prove_shapes(imported: Imported, network: Network, proof: Proof) -> None:
    """The shape of every layer with weights."""
    ours = {node.module: node.shape for node in network.graph.nodes if node.layer is not None}
    layers = {one.owner: one.shape for one in imported.operations if one.owner is not None}
    wrong = [path for path, shape in layers.items() if path in ours and ours[path] != shape]
    proof.hold(
        not wrong,
        f"shapes of {len(layers):,} layers",
        "; ".join(f"`{path}` gives {ours[path]}, not {layers[path]}" for path in wrong[:2]),
    )
