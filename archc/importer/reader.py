"""The reader of operations, put together of its parts."""

from __future__ import annotations

from archc.importer.read_matrices import Matrices
from archc.importer.read_pointwise import Weightless
from archc.importer.read_shapes import Shaped
from archc.importer.read_weights import Weighted


class Reader(Weighted, Weightless, Matrices, Shaped):
    """Makes layers, merges and slices of an exported model's operations."""
