"""Every constructor argument does what `--set` does, or is not there."""

from __future__ import annotations

import inspect

import pytest
import torch

from archc.check import Options
from archc.emit.pytorch.compile import broken, compile_source
from archc.emit.pytorch.verify import load
from archc.files import Files
from archc.language.source import Source
from tests.emit.pytorch.compiled import SPECS, code_of, compile_text
from tests.emit.pytorch.holding import Held, hold, hold_file

pytestmark = pytest.mark.filterwarnings(
    "ignore:input's size at dim=1", "ignore:Using padding='same' with even kernel"
)
NUMBERS = {
    "share": (
        "network S(k = 8) {\n input l 1x8x8\n input r 1x8x8\n from l\n t: conv k 3x3\n from r\n"
        " share t\n u: identity\n concat { from t; from u }\n conv k 1x1\n}\n"
    ),
    "reshape": "network S(k = 4) {\n input 8x8x8\n slice 0 k\n reshape [k, -1]\n layernorm\n}\n",
    "flatten": (
        "network S(size = 3x16x16, k = 3) {\n input size\n conv 4 k\n flatten\n linear 5\n}\n"
    ),
}


@pytest.mark.parametrize("what", sorted(NUMBERS))
def test_an_argument_that_the_code_does_not_follow_is_none_and_is_told(what: str) -> None:
    result = compile_text(NUMBERS[what])
    assert result.code is not None
    assert hold(NUMBERS[what]) is not None
    given = inspect.signature(load(result.code).S).parameters
    for word in result.checked.networks[0].graph.arguments:
        assert word in given or any(f"`{word}`" in note for note in result.notes)


def hold_spec(name: str) -> Held:
    """Holds a bundled spec, and what it imports."""
    files = Files()

    def source(file: str) -> Source:
        return Source(files.source(str(SPECS / file)).text, f"specs/{file}")

    def read(path: str, importer: Source) -> Source:
        return source(path)

    file = source(f"{name}.arch")
    held = hold_file(file, read, compile_source(file, Options(), read), values=False)
    assert held is not None
    return held


@pytest.mark.parametrize("name", ["alexnet", "lenet5", "vgg16", "resnet18", "mlp_and_cnn"])
def test_arguments_of_specs(name: str) -> None:
    assert hold_spec(name).networks


@pytest.mark.campaign
@pytest.mark.parametrize("name", sorted(path.stem for path in SPECS.glob("*.arch")))
def test_arguments_of_all_specs(name: str) -> None:
    hold_spec(name)


@pytest.mark.parametrize("name", ["ScaledTanh", "Tensor", "RBF", "NamedTuple"])
def test_networks_with_taken_names_get_a_message(name: str) -> None:
    result = compile_text(f"network {name} {{\n input 3x8x8\n scaled_tanh\n}}\n")
    assert result.code is None
    assert any(f"`{name}`" in one.message for one in result.diagnostics)


def test_tensors_called_like_the_code_s_own() -> None:
    result = compile_text(
        "block B(w, x, y) {\n conv w 1x1\n concat { identity; from x; from y }\n}\n"
        "network N {\n input 3x8x8\n s: conv 4 3x3 pad=1\n B 4 s s\n}\n"
    )
    assert result.code is not None
    assert broken(result.code) is None
    assert load(result.code).N()(torch.rand(1, 3, 8, 8)).shape == (1, 12, 8, 8)


def test_what_is_no_python_is_known() -> None:
    assert broken("x = 1\n") is None
    assert broken("def forward(self, x, x): pass\n") is not None


LISTS = """network Net(width, rows = [[8, 3], [6, 1]], drop = none, k = 1x3, both = [[4, relu]]) {
    input 3x8x8
    for w, n in rows { conv w n pad=n//2 }
    for w, Act in both { conv w 1 -> Act }
    if drop != none { dropout drop }
    conv width k
}
network A = Net(8)
network B = Net(6, rows=[[4, 1]], drop=0.5)
"""


def test_a_member_takes_the_lists_that_it_leaves_as_they_are() -> None:
    held = hold(LISTS)
    assert held is not None
    assert held.settings
    module = load(code_of(LISTS))
    for name in ("A", "B"):
        taken = list(inspect.signature(getattr(module, name)).parameters)
        assert taken == ["rows", "drop", "k", "both"]


def test_a_long_list_is_an_argument_of_the_family_alone() -> None:
    rows = ", ".join(["[8, 3]", "[6, 1]"] * 3)
    text = LISTS.replace("rows = [[8, 3], [6, 1]]", f"rows = [{rows}]")
    assert hold(text) is not None
    (note,) = compile_text(text).notes
    assert note == (
        "`rows` of `Net` is no argument of `A`, for it is a long list; `Net` itself takes it"
    )
