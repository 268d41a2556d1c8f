"""`archc diagram`: a network's picture."""

from __future__ import annotations

import os
import sys
import tempfile

from archc.check import Network
from archc.cli.check import checked, gather
from archc.cli.flags import Arguments, UsageError
from archc.cli.output import style_for, write
from archc.diagnostics import Diagnostic
from archc.emit.diagram import NoRenderer, Options, RenderError, UnknownName, draw, render
from archc.emit.diagram.options import FORMATS
from archc.files import Files, Problem
from archc.suggest import nearest


def main(arguments: Arguments) -> int:
    """Draws one network; the result is the exit status."""
    output = arguments["output"]
    format = _format(arguments["format"], output)
    files = Files()
    targets, failed = gather(arguments.words, files)
    if failed:
        return 2
    networks: list[Network] = []
    findings: list[Diagnostic] = []
    for target in targets:
        result = checked(target, arguments, files)
        networks += result.networks
        findings += result.diagnostics
    errors = [one for one in findings if one.severity == "error"]
    if errors:
        from archc.emit.render import distinct, render_all

        sys.stderr.write(render_all(distinct(iter(errors)), style_for(sys.stderr)))
    if not networks:
        if not errors:
            raise Problem(f"`{arguments.words[0]}` holds no network to draw")
        return 1
    network = _only(networks, arguments.words[0])
    dot = _draw(network, _options(arguments), findings)
    _put(dot, format, output)
    return 1 if errors else 0


def _format(wanted: str | None, output: str | None) -> str:
    """The format by the flag, else by the suffix, else DOT."""
    if wanted is not None:
        return wanted
    if output in (None, "-"):
        return "dot"
    suffix = os.path.splitext(output or "")[1].lower().removeprefix(".")
    if suffix == "gv":
        return "dot"
    if suffix not in FORMATS:
        what = f"`.{suffix}` is no kind of picture" if suffix else f"`{output}` has no suffix"
        raise UsageError(what, f"It ends in one of: {', '.join(f'.{name}' for name in FORMATS)}")
    return suffix


def _only(networks: list[Network], path: str) -> Network:
    if len(networks) == 1:
        return networks[0]
    names = [network.name for network in networks]
    file = path.rpartition(":")[0] if path.endswith(tuple(f":{name}" for name in names)) else path
    raise UsageError(
        f"`{path}` holds {len(names)} networks, and a picture shows one",
        f"Name it, as in {file}:{names[0]}\nIt holds: {', '.join(names)}",
    )


def _options(arguments: Arguments) -> Options:
    words = [word.strip() for value in arguments["expand"] for word in value.split(",")]
    return Options(
        expand=tuple(word for word in words if word),
        depth=arguments["depth"],
        direction=arguments["direction"],
        color=arguments["color"],
        theme=arguments["theme"],
        fuse=not arguments["no-fuse"],
        legend=not arguments["no-legend"],
        columns=arguments["columns"],
    )


def _draw(network: Network, options: Options, findings: list[Diagnostic]) -> str:
    try:
        return draw(network, options, findings)
    except UnknownName as error:
        guess = nearest(error.name, error.known)
        meant = f"; did you mean `{guess}`?" if guess else ""
        raise UsageError(
            f"`{network.name}` has no block and no path `{error.name}`{meant}",
            "--expand takes all, none, blocks and paths",
        ) from None


def _put(dot: str, format: str, output: str | None) -> None:
    """Renders and writes it: to a file whole or not at all, else to standard output."""
    try:
        data = render(dot, format)
    except NoRenderer:
        from archc.emit.diagram.render import INSTALL

        raise Problem(
            f"a picture as .{format} needs Graphviz, which is not installed",
            f"Install it: {INSTALL}\nThe same as DOT text needs nothing: -o FILE.dot",
        ) from None
    except RenderError as error:
        raise Problem(f"Graphviz made no picture: {error}") from None
    if output in (None, "-"):
        _print(data, format)
    else:
        _save(data, output or "")


def _print(data: bytes, format: str) -> None:
    if format in ("dot", "svg"):
        style_for(sys.stdout)
        write(data.decode("utf-8"))
        return
    if sys.stdout.isatty():
        raise UsageError(f"a terminal shows no .{format}", f"Write it to a file: -o FILE.{format}")
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _save(data: bytes, path: str) -> None:
    """Writes a file whole or not at all."""
    folder = os.path.dirname(path) or "."
    if os.path.isdir(path):
        raise Problem(f"`{path}` is a folder, where a file is to be written")
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".archc-")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)
        reason = (error.strerror or str(error)).lower()
        raise Problem(f"`{path}` cannot be written: {reason}") from None
