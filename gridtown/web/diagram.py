"""A procedure drawn from its table: states in layers from left to right, the present one marked.

Longest-path layering with the barycentre ordering of Sugiyama's method, small enough to run on every page.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from gridtown.kernel.procedure import Procedure

HEIGHT, ROW, GAP, MARGIN = 34.0, 54.0, 78.0, 10.0
_WIDE, _NARROW = 14.0, 7.4  # how broad a Chinese and a Latin letter are at 13 px, with some room
_SMALL, _LEADING = 11 / 13, 13.0  # verbs are written smaller, one below the other

Label = Callable[[str], str]
Edge = tuple[str, str]


@dataclass
class _Layout:
    """Where everything goes: ranks, the order within a rank, and the centre of each box in pixels."""

    edges: dict[Edge, list[str]]
    rank: dict[str, int] = field(default_factory=dict)
    back: set[Edge] = field(default_factory=set)
    layers: list[list[str]] = field(default_factory=list)
    routes: dict[Edge, list[str]] = field(default_factory=dict)
    at: dict[str, tuple[float, float]] = field(default_factory=dict)
    width: dict[str, float] = field(default_factory=dict)
    room: dict[int, float] = field(
        default_factory=dict
    )  # the breadth of a gap by the layer after it, if not GAP
    head: float = 0  # above the first row, for verbs one upon the other
    size: tuple[float, float] = (0, 0)


def draw(
    procedure: Procedure, *, label: Label, here: str = "", walked: Sequence[Edge] = (), title: str = ""
) -> str:
    """The diagram as SVG; `label` gives the word of state.x and verb.y, `walked` the steps already taken.

    title: what a screen reader says of it; the present state where there is one.
    """
    plan = _Layout(_edges(procedure))
    _rank(plan, procedure)
    _order(plan)
    _write(plan, label, here)
    _place(plan, {state: label(f"state.{state}") for state in procedure.states})
    been = {state for step in walked for state in step} | ({here} if here else set())
    lines = [_edge(plan, edge, verbs, label, edge in set(walked), here) for edge, verbs in plan.edges.items()]
    boxes = [
        _box(plan, s, label(f"state.{s}"), here=here, been=been, ends=procedure.end) for s in procedure.states
    ]
    wide, high = plan.size
    named = quoteattr(label(f"state.{here}") if here else title)
    marked = "" if here else ' class="whole"'
    return (
        f'<svg{marked} viewBox="0 0 {wide:.0f} {high:.0f}" width="{wide:.0f}" height="{high:.0f}" role="img" '
        f"aria-label={named}>{''.join(lines)}{''.join(boxes)}</svg>"
    )


def _edges(procedure: Procedure) -> dict[Edge, list[str]]:
    """Every step that leads elsewhere, with the verbs that take it."""
    found: dict[Edge, list[str]] = {}
    waiting = [state for state in procedure.states if state not in procedure.end]
    for move in procedure.moves:
        for source in waiting if move.frm == ("*",) else move.frm:
            if move.to not in ("=", source):
                found.setdefault((source, move.to), []).append(move.verb)
    return found


def _rank(plan: _Layout, procedure: Procedure) -> None:
    """Layers by the longest way from the start; steps that lead back to a state on the way are back steps."""
    onward: dict[str, list[str]] = {state: [] for state in procedure.states}
    for source, target in plan.edges:
        onward[source].append(target)
    done: list[str] = []
    on_way: set[str] = set()

    def visit(state: str) -> None:
        on_way.add(state)
        for target in onward[state]:
            if target in on_way:
                plan.back.add((state, target))
            elif target not in done:
                visit(target)
        on_way.discard(state)
        done.append(state)

    visit(procedure.start)
    for state in reversed(done):
        plan.rank.setdefault(state, 0)
        for target in onward[state]:
            if (state, target) not in plan.back:
                plan.rank[target] = max(plan.rank.get(target, 0), plan.rank[state] + 1)


def _order(plan: _Layout) -> None:
    """Boxes and the bends of long steps, ordered within each layer so that few lines cross."""
    plan.layers = [[] for _ in range(max(plan.rank.values()) + 1)]
    for state, rank in plan.rank.items():
        plan.layers[rank].append(state)
    near: dict[str, list[str]] = {}
    for edge in plan.edges:
        if edge in plan.back:
            continue
        source, target = edge
        way = [source]
        for rank in range(plan.rank[source] + 1, plan.rank[target]):
            bend = f"{source}>{target}@{rank}"
            plan.layers[rank].append(bend)
            way.append(bend)
        plan.routes[edge] = [*way, target]
        for a, b in pairwise(plan.routes[edge]):
            near.setdefault(a, []).append(b)
            near.setdefault(b, []).append(a)
    for sweep in range(8):
        for layer in plan.layers if sweep % 2 == 0 else reversed(plan.layers):
            spot = {name: i - (len(other) - 1) / 2 for other in plan.layers for i, name in enumerate(other)}

            def middle(name: str, spot: Mapping[str, float] = spot) -> float:
                beside = [spot[other] for other in near.get(name, [])]
                return sum(beside) / len(beside) if beside else spot[name]

            layer.sort(key=middle)


def _breadth(text: str) -> float:
    return sum(_WIDE if ord(c) > 0x2E80 else _NARROW for c in text)


def _write(plan: _Layout, label: Label, here: str) -> None:
    """Make room for the verbs that are written at the steps from here."""
    for edge, verbs in plan.edges.items():
        if edge[0] == here:
            rank = plan.rank[edge[0] if edge in plan.back else edge[1]]
            said = max(_breadth(label(f"verb.{verb}")) for verb in verbs) * _SMALL
            plan.room[rank] = max(plan.room.get(rank, GAP), said + 24)
            plan.head = max(plan.head, _LEADING * (len(verbs) - 1))


def _place(plan: _Layout, words: Mapping[str, str]) -> None:
    """Centres and widths in pixels; the layers are centred on one axis."""
    for state, text in words.items():
        plan.width[state] = max(64.0, _breadth(text) + 24)
    tallest = max(len(layer) for layer in plan.layers)
    x = MARGIN
    for rank, layer in enumerate(plan.layers):
        x += plan.room.get(rank, GAP) - GAP
        broad = max(plan.width.get(name, 0.0) for name in layer)
        top = MARGIN + plan.head + (tallest - len(layer)) * ROW / 2 + HEIGHT / 2
        for row, name in enumerate(layer):
            plan.at[name] = (x + broad / 2, top + row * ROW)
        x += broad + GAP
    drop = 16.0 + 7 * sum(plan.rank[s] - plan.rank[t] > 1 for s, t in plan.back)
    lanes = sum(plan.rank[s] - plan.rank[t] > 1 for s, t in plan.back)
    last = max((plan.at[s][0] + plan.width[s] / 2 for s, _ in plan.back), default=0.0) + 17 + 5 * lanes
    plan.size = (max(x - GAP, last) + MARGIN, plan.head + (tallest - 1) * ROW + HEIGHT + 2 * MARGIN + drop)


def _edge(plan: _Layout, edge: Edge, verbs: Sequence[str], label: Label, walked: bool, here: str) -> str:
    """One step: a curve through its bends, an arrow head, and its verbs (shown when they can be done now)."""
    path, tip, middle = _back(plan, edge) if edge in plan.back else _forward(plan, edge)
    said = " / ".join(label(f"verb.{verb}") for verb in verbs)
    mark = " walked" if walked else " open" if edge[0] == here else ""
    shown = ""
    if edge[0] == here:
        shown = _verbs([label(f"verb.{verb}") for verb in verbs], *middle, up=edge not in plan.back)
    return (
        f'<g><title>{escape(said)}</title><path class="edge{mark}" d="{path}"/>'
        f'<path class="tip{mark}" d="{_head(*tip)}"/>{shown}</g>'
    )


def _verbs(said: Sequence[str], x: float, y: float, *, up: bool) -> str:
    """Verbs one below the other: the last line at y, or (not `up`) the first."""
    top = y - _LEADING * (len(said) - 1) if up else y
    rows = (
        f'<tspan x="{x:.1f}" y="{top + _LEADING * i:.1f}">{escape(one)}</tspan>' for i, one in enumerate(said)
    )
    return f'<text class="verb">{"".join(rows)}</text>'


def _forward(plan: _Layout, edge: Edge) -> tuple[str, tuple[float, float, float], tuple[float, float]]:
    nudge = -6.0 if (edge[1], edge[0]) in plan.edges else 0.0
    points = [plan.at[name] for name in plan.routes[edge]]
    start = (points[0][0] + plan.width[edge[0]] / 2, points[0][1] + nudge)
    stop = (points[-1][0] - plan.width[edge[1]] / 2 - 5, points[-1][1] + nudge)
    way = [start, *points[1:-1], stop]
    path = f"M{start[0]:.1f} {start[1]:.1f}"
    for (ax, ay), (bx, by) in pairwise(way):
        bend = (bx - ax) / 2
        path += f"C{ax + bend:.1f} {ay:.1f} {bx - bend:.1f} {by:.1f} {bx:.1f} {by:.1f}"
    return path, (stop[0] + 5, stop[1], 1.0), (stop[0] - 6, stop[1] - 6)


def _back(plan: _Layout, edge: Edge) -> tuple[str, tuple[float, float, float], tuple[float, float]]:
    (ax, ay), (bx, by) = plan.at[edge[0]], plan.at[edge[1]]
    if plan.rank[edge[0]] - plan.rank[edge[1]] == 1:
        start = (ax - plan.width[edge[0]] / 2, ay + 6)
        stop = (bx + plan.width[edge[1]] / 2 + 5, by + 6)
        bend = (start[0] - stop[0]) / 2
        path = (
            f"M{start[0]:.1f} {start[1]:.1f}C{start[0] - bend:.1f} {start[1]:.1f} "
            f"{stop[0] + bend:.1f} {stop[1]:.1f} {stop[0]:.1f} {stop[1]:.1f}"
        )
        return path, (stop[0] - 5, stop[1], -1.0), (start[0] - 6, start[1] + 14)
    lane = sorted(e for e in plan.back if plan.rank[e[0]] - plan.rank[e[1]] > 1).index(edge)
    floor = plan.size[1] - MARGIN - 7 * lane
    out, into = ax + plan.width[edge[0]] / 2 + 12 + 5 * lane, bx + plan.width[edge[1]] / 2 + 14 + 5 * lane
    start, stop = (ax + plan.width[edge[0]] / 2, ay + 7), (bx + plan.width[edge[1]] / 2 + 5, by + 10)
    path = (
        f"M{start[0]:.1f} {start[1]:.1f}H{out - 6:.1f}Q{out:.1f} {start[1]:.1f} {out:.1f} {start[1] + 6:.1f}"
        f"V{floor - 6:.1f}Q{out:.1f} {floor:.1f} {out - 6:.1f} {floor:.1f}H{into + 6:.1f}"
        f"Q{into:.1f} {floor:.1f} {into:.1f} {floor - 6:.1f}V{stop[1] + 6:.1f}"
        f"Q{into:.1f} {stop[1]:.1f} {into - 6:.1f} {stop[1]:.1f}H{stop[0]:.1f}"
    )
    return path, (stop[0] - 5, stop[1], -1.0), ((out + into) / 2, floor - 5)


def _head(x: float, y: float, towards: float) -> str:
    """An arrow head whose point is at x, y: 1 rightward, -1 leftward."""
    return f"M{x:.1f} {y:.1f}l{-8 * towards:.0f} -4v8z"


def _box(
    plan: _Layout, state: str, text: str, *, here: str, been: Collection[str], ends: Collection[str]
) -> str:
    x, y = plan.at[state]
    wide = plan.width[state]
    marks = [("ending", state in ends), ("been", state in been), ("here", state == here)]
    css = " ".join(["node", *(name for name, on in marks if on)])
    return (
        f'<g class="{css}"><rect x="{x - wide / 2:.1f}" y="{y - HEIGHT / 2:.1f}" width="{wide:.1f}" '
        f'height="{HEIGHT:.0f}" rx="6"/><text x="{x:.1f}" y="{y:.1f}">{escape(text)}</text></g>'
    )
