"""A report as PDF in the layout of official papers, set by Typst; the same report and fonts, the same bytes.

The page is that of the Word file (GB/T 9704-2012), said in `paper.typ`. Typst is one wheel and needs nothing of the
system but a Chinese font: what the machine has, or what lies in the data folder's `fonts`; those that the standard
names where they are there, else the nearest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import typst
from django.conf import settings

from gridtown.report.typeset import annex, charts
from gridtown.report.typeset.blocks import (
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
from gridtown.report.typeset.levels import numbered
from gridtown.report.typeset.word import NEVER
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
_TOGETHER = 9  # rows of a table that stays on one page
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
    paths = sorted({str(info.path) for info in found.fonts() if info.family in used and info.path})
    told = sha256(f"typst {version('typst')}".encode())
    for path in paths:
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

    def lines(self) -> Iterator[str]:
        """The document from its first setting to its last annex."""
        report = self.report
        about = f"title: {text(report.title)}, author: {text(report.organ)}, keywords: ({text(report.hash)},)"
        yield f"#set document({about})"
        for part, name in self.chosen.items():
            yield f'#let fonts-{part} = ((name: {text(LATIN)}, covers: "latin-in-cjk"), {text(name)})'
        yield f"#let title-weight = {text('bold' if self.chosen['title'] in _PREFER_BOLD else 'regular')}"
        chinese = report.lang == "zh"
        yield f"#let language = {text(report.lang)}\n#let region = {text('cn') if chinese else 'none'}"
        yield (files("gridtown.report.typeset") / "paper.typ").read_text("utf-8")
        yield from self._body()

    def _body(self) -> Iterator[str]:
        report, lang = self.report, self.report.lang
        yield f"#title[{_show(report.title)}]\n"
        yield "#v(gap)\n"
        yield from self._sections(report.sections)
        titles = [one.title for one in report.annexes] + [annex.title(lang)]
        yield "#v(gap + size)"
        yield "#block(breakable: false, width: 100%)[" + "\n\n".join(self._listed(titles)) + "\n"
        yield "#v(2 * gap + size)"
        yield f"#signed({text(report.organ)}, {text(report.day or '—')})]\n"
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
        yield f"#pagebreak()\n#plain(hei[{_show(mark)}])\n\n#title[{_show(title)}]\n\n#v(gap)\n"

    def _sections(self, sections: Sequence[Section]) -> Iterator[str]:
        for number, section in numbered(sections, self.report.lang):
            if section.title:
                look = {2: "hei", 3: "kai"}.get(section.level, "strong")
                yield f"#head({look})[{_show(number + section.title)}]\n"
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
                yield f"#drawn({text(charts.svg(block, fonts=self.chosen['hei']))})"
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
        first = "2.2fr" if 2 < count < 6 else "1fr"
        widths = ", ".join([first, *["1fr"] * (count - 1)])
        head = ", ".join(f"hei[{_show(head)}]" for head in table.head)
        rows = ",\n".join(", ".join(map(self._cell, row)) for row in table.rows)
        made = f"grid-of(({widths}), table.header({head}),\n{rows})"
        short = len(table.rows) <= _TOGETHER
        return f"#block(breakable: false, {made})\n#v(6pt)" if short else f"#{made}\n#v(6pt)"

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
