"""The spec that teaches transfer learning: its module trains the head alone, and that learns."""

from __future__ import annotations

import copy

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402

from archc.emit.pytorch.verify import load  # noqa: E402
from tests.emit.pytorch.compiled import compiled  # noqa: E402

CLASSES = 3


def stand_in() -> nn.Module:
    """The network with weights in its trunk that keep what is in a picture, as trained ones do."""
    torch.manual_seed(0)
    code = compiled("transfer_learning", "Vgg").code
    assert code is not None
    network = load(code).Vgg(classes=CLASSES)
    assert isinstance(network, nn.Module)
    for one in network.modules():
        if isinstance(one, nn.Conv2d):
            nn.init.kaiming_normal_(one.weight, nonlinearity="relu")
    return network


def pictures() -> tuple[Tensor, Tensor]:
    """Stripes across, stripes down and chessboards, with noise."""
    rows, columns = torch.meshgrid(torch.arange(32) // 4, torch.arange(32) // 4, indexing="ij")
    kinds = torch.stack([rows % 2, columns % 2, (rows + columns) % 2]).float()
    labels = torch.arange(2 * CLASSES) % CLASSES
    return kinds[labels, None] + 0.1 * torch.randn(2 * CLASSES, 3, 32, 32) - 0.5, labels


def test_a_new_head_learns_on_a_trunk_that_stays_as_it_is() -> None:
    made = stand_in()
    images, labels = pictures()
    before = copy.deepcopy(made.state_dict())
    trained = [one for one in made.parameters() if one.requires_grad]
    assert [one.shape for one in trained] == [(CLASSES, 512), (CLASSES,)]
    update = torch.optim.Adam(trained, 0.004)
    losses = []
    for _ in range(30):
        loss = nn.functional.cross_entropy(made.train()(images), labels)
        update.zero_grad()
        loss.backward()
        update.step()
        losses.append(loss.item())
    assert losses[-1] < 0.3 * losses[0]
    assert (made.eval()(images).argmax(1) == labels).all()
    after = made.state_dict()
    moved = {name for name, one in after.items() if not torch.equal(one, before[name])}
    assert moved == {"head.weight", "head.bias"}


def test_a_checkpoint_of_the_bundled_network_loads_into_the_trunk() -> None:
    source = compiled("resnet18")
    assert source.code is not None
    torch.manual_seed(2)
    whole = load(source.code).ResNet18()
    code = compiled("transfer_learning").code
    assert code is not None
    module = load(code)
    weights = {name: one for name, one in whole.state_dict().items() if not name.startswith("fc.")}
    module.OffTheShelf().trunk.load_state_dict(weights)
    tuned = module.Tuned()
    missing = tuned.load_state_dict(weights, strict=False)
    assert (missing.missing_keys, missing.unexpected_keys) == (["fc.weight", "fc.bias"], [])
    trained = {
        name.partition(".")[0] for name, one in tuned.named_parameters() if one.requires_grad
    }
    assert trained == {"layer4", "fc"}
