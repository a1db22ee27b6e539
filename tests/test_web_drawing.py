"""Procedures are drawn whole: every state once, inside the picture, nothing upon another; the present one marked."""

import re
from xml.etree import ElementTree as ET

import pytest

from gridtown import lines
from gridtown.kernel import diagram as mermaid
from gridtown.kernel.line import Kind
from gridtown.kernel.words import say
from gridtown.web import codes, diagram

KINDS = [(line, kind) for line in lines.found().values() for kind in line.kinds]
SVG = "{http://www.w3.org/2000/svg}"


def drawn(line: str, kind: Kind, lang: str, **more: object) -> ET.Element:
    """The picture, parsed."""
    words = lines.found()[line].words

    def label(key: str) -> str:
        return say(key, lang, words, lines.common_words())

    return ET.fromstring(diagram.draw(kind.procedure, label=label, **more))


@pytest.mark.parametrize(("line", "kind"), KINDS, ids=lambda v: v.key)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_state_has_its_own_room(line, kind, lang):
    root = drawn(line.key, kind, lang)
    _, _, wide, high = map(float, root.attrib["viewBox"].split())
    boxes = [
        tuple(float(rect.attrib[a]) for a in ("x", "y", "width", "height"))
        for group in root.iter("g")
        if "node" in group.attrib.get("class", "")
        for rect in group.iter("rect")
    ]
    assert len(boxes) == len(kind.procedure.states)
    for x, y, w, h in boxes:
        assert min(x, y) >= 0
        assert (x + w, y + h) <= (wide + 0.5, high + 0.5)
        assert y + h <= high + 0.5
    for i, (x, y, w, h) in enumerate(boxes):
        for ox, oy, ow, oh in boxes[i + 1 :]:
            assert x + w <= ox or ox + ow <= x or y + h <= oy or oy + oh <= y


@pytest.mark.parametrize(("line", "kind"), KINDS, ids=lambda v: v.key)
def test_every_step_that_leads_elsewhere_is_a_line(line, kind):
    root = drawn(line.key, kind, "zh")
    steps = {
        (source, move.to)
        for move in kind.procedure.moves
        for source in (
            set(kind.procedure.states) - set(kind.procedure.end) if move.frm == ("*",) else move.frm
        )
        if move.to not in ("=", source)
    }
    assert sum(p.attrib.get("class", "").startswith("edge") for p in root.iter("path")) == len(steps)
    numbers = [float(n) for p in root.iter("path") for n in re.findall(r"-?\d+\.?\d*", p.attrib["d"])]
    assert max(numbers) <= float(root.attrib["width"]) + 1


def test_where_the_case_is_and_was_is_marked():
    line, kind = KINDS[0]
    root = drawn(
        line.key, kind, "zh", here="dispatched", walked=[("reported", "accepted"), ("accepted", "dispatched")]
    )
    marked = {g.attrib["class"]: g for g in root.iter("g") if "node" in g.attrib.get("class", "")}
    assert [css for css in marked if "here" in css] == ["node been here"]
    assert sum("been" in g.attrib.get("class", "") for g in root.iter("g")) == 3
    assert sum(p.attrib.get("class") == "edge walked" for p in root.iter("path")) == 2
    assert root.attrib["aria-label"] == "处置中"


def test_a_code_is_a_picture_of_its_text():
    one, two = (
        codes.svg("http://town.example/q/330110110001001"),
        codes.svg("http://town.example/q/330110110001002"),
    )
    assert ET.fromstring(one).tag == f"{SVG}svg"
    assert one != two


def _apart(texts: list[tuple[float, float, float, float]]) -> bool:
    return not any(
        a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
        for i, a in enumerate(texts)
        for b in texts[i + 1 :]
    )


@pytest.mark.parametrize(("line", "kind"), KINDS, ids=lambda v: v.key)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_words_are_written_upon_others(line, kind, lang):
    for here in kind.procedure.states:
        texts = []
        for span in drawn(line.key, kind, lang, here=here).iter(f"{SVG}tspan"):
            x, y = float(span.attrib["x"]), float(span.attrib["y"])
            texts.append((x - sum(10 if ord(c) > 0x2E80 else 5 for c in span.text), y - 9, x, y))
        assert _apart(texts), here


@pytest.mark.parametrize(("line", "kind"), KINDS, ids=lambda v: v.key)
def test_moves_between_the_same_states_share_an_arrow_of_the_docs(line, kind):
    told = mermaid.diagram(kind.procedure, line.words, lines.common_words())
    arrows = [row.partition(":")[0] for row in told.splitlines() if "-->" in row]
    assert len(arrows) == len(set(arrows))
    assert all(say(f"verb.{move.verb}", "en", line.words, lines.common_words()) in told
               for move in kind.procedure.moves if move.to not in ("=", *move.frm))  # fmt: skip
