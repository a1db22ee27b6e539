"""A report as PDF in the layout of official papers, set by Typst from one wheel; the same report and fonts, the same bytes.

The page is that of the Word file (GB/T 9704-2012): 37, 35, 28 and 26 mm around 22 lines of 28 characters, the numbers of
pages outside. Fonts are those of the machine, and those put into the data folder's `fonts`: the ones that the standard
names where they are there, else the nearest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import typst
from django.conf import settings

from gridtown.report import annex, charts
from gridtown.report.blocks import (
    Block,
    Cell,
    Chart,
    Figure,
    Paragraph,
    Report,
    Section,
    Span,
    Table,
    compact,
)
from gridtown.report.levels import numbered
from gridtown.report.word import NEVER
from gridtown.report.words import say

# What may set a part of a paper, the best first: what the standard names, then what systems bring.
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "title": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "STZhongsong", "Noto Serif CJK SC", "Source Han Serif SC",
              "Noto Serif SC", "SimSun", "Songti SC"),
    "body": ("FangSong_GB2312", "FangSong", "STFangsong", "Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC",
             "SimSun", "Songti SC"),
    "hei": ("SimHei", "STHeiti", "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "Microsoft YaHei",
            "WenQuanYi Zen Hei", "PingFang SC"),
    "kai": ("KaiTi_GB2312", "KaiTi", "STKaiti", "AR PL UKai CN", "LXGW WenKai"),
}  # fmt: skip
LATIN = "Libertinus Serif"  # comes with Typst, so that figures look alike on every machine
_SIZE, _LINE = 16.0, 28.95  # pt
_PREFER_BOLD = frozenset({"Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC", "SimSun", "Songti SC"})


class NoFont(RuntimeError):
    """There is no Chinese font on this machine: a PDF would be empty boxes."""


@dataclass(frozen=True)
class Fonts:
    """What sets each part, and a digest of the files and the compiler: with the same the bytes are the same."""

    chosen: Mapping[str, str]
    digest: str
    found: typst.Fonts


def own_fonts() -> Path:
    """The folder into which a town puts fonts that it has a licence for."""
    return Path(settings.GRIDTOWN_HOME) / "fonts"


def fonts() -> Fonts:
    """The fonts of this machine; NoFont where none has Chinese."""
    folder = own_fonts()
    listed = tuple(sorted(str(path) for path in folder.glob("*.[ot]t[fc]"))) if folder.is_dir() else ()
    return _fonts(listed)


@cache
def _fonts(own: tuple[str, ...]) -> Fonts:
    found = typst.Fonts(font_paths=sorted({str(Path(path).parent) for path in own}))
    known = {info.family: info for info in reversed(found.fonts())}
    chosen = {part: next((name for name in names if name in known), "") for part, names in FAMILIES.items()}
    chinese = chosen["body"] or chosen["hei"] or chosen["title"]
    if not chinese:
        raise NoFont(
            say("no_font", "zh", folder=own_fonts()) + "\n" + say("no_font", "en", folder=own_fonts())
        )
    chosen = {part: name or chinese for part, name in chosen.items()}
    used = sorted({*chosen.values()})
    files = sorted({str(info.path) for info in found.fonts() if info.family in used and info.path})
    told = sha256(f"typst {version('typst')}".encode())
    for path in files:
        told.update(_digest(path).encode())
    return Fonts(chosen, told.hexdigest(), found)


@cache
def _digest(path: str) -> str:
    return sha256(Path(path).read_bytes()).hexdigest()


def pdf(report: Report, *, site: str) -> bytes:
    """The PDF file; NoFont where the machine has no Chinese font."""
    known = fonts()
    made = datetime.fromisoformat(report.as_of) if report.as_of else NEVER
    source = "\n".join(_Setter(report, site, known.chosen).lines())
    compiler = typst.Compiler(source.encode(), font_paths=known.found)
    done = compiler.compile(format="pdf", timestamp=made.astimezone(UTC).replace(microsecond=0))
    if not isinstance(done, bytes):
        raise TypeError("a PDF is one file")
    return done


def text(said: str) -> str:
    """A text as Typst has it: nothing in it acts."""
    plain = said.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{plain}"'


def _show(said: str) -> str:
    return f"#{text(said)}" if said else ""


class _Setter:
    def __init__(self, report: Report, site: str, chosen: Mapping[str, str]) -> None:
        self.report, self.site, self.chosen = report, site, chosen
        self.tables = self.charts = 0

    def _font(self, part: str) -> str:
        latin = f'(name: {text(LATIN)}, covers: "latin-in-cjk")'
        return f"({latin}, {text(self.chosen[part])})"

    def lines(self) -> Iterator[str]:
        """The document from its first setting to its last annex."""
        report, gap = self.report, f"{_LINE - _SIZE}pt"
        lang = 'lang: "zh", region: "cn"' if report.lang == "zh" else 'lang: "en"'
        yield f"#set document(title: {text(report.title)}, author: {text(report.organ)}, keywords: ({text(report.hash)},))"
        yield (
            '#set page(paper: "a4", margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm), footer-descent: 7mm, '
            f"footer: context {{ set text(size: 14pt, font: {self._font('body')}); let n = counter(page).get().first(); "
            "align(if calc.odd(n) { right } else { left }, pad(x: 14pt)[— #n —]) })"
        )
        yield (
            f"#set text(font: {self._font('body')}, size: {_SIZE}pt, {lang}, top-edge: 0.8em, bottom-edge: -0.2em, "
            "tracking: -0.25pt, overhang: false, cjk-latin-spacing: none, fallback: false)"
        )
        yield f"#set par(leading: {gap}, spacing: {gap}, justify: true, first-line-indent: (amount: 2em, all: true))"
        yield "#let plain(it) = { set par(first-line-indent: 0pt); it }"
        yield "#let note(it) = { set text(size: 14pt); it }"
        weight = '"bold"' if self.chosen["title"] in _PREFER_BOLD else '"regular"'
        yield (
            f"#let title(it) = plain(align(center, {{ set text(font: {self._font('title')}, size: 22pt, weight: {weight}); "
            "set par(leading: 13pt); it }))"
        )
        yield f"#let hei(it) = {{ set text(font: {self._font('hei')}); it }}"
        kai = self.chosen["kai"]
        yield f"#let kai(it) = {{ set text(font: {self._font('kai')}{'' if kai in FAMILIES['kai'] else ', style: ' + text('normal')}); it }}"
        yield f"#let caption(it) = plain(block(width: 100%, sticky: true, above: 12pt, below: 8pt, align(center, {{ set text(font: {self._font('hei')}, size: 14pt); it }})))"
        yield (
            "#let grid-of(columns, ..cells) = { set text(size: 10.5pt, tracking: 0pt); set par(leading: 4.5pt, spacing: 4.5pt, "
            "justify: false, first-line-indent: 0pt); table(columns: columns, stroke: 0.5pt, inset: (x: 4pt, y: 3.5pt), "
            "align: (x, y) => if y == 0 { center + horizon } else if x == 0 { left + horizon } else { right + horizon }, ..cells) }"
        )
        yield from self._body()

    def _body(self) -> Iterator[str]:
        report, lang = self.report, self.report.lang
        yield f"#title[{_show(report.title)}]\n"
        yield f"#v({_LINE - _SIZE}pt)\n"
        yield from self._sections(report.sections)
        titles = [one.title for one in report.annexes] + [annex.title(lang)]
        yield f"#v({_LINE}pt)"
        yield "#block(breakable: false, width: 100%)[" + "\n\n".join(self._listed(titles)) + "\n"
        yield f"#v({2 * _LINE - _SIZE}pt)"
        yield f"#plain(align(right, pad(right: 4em, box(align(center)[{_show(report.organ)} \\ {_show(report.day or '—')}]))))]\n"
        for n, one in enumerate(report.annexes, 1):
            yield from self._opened(n, one.title)
            yield from self._sections(one.sections)
        yield from self._opened(len(titles) if len(titles) > 1 else 0, titles[-1])
        yield from self._figures()

    def _listed(self, titles: Sequence[str]) -> Iterator[str]:
        """附件：1. … with the further ones below the first's name."""
        head = say("annex.list", self.report.lang)
        for n, title in enumerate(titles, 1):
            number = f"{n}. " if len(titles) > 1 else ""
            before = _show(head) if n == 1 else f"#hide[{_show(head)}]"
            yield f"{before}{_show(number)}{_show(title)}"

    def _opened(self, n: int, title: str) -> Iterator[str]:
        mark = say("annex.mark", self.report.lang, n=n or "").strip()
        yield f"#pagebreak()\n#plain(hei[{_show(mark)}])\n\n#title[{_show(title)}]\n\n#v({_LINE - _SIZE}pt)\n"

    def _sections(self, sections: Sequence[Section]) -> Iterator[str]:
        for number, section in numbered(sections, self.report.lang):
            if section.title:
                look = {2: "hei", 3: "kai"}.get(section.level, "strong")
                yield f"#block(sticky: true, inset: (left: 2em), above: {_LINE - _SIZE}pt, below: {_LINE - _SIZE}pt)[#plain[#{look}[{_show(number + section.title)}]]]\n"
            for block in section.blocks:
                yield from self._block(block)

    def _block(self, block: Block) -> Iterator[str]:
        match block:
            case Paragraph():
                said = "".join(map(self._span, block.spans))
                yield f"#note[{said}]\n" if block.note else f"{said}\n"
            case Table():
                self.tables += 1
                yield self._caption("table", self.tables, block.title)
                yield self._table(block)
            case Chart():
                self.charts += 1
                drawn = charts.svg(block, fonts=self.chosen["hei"])
                yield f'#block(above: 12pt, below: 0pt, sticky: true, image(bytes({text(drawn)}), format: "svg", width: 100%))'
                yield self._caption("chart", self.charts, block.title)
                yield self._table(compact(block.table))

    def _caption(self, kind: str, n: int, title: str) -> str:
        return f"#caption[{_show(say(f'caption.{kind}', self.report.lang, n=n) + '　' + title)}]"

    def _span(self, span: Span) -> str:
        return (
            f"#link(<{annex.mark(span.n)}>)[{_show(span.text)}]" if isinstance(span, Figure) else _show(span)
        )

    def _cell(self, cell: Cell) -> str:
        return f"[{self._span(cell)}]"

    def _table(self, table: Table) -> str:
        count = len(table.head)
        first = "2.2fr" if 2 < count < 7 else "1fr"
        widths = ", ".join([first, *["1fr"] * (count - 1)])
        head = ", ".join(f"hei[{_show(head)}]" for head in table.head)
        rows = ",\n".join(", ".join(map(self._cell, row)) for row in table.rows)
        return f"#grid-of(({widths}), table.header({head}),\n{rows})\n#v(6pt)"

    def _figures(self) -> Iterator[str]:
        report = self.report
        for said in annex.preface(report):
            yield f"#note[{_show(said)}]\n"
        heads = ", ".join(f"hei[{_show(head)}]" for head in annex.heads(report.lang))
        rows = []
        for entry in report.entries:
            told = annex.told(entry, report)
            name = _show(told.name) + (f" \\ {_show(told.question)}" if told.question else "")
            answer = " \\ ".join(map(_show, told.answer))
            opens = f"#link({text(self.site + told.link)})[{_show(told.opens)}]"
            counted = " \\ ".join([*map(_show, told.counted), opens])
            rows.append(
                f"[{_show(str(entry.n))} #metadata({text(str(entry.n))}) <{annex.mark(entry.n)}>], "
                f"align(left)[{name}], align(left)[{answer}], align(left)[{counted}]"
            )
        body = ",\n".join(rows)
        yield f"#grid-of((0.8cm, 3fr, 1.7fr, 4fr), table.header({heads}),\n{body})\n"
        yield f"#note[{_show(report.rounding)}]"
