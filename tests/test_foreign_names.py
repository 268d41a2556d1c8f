"""Names, places and calls of other programs, from Python: each is answered with what is here."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from typing import Any

import pytest

import archc
from archc.foreign_words import TABLES
from tests.each import each


@pytest.mark.parametrize("kind", TABLES)
def test_what_stands_in_the_tables_is_there(kind):
    """Each name of a table is answered with what the object has, and what it has is no other's."""
    file = archc.load("network N { input 3x8x8; conv1: conv 4 3x3 }")
    layer = file.network.layers["conv1"]
    owner = {"Network": file.network, "Layer": layer, "File": file}[kind]
    for name, meant in TABLES[kind].items():
        assert name not in dir(owner)
        eval(f"owner.{meant}", {"owner": owner})
        with pytest.raises(AttributeError, match="; ") as found:
            getattr(owner, name)
        assert "object has no attribute" not in str(found.value)


CALLS = (
    ("network.layers()", "a mapping, not a method; write network.layers.values()"),
    ("file.networks()", "a mapping, not a method; write file.networks.values()"),
    ("network(1)", "a network is a description, not a method or a module that runs"),
    ("len(network)", "a network has no length; its layers are len(network.layers)"),
    ("len(file)", "a file has no length; its networks are len(file.networks)"),
    ("network.layers.keys()[0]", "by number it is list(network.layers)[0]"),
    ("network.layers.items()[1]", "by number it is list(network.layers.items())[1]"),
    ("network.memory / 1e6", "memory is several figures, weights, activations, peak, "),
    ("int(network.memory)", "; write network.memory.peak"),
    ("network['conv1']", "a network is not indexed; write network.layers['conv1']"),
    ("network['cnv1']", "write network.layers['conv1']"),
    ("list(network)", "its layers in their order are network.layers.values()"),
    ("file['N']", "its networks are found by name: file.networks['N']"),
    ("layer['stride']", "a layer is not indexed; its arguments are layer.args"),
    ("network.conv1", "its layers are found by path: network.layers['conv1']"),
    ("network.layers.conv1", "they are found by path: network.layers['conv1']"),
    ("network.layers.params", "one of them has: network.layers['conv1'].params"),
    ("network.layers[0:2]", "write list(network.layers.values())[:2]"),
    ("file.N", "write file.networks['N']"),
    ("file.networks[0]", "write list(file.networks.values())[0]"),
    ("file.networks['n']", "did you mean 'N'?"),
    ("file.parameters", "it is one of a network: file.network.params"),
    ("layer.stride", "it is an argument: layer.args['stride']"),
    ("layer.kernel_size", "did you mean layer.args['kernel']?"),
    ("layer.input_shape", "write network.layers[layer.inputs[0]].shape"),
    ("layer.weight", "no weights: layer.params is how many"),
    ("network.memory.peek", "Memory has no 'peek'; did you mean .peak?"),
    ("network.totals.macs", "Totals has no 'macs'; it is one of work: .work.macs"),
    ("network.memory.qqqq", "Memory has no 'qqqq'; it has weights, activations, peak, "),
    ("network.output.shape", "is a shape, (4, 6, 6), and has no 'shape'; write network.output"),
    ("layer.shape.channels", "; write layer.shape[0]"),
    ("layer.shape.W", "; write layer.shape[2]"),
    ("network.input.colour", "it is a tuple, channels first"),
    ("setattr(network, 'classes', 100)", "set={'classes': 100})"),
    ("setattr(network, 'batch_size', 8)", "network.batch_size cannot be set; write "),
    ("setattr(network, 'params', 8)", "network.params cannot be set: it follows from the spec"),
    ("setattr(layer, 'macs', 8)", "layer.macs cannot be set: it is told by line 1 of the spec"),
    ("setattr(file, 'text', '')", "file.text cannot be set: archc.load(text) checks another text"),
    ("network.latency", "archc runs nothing; archc.load(..., device="),
    ("archc.Network('vgg16')", "is not made, but comes from archc.load; write archc.load('vgg16')"),
    ("archc.load('vgg16', (3, 64, 64))", "by name; write archc.load('vgg16', input=(3, 64, 64))"),
    ("archc.load('vgg16', 'VGG16')", "write archc.load('vgg16', network='VGG16')"),
    ("archc.load('vgg16', input_size=(8, 3, 64, 64))", "'vgg16', input=(3, 64, 64), batch=8)"),
    ("archc.load('vgg16', num_classes=10)", "write archc.load('vgg16', set={'classes': 10})"),
    ("archc.load('vgg16', pretrained=True)", "it reads no weights; write archc.load('vgg16')"),
    ("archc.load(path='vgg16')", "write archc.load('vgg16')"),
    ("archc.load()", "takes a path, a name or the text of a spec; write archc.load('vgg16')"),
    ("archc.load(file)", "this file is loaded already; use it"),
    ("archc.load('network N')", "the text of a spec has braces; write archc.load('network N {"),
    ("archc.load('vgg16', device='cuda')", "known devices are: v100, t4, a100-40gb"),
    ("archc.load('vgg16', device='mps')", 'is bounded; write device="m1-max"; known devices are'),
    ("archc.load('vgg16', device=0)", 'write device="NAME"; known devices are: v100'),
    ("archc.load('vgg16', device=True)", 'not True; write device="a100-40gb"'),
    ("archc.load('vgg16', device='cpu')", "is bounded; leave device out"),
    ("archc.load('vgg16', set={'classes': '(1,2'})", 'write set={"classes": [1, 2]}'),
    ("archc.from_torch('vgg16')", "and a spec is loaded; write archc.load('vgg16')"),
    ("[path.name for path in network.layers]", "network.layers.values() for the layers, which h"),
    (
        "[kind for path, kind in network.layers]",
        "paths; write network.layers.items() for paths and",
    ),
    ("network.params()", "network.params is a number, not a method; write network.params"),
    ("file.network()", "file.network is a network, not a method; write file.network, without"),
    ("broken.errors.raise_if_any()", "has no 'raise_if_any'; write file.raise_for_errors()"),
    ("broken.errors.messages", "write [one.message for one in file.errors]"),
    ("file.errors.first", "write len(file.errors), file.errors[0] or for one in file.errors: "),
    ("file.errors()", "file.errors is a tuple, not a method; write file.errors"),
    ("broken.diagnostics()", "file.diagnostics is a tuple, not a method; write file.diagnostics"),
    ("network.expectations()", "is a tuple, not a method; write network.expectations"),
    ("network.batch()", "network.batch is a number, not a method; write network.batch"),
    ("network.output()", "network.output is a shape, not a method; write network.output"),
    ("network.memory()", "network.memory is a record, not a method; write network.memory"),
    ("network.totals()", "network.totals is a record, not a method; write network.totals"),
    ("network.name()", "network.name is a text, not a method; write network.name"),
    ("file.text()", "file.text is a text, not a method; write file.text"),
    ("layer.kind()", "layer.kind is a text, not a method; write layer.kind"),
    ("layer.shape()", "layer.shape is a shape, not a method; write layer.shape"),
    ("layer.args()", "layer.args is a mapping, not a method; write layer.args"),
    ("layer.inputs()", "layer.inputs is a tuple, not a method; write layer.inputs"),
    ("layer.macs()", "layer.macs is a number, not a method; write layer.macs"),
    ("network.params < '140M'", "and '140M' a text; write network.params < 140_000_000"),
    ("network.macs >= '4.1 GMACs'", "write network.macs >= 4_100_000_000"),
    ("network.memory.peak > '30MiB'", "write network.memory.peak > 31_457_280"),
    ("network.memory.weights <= '512B'", "write network.memory.weights <= 512"),
    ("network.params['conv1']", "that of a layer is network.layers['conv1'].params"),
    ("network.macs.total", "network.macs is a number, and has no 'total': it is the figure"),
    ("network.layers.values()[0]", "by number it is list(network.layers.values())[0]"),
    ("network.flops < 'many'", "and 'many' a text; compare it with a number"),
    ("network.flops_total", "did you mean network.flops?"),
    ("network.errors", "it is one of a file: file.errors"),
    ("layer.args.kernel", "write layer.args['kernel']"),
    ("layer.args['kernel_size']", "did you mean 'kernel'?"),
    ("layer.args['depth']", "there are channels, kernel, stride"),
    ("file.save('x.arch')", "write_text(file.text) keeps the spec"),
    (
        "archc.load('vgg16', fits='24GB')",
        "archc check vgg16 --fits 24GB; write archc.load(",
    ),
    ("archc.load('vgg16', networks='VGG16')", "write archc.load('vgg16', network='VGG16')"),
    ("archc.load('vgg16', 'alexnet')", "write [archc.load(one) for one in ['vgg16', 'alexnet']]"),
    ("archc.load(['vgg16', 'alexnet'])", "write [archc.load(one) for one in ['vgg16', 'alexnet']]"),
    ("archc.load('resnet.arch:ResNet50')", "did you mean `resnet:ResNet50`?"),
    ("archc.from_torch({'weight': 0}, (3, 8, 8))", "a module of PyTorch, not its state; write"),
    ("network.memory.peak_bytes", "did you mean .peak?"),
    ("broken.errors[0].msg", "did you mean .message?"),
    ("broken.errors[0].lineno", "did you mean .span.line?"),
    ("broken.errors[0].span.column", "did you mean .source.position(span.start)[1]?"),
    ("archc.load('vgg16').network.expectations[0].passed", "did you mean .holds?"),
    ("archc.sizes('vgg16')", "write archc.load(path).network.sizes"),
    ("archc.load('vgg16', verify=True)", "`archc build FILE --verify` holds it to PyTorch"),
    ("archc.load('vgg16', input='3,64,64')", "write input=(3, 64, 64)"),
    ("archc.load('vgg16', batch=0)", "write batch=1"),
)


