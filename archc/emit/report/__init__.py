"""One self-contained page that explains networks: figures, pictures, arithmetic, source, code.

It needs Jinja2, and for its diagrams Graphviz; without the latter it says so in their place.
"""

from __future__ import annotations

from archc.emit.report.page import Chapter, fits, report

__all__ = ["Chapter", "fits", "report"]
