"""Bounds of time: bytes against PyTorch's modules and gradients, times against plain arithmetic."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402

import archc  # noqa: E402
from archc.analysis.roofline import Device, Rate, roofline, together, values_read  # noqa: E402
from archc.emit.pytorch.verify import load  # noqa: E402
from archc.layers.reads import Window  # noqa: E402
from tests.analysis.build import Net  # noqa: E402
from tests.each import each  # noqa: E402
from tests.emit.networks import random_network  # noqa: E402
from tests.emit.pytorch.compiled import compile_text, compiled  # noqa: E402
from tests.layers.examples import EXAMPLES, Example  # noqa: E402
from tests.layers.test_windows import readers  # noqa: E402
from tests.specs.library import FILES  # noqa: E402
from tests.specs.library import load as list_of  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same'")
SLOW = Device("slow", "Slow", 1e9, {"float32": Rate(4e9, ""), "float16": Rate(16e9, "")}, "")


def run(text: str, batch: int = 1, dtype: str = "float32") -> archc.Network:
    return archc.load(f"network N {{ {text} }}", batch=batch, dtype=dtype).network


def bounds(network: archc.Network) -> dict[str, tuple[int, int, float, bool]]:
    width = 2 if network.dtype == "float16" else 4
    found = roofline(network.graph, network._network.facts, SLOW, network.dtype, width)
    pairs = zip(network.graph.nodes, found.layers, strict=True)
    return {n.path: (*one.traffic, one.seconds, one.waits) for n, one in pairs if one}


def test_a_convolution_by_hand() -> None:
    found = bounds(run("input 3x8x8; c: conv 4 3x3; r: relu"))
    moved = 4 * (3 * 64 + 4 * 36 + (27 + 1) * 4)
    flops = 2 * 27 * 4 * 36 + 4 * 36
    assert found["c"] == (flops, moved, flops / 4e9, False)
    assert found["r"] == (4 * 36, 4 * 2 * 4 * 36, 4 * 2 * 4 * 36 / 1e9, True)


def test_a_batch_moves_weights_once() -> None:
    found = bounds(run("input 3x8x8; c: conv 4 3x3", batch=10, dtype="float16"))
    assert found["c"][:2] == (10 * (2 * 27 * 4 * 36 + 144), 2 * (10 * (192 + 144) + 112))


def test_views_move_nothing_and_copies_do() -> None:
    found = bounds(run("input 4x6x6; f: flatten; l: linear 2"))
    assert found["f"] == (0, 0, 0.0, False)
    assert found["l"][1] == 4 * (144 + 2 + 144 * 2 + 2)
    found = bounds(run("input 4x6x8; p: permute [1, 2, 0]; f: reshape [6, 32]"))
    assert (found["p"][1], found["f"][1]) == (0, 2 * 4 * 192)


def test_shared_weights_are_read_at_every_run() -> None:
    found = bounds(run("input 4x6x6; c: conv 4 3x3 pad=1; share c"))
    assert found["c"] == found["c@2"]
    assert found["c"][1] == 4 * (2 * 144 + 36 * 4 + 4)


def test_a_value_read_twice_is_read_once_and_a_shape_not_at_all() -> None:
    found = bounds(run("input 4x6x6; a: add { identity; identity }"))
    assert found["a"][1] == 4 * 3 * 144  # two values, though of the same numbers
    found = bounds(run("input 2x4x4; c: conv 2 1x1; m: maxpool 2; u: upsample like=c"))
    assert found["u"][1] == 4 * (2 * 2 * 2 + 2 * 4 * 4)


def test_what_is_not_understood_bounds_nothing() -> None:
    found = bounds(run('input 4x6x6; o: opaque "aten.roll" => 4x6x6; r: relu'))
    assert found["o"] == (0, 0, 0.0, False)
    assert found["r"][1] == 4 * 2 * 144


def test_what_runs_in_training_alone_is_left_out() -> None:
    found = bounds(run("input 3x8x8; aux: output training conv 5 3x3; c: conv 4 3x3"))
    assert set(found) == {"c"}


@each("example", [e for e in EXAMPLES if isinstance(e.layer.windows(e.inputs), tuple)])
def test_values_are_those_that_some_output_reads(example: Example) -> None:
    """The places that change any output when they are changed."""
    shape = example.inputs[0]
    windows = example.layer.windows(example.inputs)
    assert isinstance(windows, tuple)
    if not all(isinstance(one, Window) for one in windows):
        return
    output = example.layer.output(example.inputs)
    pixels = set().union(*readers(example).values())
    channels = shape[0] if len(shape) > 1 else 1
    assert isinstance(channels, int)
    assert values_read(example.layer, list(example.inputs), output) == channels * len(pixels)


@pytest.mark.parametrize(
    "text",
    [
        "input 3x9x8; conv 4 1x1 stride=2",
        "input 3x17x14; conv 4 3x3 stride=4",
        "input 3x17x14; conv 4 3x3 stride=2 dilation=3",
        "input 3x16x15; conv 4 3x3 stride=3 pad=2",
        "input 3x10x14; avgpool 2x3 stride=3 ceil=true",
        "input 3x10x13; avgpool 3x3 stride=2",
    ],
)
def test_pixels_no_window_reads_are_not_counted(text: str) -> None:
    """Against the input's gradient."""
    network = run(text)
    node = network.graph.nodes[-1]
    assert node.layer is not None
    code = compile_text(f"network N {{ {text} }}").code
    assert code is not None
    module = load(code).N().double()
    x = torch.rand(1, *network.input or (), dtype=torch.float64, requires_grad=True)
    module(x).square().sum().backward()
    assert x.grad is not None
    read = int((x.grad != 0).sum())
    assert values_read(node.layer, [network.input or ()], node.shape) == read


