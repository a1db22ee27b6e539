"""Which moves make sense on many cases at once: short ones that say the same of each of them.

What is found, measured, signed or shown of one case is said of that case alone; what ends a case otherwise than it was
asked, or is kept by a guard, deserves a look at it. A move may say otherwise (`Move.many`).
"""

from functools import cache

from gridtown.kernel.effects import Extend, Supervise
from gridtown.kernel.forms import FieldSpec, Form, asked_of
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import RESERVED

MOST = 5  # fields of a form that is still short
SIMPLE = frozenset({"text", "long", "choice", "bool", "date", "datetime", "int", "number", "post"})
SAME = frozenset({"reason", "remark", "answer"})  # what may well be said of many in the same words


@cache
def short(form: type[Form]) -> bool:
    """Whether a form has few, simple fields that no single case answers for itself."""
    asked = asked_of(form)
    return len(asked) <= MOST and all(_alike(spec) for spec in asked)


def _alike(spec: FieldSpec) -> bool:
    if spec.type not in SIMPLE or spec.personal or spec.again or spec.ballot or spec.token or spec.bars:
        return False
    if not spec.required:
        return True
    measured = spec.type in ("int", "number", "bool")  # a declaration is made of each case, like a measure
    return not measured and (spec.type not in ("text", "long") or spec.name in SAME)


def in_bulk(procedure: Procedure, verb: str) -> Move | None:
    """The move by which many cases can be moved at once; None where each is to be looked at."""
    rows = [move for move in procedure.moves if move.verb == verb]
    alike = len({move.form for move in rows}) == 1
    return rows[0] if rows and alike and all(_fits(procedure, move) for move in rows) else None


def _fits(procedure: Procedure, move: Move) -> bool:
    if set(move.roles) <= RESERVED:
        return False
    if move.many is not None:
        return move.many
    plain = move.effect is None or isinstance(move.effect, Extend | Supervise)
    its_own = bool(move.guards or move.derive or move.opens or move.on)
    return plain and not its_own and not procedure.grave(move) and short(move.form)
