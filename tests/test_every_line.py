"""What every line of business owes; lines are found, never listed here."""

import re
from collections import Counter
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from gridtown import lines
from gridtown import town as towns
from gridtown.cases import docs
from gridtown.kernel import diagram, vetting, words
from gridtown.kernel.forms import Empty, fields_of
from gridtown.kernel.line import Line
from gridtown.kernel.procedure import Procedure
from gridtown.kernel.story import Story, parse
from gridtown.kernel.told import RESERVED
from gridtown.papers import template
from tests.telling import Told, said_in

LEAKED = re.compile(r"\bNone\b|\bTrue\b|\bFalse\b|[{}<>]|\[object|[\ue000-\uf8ff]|\d{4}-\d\d-\d\dT")
LINES = tuple(lines.found().values())
KINDS = tuple((line, kind) for line in LINES for kind in line.kinds)


@cache
def stories(line: str) -> tuple[Story, ...]:
    path = Path(str(files(f"gridtown.lines.{line}"))) / "stories.yaml"
    return parse(yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader), towns.current().zone)


STORIES = tuple((line, story) for line in LINES for story in stories(line.key))
each_line = pytest.mark.parametrize("line", LINES, ids=[line.key for line in LINES])
each_kind = pytest.mark.parametrize(("line", "kind"), KINDS, ids=[f"{ln.key}/{k.key}" for ln, k in KINDS])


def test_there_are_lines() -> None:
    assert LINES


@each_line
def test_every_word_is_said_in_both_languages(line: Line) -> None:
    said = {**lines.common_words(), **line.words}
    assert not line.words_needed() - set(said)
    assert not words.incomplete(line.words)
    guards = {key for _, story in STORIES for key in story.refused.values() if key.startswith("guard.")}
    assert not {key for key in guards if not any(key in {**lines.common_words(), **ln.words} for ln in LINES)}


@each_line
def test_no_word_is_left_over(line: Line) -> None:
    own = {
        key
        for key in line.words
        if not key.startswith(("guard.", "notice.", "hint.", "unit.", "indicators.", "table."))
    }
    assert not own - line.words_needed() - set(line.bases()), "words that nothing asks for"


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_no_two_kinds_are_called_alike(lang: str) -> None:
    """Who may take down cases of every line chooses among them by these names alone."""
    called = Counter(line.words[f"kind.{kind.key}"][lang] for line in LINES for kind in line.kinds)
    assert not [name for name, times in called.items() if times > 1]


@each_line
def test_why_an_indicator_is_counted_so_is_said_in_both_languages(line: Line) -> None:
    whys = {
        f"family_why.{ind.family}" if ind.family else f"indicators.{ind.key}.why": ind.why
        for ind in line.indicators
        if ind.why
    }
    said = {key: word for key, word in line.words.items() if key.startswith(("indicators.", "family_why."))}
    assert set(said) == set(whys), "one for each, and none left over"
    assert {key: word["en"] for key, word in said.items()} == whys
    assert all(word["zh"].strip() and not word["zh"].isascii() for word in said.values())


@each_line
def test_a_dictionary_that_holds_from_a_day_has_a_name(line: Line) -> None:
    dated = {
        key
        for key, rows in line.tables.items()
        if rows and all({"basis", "since"} <= row.keys() for row in rows.values())
    }
    assert {f"table.{key}" for key in dated} == {key for key in line.words if key.startswith("table.")}


@each_line
def test_no_basis_is_an_english_sentence_on_a_chinese_page(line: Line) -> None:
    said = {key for key, basis in line.bases().items() if words.is_prose(basis)}
    assert not said - set(line.words), "these need a word (basis.<what>.<key>)"


@each_line
def test_every_folder_says_why_it_is_there(line: Line) -> None:
    assert line.about.startswith("# ")
    assert len(line.about) > 400


@each_kind
def test_every_move_is_in_some_story(line: Line, kind) -> None:
    told = {verb for story in stories(line.key) if story.kind == kind.key for verb in story.verbs}
    assert not set(kind.procedure.verbs) - told, "no story tells them"


@each_kind
def test_what_a_choice_stands_for_is_listed_by_a_move_of_its_kind(line: Line, kind) -> None:
    asked = {
        (move.verb, spec.name): spec
        for move in kind.procedure.moves
        for spec in fields_of(move.form or Empty)
    }
    for spec in asked.values():
        if spec.listed is not None:
            listed = asked.get((spec.listed.verb, spec.listed.field))
            assert listed is not None, f"{spec.name}: no such answer"
            assert listed.type == "list", f"{spec.name}: {listed.name} is no list"


