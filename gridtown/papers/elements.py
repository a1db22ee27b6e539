"""The elements of a paper in WordprocessingML, as text: paragraphs, tables, what is signed and sealed.

Text is put together and parsed once: building a big table element by element takes a hundred times as long. Within
an element the order is the schema's; Word refuses a file that has another.
"""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from gridtown.papers.markup import Align, Cell, Paragraph, Seal, Spans, Table
from gridtown.papers.styles import CHAR, LINE, WIDTH, W

_JC = {"left": "left", "centre": "center", "right": "right", "": "left"}
_DAY = "　　年　　月　　日"
_NARROW = 720  # twips
_LONG = 16  # characters of a label that leave room for a line to sign on beside them
_TAB = "<w:r><w:tab/></w:r>"
_NEXT_LINE = "<w:r><w:br/></w:r>"


def run(text: str, *, bold: bool = False, more: str = "") -> str:
    """Text of one look; none makes no run. No line ends within PT2026-00012 or 2026-03-02."""
    look = f'<w:rFonts w:hint="eastAsia"/>{"<w:b/>" if bold else ""}{more}'
    said = "<w:noBreakHyphen/>".join(
        f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text.split("-")
    )
    return f"<w:r><w:rPr>{look}</w:rPr>{said}</w:r>" if text else ""


def runs(spans: Spans) -> str:
    """Text in turns plain and bold."""
    return "".join(run(text, bold=bold) for text, bold in spans)


def paragraph(style: str, inside: str, more: str = "") -> str:
    """A paragraph of one of our styles; `more` is what it has beside it."""
    return f'<w:p {W}><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{inside}</w:p>'


def width_of(text: str) -> int:
    """How wide a text of the body is, in twips: figures and Latin letters take half a character."""
    return sum(CHAR // 2 if ord(char) < 0x2000 else CHAR for char in text)


def page_number(side: str) -> str:
    """— 1 — on the outer side, one character from the edge (7.5)."""
    begin, apart, end = (
        f'<w:r><w:fldChar w:fldCharType="{at}"/></w:r>' for at in ("begin", "separate", "end")
    )
    field = f'{begin}<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>{apart}{run("1")}{end}'
    return paragraph(
        "PageNumber", f"{run('— ')}{field}{run(' —')}", f'<w:ind w:{side}="280"/><w:jc w:val="{side}"/>'
    )


def annex(said: Paragraph) -> str:
    """附件：1. … two characters in; further lines begin under the first character of the name (7.3.4)."""
    before = said.label + said.number
    left = 5 * CHAR + width_of(said.number)
    indent = f'<w:ind w:left="{left}" w:hanging="{width_of(before)}"/>'
    apart = f'<w:spacing w:before="{LINE}"/>' if said.n <= 1 else ""
    return paragraph("Annex", run(before) + runs(said.spans), apart + indent)


def seal(said: Seal, keep: str) -> str:
    """Organ and date, each in the middle of the other, the date four characters from the edge (7.3.5.1).

    They are two lines of one paragraph: no page ends between them, whatever stands at its foot.
    """
    organ, date = width_of(said.organ), width_of(said.date)
    right = max(0, 4 * CHAR - max(0, organ - date) // 2)
    slack = min(right, 2 * CHAR)  # on both sides, for Word's space between Chinese and figures
    left = max(0, WIDTH - right - max(organ, date) - slack)
    side = f'<w:ind w:left="{left}" w:right="{right - slack}"/>'
    lines = run(said.organ) + _NEXT_LINE + run(said.date)
    return paragraph("Closing", lines, f'{keep}<w:spacing w:before="{2 * LINE}"/>{side}')


def _tabs(*stops: tuple[str, int, str]) -> str:
    made = (f'<w:tab w:val="{kind}" w:leader="{leader}" w:pos="{at}"/>' for kind, at, leader in stops)
    return f"<w:tabs>{''.join(made)}</w:tabs>"


def sign_here(label: str, keep: str) -> Iterator[str]:
    """A label, a line, and the day; a long label has a line for itself."""
    line_end = WIDTH - width_of(_DAY) - CHAR
    tabs = _tabs(("left", line_end, "underscore"), ("right", WIDTH, "none"))
    line = _TAB + _TAB + run(_DAY)
    if len(label) > _LONG:
        yield paragraph("Signing", run(f"{label}："), "<w:keepNext/>")
        yield paragraph("Signing", line, keep + tabs)
    else:
        yield paragraph("Signing", run(f"{label}：") + line, keep + tabs)


def sign_beside(labels: Sequence[str], keep: str) -> Iterator[str]:
    """Several who sign beside each other, each with a line and the day below it.

    They stand at tab stops, or one below the other where a label leaves no room for a line: never in a table, which
    LibreOffice does not keep on the page of what follows it.
    """
    share = WIDTH // len(labels)
    if max(width_of(label) for label in labels) + 5 * CHAR > share:
        for n, label in enumerate(labels, 1):
            yield from sign_here(label, keep if n == len(labels) else "<w:keepNext/>")
        return
    ends = [share * n for n in range(1, len(labels) + 1)]
    lines = _tabs(
        *(stop for end in ends for stop in (("left", end - CHAR, "underscore"), ("left", end, "none")))
    )
    names = "".join(
        run(f"{label}：") + _TAB + (_TAB if n < len(labels) else "") for n, label in enumerate(labels, 1)
    )
    yield paragraph("Signing", names, f"<w:keepNext/>{lines}")
    days = "".join(_TAB + run(_DAY) for _ in labels)
    yield paragraph("Signing", days, keep + _tabs(*(("right", end - CHAR, "none") for end in ends)))


def copies(said: str) -> str:
    """The note that closes the paper (版记, 7.4).

    It runs with the text: in a frame at the foot it would push organ and date overleaf alone where they just fit.
    """
    rule = '<w:{} w:val="single" w:sz="8" w:space="4" w:color="000000"/>'
    rules = f"<w:pBdr>{rule.format('top')}{rule.format('bottom')}</w:pBdr>"
    return paragraph("Copies", run(said), f'{rules}<w:spacing w:before="{LINE}"/>')


def beside(rows: Sequence[Sequence[str]]) -> str:
    """Paragraphs beside each other: a table of equal columns that is not seen."""
    share = WIDTH // len(rows[0])
    cell = f'<w:tc><w:tcPr><w:tcW w:w="{share}" w:type="dxa"/></w:tcPr>'
    made = "".join(
        f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(f'{cell}{inside}</w:tc>' for inside in cells)}</w:tr>"
        for cells in rows
    )
    return _whole_table([share] * len(rows[0]), made)


def table(said: Table, keep: str = "") -> str:
    """A table with lines, its head repeated on each page; a cell that is too long goes on overleaf.

    Its last row never stands overleaf alone: the row before goes with it. keep: what makes the last row stay on the
    page of what follows.
    """
    widths = _widths(said.widths)
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in sides)
    head = "".join(_row(cells, widths, said.aligns, head=True) for cells in said.head)
    last = len(said.rows) - 1
    rows = "".join(
        _row(cells, widths, said.aligns, keep=keep if n == last else "<w:keepNext/>" if n == last - 1 else "")
        for n, cells in enumerate(said.rows)
    )
    return _whole_table(widths, head + rows, f"<w:tblBorders>{lines}</w:tblBorders>", room=(40, 85))


