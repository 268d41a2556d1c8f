"""Every cure that is printed, made in the text: the finding is gone, no new error stands there.

The cases are the golden messages and the pages of the codes. The comparison is made by lines, apart
from the way archc itself tries its cures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archc.check import Checked, Options, check
from archc.diagnostics import Diagnostic
from archc.explanations import codes, page
from archc.graph.elaborate import Arms, Elaborator
from archc.graph.report import Report
from archc.language.source import Source
from archc.trial import MISFITS, UNMADE, UNREAD
from tests.each import each
from tests.graph.test_messages import CASES, RULE, read, told

CURE = re.compile(r"did you mean|\bwrite `|would give|\badd `|take it away|leave .* out")


def texts() -> Iterator[tuple[str, str]]:
    """Texts with mistakes, by a name."""
    for path in CASES:
        yield path.stem, path.read_bytes().decode("utf-8").split(RULE)[0]
    for code in codes():
        for number, example in enumerate(re.findall(r"```arch\n(.*?)```", page(code) or "", re.S)):
            yield f"{code}-{number}", example


TEXTS = dict(texts())


def watched(report: Report, arms: Arms) -> Elaborator:
    """Where a run is watched, no cure is tried."""
    return Elaborator(report, arms)


def with_cure(text: str, name: str, finding: Diagnostic) -> Checked:
    """The text with the cure made, character by character, and checked again."""
    assert finding.cure is not None
    changed: dict[str, str] = {}
    for edit in sorted(finding.cure.edits, key=lambda one: -one.span.start):
        source = edit.span.source
        old = changed.get(source.name, source.text)
        changed[source.name] = old[: edit.span.start] + edit.text + old[edit.span.end :]

    def reader(path: str, importer: Source) -> Source:
        source = read(path, importer)
        return Source(changed.get(source.name, source.text), source.name)

    return check(Source(changed.get(name, text), name), Options(), reader, watched)


def shift(finding: Diagnostic, file: str, line: int) -> int:
    """Which line one of the text has become."""
    assert finding.cure is not None
    for edit in finding.cure.edits:
        if edit.span.source.name == file and edit.span.line < line:
            line += edit.text.count("\n") - edit.span.text.count("\n")
    return line


def whole(finding: Diagnostic, line: int) -> tuple[str, str, int, tuple[object, ...]]:
    calls = tuple((frame.definition, frame.arguments) for frame in finding.calls)
    return finding.code, finding.span.source.name, line, calls


@each("name", TEXTS, tests=12)
def test_every_printed_cure_is_true(name: str) -> None:
    """And of what was not tried, or did not mend, nothing is told."""
    text, file = TEXTS[name], f"{name}.arch"
    before = told(text, file)
    for finding in before:
        assert not finding.proposals
        if finding.cure is None:
            assert finding.help is None or not CURE.search(finding.help), finding.help
            continue
        after = with_cure(text, file, finding).diagnostics
        places = {
            (one.code, one.span.source.name, shift(finding, one.span.source.name, one.span.line))
            for one in before
        }
        ours = finding.span.source.name
        mark = whole(finding, shift(finding, ours, finding.span.line))
        own = whole(finding, finding.span.line)
        here = [one for one in before if whole(one, one.span.line) == own]
        left = [one for one in after if whole(one, one.span.line) == mark]
        if any(not edit.text and edit.span.text.endswith("\n") for edit in finding.cure.edits):
            left = [
                one for one in left if one.message == finding.message
            ]  # of the line that moves up
        assert len(left) < len(here), finding.help
        lines = {(ours, mark[2])} | {
            (edit.span.source.name, shift(finding, edit.span.source.name, edit.span.line))
            for edit in finding.cure.edits
        }
        said = {(one.code, one.message) for one in before}  # with the lines that have it too
        signs = finding.code == "bad-character" and finding.cure.sure  # which hid what they mean
        new = [
            one
            for one in after
            if one.severity == "error"
            and not (signs and one.code not in UNREAD)
            and not (finding.code in UNMADE and one.code in MISFITS)
            and (one.code, one.span.source.name, one.span.line) not in places
            and ((one.code, one.message) not in said or one.code != "wrong-type")
            and (one.span.source.name, one.span.line) in lines
            and one.code != "broken-expectation"  # a claim that can be read now, and is wrong
        ]
        assert not new, (finding.help, new[0].message)


def test_most_findings_have_a_cure() -> None:
    """A test of cures that are never told would hold nothing; these messages are golden."""
    told = [path.read_text(encoding="utf-8").split(RULE)[1] for path in CASES]
    assert sum(len(CURE.findall(one)) for one in told) > 100


def test_a_cure_that_the_text_refutes_is_not_told() -> None:
    """Padding one branch mends the merge as well as none on the other; a later line knows which."""
    text = """network N {
    input 3x32x32
    add {
        conv 16 3x3 pad=1
        conv 16 3x3
    }
    conv 8 1x1                      => 8xSIZExSIZE
}
"""
    for size, cure in (("32", "`conv 16 3x3 pad=1` in line 5"), ("30", "pad=0` in line 4")):
        (finding,) = told(text.replace("SIZE", size), "n.arch")
        assert cure in (finding.help or "")


def test_a_cure_in_another_file_is_tried_there() -> None:
    text = 'from "parts.arch" import ConvReLU\nnetwork N { input 3x32x32; ConvReLU 8 [40, 40] }\n'
    (finding,) = told(text, "n.arch")
    assert finding.span.source.name == "parts.arch"
    assert finding.cure is not None
    assert not with_cure(text, "n.arch", finding).diagnostics


STRIDED = """block Conv(width, stride = 1) { conv width 3x3 stride=stride pad=1 }
network N {
    input 3x64x64
    CALL
}
"""


def test_a_cure_that_brings_a_senseless_stride_is_not_told() -> None:
    """The first of three numbers is what comes in, unless the last would be a stride of 256."""
    for call, cure in (("Conv 3 64 2", "`Conv 64 2`"), ("Conv 3 64 256", None)):
        (finding,) = told(STRIDED.replace("CALL", call), "n.arch")
        assert (finding.cure is not None) == (cure is not None)
        assert (cure or "it is defined as") in (finding.help or "")


def test_a_warning_that_goes_with_the_cure_of_an_error_is_not_told() -> None:
    text = """network N {
    input 3x32x32
    maxpool 3x3
    concat { conv 8 1x1; maxpool 4x4 }
}
"""
    codes = [(one.code, one.span.line) for one in told(text, "n.arch")]
    assert codes == [("skipped-pixels", 3), ("concat-mismatch", 4), ("skipped-pixels", 4)]
    kept, cured = told(text.replace("4x4", "3x3"), "n.arch")
    assert (kept.code, kept.span.line) == ("skipped-pixels", 3)
    assert "`maxpool 3x3 stride=1 pad=1`" in (cured.help or "")
