"""Extra outputs, several inputs, shared weights."""

from __future__ import annotations

import torch

from tests.emit.pytorch.compiled import module_of

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
