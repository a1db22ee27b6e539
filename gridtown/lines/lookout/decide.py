"""What the ledger writes of a reading: a new alarm, a sighting of one that is known, a muted one, or an outage."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from gridtown.kernel.told import Kept, Refused
from gridtown.kernel.tool import Add, Asked, Open, Reads, Seen
from gridtown.lines.lookout import burning, danger, outages, record, suppress, terrain, tracks
from gridtown.lines.lookout.aim import aim_of
from gridtown.lines.lookout.grouping import Choice, Event, choose, choose_spot
from gridtown.lines.lookout.history import PLACING, Whole, newest, wholes
from gridtown.lines.lookout.placing import Rules, answers, place, plane_of
from gridtown.lines.lookout.plane import wrap
from gridtown.lines.lookout.suppress import Mute, Smoke, moment
from gridtown.lines.lookout.tracks import ANCHORED_AFTER, Spot, Track

BOOKS = ("camera", "pose", "mask", "burner", "permit", "ban", "weather")
VERBS = (
    *PLACING,
    "merge",
    "confirm",
    "put_out",
    "grant",
)  # the moves whose answers tell of place, joining, record and end
READS = Reads(registers=BOOKS, kinds=("alarm", "muted", "outage", "burn"), days=record.DAYS, verbs=VERBS)
HIGH_DANGER = 4


def reading(asked: Asked) -> Iterator[Open | Add]:
    """A camera's look: its outage begins or ends, and each box is smoke that is known, new, or muted."""
    camera, pose = _named(asked)
    yield from outages.of_reading(asked, camera, pose)
    town, done = Town.of(asked), Done()
    for box in sorted(asked.answers.get("boxes", ()), key=lambda box: -box[4]):
        if box[2] - box[0] > float(asked.settings["widest_box"]) or box[4] < _floor(asked):
            continue
        track = _track(asked, camera, pose, box)
        choice = choose(track, town.live(), town.rules)
        if done.holds(track, town.owner(track, choice), town.rules):
            continue
        facts = {
            "source": "camera", "camera": camera.id, "pose": pose.id, "azimuth": round(track.azimuth, 2),
            "sigma": round(track.sigma, 2), "score": box[4], "second": asked.answers.get("second", "none"),
            "description": f"{pose.name} {track.azimuth:.1f}°",
        }  # fmt: skip
        yield from town.told_of(track, choice, facts)


def point(asked: Asked) -> Iterator[Open | Add]:
    """A drone's or satellite's point."""
    town, said = Town.of(asked), asked.answers
    spot = Spot(float(said["lon"]), float(said["lat"]), float(said["sigma"]), moment(said["seen_at"]))
    facts = {"source": said["source"], "description": f"{said['device']} {spot.lat:.5f}°N {spot.lon:.5f}°E"}
    facts |= {"score": said["score"]} if said.get("score") is not None else {}
    yield from town.told_of(spot, choose_spot(spot, town.live(), town.rules), facts)


def _named(asked: Asked) -> tuple[Kept, Kept]:
    """The camera and its pose by their codes; Refused where the registers have no such."""
    camera = _by_code(asked.records.get("camera", ()), str(asked.answers["camera"]))
    if camera is None:
        raise Refused("form_invalid", fields={"camera": "refusal.no_such_record"})
    own = [p for p in asked.records.get("pose", ()) if p.answers["camera"] == camera.id]
    pose = _by_code(own, str(asked.answers["pose"]))
    if pose is None:
        raise Refused("form_invalid", fields={"pose": "refusal.no_such_record"})
    return camera, pose


def _by_code(records: Any, code: str) -> Kept | None:
    return next((one for one in records if one.answers["code"] == code and not one.retired), None)


def _floor(asked: Asked) -> float:
    """The score below which a box opens nothing: lower on a day of high danger."""
    today = danger.of_day(asked.records.get("weather", ()), asked.calendar.day(asked.now))
    high = today is not None and today >= HIGH_DANGER
    return float(asked.settings["min_score_danger" if high else "min_score"])


