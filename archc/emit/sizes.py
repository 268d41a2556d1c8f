"""The sizes that a network takes, as people say them and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archc.analysis.sizes.reasons import Reason, reasons
from archc.analysis.sizes.rhythm import letters
from archc.emit import figures
from archc.emit.labels import node_text
from archc.emit.style import PLAIN, Style
from archc.emit.text import clean, left, width
from archc.shapes import show

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archc.analysis.sizes import Accepted, SizeSet
    from archc.check import Network

MOST_SETS = 6  # pairs of sets that are shown
MOST_NODES = 3


def said(sizes: SizeSet) -> str:
    """`at least 63`, `multiples of 16`, `224 to 255`, `any`."""
    early = [_span(first, last) for first, last in runs(sizes.early)]
    if sizes.finite:
        return " or ".join(early) or "none"
    least, period = sizes.above(sizes.start), sizes.period
    if period == 1:
        rest = "any" if sizes.start == 1 else f"at least {least}"
    else:
        rest = _pattern(sizes.residues, period)
        if least != next(n for n in range(1, period + 1) if n % period in sizes.residues):
            rest += f", at least {least}"
    return " or ".join([*early, rest])


def runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers that follow one another, as first and last."""
    result: list[tuple[int, int]] = []
    for number in numbers:
        if result and result[-1][1] == number - 1:
            result[-1] = result[-1][0], number
        else:
            result.append((number, number))
    return result


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"


def _pattern(residues: tuple[int, ...], period: int) -> str:
    """`multiples of 16`, `32k + 3`, `32k - 1 to 32k + 1`."""
    if residues == (0,):
        return f"multiples of {period}"
    spans = runs(residues)
    if spans[0][0] == 0 and spans[-1][1] == period - 1:  # they go on across the multiple
        first = spans.pop()
        spans[0] = first[0] - period, spans[0][1]
    ends = [
        f"{_term(one, period)} to {_term(other, period)}" for one, other in spans if one != other
    ]
    ends += [_term(one, period) for one, other in spans if one == other]
    return " or ".join(ends)


def _term(rest: int, period: int) -> str:
    return f"{period}k {'-' if rest < 0 else '+'} {abs(rest)}" if rest else f"{period}k"


def text(network: Network, found: Accepted, style: Style = PLAIN) -> str:
    """The sizes of each letter with their reasons; sets that go together; sizes without loss."""
    source = network.graph.program.source.name
    head = style.paint(clean(network.name), "bold")
    given = None if found.native else dict(found.outputs).get("out")
    head += f"  {figures.signature(network, style, given)}  {style.paint(clean(source), 'dim')}"
    rows: list[tuple[str, str]] = []
    if not found.letters:
        rows.append(("sizes", "a flat input: its values are counted, and none can be left out"))
    elif found.ties:
        rows += _tied(found, style)
    else:
        rows += _free(found)
    if found.letters and not found.empty:
        rows += _whole(found, style)
        for name, shape in found.outputs:
            rows.append(("output" if name == "out" else f"output {clean(name)}", show(shape)))
        known = figures_of(network, found)
        rows += [(NAMES[key], one) for key, one in known.items() if one is not None]
    column = max(width(name) for name, _ in rows)
    lines = []
    for name, line in rows:
        first, *rest = _broken(line, style.width - column - 4)
        lines.append(f"  {style.paint(left(name, column), 'bold')}  {first}")
        lines += [f"{'':{column + 4}}{part}" for part in rest]
    return "\n".join([head, "", *lines]) + "\n"


def _broken(line: str, cells: int) -> list[str]:
    """A long sum in several lines, each but the first beginning with its sign."""
    lines: list[str] = []
    parts = [""]
    for piece in line.split(" + "):
        inside = parts[-1].count("(") > parts[-1].count(")")  # a sum in brackets stays together
        if inside or not parts[-1]:
            parts[-1] += f" + {piece}" if inside else piece
        else:
            parts.append(piece)
    for part in parts:
        sign = " + " if lines else ""
        if lines and width(lines[-1] + sign + part) <= cells:
            lines[-1] += sign + part
        else:
            lines.append(f"  + {part}" if lines else part)
    return lines


def _free(found: Accepted) -> list[tuple[str, str]]:
    """Letters that have nothing to do with one another; one that is like the first says so."""
    rows: list[tuple[str, str]] = []
    first: list[str] = []
    for letter in found.letters:
        one = found.along[letter]
        texts = [said(one.sizes), *map(_reason, reasons(one))]
        if texts == first:
            rows.append((letter, f"as {found.letters[0]}"))
            continue
        first = first or texts
        rows.append((letter, texts[0]))
        rows += [("", f"  {line}") for line in texts[1:]]
    return rows


