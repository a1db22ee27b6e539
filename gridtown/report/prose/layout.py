"""Prose into sections: headings, paragraphs, notes and blocks, with figures back where their marks stand."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gridtown.report.typeset.blocks import Annex, Block, Figure, Paragraph, Section, Span

# Stand in the text for the n-th figure, and the n-th table or chart, while paragraphs are told apart; private
# characters of Unicode, which a template may not hold itself.
_SLOT = re.compile("\ue000(\\d+)\ue001")
_BLOCK = re.compile("\ue002(\\d+)\ue003")
_HEADING = re.compile(r"(#{1,5}) +(.*)")
# Between Chinese and a figure no space is set, wherever the writer's line ended.
_CHINESE = "[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
_GAP = re.compile(f"(?<={_CHINESE}) +(?=\ue000)|(?<=\ue001) +(?={_CHINESE})")
_ANNEX = re.compile(r"附件\s*\d*\s*[:：]?\s*|Annex\s*\d*\s*[:.]\s*", re.IGNORECASE)


@dataclass
class Text:
    """A text under construction: words with marks, and what the marks stand for."""

    said: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def put(self, what: Figure | Block) -> None:
        """Put a figure into the sentence, or a block on a line of its own."""
        if isinstance(what, Figure):
            self.said.append(f"\ue000{len(self.figures)}\ue001")
            self.figures.append(what)
        else:
            self.said.append(f"\n\n\ue002{len(self.blocks)}\ue003\n\n")
            self.blocks.append(what)

    def sections(self) -> tuple[str, tuple[Section, ...], tuple[Annex, ...]]:
        """The title, the sections, and the annexes: what follows each further `# ` heading."""
        parts = [("", [_Open("", 2)])]
        titled = False
        for block in re.split(r"\n\s*\n", _GAP.sub("", "".join(self.said)).strip()):
            for line in _lines(block):
                heading = _HEADING.fullmatch(line)
                if heading and len(heading[1]) == 1 and not titled:
                    parts[0] = (heading[2].strip(), parts[0][1])
                    titled = True
                elif heading and len(heading[1]) == 1:
                    parts.append((_ANNEX.sub("", heading[2].strip(), count=1), [_Open("", 2)]))
                elif heading:
                    parts[-1][1].append(_Open(heading[2].strip(), len(heading[1])))
                elif line:
                    parts[-1][1][-1].blocks.extend(self._blocks(line))
        (title, first), *rest = parts
        return title, _closed(first), tuple(Annex(name, _closed(opened)) for name, opened in rest)

    def _blocks(self, line: str) -> Iterator[Block]:
        """A paragraph, or the blocks that stand in its place."""
        for index, piece in enumerate(_BLOCK.split(line)):
            if index % 2:
                yield self.blocks[int(piece)]
            elif piece.strip():
                note = piece.startswith("> ")
                yield Paragraph(tuple(self._spans(piece[2:] if note else piece.strip())), note)

    def _spans(self, text: str) -> Iterator[Span]:
        for index, piece in enumerate(_SLOT.split(text)):
            if index % 2:
                yield self.figures[int(piece)]
            elif piece:
                yield piece


@dataclass
class _Open:
    title: str
    level: int
    blocks: list[Block] = field(default_factory=list)


def _closed(opened: Sequence[_Open]) -> tuple[Section, ...]:
    return tuple(Section(s.title, tuple(s.blocks), s.level) for s in opened if s.title or s.blocks)


def _lines(block: str) -> Iterator[str]:
    """The headings and notes of a block line by line, and the lines of prose between them joined."""
    prose: list[str] = []
    for line in block.splitlines():
        if _HEADING.fullmatch(line) or line.startswith("> "):
            yield _joined(prose)
            prose = []
            yield line
        else:
            prose.append(line.strip())
    yield _joined(prose)


def _joined(lines: Sequence[str]) -> str:
    """Lines as one: with a space between Latin letters and figures, without one in Chinese."""
    whole = ""
    for line in lines:
        apart = whole and line and all(c.isascii() or c in "\ue000\ue001" for c in whole[-1] + line[:1])
        whole += f" {line}" if apart else line
    return whole
