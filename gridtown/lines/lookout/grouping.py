"""The same smoke or another: a sighting is held against what is known of each smoke, never against its last member."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gridtown.lines.lookout.bearings import CHI2_99, SAME_PLACE, distance2, off_line2
from gridtown.lines.lookout.placing import Place, Rules, bearing, by_mast, place, plane_of
from gridtown.lines.lookout.plane import Plane, apart, wrap
from gridtown.lines.lookout.tracks import Box, Spot, Track

FAR = CHI2_99[0]


@dataclass(frozen=True, slots=True)
class Event:
    """One smoke as the ledger knows it. apart: poses that a person has taken off it, never to come back by chance."""

    number: str
    tracks: tuple[Track, ...] = ()
    spots: tuple[Spot, ...] = ()
    apart: frozenset[int] = frozenset()

    @property
    def last(self) -> datetime:
        """When it was last seen."""
        return max([t.last for t in self.tracks] + [s.at for s in self.spots])

    def nearest(self, seen: Track) -> Track | None:
        """What a sighting's pose has seen of it; of several tracks (smokes that were merged) the nearest one."""
        own = [t for t in self.tracks if t.pose == seen.pose]
        return min(own, key=lambda t: (abs(wrap(t.azimuth - seen.azimuth)), t.azimuth), default=None)

    def place(self, rules: Rules, plane: Plane) -> Place | None:
        """Where it is."""
        return place(self.tracks, self.spots, rules, plane)

    def joined_by(self, seen: Track, *, blurred: bool = False) -> "Event":
        """This smoke with one sighting more."""
        own = self.nearest(seen)
        if own is None:
            return replace(self, tracks=(*self.tracks, seen))
        grown = own.seen_again(seen, blurred=blurred)
        return replace(self, tracks=tuple(grown if t is own else t for t in self.tracks))


@dataclass(frozen=True, slots=True)
class Choice:
    """To which smoke a sighting belongs; none, and `possible` names those that it might belong to.

    blurred: the box covers several smokes of its pose, so that it says nothing of where this one is.
    """

    event: Event | None
    possible: tuple[str, ...] = ()
    blurred: bool = False


def choose(seen: Track, events: Iterable[Event], rules: Rules) -> Choice:
    """The smoke that this sighting is of.

    What the same pose, or another camera of the same mast, already follows comes first; then what lies on the line
    of sight by its own place; last a smoke of which only directions are known and which this line crosses. Two of
    these last cannot be told apart by one line: then it belongs to neither.
    """
    known = sorted((e for e in events if seen.pose not in e.apart), key=lambda e: e.number)
    followed = [(turn, e) for e in known if (turn := _followed(seen, e, rules)) is not None]
    if followed:
        covered = [e for e in known if (own := e.nearest(seen)) and _covers(seen.box, own.box)
                   and _within(seen.last, e.last, rules.same_minutes)]  # fmt: skip
        return Choice(min(followed, key=lambda pair: pair[0])[1], blurred=len(covered) > 1)
    plane = plane_of([seen], ())
    places = [(e, e.place(rules, plane)) for e in known]
    on_line = [
        (off, e) for e, at in places if at and (off := _on_line(seen, e, at, rules, plane)) is not None
    ]
    if on_line:
        return Choice(min(on_line, key=lambda pair: pair[0])[1])
    crossed = [
        e for e, at in places if (at is None or at.placed == "range") and _crosses(seen, e, rules, plane)
    ]
    if len(crossed) == 1:
        return Choice(crossed[0])
    return Choice(None, tuple(e.number for e in crossed))


def choose_spot(spot: Spot, events: Iterable[Event], rules: Rules) -> Choice:
    """The smoke that a measured point is of: the nearest whose place agrees, or the only one whose line it lies on."""
    plane = plane_of((), [spot])
    own = place((), [spot], rules, plane)
    recent = [
        e for e in sorted(events, key=lambda e: e.number) if _within(spot.at, e.last, rules.place_minutes)
    ]
    placed, lines = [], []
    for event in recent:
        at = event.place(rules, plane)
        if own is None or (at is None and not event.tracks):
            continue
        if at is not None:
            far = distance2(own.fix, at.fix)
            if far < SAME_PLACE:
                placed.append((far, event))
        elif all(_may_be(track, own, plane) for track in event.tracks):
            lines.append(event)
    if placed:
        return Choice(min(placed, key=lambda pair: pair[0])[1])
    return Choice(lines[0]) if len(lines) == 1 else Choice(None, tuple(e.number for e in lines))