@pytest.mark.parametrize("name", ["alexnet:AlexNet", "vgg16", "resnet18"])
def test_bytes_of_whole_networks(name: str) -> None:
    """Against what the modules of the generated code take, hold and give."""
    network = archc.load(name).network
    code = compiled(name.partition(":")[0]).code
    assert code is not None
    module = getattr(load(code), network.name)().eval()
    moved: dict[str, list[int]] = {}

    def watch(path: str, one: nn.Module) -> None:
        def hook(_: nn.Module, inputs: tuple[Tensor, ...], out: Tensor) -> None:
            (taken,) = inputs
            if isinstance(one, nn.Conv2d) and one.stride[0] > one.kernel_size[0]:
                taken = taken[..., :: one.stride[0], :: one.stride[1]]
            held = [*one.parameters(), *(b for b in one.buffers() if b.is_floating_point())]
            values = sum(tensor.numel() for tensor in (taken, out, *held))
            moved.setdefault(path if held else type(one).__name__.lower(), []).append(4 * values)

        one.register_forward_hook(hook)

    for path, one in module.named_modules():
        if not list(one.children()) and not isinstance(one, (nn.Flatten, nn.Dropout)):
            watch(path, one)
    with torch.device("meta"):
        module.to("meta")(torch.empty(1, *network.input or ()))
    found: dict[str, list[int]] = {}
    for path, (_, bytes_, _, _) in bounds(network).items():
        layer = network.layers[path]
        kind = {"maxpool": "maxpool2d", "global_avgpool": "adaptiveavgpool2d"}.get(layer.kind)
        if bytes_ and layer.kind != "add":
            found.setdefault(path if layer.params else kind or layer.kind, []).append(bytes_)
    assert moved.pop("localresponsenorm", None) == found.pop("lrn", None)
    assert found == moved


@pytest.mark.parametrize("file", FILES)
def test_sums_of_bundled_networks(file: str) -> None:
    for network in list_of(file).networks.values():
        facts = network._network.facts
        found = roofline(network.graph, facts, SLOW, "float32", 4)
        run = [one for one in found.layers if one is not None]
        assert sum(one.traffic.flops for one in run) == network.flops
        assert found.seconds == pytest.approx(
            sum(max(one.traffic.flops / 4e9, one.traffic.bytes / 1e9) for one in run)
        )
        assert found.fused is not None
        assert found.seconds is not None
        assert 0 < found.fused <= found.seconds
        assert found.ridge == 4
        assert all(one.waits == ((one.traffic.intensity or 0) < 4) for one in run if one.seconds)
        whole = together(list(run))
        assert whole is not None
        assert whole.seconds == pytest.approx(found.seconds)


@each("seed", range(12))
def test_random_networks(seed: int) -> None:
    """Every layer moves at least what it writes, and at most all that it may read and write."""
    network = random_network(seed)
    nodes, facts = network.graph.nodes, network.facts
    found = roofline(network.graph, facts, SLOW, "float32", 4)
    assert found.seconds is not None
    assert found.fused is not None
    assert 0 < found.fused <= found.seconds
    weights = {
        nodes[i].module: one.weight_bytes for i, one in enumerate(facts.layers) if one.params
    }
    for node, one in zip(nodes, found.layers, strict=True):
        if one is None:
            assert node.layer is None or node.training
            continue
        layer = facts.layers[node.index]
        assert one.traffic.flops == (layer.work.flops if layer.work else 0)
        written = layer.output_bytes or 0
        held = weights.get(node.module) or layer.weight_bytes or 0
        read = sum(facts.layers[i].output_bytes or 0 for i in node.inputs)
        if one.traffic.bytes:
            assert written + held < one.traffic.bytes <= read + written + held
        else:
            assert node.layer is not None
            assert node.layer.view


def test_fused_moves_ends_and_weights_once() -> None:
    network = run("input 4x6x6; relu; c: conv 4 3x3 pad=1; share c; out2: output conv 2 1x1")
    found = roofline(network.graph, network._network.facts, SLOW, "float32", 4)
    ends = 4 * (144 + 144 + 72 + 148 + 10)
    macs = 2 * 36 * 4 * 36 + 8 * 36
    assert found.fused == pytest.approx(max(ends / 1e9, 2 * macs / 4e9))


def test_open_sizes_are_unknown() -> None:
    network = run("input 3xHxW; c: conv 4 3x3")
    found = roofline(network.graph, network._network.facts, SLOW, "float32", 4)
    assert (found.layers, found.seconds, found.fused) == ((None, None), None, None)


def test_a_graph_by_hand() -> None:
    net = Net(2, 4, 4)
    net.add("conv", 2, (1, 1), stride=2, bias=False)
    net.result()
    from archc.analysis.analyse import analyse

    graph = net.graph()
    found = roofline(graph, analyse(graph), SLOW, "float32", 4)
    assert found.layers[1] is not None
    assert found.layers[1].traffic == (2 * 16, 4 * (2 * 4 + 2 * 4 + 4))
