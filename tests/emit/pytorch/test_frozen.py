"""What is frozen stays as it is: parameters, and the statistics of batch norms, in training too."""

from __future__ import annotations

import copy
import io

import pytest
import torch
from torch import nn

from archc.check import OptionError, Options
from archc.emit.pytorch.compile import Compiled, compile_source
from archc.emit.pytorch.verify import Mismatch, load, verify
from archc.language.source import Source
from tests.emit.pytorch import reference
from tests.emit.pytorch.compiled import code_of, compile_text, module_of

SPEC = """
block Res(width, Norm = batchnorm) {
    add {
        { frozen conv width 3x3 pad=1 bias=false; Norm; relu; conv width 3x3 pad=1 }
        if in.channels != width {
            down: frozen { conv width 1x1 bias=false; batchnorm }
        } else {
            identity
        }
    }
}

network N(classes = 10, depth = 2) {
    input 3x16x16
    stem: frozen conv 4 3x3 pad=1 bias=false -> bn: frozen batchnorm -> relu
    trunk: frozen { conv 4 3x3 pad=1 bias=false; batchnorm; relu }
    mixed: { conv 4 3x3; frozen conv 4 3x3 bias=false; frozen batchnorm; batchnorm; relu }
    groups: frozen { a: conv 8 3x3 pad=1 -> relu; add { identity; b: conv 8 1x1; c: Res 8 } }
    layer1: frozen repeat depth { Res 8 }
    frozen repeat 2 { Res 16 groupnorm(2) }
    live: Res 16
    for i in range(depth) { c{i}: frozen conv 16 3x3 pad=1 }
    g: frozen scale
    frozen if depth > 1 { d: conv 8 1x1 } else { e: conv 4 1x1 }
    frozen concat { conv 4 1x1; identity; if depth > 1 { f: conv 2 1x1 } }
    frozen add { identity; if depth > 2 { h: conv 14 1x1 } }
    global_avgpool; flatten
    fc: linear classes
}
"""


def trained(model: nn.Module) -> set[str]:
    return {name for name, one in model.named_parameters() if one.requires_grad}


def test_the_module_is_that_of_the_graph() -> None:
    """Values, gradients and running statistics, by the formulas of the layers."""
    result = compile_text(SPEC)
    assert result.code is not None, result.diagnostics
    verify(result.code, list(result.checked.networks))
    reference.hold(result)


def test_a_wrong_freeze_is_found() -> None:
    result = compile_text(SPEC)
    assert result.code is not None
    networks = list(result.checked.networks)
    stem = "nn.Conv2d(3, 4, 3, padding=1, bias=False)"
    for old, new in (
        (f"{stem}.requires_grad_(False)", stem),
        ("module.eval()", "pass"),
        ("self.fc = ", "self.fc = nn.Module.requires_grad_(self, False) and "),
    ):
        assert old in result.code
        with pytest.raises(Mismatch):
            verify(result.code.replace(old, new), networks)


def step(model: nn.Module) -> None:
    update = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], 0.5)
    loss = model(torch.rand(4, 3, 16, 16)).square().sum()
    loss.backward()
    update.step()


def test_a_step_changes_what_is_trained_alone() -> None:
    torch.default_generator.manual_seed(0)
    made = module_of(SPEC).N()
    names = trained(made)
    before = copy.deepcopy(made.state_dict())
    step(made)  # before anybody has called `train`
    made.eval()
    made.train()
    step(made)
    moved = {name for name, one in made.state_dict().items() if not torch.equal(one, before[name])}
    learned = {name.rpartition(".")[0] for name in names}
    statistics = {name for name in moved if "running" in name or "tracked" in name}
    assert moved - statistics <= names
    assert {name.rpartition(".")[0] for name in statistics} <= learned
    assert {"mixed.3.running_mean", "fc.weight"} <= moved
    assert not any(name.startswith(("stem", "bn", "trunk", "layer1")) for name in moved)


def test_who_unfreezes_a_part_trains_its_batch_norms() -> None:
    made = module_of(SPEC).N()
    made.trunk.requires_grad_(True)
    made.train()
    assert made.trunk[1].training
    assert not made.bn.training
    made.eval()
    assert not made.trunk[1].training


def test_it_may_be_copied_and_stored() -> None:
    made = module_of(SPEC).N()
    other = copy.deepcopy(made)
    assert trained(other) == trained(made)
    assert not other.train().bn.training
    file = io.BytesIO()
    torch.save(made.state_dict(), file)
    file.seek(0)
    other.load_state_dict(torch.load(file))


def test_a_person_would_write_it_so() -> None:
    code = code_of(
        "network N {\n    input 3x8x8\n    features: frozen { conv 4 3x3 bias=false; batchnorm }\n"
        "    flatten -> fc: linear 2\n}\n"
    )
    assert (
        """        self.features = nn.Sequential(
            nn.Conv2d(3, 4, 3, bias=False),  # 4 x 6 x 6
            nn.BatchNorm2d(4),
        ).requires_grad_(False)
"""
        in code
    )
    assert (
        '''    def train(self, mode: bool = True) -> N:
        """Frozen batch norms stay in evaluation mode: their statistics do not move."""
        super().train(mode)
        for module in self.modules():
            norm = isinstance(module, nn.BatchNorm2d) and module.affine
            if norm and not module.weight.requires_grad:
                module.eval()
        return self
'''
        in code
    )


def test_no_batch_norm_no_method() -> None:
    code = code_of("network N {\n    input 3x8x8\n    frozen conv 4 3x3 -> relu\n}\n")
    assert "def train" not in code
    assert "nn.Conv2d(3, 4, 3).requires_grad_(False)" in code


def alone(text: str, *paths: str, network: str | None = None) -> Compiled:
    def read(path: str, importer: Source) -> Source:
        raise OSError(path)

    options = Options(network=network, train=paths, claims=False)
    return compile_source(Source(text, "net.arch"), options, read)


FAMILY = """
block Unit(width) { conv width 3x3 pad=1 bias=false; batchnorm; relu }
network Plain(widths, classes = 4) {
    input 3x8x8
    stem: frozen conv 4 3x3 pad=1
    stages: for width in widths { Unit width }
    global_avgpool -> flatten
    fc: linear classes
}
network Small = Plain([4])
network Large = Plain([4, 8])
"""


def test_a_part_alone_is_trained() -> None:
    result = alone(FAMILY, "fc", "stages.0")
    assert result.code is not None, result.diagnostics
    verify(result.code, list(result.checked.networks))
    reference.hold(result)
    module = load(result.code)
    assert {one.partition(".")[0] for one in trained(module.Small())} == {"fc", "stages"}
    assert {one[:8] for one in trained(module.Large())} == {"fc.weigh", "fc.bias", "stages.0"}
    assert not module.Large().train().stages[1][1].training
    assert module.Large().train().stages[0][1].training
    for one in result.checked.networks:
        assert one.facts.totals.trainable == sum(
            weight.numel()
            for weight in getattr(module, one.name)().parameters()
            if weight.requires_grad
        )


def test_what_the_text_freezes_may_be_trained_alone() -> None:
    result = alone(FAMILY, "stem", network="Small")
    assert result.code is not None
    assert trained(load(result.code).Small()) == {"stem.weight", "stem.bias"}


def test_a_path_that_is_none_is_told() -> None:
    with pytest.raises(OptionError, match="`fcc`; did you mean `fc`"):
        alone(FAMILY, "fcc")
