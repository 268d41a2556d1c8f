"""The command that runs random programs: what it counts, and that it tells what fails."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

from tests.campaigns import run
from tests.campaigns.run import KINDS, Campaign, main
from tests.robustness.guard import guarded

SOUND = "network N(width = 4) { input 3x8x8; conv width 3 }\n"


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What stands for the random programs."""
    found: list[str] = []
    for name, kind in KINDS.items():
        monkeypatch.setitem(KINDS, name, kind._replace(program=lambda seed: found[seed]))
    return found


@guarded
def test_what_fails_is_told_and_stops_nothing(
    texts: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(text: str, result: object) -> int:
        raise AssertionError("4 is\nnot 5")

    kind = KINDS["networks"]
    monkeypatch.setitem(
        KINDS, "networks", kind._replace(comparisons=lambda seed: {"a": wrong} if seed else {})
    )
    texts += [SOUND, SOUND, "network N { what }", SOUND]
    assert main(["networks", "0", "4"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [f"networks {seed} a: AssertionError: 4 is not 5" for seed in (1, 3)]
    assert lines[2:4] == [
        "-- networks a: 0 programs agree in 0 comparisons, 2 differ",
        "-- networks written: 3 programs agree in 3 comparisons, 0 differ",
    ]
    assert lines[4].startswith("-- networks: 4 of 4 programs from 0, 1 of them not sound, 2 failed")


@guarded
@pytest.mark.parametrize("name", KINDS)
def test_a_sound_program_is_held_to_every_oracle(name: str, texts: list[str]) -> None:
    texts.append(SOUND)
    campaign = Campaign(name)
    campaign.run(0, 1, 60)
    assert not campaign.differed
    assert campaign.agreed == dict.fromkeys(["written", *KINDS[name].comparisons(0)], 1)


@guarded
def test_it_stops_in_time(texts: list[str]) -> None:
    texts += [SOUND] * 9
    campaign = Campaign("networks")
    campaign.run(0, 9, -1)
    assert campaign.programs == 0


@guarded
def test_a_program_that_never_ends_is_told(
    texts: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def compiled(text: str) -> None:
        while True:
            pass

    monkeypatch.setattr(run, "SECONDS", 0.05)
    monkeypatch.setattr(run, "compiled", compiled)
    texts.append(SOUND)
    assert main(["families", "0", "1"]) == 1
    assert "families 0 written: Late: more than 0.05 s" in capsys.readouterr().out
