"""Published networks, built by hand."""

from __future__ import annotations

from collections.abc import Sequence

from archc.graph.graph import Graph
from tests.analysis.build import Net

VGG16 = (64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0)


def vgg(
    widths: Sequence[int] = VGG16, size: int = 224, norm: bool = False, adaptive: bool = True
) -> Graph:
    """Simonyan and Zisserman; `adaptive` as torchvision has it, a pool of 7x7 before fc."""
    net = Net(3, size, size)
    with net.inside("features", sequence=True):
        place = 0
        for width in widths:
            if width == 0:
                net.add("maxpool", 2, 2, name=str(place))
                place += 1
                continue
            text = f"conv {width} 3x3 pad=1 bias=true"
            net.add("conv", width, 3, pad=1, name=str(place), text=text)
            if norm:
                place += 1
                net.add("batchnorm", name=str(place))
            net.add("relu", name=str(place + 1))
            place += 2
    if adaptive:
        net.add("adaptive_avgpool", 7, name="avgpool")
    net.add("flatten")
    with net.inside("classifier", sequence=True):
        for i, width in enumerate((4096, 4096)):
            net.add("linear", width, name=str(3 * i))
            net.add("relu", name=str(3 * i + 1))
            net.add("dropout", name=str(3 * i + 2))
        net.add("linear", 1000, name="6")
    return net.graph()


def resnet(
    depths: Sequence[int] = (3, 4, 6, 3), size: int = 224, stride_on_3x3: bool = True
) -> Graph:
    """He et al., bottlenecks: 3-4-6-3 is ResNet-50, 3-8-36-3 ResNet-152."""
    net = Net(3, size, size)
    net.add("conv", 64, 7, stride=2, pad=3, bias=False, name="conv1")
    net.add("batchnorm", name="bn1")
    net.add("relu", name="relu")
    net.add("maxpool", 3, stride=2, pad=1, name="maxpool")
    for stage, depth in enumerate(depths):
        with net.inside(f"layer{stage + 1}", "loop", sequence=True):
            for i in range(depth):
                stride = 2 if stage and i == 0 else 1
                with net.inside(str(i), "block"):
                    bottleneck(net, 64 * 2**stage, stride, stride_on_3x3, i == 0)
    net.add("global_avgpool", name="avgpool")
    net.add("flatten")
    net.add("linear", 1000, name="fc")
    return net.graph()


def bottleneck(net: Net, width: int, stride: int, stride_on_3x3: bool, project: bool) -> int:
    x = net.at
    strides = (1, stride) if stride_on_3x3 else (stride, 1)
    net.add("conv", width, 1, stride=strides[0], bias=False, name="conv1", site="b.conv1")
    net.add("batchnorm", name="bn1", site="b.bn1")
    net.add("relu", site="b.relu1")
    net.add("conv", width, 3, stride=strides[1], pad=1, bias=False, name="conv2", site="b.conv2")
    net.add("batchnorm", name="bn2", site="b.bn2")
    net.add("relu", site="b.relu2")
    net.add("conv", 4 * width, 1, bias=False, name="conv3", site="b.conv3")
    main = net.add("batchnorm", name="bn3", site="b.bn3")
    net.at = x
    if project:
        with net.inside("downsample", sequence=True):
            net.add("conv", 4 * width, 1, stride=stride, bias=False, name="0", site="b.down0")
            net.add("batchnorm", name="1", site="b.down1")
    else:
        net.add("identity", site="b.identity")
    net.add("add", inputs=(main, net.at), site="b.add")
    return net.add("relu", site="b.relu3")
