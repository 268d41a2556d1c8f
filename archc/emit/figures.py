"""Figures as text, and the convention behind each."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from archc.shapes import show

if TYPE_CHECKING:
    from archc.analysis.facts import Field, LayerFacts, Totals
    from archc.check import Network
    from archc.emit.style import Style
    from archc.graph.graph import Graph, Node
    from archc.language.tree import Text
    from archc.layers.base import Work
    from archc.shapes import Shape

UNKNOWN = "?"
OTHERS = ("bias", "normalisation", "activation", "pooling", "elementwise", "exp")

MACS = (
    "MACs: multiply-adds by the weights of convolutions and linear layers, padding included; "
    "no bias, normalisation, activation or pooling"
)
FLOPS = "FLOPs: 2 x MACs + all other operations"
MEMORY = (
    "memory: bytes of tensors (MB = 10^6), without the device's context, workspaces and "
    "rounding; training: what the backward pass keeps, without gradients and optimizer"
)
FIELD = "field: receptive field in input pixels, after Araujo, Norris and Sim (2019)"


def number(value: int | None) -> str:
    """`138,357,544`, or `?`."""
    return UNKNOWN if value is None else f"{value:,}"


def compact(value: int | None) -> str:
    """Three or four digits and a unit: `138.4 M`, `4.09 G`."""
    if value is None:
        return UNKNOWN
    if abs(value) < 10**5:
        return f"{value:,}"
    for unit, size in (("T", 10**12), ("G", 10**9), ("M", 10**6)):
        if abs(value) >= size:
            scaled = value / size
            return f"{scaled:.{2 if scaled < 100 else 1}f} {unit}"
    return f"{value / 10**3:.1f} K"


def frozen(totals: Totals) -> str:
    """How many of the parameters are trained, where some are not."""
    if totals.params is None or totals.trainable is None or totals.params == totals.trainable:
        return ""
    return (
        f"{number(totals.trainable)} trainable, {number(totals.params - totals.trainable)} frozen"
    )


def size(value: int | None) -> str:
    """Bytes: `25.69 MB`."""
    if value is None:
        return UNKNOWN
    for unit, scale in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if value >= scale:
            return f"{value / scale:,.2f} {unit}"
    return f"{value} B"


def share(part: int | None, total: int | None) -> str:
    """Percent with one digit, "" where there is none to give."""
    if not part or not total:
        return ""
    percent = 100 * part / total
    return "<0.1" if percent < 0.05 else f"{percent:.1f}"


def shape(value: Shape | None) -> str:
    """`64x224x224`."""
    return UNKNOWN if value is None else show(value)


def axes(values: tuple[int | Fraction, ...]) -> str:
    """One number where all axes agree, else `7x15`."""
    shown = [str(value) for value in values]
    return shown[0] if len(set(shown)) == 1 else "x".join(shown)


def field(facts: Field | None, of: Shape | None) -> str:
    """The receptive field in a table's cell; `all` where the layer sees the whole input.

    A map behind a gate sees all, but each of its positions mostly a part: that stands beside it.
    """
    if facts is None:
        return UNKNOWN
    if not facts.whole:
        return axes(facts.size)
    flat = of is None or all(axis == 1 for axis in of[1:])
    return "all" if flat or not facts.size else f"{axes(facts.size)} (all)"


def inputs(graph: Graph) -> list[Node]:
    """The network's inputs."""
    return [node for node in graph.nodes if node.layer is None]


def output(graph: Graph) -> Shape | None:
    """The shape of the main result."""
    for result in graph.results:
        if result.name == "out" or not result.training:
            return graph.nodes[result.node].shape
    return graph.nodes[-1].shape if graph.nodes else None


def signature(network: Network, style: Style, given: Shape | None = None) -> str:
    """`3x224x224 -> 1000`; `given` is what is known better of the output."""
    taken = ", ".join(shape(node.shape) for node in inputs(network.graph)) or UNKNOWN
    return f"{taken} {style.arrow} {shape(given or output(network.graph))}"


def flops(work: Work | None) -> int | None:
    """2 x MACs + other operations."""
    return None if work is None else work.flops


def macs(work: Work | None) -> int | None:
    """Multiply-accumulates."""
    return None if work is None else work.macs


def others(work: Work) -> list[tuple[str, int]]:
    """The operations beside the MACs by class, the classes that occur."""
    return [(name, getattr(work, name)) for name in OTHERS if getattr(work, name)]


def total_params(facts: list[LayerFacts]) -> int | None:
    """The parameters of several layers; None where one is unknown."""
    result = 0
    for one in facts:
        if one.params is None:
            return None
        result += one.params
    return result


def total_macs(facts: list[LayerFacts]) -> int | None:
    """The MACs of several layers; None where one is unknown."""
    result = 0
    for one in facts:
        if one.work is None:
            return None
        result += one.work.macs
    return result


def bound(network: Network, style: Style) -> str:
    """What stands before a total that is a lower bound only."""
    return style.sign("\u2265 ", ">= ") if network.facts.status == "lower bound" else ""


def basis(network: Network) -> str:
    """`per image, float32`."""
    images = "per image" if network.batch == 1 else f"per batch of {network.batch}"
    return f"{images}, {network.dtype}"


def docstring(network: Network) -> str:
    """What the author says first of a network, or of its file: a paragraph as one line."""
    graph = network.graph
    for text in (_member_docstring(network), graph.network.docstring, graph.program.docstring):
        if text is not None and text.value.strip():
            return " ".join(text.value.strip().partition("\n\n")[0].split())
    return ""


def _member_docstring(network: Network) -> Text | None:
    from archc.language.tree import Member

    for definition in network.graph.program.definitions:
        if isinstance(definition, Member) and definition.name.id == network.name:
            return definition.docstring
    return None


def counted(network: Network) -> str:
    """The layers that depth and "neurons" count, as a note says it."""
    rows = zip(network.graph.nodes, network.facts.layers, strict=True)
    counted = [(node, facts) for node, facts in rows if node.layer and node.layer.counted]
    more = sorted({node.kind for node, facts in counted if facts.work and not facts.work.macs})
    return f"conv, linear and {', '.join(more)} layers" if more else "conv and linear layers"


def local_field(network: Network) -> Field | None:
    """The network's own receptive field: that of the last layer whose field is local.

    None where an error left a part of the network out: the last layer may be in it.
    """
    at = network.facts.field_at
    if at is None or not network.graph.complete:
        return None
    for node, facts in zip(network.graph.nodes, network.facts.layers, strict=True):
        if node.path == at:
            return facts.field
    return None
