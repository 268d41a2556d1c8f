"""Text from a spec made harmless in LaTeX, for any engine and the fonts every installation has."""

from __future__ import annotations

import unicodedata

from archc.emit.text import clean

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\ensuremath{<}",
    ">": r"\ensuremath{>}",
    "|": r"\ensuremath{\vert}",
    '"': r"''",
    "`": r"{`}",
    "'": r"{'}",
    "-": r"{-}",
    ",": r"{,}",
    "\u00d7": r"\ensuremath{\times}",
    "\u00b7": r"\ensuremath{\cdot}",
    "\u2192": r"\ensuremath{\to}",
    "\u2013": "--",
    "\u2014": "---",
    "\u2026": r"\ldots{}",
    "\u2265": r"\ensuremath{\ge}",
    "\u2264": r"\ensuremath{\le}",
    "\u221a": r"\ensuremath{\surd}",
    "\u00df": r"\ss{}",
    "\u00a0": "~",
}
_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030c": "v",
    "\u0327": "c",
}
_GREEK = {
    "\u03b1": "alpha", "\u03b2": "beta", "\u03b3": "gamma", "\u03b4": "delta", "\u03b5": "epsilon",
    "\u03b6": "zeta", "\u03b7": "eta", "\u03b8": "theta", "\u03ba": "kappa", "\u03bb": "lambda",
    "\u03bc": "mu", "\u00b5": "mu", "\u03bd": "nu", "\u03be": "xi", "\u03c0": "pi", "\u03c1": "rho",
    "\u03c3": "sigma", "\u03c4": "tau", "\u03c6": "phi", "\u03c7": "chi", "\u03c8": "psi",
    "\u03c9": "omega", "\u0393": "Gamma", "\u0394": "Delta", "\u0398": "Theta", "\u039b": "Lambda",
    "\u03a0": "Pi", "\u03a3": "Sigma", "\u03a6": "Phi", "\u03a8": "Psi", "\u03a9": "Omega",
}  # fmt: skip


def latex(text: str) -> str:
    """One line of text. A character that the plain fonts lack becomes a small box."""
    return "".join(map(_escaped, clean(text)))


def comment(text: str) -> str:
    """Text behind a `%`, to the end of the line: plain characters only."""
    shown = clean(text).replace("\u00d7", "x").replace("\u2013", "-").replace("^", "?")
    return "".join(one if one.isascii() else f"U+{ord(one):04X}" for one in shown)


def _escaped(character: str) -> str:
    known = _SPECIAL.get(character)
    if known is not None:
        return known
    if " " <= character <= "~":
        return character
    if character in _GREEK:
        return rf"\ensuremath{{\{_GREEK[character]}}}"
    parts = unicodedata.normalize("NFD", character)
    if len(parts) == 2 and parts[0].isascii() and parts[0].isalpha() and parts[1] in _ACCENTS:
        base = {"i": r"\i", "j": r"\j"}.get(parts[0], parts[0])
        return rf"\{_ACCENTS[parts[1]]}{{{base}}}"
    return "" if unicodedata.combining(character) else r"\rule{.5em}{.5em}"