def _track(asked: Asked, camera: Kept, pose: Kept, box: tuple[float, ...]) -> Track:
    """The line of sight to the middle of a box's lower edge: wind bends the rest of a plume."""
    left, top, right, bottom, _ = (float(edge) for edge in box)
    aim = aim_of(pose.answers)
    off = outages.turned(asked, pose)
    azimuth, elevation = aim.direction((left + right) / 2.0, bottom)
    sigma = aim.sigma if off is None else max(aim.sigma, abs(off))
    seen_at = moment(asked.answers["seen_at"])
    at = float(camera.answers["lon"]), float(camera.answers["lat"])
    azimuth = (azimuth + (off or 0.0)) % 360.0
    land = terrain.known(asked.tables.get("elevation"))
    far = terrain.seen_at(land, at, float(camera.answers["height"]), azimuth, elevation, aim.sigma)
    return Track(
        camera.id, pose.id, *at, azimuth, sigma, seen_at, seen_at, (left, top, right, bottom),
        float(camera.answers.get("reach", 5000.0)), far if far.middle < 1e7 else None,
    )  # fmt: skip


@dataclass
class Done:
    """What one reading has told already: a smoke is told once, however many boxes a model draws on it."""

    numbers: set[str] = field(default_factory=set)
    fresh: list[Track] = field(default_factory=list)

    def holds(self, track: Track, owner: str, rules: Rules) -> bool:
        """Whether this box is one more of a smoke that was told; it counts as told from now on."""
        if owner:
            known = owner in self.numbers
            self.numbers.add(owner)
            return known
        if any(abs(wrap(track.azimuth - one.azimuth)) <= rules.same_degrees for one in self.fresh):
            return True
        self.fresh.append(track)
        return False


