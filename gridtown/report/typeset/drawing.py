"""Charts as Word draws them itself: numbers and names in the file, lines and hatching in black; no font, no picture.

Whoever opens the file can read the numbers behind a chart, and a printer without colour loses nothing.
"""

from xml.sax.saxutils import escape, quoteattr

from gridtown.papers.styles import LATIN, SONG
from gridtown.report.typeset.blocks import Chart

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart"
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SIZE = (5_580_000, 2_700_000)  # EMU: 155 × 75 mm
_BLACK = '<a:solidFill><a:srgbClr val="000000"/></a:solidFill>'
_LINE = f'<c:spPr><a:ln w="19050">{_BLACK}</a:ln></c:spPr>'
_GRID = (
    '<c:majorGridlines><c:spPr><a:ln w="3175"><a:solidFill><a:srgbClr val="999999"/></a:solidFill>'
    '<a:prstDash val="sysDot"/></a:ln></c:spPr></c:majorGridlines>'
)
_HATCH = (
    '<c:spPr><a:pattFill prst="wdUpDiag"><a:fgClr><a:srgbClr val="000000"/></a:fgClr>'
    f'<a:bgClr><a:srgbClr val="FFFFFF"/></a:bgClr></a:pattFill><a:ln w="9525">{_BLACK}</a:ln></c:spPr>'
)
_MARKER = (
    '<c:marker><c:symbol val="circle"/><c:size val="6"/><c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>'
    f'<a:ln w="12700">{_BLACK}</a:ln></c:spPr></c:marker>'
)
_MOST_LABELLED = 12


def _text(turn: str = "") -> str:
    fonts = f'<a:latin typeface="{LATIN}"/><a:ea typeface="{SONG}"/>'
    return (
        f'<c:txPr><a:bodyPr{turn}/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="900">{_BLACK}{fonts}</a:defRPr></a:pPr>'
        '<a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )


def chart(said: Chart) -> str:
    """The chart part: one series over its names; a missing value is a gap."""
    names = "".join(f'<c:pt idx="{n}"><c:v>{escape(name)}</c:v></c:pt>' for n, name in enumerate(said.labels))
    values = "".join(
        f'<c:pt idx="{n}"><c:v>{value:g}</c:v></c:pt>'
        for n, value in enumerate(said.values)
        if value is not None
    )
    count = len(said.labels)
    labels = ""
    if count <= _MOST_LABELLED:
        labels = (
            f'<c:dLbls>{_text()}<c:dLblPos val="{"outEnd" if said.kind == "bar" else "b"}"/><c:showLegendKey val="0"/>'
            '<c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/>'
            '<c:showBubbleSize val="0"/></c:dLbls>'
        )
    look = f'{_HATCH}<c:invertIfNegative val="0"/>' if said.kind == "bar" else _LINE + _MARKER
    smooth = "" if said.kind == "bar" else '<c:smooth val="0"/>'
    series = (
        '<c:ser><c:idx val="0"/><c:order val="0"/><c:tx><c:strRef><c:f>Sheet1!$B$1</c:f><c:strCache>'
        f'<c:ptCount val="1"/><c:pt idx="0"><c:v>{escape(said.title)}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
        f"{look}{labels}"
        f'<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${count + 1}</c:f><c:strCache><c:ptCount val="{count}"/>{names}'
        "</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>Sheet1!$B$2:$B${count + 1}</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        f'<c:ptCount val="{count}"/>{values}</c:numCache></c:numRef></c:val>{smooth}</c:ser>'
    )
    of_both = f'<c:varyColors val="0"/>{series}'
    ends = '<c:axId val="111"/><c:axId val="222"/>'
    if said.kind == "bar":
        drawn = (
            f'<c:barChart><c:barDir val="col"/><c:grouping val="clustered"/>{of_both}<c:gapWidth val="60"/>{ends}'
            "</c:barChart>"
        )
    else:
        drawn = f'<c:lineChart><c:grouping val="standard"/>{of_both}<c:marker val="1"/>{ends}</c:lineChart>'
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<c:chartSpace xmlns:c="{_C}" xmlns:a="{_A}" xmlns:r="{_R}"><c:roundedCorners val="0"/><c:chart>'
        f'<c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>{drawn}{_axes(said)}</c:plotArea>'
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr></c:chartSpace>"
    )


def _axes(said: Chart) -> str:
    turn = ' rot="-3600000" vert="horz"' if len(said.labels) > _MOST_LABELLED else ""
    unit = ""
    if said.unit:
        unit = (
            '<c:title><c:tx><c:rich><a:bodyPr rot="0" vert="horz"/><a:p><a:pPr><a:defRPr sz="900" b="0"/></a:pPr>'
            f'<a:r><a:rPr lang="zh-CN" sz="900" b="0"/><a:t>{escape(said.unit)}</a:t></a:r></a:p></c:rich></c:tx>'
            '<c:overlay val="0"/></c:title>'
        )
    axis = f'<c:spPr><a:ln w="9525">{_BLACK}</a:ln></c:spPr>'
    least = "" if any((value or 0) < 0 for value in said.values) else '<c:min val="0"/>'
    plain = '<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="out"/><c:minorTickMark val="none"/>'
    return (
        '<c:catAx><c:axId val="111"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="b"/>{plain}<c:tickLblPos val="low"/>{axis}{_text(turn)}<c:crossAx val="222"/>'
        '<c:crosses val="autoZero"/><c:auto val="1"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>'
        '<c:tickLblSkip val="1"/><c:noMultiLvlLbl val="0"/></c:catAx>'
        f'<c:valAx><c:axId val="222"/><c:scaling><c:orientation val="minMax"/>{least}</c:scaling><c:delete val="0"/>'
        f'<c:axPos val="l"/>{_GRID}{unit}{plain}<c:tickLblPos val="nextTo"/>{axis}{_text()}'
        '<c:crossAx val="111"/><c:crosses val="autoZero"/></c:valAx>'
    )


def inline(relation: str, n: int, title: str) -> str:
    """The run that stands in the text for a chart."""
    wide, high = SIZE
    return (
        f'<w:r xmlns:w="{_W}"><w:drawing><wp:inline xmlns:wp="{_WP}" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="{n}" name="Chart {n}" descr={quoteattr(title)}/>'
        f'<wp:cNvGraphicFramePr/><a:graphic xmlns:a="{_A}"><a:graphicData uri="{_C}">'
        f'<c:chart xmlns:c="{_C}" xmlns:r="{_R}" r:id="{relation}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
