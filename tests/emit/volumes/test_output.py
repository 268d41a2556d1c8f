"""SVG and LaTeX: well formed, harmless, the same bytes each time."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from archc.check import Options as Settings
from archc.check import check
from archc.emit.diagram import NoRenderer, Options, RenderError, render
from archc.emit.diagram import draw as flow
from archc.emit.diagram.metrics import text_width
from archc.emit.volumes import convert, draw, flow_tikz, palette, pdf, svg, tikz
from archc.emit.volumes.fonts import covering, fonts, lacking
from archc.emit.volumes.latex import comment, latex
from archc.files import Files
from archc.language.source import Source
from tests.cli.conftest import archc as archc
from tests.each import each
from tests.emit.volumes.drawn import pictured
from tests.emit.volumes.pictures import BUNDLED, TEXTS, file, network

SVG = "{http://www.w3.org/2000/svg}"


@each("name", [*BUNDLED, *TEXTS])
def test_svg_is_well_formed(name):
    root = ElementTree.fromstring(svg(pictured(name).scene, palette("light")))
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    title, description = root[0], root[1]
    assert title.tag == f"{SVG}title"
    assert title.text == network(name).name
    assert description.tag == f"{SVG}desc"
    assert description.text
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    known = {"svg", "title", "desc", "rect", "g", "polygon", "polyline", "text"}
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= known


def test_svg_of_hostile_labels():
    text = draw(network("hostile"), Options())
    assert "<script" not in text
    root = ElementTree.fromstring(text)
    words = [element.text for element in root.iter(f"{SVG}text")]
    assert "a & b ]]> <!-- -->" in words
    assert "$x^2_&#%~" in words
    for element in root.iter():
        assert not any(key.startswith("on") or "href" in key for key in element.attrib)


def test_tooltips():
    root = ElementTree.fromstring(draw(network("vgg16"), Options()))
    titles = [element.text or "" for element in root.iter(f"{SVG}title")]
    assert any("features.0: conv 64 3x3 pad 1" in title for title in titles)
    assert any("1,792 parameters" in title for title in titles)


@pytest.mark.parametrize("emit", [draw, tikz])
@pytest.mark.parametrize("name", ["resnet50", "unet", "googlenet:GoogLeNet", "hostile"])
def test_same_bytes(emit, name):
    assert emit(network(name), Options()) == emit(network(name), Options())


def test_same_bytes_in_another_process():
    code = (
        "from tests.emit.volumes.pictures import network\n"
        "from archc.emit.volumes import draw, tikz\n"
        "from archc.emit.diagram import Options\n"
        "from hashlib import sha256\n"
        "text = draw(network('unet'), Options()) + tikz(network('resnet50'), Options())\n"
        "print(sha256(text.encode()).hexdigest())\n"
    )
    root = Path(__file__).parents[3]
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            env={"PYTHONPATH": str(root), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_dark_theme_differs():
    light, dark = (draw(network("vgg16"), Options(theme=theme)) for theme in ("light", "dark"))
    assert light != dark
    assert re.sub("#[0-9A-Fa-f]{6}", "", light) == re.sub("#[0-9A-Fa-f]{6}", "", dark)


# ------------------------------------------------------------------------------------------ PDF


@pytest.mark.parametrize("name", ["vgg16", "unet", "hostile", "unknown"])
def test_pdf_can_be_read(name, tmp_path):
    pytest.importorskip("fpdf")
    data = pdf(network(name), Options(), file(name).diagnostics)
    assert data == pdf(network(name), Options(), file(name).diagnostics)
    picture = pictured(name).scene
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert box is not None  # the page is as large as the drawing
    assert float(box[1]) == pytest.approx(picture.width * 0.75, abs=0.01)
    assert float(box[2]) == pytest.approx(picture.height * 0.75, abs=0.01)
    (tmp_path / "a.pdf").write_bytes(data)
    words = {"vgg16": "138.4 M parameters", "unet": "572", "hostile": "$x^2_&#%~"}
    assert words.get(name, "there is no layer conf") in said("pdftotext", tmp_path, "-raw")


def said(command: str, folder: Path, *flags: str) -> str:
    """What a program for PDF says of a file."""
    program = shutil.which(command)
    if program is None:
        pytest.skip(f"{command} is not installed")
    words = [program, *flags, "a.pdf", *(["-"] if command == "pdftotext" else [])]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("style", ["flow", "volumes"])
def test_fonts_are_in_the_pdf(style, tmp_path):
    if style == "volumes":
        pytest.importorskip("fpdf")
        if fonts() is None:
            pytest.skip("no font is installed that may be put in")
        data = pdf(network("vgg16"), Options())
    else:
        try:
            data = render(flow(network("vgg16"), Options()), "pdf")
        except (NoRenderer, RenderError):
            pytest.skip("Graphviz is not installed")
    (tmp_path / "a.pdf").write_bytes(data)
    rows = said("pdffonts", tmp_path).splitlines()[2:]
    assert rows
    for row in rows:
        assert row.split()[-5] == "yes"  # emb sub uni object ID


FOREIGN = 'network N { input 3x8x8; "\u0444\u0438\u043b\u044c\u0442\u0440": conv 4 3x3 }'


def test_letters_of_other_scripts_are_in_the_pdf(tmp_path):
    """Cyrillic is in every face that is looked for; what is in none is known."""
    pytest.importorskip("fpdf")
    found = fonts()
    if found is None:
        pytest.skip("no font is installed that may be put in")
    drawn = check(Source(FOREIGN, "test.arch"), Settings(), Files().imported).networks[0]
    (tmp_path / "a.pdf").write_bytes(pdf(drawn, Options()))
    assert "\u0444\u0438\u043b\u044c\u0442\u0440" in said("pdftotext", tmp_path, "-raw")
    assert lacking("conv \u0444") == ""
    assert lacking("\ufdd0") == "\ufdd0"  # a code that no letter has
    more, lost = covering("\ufdd0\u0444", found)
    assert (more, lost) == ((), "\ufdd0")


def test_a_letter_of_no_font_is_told(archc, tmp_path, monkeypatch):
    import archc.emit.volumes.fonts as module

    monkeypatch.setattr(module, "lacking", lambda letters: "\u65e5" * ("\u65e5" in letters))
    text = 'network N { input 3x8x8; "\u65e5": conv 4 3x3 }'
    (tmp_path / "a.arch").write_text(text, encoding="utf-8")
    flags = ("--style", "volumes", "-o", tmp_path / "a.pdf")
    done = archc("diagram", tmp_path / "a.arch", *flags)
    assert done.status == 0
    assert "no font of this machine has \u65e5" in done.err
    done = archc("diagram", tmp_path / "a.arch", "--style", "volumes", "-o", tmp_path / "a.svg")
    assert "no font" not in done.err


WIDE = """\
block Unit(width, said = "") { conv width 3x3 pad=1; conv width 1x1 }
network N { input 3x32x32; "\u6b8b\u5dee": Unit 8 "\ud55c\uad6d\uc5b4"; flatten; linear 10 }
"""


@pytest.mark.parametrize("style", ["flow", "volumes"])
def test_letters_of_any_script_are_in_the_text_of_a_picture(archc, tmp_path, monkeypatch, style):
    """SVG and DOT carry them whatever fonts there are here; of a PDF a note names what is lost."""
    import archc.emit.volumes.fonts as module

    monkeypatch.setattr(
        module, "lacking", lambda letters: "".join(sorted(set(letters) & set("\u6b8b\ud55c")))
    )
    (tmp_path / "a.arch").write_text(WIDE, encoding="utf-8")
    for form in ("svg", "dot") if style == "flow" else ("svg",):
        done = archc("diagram", tmp_path / "a.arch", "--style", style, "-o", tmp_path / f"a.{form}")
        if done.status == 3 or "Graphviz" in done.err:
            pytest.skip("Graphviz is not installed")
        drawn = (tmp_path / f"a.{form}").read_text(encoding="utf-8")
        assert "\u6b8b\u5dee" in drawn
        assert style == "volumes" or "\ud55c\uad6d\uc5b4" in drawn
        assert "no font" not in done.err
    done = archc("diagram", tmp_path / "a.arch", "--style", style, "-o", tmp_path / "a.pdf")
    assert "no font of this machine has \u6b8b \ud55c: they are empty boxes" in done.err


def test_wide_letters_have_twice_the_room():
    one, two = text_width("a" * 10, 10), text_width("\u6b8b" * 10, 10)
    assert two >= 10 * 10  # a square each
    assert 1.7 < two / one < 2.4


def test_without_fonts_there_is_text_all_the_same(monkeypatch, tmp_path):
    pytest.importorskip("fpdf")
    monkeypatch.setattr(sys.modules["archc.emit.volumes.pdf"], "fonts", lambda: None)
    (tmp_path / "a.pdf").write_bytes(pdf(network("hostile"), Options()))
    assert "$x^2_&#%~" in said("pdftotext", tmp_path, "-raw")


# ---------------------------------------------------------------------------------------- LaTeX


def test_latex_has_no_live_character():
    def inert(text):
        bare = re.sub(r"\\[a-zA-Z]+|\\[{}$&#%_`'^~=.\"]", "", text)
        live = set(bare) & set("\\$&#%_^")
        return text.isascii() and not live and bare.count("{") == bare.count("}")

    written = {hex(code): latex(chr(code)) for code in range(0x20, 0x250)}
    assert not {code: text for code, text in written.items() if not inert(text)}


def test_latex_of_words():
    assert latex("3\u00d73") == r"3\ensuremath{\times}3"
    assert latex(r"\input{x}") == r"\textbackslash{}input\{x\}"
    assert latex("\u65e5") == r"\rule{.5em}{.5em}"
    assert "\n" not in latex("a\nb")


def test_comment_stays_a_comment():
    text = comment("a\nb\r\u2028^^Mc \u65e5")
    assert "\n" not in text
    assert "\r" not in text
    assert "^" not in text
    assert text.isascii()


def test_tikz_holds_no_command_of_a_spec():
    text = tikz(network("hostile"), Options())
    for line in text.splitlines():
        if not line.lstrip().startswith("%"):
            assert r"\input" not in line
    assert text.startswith("% Hostile\n\\documentclass")


@pytest.mark.parametrize("style", ["flow", "volumes"])
def test_a_fragment_is_for_an_article(style):
    if style == "flow":
        text = flowing("lenet5:LeNet5", True)
    else:
        text = tikz(network("lenet5:LeNet5"), Options(), (), True)
    assert "\\usepackage{tikz}" in text.splitlines()[1]
    for word in ("documentclass", "pagecolor", "begin{document}", "end{document}"):
        assert word not in text
    for name in ("C1", "S2", "OUTPUT"):
        assert text.count(f"(archc-{name}) at") == 1
    defined = set(re.findall(r"definecolor\{([^}]*)\}", text))
    used = set(re.findall(r"(?:fill|draw|text)=(archc-[\w-]+)", text))
    assert used <= defined
    assert any("conv" in name for name in defined)


ARTICLE = r"""\documentclass{article}
\usepackage{tikz}
\begin{document}
\begin{figure}\centering\input{fragment.tex}\end{figure}
\end{document}
"""


def compiled(folder: Path, text: str) -> None:
    program = shutil.which("pdflatex")
    if program is None:
        pytest.skip("pdflatex is not installed")
    source = folder / "picture.tex"
    if "documentclass" not in text:  # a fragment, in an article
        (folder / "fragment.tex").write_text(text, encoding="utf-8")
        text = ARTICLE
    source.write_text(text, encoding="utf-8")
    command = [
        program,
        "-interaction=nonstopmode",
        "-halt-on-error",
        "-no-shell-escape",
        source.name,
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if "not found" in done.stdout and ".sty" in done.stdout:
        pytest.skip("LaTeX lacks a package")
    assert done.returncode == 0, done.stdout[-2000:]
    assert (folder / "picture.pdf").stat().st_size > 1000


@pytest.mark.parametrize("name", ["lenet5:LeNet5", "vgg16", "unet", "hostile", "broken"])
def test_tikz_compiles(name, tmp_path):
    compiled(tmp_path, tikz(network(name), Options(theme="dark"), file(name).diagnostics))
    compiled(tmp_path, tikz(network(name), Options(), file(name).diagnostics, True))


def flowing(name: str, fragment: bool = False) -> str:
    try:
        drawing = render(flow(network(name), Options(), file(name).diagnostics), "json")
    except (NoRenderer, RenderError):
        pytest.skip("Graphviz is not installed")
    return flow_tikz(drawing, network(name).name, fragment)


@pytest.mark.parametrize("name", ["lenet5:LeNet5", "hostile", "broken"])
def test_flow_compiles(name, tmp_path):
    compiled(tmp_path, flowing(name))
    compiled(tmp_path, flowing(name, True))


def test_flow_has_every_layer():
    text = flowing("lenet5:LeNet5")
    for name in ("C1", "S2", "C3", "S4", "C5", "F6", "OUTPUT"):
        assert f"{{{name}}};" in text
    assert r"\input" not in "".join(
        line for line in flowing("hostile").splitlines() if not line.lstrip().startswith("%")
    )


def test_pixels_have_text_whatever_faces_there_are():
    pytest.importorskip("resvg_py")
    if fonts() is None:
        pytest.skip("no face here is known")
    frame = '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="30">{}</svg>'
    words = frame.format('<text x="2" y="20" font-family="Nowhere,sans-serif">Words</text>')
    assert convert.png(words, "#ffffff") != convert.png(frame.format(""), "#ffffff")
