"""What every PNG is given before it is written: its pixels an inch, and a page without holes."""

from __future__ import annotations

from collections.abc import Iterator
from struct import pack, unpack
from zlib import compress, crc32, decompress

DPI = 192
_START = 8  # bytes of the signature
_RGB, _RGBA = 2, 6  # how a PNG calls them


def printed(data: bytes, dpi: int) -> bytes:
    """The same picture with its pixels a metre in a chunk `pHYs`, whatever it said before, and
    with colours alone.

    A pixel at the rim that the page covers in part has the colour of the paper and is transparent
    in part; a printer that knows no transparency makes a black hair of it.
    """
    chunks = list(_chunks(data))
    wide, high, depth, kind, *_, woven = unpack(">IIBBBBB", chunks[0][1])
    pixels = b"".join(body for name, body in chunks if name == b"IDAT")
    if (kind, depth, woven) == (_RGBA, 8, 0):
        chunks[0] = (b"IHDR", pack(">IIBBBBB", wide, high, depth, _RGB, 0, 0, 0))
        pixels = compress(_coloured(decompress(pixels), wide), 9)
    kept = [one for one in chunks[1:] if one[0] not in (b"pHYs", b"IDAT", b"IEND", b"sBIT")]
    density = (b"pHYs", pack(">IIB", *[round(dpi / 0.0254)] * 2, 1))
    order = [chunks[0], density, *kept, (b"IDAT", pixels), (b"IEND", b"")]
    return data[:_START] + b"".join(_chunk(name, body) for name, body in order)


def _coloured(rows: bytes, wide: int) -> bytes:
    """Rows of a PNG without their opacity. A filter foretells a byte from bytes of the same
    channel alone, so that the others are right as they are."""
    result = bytearray()
    length = 1 + 4 * wide
    for start in range(0, len(rows), length):
        row = bytearray(3 * wide)
        for channel in range(3):
            row[channel::3] = rows[start + 1 + channel : start + length : 4]
        result.append(rows[start])
        result += row
    return bytes(result)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The name and the body of each."""
    place = _START
    while place < len(data):
        (length,) = unpack(">I", data[place : place + 4])
        yield data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        place += length + 12


def _chunk(name: bytes, body: bytes) -> bytes:
    return pack(">I", len(body)) + name + body + pack(">I", crc32(name + body))
