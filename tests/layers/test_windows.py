"""Windows against a probe: change one pixel, and see which outputs change."""

from __future__ import annotations

import itertools

import pytest

from archc.layers.reads import Moved, Window
from tests.layers.examples import EXAMPLES, Example

torch = pytest.importorskip("torch")

from tests.each import each  # noqa: E402
from tests.layers.torch_form import runner  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same'")


def readers(example: Example) -> dict[tuple[int, ...], set[tuple[int, ...]]]:
    """For each output position the input positions it reads, channels left aside."""
    torch.default_generator.manual_seed(0)
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


@each("example", [e for e in EXAMPLES if isinstance(e.layer.windows(e.inputs), tuple)])
def test_windows_are_what_outputs_read(example: Example) -> None:
    """Place by place, gaps included; at the border what lies outside is read nowhere."""
    windows = example.layer.windows(example.inputs)
    assert isinstance(windows, tuple)
    space = example.inputs[0][1:]
    moved = example.kind == "pad" and ("mode" in example.named or len(example.positional) > 1)
    moved = moved or example.kind == "upsample"  # what lies outside is found at the edge
    for place, pixels in readers(example).items():
        for axis, (window, n) in enumerate(zip(windows, space, strict=True)):
            assert isinstance(n, int)
            read = {pixel[axis] for pixel in pixels}
            if not isinstance(window, Window):
                assert read == set(range(n))
                continue
            turn, phase = divmod(place[axis], len(window.phases))
            wanted = {turn * window.advance + one for one in window.phases[phase]}
            inside = {one for one in wanted if 0 <= one < n}
            if wanted == inside or not moved:
                assert read == inside, (axis, place)


@pytest.mark.parametrize(
    "example", [e for e in EXAMPLES if isinstance(e.layer.windows(e.inputs), Moved)], ids=str
)
def test_moved_axes_hold_what_lay_in_the_old_ones(example: Example) -> None:
    """The place on an old axis follows from that on the axis it lies in."""
    moved = example.layer.windows(example.inputs)
    assert isinstance(moved, Moved)
    run, _ = runner(example.layer, example.inputs)
    shape = [n for n in example.inputs[0] if isinstance(n, int)]
    for new, olds in enumerate(moved.axes):
        for old in olds:
            places = torch.arange(shape[old], dtype=torch.float64)
            image = places.view(-1, *[1] * (len(shape) - old - 1)).expand(shape)[None]
            out = run(image.contiguous())[0]
            rows = out.movedim(new, 0).flatten(1) if out.dim() > 1 else out[:, None]
            assert (rows == rows[:, :1]).all()  # the other axes do not tell


@each(
    "example",
    [
        e
        for e in EXAMPLES
        if e.layer.windows(e.inputs) == "global"
        and not e.layer.many_inputs
        and (len(e.inputs[0]) > 1 or e.kind in ("linear", "rbf"))
    ],
)
def test_global_layers_read_everything(example: Example) -> None:
    reads = readers(example)
    space = example.inputs[0][1:] if len(example.inputs[0]) > 1 else example.inputs[0]
    everything = set(itertools.product(*(range(n) for n in space if isinstance(n, int))))
    assert reads
    assert all(pixels == everything for pixels in reads.values())


@each(
    "example",
    [
        e
        for e in EXAMPLES
        if e.layer.windows(e.inputs) == "pointwise" and len(e.inputs[0]) > 1 and e.inputs[0][1] != 1
    ],
)
def test_pointwise_layers_read_their_own_position(example: Example) -> None:
    for place, pixels in readers(example).items():
        assert pixels == {place}
