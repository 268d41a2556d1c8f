"""archc from Python."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import archc
from archc import check as core
from archc import given
from archc.api import Errors
from archc.cli import main
from archc.files import Problem
from archc.language.source import Source
from tests.emit.samples import PAIR, SMALL

BAD = "network N {\n    input 1x28x28\n    conv 4 50x50\n}\n"


def test_bundled() -> None:
    file = archc.load("vgg16")
    assert file.ok
    vgg = file.network
    assert (vgg.params, vgg.macs) == (138_357_544, 15_470_264_320)
    assert (vgg.input, vgg.output) == ((3, 224, 224), (1000,))
    first = vgg.layers["features.0"]
    assert (first.params, first.shape, first.kind) == (1792, (64, 224, 224), "conv")
    assert first.args["kernel"] == (3, 3)
    assert first.inputs == ("input",)
    assert vgg.receptive_field is not None
    assert vgg.receptive_field.size == (212, 212)
    assert "138,357,544" in str(vgg)
    assert repr(first) == "<archc.Layer features.0: conv 64 3x3 pad 1>"


def test_text() -> None:
    file = archc.load(SMALL)
    assert file.name == "<text>"
    assert next(iter(file.network.layers.values())).path == "stem"
    assert len(file.network.layers) == len(list(file.network.layers))
    assert file.as_dict()["networks"][0] == file.network.as_dict()


def test_several_networks() -> None:
    file = archc.load(PAIR)
    assert list(file.networks) == ["One", "Two", "Three"]
    with pytest.raises(
        LookupError, match=r"holds 3 networks: One, Two, Three; write file.networks\['One'\]"
    ):
        file.network  # noqa: B018
    assert archc.load(PAIR, network="Two").network.name == "Two"


def test_path_and_options(tmp_path: Path) -> None:
    path = tmp_path / "net.arch"
    text = SMALL.replace("network Small {", "network Small(classes = 10) {")
    path.write_text(text.replace("Head 10", "Head classes"), encoding="utf-8")
    found = archc.load(str(path), set={"classes": 3}, input="3x64x64", batch=2, dtype="float16")
    assert found.network.output == (3,)
    assert found.network.input == (3, 64, 64)
    assert (found.network.batch, found.network.dtype) == (2, "float16")
    assert archc.load(f"{path}:Small").network.name == "Small"


def test_mistakes_are_diagnostics() -> None:
    file = archc.load(BAD)
    assert not file.ok
    assert [one.code for one in file.errors] == ["kernel-too-large"]
    assert file.warnings == ()
    with pytest.raises(Errors, match="kernel-too-large") as caught:
        file.raise_for_errors()
    assert caught.value.diagnostics == file.errors
    assert archc.load(SMALL).raise_for_errors().ok


def test_missing_file() -> None:
    with pytest.raises(FileNotFoundError, match="did you mean `vgg16`"):
        archc.load("vgg61")
    with pytest.raises(OSError, match=r"a folder|holds"):
        archc.load("specs")


def test_wrong_options() -> None:
    with pytest.raises(ValueError, match="dtype must be one of"):
        archc.load("vgg16", dtype="float8")
    with pytest.raises(ValueError, match="batch"):
        archc.load("vgg16", batch=0)
    with pytest.raises(ValueError, match="VGG17"):
        archc.load("vgg16", network="VGG17")


def test_unknown_layer() -> None:
    layers = archc.load("vgg16").network.layers
    assert "features.99" not in layers
    with pytest.raises(KeyError, match="did you mean"):
        layers["feature.0"]


def test_names() -> None:
    assert "load" in dir(archc)
    assert archc.Diagnostic.__name__ == "Diagnostic"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        archc.nothing  # noqa: B018


def test_a_mistake_of_archcs_own_costs_no_other_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "network N { input 3x8x8; conv 4 3x3; relu }\n"
    good, bad = tmp_path / "good.arch", tmp_path / "bad.arch"
    good.write_text(text)
    bad.write_text(text.replace("relu", "silu"))

    def faulty(source: Source, *rest: Any) -> core.Checked:
        if "silu" in source.text:
            raise KeyError("a fault")
        return whole(source, *rest)

    whole = core.check
    monkeypatch.setattr(core, "check", faulty)
    assert main(["check", str(bad), str(good)]) == 2
    told = capsys.readouterr()
    assert "4x6x6" in told.out  # the good file's table
    assert "bad.arch" in told.err
    assert "KeyError" in told.err
    assert "report" in told.err
    with pytest.raises(Problem, match=r"bad\.arch"):
        archc.load(str(bad))


def test_a_graph_of_networkx() -> None:
    networkx = pytest.importorskip("networkx")
    for name in ("lenet5:LeNet5", "resnet50", "googlenet:GoogLeNet", "densenet:DenseNet121"):
        network = archc.load(name, batch=2).network
        graph = network.to_networkx()
        assert networkx.is_directed_acyclic_graph(graph)
        assert graph.graph == {"name": network.name, "batch": 2, "dtype": "float32"}
        assert list(graph)[1:] == list(network.layers)
        for path, layer in network.layers.items():
            assert [*dict.fromkeys(layer.inputs)] == [*graph.predecessors(path)]
            own = graph.nodes[path]
            assert [own[one] for one in ("kind", "shape", "params", "macs")] == [
                layer.kind,
                layer.shape,
                layer.params,
                layer.macs,
            ]
            for place, source in enumerate(layer.inputs):
                edge = graph.edges[source, path]
                assert place in edge["places"]
                assert edge["shape"] == graph.nodes[source]["shape"]
                assert edge["bytes"] == graph.nodes[source]["bytes"]
        counted = [(one["params"], one["training"]) for _, one in graph.nodes(data=True)]
        assert sum(params for params, training in counted if not training) == network.params


def test_a_graph_of_what_is_broken_or_read_twice() -> None:
    pytest.importorskip("networkx")
    file = archc.load("network N { input 3x8x8; a: relu; foo; conv 3 3x3 }")
    assert not file.ok
    graph = file.network.to_networkx()
    assert list(graph.edges) == [("input", "a")]
    twice = archc.load("network N { input 3x8x8; a: relu; add { from a; from a } }").network
    assert twice.to_networkx().edges["a", "add1"]["places"] == (0, 1)


def test_what_a_position_sees() -> None:
    layers = archc.load("resnet50").network.layers
    assert layers["layer1.0.conv2"].sees(0, 15) == {"input": (range(10), range(51, 70))}
    assert layers["fc"].sees() == {"input": (range(224), range(224))}
    with pytest.raises(ValueError, match="places 0 to 55"):
        layers["layer1.0.conv2"].sees(56, 0)


def test_sizes_that_a_network_takes() -> None:
    sizes = archc.load("vgg16").network.sizes
    assert sizes.takes({"H": 255, "W": 224})
    assert not sizes.takes({"H": 256, "W": 224})
    assert sizes.near({"H": 300, "W": 300})[0] == {"H": 255, "W": 255}


VALUES: tuple[Any, ...] = (
    *(0, -1, 3, 2.5, True, None, "", "x", "8", "3x8x8", "classes=10", b"x", object(), int, len),
    *((), (3,), (3, 64, 64), (3, -1, 64), [3, 64, 64], [(3, 64, 64)], (("a", "b"),), {3}, range(3)),
    *({}, {"classes": 10}, {"input": (3, 64, 64)}, {3: 4}, {"classes": object()}, Path("x.arch")),
    *(SMALL, "net.arch", "2", "fp16", "Small", float("nan"), 10**30, "3" * 5000),
)
PARAMETERS = ("spec", "network", "set", "input", "batch", "dtype", "optimizer", "device", "advise")


@pytest.mark.parametrize("name", PARAMETERS)
def test_any_value_is_taken_or_told_to_be_wrong(name: str) -> None:
    told = []
    for value in VALUES:
        asked: dict[str, Any] = {"spec": SMALL, name: value}
        try:
            archc.load(**asked)
        except (ValueError, OSError) as error:
            told.append(str(error))
    assert not [one for one in told if "mistake of its own" in one]


def test_what_can_mean_one_thing_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "net.arch"
    path.write_text(SMALL)
    assert archc.load(path).ok
    for size in ("3x64x64", (3, 64, 64), [3, 64, 64], {"input": (3, 64, 64)}):
        assert archc.load("resnet18", input=size).network.input == (3, 64, 64)


SLIPS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"set": "classes=10"}, 'write set={"classes": 10}'),
    ({"batch": "8"}, "batch is a whole number, not '8'; write batch=8"),
    ({"dtype": "fp16"}, "write dtype='float16'"),
    ({"input": 224}, r"write input=\(3, 224, 224\)"),
    ({"network": 1}, "network is a text, not 1"),
    ({"advise": "yes"}, "write advise=True"),
)


@pytest.mark.parametrize(("asked", "told"), SLIPS, ids=[str(asked) for asked, _ in SLIPS])
def test_a_slip_of_type_is_told_with_the_line(asked: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        archc.load("vgg16", **asked)


def test_modules_are_told_from_specs() -> None:
    torch = pytest.importorskip("torch")
    conv = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3))
    with pytest.raises(ValueError, match="from_torch"):
        archc.load(conv)
    modules = ((torch.nn.Conv2d, "not the class"), ("vgg16", "read by"), (3, "not 3"))
    for value, told in modules:
        with pytest.raises(ValueError, match=told):
            archc.from_torch(value, input=(3, 8, 8))
    assert archc.from_torch(conv, input="3x8x8").network.output == (4, 6, 6)
    for size in ("3x8x8", (3, 8, 8), [3, 8, 8], [(3, 8, 8)], ["3x8x8"]):
        assert given.shapes(size) == [(3, 8, 8)]
    wrong: tuple[Any, ...] = (None, 3, "a", {}, (), (3, "b"), [[]], [None], {"a": (3, 4)}, (0, 3))
    for size in wrong:
        with pytest.raises(ValueError, match="input is a size"):
            archc.from_torch(conv, input=size)


def test_layers_and_figures_that_are_elsewhere() -> None:
    file = archc.load("vgg16")
    with pytest.raises(KeyError, match=r"list\(network.layers.values\(\)\)\[0\]"):
        file.network.layers[0]  # type: ignore[index]
    with pytest.raises(KeyError, match="there are features"):
        file.network.layers["conv1"]
    with pytest.raises(KeyError, match=r"of this kind there are features\.0, features\.2"):
        file.network.layers["conv"]
    with pytest.raises(AttributeError, match=r"file\.network\.params"):
        file.params  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(ValueError, match=r"sees\(3, 3\)"):
        file.network.layers["features.0"].sees("3", "3")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"input": (1, 3, 64, 64)}, r"write input=\(3, 64, 64\), for the batch is not"),
        ({"input": (8, 3, 64, 64)}, r"write input=\(3, 64, 64\), and the batch as batch=8$"),
        ({"input": "(64, 64, 3)"}, r"is no shape; write input=\(3, 64, 64\)$"),
        ({"input": (64,)}, r"^input=\(64,\) does not fit `input`, .*; write input=\(3, 64, 64\)$"),
        ({"set": {"classes": "2,2"}}, r'write set=\{"classes": \[2, 2\]\}$'),
    ],
)
def test_what_is_wrong_is_said_of_arguments_and_not_of_flags(options, told):
    with pytest.raises(ValueError, match=told) as found:
        archc.load("vgg16", **options)
    assert "--" not in str(found.value)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("parameters", r"a network has no 'parameters'; did you mean network.params\?"),
        ("mac", r"did you mean network.macs\?"),
        ("to_torch", r"`archc build specs/lenet5\.arch -o net\.py` writes its module"),
        ("summary", r"print\(network\) shows its table"),
        ("qqqq", "a network has no 'qqqq'; it has as_dict, batch, buffers, dtype, "),
    ],
)
def test_what_other_programs_call_a_figure_is_named(name, told):
    file = archc.load("lenet5")
    network = next(iter(file.networks.values()))
    with pytest.raises(AttributeError, match=told):
        getattr(network, name)


def test_a_file_says_the_same_of_its_network():
    with pytest.raises(AttributeError, match=r"print\(file.network\) shows its table"):
        archc.load("vgg16").summary()  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match=r"print\(file.networks\['LeNet5'\]\) shows its"):
        archc.load("lenet5").summary()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("parse", r"archc.load\(path_or_text\) reads, checks and analyses"),
        ("compile", "on the command line: archc build FILE -o net.py"),
        ("lod", r"did you mean archc.load\?"),
        ("qqqq", "has no attribute 'qqqq'; it has Diagnostic, Errors, File, "),
        ("from_string", r"archc.load\(path_or_text\) reads"),
        ("summary", r"archc.from_torch\(module, input=\(3, 224, 224\)\) a module of PyTorch$"),
        ("resnet34", r"it is a bundled network: archc.load\('resnet:ResNet34'\)$"),
    ],
)
def test_a_function_of_another_name_is_named(name, told):
    with pytest.raises(AttributeError, match=told):
        getattr(archc, name)


def test_a_line_of_a_spec_is_told_the_network_around_it():
    with pytest.raises(ValueError, match=r"write archc\.load") as found:
        archc.load("conv 16 3x3 -> relu")
    line = re.search(r"archc\.load\('(.*)'\)", str(found.value))
    assert line is not None
    assert archc.load(line[1]).ok
    with pytest.raises(FileNotFoundError):
        archc.load("conv")


def test_channels_that_a_module_does_not_take_are_told_with_its_input():
    torch = pytest.importorskip("torch")
    conv = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3))
    with pytest.raises(ValueError, match=r"It takes 3x8x8: input=\(3, 8, 8\)$"):
        archc.from_torch(conv, input=(1, 8, 8))


def test_an_optimizer_of_pytorch_is_named():
    torch = pytest.importorskip("torch")
    with pytest.raises(ValueError, match="not the class AdamW; write optimizer='adamw'"):
        archc.load("lenet5", optimizer=torch.optim.AdamW)


def test_a_batch_in_the_size_of_a_module_is_found():
    torch = pytest.importorskip("torch")
    with pytest.raises(ValueError, match=r"^the batch is not written: input=\(3, 8, 8\)$"):
        archc.from_torch(torch.nn.Conv2d(3, 4, 3), input=(1, 3, 8, 8))


def test_a_parameter_as_an_option_and_a_network_that_is_none():
    with pytest.raises(TypeError, match=r"is given by set; write archc.*set=\{'classes': 5\}\)$"):
        archc.load("vgg16", classes=5)  # type: ignore[call-arg]
    with pytest.raises(KeyError, match="no network is called 'first'; there are: "):
        archc.load("vgg16").networks["first"]


def test_an_open_file_is_answered_with_its_path(tmp_path):
    path = tmp_path / "net.arch"
    path.write_text("network N { input 3x8x8; conv 4 3x3 }\n", encoding="utf-8")
    with path.open() as file, pytest.raises(ValueError, match="open file") as found:
        archc.load(file)
    assert str(found.value).endswith(f"write archc.load({str(path)!r})")
    text = io.StringIO(path.read_text(encoding="utf-8"))
    with pytest.raises(ValueError, match=r"write archc\.load\(file\.read\(\)\)$"):
        archc.load(text)  # type: ignore[arg-type]


def test_layers_that_are_equally_near_are_all_named():
    with pytest.raises(KeyError, match=r"mean 'conv1' or 'conv2'\?"):
        archc.load(
            "network N { input 3x8x8; conv1: conv 4 3x3; conv2: conv 4 3x3 }"
        ).network.layers["conv"]


def test_what_is_no_function_is_answered_with_load():
    with pytest.raises(TypeError, match=r"^archc\.check is a module; archc\.load\(path_or_text\)"):
        archc.check("lenet5")  # type: ignore[operator]


def test_bytes_are_answered_with_their_text():
    with pytest.raises(ValueError, match=r"not bytes; write archc\.load\(spec\.decode\(\)\)$"):
        archc.load(b"network N { input 3x8x8 }")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["to_svg", "draw", "plot"])
def test_pictures_are_made_by_the_command_line(name):
    with pytest.raises(AttributeError, match=r"`archc diagram \S+ -o net\.svg` draws it$"):
        getattr(archc.load("vgg16").network, name)


def test_iteration_over_layers_gives_their_paths():
    layers = archc.load("vgg16").network.layers
    assert all(layers[path] is layer for path, layer in zip(layers, layers.values(), strict=True))
    assert json.loads(json.dumps(list(layers))) == [layer.path for layer in layers.values()]
    with pytest.raises(AttributeError, match=r"write network\.layers\.values\(\) for the layers$"):
        [path.params for path in layers]  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match=r"^'str' object has no attribute 'nothing'$"):
        getattr(next(iter(layers)), "nothing")  # noqa: B009


def test_a_network_with_an_error_is_warned_of_once_unless_the_errors_were_asked_for() -> None:
    file = archc.load(BAD)
    with pytest.warns(UserWarning, match=r"kernel-too-large, in line 3: .* see file\.errors"):
        assert file.network.params is None
    assert file.network.params is None
    file = archc.load(BAD)
    assert not file.ok
    assert file.network.params is None


PART = "network N {\n    input 1x28x28\n    conv 4 3x3\n    linear 10\n}\n"


def test_no_budget_passes_on_the_part_of_a_network_that_an_error_left() -> None:
    """Neither in Python nor in JSON nor in the table stands a sum over the rest."""
    file = archc.load(PART)
    with pytest.warns(UserWarning, match=r"totals are None; .* write file\.raise_for_errors\(\)"):
        network = file.network
    with pytest.raises(TypeError, match="NoneType"):
        assert network.params < 400_000  # type: ignore[operator]
    for one in (network.totals, network.training):
        assert set(one) == {None}
    assert {network.memory.weights, network.memory.peak, network.receptive_field} == {None}
    assert network.layers["0"].params == 40  # a layer's own figure stands
    written = network.as_dict()
    assert written["status"] == "unknown"
    assert {one for name, one in written["totals"].items() if name != "memory"} == {None}
    rows = [line.split()[:2] for line in str(network).splitlines()]
    assert ["parameters", "?"] in rows
    assert ["MACs", "?"] in rows


def test_a_finding_as_text_is_a_line() -> None:
    (error,) = archc.load(PART).errors
    assert str(error).startswith("<text>:4:5: error[needs-flat]: `linear` wants a flat tensor")
    assert "\n" not in str(error)


def test_the_module_of_stages_is_no_function() -> None:
    code = "from archc import check; check('vgg16')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "archc.check is a module; archc.load(path_or_text) checks a spec" in done.stderr
