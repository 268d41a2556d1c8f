"""`file.arch:Network` asks about one network: what is wrong with others is no matter."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run

SPEC = "network Net {\n input 3x8x8\n conv 4 3x3\n}\n"
OTHERS = {
    "unknown layer": "network A {\n input 3x8x8\n foo 3\n}\n",
    "shape": "network A {\n input 3x8x8\n conv 4 9x9\n}\n",
    "syntax": "network A {\n input 3x8x8\n conv 4 => =>\n}\n",
    "claim": "network A {\n input 3x8x8\n conv 4 3x3\n expect params == 1\n}\n",
    "family": "network F(w) {\n input 3x8x8\n foo w\n}\nnetwork A = F(2)\n",
    "allowance": "network A {\n input 3x8x8\n relu  # allow: skipped-pixels\n}\n",
}


def test_one_network_is_not_held_back_by_the_mistakes_of_another(
    archc: Run, tmp_path: Path
) -> None:
    for what, other in OTHERS.items():
        for text in (other + SPEC, SPEC + other):
            (tmp_path / "two.arch").write_text(text)
            done = archc("build", f"{tmp_path}/two.arch:Net")
            assert (done.status, done.err) == (0, ""), what
            assert "class Net" in done.out
            if what != "allowance":
                assert archc("build", f"{tmp_path}/two.arch:A").status == 1, what


def test_the_mistakes_of_what_a_network_is_made_of_are_its_own(archc: Run, tmp_path: Path) -> None:
    family = "network F(w) {\n input 3x8x8\n foo w\n}\nnetwork Net = F(2)\n"
    block = "block B {\n foo 1\n}\n" + SPEC.replace("conv 4 3x3", "B")
    tower = "network T {\n input 3x8x8\n foo 1\n}\n" + SPEC.replace("conv 4 3x3", "T")
    for text in (family, block, tower):
        (tmp_path / "net.arch").write_text(text)
        done = archc("build", f"{tmp_path}/net.arch:Net")
        assert done.status == 1, text
        assert "unknown-layer" in done.err
