"""`archc diagram`: a network's picture."""

from __future__ import annotations

import os
import shlex
import stat
import sys

from archc.check import Network
from archc.cli.flags import Arguments, UsageError
from archc.cli.output import complain, style_for
from archc.cli.product import goes_to_file, put, spare_sources
from archc.cli.reading import checked, gather, no_network
from archc.cli.typed import with_flags
from archc.diagnostics import Diagnostic
from archc.emit.diagram import NoRenderer, Options, RenderError, TooLarge, UnknownName, draw, render
from archc.emit.diagram.faithful import WrongPicture
from archc.emit.diagram.options import FORMATS, Room
from archc.emit.png import DPI
from archc.emit.sizing import Sized
from archc.files import Files, Problem
from archc.install import hint
from archc.suggest import nearest

_SUFFIXES = {"gv": "dot", "tex": "tikz", "tikz": "tikz", "mmd": "mermaid"}


def main(arguments: Arguments) -> int:
    """Draws one network; the result is the exit status."""
    output = arguments["output"]
    volumes = arguments["style"] == "volumes"
    format = _format(arguments, "svg" if volumes else "dot")
    _check_terminal(output, format)
    if volumes:
        _check_volumes(arguments, format)
    if arguments["dpi"] is not None and (format != "png" or not 18 <= arguments["dpi"] <= 2400):
        raise UsageError("`--dpi` is for .png, from 18 to 2400")
    if arguments["fragment"] and format != "tikz":
        raise UsageError("`--fragment` is for .tex")
    files = Files()
    targets, failed = gather(arguments, files)
    if failed:
        return 2
    spare_sources(output, files, arguments)
    results = [checked(target, arguments, files) for target in targets]
    networks = [network for result in results for network in result.networks]
    findings = [one for result in results for one in result.diagnostics]
    errors = [one for one in findings if one.severity == "error"]
    if errors:
        from archc.emit.render import distinct, render_all

        sys.stderr.write(render_all(distinct(iter(errors)), style_for(sys.stderr)))
    if not networks and not errors:
        raise no_network(arguments.words[0], "draw", results)
    network = _only(networks, arguments) if networks else None
    if network is None or (errors and not network.graph.nodes):
        sys.stderr.write("no picture was made: nothing is known of the network\n")
        return 1
    draw_it = _volumes if volumes else _flow
    try:
        data = draw_it(network, _options(arguments), findings, format, arguments)
    except TooLarge as error:
        raise Problem(f"no picture was made: {error}", error.hint) from None
    except WrongPicture as error:
        raise Problem(
            f"no picture was made, because it would not show the network as it is: {error}",
            "This is a mistake of archc; please report it with the spec",
        ) from None
    _put(data, format, output, files)
    if format in ("pdf", "png"):
        _note_letters(network)
    if output is None and arguments["format"] is None and _into_a_file():
        file = shlex.quote(f"{network.name}.{'png' if volumes else 'svg'}")
        line = f"archc diagram {shlex.quote(arguments.words[0])}{' --style volumes' * volumes}"
        name = "an SVG; a picture as .png" if volumes else "DOT text; a picture"
        complain(f"this is {name}: {line} -o {file}", word="note")
    return 1 if errors else 0


def admit(arguments: Arguments) -> None:
    """Raises `UsageError` for a file whose name tells no kind of picture."""
    _format(arguments, "")


def _format(arguments: Arguments, text: str) -> str:
    """The format by the flag, else by the suffix, else the style's own text."""
    wanted: str | None = arguments["format"]
    output: str | None = arguments["output"]
    if output is None or not goes_to_file(output):
        return wanted or text
    stem, suffix = os.path.splitext(output)
    suffix = suffix[1:].lower()
    known = suffix in _SUFFIXES or suffix in FORMATS
    named = _SUFFIXES.get(suffix, suffix)
    if wanted is not None:
        if known and named != wanted:
            raise _two_kinds(arguments, output, stem, named, wanted)
        return wanted
    if not known:
        raise _no_picture(arguments, output, stem, suffix)
    return named


