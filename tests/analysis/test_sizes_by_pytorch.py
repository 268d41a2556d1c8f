"""Accepted sizes and the sizes that come out, held to the generated module on meta tensors."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest
import torch

from archc.check import Network
from archc.emit.pytorch.compile import Compiled
from archc.network import Network as Loaded
from archc.shapes import at
from tests.campaigns.differential import closed, module_of
from tests.emit.pytorch.compiled import compile_text, compiled
from tests.specs.library import STEMS

SAME = "conv 3 4x4 stride=2 pad=same; maxpool 3 stride=2 pad=same"
CAUSAL = "for d in [1, 2, 4] { conv 3 2x2 dilation=d pad=[[d, 0], [d, 0]]; relu }"
UP = "a: conv 3 3x3 pad=1; maxpool 2; conv 3 3x3"
BODIES = {
    "dilated": "conv 3 3x3 dilation=3 stride=2 pad=2; conv 2 3x3 dilation=2",
    "causal": f"{CAUSAL}; conv 2 3x3 stride=3",
    "ceil": "maxpool 3 stride=2 ceil=true; avgpool 2 ceil=true; maxpool 3 stride=2 pad=1 ceil=true",
    "same": f"{SAME}; conv_transpose 2 5x5 stride=2 pad=same",
    "transposed": "conv 3 5x5 stride=3; conv_transpose 2 5x5 stride=3 dilation=2; maxpool 2",
    "like": f"{UP}; upsample like=a; concat {{ identity; from a }}",
    "cropped": f"{UP}; b: upsample 2; from a; crop like=b; add {{ identity; from b }}",
    "factors": "add { identity; { maxpool 2; upsample 2 } }; avgpool 3; upsample scale=[2, 3]",
    "fixed": "crop 9x8; conv 3 3x3; upsample 15x14; conv 2 3x3 stride=3",
    "adaptive": "adaptive_avgpool 7x5; conv 2 3x3 pad=1; upsample 2",
    "joined": "concat { conv 3 3x3 stride=2; avgpool 3 stride=2; maxpool 3 stride=2 }",
    "strides": "add { conv 3 3x3 stride=2 pad=1; { maxpool 2; conv 3 1x1 } }; conv 2 3x3",
    "again": "g: { conv 2 3x3 stride=2 pad=1; relu }; share g; share g; pad 1 mode=reflect",
    "shuffled": "conv 4 3x3; pixel_unshuffle 2; conv 8 1x1; pixel_shuffle 2",
    "blurred": "blurpool 4 2; pad [[-1, 1], [-1, 2]]; blurpool 3 2",
    "dense": "conv 3 7x7 stride=4 pad=2; maxpool 2; flatten; linear 4",
    "gate": "conv 3 3x3 stride=2; mul { identity; { global_avgpool; conv 3 1x1; sigmoid } }",
    "statistics": "conv 3 3x3 stride=2 pad=1; instancenorm; maxpool 2; instancenorm",
}


def compare(found: Compiled, network: Network, tried: Iterable[tuple[int, ...]]) -> None:
    told = Loaded(network).sizes
    ((_, result),) = told.outputs
    channels = next(node.shape for node in network.graph.nodes if node.layer is None) or ()
    with module_of(found) as module, torch.device("meta"), torch.no_grad():
        made = getattr(module, network.name)().eval()
        for sizes in tried:
            named = dict(zip(told.letters, sizes, strict=True))
            try:
                shape = tuple(made(torch.empty(1, channels[0], *sizes)).shape[1:])
            except (IndexError, RuntimeError, ValueError):
                assert not told.takes(named), sizes
                continue
            assert told.takes(named), sizes
            assert tuple(at(axis, named) for axis in result) == shape, sizes


@pytest.mark.parametrize("name", BODIES)
def test_programs(name: str) -> None:
    text = f"network N {{ input 2x24x24; {BODIES[name]} }}\n"
    found = compile_text(text)
    (network,) = closed(found)
    square = [(n, n) for n in range(1, 41)]
    compare(found, network, [*square, *itertools.product(range(1, 30, 3), range(1, 30, 4))])


@pytest.mark.campaign
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", STEMS)
def test_bundled_networks(name: str) -> None:
    """1 to 600 square, and along each axis with the others as they are, by steps for large ones."""
    found = compiled(name)
    for network in closed(found):
        own = next(node.shape for node in network.graph.nodes if node.layer is None) or ()
        native = [axis for axis in own[1:] if isinstance(axis, int)]
        if not native:
            continue
        layers = len(network.graph.nodes)
        step = 1 if layers < 60 else layers // 8 | 1  # odd, so that all residues come by
        lines = [[(n,) * len(native) for n in range(1, 601, step)]]
        for axis in range(len(native)):
            lines.append([(*native[:axis], n, *native[axis + 1 :]) for n in range(1, 601, step)])
        compare(found, network, itertools.chain(*lines))