@each("line, told", CALLS)
def test_calls_and_places_of_others_are_answered(line, told):
    file = archc.load("network N { input 3x8x8; conv1: conv 4 3x3 }")
    network = file.network
    broken = archc.load("network N { input 3x8x8; conv 4 9x9 }")
    names = {
        "archc": archc,
        "broken": broken,
        "file": file,
        "network": network,
        "layer": network.layers["conv1"],
    }
    with pytest.raises((TypeError, AttributeError, KeyError, ValueError, OSError)) as found:
        eval(line, names)
    assert told in str(found.value.args[0] if isinstance(found.value, KeyError) else found.value)


@pytest.mark.parametrize("line", [line for line, told in CALLS if "; write archc.load(" in told])
def test_the_call_that_is_proposed_runs(line):
    with pytest.raises((TypeError, ValueError)) as found:
        eval(line, {"archc": archc, "file": None})
    call = str(found.value).partition("; write ")[2]
    assert eval(call, {"archc": archc})


def test_a_figure_is_a_number():
    params = archc.load("lenet5", network="LeNet5").network.params
    assert params == 60_000
    assert json.dumps({"params": params}) == '{"params": 60000}'
    assert (str(params), repr(params), f"{params:,}") == ("60000", "60000", "60,000")
    assert type(params + 0) is type(pickle.loads(pickle.dumps(params))) is int