@each_line
def test_every_document_is_printed_in_some_story(line: Line) -> None:
    told = [(story.kind, story.verbs) for story in stories(line.key)]
    for document in line.documents:
        after = set(document.after)
        assert any(kind == document.kind and (not after or after & verbs) for kind, verbs in told), (
            f"no story makes a move after which {document.key} is printed"
        )


def test_every_document_reads_well() -> None:
    assert not template.faults(towns.current())


@each_kind
def test_every_end_is_reached_in_some_story(line: Line, kind) -> None:
    told = stories(line.key)
    reached = {story.ends for story in told if story.kind == kind.key}
    reached |= {state for story in told if story.kind == kind.key for state in story.others.values()}
    assert not set(kind.procedure.end) - reached


@each_kind
def test_what_a_table_names_is_in_the_town(line: Line, kind) -> None:
    town = towns.current()
    forms = (kind.intake, *(move.form for move in kind.procedure.moves))
    asked = {spec.table for form in forms for spec in fields_of(form) if spec.table}
    assert not asked - set(town.tables.get(line.key, {})), "a table is asked for that the town has not"
    for name in asked:
        for key, row in town.tables[line.key][name].items():
            assert all(row[lang].strip() for lang in words.LANGUAGES), f"{name}: {key}"


@each_kind
def test_whom_a_case_waits_for_can_act(line: Line, kind) -> None:
    procedure: Procedure = kind.procedure
    for state in procedure.states:
        waits = procedure.waits_on(state)
        if state in procedure.end:
            continue
        able = {
            role for move in procedure.moves_from(state) if move.to not in ("=", state) for role in move.roles
        }
        assert set(waits) <= able
        assert waits or able & RESERVED, f"{state}: nobody is waited for"


@each_line
def test_indicators_can_be_asked(line: Line) -> None:
    wrong = [f for ind in line.indicators for f in vetting.faults(ind, line.columns_of(ind.kind))]
    assert not wrong
    keys = [ind.key for ind in line.indicators]
    assert len(keys) == len(set(keys))
    for ind in line.indicators:
        assert line.words[f"indicator.{ind.key}"]["en"] == ind.question, (
            "the question is asked in one wording"
        )


@each_line
def test_every_indicator_is_counted_in_some_story(line: Line) -> None:
    counted = {key for story in stories(line.key) for key in story.counts}
    families = {ind.key: ind.family for ind in line.indicators}
    counted |= {families.get(key, "") for key in counted}  # members of a family are one expression
    assert not {ind.family or ind.key for ind in line.indicators} - counted


@each_kind
def test_diagram_is_current(line: Line, kind) -> None:
    drawn = docs.FOLDER / "lines" / f"{line.key}.{kind.key}.mmd"
    assert (
        drawn.read_text("utf-8") == diagram.diagram(kind.procedure, line.words, lines.common_words()) + "\n"
    )


def test_pages_are_current() -> None:
    assert not docs.stale(), "run: gridtown docs"


@pytest.mark.django_db
@pytest.mark.parametrize(("line", "story"), STORIES, ids=[f"{ln.key}: {s.title}" for ln, s in STORIES])
def test_story(line: Line, story: Story) -> None:
    told = Told(line, story).tell()
    assert told.row(story.main).state == story.ends
    assert {n: told.row(n).state for n in story.others} == story.others
    assert told.late() == set(story.late)
    assert told.counted(story.counts) == story.counts
    for papers in told.papers().values():
        for paper in papers:
            assert not [text for text in said_in(paper.docx()) if LEAKED.search(text)], "a value in no words"


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(("line", "story"), STORIES, ids=[f"{ln.key}: {s.title}" for ln, s in STORIES])
def test_nothing_is_called_impossible_beforehand_that_can_be_done(line: Line, story: Story) -> None:
    assert Told(line, story, foresee=True).tell().row(story.main).state == story.ends


def test_no_two_kinds_share_a_series_of_numbers():
    """A number's beginning says which kind it is of, and counts that kind alone."""
    series = [kind.number.split("{")[0] for line in lines.found().values() for kind in line.kinds]
    assert len(series) == len(set(series))
