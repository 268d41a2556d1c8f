"""`--format junit`: the XML that CI servers list as tests.

A suite for each file; in it a case for each network, one for each of its expectations, and one for
each finding. Errors fail, and with `--strict` warnings; others stand as output of their case.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from archc.emit.text import printed
from archc.emit.totals import idle
from archc.emit.words import words
from archc.named import NamedTuple

if TYPE_CHECKING:
    from archc.check import Network
    from archc.diagnostics import Diagnostic


_NOT_XML = re.compile("[^\\t\\n\\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Case(NamedTuple):
    name: str
    line: int
    failure: Diagnostic | None = None
    output: str = ""
    skipped: str = ""


def junit(networks: Sequence[Network], diagnostics: Sequence[Diagnostic], strict: bool) -> str:
    """The document, with a newline at its end."""
    suites: dict[str, list[_Case]] = {}
    for network in networks:
        cases = suites.setdefault(network.graph.program.source.name, [])
        cases.append(_Case(network.name, network.graph.named.line))
        for verdict in network.expectations:
            if verdict.holds is not False:  # a broken one is among the findings
                name = f"{network.name}: expect {verdict.text}"
                skipped = idle(verdict) if verdict.holds is None else ""
                cases.append(_Case(name, verdict.span.line, skipped=skipped))
    for one in diagnostics:
        cases = suites.setdefault(one.span.source.name, [])
        line, column = one.span.source.position(one.span.start)
        name = f"{one.code} at {line}:{column}"
        fails = one.severity == "error" or (strict and one.severity == "warning")
        output = "" if fails else "\n".join(words(one))
        cases.append(_Case(name, line, one if fails else None, output))
    body = "".join(_suite(name, cases) for name, cases in suites.items())
    every = [case for cases in suites.values() for case in cases]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites name="archc"{_counts(every)}>\n{body}</testsuites>\n'
    )


def _suite(name: str, cases: Sequence[_Case]) -> str:
    body = "".join(_case(name, case) for case in cases)
    return f'  <testsuite name="{_xml(name)}"{_counts(cases)}>\n{body}  </testsuite>\n'


def _counts(cases: Sequence[_Case]) -> str:
    failures = sum(case.failure is not None for case in cases)
    skipped = sum(bool(case.skipped) for case in cases)
    return f' tests="{len(cases)}" failures="{failures}" errors="0" skipped="{skipped}"'


def _case(file: str, case: _Case) -> str:
    head = (
        f'    <testcase classname="{_xml(file)}" name="{_xml(case.name)}" '
        f'file="{_xml(file)}" line="{case.line}"'
    )
    if case.failure is not None:
        one = case.failure
        inside = (
            f'      <failure type="{_xml(one.code)}" message="{_xml(one.message)}">'
            f"{_xml(_at(file, case.line, one))}</failure>\n"
        )
    elif case.skipped:
        inside = f'      <skipped message="{_xml(case.skipped)}"/>\n'
    elif case.output:
        inside = f"      <system-out>{_xml(case.output)}</system-out>\n"
    else:
        return f"{head}/>\n"
    return f"{head}>\n{inside}    </testcase>\n"


def _at(file: str, line: int, one: Diagnostic) -> str:
    return "\n".join([f"{file}:{line}", *words(one)])


def _xml(text: str) -> str:
    """Text that may stand in an attribute or an element: safe to print, and no markup."""
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(sign, entity)
    return _NOT_XML.sub("\ufffd", printed(text))
