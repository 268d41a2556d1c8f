"""archc from Python: `archc.load("vgg16")`, and what it found out, as plain objects.

    >>> import archc
    >>> file = archc.load("vgg16")
    >>> file.ok
    True
    >>> vgg = file.network
    >>> vgg.params
    138357544
    >>> vgg.layers["features.0"].shape
    (64, 224, 224)
    >>> vgg.layers["features.0"].params
    1792

Unknown figures are None. Shapes are channels first, without the batch; an open axis is an
`archc.shapes.Open`, which prints as its formula.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

from archc import check as core
from archc.analysis.optimizers import OPTIMIZERS
from archc.diagnostics import Diagnostic
from archc.files import Files, Missing, Problem
from archc.guard import check_source
from archc.language.source import Source
from archc.network import Layer, Layers, Network
from archc.unknown import Several, Single, Stages, Telling, Text, not_made, told

__all__ = [
    "Errors",
    "File",
    "Layer",
    "Layers",
    "Missing",
    "Network",
    "Problem",
    "from_torch",
    "load",
]


core.__class__ = Stages


class _Named(dict[str, "Network"], Telling):
    """Networks by name, which tell those there are."""

    def __missing__(self, name: object) -> Network:
        from archc.suggest import nearest

        names = ", ".join(self) or "none"
        told = f"no network is called {name!r}; there are: {names}"
        guess = nearest(name, self) if isinstance(name, str) else None
        if isinstance(name, int) and self:
            told += f"; write list(file.networks.values())[{name}]"
        raise KeyError(f"{told}; did you mean {guess!r}?" if guess else told)


class Errors(Exception):
    """What `File.raise_for_errors` raises; its text is what `archc check` would print."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        from archc.emit.render import render_all

        super().__init__(render_all(diagnostics).rstrip())
        self.diagnostics = diagnostics


@told
def load(
    spec: str | os.PathLike[str],
    *,
    network: str | None = None,
    set: Mapping[str, object] | None = None,
    input: str | Sequence[int] | Mapping[str, str | Sequence[int]] | None = None,
    batch: int = 1,
    dtype: str = "float32",
    optimizer: str | None = None,
    device: str | os.PathLike[str] | None = None,
    advise: bool = False,
) -> File:
    """Reads, checks and analyses a spec; mistakes in it become `diagnostics`, never exceptions.

    `spec` is a path, the bare name of a bundled spec, either with `:Network` behind it, or the text
    of a spec itself (anything with a line break or a brace in it). `set` gives parameters of the
    network, `input` another input size, `(3, 64, 64)` or `"3x64x64"`, or sizes by the names of the
    inputs; with an `optimizer` networks tell their `training_step`, with a `device`, a known one or
    a file with its profile, their `roofline`; with `advise` the file has `advice`. Raises
    `FileNotFoundError` or another `OSError` for a file that cannot be read and a device that nobody
    knows, and `ValueError` for an option that cannot be followed: an unknown network, parameter,
    dtype or optimizer.
    """
    from archc import given

    text = given.spec(spec)
    network = given.text(network, "network", "Net")
    settings = given.settings(set)
    options = core.Options(
        network,
        settings,
        given.sizes(input),
        given.whole(batch, "batch"),
        given.choice(dtype, "dtype", core.BYTES) or dtype,
        optimizer=given.choice(optimizer, "optimizer", OPTIMIZERS, none=True),
        advise=given.yes(advise, "advise"),
    )
    profile = given.device(device)
    files = Files()
    if isinstance(spec, str) and ("\n" in spec or "{" in spec):
        source = Source(spec, "<text>")
    else:
        try:
            targets = files.targets(text)
        except Problem as problem:
            raise given.unread(text, problem) from None
        if len(targets) != 1:
            first = targets[0].source.name
            line = f"load them one by one, archc.load({first!r})"
            raise Problem(f"`{text}` holds {len(targets)} specs; {line}")
        source = targets[0].source
        options = options._replace(network=network or targets[0].network)
    if profile is not None:
        from archc.devices.find import find

        try:
            options = options._replace(device=find(profile))
        except Problem as problem:
            raise given.no_device(problem) from None
    try:
        return File(check_source(source, options, files))
    except core.OptionError as error:
        raise ValueError(given.in_python(str(error))) from None


