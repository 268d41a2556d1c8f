"""Every verb answers every hostile text: findings or a message, in time, in bounds, whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from archc.cli import main
from tests.robustness.full import FULL, LARGE
from tests.robustness.guard import (
    MANY_MEBIBYTES,
    MANY_SECONDS,
    MEBIBYTES,
    SECONDS,
    guard,
    guarded,
)
from tests.robustness.hostile import SMALL
from tests.robustness.mutate import SPECS, TEXTS
from tests.robustness.process import CHECKS, PICTURES, VERBS, answers

QUICK = (*CHECKS, *PICTURES)
SHARE = 9  # each text meets a ninth of the verbs, the next text another ninth


def test_the_collection() -> None:
    assert len(SMALL) >= 60
    assert not [name for name, text in {**SMALL, **FULL}.items() if len(text) >= 2_000]


@guarded
@pytest.mark.parametrize("name", SMALL)
def test_every_verb_answers(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ARCHC_DEBUG", raising=False)
    Path("self.arch").write_text(SMALL[name], encoding="utf-8")
    for verb in QUICK[list(SMALL).index(name) % SHARE :: SHARE]:
        with guard():
            status = main([word.replace("@", "self.arch") for word in verb])
        shown = capfd.readouterr()
        said = " ".join(verb) + shown.err
        assert status in (0, 1, 2), said
        assert status == 0 or shown.err or shown.out, said
        assert "Traceback" not in shown.err, said
        assert "mistake of" not in shown.err, said
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".archc-")]


@guarded
@pytest.mark.campaign
@pytest.mark.parametrize(
    "name",
    [
        *SMALL,
        *(f"full: {name}" for name in FULL),
        *(f"large: {name}" for name in LARGE),
        *(path.name for path in SPECS),
    ],
)
def test_no_small_file_takes_long(name: str, tmp_path: Path) -> None:
    """Every text and the bundled specs, held to the stated time and memory in every verb."""
    path = tmp_path / "given.arch"
    many = name.startswith("large: ")
    texts = LARGE if many else {**SMALL, **TEXTS, **FULL}
    path.write_text(texts[name.removeprefix("large: ").removeprefix("full: ")], encoding="utf-8")
    seconds, mebibytes = (MANY_SECONDS, MANY_MEBIBYTES) if many else (SECONDS, MEBIBYTES)
    for verb, given in zip(VERBS, answers(VERBS, path.name, tmp_path), strict=True):
        said = f"{' '.join(verb)}: {given}"
        assert given.status in (0, 1, 2), said
        assert "mistake of" not in given.said, said
        assert given.seconds < seconds, said
        assert given.mebibytes < mebibytes, said
