"""Pages that several tests look at, and a reader for them."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from archc import bundled
from archc.analysis.roofline import Device, Rate
from archc.check import Options
from archc.emit.report import Chapter, report
from archc.files import Files
from tests.emit.samples import OPEN, PAIR, SMALL, checked

HOSTILE = r'''"""</script><script>alert(1)</script><img src=x onerror=alert(2)> {{ 7*7 }} {% raw %}
" ' & `a<b>` --> ]]> </textarea></style> $x$ \\end{table}"""

block Evil(name = "<img onerror=alert(1)>") { conv 4 3x3 pad=1 -> relu }

network Hostile {
    """</title><svg onload=alert(1)> {{ config }} "quoted" 'single' <b>bold</b>"""
    input 1x8x8   # </script><img src=x onerror=alert(3)>
    left: conv 4 3x3 pad=1
    group: { Evil; Evil "</script>\"&" }
    flatten
    linear 3
    expect params == 1 "</script><script>alert(4)</script>"
    expect macs > 0 "\{\{ 1 }} \{% x %} <img src=x onerror=alert(5)> </textarea><b>"
}
'''
BROKEN = """network Broken {
    input 3x32x32
    conv 8 3x3 pad=1
    add { conv 8 3x3 pad=1; maxpool 2x2 }
    flatten
    linear 10
}
"""
DEVICE = Device("box", "A <box> & more", 1e9, {"float32": Rate(4e9, "by <hand>")}, "nobody")
TEXTS = {"small": SMALL, "open": OPEN, "pair": PAIR, "hostile": HOSTILE, "broken": BROKEN}
VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)


@cache
def page(*names: str) -> str:
    """The page of sample texts and bundled specs."""
    return report([chapter(name) for name in names])


@cache
def chapter(name: str) -> Chapter:
    if name in TEXTS:
        return Chapter(checked(TEXTS[name]), "import torch\n\nx = '</script>'  # <b>\n")
    if name == "bounded":
        return Chapter(checked(SMALL, options=Options(device=DEVICE)))
    files = Files()
    target = files.targets(name)[0]
    from archc.guard import check_source

    result = check_source(target.source, Options(network=target.network), files)
    return Chapter(result, "", "no code here")


class Page(HTMLParser):
    """Every element with its attributes; complains of tags that do not pair."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []  # the element around it, and the text
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open, f"left open: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{tag} repeats an attribute: {names}"
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts.append((self._open[-1], data))

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


SPECS = Path(bundled.specs_folder())
