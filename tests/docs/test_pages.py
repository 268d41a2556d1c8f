"""The documentation says what is so: its specs, its sessions and its links."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest

import archc
from archc.check import Options, check
from archc.cli.verbs import VERBS
from archc.emit import codes_page, layers_page, python_page
from archc.emit.render import render_all
from archc.graph.modules import ReadError
from archc.language.source import Source
from tests.docs.pages import PAGES, ROOT, Block, blocks, write
from tests.docs.sessions import console, python, run, workplace
from tests.each import each

ALL = [block for page in PAGES for block in blocks(page)]
SPECS = [block for block in ALL if block.language == "arch"]
SESSIONS = [block for block in ALL if block.language == "console" or "run" in block.options]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def findings(block: Block) -> str:
    files = {one.options["file"]: one.text for one in blocks(block.page) if "file" in one.options}

    def read(path: str, importer: Source) -> Source:
        if path in files:
            return Source(files[path], path)
        name = Path(path).name
        file = ROOT / "specs" / (name if name.endswith(".arch") else f"{name}.arch")
        if not file.exists():
            raise ReadError(f"there is no file `{path}`")
        return Source(file.read_text(encoding="utf-8"), path)

    text = block.text
    if "body" in block.options:
        shape = block.options.get("input", "3x32x32")
        text = f"network Example {{\ninput {shape}\n{text}}}\n"
    checked = check(Source(text, str(block)), Options(advise="advice" in block.options), read)
    found = {(one.severity, one.code) for one in checked.diagnostics}
    wanted = {(s, block.options[s]) for s in ("error", "warning", "advice") if s in block.options}
    return "" if found == wanted else render_all(checked.diagnostics) or "no finding"


@each("block", SPECS)
def test_specs(block: Block) -> None:
    assert findings(block) == ""


@pytest.mark.parametrize("block", SESSIONS, ids=str)
def test_sessions(block: Block, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for module in filter(None, block.options.get("needs", "").split(",")):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"needs {module}")
    folder = workplace(tmp_path, block.page)
    if block.language == "console":
        now = console(block, folder)
    else:
        now = run(block.options["run"], folder)
    if request.config.getoption("--update"):
        _update(block, now)
    else:
        assert now == block.text


def _update(block: Block, now: str) -> None:
    """Earlier updates may have moved the block: it is found again by its text."""
    for other in blocks(block.page):
        if other[1:4] == block[1:4]:
            write([(other, now)])
            return


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_sessions(page: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    names: dict[str, object] = {}
    folder = workplace(tmp_path, page)
    found = [block for block in blocks(page) if block.language == "pycon"]
    told = [(block, python(block, folder, names)) for block in found]
    if request.config.getoption("--update"):
        if told:
            write(told)
    else:
        assert [now for _, now in told] == [block.text for block, _ in told]


@each("page", PAGES)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in LINK.findall(re.sub(r"```.*?^```$|`[^`\n]*`", "", text, flags=re.M | re.S)):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name) if name else page
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.M)
            slugs = {re.sub(r"[^\w\- ]", "", one).lower().replace(" ", "-") for one in headings}
            assert anchor in slugs, target


def test_every_option_of_a_block_is_known() -> None:
    known = {"body", "ci", "input", "error", "warning", "advice", "file", "needs", "run"}
    for block in ALL:
        assert set(block.options) <= known, block


def test_every_verb_is_described() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert [verb for verb in VERBS if f"\n## {verb}\n" not in page] == []


def test_the_picture_of_the_readme_is_fresh(tmp_path: Path, update: bool) -> None:
    pytest.importorskip("jinja2")
    folder = workplace(tmp_path, ROOT / "README.md")
    assert run("archc diagram specs/vgg16.arch --style volumes -o vgg16.svg", folder) == ""
    drawn = (folder / "vgg16.svg").read_bytes()
    if update:
        (ROOT / "docs" / "vgg16.svg").write_bytes(drawn)
    assert (ROOT / "docs" / "vgg16.svg").read_bytes() == drawn


def test_a_checkpoint_loads_as_the_readme_says(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("jinja2")
    folder = workplace(tmp_path, ROOT / "README.md")
    probe = json.loads((ROOT / "tests/data/probes/resnet50.json").read_text(encoding="utf-8"))
    state = {name: torch.zeros(shape) for name, shape in probe["state"].items()}
    torch.save(state, folder / "resnet50-11ad3fa6.pth")
    assert run("archc build specs/resnet50.arch -o resnet50.py && python load.py", folder) == ""


def test_the_page_of_the_messages_is_fresh(update: bool) -> None:
    file = ROOT / "docs" / "messages.md"
    if update:
        file.write_text(codes_page.text(), encoding="utf-8")
    assert file.read_text(encoding="utf-8") == codes_page.text()


def test_the_reference_of_python_is_fresh(update: bool) -> None:
    file = ROOT / "docs" / "python.md"
    page = file.read_text(encoding="utf-8")
    if update:
        file.write_text(page := python_page.renewed(page), encoding="utf-8")
    assert page == python_page.renewed(page)


def test_the_reference_of_python_has_all_that_is_public() -> None:
    page = python_page.reference()
    for name in [name for name in archc.__all__ if not name.startswith("_")]:
        assert re.search(f"^####? {name}$", page, re.MULTILINE), name


def test_the_page_of_the_layers_is_fresh(update: bool) -> None:
    file = ROOT / "docs" / "layers.md"
    if update:
        file.write_text(layers_page.page(), encoding="utf-8")
    assert file.read_text(encoding="utf-8") == layers_page.page()
