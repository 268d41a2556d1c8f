"""`--verify`: what it compares, and that it finds what is wrong with a module."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from archc.check import Options
from archc.emit.pytorch.by_layers import Flops
from archc.emit.pytorch.compile import Compiled, compile_source
from archc.emit.pytorch.verify import Compared, Mismatch, verify
from archc.files import Files
from archc.language.source import Source
from tests.emit.pytorch.compiled import compile_text

TEXT = """
network Net {
    input 3x8x8
    conv1: conv 4 3x3 bias=false
    batchnorm momentum=none
    aux: output training conv 2 1x1
    conv2: conv 2 1x1
}
"""


def compiled(batch: int = 1) -> Compiled:
    return compile_source(Source(TEXT, "net.arch"), Options(batch=batch), Files().imported)


def check(code: str | None, result: Compiled) -> Compared:
    assert code is not None
    (compared,) = verify(code, list(result.checked.networks), values=True)
    return compared


@pytest.mark.parametrize("batch", [1, 3, 4])
def test_work_is_that_of_the_images_asked_for(batch: int) -> None:
    """And a plain average counts its batches, which the meta device cannot."""
    result = compiled(batch)
    work = batch * 6 * 6 * (27 * 4 + 4 * 2)
    assert check(result.code, result) == Compared("Net", 10, 136, 4, work, True)


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        (
            "import Tensor, nn\n",
            "import Tensor, nn\n\nraise KeyError('gone')\n",
            "imported: KeyError",
        ),
        ("import Tensor, nn\n", "import Tensor, nn\n\nx = (\n", "imported: SyntaxError"),
        ("class Net(", "class Other(", "cannot be made: AttributeError"),
        ("super().__init__()", "pass", "cannot be made: AttributeError"),
        ("nn.Conv2d(3, 4, 3", "nn.Conv2d(3, 4, 5", "shapes"),
        ("self.conv1", "self.other", "missing"),
        ("return x", "return x[1:, :, 1:]", "returns"),
        ("return NetOutputs(x, aux)", "return x", "returns Tensor"),
        ("return NetOutputs(x, aux)", "return NetOutputs(x, None)", "returns"),
        ("x = self.conv2(x)", "x = self.conv2(self.conv2(x))", "cannot run"),
        ("x = self.conv2(x)", "x = self.conv2(x); self.conv2(y)", "cannot run"),
    ],
)
def test_a_wrong_module_is_a_mismatch(right: str, wrong: str, message: str) -> None:
    result = compiled()
    assert right in (result.code or "")
    with pytest.raises(Mismatch, match=message):
        check((result.code or "").replace(right, wrong), result)


def test_a_layer_that_runs_too_often_is_a_mismatch() -> None:
    result = compiled()
    code = (result.code or "").replace("self.conv2(x)", "self.conv2(x) + self.conv2(x)")
    with pytest.raises(Mismatch, match="conv2 gives"):
        check(code, result)


def test_work_is_compared() -> None:
    result = compiled()
    code = (result.code or "").replace(
        "self.conv1(x)", "self.conv1(x) + nn.functional.conv2d(x, self.conv1.weight)"
    )
    with pytest.raises(Mismatch, match="works 16,128 in evaluation"):
        check(code, result)


# What names, shapes and work do not tell, values do: in one mode, or in what training leaves.
@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("x = self.conv2(x)", "x = self.conv2(x.relu())", "a result in evaluation differs"),
        ("return x", "return 2 * x if self.training else x", "a result in training differs"),
        ("momentum=None", "momentum=0.3", "`batchnorm1.running_mean` after training differs"),
        ("momentum=None", "momentum=None, eps=1e-3", "a result in evaluation differs"),
    ],
)
def test_other_values_are_a_mismatch(right: str, wrong: str, message: str) -> None:
    text = TEXT.replace("aux: output training conv 2 1x1\n", "")
    result = compile_source(Source(text, "net.arch"), Options(), Files().imported)
    assert right in (result.code or "")
    with pytest.raises(Mismatch, match=message):
        check((result.code or "").replace(right, wrong), result)


DRAWN = """
network Net {
    input 4x8x8
    dropout -> dropout2d 0.3 -> stochastic_pool 2
    add { identity; { conv 4 3x3 pad=same stride=1; stochastic_depth 0.5 } }
    scaled_tanh -> upsample 2 mode=bilinear -> crop [4, 4] -> flatten -> scale -> rbf 3
    scale flat=true
}
"""


def test_what_draws_at_random_draws_the_same() -> None:
    result = compile_source(Source(DRAWN, "net.arch"), Options(), Files().imported)
    assert check(result.code, result).values


def test_frozen_batch_norms_rest_in_both() -> None:
    text = (
        "block B(width, k = 3) { frozen { conv width 1; batchnorm } }\n"
        "network Net { input 3x8x8; B 4; frozen batchnorm; batchnorm }\n"
    )
    result = compile_source(Source(text, "net.arch"), Options(), Files().imported)
    assert check(result.code, result).values


def test_what_would_take_long_has_no_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archc.emit.pytorch.verify.MOST_MACS", 100)
    result = compiled()
    assert not check(result.code, result).values


def test_the_place_of_what_the_forward_pass_does_itself_has_no_shape() -> None:
    text = (
        "network N(bins = [1, 2]) {\n    input 3x8x8\n    f: conv 4 3x3 pad=1\n    concat {\n"
        "        identity\n"
        "        for b in bins { { adaptive_avgpool b; conv 4 1; upsample like=f } }\n"
        "    }\n    conv 2 1\n}\n"
    )
    result = compile_text(text)
    assert result.code is not None
    verify(result.code, list(result.checked.networks))


def test_flops_are_those_of_the_counter_of_pytorch() -> None:
    """Convolutions both ways, and products of matrices."""
    model = nn.Sequential(
        nn.Conv2d(3, 4, 3),
        nn.BatchNorm2d(4),
        nn.ConvTranspose2d(4, 6, 2, stride=2),
        nn.ReLU(inplace=True),
        nn.Flatten(2),
        nn.Linear(144, 7),
        nn.GELU(),
    ).to("meta")
    given = torch.empty(2, 3, 8, 8, device="meta")
    for training in (False, True):
        model.train(training)
        with torch.set_grad_enabled(training), FlopCounterMode(display=False) as wanted:
            model(given)
        with torch.set_grad_enabled(training), Flops() as found:
            model(given)
        assert found.total == wanted.get_total_flops() > 0
