"""What stands below a network's table: totals, conventions, expectations."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from archc.emit import figures
from archc.emit.style import PLAIN, Style
from archc.emit.text import clean, left, right, width

if TYPE_CHECKING:
    from archc.check import Network, Verdict

_GAP = "  "


def totals(
    network: Network, style: Style = PLAIN, folded: bool = False, series: bool = False
) -> str:
    """Totals, each with what it rests on; the conventions; the expectations."""
    rows = [
        (name, value, _formula(network, name, value) or note)
        for name, value, note in _counts(network, style)
    ]
    rows += _memory(network, style)
    if network.answers is not None:
        from archc.emit import answers

        rows += answers.rows(network.answers, style)
    rows += _field(network)
    rows.append(("status", *_status(network)))
    if network.graph.lapsed:
        count = network.graph.lapsed
        rows.append(("claims", str(count), "behind `=>`, of the sizes in the text: not applicable"))
    rows += _sizes(network)
    names = max(width(name) for name, _, _ in rows)
    values = max(width(value) for _, value, _ in rows)
    lines = []
    for name, value, note in rows:
        text = f"{left(name, names)}{_GAP}{style.paint(right(value, values), 'bold')}"
        lines += _wrapped(text, names + len(_GAP) + values, note, style)
    parts = ["\n".join(lines)]
    if network.expectations:
        parts.append("\n".join(expectations(network.expectations, style)))
    parts.append(_conventions(network, style, folded, series))
    return "\n\n".join(parts)


def _counts(network: Network, style: Style) -> list[tuple[str, str, str]]:
    facts, mark = network.facts, figures.bound(network, style)
    total = facts.totals
    rows = []
    notes = [figures.frozen(total)] if figures.frozen(total) else []
    if total.buffers:
        notes.append(f"and {figures.number(total.buffers)} in buffers")
    extra = _difference(facts.training.params, total.params)
    if extra:
        training = figures.number(facts.training.params)
        notes.append(f"{training} with the training-only outputs")
    # without the mark: what an opaque operation holds is told
    rows.append(("parameters", figures.number(total.params), ", ".join(notes)))
    work = total.work
    notes = [] if work is None else [figures.compact(work.macs)]
    if facts.training.work is not None and _difference(
        facts.training.work.macs, figures.macs(work)
    ):
        training = figures.number(facts.training.work.macs)
        notes.append(f"{training} with the training-only outputs")
    rows.append(("MACs", mark + figures.number(figures.macs(work)), ", ".join(notes)))
    note = ""
    if work is not None:
        parts = [f"{figures.compact(count)} {name}" for name, count in figures.others(work)]
        note = " + ".join(["2 x MACs", *parts])
    rows.append(("FLOPs", mark + figures.number(figures.flops(work)), note))
    note = "values"
    if total.conv_linear_activations is not None:
        of = figures.number(total.conv_linear_activations)
        note = f"values, {of} of them from {figures.counted(network)}"
    rows.append(("activations", mark + figures.number(total.activations), note))
    if total.depth is not None:
        rows.append(("depth", str(total.depth), f"{figures.counted(network)} on the longest way"))
    return rows


def _difference(left: int | None, right: int | None) -> int:
    return 0 if left is None or right is None else left - right


def _memory(network: Network, style: Style) -> list[tuple[str, str, str]]:
    memory = network.facts.memory
    peak = figures.size(memory.peak)
    at = f"at {clean(memory.peak_at)}" if memory.peak_at else ""
    if memory.live:
        names = [clean(path) for path in memory.live]
        shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
        at = f"{at}; alive: {shown}" if at else shown
    weights, saved = figures.size(memory.weights), figures.size(memory.saved_for_backward)
    return [
        ("memory", peak, f"peak, {at}" if at else "peak"),
        ("", weights, "weights: parameters and buffers"),
        ("", saved, "kept for the backward pass"),
    ]


def _field(network: Network) -> list[tuple[str, str, str]]:
    found = figures.local_field(network)
    if found is None:
        return []
    hull = [f"hull {figures.axes(found.hull)}"] if found.hull != found.size else []
    notes = [
        *hull,
        f"stride {figures.axes(found.stride)}",
        f"padding {figures.axes(found.padding)}",
        f"at {clean(network.facts.field_at or '')}",
    ]
    if not found.aligned:
        off = figures.axes(found.misalignment)
        notes.append(f"paths misaligned by {off} px")
    return [("field", f"{figures.axes(found.size)} px", ", ".join(notes))]


def _status(network: Network) -> tuple[str, str]:
    facts = network.facts
    if facts.status == "exact":
        return "exact", ""
    names = [clean(path) for path in facts.uncounted]
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return facts.status, f"not counted: {shown}" if names else ""


def _formula(network: Network, name: str, value: str) -> str:
    """What stands for a figure that open sizes hide."""
    found = network.sizes
    if value != figures.UNKNOWN or found is None or isinstance(found, str) or network.batch != 1:
        return ""
    from archc.emit.sizes import NAMES, figures_of

    known = {NAMES[key]: one for key, one in figures_of(network, found).items()}
    return known.get(name) or ""


def _sizes(network: Network) -> list[tuple[str, str, str]]:
    """What the open sizes have to be for the shapes to hold."""
    if network.sizes is None:
        return []
    if isinstance(network.sizes, str):
        return [("sizes", figures.UNKNOWN, f"what they must be cannot be told: {network.sizes}")]
    from archc.emit.sizes import conditions

    (name, first), *rest = conditions(network.sizes).items()
    rows = [("sizes", name, first)]
    return rows + [("", name, one) for name, one in rest]


def _conventions(network: Network, style: Style, folded: bool, series: bool) -> str:
    notes = [f"{figures.basis(network)}; {figures.MACS}", figures.MEMORY, figures.FIELD]
    if folded:
        notes.append(f"{style.times} n: the row sums up n equal ones, the rows below it show one")
    if series:
        notes.append("n in a row: as the one above, on other shapes; --expand shows each of them")
    lines = []
    for note in notes:
        lines += _fill(note, style.width - 2)
    return "\n".join(style.paint(f"  {line}", "dim") for line in lines)


def idle(verdict: Verdict) -> str:
    """Why an expectation is not held to anything."""
    return f"not applicable: {clean(verdict.why)}" if verdict.why else "not applicable"


def expectations(verdicts: tuple[Verdict, ...], style: Style = PLAIN) -> list[str]:
    """A tick or a cross, the claim, the figure where it differs, the source."""
    marks = {
        True: style.paint(style.sign("\u2713", "ok"), "green"),
        False: style.paint(style.sign("\u2717", "x "), "red"),
        None: style.paint(style.sign("\u2013", "- "), "dim"),
    }
    texts = [clean(" ".join(verdict.text.split())) for verdict in verdicts]
    column = min(max(map(width, texts)), max(style.width // 2, 20))
    lines = []
    for verdict, text in zip(verdicts, texts, strict=True):
        notes = []
        if verdict.holds is False:
            notes.append(f"is {value(verdict.actual)}")
        elif verdict.holds is None:
            notes.append(idle(verdict))
        origin = clean(verdict.source or "")
        start = 2 + width(style.sign("\u2713", "ok")) + 1 + max(column, width(text)) + len(_GAP)
        said = ", ".join(filter(None, [*notes, origin]))
        first, *more = _fill(said, max(style.width - start, 24))
        if origin and first.endswith(origin):  # all of it in one line
            first = first.removesuffix(origin) + style.paint(origin, "dim")
        lines.append(f"  {marks[verdict.holds]} {left(text, column)}{_GAP}{first}".rstrip())
        lines += [" " * start + style.paint(line, "dim") for line in more]
    return lines


def value(actual: object) -> str:
    """A figure as a claim compares it: `25,557,032`, `64x56x56`, `1/2`."""
    if actual is None:
        return "unknown"
    if isinstance(actual, bool):
        return "true" if actual else "false"
    if isinstance(actual, int):
        return figures.number(actual)
    if isinstance(actual, Fraction):
        return str(actual)
    if type(actual) is tuple:
        return "x".join(str(axis) for axis in actual)
    return clean(str(actual))


def _wrapped(text: str, used: int, note: str, style: Style) -> list[str]:
    """A line with its note behind it, the note in as many lines as it needs."""
    start = 2 + used + len(_GAP)
    first, *more = _fill(note, max(style.width - start, 24))
    lines = [f"  {text}{_GAP}{style.paint(first, 'dim')}".rstrip()]
    return lines + [" " * start + style.paint(line, "dim") for line in more]


def _fill(text: str, cells: int) -> list[str]:
    """A text in lines of so many cells, broken at spaces."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if width(joined) <= cells or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines
