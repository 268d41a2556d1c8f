"""From what a user names to texts: files, folders, standard input, bundled specs."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Sequence

from archc import bundled
from archc.language.source import Source
from archc.suggest import nearest

LIMIT = 2 * 1024 * 1024  # bytes; the longest spec known is a hundredth of it


class Problem(OSError):
    """A file that cannot be read, or a name that names nothing. One clear sentence, and a hint."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Missing(Problem, FileNotFoundError):
    """There is no such file; `meant` is what may stand for its `path`."""

    def __init__(
        self, message: str, hint: str = "", *, path: str = "", meant: str | None = None
    ) -> None:
        super().__init__(message, hint)
        self.path = path
        self.meant = meant


class Apart(Missing):
    """What was taken for a path is the end of a flag's value: nothing is done before that is so."""


class Target:
    """A text to check, the one network asked of it, if any, and the file that holds it.

    `path` is None for standard input, an earlier revision, and a bundled spec by its bare name.
    """

    __slots__ = ("network", "path", "source")

    def __init__(self, source: Source, network: str | None, path: str | None = None) -> None:
        self.source = source
        self.network = network
        self.path = path


class Files:
    """Reads every file once, so that spans of one file share one source.

    `exclude` are patterns of what folders are searched without: a name, `old*`, or a path.
    `stdin` is the file that standard input stands for, there or not.
    """

    def __init__(self, exclude: Sequence[str] = (), stdin: str | None = None) -> None:
        self._exclude = exclude
        self._stdin = stdin
        self._read: dict[str, Source] = {}
        self._paths: dict[str, str] = {}  # by the name that is shown
        self._earlier: dict[str, Source] = {}  # texts of earlier revisions, by their names

    def source(self, path: str, name: str = "") -> Source:
        """The text of a file, shown under a name of its own if one is given; raises `Problem`."""
        key = os.path.realpath(path)
        if key not in self._read:
            shown = name if name and name not in self._paths else _shown(path)
            self._read[key] = Source(text_of(path), shown)
            self._paths.setdefault(shown, path)
        return self._read[key]

    def _standard_input(self) -> Source:
        """The text of standard input; what it imports lies beside the file it stands for."""
        name = "<stdin>" if self._stdin is None else _shown(self._stdin)
        source = Source(_decode(_stdin(), name), name)
        if self._stdin is not None:
            self._read.setdefault(os.path.realpath(self._stdin), source)
            self._paths.setdefault(name, self._stdin)
        return source

    def was_read(self, path: str) -> bool:
        """Whether a path leads to a file that was read here, by whatever name."""
        return any(_same(path, known) for known in self._read)

    def replace(self, old: Source, new: Source) -> None:
        """What is read from now on where a text was read before."""
        for key, source in self._read.items():
            if source is old:
                self._read[key] = new

    def bundled(self, name: str) -> Source | None:
        """A bundled spec by its bare name, shown alike on every machine; raises `Problem`."""
        path = bundled.spec(name)
        return None if path is None else self.source(path, bundled.shown(path))

    def imported(self, path: str, importer: Source) -> Source:
        """The text that `from "path" import` means in a file; raises `ReadError`.

        It must be a plain file that ends in `.arch`: a spec of somebody else's neither waits for a
        pipe nor brings lines of other files into messages and pages.
        """
        from archc.graph.modules import ReadError

        if "." not in path and (source := self._bundled_import(path)) is not None:
            return source
        if importer in self._earlier.values():
            return self._imported_then(path, importer)
        place = self._paths.get(importer.name, importer.name)
        beside = os.path.join(os.path.dirname(place), path)
        refused = _no_spec(path, beside)
        if refused:
            raise ReadError(refused)
        ours = place != importer.name and not os.path.isabs(path)
        name = os.path.join(os.path.dirname(importer.name), path) if ours else ""
        try:
            return self.source(beside, os.path.normpath(name) if name else "")
        except Problem as problem:
            raise ReadError(problem.message) from None

    def _bundled_import(self, name: str) -> Source | None:
        """A bundled spec by its bare name, `from "resnet" import ResNet50`; raises `ReadError`."""
        from archc.graph.modules import ReadError

        try:
            return self.bundled(name)
        except Problem as problem:
            raise ReadError(problem.message) from None

    def targets(self, path: str) -> list[Target]:
        """Everything that a `PATH` of the command line means; raises `Problem`."""
        if path == "-" or path.startswith("-:"):
            return [Target(self._standard_input(), path[2:] or None)]
        if not path:
            raise Missing("the path is empty")
        if os.path.isdir(path):
            from archc.folders import below as specs_below

            found = specs_below(path, self._exclude)
            return [Target(self.source(file), None, file) for file in found]
        if os.path.lexists(path):
            if not path.endswith(".arch"):
                from archc.foreign_files import refuse

                refuse(path)
            return [Target(self.source(path), None, path)]
        if (source := self.bundled(path)) is not None:
            return [Target(source, None)]
        if path.startswith("git:"):
            return self._then(path)
        before, colon, network = path.rpartition(":")
        if colon and before:
            if not network:
                raise Problem(f"`{path}` names no network", f"Write {before}:NETWORK, or {before}")
            if os.path.isdir(before):
                raise Problem(f"`{before}` is a folder; name the file that holds `{network}`")
            if before == "-" or os.path.lexists(before) or bundled.spec(before) is not None:
                (target,) = self.targets(before)
                return [Target(target.source, network, target.path)]
            if network.endswith(".arch"):
                raise self._of_a_revision(path)
        from archc.folders import missing

        raise missing(before, network) if colon and before else missing(path)

    def _of_a_revision(self, path: str) -> Missing:
        """What is told of `HEAD~1:net.arch`, which git writes so."""
        message, meant = f"there is no file `{path}`", f"git:{path}"
        try:
            self._then(meant)
        except Problem as problem:
            told = f"{message}, and {problem.message}"
            return Missing(told, f"{problem.hint}\nA file of a revision is git:REV:PATH".lstrip())
        return Missing(f"{message}; did you mean `{meant}`?", path=path, meant=meant)

    def _then(self, name: str) -> list[Target]:
        """What `git:REV:path` means, with `:Network` behind it or not; raises `Problem`."""
        from archc.folders import left_out
        from archc.revisions import below, split

        parts = split(name)
        if parts is None:
            raise Problem(f"`{name}` names no revision and path", "Write git:REV:PATH")
        revision, path = parts
        before, colon, network = path.rpartition(":")
        if colon and before.endswith(".arch"):
            if not network:
                raise Problem(f"`{name}` names no network", f"Write {name}NETWORK, or {name[:-1]}")
            return [Target(self._at(revision, before), network)]
        if path.endswith(".arch") or (found := below(revision, path)) is None:
            return [Target(self._at(revision, path), None)]
        found = [one for one in found if not left_out(one, path, self._exclude)]
        if not found:
            raise Problem(f"no .arch file was in `{path}` or below it in revision `{revision}`")
        return [Target(self._at(revision, one), None) for one in found]

    def _at(self, revision: str, path: str) -> Source:
        from archc.revisions import load

        name = f"git:{revision}:{os.path.normpath(path)}"
        if name not in self._earlier:
            self._earlier[name] = Source(_decode(load(revision, path), name), name)
        return self._earlier[name]

    def _imported_then(self, path: str, importer: Source) -> Source:
        """What an import meant in the importer's revision; raises `ReadError`."""
        from archc.graph.modules import ReadError
        from archc.revisions import split

        revision, place = split(importer.name) or ("", "")
        if not path.endswith(".arch"):
            raise ReadError(f"`{path}` does not end in `.arch`, and only specs are imported")
        try:
            return self._at(revision, os.path.join(os.path.dirname(place), path))
        except Problem as problem:
            raise ReadError(problem.message) from None