def _two_kinds(arguments: Arguments, output: str, stem: str, named: str, wanted: str) -> UsageError:
    """What to say where the name of a file and `--format` tell two kinds of picture."""
    ending = {"tikz": "tex", "mermaid": "mmd"}.get(wanted, wanted)
    asked = with_flags(arguments, [("output", f"{stem}.{ending}"), ("format", None)])
    by_name = with_flags(arguments, [("format", None)])
    return UsageError(
        f"`{output}` is named as {named}, and --format says {wanted}",
        f"Write {asked}\nOr {by_name}",
    )


def _no_picture(arguments: Arguments, output: str, stem: str, suffix: str) -> UsageError:
    """What to say of a file name that tells no kind of picture, and the line that does."""
    before, name = os.path.split(stem)
    what = f"`.{suffix}` is no kind of picture" if suffix else f"`{output}` has no suffix"
    known = name.lstrip(".").lower()
    if not suffix and name.startswith("."):
        what = f"`{output}` is a suffix, and no name of a file"
    pixels = (suffix or known) in ("jpg", "jpeg", "gif", "bmp", "webp", "tif", "tiff", "eps")
    ending = "png" if pixels else known if known in (*FORMATS, *_SUFFIXES) else "svg"
    if not suffix and name.startswith("."):
        word = os.path.basename(arguments.words[0]).rpartition(":")[2]
        name = os.path.splitext(word)[0] or "picture"
    file = os.path.join(before, f"{name}.{ending}")
    ends = ", ".join(f".{one}" for one in FORMATS if one != "mermaid")
    line = with_flags(arguments, [("output", file)])
    return UsageError(what, f"Write {line}\nIt ends in one of: {ends}, .tex, .mmd")


def _check_terminal(output: str | None, format: str) -> None:
    """A picture's text floods a terminal, and its bytes upset it: a file is asked for."""
    if sys.stdout.isatty() and (output is None or (output == "-" and format in ("png", "pdf"))):
        suffix = {"dot": "svg", "tikz": "tex"}.get(format, format)
        raise UsageError("a terminal shows no picture", f"Write it to a file: -o FILE.{suffix}")


def _into_a_file() -> bool:
    """Whether standard output is a file, as behind `>`; a pipe is read by who knows what comes."""
    try:
        return stat.S_ISREG(os.fstat(sys.stdout.fileno()).st_mode)
    except (OSError, ValueError):
        return False


def _check_volumes(arguments: Arguments, format: str) -> None:
    """Refuses what volumes cannot be."""
    if format in ("dot", "mermaid", "drawio"):
        raise UsageError(
            f"volumes are drawn without Graphviz, not as {format}",
            "The suffix may be .svg, .tex, .pdf or .png",
        )
    if arguments["direction"] == "TB":
        raise UsageError(
            "volumes are drawn from left to right, as their width goes into the page",
            "--style flow has both directions",
        )


def _only(networks: list[Network], arguments: Arguments) -> Network:
    if len(networks) == 1:
        return networks[0]
    from archc.cli.completed import for_network, of_folder

    (path,) = arguments.words
    names = [network.name for network in networks]
    line = of_folder(arguments) if os.path.isdir(path) else for_network(arguments, names)
    raise UsageError(f"`{path}` holds {len(names)} networks, and a picture shows one", line)


def _options(arguments: Arguments) -> Options:
    words = [word.strip() for value in arguments["expand"] for word in value.split(",")]
    return Options(
        expand=tuple(word for word in words if word),
        depth=arguments["depth"],
        direction=arguments["direction"] or ("LR" if arguments["for"] == "slide" else "TB"),
        color=arguments["color"],
        theme=arguments["theme"],
        fuse=not arguments["no-fuse"],
        legend=not arguments["no-legend"],
        columns=arguments["columns"],
        room=_room(arguments),
    )


def _room(arguments: Arguments) -> Room | None:
    """Where the picture is printed, if that was said."""
    from archc.emit import sizing

    wide, where = arguments["width"], arguments["for"]
    if wide is not None and where is not None:
        raise UsageError("`--width` and `--for` both say how wide the picture is", "Give one")
    if where is not None:
        return sizing.place(where)
    if wide is None:
        return None
    try:
        return sizing.width(wide)
    except ValueError:
        raise UsageError(
            f"`{wide}` is no width of a picture", "It is written 84mm, 8.4cm, 3.3in or 240pt"
        ) from None


def _note(sized: Sized, options: Options) -> None:
    """Says what was folded, and where text is too small all the same."""
    from archc.emit.sizing import said

    if options.room is not None:
        for line in said(sized, options.room):
            sys.stderr.write(f"note: {line}\n")


