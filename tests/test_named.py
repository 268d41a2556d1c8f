"""Named tuples of archc behave as those of `typing`."""

from __future__ import annotations

import copy
import inspect
import pickle
import typing

import pytest

from archc.named import NamedTuple


class Ours(NamedTuple):
    """A point."""

    x: int
    y: tuple[int, ...]
    name: str = "p"
    far: bool = False

    @property
    def both(self) -> int:
        return self.x + len(self.y)


class Theirs(typing.NamedTuple):
    x: int
    y: tuple[int, ...]
    name: str = "p"
    far: bool = False


def test_fields_and_values() -> None:
    ours, theirs = Ours(1, (2,), far=True), Theirs(1, (2,), far=True)
    assert tuple(ours) == tuple(theirs) == (1, (2,), "p", True)
    assert hash(ours) == hash(theirs)
    assert ours._asdict() == theirs._asdict()
    assert ours._replace(x=4, far=False)._asdict() == theirs._replace(x=4, far=False)._asdict()
    assert type(ours._replace(x=4)) is Ours
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert (ours.x, ours.y, ours.name, ours.far, ours.both) == (1, (2,), "p", True, 2)
    for word in ("_fields", "_field_defaults", "__match_args__"):
        assert getattr(Ours, word) == getattr(Theirs, word)


def test_the_class() -> None:
    assert issubclass(Ours, tuple)
    assert inspect.getdoc(Ours) == "A point."
    assert str(inspect.signature(Ours)) == "(x, y, name='p', far=False)"
    assert typing.get_type_hints(Theirs).items() <= typing.get_type_hints(Ours).items()


def test_copies() -> None:
    one = Ours(1, (2, 3))
    for other in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert other == one
        assert type(other) is Ours


@pytest.mark.parametrize("kind", [Ours, Theirs])
def test_what_is_refused(kind: typing.Any) -> None:
    one = kind(1, ())
    with pytest.raises(TypeError, match=r"__new__\(\) missing 1 required positional argument: 'y'"):
        kind(1)
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        kind(1, (), z=3)
    with pytest.raises(ValueError, match="z"):
        one._replace(z=3)
    with pytest.raises(TypeError):
        kind._make([1])
    for name in ("x", "z"):
        with pytest.raises(AttributeError):
            setattr(one, name, 3)
