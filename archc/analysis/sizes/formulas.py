"""Work and values as exact formulas of the open sizes.

Each layer's figure is a number times the values that it writes, or times those that it reads, or
the same at any size: which of these is found out by asking the layer at many sizes. The terms are
then merged where their factors are equal at every size that is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import product
from math import gcd, prod

from archc.analysis.in_place import in_place
from archc.analysis.sizes import Accepted
from archc.analysis.sizes.along import Along
from archc.analysis.sizes.rhythm import letters
from archc.analysis.sizes.sets import SizeSet
from archc.analysis.sizes.simplest import Simplest
from archc.analysis.sizes.walk import Walk
from archc.graph.graph import Graph, Node
from archc.layers.base import Work
from archc.named import NamedTuple
from archc.shapes import Open, Shape, at, show

SAMPLES = 4  # sizes of each letter at which layers are asked, of a finite set
SETS = 8  # of sets that go together

Values = dict[int, list[int]]  # by node: a figure at each sample
Term = tuple[int, tuple[Open, ...]]  # a coefficient and its factors


class Formula(NamedTuple):
    """A sum of products: a coefficient and open factors each."""

    terms: tuple[tuple[int, tuple[Open, ...]], ...]

    def at(self, sizes: Mapping[str, int]) -> int:
        """Its value where every letter is a number."""
        total = 0
        for coefficient, factors in self.terms:
            values = [at(factor, sizes) for factor in factors]
            total += coefficient * prod(value for value in values if isinstance(value, int))
        return total

    def __str__(self) -> str:
        texts = []
        for coefficient, factors in self.terms:
            parts = [show((factor,)) for factor in factors]
            if coefficient != 1 or not parts:
                parts.insert(0, str(coefficient))
            texts.append("*".join(parts))
        return " + ".join(texts) or "0"


class Formulas(NamedTuple):
    """Those of a network at inference, for one image; None where there is no such formula."""

    macs: Formula | None
    flops: Formula | None
    activations: Formula | None


def formulas(graph: Graph, found: Accepted) -> Formulas:
    """The formulas of a network whose sizes are known."""
    summing = _Summing(graph, found)
    writing = in_place(graph)

    def values(node: Node, output: Shape) -> int:
        assert node.layer is not None
        return 0 if node.layer.view or node.index in writing else _elements(output)

    kinds = [summing.total(summing.work(kind)) for kind in range(7)]
    flops = _added([(2, kinds[0]), *((1, kind) for kind in kinds[1:])])
    return Formulas(kinds[0], flops, summing.total(summing.written(values)))


def _added(parts: list[tuple[int, Formula | None]]) -> Formula | None:
    sums: dict[tuple[Open, ...], int] = {}
    for times, part in parts:
        if part is None:
            return None
        for coefficient, factors in part.terms:
            sums[factors] = sums.get(factors, 0) + times * coefficient
    return _ordered(sums)


def _ordered(sums: Mapping[tuple[Open, ...], int]) -> Formula:
    """Large maps first, which have many factors and small divisors; the plain number last."""
    terms = [(number, factors) for factors, number in sums.items() if number]
    terms.sort(key=lambda term: (-len(term[1]), [(one.divisor, str(one)) for one in term[1]]))
    return Formula(tuple(terms))


def _elements(shape: Shape) -> int:
    return prod(axis for axis in shape if isinstance(axis, int))


class _Summing:
    """The shapes at a choice of sizes, and which factors are the same at all that are taken."""

    def __init__(self, graph: Graph, found: Accepted) -> None:
        self.walk = Walk(graph)
        self.found = found
        self.nodes = [node for node in self.walk.nodes if node.layer is not None]
        shapes = self.walk.open.shapes.values()
        axes = {axis for shape in shapes for axis in shape if isinstance(axis, Open)}
        samples = _samples(found, sorted(axes))
        self.samples = [self.walk.at(sizes).shapes for sizes in samples]
        first: dict[object, Node] = {}
        self._alike = {
            one.index: first.setdefault(self._looks(one), one).index for one in self.nodes
        }
        self._works = {node.index: self._work(node) for node in first.values()}
        self._terms: dict[object, Term | None] = {}
        self._simplest = Simplest(found.along)
        self._same: dict[object, Open] = {}
        self._known: dict[Open, Open] = {}

    def _looks(self, node: Node) -> object:
        """What the figures of a node hang on: its layer, and the shapes around it."""
        shapes = self.walk.open.shapes
        return node.layer, tuple([shapes[i] for i in node.inputs]), shapes[node.index]

    def _work(self, node: Node) -> list[Work]:
        assert node.layer is not None
        return [
            node.layer.work([shapes[i] for i in node.inputs], shapes[node.index])
            for shapes in self.samples
        ]

    def work(self, kind: int) -> Values:
        """A class of operations, at each sample of each node."""
        found = {index: [one[kind] for one in works] for index, works in self._works.items()}
        return {index: found[first] for index, first in self._alike.items()}

    def written(self, values: Callable[[Node, Shape], int]) -> Values:
        """Something of the output, at each sample of each node."""
        return {
            node.index: [values(node, shapes[node.index]) for shapes in self.samples]
            for node in self.nodes
        }

    def total(self, figure: Values) -> Formula | None:
        """The sum of a figure over all layers."""
        sums: dict[tuple[Open, ...], int] = {}
        for node in self.nodes:
            values = figure[node.index]
            key = self._alike[node.index], tuple(values)
            if key not in self._terms:
                self._terms[key] = self._term(node, values)
            term = self._terms[key]
            if term is None:
                return None
            coefficient, factors = term
            sums[factors] = sums.get(factors, 0) + coefficient
        return _ordered(sums)

    def _term(self, node: Node, values: list[int]) -> Term | None:
        if len(set(values)) == 1:
            return values[0], ()
        for index in (node.index, *node.inputs):
            sizes = [_elements(shapes[index]) for shapes in self.samples]
            if all(v * sizes[0] == values[0] * n for v, n in zip(values, sizes, strict=True)):
                number, factors = self._factors(self.walk.open.shapes[index])
                coefficient = Fraction(values[0], sizes[0]) * number
                if coefficient.denominator == 1:
                    return int(coefficient), factors
        return None

    def _factors(self, shape: Shape) -> tuple[int, tuple[Open, ...]]:
        number = 1
        factors: list[Open] = []
        for axis in shape:
            axis = self._simplest.of(axis)
            if isinstance(axis, int):
                number *= axis
                continue
            common = gcd(axis.multiplier, axis.constant)
            axis = axis // common
            assert not isinstance(axis, int)
            number *= common
            if axis not in self._known:
                self._known[axis] = self._one_of(axis)
            factors.append(self._known[axis])
        return number, tuple(sorted(factors, key=str))

    def _one_of(self, axis: Open) -> Open:
        """One of the factors that are equal wherever the network can be."""
        names = letters(axis)
        if len(names) != 1:
            return self._same.setdefault(str(axis), axis)
        key = names[0], self._simplest.values(axis, names[0])
        return self._same.setdefault(key, axis)


def _samples(found: Accepted, axes: list[Open]) -> list[dict[str, int]]:
    """Sizes that go together, from all over those that are taken.

    What is the same at all of them, and not at every size, has one more at which it differs.
    """
    step = max(len(found.together) // SETS, 1)
    simplest = Simplest(found.along)
    samples = []
    for one in found.together[::step]:
        some = [_some(one[letter], found.along[letter]) for letter in found.letters]
        sets = [dict(zip(found.letters, sizes, strict=True)) for sizes in product(*some)]
        samples += sets
        for letter, sizes in zip(found.letters, some, strict=True):
            apart = _telling(letter, sizes, axes, simplest)
            samples += [{**sets[0], letter: size} for size in apart if size in one[letter]]
    return samples


def _telling(letter: str, some: list[int], axes: list[Open], simplest: Simplest) -> list[int]:
    """Sizes that tell apart what is the same at some of them, and where early ones end."""
    every = simplest.taken[letter]
    found = [size for size in (every[:1] + every[-1:]) if size not in some]
    for axis in axes:
        if letters(axis) != (letter,):
            continue
        values = [at(axis, {letter: size}) for size in [*some, *found]]
        if len(set(values)) == 1:
            other = (n for n in every if at(axis, {letter: n}) != values[0])
            found += [size for size in [next(other, None)] if size is not None]
    return found


def _some(sizes: SizeSet, along: Along) -> list[int]:
    starts = [along.repeats_from + step for step in (0, 1, along.period // 2 + 1, along.period, 61)]
    if sizes.finite:
        members = sizes.early
        return sorted({members[len(members) * n // SAMPLES] for n in range(SAMPLES)})
    return sorted({one for one in map(sizes.above, starts) if one is not None})
