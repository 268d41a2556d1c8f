"""The page: everything is gathered here and laid out by templates, which escape every text."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from archc.check import Checked, Network
from archc.emit.compare import Figure, compared, names, ratio
from archc.emit.diagram.build import MOST_LAYERS, TooLarge
from archc.emit.figures import docstring, inputs, output
from archc.emit.figures import shape as shape_text
from archc.emit.report import cards, pictures, plots, rows, texts
from archc.emit.report.scatter import scatter
from archc.emit.text import clean, printed
from archc.emit.totals import idle
from archc.emit.totals import value as claim_value
from archc.language.source import Source
from archc.named import NamedTuple


def _silent(name: str) -> None:
    """Nobody wants to know how far it is."""


class Chapter(NamedTuple):
    """A checked file with its generated code; `remark` says why there is none."""

    checked: Checked
    code: str = ""
    remark: str = ""


def fits(networks: Iterable[Network]) -> None:
    """Raises `TooLarge` where there is more than a page can show."""
    layers = sum(len(one.graph.nodes) for one in networks)
    if layers > MOST_LAYERS:
        raise TooLarge(f"{layers:,} layers, more than {MOST_LAYERS:,}, are too many for a page")


def report(chapters: Sequence[Chapter], begin: Callable[[str], None] = _silent) -> str:
    """The page for the networks of all chapters; the same bytes for the same specs.

    `begin` is told the name of each network before it is drawn. Raises `TooLarge`.
    """
    fits(one for chapter in chapters for one in chapter.checked.networks)
    env = environment()
    style = env.get_template("report.css.jinja").render(**_colors())
    script = env.get_template("report.js.jinja").render()
    page: str = env.get_template("report.html.jinja").render(
        **_content(chapters, begin),
        style=_plain(style),
        script=_plain(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )
    return page


@cache
def environment() -> Any:
    """What lays out the templates: every text is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from archc.bundled import templates_folder

    return Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_safe,
    )


def _safe(value: Any) -> Any:
    """What a template is given, without what would steer whoever shows it."""
    markup = hasattr(value, "__html__")  # written here, of parts that are safe
    return printed(value) if isinstance(value, str) and not markup else value


def _plain(text: str) -> Any:
    """Our own style and script, which hold nothing from a spec."""
    from markupsafe import Markup

    return Markup(text)


def _colors() -> dict[str, Any]:
    from archc.emit.diagram import theme

    return {"light": theme.LIGHT, "dark": theme.DARK, "kinds": theme.KINDS}


def _content(chapters: Sequence[Chapter], begin: Callable[[str], None]) -> dict[str, Any]:
    from archc._version import __version__

    networks = [network for chapter in chapters for network in chapter.checked.networks]
    diagnostics = [one for chapter in chapters for one in chapter.checked.diagnostics]
    sources = _sources(chapters)
    anchors = {name: f"s{number}" for number, name in enumerate(sources, start=1)}
    titles = names(networks)
    ids = [f"n{number}" for number in range(1, len(networks) + 1)]
    said = [chapter.checked.diagnostics for chapter in chapters for _ in chapter.checked.networks]
    views = []
    for network, title, anchor, own in zip(networks, titles, ids, said, strict=True):
        begin(title)
        views.append(_network(network, title, anchor, own, anchors))
    return {
        "version": __version__,
        "title": _title([clean(title) for title in titles], list(sources)),
        "networks": views,
        "comparison": _comparison(networks, titles, ids) if len(networks) > 1 else None,
        "findings": texts.findings(diagnostics, anchors),
        "conventions": cards.conventions(networks),
        "sources": [texts.listing(source, anchors[name]) for name, source in sources.items()],
        "codes": [_code(chapter, number) for number, chapter in enumerate(chapters, start=1)],
    }


def _title(titles: list[str], files: list[str]) -> str:
    if not titles:
        return ", ".join(map(clean, files[:3])) or "archc"
    if len(titles) > 4:
        return f"{', '.join(titles[:3])} and {len(titles) - 3} more"
    return ", ".join(titles)


