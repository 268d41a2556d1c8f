"""Each mistake is told once, with its own code; what follows from it is not told."""

from __future__ import annotations

import pytest

import archc

MAP = "network N {{ input 3x8x8; {} }}"

CASES = {
    "input stands first": ("network N {\n conv 4 3x3\n input 3x8x8\n relu\n}", ["misplaced"]),
    "several inputs are named": (
        "network N { input 3x8x8\n input 3x8x8\n relu }",
        ["unread-value", "misplaced"],
    ),
    "crop wants a size": (MAP.format("crop"), ["missing-argument"]),
    "one way to say a size": (MAP.format("upsample 2 like=input"), ["too-many-arguments"]),
    "like wants a value": (MAP.format("crop like=3"), ["wrong-type"]),
    "no layer as a number": (MAP.format("conv identity 3x3"), ["wrong-type"]),
    "none is no figure": (MAP.format("relu; expect none ~ 3"), ["wrong-type"]),
    "a merge cannot be shared": (
        MAP.format("q: add { conv 3 1x1; conv 3 1x1 }; share q"),
        ["wrong-type"],
    ),
    "a claim needs a figure": (MAP.format("g: { conv 3 1x1 }; expect g == 3"), ["not-a-claim"]),
    "an unknown figure is told": (
        "network N { input 3xHxW; conv 3 1x1; expect macs > 3 }",
        ["unjudged-claim"],
    ),
    "inference reads no training value": (
        MAP.format("a: output training conv 4 1x1; from a; relu"),
        ["training-only"],
    ),
    "a syntax error leaves the rest checked": (
        "network M { input 3x8x8\n conv 4 3x3 -> -> relu }\n"
        "network N { input 3x8x8\n cnov 4\n conv 4 3x3 strid=2\n conv 4 3x3 stride=0 }",
        ["syntax", "unknown-layer", "unknown-argument", "out-of-range"],
    ),
    "nothing is said of a broken block's callers": (
        "block B(w) { conv w 3x3 -> -> relu }\nnetwork N { input 3x8x8\n B 4\n conv 4 1x1 }",
        ["syntax"],
    ),
    "values are checked behind an unknown shape": (
        MAP.format("cnov 4; conv 4 3x3 stride=0; dropout 1.5"),
        ["unknown-layer", "out-of-range", "out-of-range"],
    ),
    "an unknown argument hides a missing one": (
        MAP.format("conv 4 kernel_size=3"),
        ["unknown-argument"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_mistake_once(name: str) -> None:
    text, codes = CASES[name]
    assert [one.code for one in archc.load(text + "\n").diagnostics] == codes


def test_every_member_answers_for_its_familys_claim() -> None:
    text = "network Fam(a) { input 3x8x8; conv a 3x3; expect params == 1 }\n"
    found = archc.load(text + "network A = Fam(4)\nnetwork B = Fam(5)\n").diagnostics
    assert [one.message.split(";")[0] for one in found] == ["params is 112", "params is 140"]
    assert [one.calls[-1].definition for one in found] == ["A", "B"]


def test_a_member_of_a_member_keeps_what_is_not_given_again() -> None:
    text = "network Fam(a, b=2) { input 3x8x8; conv a 3x3 -> conv b 1x1 }\n"
    file = archc.load(text + "network A = Fam(4)\nnetwork B = A(b=7)\nnetwork C = B(5)\n")
    assert not file.diagnostics
    shapes = [(one.layers["0"].shape, one.layers["1"].shape) for one in file.networks.values()]
    assert [(a[0], b[0]) for a, b in shapes if a and b] == [(4, 2), (4, 7), (5, 7)]


def test_a_blocks_fixed_arguments_are_gone_from_its_list() -> None:
    text = "block B(w, k=3) { conv w [k, k] }\nblock Wide = B(8)\n"
    file = archc.load(text + "network N { input 3x8x8; Wide; Wide 1; Wide(w=5) }\n")
    assert not file.diagnostics
    assert [one.shape for one in file.network.layers.values() if one.kind == "conv"] == [
        (8, 6, 6),
        (8, 6, 6),
        (5, 4, 4),
    ]


def test_a_sequences_layers_are_named_by_number() -> None:
    text = 'network N { input 3x8x8; conv 4 3x3; expect 0.params == 112; expect "0".params == 112 }'
    file = archc.load(text + "\n")
    assert not file.diagnostics
    assert [one.holds for one in file.network.expectations] == [True, True]


def test_a_batch_counts_all_its_images() -> None:
    one, eight = (archc.load("lenet5:LeNet5", batch=batch).network for batch in (1, 8))
    assert one.macs is not None
    assert one.totals.activations is not None
    assert eight.macs == 8 * one.macs
    assert eight.params == one.params
    assert eight.totals.activations == 8 * one.totals.activations
    assert all(verdict.holds for verdict in eight.expectations)  # they are of one image
