"""The figures at the top of a network, each with what it means."""

from __future__ import annotations

from collections.abc import Sequence

from archc.analysis.roofline import Roofline
from archc.check import Network
from archc.emit import figures
from archc.emit import roofline as words
from archc.emit.style import PLAIN
from archc.emit.text import clean, listing
from archc.named import NamedTuple

_SHORT = (
    (
        "Parameters",
        "Learnable numbers, each tensor once. Running statistics are buffers and counted apart.",
    ),
    (
        "MACs",
        "Multiply-accumulates by the weights of convolutions and linear layers, padding included. "
        "No bias, normalisation, activation, pooling or addition.",
    ),
    ("FLOPs", "2 \u00d7 MACs + all other operations, which are listed by class."),
    (
        "Memory",
        "Bytes of tensors alone (MB = 10\u2076): without the device\u2019s context, workspaces and "
        "rounding. The peak is the largest live set in execution order at inference; what training "
        "keeps is that for the backward pass, without gradients and optimizer.",
    ),
    (
        "Receptive field",
        "Input pixels that one position depends on, with the names of Araujo, Norris and Sim "
        "(2019). Where paths differ, the hull of all of them.",
    ),
    (
        "Status",
        "Exact; a lower bound, where something in the file could not be counted and is named; or "
        "unknown. Nothing counts as zero in silence.",
    ),
)


class Card(NamedTuple):
    """A figure: rounded for reading, exact in the note."""

    name: str
    value: str
    unit: str
    note: str


_TIME = (
    "Least time",
    "A lower bound, no prediction: each layer at the peak rate of the device or at its bandwidth, "
    "what takes longer. Weights, outputs and what is read of inputs are moved once.",
)


def conventions(networks: Sequence[Network]) -> tuple[tuple[str, str], ...]:
    """What every figure of the page means."""
    return (*_SHORT, _TIME) if any(map(bounded, networks)) else _SHORT


def bounded(network: Network) -> Roofline | None:
    """The bounds of time, where a device is given."""
    return None if network.answers is None else network.answers.roofline


def cards(network: Network) -> list[Card]:
    """The cards of a network, what is unknown left out where it says nothing."""
    facts = network.facts
    total, memory = facts.totals, facts.memory
    mark = figures.bound(network, PLAIN)
    found = [
        Card(
            "Parameters",
            *_split(mark, figures.compact(total.params)),
            _join(
                _exact(total.params),
                figures.frozen(total),
                _buffers(total.buffers),
                _extra(network, "params"),
            ),
        ),
        Card(
            "MACs",
            *_split(mark, figures.compact(figures.macs(total.work))),
            _join(_exact(figures.macs(total.work)), _extra(network, "macs")),
        ),
        Card(
            "FLOPs",
            *_split(mark, figures.compact(figures.flops(total.work))),
            _others(network),
        ),
        Card("Peak memory", *_split("", figures.size(memory.peak)), _peak(network)),
        Card("Weights", *_split("", figures.size(memory.weights)), f"as {network.dtype}"),
        Card(
            "Kept for training",
            *_split("", figures.size(memory.saved_for_backward)),
            "for the backward pass",
        ),
    ]
    field = figures.local_field(network)
    if field is not None:
        note = f"stride {figures.axes(field.stride)}, padding {figures.axes(field.padding)}"
        note += f", at {clean(facts.field_at or '')}"
        if not field.aligned:
            note += f"; paths misaligned by {figures.axes(field.misalignment)} px"
        found.append(Card("Receptive field", figures.axes(field.size), "px", note))
    if total.depth is not None:
        note = f"{figures.counted(network)} on the longest way"
        found.append(Card("Depth", str(total.depth), "layers", note))
    roofline = bounded(network)
    if roofline is not None and roofline.seconds is not None:
        least = _split("\u2265 ", words.time(roofline.seconds))
        found.append(Card("Least time", *least, f"on {clean(roofline.device.title)}, a bound"))
    return found


def basis(network: Network) -> str:
    """`per image, float32`, and how sure the figures are."""
    text = figures.basis(network)
    if network.facts.status == "exact":
        return f"{text}; all figures exact"
    names = [clean(path) for path in network.facts.uncounted]
    shown = names[:5] + ([f"{len(names) - 5} more"] if len(names) > 5 else [])
    behind = f" (not counted: {listing(shown)})" if shown else ""
    return f"{text}; status: {network.facts.status}{behind}"


def _split(mark: str, text: str) -> tuple[str, str]:
    value, _, unit = text.partition(" ")
    return ("" if text == figures.UNKNOWN else mark) + value, unit


def _exact(value: int | None) -> str:
    return "" if value is None or value < 10**5 else figures.number(value)


def _buffers(value: int | None) -> str:
    return f"and {figures.number(value)} in buffers" if value else ""


def _extra(network: Network, figure: str) -> str:
    one, two = network.facts.totals, network.facts.training
    if figure == "params":
        less, more = one.params, two.params
    else:
        less, more = figures.macs(one.work), figures.macs(two.work)
    if less is None or more is None or less == more:
        return ""
    return f"{figures.number(more)} with training-only outputs"


def _others(network: Network) -> str:
    work = network.facts.totals.work
    if work is None:
        return ""
    parts = [f"{figures.compact(value)} {name}" for name, value in figures.others(work)]
    return " + ".join(["2 \u00d7 MACs", *parts])


def _peak(network: Network) -> str:
    at = network.facts.memory.peak_at
    return f"at inference, at {clean(at)}" if at else "at inference"


def _join(*parts: str) -> str:
    return "; ".join(part for part in parts if part)
