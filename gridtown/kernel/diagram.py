"""A procedure as a Mermaid state diagram, generated for the docs and compared in the checks."""

from gridtown.kernel.procedure import Procedure
from gridtown.kernel.words import Entries, say


def diagram(procedure: Procedure, *words: Entries, lang: str = "en") -> str:
    """The state diagram; moves that stay in place are left to the page's table.

    Moves between the same two states share one arrow, or their words would be written one upon the other.
    """
    lines = ["stateDiagram-v2", f"  [*] --> {procedure.start}"]
    lines += [f"  {state}: {say(f'state.{state}', lang, *words)}" for state in procedure.states]
    waiting = [state for state in procedure.states if state not in procedure.end]
    arrows: dict[tuple[str, str], list[str]] = {}
    for move in procedure.moves:
        for source in waiting if move.frm == ("*",) else move.frm:
            if move.to not in ("=", source):
                arrows.setdefault((source, move.to), []).append(say(f"verb.{move.verb}", lang, *words))
    lines += [f"  {source} --> {to}: {' / '.join(verbs)}" for (source, to), verbs in arrows.items()]
    lines += [f"  {end} --> [*]" for end in procedure.end]
    return "\n".join(lines)
