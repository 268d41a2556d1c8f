"""`archc fmt`: files in place, what would change, standard input."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run

UGLY = "network N{input 3x8x8 # here\nconv 8 3x3}"
NICE = "network N {\n    input 3x8x8     # here\n    conv 8 3x3\n}\n"


def test_files_and_folders_in_place(archc: Run, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    ugly, nice = tmp_path / "ugly.arch", tmp_path / "inner" / "nice.arch"
    ugly.write_text(UGLY, encoding="utf-8")
    nice.write_text(NICE, encoding="utf-8")
    before = nice.stat().st_mtime_ns
    done = archc("fmt", tmp_path)
    assert done.status == 0
    assert done.out == ""
    assert "ugly.arch" in done.err
    assert "nice.arch" not in done.err
    assert ugly.read_text(encoding="utf-8") == NICE
    assert nice.stat().st_mtime_ns == before
    assert archc("fmt", tmp_path).err == ""


def test_check_and_diff_write_nothing(archc: Run, tmp_path: Path) -> None:
    ugly = tmp_path / "ugly.arch"
    ugly.write_text(UGLY, encoding="utf-8")
    assert archc("fmt", "--check", ugly).status == 1
    difference = archc("fmt", "--diff", ugly)
    assert difference.status == 1
    assert "+    conv 8 3x3\n" in difference.out
    assert "\\ No newline" in difference.out
    assert ugly.read_text(encoding="utf-8") == UGLY
    ugly.write_text(NICE, encoding="utf-8")
    assert archc("fmt", "--check", ugly).status == 0
    assert archc("fmt", "--diff", ugly) == (0, "", "")


def test_standard_input(archc: Run) -> None:
    assert archc("fmt", "-", stdin=UGLY) == (0, NICE, "")
    assert archc("fmt", "-", "--check", stdin=NICE).status == 0


def test_what_cannot_be_laid_out(archc: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.arch"
    broken.write_text("network N {", encoding="utf-8")
    done = archc("fmt", broken)
    assert done.status == 1
    assert "unclosed-bracket" in done.err
    assert broken.read_text(encoding="utf-8") == "network N {"
    assert archc("fmt", tmp_path / "none.arch").status == 2
    assert archc("fmt", "vgg16").status == 2
    broken.write_text(NICE, encoding="utf-8")
    assert archc("fmt", f"{broken}:N").status == 2


def test_shapes(archc: Run) -> None:
    text = (
        "block B(n) { conv n 3x3 pad=1; relu }\n"
        "network N {\n input 3x8x8\n B 8\n B 16\n for i in range(2) { maxpool 2x2 }\n"
        " flatten => 64\n linear 10\n}"
    )
    done = archc("fmt", "--shapes", "-", stdin=text)
    assert done.out == (
        "block B(n) {\n"
        "    conv n 3x3 pad=1    => [_, 8, 8]\n"
        "    relu                => [_, 8, 8]\n"
        "}\n"
        "\n"
        "network N {\n"
        "    input 3x8x8\n"
        "    B 8                     => 8x8x8\n"
        "    B 16                    => 16x8x8\n"
        "    for i in range(2) {\n"
        "        maxpool 2x2         => [16, _, _]\n"
        "    }                       => 16x2x2\n"
        "    flatten                 => 64\n"
        "    linear 10               => 10\n"
        "}\n"
    )
    assert archc("check", "-", stdin=done.out).status == 0
    assert archc("fmt", "--shapes", "-", stdin="network N { input 3x8x8; conv 8 9x9 }").status == 1