@dataclass(frozen=True)
class Town:
    """What is known when a reading comes: the smokes of now, the rules, the books."""

    asked: Asked
    rules: Rules
    smokes: Mapping[str, Whole]
    cases: Mapping[str, Seen]

    @classmethod
    def of(cls, asked: Asked) -> "Town":
        """The town as the ledger tells it: of smokes those that a sighting may still be of, open or hushed.

        A rejected chimney goes on smoking and must not come back each minute; but not for ever, and what was put out
        and closed is new when it smokes again.
        """
        cases = (*asked.cases.get("alarm", ()), *asked.cases.get("muted", ()))
        since = moment(asked.answers["seen_at"]) - timedelta(minutes=float(asked.settings["hush_minutes"]))
        live = [
            seen for seen in cases
            if not seen.ended or seen.state == "merged"
            or (seen.state == "rejected" and seen.closed is not None and seen.closed >= since)
        ]  # fmt: skip
        return cls(asked, Rules.of(asked.settings), wholes(live, float(asked.settings["person_metres"])),
                   {seen.number: seen for seen in live})  # fmt: skip

    def live(self) -> list[Event]:
        """The smokes that a sighting may still be of."""
        return [whole.event for whole in self.smokes.values()]

    def owner(self, seen: Track, choice: Choice) -> str:
        """The case that a sighting is written to; empty where it opens one."""
        return self.smokes[choice.event.number].owner(seen).number if choice.event else ""

    def told_of(self, seen: Track | Spot, choice: Choice, facts: Mapping[str, Any]) -> Iterator[Open | Add]:
        """What is written of one sighting."""
        if choice.event is None:
            yield self._opened(seen, choice, facts)
            return
        case = self.cases[choice.event.number]
        whole = self.smokes[case.number]
        owner = whole.owner(seen) if isinstance(seen, Track) else whole.members[0]
        smoke, said = self._sighting(whole, owner, seen, choice.blurred, facts)
        if (
            case.kind == "muted"
            and suppress.muted(smoke, burning.books(self.asked), self.asked.settings) is None
        ):
            yield Add(case.number, "outlast", said)
        elif case.state == "out" and self._flares(case, smoke.at):
            yield Add(case.number, "flare_up", said)
        elif self._is_news(owner, seen):
            yield Add(owner.number, "sight", said)

    def _is_news(self, owner: Event, seen: Track | Spot) -> bool:
        """Whether a sighting says more than the ledger has: where it is, or now and then that it is still there."""
        if not isinstance(seen, Track):
            return True
        own = owner.nearest(seen)
        if own is None or own.n < ANCHORED_AFTER:
            return True
        return seen.last - own.last >= timedelta(minutes=float(self.asked.settings["tell_minutes"]))

    def _sighting(
        self, whole: Whole, owner: Event, seen: Track | Spot, blurred: bool, facts: Mapping[str, Any]
    ) -> tuple[Smoke, dict[str, Any]]:
        """The smoke with this sighting, and the answers that say so: the owner's tracks, and the place of all."""
        if isinstance(seen, Track):
            joined, own = whole.event.joined_by(seen, blurred=blurred), owner.joined_by(seen, blurred=blurred)
        else:
            joined, own = _with_spot(whole.event, seen), _with_spot(owner, seen)
        smoke, where = self._smoke(seen, joined, self.cases[owner.number].category)
        at = seen.last if isinstance(seen, Track) else seen.at
        holds = newest(self.cases[owner.number].answers, self.cases[owner.number].moved.values())
        as_of = max(at, moment(holds["as_of"])) if holds.get("as_of") else at
        said = {
            "seen_at": at.isoformat(), "as_of": as_of.isoformat(), "tracks": _lines(own),
            "apart": sorted(own.apart), **where, "model": self.asked.answers.get("model", ""),
        }  # fmt: skip
        return smoke, said | ({"score": facts["score"]} if "score" in facts else {})

    def _opened(self, seen: Track | Spot, choice: Choice, facts: Mapping[str, Any]) -> Open:
        event = Event("", (seen,), ()) if isinstance(seen, Track) else Event("", (), (seen,))
        smoke, where = self._smoke(seen, event, "")
        said: dict[str, Any] = {
            **facts, **where, "seen_at": smoke.at.isoformat(), "tracks": _lines(event),
            "model": self.asked.answers.get("model", ""), "possible": list(choice.possible),
            "near": "、".join(suppress.hints(smoke, burning.books(self.asked)))[:200],
        }  # fmt: skip
        said |= {"danger": smoke.danger} if smoke.danger else {}
        lon, lat = where.get("lon"), where.get("lat")
        mute = suppress.muted(smoke, burning.books(self.asked), self.asked.settings)
        if mute is not None:
            return Open("muted", said | _rule(mute), lon, lat)
        said |= record.beside(self.asked, facts.get("camera"))
        return Open("alarm", said, lon, lat)

    def _smoke(self, seen: Track | Spot, event: Event, category: str) -> tuple[Smoke, dict[str, Any]]:
        plane = plane_of(event.tracks, event.spots)
        found = place(event.tracks, event.spots, self.rules, plane)
        at = seen.last if isinstance(seen, Track) else seen.at
        today = danger.of_day(self.asked.records.get("weather", ()), self.asked.calendar.day(at))
        track = seen if isinstance(seen, Track) else None
        return Smoke(at, plane, track, found, today, category), answers(found, plane)

    def _flares(self, case: Seen, at: datetime) -> bool:
        """Whether smoke is seen so long after the flames were out that it is no remnant."""
        out_at = case.moved.get("put_out", {}).get("out_at")
        linger = timedelta(minutes=float(self.asked.settings["linger_minutes"]))
        return out_at is not None and at - moment(out_at) > linger


def _with_spot(event: Event, spot: Spot) -> Event:
    """The smoke with one measured point more; the newest twenty are kept."""
    return Event(event.number, event.tracks, (*event.spots, spot)[-20:], event.apart)


def _lines(event: Event) -> list[str]:
    return list(tracks.lines(event.tracks, event.spots))


def _rule(mute: Mute) -> dict[str, Any]:
    return {"rule": mute.rule, "rule_name": mute.name, "rule_until": mute.until.isoformat()}
