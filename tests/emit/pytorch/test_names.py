"""Awkward names: each works, or gets a message."""

from __future__ import annotations

import pytest
from torch import nn

from archc.emit.pytorch.python.names import PRIVATE
from archc.emit.pytorch.verify import verify
from archc.graph.chains import CONTAINER
from tests.emit.pytorch.compiled import compile_text
from tests.emit.pytorch.reference import hold

WORKS = {
    "quoted label": 'network Net {\n input 3x8x8\n "block1-2": conv 4 3x3\n}\n',
    "numeric label": 'network Net {\n input 3x8x8\n "0": conv 4 3x3\n "7": conv 4 3x3\n}\n',
    "quotes and backslashes in a docstring": (
        'network Net {\n """a \\\\ b "c" and more"""\n input 3x8x8\n conv 4 3x3\n}\n'
    ),
    "folded label": 'network Net {\n input 3x8x8\n "\ufb01": conv 4 3x3\n}\n',
    "unicode label": 'network Net {\n input 3x8x8\n "\u00fcber": conv 4 3x3\n}\n',
    "label x": (
        "network Net {\n input 3x8x8\n x: conv 4 3x3\n y: conv 4 3x3\n from x\n conv 4 3x3\n}\n"
    ),
    "label named as ours": (
        "block B(width) {\n out_channels: conv width 3x3\n relu: batchnorm\n relu\n}\n"
        "network Net {\n input 3x8x8\n B 4\n B 8\n}\n"
    ),
    "parameters named as Python's": (
        "block B(lambda, list, nn, torch, channels) {\n conv lambda 3x3 pad=1\n conv list 1x1\n"
        " conv nn 1x1\n conv torch 1x1\n conv channels 1x1\n}\n"
        "network Net(range = 4, self = 6) {\n input 3x8x8\n B range 4 self 4 8\n}\n"
    ),
    "classes named as PyTorch's": (
        "block Tensor(width) {\n conv width 3x3\n}\nblock Sequence(width) {\n Tensor width\n}\n"
        "network Net {\n input 3x8x8\n Sequence 4\n}\n"
    ),
    "methods of containers": (
        "network Net {\n input 3x8x8\n g: { keys: conv 4 3x3; append: conv 4 1x1 }\n"
        " h: { add { values: conv 4 1x1; identity }; relu }\n}\n"
    ),
    "network and block": ("block Net2 {\n conv 4 3x3\n}\nnetwork Net {\n input 3x8x8\n Net2\n}\n"),
}


@pytest.mark.parametrize("what", sorted(WORKS))
def test_awkward_names_work(what: str) -> None:
    result = compile_text(WORKS[what])
    assert result.code is not None, [one.message for one in result.diagnostics]
    verify(result.code, list(result.checked.networks))
    hold(result)


@pytest.mark.parametrize(
    "label", ["forward", "train", "type", "_modules", "_parameters", "__x__", "class"]
)
def test_names_that_would_break_a_module_get_a_message(label: str) -> None:
    result = compile_text(f"network Net {{\n input 3x8x8\n {label}: conv 4 3x3\n}}\n")
    assert result.code is None
    assert any(one.code in ("bad-label", "syntax") for one in result.diagnostics)


def test_lists_of_names_are_those_of_pytorch() -> None:
    private = {
        name for name in dir(nn.Module()) if name.startswith("_") and not name.startswith("__")
    }
    assert private <= PRIVATE
    public = {
        name
        for kind in (nn.ModuleDict, nn.Sequential)
        for name in set(dir(kind)) - set(dir(nn.Module))
        if not name.startswith("_")
    }
    assert public <= CONTAINER
