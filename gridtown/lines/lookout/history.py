"""Cases as smokes: what the ledger tells of each alarm, with everything that was merged into it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from gridtown.kernel.tool import Seen
from gridtown.lines.lookout import tracks
from gridtown.lines.lookout.grouping import Event
from gridtown.lines.lookout.plane import wrap
from gridtown.lines.lookout.suppress import moment
from gridtown.lines.lookout.tracks import Spot, Track

PLACING = ("sight", "detach", "flare_up")  # the moves whose answers say what is known of the place


def newest(intake: Mapping[str, Any], moved: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The answers that hold of a smoke's place: those of the newest move that says something of it, or the intake's."""
    told = [answers for answers in moved if answers.get("as_of")]
    return max(told, key=lambda answers: moment(answers["as_of"]), default=intake)


def event(seen: Seen, person_metres: float) -> Event:
    """A case as a smoke; a person's report with a point is a measured place as good as a finger on a map."""
    holds = newest(seen.answers, (seen.moved[verb] for verb in PLACING if verb in seen.moved))
    lines, spots = tracks.read(holds.get("tracks", ()))
    if not lines and not spots and seen.lon is not None and seen.lat is not None:
        spots = (Spot(seen.lon, seen.lat, person_metres, seen.opened),)
    return Event(seen.number, lines, spots, frozenset(int(pose) for pose in holds.get("apart", ())))


@dataclass(frozen=True, slots=True)
class Whole:
    """A case with all that was merged into it: the smoke they are together, and each as its own entries tell it."""

    event: Event
    members: tuple[Event, ...]

    def owner(self, seen: Track) -> Event:
        """The member that a sighting belongs to: whose track of that pose is nearest, else the case itself."""
        turns = [
            (abs(wrap(own.azimuth - seen.azimuth)), n)
            for n, one in enumerate(self.members)
            if (own := one.nearest(seen))
        ]
        return self.members[min(turns)[1] if turns else 0]


def wholes(cases: Sequence[Seen], person_metres: float) -> dict[str, Whole]:
    """Every case that is not merged, by number, with what was merged into it, however often.

    Nothing is written for that: when a wrong merge is undone both are again what their own entries tell.
    """
    own = {seen.number: event(seen, person_metres) for seen in cases}
    into = {
        s.number: str(s.moved["merge"]["into"]) for s in cases if s.state == "merged" and "merge" in s.moved
    }
    members = {number: [one] for number, one in own.items() if number not in into}
    for number in sorted(into):
        end, passed = number, {number}
        while end in into and into[end] not in passed:
            end = into[end]
            passed.add(end)
        if end in members:
            members[end].append(own[number])
    found = {number: Whole(reduce(together, ones), tuple(ones)) for number, ones in members.items()}
    return {number: one for number, one in found.items() if one.event.tracks or one.event.spots}


def together(one: Event, other: Event) -> Event:
    """Two smokes taken for one: everything that was seen of either."""
    return replace(
        one,
        tracks=(*one.tracks, *other.tracks),
        spots=(*one.spots, *other.spots),
        apart=one.apart - {t.pose for t in other.tracks},
    )
