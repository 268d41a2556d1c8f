"""TF-Slim's networks as their receptive fields were published: windows, end points by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.analysis.build import Net


def alexnet(size: int) -> Net:
    """The widths of "One weird trick", no padding in conv1."""
    net = Net(3, size, size)
    net.add("conv", 8, 11, stride=4, name="conv1")
    net.add("maxpool", 3, stride=2, name="pool1")
    net.add("conv", 8, 5, pad=2, name="conv2")
    net.add("maxpool", 3, stride=2, name="pool2")
    for i in (3, 4, 5):
        net.add("conv", 8, 3, pad=1, name=f"conv{i}")
    net.add("maxpool", 3, stride=2, name="pool5")
    return net


def vgg(stages: Sequence[int], size: int) -> Net:
    net = Net(3, size, size)
    for stage, depth in enumerate(stages, 1):
        for i in range(1, depth + 1):
            net.add("conv", 8, 3, pad=1, name=f"conv{stage}_{i}")
        net.add("maxpool", 2, name=f"pool{stage}")
    return net


def resnet(depths: Sequence[int], size: int) -> Net:
    """pool1 pads at the end alone at even sizes, each block strides in its last unit."""
    net = Net(3, size, size)
    net.add("conv", 8, 7, stride=2, pad=3)
    net.add("maxpool", 3, stride=2, pad="same")
    for stage, depth in enumerate(depths, 1):
        for i in range(depth):
            stride = 2 if i == depth - 1 and stage < len(depths) else 1
            x = net.at
            net.add("conv", 8, 1)
            net.add("conv", 8, 3, stride=stride, pad=1)
            main = net.add("conv", 8, 1)
            net.at = x
            net.add("maxpool", 1, stride=stride)
            net.add("add", inputs=(main, net.at), name=f"block{stage}" if i == depth - 1 else None)
    return net


def mobilenet(size: int) -> Net:
    """Howard et al., 2017; every window pads as `same`."""
    net = Net(3, size, size)
    net.add("conv", 8, 3, stride=2, pad="same", name="Conv2d_0")
    for i, stride in enumerate((1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1), 1):
        net.add("conv", 8, 3, stride=stride, pad="same", groups=8)
        net.add("conv", 8, 1, name=f"Conv2d_{i}_pointwise")
    return net


def inception(size: int) -> Net:
    """Szegedy et al., *Rethinking the Inception architecture*, 2015."""
    net = Net(3, size, size)
    net.add("conv", 8, 3, stride=2, name="Conv2d_1a_3x3")
    net.add("conv", 8, 3, name="Conv2d_2a_3x3")
    net.add("conv", 8, 3, pad=1, name="Conv2d_2b_3x3")
    net.add("maxpool", 3, stride=2, name="MaxPool_3a_3x3")
    net.add("conv", 8, 1, name="Conv2d_3b_1x1")
    net.add("conv", 8, 3, name="Conv2d_4a_3x3")
    net.add("maxpool", 3, stride=2, name="MaxPool_5a_3x3")
    wide, high, flat, tall = (1, 7), (7, 1), (1, 3), (3, 1)
    for letter in "bcd":
        _mixed(net, f"Mixed_5{letter}", [1], [1, 5], [1, 3, 3])
    _reduced(net, "Mixed_6a", [], [1, 3])
    for letter in "bcde":
        _mixed(net, f"Mixed_6{letter}", [1], [1, wide, high], [1, high, wide, high, wide])
    _reduced(net, "Mixed_7a", [1], [1, wide, high])
    for letter in "bc":
        branches: list[Kernels] = [[1], [1, flat], [1, tall], [1, 3, flat], [1, 3, tall]]
        _mixed(net, f"Mixed_7{letter}", *branches)
    return net


Kernels = Sequence[int | tuple[int, int]]


def _branch(net: Net, source: int, kernels: Kernels) -> int:
    net.at = source
    for kernel in kernels:
        net.add("conv", 8, kernel, pad="same")
    return net.at


def _mixed(net: Net, name: str, *branches: Kernels) -> None:
    source = net.at
    ends = [_branch(net, source, kernels) for kernels in branches]
    net.at = source
    net.add("avgpool", 3, stride=1, pad=1)
    ends.append(net.add("conv", 8, 1))
    net.add("concat", inputs=tuple(ends), name=name)


def _reduced(net: Net, name: str, *branches: Kernels) -> None:
    source = net.at
    ends = []
    for kernels in branches:
        _branch(net, source, kernels)
        ends.append(net.add("conv", 8, 3, stride=2))
    net.at = source
    ends.append(net.add("maxpool", 3, stride=2))
    net.add("concat", inputs=tuple(ends), name=name)


NETWORKS: dict[str, Callable[[int], Net]] = {
    "alexnet_v2": alexnet,
    "vgg_a": lambda size: vgg((1, 1, 2, 2, 2), size),
    "vgg_16": lambda size: vgg((2, 2, 3, 3, 3), size),
    "inception_v3": inception,
    "mobilenet_v1": mobilenet,
    "resnet_v1_50": lambda size: resnet((3, 4, 6, 3), size),
    "resnet_v1_101": lambda size: resnet((3, 4, 23, 3), size),
    "resnet_v1_152": lambda size: resnet((3, 8, 36, 3), size),
    "resnet_v2_50": lambda size: resnet((3, 4, 6, 3), size),
    "resnet_v2_101": lambda size: resnet((3, 4, 23, 3), size),
}
