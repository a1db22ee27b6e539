"""The life of a patrol's round and of what is found on it."""

from datetime import datetime, timedelta
from typing import Any

from gridtown.demo import texts
from gridtown.demo.engine import Life, Until, poisson
from gridtown.demo.held import Held
from gridtown.demo.matters import dispatched, received
from gridtown.demo.world import World
from gridtown.people.snapshot import PostInfo

LINE = "patrol"


def walked(world: World, held: Held, opened: datetime, per_round: float) -> Life:
    """One round that is owed: walked some time within its week, or skipped; what it finds lives on by itself."""
    chance, patrol = held.chance, world.scenario.patrol
    now = yield Until(opened + timedelta(hours=chance.uniform(1, 5 * 24)))
    post = world.post("patroller", held)
    if chance.random() < patrol.missed:
        judge = world.post("supervisor", held)
        now = yield world.work("supervisor", judge, "skip")
        world.take(held, "skip", world.hats(judge), now, reason=f"人手被抽调。{world.mark}")
        return
    now = yield world.work("patroller", post, "walk", patrol.minutes * chance.uniform(0.7, 1.4))
    found = poisson(per_round, chance)
    for n in range(found):
        world.start(now - timedelta(minutes=5 * (found - n)), _finding(world, held, post, n, now))
    now = yield Until(now)
    world.take(
        held, "walk", world.hats(post), now, points_seen=chance.randint(4, 12), minutes=round(patrol.minutes)
    )


def _finding(world: World, walk: Held, post: PostInfo, n: int, at: datetime) -> Life:
    """Something on the way: put right at once, ordered, handed on, or nothing after all."""
    name = f"{walk.n}:{n}"
    chance, patrol = world.chance(name), world.scenario.patrol
    category = world.scenario.findings.draw(chance)
    listed = world.listed(LINE, category)
    held = Held(
        name,
        LINE,
        world.spots.near(walk.spot, chance),
        category,
        listed["desk"],
        listed.get("urgency") or "normal",
        chance,
    )
    now = yield Until(at)
    said: dict[str, Any] = {
        "description": texts.description(world.scenario.texts, world.category(held), held.spot, chance),
        "category": category,
        "round": walk.number,
    }
    if chance.random() < world.scenario.channels["patrol"].photo:
        said["photos"] = [world.photo("before", chance)]
    world.report(held, kind="finding", now=now, channel="patrol", answers=said, by=world.hats(post))
    roll = chance.random()
    if roll < patrol.cleared:
        now = yield world.work("patroller", post, "clear", world.category(held).minutes)
        _done(world, held, "clear", post, now)
        if not (yield from _checked(world, held, post, now)):
            yield from _repaired(world, held, world.post("handler", held), now)
    elif roll < patrol.cleared + patrol.handed_on:
        yield from _handed_on(world, held, post, now)
    elif roll < patrol.cleared + patrol.handed_on + patrol.dismissed:
        judge = world.post("supervisor", held)
        now = yield world.work("supervisor", judge, "dismiss")
        world.take(held, "dismiss", world.hats(judge), now, reason=f"复查时已无问题。{world.mark}")
    else:
        yield from _ordered(world, held, now)


def _ordered(world: World, held: Held, now: datetime) -> Life:
    """The post that answers puts it right, until the check agrees."""
    desk, handler = world.post("dispatcher", held), world.post("handler", held)
    now = yield world.work("dispatcher", desk, "dispatch")
    world.take(held, "order", world.hats(desk), now, to=handler.key)
    yield from _repaired(world, held, handler, now)


def _repaired(world: World, held: Held, handler: PostInfo, now: datetime) -> Life:
    """One try after another."""
    for _ in range(9):
        now = yield world.work("handler", handler, "fix", world.category(held).minutes)
        hours = world.scenario.waits.draw(world.category(held), held.urgency, held.chance)
        now = yield Until(now + timedelta(hours=hours))
        _done(world, held, "fix", handler, now)
        if (yield from _checked(world, held, handler, now)):
            return


def _done(world: World, held: Held, verb: str, post: PostInfo, now: datetime) -> None:
    said: dict[str, Any] = {"result": texts.answer(world.scenario.texts, world.category(held), held.chance)}
    if held.chance.random() < world.scenario.happens("photo_after"):
        said["photos"] = [world.photo("after", held.chance)]
    world.take(held, verb, world.hats(post), now, **said)


def _checked(world: World, held: Held, post: PostInfo, now: datetime) -> Any:
    """Checked by another person; answers whether it stays put right."""
    person = world.hats(post)[0].person
    judge = world.post("verifier", held, but=person)
    now = yield world.work("verifier", judge, "verify")
    if held.chance.random() < world.scenario.happens("sent_back"):
        world.take(
            held, "send_back", world.hats(judge, but=person), now, reason=f"现场仍有问题。{world.mark}"
        )
        return False
    world.take(held, "verify", world.hats(judge, but=person), now)
    return True


def _handed_on(world: World, held: Held, post: PostInfo, now: datetime) -> Life:
    """It becomes a matter of the residents' desk and goes its way there."""
    as_category = world.category(held).becomes or held.category
    if not world.take(held, "hand_on", world.hats(post), now, reason=f"需多方办理。{world.mark}"):
        return
    for child in world.children(held, "spawned"):
        child.category, child.desk = as_category, world.listed(child.line, as_category)["desk"]
        taken = yield from received(world, child, None, now)
        if taken is not None:
            yield from dispatched(world, child, taken)
        if child.state in {"refused", "merged", "withdrawn", "closed_unsolved"}:
            # it came back to where it was found
            yield from _ordered(world, held, now)
