"""Windows against a probe: change one pixel, and see which outputs change."""

from __future__ import annotations

import itertools
from math import ceil, floor

import pytest

from tests.layers.examples import EXAMPLES, Example

torch = pytest.importorskip("torch")

from tests.layers.torch_form import runner  # noqa: E402

# They renumber the positions: what one output reads is no window.
RENUMBERED = ("flatten", "reshape", "permute")
PROBED = [e for e in EXAMPLES if e.kind not in RENUMBERED and e.named.get("axis") != -1]


def readers(example: Example) -> dict[tuple[int, ...], set[tuple[int, ...]]]:
    """For each output position the input positions it reads, channels left aside."""
    torch.manual_seed(0)
    layer = example.layer
    run, module = runner(layer, example.inputs)
    if module is not None:
        module.double().eval()
        for parameter in module.parameters():
            torch.nn.init.uniform_(parameter, 0.5, 1.5)
    inputs = [torch.rand(1, *shape, dtype=torch.float64) / 2 + 0.5 for shape in example.inputs]
    with torch.no_grad():
        before = run(*inputs)
        reads: dict[tuple[int, ...], set[tuple[int, ...]]] = {}
        space = example.inputs[0][1:] if len(example.inputs[0]) > 1 else example.inputs[0]
        push = torch.rand(example.inputs[0][0], dtype=torch.float64) + 5
        for pixel in itertools.product(*(range(n) for n in space if isinstance(n, int))):
            changed = inputs[0].clone()
            if len(example.inputs[0]) > 1:
                changed[(0, slice(None), *pixel)] += push
            else:
                changed[(0, *pixel)] += 5.5
            moved = (run(changed, *inputs[1:]) != before)[0]
            if len(example.inputs[0]) > 1:
                moved = moved.any(0)
            for place in moved.nonzero().tolist():
                reads.setdefault(tuple(place), set()).add(pixel)
    return reads


@pytest.mark.parametrize(
    "example", [e for e in PROBED if isinstance(e.layer.windows(e.inputs), tuple)], ids=str
)
def test_windows_are_what_outputs_read(example: Example) -> None:
    windows = example.layer.windows(example.inputs)
    assert isinstance(windows, tuple)
    space = example.inputs[0][1:]
    mirrored = example.kind == "pad" and ("mode" in example.named or len(example.positional) > 1)
    reads = readers(example)
    for axis, (window, n) in enumerate(zip(windows, space, strict=True)):
        assert isinstance(n, int)
        inner: list[tuple[int, int, int]] = []
        for place, pixels in reads.items():
            y = place[axis]
            low, high = (f(pixel[axis] for pixel in pixels) for f in (min, max))
            begin = y * window.stride - window.padding
            end = begin + window.size - 1
            inside = begin >= 0 and end <= n - 1
            if inside or not mirrored:
                assert ceil(begin) <= low <= high <= floor(end), (axis, y)
            if inside:
                inner.append((y, low, high))
                if isinstance(begin, int) and isinstance(end, int):
                    assert (low, high) == (begin, end)
        period = getattr(window.stride, "denominator", 1)
        if len({y for y, _, _ in inner}) >= period:  # every remainder occurs: no smaller window
            assert min(low - y * window.stride for y, low, _ in inner) == -window.padding
            assert (
                max(high - y * window.stride for y, _, high in inner)
                == window.size - 1 - window.padding
            )


@pytest.mark.parametrize(
    "example",
    [
        e
        for e in PROBED
        if e.layer.windows(e.inputs) == "global"
        and (len(e.inputs[0]) > 1 or e.kind in ("linear", "rbf"))
    ],
    ids=str,
)
def test_global_layers_read_everything(example: Example) -> None:
    reads = readers(example)
    space = example.inputs[0][1:] if len(example.inputs[0]) > 1 else example.inputs[0]
    everything = set(itertools.product(*(range(n) for n in space if isinstance(n, int))))
    assert reads
    assert all(pixels == everything for pixels in reads.values())


@pytest.mark.parametrize(
    "example",
    [
        e
        for e in PROBED
        if e.layer.windows(e.inputs) == "pointwise" and len(e.inputs[0]) > 1 and e.inputs[0][1] != 1
    ],
    ids=str,
)
def test_pointwise_layers_read_their_own_position(example: Example) -> None:
    for place, pixels in readers(example).items():
        assert pixels == {place}