@told
def from_torch(module: Any, input: str | Sequence[int] | Sequence[Sequence[int]]) -> File:
    """A PyTorch module as a spec, checked; its text is `file.text`.

    `input` is the input's size, channels first and without the batch, `(3, 224, 224)` or
    `"3x224x224"`, or a list of several. Raises
    `ValueError` for a module that cannot be read, and where the spec is found not to be the module.
    """
    import copy

    from archc import given

    module, shapes = given.module(module), given.shapes_of(module, input)
    from archc.importer.model import Unreadable
    from archc.importer.torch import import_model

    name = type(module).__name__
    try:
        imported, proof = import_model(lambda: copy.deepcopy(module), name, name, shapes)
    except Unreadable as problem:
        inner = [shape[1:] for shape in shapes]
        if all(inner) and _readable(module, name, inner):
            sizes = inner[0] if len(inner) == 1 else inner
            raise ValueError(f"the batch is not written: input={sizes}") from None
        hint = f". {given.in_python(problem.hint)}" if problem.hint else ""
        raise ValueError(f"{name} cannot be imported: {problem.message}{hint}") from None
    if proof is not None and proof.failed:
        raise ValueError(f"{name} and its spec do not agree: {'; '.join(proof.failed)}")
    return File(check_source(Source(imported.text, f"<{name}>"), core.Options(), Files()))


def _readable(module: Any, name: str, shapes: list[tuple[int, ...]]) -> bool:
    """Whether a module can be read where each size is without its first axis."""
    import copy

    from archc.importer.model import Unreadable
    from archc.importer.torch import import_model

    try:
        import_model(lambda: copy.deepcopy(module), name, name, shapes, verify=False)
    except Unreadable:
        return False
    return True


class File(Single):
    """A checked spec: its networks and every finding."""

    def __init__(self, checked: core.Checked) -> None:
        if not isinstance(checked, core.Checked):
            raise not_made(type(self), checked)
        self._checked = checked
        self._asked = False  # whether the caller has asked for the mistakes, or was told of them

    def __repr__(self) -> str:
        names = ", ".join(self._networks)
        return f"<archc.File {self.name}: {names or 'no network'}>"

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        """What a notebook shows: the messages, then the networks."""
        from archc.notebook import file_bundle

        return file_bundle(self._checked, include, exclude)

    @property
    def text(self) -> str:
        """The spec itself."""
        return Text.of(self._checked.program.source.text, "file.text")

    @property
    def name(self) -> str:
        """The name the file is shown under."""
        return Text.of(self._checked.program.source.name, "file.name")

    @property
    def networks(self) -> Mapping[str, Network]:
        """The networks of the file by name, in its order.

        Warns once where an error leaves figures out, unless `ok` or the findings were looked at.
        """
        self._warn()
        return self._networks

    def _warn(self) -> None:
        """Warns the caller's caller that figures are unknown because of a mistake."""
        incomplete = any(not one.graph.complete for one in self._checked.networks)
        if incomplete and not self._asked and not self.ok:
            import warnings

            first = self.errors[0]
            message = (
                f"{self.name} has an error, {first.code}, in line {first.span.line}: "
                "the network's totals are None; see file.errors, or write "
                "file.raise_for_errors() before figures are read"
            )
            warnings.warn(message, stacklevel=3)

    @cached_property
    def _networks(self) -> Mapping[str, Network]:
        return _Named((network.name, Network(network)) for network in self._checked.networks)

    @property
    def network(self) -> Network:
        """The only network; `LookupError` where the file holds none or several."""
        self._warn()
        if len(self._networks) != 1:
            names = ", ".join(self._networks) or "none"
            first = next(iter(self._networks), None)
            line = f"; write file.networks[{first!r}]" if first is not None else ""
            raise LookupError(f"{self.name} holds {len(self._networks)} networks: {names}{line}")
        return next(iter(self._networks.values()))

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Every finding, in the order of the text."""
        self._asked = True
        return Several.of(self._checked.diagnostics, "file.diagnostics")

    def _of(self, severity: str, place: str) -> tuple[Diagnostic, ...]:
        return Several.of((one for one in self.diagnostics if one.severity == severity), place)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The findings that are errors."""
        return self._of("error", "file.errors")

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The findings that are warnings."""
        return self._of("warning", "file.warnings")

    @property
    def advice(self) -> tuple[Diagnostic, ...]:
        """The findings that are advice, where `load` was asked to `advise`."""
        return self._of("advice", "file.advice")

    @property
    def ok(self) -> bool:
        """Whether there is no error; warnings are allowed."""
        return not self.errors

    def raise_for_errors(self) -> File:
        """Raises `Errors` where there is one; else returns the file, for a chain of calls."""
        if not self.ok:
            raise Errors(self.errors)
        return self

    def as_dict(self) -> dict[str, Any]:
        """What `archc check --format json` writes."""
        from archc.emit.json import document

        return document(self._checked.networks, self.diagnostics)
