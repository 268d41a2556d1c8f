"""Networks that the tests draw."""

from __future__ import annotations

from functools import cache

from archc.check import Checked, Network, Options, check
from archc.files import Files
from archc.language.source import Source

UNET = """
block Double(width) {
    conv1: conv width 3x3 -> relu
    conv2: conv width 3x3 -> relu
}
block Up(width, skip) {
    up: conv_transpose width 2x2 stride=2
    up2: identity
    concat { { from skip; crop like=up2 }; identity }
    Double width
}
network UNet {
    input 1x572x572
    for i in range(4) { enc{i}: Double 64 * 2**i; maxpool 2x2 }
    bottom: Double 1024
    for i in range(4) { dec{i}: Up 64 * 2**(3 - i) enc{3 - i} }
    head: conv 2 1x1
}
"""
BROKEN = """
network Broken {
    input 3x64x64
    c1: conv 32 3x3 pad=1 -> relu
    concat {
        maxpool 2x2
        conv 16 3x3
    }
    flatten
    linear 10
}
"""
UNKNOWN = """
network Unknown {
    input 3x32x32
    c1: conv 16 3x3 pad=1 -> relu
    c2: conf 16 3x3
    c3: conv 32 3x3
}
"""
UNFINISHED = """
block Bad(width) {
    conv width 3x3 pad=1
    conv width 3x3 pad=
}
network Unfinished {
    input 3x32x32
    c1: conv 16 3x3 pad=1 -> relu
    b: Bad 16
    c3: conv 32 3x3
}
"""
HOSTILE = r"""
network Hostile {
    input 3x64x64
    "<script>alert(1)</script>": conv 32 3x3 pad=1 -> relu
    "\\input /etc/passwd": maxpool 2x2
    "$x^2_&#%~": conv 64 3x3 -> relu
    "日本語": maxpool 2x2
    "a & b ]]> <!-- -->": conv 64 3x3 -> relu
    "éüñ β --- \"quoted\" `tick`": conv 64 3x3 -> relu
    "a very long label indeed that would run over everything and then some more": {
        conv 8 3x3; conv 8 3x3
    }
    flatten
    linear 10
}
"""
OPEN = """
network Open {
    input 3xHxW
    conv 16 3x3 pad=1 -> relu
    maxpool 2x2
    conv 32 3x3 pad=1 -> relu
    global_avgpool -> flatten -> linear 10
}
"""
SIGNAL = """
network Signal {
    input 1x16000
    conv 32 80 stride=4 -> batchnorm -> relu
    maxpool 4
    conv 64 3 -> relu
    global_avgpool -> flatten -> linear 35
}
"""
SOLID = """
network Scan {
    input 1x64x128x128
    conv 16 3x3x3 pad=1 -> relu
    maxpool 2x2x2
    conv 32 3x3x3 pad=1 -> relu
}
"""
LONG = """
network Long {
    input 3x224x224
    features: for i in range(5) {
        repeat 5 { conv min(64 * 2**i, 512) 3x3 pad=1 -> relu }
        maxpool 2x2
    }
    flatten
    linear 4096; relu; linear 1000
}
"""
TEXTS = {
    "unet": UNET,
    "broken": BROKEN,
    "unknown": UNKNOWN,
    "unfinished": UNFINISHED,
    "hostile": HOSTILE.replace("日本語", "日本語\uffff"),
    "open": OPEN,
    "signal": SIGNAL,
    "solid": SOLID,
    "long": LONG,
}
BUNDLED = (
    "lenet5:LeNet5",
    "lenet5:LeNet5Modern",
    "alexnet:AlexNet",
    "alexnet:AlexNetTowers",
    "alexnet:AlexNetTorchvision",
    "vgg16",
    "vgg:VGG19",
    "typical_cnn",
    "resnet:ResNet18",
    "resnet50",
    "resnet152",
    "googlenet:GoogLeNet",
    "densenet:DenseNet121",
    "densenet:DenseNet201",
    "dpn:DPN92",
    "mlp_and_cnn:MLP",
    "mlp_and_cnn:SmallCNN",
    "dilated:ContextModule",
    "dilated:CausalStack",
    "stochastic_pooling",
    "inception_arithmetic:Reduced5x5",
    "resnext:ResNeXt50_32x4d",
)


@cache
def file(name: str) -> Checked:
    """A bundled spec, or one of the texts here."""
    files = Files()
    if name in TEXTS:
        return check(Source(TEXTS[name], f"{name}.arch"), Options(), files.imported)
    target = files.targets(name)[0]
    return check(target.source, Options(network=target.network), files.imported)


def network(name: str) -> Network:
    """The first network of a file."""
    return file(name).networks[0]
