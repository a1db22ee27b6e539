"""Checking a draft: pasted or sent, and shown again with each figure coloured by what the ledger says of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridtown.cases.actions import NotFound
from gridtown.feeds.registers import drafts
from gridtown.report.claims.answering import files, margin, wording
from gridtown.report.claims.answering.files import Draft, Unreadable
from gridtown.report.claims.ledger import checking, frozen, spans
from gridtown.report.claims.ledger.checking import Checked, Verdict
from gridtown.web.context import report_year
from gridtown.web.views.common import staff, visit_of
from gridtown.web.visit import Visit

_LIGHTS = {"agrees": "fine", "differs": "late", "cannot": "quiet"}
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Mark:
    """A stretch of the draft: plain text, or a figure with what was found of it."""

    text: str
    number: int = 0
    light: str = ""
    icon: str = ""
    said: str = ""


@dataclass(frozen=True)
class Row:
    """A claim for the table below the draft."""

    number: int
    claim: str
    subject: str
    kind: str
    period: str
    light: str
    icon: str
    state: str
    why: str
    worst: str
    ledger: tuple[str, str] | None
    faults: list[str]
    suggested: list[tuple[str, str]]


@staff
def page(request: HttpRequest) -> HttpResponse:
    """Where a draft is given, and what was found in it."""
    visit = visit_of(request)
    context = {"period": _period(request), "most": files.MOST_LETTERS, "text": ""}
    if request.method != "POST":
        return render(request, "web/report/claims.html", context)
    try:
        name, content = _sent(request)
        draft = files.draft(name, content)
        if spans.period(context["period"], visit.town.zone) is None:
            raise Unreadable("period")
    except Unreadable as wrong:
        said = wording.say(f"unreadable.{wrong.key}", visit.lang, **wrong.params)
        return render(
            request,
            "web/report/claims.html",
            context | {"mistake": said, "text": request.POST.get("text", "")},
            status=422,
        )
    checked = checking.check(draft.text, period=context["period"], edition=frozen.figures())
    token = drafts.put(name.encode() + b"\0" + content, account=request.user.pk)
    return render(
        request,
        "web/report/claims.html",
        context | _shown(checked, draft, visit, context["period"]) | {"token": token},
    )


@staff
@require_safe
def note(request: HttpRequest, token: str) -> HttpResponse:
    """The draft again as a Word file with a note in the margin at each figure."""
    visit = visit_of(request)
    kept = drafts.get(token, account=request.user.pk)
    if kept is None:
        raise NotFound
    name, _nul, content = kept.partition(b"\0")
    draft = files.draft(name.decode(), content)
    checked = checking.check(draft.text, period=_period(request), edition=frozen.figures())
    stem = name.decode().rpartition(".")[0] or "draft"
    answer = HttpResponse(margin.annotated(draft, checked, visit.lang), content_type=_WORD)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{stem}-checked.docx')}"
    return answer


def _period(request: HttpRequest) -> str:
    asked = (request.POST.get("period") or request.GET.get("period") or "").strip()[:24]
    return asked or report_year(visit_of(request))


def _sent(request: HttpRequest) -> tuple[str, bytes]:
    """The file that was sent, else the text that was pasted."""
    sent = request.FILES.get("file")
    if sent is not None:
        if sent.size > files.MOST_BYTES:
            raise Unreadable("large", name=sent.name, most=files.MOST_BYTES // 1024 // 1024)
        return sent.name.replace("\0", "")[-120:], sent.read()
    text = request.POST.get("text", "").replace("\r\n", "\n")
    if not text.strip():
        raise Unreadable("empty")
    return "draft.txt", text.encode()


def _shown(checked: Checked, draft: Draft, visit: Visit, period: str) -> dict[str, object]:
    rows = [_row(n, verdict, checked, visit.lang) for n, verdict in enumerate(checked.verdicts)]
    return {
        "paragraphs": list(_paragraphs(checked, visit.lang)),
        "rows": sorted(rows, key=lambda row: ("late", "quiet", "fine").index(row.worst)),
        "loose": [wording.fault(f, visit.lang) for f in checked.findings if not f.claims],
        "summary": wording.summary(checked, visit.lang),
        "stats": [
            (_LIGHTS[s], checked.count(s), wording.say(f"state.{s}", visit.lang))
            for s in ("agrees", "differs", "cannot")
        ],
        "faults": len(checked.findings),
        "text": draft.text if draft.document is None else "",
        "checked": True,
    }


def _light(verdict: Verdict, faulty: bool) -> tuple[str, str]:
    if verdict.state == "differs" or faulty:
        return "late", "late"
    return (_LIGHTS[verdict.state], "check" if verdict.state == "agrees" else "note")


def _paragraphs(checked: Checked, lang: str) -> Iterator[list[Mark]]:
    """The draft line by line, its figures marked."""
    at, line = 0, list[Mark]()
    for number, verdict in enumerate(checked.verdicts):
        claim = verdict.claim
        *whole, last = checked.text[at : claim.start].split("\n")
        for part in whole:
            yield [*line, Mark(part)]
            line = []
        findings = checked.of(number)
        light, icon = _light(verdict, bool(findings))
        line += [
            Mark(last),
            Mark(
                claim.text.replace("\n", ""), number + 1, light, icon, wording.note(verdict, findings, lang)
            ),
        ]
        at = claim.end
    *whole, last = checked.text[at:].split("\n")
    for part in whole:
        yield [*line, Mark(part)]
        line = []
    yield [*line, Mark(last)]


def _row(number: int, verdict: Verdict, checked: Checked, lang: str) -> Row:
    claim, findings = verdict.claim, checked.of(number)
    worst = _light(verdict, bool(findings))[0]
    light, icon = _light(verdict, faulty=False)
    period = verdict.reading.period.key if verdict.reading else (claim.period or "")[:4]
    links = [f"/indicators/{guess.key}?period={quote(period)}" for guess in verdict.guesses[:2]]
    asked = wording.ledger(verdict, lang)
    others = [] if asked else [wording.suggestion(guess, lang) for guess in verdict.guesses[:2]]
    kind, period = wording.say(f"kind.{claim.kind}", lang), claim.period or "–"
    return Row(
        number + 1, claim.text, claim.subject, kind, period, light, icon,
        wording.say(f"state.{verdict.state}", lang), wording.say(f"reason.{verdict.reason}", lang),
        worst, (links[0], asked) if asked else None, [wording.fault(f, lang) for f in findings],
        list(zip(links, others, strict=False)),
    )  # fmt: skip
