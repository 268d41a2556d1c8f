"""Type hints without `typing`: its names, which do nothing here.

To import `typing` takes a tenth of the time in which `archc check` starts, and nobody looks at
hints while archc runs. Type checkers see the real names.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any as Any
    from typing import ClassVar as ClassVar
    from typing import Final as Final
    from typing import Literal as Literal
    from typing import NoReturn as NoReturn
    from typing import Protocol as Protocol
    from typing import Self as Self
    from typing import TextIO as TextIO
    from typing import dataclass_transform as dataclass_transform
else:
    from types import GenericAlias

    class Any:
        """Stands for every type, also with others in brackets, which `typing.get_args` gives."""

        __class_getitem__ = classmethod(GenericAlias)

    ClassVar = Final = Literal = NoReturn = Protocol = Self = TextIO = Any

    def dataclass_transform(**_):
        return lambda cls: cls