def _whole_table(widths: Sequence[int], rows: str, borders: str = "", room: tuple[int, int] = (0, 0)) -> str:
    """A table of columns that stay as wide as they are said; room: around a cell's text, above and beside it."""
    sides = ("top", room[0]), ("left", room[1]), ("bottom", room[0]), ("right", room[1])
    margins = "".join(f'<w:{side} w:w="{n}" w:type="dxa"/>' for side, n in sides)
    look = f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/>{borders}<w:tblLayout w:type="fixed"/>'
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f"<w:tbl {W}><w:tblPr>{look}<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def _widths(shares: Sequence[int]) -> list[int]:
    """Shares of the width in twips; a narrow column still holds two characters, at the widest one's expense."""
    narrow = min(_NARROW, WIDTH // len(shares))
    widths = [max(narrow, WIDTH * share // sum(shares)) for share in shares]
    while (over := sum(widths) - WIDTH) > 0:
        widest = widths.index(max(widths))
        widths[widest] = max(narrow, widths[widest] - over)
    return widths


def _row(
    cells: Sequence[Cell],
    widths: Sequence[int],
    aligns: Sequence[Align],
    *,
    head: bool = False,
    keep: str = "",
) -> str:
    made, style = "", "CellHead" if head else "Cell"
    for at, cell in enumerate(cells):
        over = f'<w:gridSpan w:val="{cell.over}"/>' if cell.over > 1 else ""
        width = f'<w:tcW w:w="{sum(widths[at : at + cell.over])}" w:type="dxa"/>'
        jc = "" if head else f'<w:jc w:val="{_JC[aligns[at]]}"/>'
        lines = "".join(paragraph(style, runs(line), keep + jc) for line in cell.lines)
        made += f'<w:tc><w:tcPr>{width}{over}<w:vAlign w:val="center"/></w:tcPr>{lines}</w:tc>'
    height = '<w:trHeight w:val="567" w:hRule="atLeast"/>'
    kept = f"<w:cantSplit/>{height}<w:tblHeader/>" if head else height
    return f"<w:tr><w:trPr>{kept}</w:trPr>{made}</w:tr>"
