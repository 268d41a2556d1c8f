"""The headings of groups: what is open, and which block it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.diagram import names, words
from archc.emit.diagram.cells import cell, empty, table
from archc.emit.diagram.labels import DETAIL, badge, badge_width
from archc.emit.diagram.metrics import text_width, wrap
from archc.emit.diagram.parts import Cluster, automatic, framed, open_in
from archc.named import NamedTuple

if TYPE_CHECKING:
    from archc.emit.diagram.dot import Picture
    from archc.emit.diagram.theme import Theme

_SIZE = 9.0
_LOOKS = ((_SIZE, True), (DETAIL, True), (DETAIL, False))  # lighter, before a name is divided
_SPARE = 7.0  # points that a heading may come closer to the arrow beside it


def label(cluster: Cluster, room: float, theme: Theme, low: bool, look: int) -> str:
    """The heading of a group, at most so wide: the arrow into it passes at its right. Where it is
    `low`, the block that it calls stands beside its name, if there is room. It has the `look` of
    all headings, or a lighter one.

    That it goes on from another column is said below its path where there is no room for both; of
    a long path the end is shown.
    """
    shown, said, room, first, left, widest = _fitted(cluster, room, theme)
    if cluster.continued and text_width(f"{shown} (cont.)", _SIZE, True) <= left:
        shown = f"{shown} (cont.)"
    elif cluster.continued:
        said.insert(0, "(cont.)")
    size, bold = _LOOKS[max(look, _look(shown, widest))]
    if text_width(shown, size, bold) <= left or widest == left:
        shown, *more = wrap(shown.split(" "), left, size, 3, bold) or [""]
    else:  # the badge stands alone, the name below it
        shown, more = "", wrap(shown.split(" "), room, size, 3, bold)
    beside = " ".join(said)
    wide = round(text_width(shown, size, bold)) + 2
    if low and shown and beside and wide + 5 + text_width(beside, DETAIL) + 2 <= left and not more:
        own = cell(shown, wide, 13, size, theme.ink, "LEFT", bold) + empty(5, 13)
        row = own + cell(beside, left - wide - 5, 13, DETAIL, theme.faint)
        return f"<{table(f'<TD>{table(first + row)}</TD>')}>"
    rows = [first + cell(shown, left, 13, size, theme.ink, "LEFT", bold)]
    rows += [cell(line, room, 11, size, theme.ink, "LEFT", bold) for line in more]
    rows += [cell(line, room, 11, DETAIL, theme.faint) for line in wrap(said, room, DETAIL, 8)]
    return f"<{table(*(f'<TD>{table(row)}</TD>' for row in rows))}>"


class _Fitted(NamedTuple):
    """The words of a heading, and the room for them."""

    shown: str
    said: list[str]
    room: float
    first: str  # the badge
    left: float  # beside the badge
    widest: float  # of the two, what the name takes


def _fitted(cluster: Cluster, room: float, theme: Theme) -> _Fitted:
    shown, said = _words(cluster, room)
    single = shown.rpartition(".")[2].split(" ")
    room = roomy((*single, *said), room)
    first, left = "", room
    if cluster.count > 1:
        first, marked = _badge(f"{words.TIMES} {cluster.count}", theme)
        left -= marked
    divided = any(text_width(one, *_LOOKS[-1]) > left for one in single)
    widest = room if first and (left < room / 2 or divided) else left
    while "." in shown and text_width(shown, _SIZE, True) > widest:
        shown = shown.partition(".")[2]  # its own name says more than where it stands
    return _Fitted(shown, said, room, first, left, widest)


def _look(shown: str, widest: float) -> int:
    """The first look in which a name has room, or its words have; else the first."""
    for single in ([shown], shown.split(" ")):
        for number, (size, bold) in enumerate(_LOOKS):
            if all(text_width(one, size, bold) <= widest for one in single):
                return number
    return 0


def look(picture: Picture) -> int:
    """The look of all headings of a picture, for another weight seems another rank: the lightest
    that one of them needs."""
    groups = [cluster for cluster in open_in(picture.parts) if framed(cluster)]
    fitted = (_fitted(one, picture.heading(one), picture.theme) for one in groups)
    return max((_look(one.shown, one.widest) for one in fitted), default=0)


def roomy(said: tuple[str, ...], room: float) -> float:
    """The room that the words of a heading take: a little more than there is, where so no word of
    theirs need be divided; widths have room for wider faces."""
    widths = (text_width(one, DETAIL) for one in said)
    return max([room, *(width for width in widths if width <= room + _SPARE)])


def _words(cluster: Cluster, room: float) -> tuple[str, list[str]]:
    """The name of a group, and what stands beside it: the block that it calls. Where the author
    gave no name that of the block, with the path where there is room: others may be "inside as"
    that."""
    block = words.call(cluster.scope)[0]
    path = _path(cluster)
    if names.cluster(cluster):
        return path, [block] if block else []
    if block:
        return block, [path] if "." in path and text_width(path, DETAIL) <= room else []
    return _rounds(cluster) or path, []


def _rounds(cluster: Cluster) -> str:
    """How many rounds a loop without a name has, where they stand in it one by one, and which
    round it is of one."""
    path = "" if cluster.scope is None else cluster.scope.path
    if not automatic(path):
        return ""
    if cluster.name.isdigit():
        return names.round_of(cluster.name)
    inside = (node.path.removeprefix(f"{path}.").partition(".")[0] for node in cluster.nodes)
    rounds = {number for number in inside if number.isdigit()}
    return f"{len(rounds)} rounds" if len(rounds) > 1 and cluster.count == 1 else ""


def _path(cluster: Cluster) -> str:
    """The name of a group; of a round, with that of its loop."""
    if cluster.name[:1].isdigit() and cluster.path:
        return ".".join(cluster.path.split(".")[-2:])
    return cluster.name


def _badge(text: str, theme: Theme) -> tuple[str, int]:
    """How many equal ones it is, and the room that this takes."""
    shown = table(badge(text, 14, theme.faint), empty(1, 2))  # what stands below it has room
    return f"<TD>{shown}</TD>{empty(5, 13)}", badge_width(text) + 5


def whole(picture: Picture) -> bool:
    """Whether no name in a heading is divided there."""
    for cluster in filter(framed, open_in(picture.parts)):
        room = picture.heading(cluster)
        shown, beside = _words(cluster, room)
        said = (*shown.rpartition(".")[2].split(" "), *beside)
        if any(text_width(one, DETAIL) > roomy((one,), room) for one in said):
            return False
    return True