def test_texts_and_tuples_are_those_of_python():
    file = archc.load("network N { input 3x8x8; conv1: conv 4 9x9 }")
    for value in (file.name, file.errors, file.diagnostics):
        assert type(pickle.loads(pickle.dumps(value))) in (str, tuple)
    assert json.dumps([file.name, file.text.splitlines()])
    assert file.errors == (file.diagnostics[0],)


def test_python_adds_no_guess_of_its_own():
    code = "import archc; archc.load('vgg16').network.mac"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    last = done.stderr.rstrip().splitlines()[-1]
    assert last == "AttributeError: a network has no 'mac'; did you mean network.macs?"


def test_sizes_as_counters_take_them():
    torch = pytest.importorskip("torch")
    conv = torch.nn.Conv2d(3, 4, 3)
    assert archc.from_torch(torch.nn.Sequential(conv), (3, 8, 8)).ok
    from_torch: Any = archc.from_torch
    told = (
        (lambda: from_torch(conv), r"needs the size .*\(module, input=\(3, 224, 224\)\)$"),
        (lambda: from_torch(conv, input_size=(1, 3, 8, 8)), r"input=\(3, 8, 8\)\)$"),
        (lambda: from_torch(conv, torch.zeros(1, 3, 8, 8)), r"write input=\(3, 8, 8\)$"),
        (lambda: from_torch(torch.nn.Linear(7, 2)), r"input=\(7,\)\)$"),
        (lambda: from_torch(torch.nn.Linear(7, 2), 7), r"write input=\(7,\)$"),
        (lambda: from_torch(conv, "3,8,8"), r"write input=\(3, 8, 8\)$"),
        (lambda: from_torch(conv, (8, 8)), r"It takes 3x8x8: input=\(3, 8, 8\)$"),
        (lambda: from_torch(conv, (8, 8, 3)), r"It takes 3x8x8: input=\(3, 8, 8\)$"),
        (lambda: from_torch(conv, (3, 8, 8), 4), r"one image; write .*input=\(3, 8, 8\)\)$"),
    )
    for call, line in told:
        with pytest.raises((TypeError, ValueError), match=line):
            call()


def test_a_path_is_a_text():
    (path,) = archc.load("network N { input 3x8x8; conv1: conv 4 3x3 }").network.layers
    assert list(path) == ["c", "o", "n", "v", "1"]
    assert "-".join(path) == "c-o-n-v-1"
