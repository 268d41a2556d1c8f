"""Peak and saved bytes of every kind of layer, in generated modules that PyTorch runs."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from archc.analysis.analyse import analyse
from archc.analysis.facts import Memory
from archc.check import Options, check
from archc.emit.pytorch.compile import Compiled
from archc.language.source import Source
from archc.shapes import Shape, Size, show
from tests.analysis.live import peak, saved_for_backward
from tests.emit.pytorch.compiled import compile_text
from tests.layers.examples import EXAMPLES, Example

torch = pytest.importorskip("torch")

from archc.emit.pytorch.verify import load  # noqa: E402
from tests.each import each  # noqa: E402


def written(value: Any) -> str:
    """An argument as a spec has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Size):
        return show(tuple(value))
    if isinstance(value, tuple):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, Fraction):
        return str(float(value))
    if isinstance(value, str):
        return f'"{value}"'
    return "none" if value is None else str(value)


def line(example: Example, **changes: str) -> str:
    words = [example.kind, *map(written, example.positional)]
    if example.kind == "upsample" and "x" in "".join(words[1:2]):
        names = example.layer.arguments  # by its name a size may be smaller than the map
        words[1:] = [f"{name}={word}" for name, word in zip(names, words[1:], strict=False)]
    words += [
        f"{name}={changes.get(name, written(value))}" for name, value in example.named.items()
    ]
    return " ".join(words)


def same(shape: Shape) -> str:
    """A convolution that keeps the shape and learns, so that something is kept behind it."""
    rank = len(shape) - 1
    return f"conv {shape[0]} {'x'.join('1' * rank)}" if rank else f"linear {shape[0]}"


def spec(example: Example) -> str:
    """The layer behind what learns, so that everything is kept that may be."""
    layer, inputs = example.layer, example.inputs
    if len(inputs) == 1:
        branches = f" {{ {same(inputs[0])} }}" if layer.many_inputs else ""
        first = [] if layer.many_inputs else [same(inputs[0]), "relu"]
        return "\n".join([f"input {show(inputs[0])}", *first, line(example) + branches])
    names = "abc"[: len(inputs)]
    lines = [f"input {name} {show(shape)}" for name, shape in zip(names, inputs, strict=True)]
    for name, shape in zip(names, inputs, strict=True):
        lines += [f"from {name}", f"{name}1: {same(shape)}"]
    if layer.many_inputs:
        lines.append(f"{example.kind} {{ {'; '.join(f'from {name}1' for name in names)} }}")
    else:
        lines += ["from a1", line(example, like="b1")]
    return "\n".join(lines)


def alone(example: Example) -> Compiled:
    """The network with this layer, compiled once for all tests that ask for every example."""
    return _compiled(f"network N {{\n{spec(example)}\n}}\n")


_compiled = cache(compile_text)


def known(shape: Shape | None) -> tuple[int, ...]:
    return tuple(axis for axis in shape or () if isinstance(axis, int))


def figures(text: str, batch: int) -> Memory:
    def read(path: str, importer: Source) -> Source:
        raise OSError(path)

    return check(Source(text, "net.arch"), Options(batch=batch), read).networks[0].facts.memory


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@each("example", EXAMPLES)
def test_memory_is_that_of_pytorch(example: Example) -> None:
    """To the byte, for one image and for several."""
    compiled = alone(example)
    assert compiled.code is not None, compiled.diagnostics
    graph = compiled.checked.networks[0].graph
    shapes = [known(node.shape) for node in graph.nodes if node.layer is None]
    module = load(compiled.code).N()
    one_value = example.kind == "batchnorm" and len(example.inputs[0]) == 1
    for batch in (1, 3):
        inputs = [torch.rand(batch, *shape) for shape in shapes]
        memory = analyse(graph, batch).memory
        assert memory.peak == peak(module, inputs)
        if batch > 1 or not one_value:  # PyTorch refuses the statistics of one value
            assert memory.saved_for_backward == saved_for_backward(module, inputs)
