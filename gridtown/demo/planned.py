"""The year's plan in the demo: its text is read as any plan is, a person mends what was misread, and confirms."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from gridtown.demo.engine import Life, Until
from gridtown.demo.flows import Mend, Plan
from gridtown.demo.held import Held
from gridtown.demo.world import World
from gridtown.report.claims.ledger import plans
from gridtown.report.claims.ledger.plans import Read
from gridtown.report.promises import confirming
from gridtown.town import Town


def planned(world: World, line: str, plan: Plan, held: Held, at: datetime) -> Life:
    """Read the plan, mend and confirm; done before, nothing is written again (its keys are places in the text)."""
    yield Until(at)
    told = dict(answers(world.town, plan, world.town.calendar.day(at).year, world.scenario.texts.mark))
    for key in confirming.confirmed(told):
        del told[key]
    by = world.hats(world.post(plan.by, held))
    wrong = confirming.confirm(told, by=by, now=at, town=world.town, source=world.source)
    for key, why in wrong.items():
        world.refusals[f"{line}.plan: {told[key]['title']} {why.key} {why.fields or ''}".strip()] += 1
    world.written += 0 if wrong else len(told)


def answers(town: Town, plan: Plan, year: int, mark: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The targets of a plan as they are confirmed, each with the key of its place in the text."""
    text = (town.folder / plan.file).read_text("utf-8")
    for read in plans.of_text(text, year=year, town=town):
        yield plans.key_of(plan.document, read.target), _mended(read, plan, mark)


def _mended(read: Read, plan: Plan, mark: str) -> dict[str, Any]:
    """A proposal as it is confirmed, with the mark of made-up data."""
    target = read.target
    mend = next((m for m in plan.mend if m.subject == target.subject and m.text in ("", target.text)), None)
    mend = mend or Mend(subject=target.subject)
    indicator = mend.indicator or target.indicator
    return {
        "title": f"{mend.title or target.subject}{mark}", "direction": target.direction, "unit": target.unit,
        "amount": float(target.amount), "due": target.due.isoformat(), "to": mend.to or plan.to,
        "document": f"{plan.document}{mark}",
        "quote": read.quote, **({"indicator": indicator} if indicator else {}),
    }  # fmt: skip
