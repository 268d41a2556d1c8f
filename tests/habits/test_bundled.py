"""Bundled networks without their import: the cure that is told brings them in."""

from __future__ import annotations

from archc.api import load
from archc.mend import mended
from tests.each import each

NETWORK = "network N {{\n    input {}\n    {}\n}}\n"
LENET = 'from "lenet5" import LeNet5\n' + NETWORK.format("1x32x32", "LeNet5")
VGG = 'from "vgg" import VGG11\n' + NETWORK.format("3x224x224", "features: VGG11")

TEXTS = {
    "a module": (NETWORK.format("1x32x32", "lenet5.LeNet5"), LENET),
    "small letters": (NETWORK.format("1x32x32", "lenet5"), LENET),
    "a call": (NETWORK.format("1x32x32", "lenet_5()"), LENET),
    "an include": ('include "lenet5.arch"\n' + NETWORK.format("1x32x32", "LeNet5"), LENET),
    "a module's import": ("import lenet5\n" + NETWORK.format("1x32x32", "lenet5.LeNet5"), LENET),
    "torchvision": (
        "from torchvision.models import vgg11\n"
        + NETWORK.format("3x224x224", "features: vgg11(pretrained=True)"),
        VGG,
    ),
    "torchvision by a name": (
        "import torchvision.models as models\n"
        + NETWORK.format("3x224x224", "features: models.vgg11()"),
        VGG,
    ),
}


@each("name", TEXTS)
def test_import(name: str) -> None:
    text, meant = TEXTS[name]
    (finding,) = load(text).errors
    assert finding.cure is not None
    assert mended(finding.span.source, [finding.cure])[0] == meant


def test_a_network_that_there_is_not_is_not_imported() -> None:
    (finding,) = load(NETWORK.format("1x32x32", "resnet77")).errors
    assert finding.cure is None
