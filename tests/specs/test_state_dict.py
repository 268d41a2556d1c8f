"""Names, shapes and order of the weights are those of torchvision's published ones."""

from __future__ import annotations

import json

import archc
from tests.each import each
from tests.specs.library import DATA, network

PROBES = {
    "alexnet": "alexnet.arch:AlexNetTorchvision",
    "densenet121": "densenet.arch:DenseNet121",
    "googlenet": "googlenet.arch:GoogLeNetTorchvision",
    "resnet152": "resnet.arch:ResNet152",
    "resnet18": "resnet.arch:ResNet18",
    "resnet50": "resnet.arch:ResNet50",
    "resnext50_32x4d": "resnext.arch:ResNeXt50_32x4d",
    "vgg11": "vgg.arch:VGG11",
    "vgg13": "vgg.arch:VGG13",
    "vgg16": "vgg.arch:VGG16",
    "vgg16_bn": "vgg.arch:VGG16_BN",
    "vgg19": "vgg.arch:VGG19",
}
# The same networks under their own file names.
TWINS = {
    "resnet18": "resnet18.arch:ResNet18",
    "resnet50": "resnet50.arch:ResNet50",
    "resnet152": "resnet152.arch:ResNet152",
    "vgg11": "vgg_a.arch:VGG_A",
    "vgg13": "vgg_b.arch:VGG_B",
    "vgg16": "vgg16.arch:VGG16",
    "vgg19": "vgg_e.arch:VGG_E",
}


def state(one: archc.Network) -> list[tuple[str, list[object]]]:
    """The names and shapes of all tensors, in the order of execution."""
    graph = one.graph
    found: dict[str, list[object]] = {}
    for node in graph.nodes:
        if node.layer is None:
            continue
        shapes = [graph.nodes[index].shape for index in node.inputs]
        assert None not in shapes
        for weight in node.layer.weights([shape for shape in shapes if shape is not None]):
            found.setdefault(f"{node.module}.{weight.name}", list(weight.shape))
    return list(found.items())


def probe(name):
    return json.loads((DATA / "probes" / f"{name}.json").read_text(encoding="utf-8"))


def test_every_probe_has_a_spec():
    assert {path.stem for path in (DATA / "probes").glob("*.json")} == set(PROBES)


@each("name, spec", [*PROBES.items(), *TWINS.items()])
def test_names_shapes_and_order(name, spec):
    assert state(network(spec)) == list(probe(name)["state"].items())


@each("name, spec", PROBES.items())
def test_parameters(name, spec):
    one = network(spec)
    assert one.training.params == probe(name)["params"]
    assert list(one.input or ()) == probe(name)["input"]


@each("name, spec", PROBES.items())
def test_buffers_are_the_running_statistics(name, spec):
    expected = 0
    for tensor, shape in probe(name)["state"].items():
        if tensor.endswith(("running_mean", "running_var")):
            expected += shape[0]
    assert network(spec).training.buffers == expected
