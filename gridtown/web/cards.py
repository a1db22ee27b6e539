"""An indicator's card in the catalogue: written once for a definition and a language, and filled in with its figures.

Most of a card is its definition, which nobody changes while the program runs: writing more than two hundred of them
anew for every reader took longer than counting the figures on them.
"""

from functools import lru_cache
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gridtown.web.frames import GAPS, Frame
from gridtown.web.telling import Definition, Told
from gridtown.web.templatetags.town import num
from gridtown.web.visit import Visit


def card(visit: Visit, told: Told, period: str, *, running: bool) -> SafeString:
    """The card of a figure in a period. running: whether there will be a forecast to put on it."""
    nothing = SafeString("")
    due = format_html(' <span class="tag soon">{}</span>', visit.say("cat.review_due"))
    return _card(told.what, running).fill(
        period=quote(period), value=value(told), turn=turn(visit, told), parts=_parts(visit, told),
        due=due if told.review_due else nothing,
    )  # fmt: skip


def value(told: Told) -> SafeString:
    """The figure with its unit."""
    return _value(told.shown is not None).fill(shown=told.shown or "", unit=told.unit)


def turn(visit: Visit, told: Told) -> SafeString:
    """Where it went since last year."""
    light, course = (told.compared.light, told.compared.course) if told.compared else ("", "")
    return _turn(visit.lang, light, course, bool(told.turn)).fill(turn=told.turn)


def _parts(visit: Visit, told: Told) -> str:
    """What the figure consists of, before the rest of its line."""
    if told.shape == "ratio":
        return f"{visit.say('ind.count')} {num(told.count)} / {visit.say('ind.of')} {num(told.of)} · "
    return f"{visit.say('ind.of_cases', n=told.of)} · " if told.shape == "measure" else ""


@lru_cache(maxsize=4096)
def _card(what: Definition, running: bool) -> Frame:
    said = {
        "what": what,
        "named": what.named,
        "ind": what.named.indicator,
        "town": what.town,
        "lang": what.lang,
    }
    return Frame(render_to_string("web/parts/card.html", {**said, "running": running, "gap": GAPS}))


@lru_cache(maxsize=2)
def _value(known: bool) -> Frame:
    told = {"shown": GAPS["shown"] if known else None, "unit": GAPS["unit"]}
    return Frame(render_to_string("web/parts/value.html", {"t": told}))


@lru_cache(maxsize=64)
def _turn(lang: str, light: str, course: str, said: bool) -> Frame:
    told = {"turn": GAPS["turn"] if said else "", "compared": {"light": light, "course": course}}
    return Frame(render_to_string("web/parts/turn.html", {"t": told, "lang": lang}))
