"""Every bundled network as PyTorch runs it: what it holds, keeps, and takes for a step."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

from archc.analysis.analyse import analyse
from tests.analysis import live
from tests.analysis.test_training_step import alive
from tests.analysis.test_training_step import peak as step_peak
from tests.campaigns.differential import closed, inputs, module_of
from tests.emit.pytorch.compiled import compiled
from tests.specs.library import STEMS

RUN = 2 * 10**9  # multiply-adds of a network that is run; of larger ones the step alone is followed


@pytest.mark.campaign
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", STEMS)
def test_a_bundled_network_holds_what_is_told(name: str) -> None:
    """Peak and saved bytes of two images to the byte; the peak of a step with four within 0.1 %."""
    found = compiled(name)
    for network in closed(found):
        work = network.facts.totals.work
        if work is not None and work.macs <= RUN:
            with module_of(found) as module:
                made = getattr(module, network.name)()
                memory = analyse(network.graph, 2).memory
                assert memory.peak == live.peak(made, inputs(network, 2)), network.name
                saved = live.saved_for_backward(made, inputs(network, 2))
                assert memory.saved_for_backward == saved, network.name
        if network.facts.totals.trainable:
            wanted = alive(found, network, 4, "adam")
            assert step_peak(network, 4, "adam") == pytest.approx(wanted, rel=0.001), network.name
