"""The table that says who may take a case from where to where, on what proof, and within what time.

A procedure is data: one row per move. It refuses to be loaded when a case could get stuck or wait for
ever; `faults()` names all its faults at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from gridtown.kernel.clocks import Limit
from gridtown.kernel.effects import Effect, Extend, Merge, Place, Revise, Rota, Spawn, Split, Supervise
from gridtown.kernel.forms import (
    Empty,
    Form,
    computed_of,
    draws_of,
    entries_of,
    fields_of,
    unbounded,
)
from gridtown.kernel.marks import Columns
from gridtown.kernel.told import ANYONE, CHILD, OUTSIDE, RESERVED, SYSTEM, Derive, Guard

Outcome = Literal["solved", "unsolved", "refused", "merged", "withdrawn", "done", "missed"]
_OTHERWISE = frozenset({"unsolved", "refused", "merged", "withdrawn", "missed"})
Holder = Literal["queue", "keep", "chosen", "mover", "back"]


@dataclass(frozen=True)
class Move:
    """One way onward: `verb` takes a case along `path` ("a|b -> c", or "* -> =" to stay anywhere).

    by: the roles that may. form: what must be answered. guards: pure functions that refuse with a reason.
    holder: who has the case next: the post that the matrix names for the state's queue; the same post;
    the one chosen in the form's field `to`; the one who moves; or the one who had it before.
    mine: only the post that holds the case may. on: outcomes of the spawned case that CHILD answers to.
    sets: columns of the case that it sets, such as level "big". derive: answers its form's computed fields. reads: the
    registers of which guards and derivation are told every standing record.
    usual: among the moves of its states it is what comes next most often, so that pages offer it first.
    after: verbs of which one must have been made before pages offer it; guards refuse it where it is sent all the same.
    many: whether it is offered for many cases at once; where nothing is said a short form is (`kernel.many`).
    opens: the verbs whose ballots (`forms.Ballot`) the ledger opens for this move's `derive`, and for nothing else.
    """

    verb: str
    path: str
    by: str | tuple[str, ...]
    form: type[Form] = Empty
    guards: tuple[Guard, ...] = ()
    holder: Holder = "queue"
    mine: bool = False
    effect: Effect | None = None
    on: tuple[Outcome, ...] = ()
    sets: Mapping[Columns, str] = field(default_factory=dict, hash=False)
    derive: Derive | None = None
    reads: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    usual: bool = False
    after: tuple[str, ...] = ()
    many: bool | None = None

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """The roles that may, as a tuple whether one or several were written."""
        return (self.by,) if isinstance(self.by, str) else self.by

    @cached_property
    def frm(self) -> tuple[str, ...]:
        """The states it starts from; ("*",) is every state that is no end."""
        return tuple(part.strip() for part in self.path.split("->")[0].split("|"))

    @cached_property
    def to(self) -> str:
        """Where it leads; "=" stays."""
        return self.path.rpartition("->")[2].strip()


@dataclass(frozen=True)
class Procedure:
    """`start`, the ends with what each means for the reporter, the moves and the limits."""

    start: str
    end: Mapping[str, Outcome]
    moves: tuple[Move, ...]
    limits: tuple[Limit, ...]
    _found: dict[tuple[str, str], Move | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    _waits: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order in which the table first names it."""
        named = [self.start]
        for move in self.moves:
            named.extend(s for s in (*move.frm, move.to) if s not in ("*", "="))
        return tuple(dict.fromkeys([*named, *self.end]))

    @cached_property
    def verbs(self) -> tuple[str, ...]:
        """Every verb in the table's order."""
        return tuple(dict.fromkeys(move.verb for move in self.moves))

    def find(self, verb: str, frm: str) -> Move | None:
        """The row for this verb from this state."""
        asked = (verb, frm)
        if asked not in self._found:
            self._found[asked] = next((m for m in self.moves_from(frm) if m.verb == verb), None)
        return self._found[asked]

    def moves_from(self, state: str) -> tuple[Move, ...]:
        """The rows that can be taken from this state."""
        anywhere = state not in self.end
        return tuple(m for m in self.moves if state in m.frm or (anywhere and m.frm == ("*",)))

    def in_order(self, state: str) -> tuple[Move, ...]:
        """The same as people are offered them: what is usual, what leads onward, what ends it otherwise, what stays."""

        def rank(move: Move) -> tuple[bool, ...]:
            stays, anywhere = move.to in ("=", state), move.frm == ("*",)
            return (False,) if move.usual else (True, stays, self.grave(move), anywhere)

        return tuple(sorted(self.moves_from(state), key=rank))

    def grave(self, move: Move) -> bool:
        """Whether it needs a second thought: the case ends without what was asked, or becomes part of others."""
        return self.end.get(move.to) in _OTHERWISE or isinstance(move.effect, Merge | Split)

    @cached_property
    def judged(self) -> frozenset[str]:
        """The verbs whose entries are on the public page only once somebody has published them."""
        return frozenset(
            verb for move in self.moves for spec in entries_of(move.form) for verb in spec.entry_of
        )

    @cached_property
    def ballots(self) -> frozenset[tuple[str, str]]:
        """Verb and field of every answer that nobody reads before it is counted."""
        return frozenset(
            (move.verb, spec.name) for move in self.moves for spec in fields_of(move.form) if spec.ballot
        )

    def polling(self, state: str) -> bool:
        """Whether ballots are cast or opened in this state, so that they must not be lost."""
        verbs = {verb for verb, _ in self.ballots}
        return any(move.opens or move.verb in verbs for move in self.moves_from(state))

    @cached_property
    def holders(self) -> frozenset[str]:
        """The roles of which somebody may be chosen to hold a case: who then has a move of their own, or the queue."""
        own = {role for move in self.moves if move.mine for role in move.roles}
        chosen = {
            state
            for move in self.moves
            if move.holder == "chosen"
            for state in ((move.to,) if move.to != "=" else self.states if move.frm == ("*",) else move.frm)
        }
        return frozenset(own.union(*(self.waits_on(state) for state in chosen)))

    def waits_on(self, state: str) -> tuple[str, ...]:
        """The roles in whose queue a case in this state waits: those of the first move that leaves it.

        A move of staff comes before one that only people from outside or the ledger can make, and what is done next
        before a way out that several states share: that it may be merged or refused says nothing of whose turn it is.
        """
        if state not in self._waits:
            leaving = [m for m in self.moves if state in m.frm and m.to not in ("=", state)]
            staffed = [m for m in leaving if not set(m.roles) <= RESERVED]
            staffed.sort(key=lambda move: len(move.frm) > 1 and self.grave(move))
            self._waits[state] = next((tuple(r for r in m.roles if r not in RESERVED) for m in staffed), ())
        return self._waits[state]

    def _steps(self, backwards: bool = False) -> dict[str, set[str]]:
        steps: dict[str, set[str]] = {state: set() for state in self.states}
        for move in self.moves:
            sources: Iterable[str] = (
                [s for s in self.states if s not in self.end] if move.frm == ("*",) else move.frm
            )
            for source in sources:
                target = source if move.to == "=" else move.to
                steps[target if backwards else source].add(source if backwards else target)
        return steps

    def _reach(self, seeds: Iterable[str], backwards: bool = False) -> set[str]:
        steps, seen, rest = self._steps(backwards), set(seeds), list(seeds)
        while rest:
            fresh = steps.get(rest.pop(), set()) - seen
            seen |= fresh
            rest.extend(fresh)
        return seen

    def faults(self) -> list[str]:
        """Why this procedure may not be loaded; empty when it may."""
        waiting = set(self.states) - set(self.end)
        limited = {state for limit in self.limits for state in limit.states}
        paused = {state for limit in self.limits for state in limit.pauses_in}
        acted = {s for s in waiting if any(self._leaves(m, s) for m in self.moves)}
        rows = [(m.verb, s) for m in self.moves for s in (waiting if m.frm == ("*",) else m.frm)]
        checks = {
            "declared twice": {f"{v} from {s}" for v, s in rows if rows.count((v, s)) > 1},
            "unreachable": set(self.states) - self._reach([self.start]),
            "limit or pause on an unknown or ended state": (limited | paused) - waiting,
            "no way to an end from": waiting - self._reach(self.end, backwards=True),
            "a case could wait for ever in": waiting - limited,
            "no role can act in": waiting - acted,
            "no basis for the limit on": {limit.key for limit in self.limits if not limit.basis.strip()},
            "two limits named": {k for k in self._keys if self._keys.count(k) > 1},
            "a path that cannot be read": {m.path for m in self.moves if m.path.count("->") != 1},
            "an effect that does not fit": {m.verb for m in self.moves if not self._fits(m)},
            "a computed answer without a derivation": {
                m.verb for m in self.moves if bool(computed_of(m.form)) != (m.derive is not None)
            },
            "offered after a move that is not there": {
                m.verb for m in self.moves if not set(m.after) <= set(self.verbs)
            },
            "time cannot make the move of the limit on": {
                limit.key for limit in self.limits if not self._timely(limit)
            },
            "published or withheld, but not made from outside": {
                verb
                for verb in self.judged
                if not any(m.verb == verb and set(m.roles) & OUTSIDE for m in self.moves)
            },
            "a ballot that no move opens, or that one opens too early": self._ballot_faults(),
            "codes drawn by what is no number": {
                f"{m.verb}.{spec.name}"
                for m in self.moves
                for spec in draws_of(m.form)
                if spec.draws not in {s.name for s in fields_of(m.form) if s.type == "int" and s.required}
            },
            "anyone may answer without end": {
                f"{m.verb}.{name}" for m in self.moves if ANYONE in m.roles for name in unbounded(m.form)
            },
        }
        return [f"{what}: {', '.join(sorted(found))}" for what, found in checks.items() if found]

    def _ballot_faults(self) -> set[str]:
        """Ballots are opened by time itself, or by people only where no more can be cast; never without a count."""
        verbs = {verb for verb, _ in self.ballots}
        opened = {verb for move in self.moves for verb in move.opens}
        early = {
            move.verb
            for move in self.moves
            if move.opens and set(move.roles) != {SYSTEM}
            for state in (set(self.states) - set(self.end) if move.frm == ("*",) else move.frm)
            if any(other.verb in move.opens for other in self.moves_from(state))
        }
        # what opens them counts them; what casts one derives nothing that could tell of it
        wrong = {
            m.verb for m in self.moves if bool(m.derive) == (m.verb in verbs) and (m.opens or m.verb in verbs)
        }
        return verbs ^ opened | early | wrong

    @property
    def _keys(self) -> list[str]:
        return [limit.key for limit in self.limits]

    def _leaves(self, move: Move, state: str) -> bool:
        """Whether who can always come (staff, the ledger for a child, time itself at a limit) leaves by this move."""
        onward = move.to not in ("=", state) and (state in move.frm or move.frm == ("*",))
        timed = any(limit.then == move.verb and state in limit.states for limit in self.limits)
        return onward and (timed or not set(move.roles) <= OUTSIDE | {SYSTEM})

    def _timely(self, limit: Limit) -> bool:
        """Whether the ticker can make the move that the limit names, wherever it may run out."""
        if not limit.by_itself:
            return True
        found = [self.find(limit.then, state) for state in limit.states]
        return all(
            move is not None
            and SYSTEM in move.roles
            and not any(spec.required for spec in fields_of(move.form))
            for move in found
        )

    def _fits(self, move: Move) -> bool:
        asked = {spec.name for spec in fields_of(move.form)}
        match move.effect:
            case Extend(limit=key):
                return any(limit.key == key and limit.extend for limit in self.limits)
            case Merge(field=name) | Split(field=name) | Supervise(field=name):
                return name in asked
            case Place(lon=lon, lat=lat):
                return {lon, lat} <= asked
            case Rota(post=post, start=start, shifts=shifts, hours=hours):
                return {post, start, shifts, hours} <= asked
            case Revise(fields=fields):
                return set(fields.values()) <= asked
            case Spawn(kind=kind, field=name, when=when):
                return bool(kind) != bool(name) and {name, when} - {""} <= asked
        chosen = move.holder != "chosen" or "to" in asked
        return chosen and (bool(move.on) == (CHILD in move.roles))
