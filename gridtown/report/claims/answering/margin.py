"""The draft as a Word file with a note in the margin at each figure, and the figure coloured by what was found."""

from copy import deepcopy
from io import BytesIO

import docx
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from docx.text.run import Run

from gridtown.report.claims.answering import wording
from gridtown.report.claims.answering.files import Draft, Stretch
from gridtown.report.claims.ledger.checking import Checked

_COLOURS = {
    "agrees": WD_COLOR_INDEX.BRIGHT_GREEN,
    "differs": WD_COLOR_INDEX.PINK,
    "cannot": WD_COLOR_INDEX.GRAY_25,
}
_FAULT = WD_COLOR_INDEX.YELLOW
_TEXT_ONLY = {qn("w:rPr"), qn("w:t")}


def annotated(draft: Draft, checked: Checked, lang: str = "zh") -> bytes:
    """The .docx: the draft's own file, or a plain one of its lines, with a comment for every claim."""
    source = draft if draft.document is not None else _plain(draft.text)
    document = source.document
    if document is None:
        raise ValueError("a draft without a document")
    author, initials = wording.say("note.author", lang), wording.say("note.initials", lang)
    for index in range(len(checked.verdicts) - 1, -1, -1):
        verdict, findings = checked.verdicts[index], checked.of(index)
        runs = _cut(source.stretches, verdict.claim.start, verdict.claim.end)
        if not runs:
            continue
        colour = _FAULT if findings and verdict.state != "differs" else _COLOURS[verdict.state]
        for run in runs:
            run.font.highlight_color = colour
        document.add_comment(
            runs, text=wording.note(verdict, findings, lang), author=author, initials=initials
        )
    for finding in checked.findings:
        if not finding.claims and (runs := _cut(source.stretches, finding.start, finding.end)):
            document.add_comment(runs, text=wording.fault(finding, lang), author=author, initials=initials)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _plain(text: str) -> Draft:
    document = docx.Document()
    stretches, at = [], 0
    for line in text.split("\n"):
        # Letters that XML does not know are not in Word either; their place is kept.
        shown = "".join(char if char >= " " or char == "\t" else " " for char in line)
        stretches.append(Stretch(at, document.add_paragraph().add_run(shown)))
        at += len(line) + 1
    return Draft(text, document, stretches)


def _cut(stretches: list[Stretch], start: int, end: int) -> list[Run]:
    """The runs that are exactly this stretch of text; a run with more than text in it is taken whole."""
    found = []
    for stretch in stretches:
        run, size = stretch.run, len(stretch.run.text)
        if stretch.start >= end or stretch.start + size <= start:
            continue
        first, last = max(start - stretch.start, 0), min(end - stretch.start, size)
        if any(child.tag not in _TEXT_ONLY for child in run._r):  # noqa: SLF001 (a picture or a break must not be cut)
            found.append(run)
            continue
        found.append(_middle(run, first, last))
    return found


def _middle(run: Run, first: int, last: int) -> Run:
    """Part a run in up to three; the run itself stays the first of them, so that its place stays true."""
    text = run.text
    tail = text[last:]
    if first == 0:
        part = run
    else:
        run.text = text[:first]
        part = _after(run, text[first:last])
    if tail:
        part.text = text[first:last]
        _after(part, tail)
    return part


def _after(run: Run, text: str) -> Run:
    element = deepcopy(run._r)  # noqa: SLF001 (the new run looks as the old one)
    run._r.addnext(element)  # noqa: SLF001
    new = Run(element, run._parent)  # noqa: SLF001
    new.text = text
    return new
