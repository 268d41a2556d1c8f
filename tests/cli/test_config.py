"""What a project sets for every run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_choice import TWO, codes


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("net.arch", "sub/deep/net.arch", "old/net.arch"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(TWO, encoding="utf-8")
    return tmp_path


def told(archc: Run, *words: str) -> list[str]:
    done = archc("check", "--format", "concise", *words)
    assert done.err == ""
    return codes(done.out)


def test_the_nearest_upwards(archc: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "pyproject.toml").write_text('[tool.archc]\nignore = ["skipped-pixels"]\n')
    (project / "sub" / "pyproject.toml").write_text("[tool.other]\narchc = 1\n[project]\n")
    assert told(archc, "net.arch") == ["bias-before-norm"]
    assert told(archc, "sub/deep/net.arch") == ["bias-before-norm"]
    (project / "sub" / "archc.toml").write_text('select = ["skipped-pixels"]\n')
    assert told(archc, "sub/deep/net.arch") == ["skipped-pixels"]
    assert told(archc, "sub/deep/net.arch:N") == ["skipped-pixels"]
    assert told(archc, "sub") == ["skipped-pixels"]
    assert told(archc, "sub", "net.arch") == ["bias-before-norm"] * 2  # the folder of both
    monkeypatch.chdir(project / "sub" / "deep")
    assert told(archc, "net.arch") == ["skipped-pixels"]


def test_a_file_of_its_own_goes_before_the_projects(archc: Run, project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.archc]\nignore = ["skipped-pixels"]\n')
    (project / "archc.toml").write_text("")
    assert len(told(archc, "net.arch")) == 2


@pytest.mark.parametrize(
    "text",
    [
        '[tool.archc]\nignore = ["skipped-pixels"]\n',
        '[ tool . archc ]\nignore = ["skipped-pixels"]\n',
        '[tool]\narchc = { ignore = ["skipped-pixels"] }\n',
        'tool.archc.ignore = ["skipped-pixels"]\n',
    ],
)
def test_every_way_to_write_the_table(archc: Run, project: Path, text: str) -> None:
    (project / "pyproject.toml").write_text(text)
    assert told(archc, "net.arch") == ["bias-before-norm"]


def test_what_is_typed_goes_before(archc: Run, project: Path) -> None:
    (project / "archc.toml").write_text('ignore = ["skipped-pixels"]\nstrict = true\n')
    assert told(archc, "net.arch", "--ignore", "bias-before-norm") == ["skipped-pixels"]
    assert archc("check", "net.arch").status == 1
    assert archc("compare", "net.arch").status == 0  # which knows neither


def test_patterns_are_meant_from_where_they_stand(
    archc: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "archc.toml").write_text('exclude = ["old/", "deep"]\n')
    for folder in (".", "sub"):
        monkeypatch.chdir(project / folder)
        assert len(told(archc, str(project))) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('selct = ["a"]', "did you mean `select`?"),
        ("nothing = 1", "sets `nothing`, which is nothing"),
        ("batch = 8", "sets `batch`, which is told where archc is run: `--batch`"),
        ("batch-size = 8", "sets `batch-size`, which is told where archc is run: `--batch`"),
        ('params = "5M"', "sets `params`, which is nothing; did you mean `max-params`?"),
        (
            'ignore = ["skiped-pixels"]',
            "`ignore` of the configuration, `skiped-pixels`: there is no",
        ),
        ("strict = 1", "true or false"),
        ('select = "skipped-pixels"', "a list of texts"),
        ("select = [1]", "a list of texts"),
        ('select = ["skiped-pixels"]', "did you mean `skipped-pixels`?"),
        ("select = [", "is no TOML"),
        ("\xff", "is not UTF-8"),
    ],
)
def test_what_cannot_be_meant(archc: Run, project: Path, text: str, said: str) -> None:
    (project / "archc.toml").write_bytes(text.encode("latin-1"))
    done = archc("check", "net.arch")
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    (project / "archc.toml").unlink()
    (project / "pyproject.toml").write_bytes(f"[tool.archc]\n{text}".encode("latin-1"))
    done = archc("check", "net.arch")
    assert (done.status, done.out) == (2, "")
    assert said in done.err


def test_a_table_that_is_none(archc: Run, project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool]\narchc = 3\n")
    assert "`tool.archc` is no table" in archc("check", "net.arch").err


@pytest.mark.parametrize("section", ["budgets", "tool.archc"])
@pytest.mark.parametrize("key", ["max_params", "params"])
def test_a_section_that_is_none(archc: Run, project: Path, section: str, key: str) -> None:
    (project / "archc.toml").write_text(f'[{section}]\n{key} = "5M"\n', encoding="utf-8")
    done = archc("check", "net.arch")
    assert (done.status, done.out) == (2, "")
    assert f'without `[{section}]`:\n  max-params = "5M"\n' in done.err
