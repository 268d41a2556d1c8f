"""Files are written whole or not at all."""

from __future__ import annotations

import os
import tempfile

from archc.files import Problem


def write_whole(path: str, data: bytes) -> None:
    """Puts `data` at `path`; a file that was there stays as it was until all is written.

    A link is followed, and a device (`/dev/null`) is written to. Raises `Problem`.
    """
    if os.path.isdir(path):
        raise Problem(f"`{path}` is a folder, where a file is to be written")
    temporary = None
    try:
        if os.path.lexists(path) and not os.path.isfile(path) and os.path.exists(path):
            with open(path, "wb") as device:
                device.write(data)
            return
        target = os.path.realpath(path)
        handle, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".archc-")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, _mode(target))
        os.replace(temporary, target)
    except OSError as error:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)
        reason = (error.strerror or str(error)).lower()
        folder = os.path.dirname(path)
        if folder and not os.path.lexists(folder):
            import shlex

            hint = f"mkdir -p {shlex.quote(folder)} makes it"
            raise Problem(f"`{path}` cannot be written: no folder `{folder}`", hint) from None
        raise Problem(f"`{path}` cannot be written: {reason}") from None
    except BaseException:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)
        raise


def _mode(path: str) -> int:
    """The rights the file has, or those a new one gets."""
    try:
        return os.stat(path).st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