def same(a: Event, b: Event, rules: Rules) -> bool:
    """Whether two smokes that were taken for two may be one: their places agree, or all their lines meet in one."""
    if not _within(a.last, b.last, rules.place_minutes) or any(
        t.pose in b.apart for t in a.tracks
    ) or any(t.pose in a.apart for t in b.tracks):  # fmt: skip
        return False
    plane = plane_of((*a.tracks, *b.tracks), (*a.spots, *b.spots))
    one, two = a.place(rules, plane), b.place(rules, plane)
    if one is not None and two is not None:
        return distance2(one.fix, two.fix) < SAME_PLACE
    if one is not None or two is not None:
        at, rest = (one, b) if one is not None else (two, a)
        return at is not None and all(_may_be(track, at, plane) for track in rest.tracks)
    if _twice_from_one_mast(a, b, rules):
        return all(
            abs(wrap(t.azimuth - u.azimuth)) <= rules.same_degrees
            for t in a.tracks for u in b.tracks if _one_mast(t, u, rules)
        )  # fmt: skip
    return place((*a.tracks, *b.tracks), (), rules, plane) is not None


def _within(at: datetime, last: datetime, minutes: float) -> bool:
    return abs(at - last) <= timedelta(minutes=minutes)


def _one_mast(a: Track, b: Track, rules: Rules) -> bool:
    return apart((a.lon, a.lat), (b.lon, b.lat)) < rules.mast_metres


def _twice_from_one_mast(a: Event, b: Event, rules: Rules) -> bool:
    return any(_one_mast(t, u, rules) for t in a.tracks for u in b.tracks)


def _followed(seen: Track, event: Event, rules: Rules) -> float | None:
    """By how many degrees the mast's own track of this smoke is off, if it is this one; its own pose before others."""
    best: float | None = None
    for track in event.tracks:
        if not _one_mast(track, seen, rules) or not _within(seen.last, track.last, rules.same_minutes):
            continue
        turn = abs(wrap(seen.azimuth - track.azimuth))
        if turn <= max(rules.same_degrees, 2.0 * track.sigma if track.pose != seen.pose else 0.0):
            turn += 0.0 if track.pose == seen.pose else 180.0
            best = turn if best is None else min(best, turn)
        elif track.pose == seen.pose and _covers(seen.box, track.box):
            best = turn if best is None else min(best, turn)
    return best


def _covers(wide: Box, narrow: Box) -> bool:
    """Whether a box reaches over the middle of the other one."""
    return wide[0] <= (narrow[0] + narrow[2]) / 2 <= wide[2] and wide[3] >= narrow[1] and wide[1] <= narrow[3]


def _may_be(track: Track, at: Place, plane: Plane) -> bool:
    """Whether a camera may see what is at this place along its line: in front of it, in reach, near enough the line."""
    line = bearing(track, plane)
    ahead = abs(wrap(line.azimuth - line.towards(at.fix.east, at.fix.north))) < 90.0
    far = line.range(at.fix.east, at.fix.north)
    return ahead and far <= track.reach and off_line2(line, at.fix) < FAR


def _on_line(seen: Track, event: Event, at: Place, rules: Rules, plane: Plane) -> float | None:
    """How far off the line of sight a placed smoke is, if it is close enough in place and time to be this one."""
    minutes = rules.pair_minutes if at.placed == "range" else rules.place_minutes
    if not _within(seen.last, event.last, minutes) or not _may_be(seen, at, plane):
        return None
    if not _fits_range(seen, at, plane):
        return None
    return off_line2(bearing(seen, plane), at.fix)


def _crosses(seen: Track, event: Event, rules: Rules, plane: Plane) -> bool:
    """Whether this line and the smoke's own meet in one place that every camera can see, at about the same time."""
    if not event.tracks or not _within(seen.last, event.last, rules.pair_minutes):
        return False
    if any(_one_mast(track, seen, rules) for track in event.tracks):
        return False
    tracks = by_mast([*event.tracks, seen], rules.mast_metres)
    at = place(tracks, (), rules, plane)
    if at is None:
        return False
    return all(_fits_range(track, at, plane) for track in tracks)


def _fits_range(track: Track, at: Place, plane: Plane) -> bool:
    """Whether a place is as far from a camera as the pitch of the plume's foot says, where it says anything."""
    if track.range is None:
        return True
    far = bearing(track, plane).range(at.fix.east, at.fix.north)
    return 0.8 * track.range.near <= far <= 1.25 * track.range.far