def _sources(chapters: Sequence[Chapter]) -> dict[str, Source]:
    """The files themselves, then what they import, as far as anything points there."""
    found = [chapter.checked.program.source for chapter in chapters]
    for chapter in chapters:
        for network in chapter.checked.networks:
            found += {id(n.span.source): n.span.source for n in network.graph.nodes}.values()
        found += [one.span.source for one in chapter.checked.diagnostics]
    return texts.all_sources(found)


def _network(
    network: Network, title: str, anchor: str, diagnostics: Sequence[Any], sources: dict[str, str]
) -> dict[str, Any]:
    from archc.emit.csv import csv
    from archc.emit.latex import latex
    from archc.emit.markdown import markdown

    graph = network.graph
    taken = ", ".join(shape_text(node.shape) for node in inputs(graph)) or "?"
    return {
        "anchor": anchor,
        "name": clean(title),
        "said": texts.inline(docstring(network)),
        "input": taken.replace("x", "\u00d7"),
        "output": shape_text(output(graph)).replace("x", "\u00d7"),
        "file": clean(graph.program.source.name),
        "source": sources.get(graph.program.source.name, ""),
        "line": _line(network),
        "basis": cards.basis(network),
        "complete": graph.complete,
        "cards": cards.cards(network),
        "picture": pictures.diagram(network, diagnostics, anchor),
        "others": pictures.others(network, diagnostics, anchor),
        "plots": plots.plots(network, anchor),
        "bounded": cards.bounded(network) is not None,
        "rows": rows.rows(network, anchor, sources),
        "sums": rows.sums(network, anchor),
        "verdicts": [_verdict(one, sources) for one in network.expectations],
        "texts": [
            ("CSV", csv([network]).replace("\r\n", "\n")),
            ("Markdown", markdown([network])),
            ("LaTeX", latex([network])),
        ],
    }


def _line(network: Network) -> int:
    """Where the network stands in its file."""
    from archc.language.tree import Member
    from archc.language.tree import Network as Definition

    for definition in network.graph.program.definitions:
        if isinstance(definition, (Member, Definition)) and definition.name.id == network.name:
            return definition.span.line
    return 1


def _verdict(verdict: Any, sources: dict[str, str]) -> dict[str, Any]:
    words = {True: "holds", False: "broken", None: ""}
    return {
        "holds": verdict.holds,
        "word": words[verdict.holds] or idle(verdict),
        "text": clean(" ".join(verdict.text.split())),
        "actual": claim_value(verdict.actual) if verdict.actual is not None else "",
        "origin": clean(verdict.source or ""),
        "source": sources.get(verdict.span.source.name, ""),
        "line": verdict.span.line,
    }


def _comparison(networks: Sequence[Network], titles: list[str], ids: list[str]) -> dict[str, Any]:
    found: list[Figure] = compared(networks)
    table = []
    for place, network in enumerate(networks):
        cells = []
        for figure in found:
            most = max((value or 0 for value in figure.values), default=0)
            value = figure.values[place]
            cells.append(
                {
                    "text": figure.short[place],
                    "value": -1 if value is None else value,
                    "ratio": ratio(figure.ratios[place]),
                    "bar": f"{100 * value / most:.1f}" if value and most else "",
                }
            )
        taken = ", ".join(shape_text(node.shape) for node in inputs(network.graph)) or "?"
        table.append(
            {
                "name": clean(titles[place]),
                "anchor": ids[place],
                "input": taken.replace("x", "\u00d7"),
                "cells": cells,
            }
        )
    from archc.emit import compare

    return {
        "heads": [figure.name[:1].upper() + figure.name[1:] for figure in found],
        "rows": table,
        "first": clean(titles[0]),
        "scatter": scatter(networks, [clean(title) for title in titles], ids),
        "texts": [
            ("CSV", compare.csv(networks).replace("\r\n", "\n")),
            ("Markdown", compare.markdown(networks)),
            ("LaTeX", compare.latex(networks)),
        ],
    }


def _code(chapter: Chapter, number: int) -> dict[str, Any]:
    return {
        "anchor": f"c{number}",
        "file": clean(chapter.checked.program.source.name),
        "lines": texts.python(chapter.code) if chapter.code else (),
        "text": chapter.code,
        "remark": texts.inline(chapter.remark),
    }
