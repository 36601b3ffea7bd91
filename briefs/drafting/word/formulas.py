"""Formulas of a Word file as a line of text, as they'd be typed."""

from xml.etree.ElementTree import Element

from ..letters import lowered, raised
from .xml import find, find_all

SUMS = "∫"  # what Word means if a formula doesn't say which sign
FORMULAS = ("m:oMath", "m:oMathPara")


def line_of(formula: Element) -> str:
    """The formula on a line, such as a=(b+c)/2."""
    return " ".join(_line(formula).split())


def _line(element: Element) -> str:
    if element.tag in ("m:t", "w:t"):
        return element.text or ""
    made = _MADE.get(element.tag)
    if made:
        return made(element)
    # Formulas of a paragraph, and rows of a matrix, are apart.
    between = " " if element.tag in ("m:oMathPara", "m:eqArr", "m:m", "m:mr") else ""
    return between.join(_line(child) for child in element)


def _part(element: Element, tag: str) -> str:
    found = find(element, tag)
    return _line(found).strip() if found is not None else ""


def _grouped(text: str) -> str:
    return text if len(text) < 2 or text.replace(".", "").isalnum() else f"({text})"


def _above(text: str) -> str:
    return (raised(text) or f"^{_grouped(text)}") if text else ""


def _below(text: str) -> str:
    return (lowered(text) or f"_{_grouped(text)}") if text else ""


def _scripts(element: Element) -> str:
    below, above = _below(_part(element, "m:sub")), _above(_part(element, "m:sup"))
    if element.tag == "m:sPre":
        return below + above + _part(element, "m:e")
    return _part(element, "m:e") + below + above


def _fraction(element: Element) -> str:
    return f"{_grouped(_part(element, 'm:num'))}/{_grouped(_part(element, 'm:den'))}"


def _root(element: Element) -> str:
    return f"{_above(_part(element, 'm:deg'))}√{_grouped(_part(element, 'm:e'))}"


def _sum(element: Element) -> str:
    sign = find(element, "m:naryPr/m:chr")
    shown = SUMS if sign is None else sign.get("m:val", "")
    limits = _below(_part(element, "m:sub")) + _above(_part(element, "m:sup"))
    return f"{shown}{limits} {_part(element, 'm:e')}"


def _bracket(element: Element) -> str:
    signs = {"m:begChr": "(", "m:sepChr": "|", "m:endChr": ")"}
    for tag in signs:
        found = find(element, f"m:dPr/{tag}")
        if found is not None:
            signs[tag] = found.get("m:val", "")
    begin, between, end = signs.values()
    return begin + between.join(_line(e) for e in find_all(element, "m:e")) + end


def _limit(element: Element) -> str:
    below = element.tag == "m:limLow"
    limit = _part(element, "m:lim")
    return _part(element, "m:e") + (_below(limit) if below else _above(limit))


def _function(element: Element) -> str:
    return f"{_part(element, 'm:fName')} {_part(element, 'm:e')}"


_MADE = {
    "m:sSup": _scripts,
    "m:sSub": _scripts,
    "m:sSubSup": _scripts,
    "m:sPre": _scripts,
    "m:f": _fraction,
    "m:rad": _root,
    "m:nary": _sum,
    "m:d": _bracket,
    "m:limLow": _limit,
    "m:limUpp": _limit,
    "m:func": _function,
}
