"""Charts as SVG: bars or a course, black on white, readable without colour; the same input, the same bytes.

Lengths are in the drawing's own units; a page scales it. Text is in the reader's own font.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from html import escape
from math import ceil, floor, log10

from gridtown.report.typeset.blocks import Chart

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 26, 34
MOST_FLAT = 12  # labels that have room beside each other; more are set upright
_TICKS = 4
FONTS = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',SimHei,sans-serif"


def ticks(values: Sequence[float | None]) -> list[float]:
    """Round numbers from nought to above the greatest value (from below the least, where one is negative)."""
    known = [value for value in values if value is not None]
    top, low = max([*known, 0.0]), min([*known, 0.0])
    if top == low:
        return [0.0, 1.0]
    rough = (top - low) / _TICKS
    base = 10.0 ** floor(log10(rough))
    step = next(base * n for n in (1, 2, 2.5, 5, 10) if base * n >= rough - 1e-12)
    first, last = floor(low / step + 1e-9), ceil(top / step - 1e-9)
    first -= round(step * first, 10) > low  # a little below nought, beside what is great
    last += round(step * last, 10) < top
    return [round(step * n, 10) for n in range(first, last + 1)]


def svg(chart: Chart, *, fonts: str = FONTS) -> str:
    """The drawing; `values` that are missing leave a gap."""
    upright = len(chart.labels) > MOST_FLAT or (
        max(map(len, chart.labels), default=0) > 4 and len(chart.labels) > 8
    )
    bottom = BOTTOM + (46 if upright else 0)
    height = HEIGHT + (46 if upright else 0)
    marks = ticks(chart.values)
    span = marks[-1] - marks[0]

    def y(value: float) -> float:
        return round(height - bottom - (value - marks[0]) / span * (height - bottom - TOP), 2)

    slot = (WIDTH - LEFT - RIGHT) / max(1, len(chart.labels))
    middles = [round(LEFT + slot * (at + 0.5), 2) for at in range(len(chart.labels))]
    hatch = (
        f"hatch-{sha256(repr((chart.title, chart.labels)).encode()).hexdigest()[:8]}"  # several on one page
    )
    about, family = escape(chart.title, quote=True), escape(fonts, quote=True)
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{about}" ',
        f'font-family="{family}" font-size="13" fill="#000">',
        f'<defs><pattern id="{hatch}" width="5" height="5" patternUnits="userSpaceOnUse" ',
        'patternTransform="rotate(45)">',
        '<rect width="5" height="5" fill="#fff"/><line x1="0" y1="0" x2="0" y2="5" stroke="#000" stroke-width="2"/>',
        "</pattern></defs>",
    ]
    for mark in marks:
        line = "#000" if mark == 0 else "#999"
        dash = "" if mark == 0 else ' stroke-dasharray="2 3"'
        body.append(
            f'<line x1="{LEFT}" y1="{y(mark)}" x2="{WIDTH - RIGHT}" y2="{y(mark)}" stroke="{line}"{dash}/>'
        )
        body.append(f'<text x="{LEFT - 6}" y="{y(mark) + 4}" text-anchor="end">{short(mark)}</text>')
    if chart.unit:
        body.append(f'<text x="{LEFT - 6}" y="14" text-anchor="end">{escape(chart.unit)}</text>')
    body += _bars(chart, middles, slot, y, hatch) if chart.kind == "bar" else _line(chart, middles, y)
    for middle, label in zip(middles, chart.labels, strict=True):
        at = f'x="{middle}" y="{height - bottom + 18}"'
        turn = (
            f' transform="rotate(-60 {middle} {height - bottom + 14})" text-anchor="end"'
            if upright
            else ' text-anchor="middle"'
        )
        body.append(f"<text {at}{turn}>{escape(label)}</text>")
    return "".join([*body, "</svg>"])


def short(value: float) -> str:
    """A number on an axis."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0")


def _value(x: float, y: float, value: float) -> str:
    return f'<text x="{x}" y="{round(y, 2)}" text-anchor="middle" font-size="11">{short(value)}</text>'


def _bars(
    chart: Chart, middles: Sequence[float], slot: float, y: Callable[[float], float], hatch: str
) -> Iterator[str]:
    wide = round(slot * 0.6, 2)
    for middle, value in zip(middles, chart.values, strict=True):
        if value is None:
            yield f'<text x="{middle}" y="{y(0) - 4}" text-anchor="middle">–</text>'
            continue
        top, foot = min(y(value), y(0)), max(y(value), y(0))
        yield (
            f'<rect x="{round(middle - wide / 2, 2)}" y="{top}" width="{wide}" height="{round(foot - top, 2)}" '
            f'fill="url(#{hatch})" stroke="#000"/>'
        )
        if len(middles) <= MOST_FLAT:
            yield _value(middle, top - 4, value)


def _line(chart: Chart, middles: Sequence[float], y: Callable[[float], float]) -> Iterator[str]:
    run: list[str] = []
    for middle, value in [*zip(middles, chart.values, strict=True), (0.0, None)]:
        if value is not None:
            run.append(f"{middle},{y(value)}")
            continue
        if run:
            yield f'<polyline points="{" ".join(run)}" fill="none" stroke="#000" stroke-width="2"/>'
        run = []
    for middle, value in zip(middles, chart.values, strict=True):
        if value is not None:
            at = y(value)
            yield f'<circle cx="{middle}" cy="{at}" r="4" fill="#fff" stroke="#000" stroke-width="2"/>'
            if len(middles) <= MOST_FLAT:
                yield _value(middle, at - 9, value)
