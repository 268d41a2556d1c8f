"""Extra outputs, several inputs, shared weights."""

from __future__ import annotations

import inspect

import pytest
import torch

from archc.emit.pytorch.verify import load
from tests.emit.pytorch.compiled import code_of, compile_text, module_of
from tests.emit.pytorch.holding import hold

AUX = """
network Net {
    input 3x8x8
    conv 4 3x3
    aux: output training conv 2 1x1
    conv 5 1x1
}
"""


def test_training_returns_a_named_tuple_and_evaluation_a_tensor() -> None:
    module = module_of(AUX)
    net = module.Net()
    x = torch.rand(2, 3, 8, 8)
    out = net.train()(x)
    assert isinstance(out, module.NetOutputs)
    assert out._fields == ("out", "aux")
    assert out.out.shape == (2, 5, 6, 6)
    assert out.aux.shape == (2, 2, 6, 6)
    assert isinstance(net.eval()(x), torch.Tensor)


def test_an_output_of_both_modes_is_always_there() -> None:
    module = module_of(AUX.replace("training ", ""))
    for mode in (True, False):
        out = module.Net().train(mode)(torch.rand(2, 3, 8, 8))
        assert [tuple(one.shape) for one in out] == [(2, 5, 6, 6), (2, 2, 6, 6)]


def test_mixed_outputs() -> None:
    text = AUX.replace("    conv 5", "    more: output conv 3 1x1\n    conv 5")
    net = module_of(text).Net()
    assert net.train()(torch.rand(2, 3, 8, 8)).aux is not None
    out = net.eval()(torch.rand(2, 3, 8, 8))
    assert out.aux is None
    assert out.more.shape == (2, 3, 6, 6)


def test_two_inputs_share_a_trunk() -> None:
    net = module_of(
        """
        network Net {
            input left 1x9x9
            input right 1x9x9
            from left
            trunk: { conv 4 3x3; relu; global_avgpool; flatten }
            from right
            other: { share trunk }
            concat { from trunk; from other }
            linear 1
        }
        """
    ).Net()
    x, y = torch.rand(2, 1, 9, 9), torch.rand(2, 1, 9, 9)
    assert net(x, y).shape == (2, 1)
    assert sum(one.numel() for one in net.parameters()) == 40 + 9


def test_outputs_in_a_loop_have_their_names() -> None:
    net = module_of(
        """
        network Net(n=2) {
            input 3x8x8
            for i in range(n) { conv 3 1x1; "head{i}": output conv 4 1x1 }
            for i in range(2) { output conv 5 1x1 }
            relu
        }
        """
    ).Net()
    out = net(torch.rand(2, 3, 8, 8))
    assert out._fields == ("out", "head0", "head1", "output3", "output4")
    assert [one.shape[1] for one in out] == [3, 4, 4, 5, 5]


def test_a_result_that_is_no_field_is_refused_at_its_label() -> None:
    for label in ('"a.b"', "_a"):
        (error,) = compile_text(
            f"network Net {{ input 3x8x8\n{label}: output relu\nrelu }}"
        ).diagnostics
        assert error.message.endswith(f"Python cannot say `{label}` here")
        assert error.span.text == label


def test_sums_of_all_earlier_values() -> None:
    """A sum of one branch is that branch, and the last of a loop's rounds is what comes out."""
    net = module_of(
        """
        network Net {
            input 3x8x8
            a0: relu
            for i in range(1, 6) { a{i}: add { for j in range(i) { from a{j} } } }
        }
        """
    ).Net()
    x = torch.rand(2, 3, 8, 8)
    torch.testing.assert_close(net(x), 16 * x)


IN_TRAINING = {
    "one": "if aux { aux1: output training Head classes }",
    "its own name": "if aux { aux: output training Head classes }",
    "without a name": "if aux { output training Head classes }",
    "a list": "if aux { aux1: output training { conv 4 1x1; relu }; aux2: output training Head 3 }",
    "two ifs": "if aux { a: output training Head 3 }\n relu\n if aux { b: output training Head 4 }",
    "beside a sure one": "a: output training Head 3\n if aux { b: output training Head 4 }",
    "beside one in use": "a: output conv 3 1x1\n if aux { b: output training Head 4 }",
    "of another flag": (
        "if aux { a: output training Head 3 }\n"
        " if classes > 4 and aux { b: output training Head 4; c: output training relu }"
    ),
    "turned round": "if not aux { a: output training Head 3 }",
}


@pytest.mark.parametrize("aux", ["true", "false"])
@pytest.mark.parametrize("lines", IN_TRAINING.values(), ids=IN_TRAINING)
def test_a_flag_of_what_is_given_in_training_alone_is_an_argument(lines: str, aux: str) -> None:
    text = (
        "block Head(classes) { global_avgpool -> flatten -> fc: linear classes }\n"
        f"network N(aux = {aux}, classes = 5) {{\n input 3x8x8\n conv 8 3 -> relu\n {lines}\n"
        " conv 8 3 -> batchnorm\n Head classes\n}\n"
    )
    assert hold(text) is not None, compile_text(text).diagnostics
    assert not compile_text(text).notes
    module = load(code_of(text))
    assert set(inspect.signature(module.N).parameters) == {"aux", "classes"}
    silent = module.N(aux=lines.startswith("if not")).train()(torch.rand(2, 3, 8, 8))
    if not lines.startswith("a:"):  # nothing is left: as torchvision's do without `aux_logits`
        assert isinstance(silent, torch.Tensor)


def test_members_of_a_family_share_the_class_with_a_flag() -> None:
    text = (
        "network F(aux, classes = 5) {\n input 3x8x8\n conv 8 3\n"
        " if aux { aux1: output training conv 4 1x1 }\n conv 8 3; global_avgpool -> flatten\n"
        " linear classes\n}\nnetwork A = F(true)\nnetwork B = F(false)\n"
    )
    assert hold(text) is not None, compile_text(text).diagnostics
    assert code_of(text).count("class ") == 4
