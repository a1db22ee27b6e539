"""The life of a resident's matter: how people behave in the demo year, with the chances that the scenario states."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from gridtown.demo import texts
from gridtown.demo.engine import Life, Until
from gridtown.demo.held import Held
from gridtown.demo.scenario import Channel
from gridtown.demo.world import World
from gridtown.people.snapshot import PostInfo

LINE = "appeals"
GRADES = ("normal", "urgent", "critical")
_LONG = 4 * 24  # hours of waiting after which somebody extends or supervises


def matter(world: World, n: int, at: datetime, who: str) -> Life:
    """One matter from the report, by whom it comes (call, online, staff), to the last word on it."""
    chance = world.chance(f"matter:{n}")
    name, channel = _channel(world, chance, who)
    held, twin = _what(world, n, at, chance)
    yield Until(at)
    yield from _reported(world, held, name, channel, at, chance)
    world.began(held)
    if channel.staff and chance.random() < world.scenario.happens("taken_on"):
        finder = world.post("patroller", held)
        world.take(held, "take_on", world.hats(finder), at, category=held.category, urgency=held.urgency)
        yield from handling(world, held, finder, at)
    else:
        now = yield from received(world, held, twin, at)
        if now is not None:
            yield from dispatched(world, held, now)
    world.ended(held)


def _channel(world: World, chance: Random, who: str) -> tuple[str, Channel]:
    listed = {name: channel for name, channel in world.scenario.channels.items() if channel.hours == who}
    name = chance.choices(list(listed), [c.share for c in listed.values()])[0]
    return name, listed[name]


def _what(world: World, n: int, at: datetime, chance: Random) -> tuple[Held, Held | None]:
    """What it is about: something new, or the same as an open matter that somebody else has reported."""
    twin = world.twin(LINE, chance) if chance.random() < world.scenario.happens("duplicate") else None
    category = twin.category if twin else world.scenario.categories.draw(chance)
    listed = world.listed(LINE, category)
    urgency = max(world.scenario.urgency.draw(chance), listed.get("urgency") or "normal", key=GRADES.index)
    spot = twin.spot if twin else world.spots.draw(chance)
    held = Held(f"m{n}", LINE, spot, category, listed["desk"], urgency, chance)
    return held, twin


def _reported(world: World, held: Held, name: str, channel: Channel, now: datetime, chance: Random) -> Life:
    """The report itself; staff say what kind of matter it is, residents mostly do not."""
    said: dict[str, Any] = {
        "description": texts.description(world.scenario.texts, world.category(held), held.spot, chance),
        "nature": world.scenario.nature.draw(chance),
    }
    if chance.random() < channel.photo:
        said["photos"] = [world.photo("before", chance)]
    if chance.random() < channel.contact:
        # a number that no network gives out, so that nobody is ever called
        said |= {"contact_name": "演示反映人", "contact_phone": f"000{chance.randrange(10**8):08}"}
    by = world.reporter()
    if channel.staff:
        said |= {"category": held.category, "urgency": held.urgency}
        by = world.hats(world.post("patroller", held))
    elif channel.hours == "call":
        by = world.hats(world.post("receiver", held))
    world.report(held, kind="matter", now=now, channel=name, answers=said, by=by)
    yield Until(now)


def received(world: World, held: Held, twin: Held | None, now: datetime) -> Any:
    """Taken up (answers when), or ended here because it is refused or the same as another."""
    post = world.post("receiver", held)
    now = yield world.work("receiver", post, "accept")
    happens, roll = world.scenario.happens, held.chance.random()
    if twin is not None and not twin.ended:
        world.take(held, "merge", world.hats(post), now, into=twin.number)
        return None
    if roll < happens("refused"):
        world.take(
            held, "refuse", world.hats(post), now, answer=f"不属于本镇职责,请向有权单位反映。{world.mark}"
        )
        return None
    if roll < happens("refused") + happens("withdrawn"):
        world.take(held, "withdraw", world.reporter(), now)
        return None
    level = world.scenario.level.draw(held.chance)
    world.take(
        held, "accept", world.hats(post), now, category=held.category, urgency=held.urgency, level=level
    )
    return now


def dispatched(world: World, held: Held, now: datetime) -> Life:
    """Sent to the post that answers, or split first; then dealt with."""
    desk = world.post("dispatcher", held)
    now = yield world.work("dispatcher", desk, "dispatch")
    if held.chance.random() < world.scenario.happens("split"):
        yield from _split(world, held, desk, now)
        return
    handler = world.post("handler", held)
    world.take(held, "dispatch", world.hats(desk), now, to=handler.key)
    if held.chance.random() < world.scenario.happens("objected"):
        handler, now = yield from _objected(world, held, handler, desk)
    yield from handling(world, held, handler, now)


def _objected(world: World, held: Held, handler: PostInfo, desk: PostInfo) -> Any:
    """The post says that it is the wrong one; the dispatcher finds another or insists."""
    now = yield world.work("handler", handler, "object")
    world.take(held, "object", world.hats(handler), now, reason=f"不在职责范围内。{world.mark}")
    now = yield world.work("dispatcher", desk, "transfer")
    other = world.people.superior(handler, LINE, held.spot.grid)
    if (
        other is not None
        and "handler" in other.roles
        and held.chance.random() > world.scenario.happens("insisted")
    ):
        world.take(held, "transfer", world.hats(desk), now, to=other.key)
        return other, now
    world.take(held, "insist", world.hats(desk), now, reason=f"按分线包网由该岗位办理。{world.mark}")
    return handler, now


def _split(world: World, held: Held, desk: PostInfo, now: datetime) -> Life:
    """Two matters in one: each part goes its own way, and the whole is checked when both have ended."""
    category = world.category(held)
    parts = [texts.description(world.scenario.texts, category, held.spot, held.chance) for _ in range(2)]
    if not world.take(held, "split", world.hats(desk), now, parts=parts):
        return
    children = world.children(held, "part1", "part2")
    for child in children:
        world.start(now, _part(world, child, now))
    while not all(child.ended for child in children):
        now = yield Until(now + timedelta(hours=6))
    if all(child.first_end == "closed" for child in children):
        agreed = yield from judging(world, held, "", now)
    else:
        agreed = yield from _judged_unsolved(world, held, "", now)
    if not agreed:
        yield from handling(world, held, world.post("handler", held), now)


def _part(world: World, held: Held, now: datetime) -> Life:
    """One part of a split matter."""
    yield Until(now)
    taken_up = yield from received(world, held, None, now)
    if taken_up is not None:
        yield from dispatched(world, held, taken_up)
    world.ended(held)


def handling(world: World, held: Held, handler: PostInfo, now: datetime) -> Life:
    """Dealt with by its post until somebody else agrees that it is done, or that it cannot be."""
    happens, chance = world.scenario.happens, held.chance
    held.since = held.since or now
    if chance.random() < happens("held"):
        now = yield from _on_hold(world, held, handler)
    for _ in range(9):
        now = yield world.work("handler", handler, "fix", world.category(held).minutes)
        now = yield from _waiting(world, held, handler, now)
        if chance.random() < happens("unsolved") and "handler" in handler.roles:
            agreed = yield from _unsolved(world, held, handler, now)
        else:
            agreed = yield from _fixed(world, held, handler, now)
        if agreed:
            return


def _on_hold(world: World, held: Held, handler: PostInfo) -> Any:
    if "handler" not in handler.roles:
        return (yield world.work("patroller", handler, "object"))
    now = yield world.work("handler", handler, "hold")
    longest = int(world.town.amounts[LINE]["hold_days"])
    until = world.town.calendar.day(now) + timedelta(days=held.chance.randint(3, longest))
    why = f"需等待材料或天气。{world.mark}"
    world.take(held, "hold", world.hats(handler), now, reason=why, until=until.isoformat())
    now = yield Until(world.town.calendar.end_of(until - timedelta(days=1)) + timedelta(hours=9))
    world.take(held, "resume", world.hats(handler), now)
    return now


def _waiting(world: World, held: Held, handler: PostInfo, now: datetime) -> Any:
    """The waiting for parts, weather or others; a long one is extended, or noticed by who supervises."""
    chance, happens = held.chance, world.scenario.happens
    hours = world.scenario.waits.draw(world.category(held), held.urgency, chance)
    if not hours:
        return now
    end = now + timedelta(hours=hours)
    if hours > _LONG:
        watcher = world.post("supervisor", held)
        # once, and while the clock runs: within the five working days of an ordinary matter
        may = held.urgency == "normal" and not held.extended and now - (held.since or now) < timedelta(days=4)
        if may and chance.random() < happens("extended"):
            held.extended = True
            world.take(held, "extend", world.hats(watcher), now, reason=f"情况复杂。{world.mark}")
        elif chance.random() < happens("supervised"):
            now = yield Until(now + timedelta(days=3))
            by_when = (now + timedelta(days=3)).isoformat()
            world.take(
                held,
                "supervise",
                world.hats(watcher),
                now,
                by_when=by_when,
                reason=f"请抓紧办理。{world.mark}",
            )
    return (yield Until(end))


def _unsolved(world: World, held: Held, handler: PostInfo, now: datetime) -> Any:
    world.take(held, "declare_unsolved", world.hats(handler), now, reason=f"超出本级能力。{world.mark}")
    return (yield from _judged_unsolved(world, held, world.hats(handler)[0].person, now))


def _judged_unsolved(world: World, held: Held, person: str, now: datetime) -> Any:
    """Whether it really cannot be solved is judged by another than `person`; answers whether it stays closed."""
    judge = world.post("supervisor", held, but=person)
    now = yield world.work("supervisor", judge, "close_unsolved")
    if held.chance.random() < world.scenario.happens("unsolved_sent_back"):
        world.take(held, "send_back", world.hats(judge, but=person), now, reason=f"请再想办法。{world.mark}")
        return False
    why = f"暂时不能解决,原因已当面说明。{world.mark}"
    world.take(held, "close_unsolved", world.hats(judge, but=person), now, answer=why)
    return not (yield from _afterwards(world, held, now))


def _fixed(world: World, held: Held, handler: PostInfo, now: datetime) -> Any:
    person = world.hats(handler)[0].person
    said: dict[str, Any] = {"answer": texts.answer(world.scenario.texts, world.category(held), held.chance)}
    if held.chance.random() < world.scenario.happens("photo_after"):
        said["photos"] = [world.photo("after", held.chance)]
    world.take(held, "fix", world.hats(handler), now, **said)
    return (yield from judging(world, held, person, now))


def judging(world: World, held: Held, person: str, now: datetime) -> Any:
    """Checked by somebody else or confirmed by the reporter; answers whether it stays closed."""
    chance, happens = held.chance, world.scenario.happens
    if chance.random() < happens("confirmed"):
        now = yield Until(now + timedelta(hours=chance.uniform(1, 20)))
        world.take(held, "confirm", world.reporter(), now)
        return not (yield from _afterwards(world, held, now))
    judge = world.post("verifier", held, but=person)
    now = yield world.work("verifier", judge, "verify")
    if chance.random() < happens("sent_back"):
        world.take(
            held, "send_back", world.hats(judge, but=person), now, reason=f"现场仍有问题。{world.mark}"
        )
        return False
    world.take(held, "verify", world.hats(judge, but=person), now)
    return not (yield from _afterwards(world, held, now))


def _afterwards(world: World, held: Held, now: datetime) -> Any:
    """What the reporter says of it; answers whether it was reopened."""
    world.ended(held)
    chance, ratings = held.chance, world.scenario.ratings
    if chance.random() >= ratings.rated:
        return False
    days = min(chance.lognormvariate(0, ratings.days_sigma) * ratings.days_median, 28.0)
    mark = chance.choices(range(1, 6), ratings.marks)[0]
    now = yield Until(now + timedelta(days=days))
    solved = held.state == "closed" and mark > 2
    world.take(held, "rate", world.reporter(), now, solved=solved, satisfied=mark)
    within = days < float(world.town.amounts[LINE]["reopen_days"]) - 1
    if mark <= 2 and within and chance.random() < world.scenario.happens("reopened"):
        now = yield Until(now + timedelta(hours=1))
        return world.take(held, "reopen", world.reporter(), now, reason=f"问题又出现了。{world.mark}")
    return False
