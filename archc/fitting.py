"""Where a size is refused: the nearest sizes of the input that every layer takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from archc.analysis.sizes import Accepted
from archc.analysis.sizes.walk import LETTERS
from archc.diagnostics import Diagnostic
from archc.graph.cures.rounds import ROUND
from archc.shapes import Shape

if TYPE_CHECKING:
    from archc.analysis.open_sizes import Sizes
    from archc.graph.graph import Graph

REFUSALS = frozenset(
    {
        *("concat-mismatch", "shape-mismatch", "kernel-too-large", "pool-too-large"),
        *("crop-too-large", "empty-axis", "bad-reshape", "cannot-express", "out-of-range"),
    }
)
"""The codes of layers that cannot be at a size."""

MOST_NODES = 3000
MOST_NETWORKS = 8

With = Callable[[str, str], "Sizes | Graph"]
"""The sizes that a network takes with an open input, `3xHxW`; None where an input has errors."""


def fitted(
    diagnostics: Sequence[Diagnostic], graphs: Sequence[Graph], asked: bool, other: With
) -> tuple[Diagnostic, ...]:
    """The findings; the first refusal of a network tells which inputs would do.

    Where the text itself can be mended (by more than fewer rounds) and no size was `asked` for from
    outside, that is told only if ever larger inputs fit: else the size is not what is wrong. Nor is
    it where the cure is an input of other axes.
    """
    result = list(diagnostics)
    asked_of = 0
    for graph in graphs:
        at = _first(result, graph)
        if at is None or len(graph.nodes) > MOST_NODES or "write `input" in (result[at].help or ""):
            continue
        asked_of += 1
        if asked_of > MOST_NETWORKS:
            break
        near = _nearest(graph, other, endless=_cured(result[at]) and not asked)
        if near:
            *first, last = near
            text = f"an input of {', '.join(first)}{' or ' if first else ''}{last} fits"
            help = result[at].help
            result[at] = result[at]._replace(help=f"{help}\n{text}" if help else text)
    return tuple(result)


def _cured(one: Diagnostic) -> bool:
    """Whether a finding has a cure that keeps what the author wanted: fewer rounds do not."""
    rounds = one.code == "pool-too-large" and any(
        label.text.startswith(ROUND) for label in one.labels
    )
    return bool(one.help) and not rounds


def _first(diagnostics: Sequence[Diagnostic], graph: Graph) -> int | None:
    """The first refusal in the text of a network that could not be finished."""
    if graph.complete:
        return None
    spans = {node.span for node in graph.nodes if node.shape is None}
    for number, one in enumerate(diagnostics):
        inside = any(
            span.source is one.span.source
            and span.start <= one.span.start <= one.span.end <= span.end
            for span in spans
        )
        if one.code in REFUSALS and inside:
            return number
    return None


def _nearest(graph: Graph, other: With, endless: bool) -> list[str]:
    """The nearest inputs that fit; with `endless` only if there is no largest."""
    inputs = {node.path: node.shape or () for node in graph.nodes if node.layer is None}
    if len({shape[1:] for shape in inputs.values()}) != 1:
        return []
    shape = next(iter(inputs.values()))
    sizes = [axis for axis in shape[1:] if isinstance(axis, int)]
    letters = LETTERS.get(len(shape) - 1, ())
    if not sizes or len(sizes) < len(shape) - 1 or len(letters) != len(sizes):
        return []
    found = other(graph.name, _written(inputs, letters))
    if not isinstance(found, Accepted) or (endless and not found.endless):
        return []
    wanted = dict(zip(letters, sizes, strict=True))
    near = [_written(inputs, [one[name] for name in letters]) for one in found.near(wanted)]
    return [text for text in near if other(graph.name, text) is not None]


def _written(inputs: Mapping[str, Shape], sizes: Sequence[int | str]) -> str:
    """Inputs of these sizes, as `--input` takes them: `3x64x48`, or `a=3x64x48,b=1x64x48`."""
    shapes = {name: "x".join(map(str, (shape[0], *sizes))) for name, shape in inputs.items()}
    alike = set(shapes.values())
    if len(alike) == 1:
        return alike.pop()
    return ",".join(f"{name}={shape}" for name, shape in shapes.items())
