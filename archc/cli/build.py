"""`archc build`: the PyTorch module, to standard output or a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec

from archc.check import Network, OptionError
from archc.cli.choice import told
from archc.cli.flags import Arguments, UsageError
from archc.cli.output import choose_color, complain, style_for
from archc.cli.product import check_suffix, goes_to_file, put, spare_sources
from archc.cli.reading import no_network, options, targets_of, unfollowed
from archc.diagnostics import Diagnostic
from archc.files import Files, Problem
from archc.install import hint
from archc.shapes import Open, show


def main(arguments: Arguments) -> int:
    """Builds one file; the result is the exit status."""
    choose_color(arguments["color"])
    files = Files()
    _one_file(arguments)
    (target,) = targets_of(arguments.words[0], arguments, files)
    out = arguments["output"]
    spare_sources(out, files, arguments)
    admit(arguments)
    if goes_to_file(out):
        _may_write(out, arguments["force"])
    asked = options(arguments, target.network)._replace(claims=not arguments["no-expect"])
    try:
        from archc.emit.pytorch.compile import compile_source

        result = compile_source(target.source, asked, files.imported)
    except OptionError as error:
        raise unfollowed(error, arguments) from None
    _talk(list(told(result.diagnostics, arguments)))
    if result.code is None:
        if not any(one.severity == "error" for one in result.diagnostics):
            raise no_network(target.source.name, "build", [result.checked])
        _say_why(result.diagnostics)
        return 1
    for note in result.notes:
        complain(note, word="note")
    if arguments["verify"] and not _verified(result.code, list(result.checked.networks)):
        return 1
    if arguments["emit"] and result.module is not None:
        from archc.emit.pytorch.file.dump import dump

        put(dump(result.module), out, files)
        return 0
    put(result.code, out, files)
    return 0


def admit(arguments: Arguments) -> None:
    """Raises `UsageError` for a file of a kind that is not written, and for a folder."""
    _one_file(arguments)
    out = arguments["output"]
    if arguments["emit"]:
        return
    if out is not None and out.lower().endswith(".onnx"):
        from archc.cli.misplaced import exported

        raise UsageError(
            "`archc build` writes Python, not `.onnx`", exported(arguments.words[0], out)
        )
    check_suffix(arguments, (".py", ".pyi"), "`archc build` writes Python")


def _one_file(arguments: Arguments) -> None:
    if os.path.isdir(arguments.words[0]):
        from archc.cli.completed import of_folder

        raise UsageError("`archc build` takes one file at a time", of_folder(arguments))


def _say_why(findings: Sequence[Diagnostic]) -> None:
    """Sound code of a network that is not what its file claims can be had all the same."""
    if {one.code for one in findings if one.severity == "error"} == {"broken-expectation"}:
        complain(
            "no code was written, for the network is not what the file expects",
            "--no-expect writes it all the same",
            word="note",
        )


def _verified(code: str, networks: list[Network]) -> bool:
    """Runs the comparison, and says on standard error what it compared."""
    _need_sizes(networks)
    if find_spec("torch") is None:
        raise Problem("`--verify` needs PyTorch, which is not installed", hint("torch"))
    from archc.emit.pytorch.verify import Mismatch, verify

    try:
        compared = verify(code, networks, values=True)
    except Mismatch as mismatch:
        complain(f"the generated code does not match the analysis: {mismatch}")
        return False
    for one in compared:
        values = "and so are the values" if one.values else "no values were computed"
        complain(
            f"{one.network}: {one.tensors:,} names and shapes of the state, {one.parameters:,} "
            f"parameters, the shapes of {one.layers:,} layer outputs and 2 x {one.macs:,} FLOPs "
            f"are the same in PyTorch, in training and evaluation; {values}",
            word="note",
        )
    return True


def _need_sizes(networks: list[Network]) -> None:
    """PyTorch can run no network whose input has an open size."""
    for one in networks:
        for node in one.graph.nodes:
            shape = node.shape or ()
            if node.layer is None and any(isinstance(axis, Open) for axis in shape):
                example = [224 if isinstance(axis, Open) else axis for axis in shape]
                raise UsageError(
                    f"`--verify` needs a size where the input of `{one.name}` is {show(shape)}",
                    f"Give one, as in --input {show(example)}",
                )


def _talk(findings: list[Diagnostic]) -> None:
    if findings:
        from archc.emit.render import render_all

        sys.stderr.write(render_all(findings, style_for(sys.stderr)))


def _may_write(path: str, force: bool) -> None:
    """A file that archc did not write is not overwritten; pipes and devices are written to."""
    from archc.emit.pytorch.file.mark import written_by_archc

    if os.path.isdir(path):
        raise Problem(f"`{path}` is a folder, where a file is to be written")
    if force or not os.path.isfile(path):
        return
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            head = file.read(1 << 20)
    except OSError as error:
        raise Problem(
            f"`{path}` cannot be read: {(error.strerror or str(error)).lower()}"
        ) from None
    if head.strip() and not written_by_archc(head):
        raise Problem(
            f"`{path}` is there already, and archc did not write it", "--force overwrites it"
        )
