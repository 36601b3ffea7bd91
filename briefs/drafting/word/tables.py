"""Tables of a Word file as simple XML: rows and cells, each with its paragraphs."""

from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from .xml import find, find_all, made, value, whole

MOST_COLUMNS = 200  # more than Word has; a file may claim any number
# Reads what is in a cell besides tables: a paragraph.
Read = Callable[[Element], Iterator[Element]]


def only_cell(table: Element) -> Element | None:
    """The cell of a table that has just one, which is a frame around text."""
    cells = _cells(table)
    return cells[0] if len(cells) == 1 else None


def simple(table: Element, read: Read) -> Element:
    """The table, with all that's in its cells, tables included."""
    return made("w:tbl", *(_row(row, read) for row in find_all(table, "w:tr")))


def covered(table: Element) -> Iterator[Element]:
    """The cells that lie under the cell above, so that Word doesn't show their words."""
    return (cell for cell in _cells(table) if _goes_on(cell))


def _cells(table: Element) -> list[Element]:
    return find_all(table, "w:tr/w:tc")


def _row(row: Element, read: Read) -> Element:
    head = find(row, "w:trPr/w:tblHeader")
    properties = [made("w:trPr", head)] if head is not None else []
    return made("w:tr", *properties, *(_cell(cell, read) for cell in find_all(row, "w:tc")))


def _cell(cell: Element, read: Read) -> Element:
    span = min(max(whole(value(cell, "w:tcPr", "w:gridSpan"), 1), 1), MOST_COLUMNS)
    properties = made("w:tcPr", made("w:gridSpan", w_val=str(span)))
    merge = find(cell, "w:tcPr/w:vMerge")
    if merge is not None:
        properties.append(made("w:vMerge", w_val="continue" if _goes_on(cell) else "restart"))
    inside: list[Element] = []
    for child in cell:
        if child.tag == "w:tbl":
            inside.append(simple(child, read))
        elif child.tag != "w:tcPr":
            inside += read(child)
    return made("w:tc", properties, *inside)


def _goes_on(cell: Element) -> bool:
    """Whether the cell above goes on in this one."""
    merge = find(cell, "w:tcPr/w:vMerge")
    return merge is not None and merge.get("w:val", "continue") == "continue"