def _note_letters(network: Network) -> None:
    """Says which letters of a spec are empty boxes in the picture, as no font here has them."""
    from archc.emit.diagram.words import call
    from archc.emit.volumes.fonts import lacking

    said = [node.path for node in network.graph.nodes]
    for scope in network.graph.scopes:
        said += call(scope)[1]
    lost = lacking("".join({letter for text in said for letter in text}))
    if lost:
        shown = " ".join(lost[:8]) + (" and others" if len(lost) > 8 else "")
        sys.stderr.write(
            f"note: no font of this machine has {shown}: they are empty boxes in the picture; "
            "the same as .svg has the fonts of whoever reads it\n"
        )


def _unknown(network: Network, error: UnknownName) -> UsageError:
    guess = nearest(error.name, error.known)
    meant = f"; did you mean `{guess}`?" if guess else ""
    return UsageError(
        f"`{network.name}` has no block and no path `{error.name}`{meant}",
        "--expand takes all, none, blocks and paths",
    )


def _volumes(
    network: Network,
    options: Options,
    findings: list[Diagnostic],
    format: str,
    arguments: Arguments,
) -> bytes:
    """Boxes in perspective, drawn without Graphviz."""
    from archc.emit.volumes import drawing, palette, pdf_of, svg, tikz_of

    try:
        made = drawing(network, options, findings)
    except UnknownName as error:
        raise _unknown(network, error) from None
    _note(made.sized, options)
    colors = palette(options.theme)
    if format == "pdf":
        return pdf_of(made.scene, colors)
    if format == "tikz":
        return tikz_of(made.scene, colors, arguments["fragment"]).encode("utf-8")
    text = svg(made.scene, colors)
    if format == "svg":
        return text.encode("utf-8")
    from archc.emit.volumes.convert import NoConverter, png

    try:
        return png(text, colors["paper"], arguments["dpi"] or DPI)
    except NoConverter as error:
        raise Problem(
            f"no .{format} of this picture: {error}",
            f"{hint('resvg_py')}\nThe same as .svg or .tex needs nothing",
        ) from None


def _flow(
    network: Network,
    options: Options,
    findings: list[Diagnostic],
    format: str,
    arguments: Arguments,
) -> bytes:
    """Boxes and arrows, through Graphviz."""
    suffix = "tex" if format == "tikz" else format
    scale = 1.0
    if format == "mermaid":
        return _mermaid(network, options, findings)
    try:
        if format == "drawio":
            from archc.emit.diagram.drawio import drawio

            return drawio(network, options, findings).encode("utf-8")
        if options.room is None:
            dot = draw(network, options, findings)
        else:
            from archc.emit.diagram.fit import fitted

            turns = arguments["direction"] is None
            dot, sized = fitted(network, options, findings, options.room, turns)
            _note(sized, options)
            scale = sized.scale
        data = render(dot, "json" if format == "tikz" else format, arguments["dpi"] or DPI)
    except UnknownName as error:
        raise _unknown(network, error) from None
    except NoRenderer:
        raise Problem(
            f"a picture as .{suffix} needs Graphviz, which is not installed",
            f"{hint('pygraphviz')}\nThe same as DOT text needs nothing: -o FILE.dot",
        ) from None
    except RenderError as error:
        raise Problem(f"Graphviz made no picture: {error}") from None
    if format != "tikz":
        return data
    from archc.emit.volumes.flow import flow_tikz

    return flow_tikz(data, network.name, arguments["fragment"], scale).encode("utf-8")


def _mermaid(network: Network, options: Options, findings: list[Diagnostic]) -> bytes:
    from archc.emit.diagram.build import TooLarge
    from archc.emit.diagram.mermaid import mermaid

    try:
        return mermaid(network, options, findings).encode("utf-8")
    except UnknownName as error:
        raise _unknown(network, error) from None
    except TooLarge as error:
        raise Problem(f"GitHub does not draw this: {error}", "--depth 1 shows less") from None


def _put(data: bytes, format: str, output: str | None, files: Files) -> None:
    """Writes it; what a terminal cannot show goes to files and pipes alone."""
    put(data.decode("utf-8") if format in ("dot", "svg", "tikz") else data, output, files)