def _same(path: str, other: str) -> bool:
    try:
        return os.path.samefile(path, other)
    except OSError:
        return False


def _no_spec(path: str, beside: str) -> str:
    """Why an import is not read, "" where it may be; what is missing is told by who reads it."""
    try:
        if path.isidentifier():
            return _no_bundled(path, beside)
        if not path.endswith(".arch"):
            return f"`{path}` does not end in `.arch`, and only specs are imported"
        if not os.path.realpath(beside).endswith(".arch"):
            return f"`{path}` leads to a file that does not end in `.arch`; only specs are imported"
        if os.path.exists(beside) and not os.path.isfile(beside) and not os.path.isdir(beside):
            return f"`{path}` is no plain file"
    except (OSError, ValueError) as error:  # a null byte, or a name beyond what systems take
        return f"`{path}` cannot be read: {error}"
    return ""


def _no_bundled(name: str, beside: str) -> str:
    """Why an import by a bare name is not read."""
    file = os.path.isfile(f"{beside}.arch")
    guess = f"{name}.arch" if file else nearest(name, bundled.spec_names())
    meant = f"; did you mean `{guess}`?" if guess else ", and a file ends in `.arch`"
    return f"no bundled spec is called `{name}`{meant}"


def text_of(path: str, limit: int = LIMIT) -> str:
    """The text of a file of at most so many bytes; raises `Problem`."""
    return _decode(_bytes(path, limit), path)


def _bytes(path: str, limit: int) -> bytes:
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            raise Problem(f"`{path}` is a folder, where a file is needed")
        if stat.S_ISCHR(mode) or stat.S_ISBLK(mode) or stat.S_ISSOCK(mode):
            raise Problem(f"`{path}` is a device, not a file", "Standard input is written `-`")
        with open(path, "rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        from archc.folders import missing

        raise missing(path) from None
    except Problem:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Problem(f"`{path}` cannot be read: {reason.lower()}") from None
    if len(data) > limit:
        raise Problem(f"`{path}` is too large to be read: more than {limit // 2**20} MiB")
    return data


def _stdin() -> bytes:
    if sys.stdin is None or sys.stdin.closed:
        raise Problem("standard input is closed")
    if sys.stdin.isatty():
        sys.stderr.write("reading from standard input; end with Ctrl-D\n")
    try:
        buffer = getattr(sys.stdin, "buffer", None)
        data: bytes = buffer.read(LIMIT + 1) if buffer else sys.stdin.read(LIMIT + 1).encode()
    except (OSError, ValueError) as error:
        raise Problem(f"standard input cannot be read: {error}") from None
    if len(data) > LIMIT:
        raise Problem(f"standard input is too large for a spec: more than {LIMIT // 2**20} MiB")
    return data


def _decode(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Problem(f"`{name}` is UTF-16, where a spec is UTF-8", "Save it again as UTF-8")
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        from archc.foreign_files import binary

        what = binary(data)
        if what is not None:
            hint = "A spec is a text, and `archc new mynet` writes one to begin with"
            raise Problem(f"`{name}` is {what}, not a spec", hint) from None
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8")) + 1
        byte = f"0x{data[error.start]:02x}"
        place = f"line {line}, column {column} (byte {error.start})"
        raise Problem(
            f"`{name}` is not UTF-8: {byte} at {place}", "Save it again as UTF-8"
        ) from None


def _shown(path: str) -> str:
    """The name of a file in messages: as short as it can be and still be opened."""
    path = os.path.normpath(path)
    if os.path.isabs(path):
        try:
            here = os.path.join(os.path.realpath("."), "")
        except OSError:
            return path
        if path.startswith(here):
            return path[len(here) :]
    return path