def _reason(reason: Reason) -> str:
    """`at least 63: features.12, maxpool 3x3 /2, line 31`."""
    by_text: dict[tuple[str, int], list[str]] = {}
    for node in reason.nodes:
        by_text.setdefault((node_text(node), node.span.line), []).append(clean(node.path))
    parts = []
    for (words, line), paths in list(by_text.items())[:MOST_NODES]:
        more = f" and {len(paths) - MOST_NODES} more" if len(paths) > MOST_NODES else ""
        parts.append(f"{', '.join(paths[:MOST_NODES])}{more}, {clean(words)}, line {line}")
    more = f"; and {len(by_text) - MOST_NODES} more" if len(by_text) > MOST_NODES else ""
    return f"{reason.bound}: {'; '.join(parts)}{more}"


def _whole(found: Accepted, style: Style) -> list[tuple[str, str]]:
    """The sizes at which no stride leaves pixels behind its last window."""
    name = "no pixel dropped"
    if found.ties:
        own = _own(found)
        sets = [said(own[letter] & found.along[letter].whole) for letter in found.letters]
        return [(name, f" {style.times} ".join(sets))]
    texts = {letter: said(found.along[letter].whole) for letter in found.letters}
    if len(set(texts.values())) == 1:
        return [(name, next(iter(texts.values())))]
    return [(name if not n else "", f"{a}: {one}") for n, (a, one) in enumerate(texts.items())]


def _own(found: Accepted) -> dict[str, SizeSet]:
    """The sets of sizes that those of the file belong to; else the first."""
    holding = (one for one in found.together if all(found.native[n] in one[n] for n in one))
    return next(holding, found.together[0]) if found.native else found.together[0]


def _tied(found: Accepted, style: Style) -> list[tuple[str, str]]:
    """Letters of which one decides about the other."""
    name = f" {style.times} ".join(found.letters)
    if found.empty:
        return [(name, "none")]
    own = _own(found)
    others = [one for one in found.together if one is not own]
    rows = []
    for number, one in enumerate([own, *others][:MOST_SETS]):
        sets = f" {style.times} ".join(said(one[letter]) for letter in found.letters)
        rows.append((name if not number else "", sets))
    if len(found.together) > MOST_SETS:
        rows.append(("", f"and {len(found.together) - MOST_SETS} more such pairs"))
    for tie in found.ties:
        where = f"{clean(tie.node.path)}, {clean(node_text(tie.node))}, line {tie.node.span.line}"
        rows.append(("", f"  {tie.formula} {tie.sign} {tie.wanted:,}: {where}"))
    return rows


NAMES = {"macs": "MACs", "flops": "FLOPs", "activations": "activations"}


def figures_of(network: Network, found: Accepted) -> dict[str, str | None]:
    """The formula of each figure, for one image; None where there is none."""
    from archc.analysis.sizes.formulas import formulas

    if found.empty:
        return {}
    known = formulas(network.graph, found)._asdict()
    return {key: None if one is None else str(one) for key, one in known.items()}


def conditions(found: Accepted) -> dict[str, str]:
    """What each letter has to be, in words; letters that say the same stand together."""
    by_text: dict[str, list[str]] = {}
    for one in found.letters:
        by_text.setdefault(said(found.along[one].sizes), []).append(one)
    texts = {", ".join(names): text for text, names in by_text.items()}
    for tie in found.ties:
        texts["*".join(letters(tie.formula))] = f"{tie.formula} {tie.sign} {tie.wanted:,}"
    return texts


def document(network: Network, found: Accepted) -> dict[str, Any]:
    """The same for programs: sets as lists below a start, then residues of a period."""
    return {
        "name": network.name,
        "file": network.graph.program.source.name,
        "native": found.native,
        "letters": {
            letter: {
                "sizes": plain_set(found.along[letter].sizes),
                "no_pixel_dropped": plain_set(found.along[letter].whole),
                "reasons": [
                    {
                        "bound": reason.bound,
                        "layers": [node.path for node in reason.nodes],
                        "lines": [node.span.line for node in reason.nodes],
                        "says": reason.text,
                    }
                    for reason in reasons(found.along[letter])
                ],
            }
            for letter in found.letters
        },
        "ties": [
            {
                "layer": tie.node.path,
                "line": tie.node.span.line,
                "formula": str(tie.formula),
                "wanted": tie.wanted,
                "at_least": bool(tie.axes),
            }
            for tie in found.ties
        ],
        "together": [
            {letter: plain_set(one[letter]) for letter in found.letters} for one in found.together
        ],
        "formulas": figures_of(network, found),
        "outputs": {
            name: [axis if isinstance(axis, int) else str(axis) for axis in shape]
            for name, shape in found.outputs
        },
    }


def plain_set(sizes: SizeSet) -> dict[str, Any]:
    """A set for programs: runs below `start`, from there on rests by `period`."""
    return {
        "early": [list(run) for run in runs(sizes.early)],
        "start": sizes.start,
        "period": sizes.period,
        "residues": list(sizes.residues),
    }
