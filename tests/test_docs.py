"""The documents tell of what is there: excerpts, commands, settings, words and links are held against the code."""

import ast
import dataclasses
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from django.conf import settings as configured
from django.core.management import get_commands
from django.test import Client

import gridtown.lines
from gridtown import cli, lines
from gridtown import town as towns
from gridtown.cases import docs as generated
from gridtown.kernel import (
    clocks,
    document,
    effects,
    forms,
    indicator,
    line,
    marks,
    procedure,
    purpose,
    signal,
    standing,
    table,
    told,
    tool,
)
from gridtown.kernel.line import Line
from gridtown.people.models import Account
from tests import carriers
from tests import test_every_line as owed
from tests.conftest import Here
from tests.telling import Told

ROOT = Path(configured.ROOT)
DOCS = ROOT / "docs"
WRITTEN = (*ROOT.glob("*.md"), *DOCS.glob("*.md"), *(DOCS / "adr").glob("*.md"))
EXAMPLE = "lost_property"
_FENCE = re.compile(r"^```(\w+) file=(\S+?)(?: in=(\w+))?\n(.*?)\n```$", re.M | re.S)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_CODE = re.compile(r"^```\w*[^\n]*\n(.*?)^```$", re.M | re.S)


def said(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


each_page = pytest.mark.parametrize("page", WRITTEN, ids=[str(path.relative_to(ROOT)) for path in WRITTEN])


# the tour

EXCERPTS = _FENCE.findall(said("tour.md"))


def source(path: str, name: str) -> list[str]:
    """The lines of a file, or of one function or class in it."""
    text = (ROOT / path).read_text("utf-8")
    if not name:
        return text.splitlines()
    kinds = (ast.FunctionDef, ast.ClassDef)
    found = [n for n in ast.walk(ast.parse(text)) if isinstance(n, kinds) and n.name == name]
    assert found, f"{path} has no {name}"
    return text.splitlines()[found[0].lineno - 1 : found[0].end_lineno]


def follows(lines_there: list[str], excerpt: list[str]) -> bool:
    """Whether the excerpt's lines stand there one after the other, anything being left out only where it says so."""
    there, gap, at = [text.strip() for text in lines_there], True, 0
    for text in excerpt:
        if text == "…":
            gap = True
            continue
        found = next((i for i in range(at, len(there)) if there[i] == text), None)
        if found is None or not (gap or found == at):
            return False
        at, gap = found + 1, False
    return True


@pytest.mark.parametrize(
    ("path", "name", "excerpt"),
    [(path, name, excerpt) for _lang, path, name, excerpt in EXCERPTS],
    ids=[f"{path}:{name}" for _lang, path, name, _excerpt in EXCERPTS],
)
def test_an_excerpt_of_the_tour_stands_in_the_source(path: str, name: str, excerpt: str) -> None:
    wanted = [text.strip() for text in excerpt.splitlines()]
    assert 2 <= len(wanted) <= 8
    there = source(path, name)
    # the first line may stand anywhere: try each place
    starts = [i for i, text in enumerate(there) if text.strip() == wanted[0]]
    assert any(follows(there[i:], wanted) for i in starts), f"{path} no longer says this"


def test_the_tour_has_ten_calls_each_with_its_code() -> None:
    steps = re.split(r"^## \d+\. ", said("tour.md"), flags=re.M)[1:]
    assert len(steps) == 10
    assert all(_FENCE.search(step) for step in steps)


def test_an_excerpt_that_was_changed_is_found() -> None:
    there = ["a", "b", "c", "d"]
    assert follows(there, ["a", "b"])
    assert follows(there, ["a", "…", "d"])
    assert not follows(there, ["a", "c"])
    assert not follows(there, ["b", "a"])


# a line of one's own


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """The page's worked example, put into a folder and loaded beside the other lines, by nothing else than that."""
    folder = tmp_path / EXAMPLE
    for _lang, name, _within, text in _FENCE.findall(said("adding-a-line.md")):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", "utf-8")
    assert (folder / "__init__.py").exists()
    package: Any = gridtown.lines
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    found = lines.load()
    monkeypatch.setattr(lines, "found", lambda: found)
    town = towns.read(Path(configured.GRIDTOWN_TOWN))
    monkeypatch.setattr(towns, "current", lambda: town)
    yield found[EXAMPLE]
    owed.stories.cache_clear()
    for module in [name for name in sys.modules if name.startswith(f"gridtown.lines.{EXAMPLE}")]:
        del sys.modules[module]
    monkeypatch.undo()
    delattr(package, EXAMPLE)


def test_the_page_shows_every_file_of_the_example(example: Line) -> None:
    shown = {
        name.partition("/")[2] for _lang, name, _within, _text in _FENCE.findall(said("adding-a-line.md"))
    }
    listed = set(re.findall(r"^\| `([\w.]+)` \|", said("adding-a-line.md").split("## The example")[0], re.M))
    assert listed <= shown
    assert example.tables["sort"], "the dictionary comes with the folder"


def test_the_example_does_what_every_line_owes(example: Line) -> None:
    owed.test_every_word_is_said_in_both_languages(example)
    owed.test_no_word_is_left_over(example)
    owed.test_no_basis_is_an_english_sentence_on_a_chinese_page(example)
    owed.test_every_folder_says_why_it_is_there(example)
    owed.test_indicators_can_be_asked(example)
    owed.test_every_indicator_is_counted_in_some_story(example)
    for kind in example.kinds:
        owed.test_every_move_is_in_some_story(example, kind)
        owed.test_every_end_is_reached_in_some_story(example, kind)
        owed.test_what_a_table_names_is_in_the_town(example, kind)
        owed.test_whom_a_case_waits_for_can_act(example, kind)
    assert f"`{example.kinds[0].number}`" in generated.page(example)


@pytest.mark.django_db
@pytest.mark.parametrize("n", range(5))
def test_the_examples_stories_are_true(example: Line, n: int) -> None:
    stories = owed.stories(EXAMPLE)
    assert len(stories) == 5, "one run of this test for each story"
    story = stories[n]
    done = Told(example, story).tell()
    assert done.row(1).state == story.ends
    assert done.late() == set(story.late)
    assert done.counted(story.counts) == story.counts


@pytest.mark.django_db
def test_residents_find_the_example_on_their_page_and_staff_on_theirs(
    example: Line, pingyao: Here, client: Client
) -> None:
    assert f"?line={EXAMPLE}&amp;kind=item" in client.get("/new").content.decode()
    page = client.get(f"/new?line={EXAMPLE}&kind=item").content.decode()
    [key] = re.findall(r'name="_key" value="([^"]+)"', page)
    said = {
        "_key": key,
        "line": EXAMPLE,
        "kind": "item",
        "description": "捡到钥匙一串",
        "place": pingyao.town.code,
    }
    sent = client.post("/new", said)
    assert sent.status_code == 302
    assert client.get(sent.headers["Location"]).status_code == 200
    client.force_login(Account.objects.get(username="receiver"))
    number = sent.headers["Location"].split("/")[2]
    assert number in client.get(f"/desk?line={EXAMPLE}").content.decode()
    assert f"/case/{number}/announce" in client.get(f"/case/{number}").content.decode()
    assert client.get(f"/lines/{EXAMPLE}").status_code == 200
    assert client.get(f"/api/lines/{EXAMPLE}").json()["key"] == EXAMPLE


VOCABULARY = (
    line.Kind, line.Register, line.Duty, line.Setting, line.Staff, procedure.Move, clocks.Limit, tool.Tool,
    tool.Proposal, tool.Reads, tool.Open, tool.Add, signal.Signal, document.Document,
    purpose.Promises, purpose.Published, purpose.Editions,
)  # fmt: skip
MARKS = {
    name for name, made in vars(marks).items() if dataclasses.is_dataclass(made) and isinstance(made, type)
}


def named() -> set[str]:
    """Every word that the page sets as code, in prose, table or example."""
    return set(re.findall(r"\w+", " ".join(_SPAN.findall(said("adding-a-line.md")))))


@pytest.mark.parametrize("thing", VOCABULARY, ids=[thing.__name__ for thing in VOCABULARY])
def test_nothing_that_a_line_can_say_is_left_out(thing: type[Any]) -> None:
    fields = {field.name for field in dataclasses.fields(thing) if not field.name.startswith("_")}
    assert not fields - named(), f"{thing.__name__} can be given what the page does not tell of"


def test_every_mark_effect_and_fixed_word_is_told_of() -> None:
    told_of = named()
    assert not MARKS - told_of
    assert set(forms.__all__) >= MARKS, "a line imports them from where it imports the form"
    assert not {effect.__name__ for effect in get_args(effects.Effect)} - told_of
    fixed = (
        procedure.Outcome,
        procedure.Holder,
        line.Every,
        line.Confidentiality,
        indicator.Agg,
        marks.Columns,
    )
    assert not {word for words in fixed for word in get_args(words)} - told_of
    assert not told.RESERVED - told_of
    unseen = {"case_id", "opened_day", "closed_day", "number", "kind", "upto"}  # not asked of indicators
    columns = set(table.COMMON) - unseen | set(standing.COMMON)
    assert not columns - told_of
    assert (
        not {field.name for field in dataclasses.fields(indicator.Indicator)} - told_of - {"key", "question"}
    )


def test_every_fault_of_a_procedure_is_told_of() -> None:
    text = " ".join(said("adding-a-line.md").split())
    code = ast.parse(textwrap.dedent("\n".join(source("gridtown/kernel/procedure.py", "faults"))))
    tables = [node for node in ast.walk(code) if isinstance(node, ast.Dict)]
    checks = [key.value for found in tables for key in found.keys if isinstance(key, ast.Constant)]
    assert len(checks) >= 10
    assert not [check for check in checks if f"*{check}*" not in text]


# the glossary


def rows(heading: str) -> list[tuple[str, ...]]:
    """The cells of the table below a heading."""
    part = said("glossary.md").split(f"## {heading}")[1].split("\n## ")[0]
    listed = [row.strip("| ") for row in part.splitlines() if row.startswith("|")]
    return [tuple(cell.strip() for cell in row.split("|")) for row in listed[2:]]


THERE = [(code.strip("`"), where.strip("`")) for _word, code, where, _what in rows("What there is")]
# design: one office word is one code word
DESIGN = {
    "Division", "Area", "Grid", "Line", "Case", "Record", "Procedure", "Move", "Limit", "Duty", "Entry", "Post",
    "Roster", "Mode", "Indicator", "Target", "Figure", "Proposal",
}  # fmt: skip


@pytest.mark.parametrize(("code", "where"), THERE)
def test_a_word_of_the_glossary_is_a_class_there(code: str, where: str) -> None:
    assert source(where, code)


def test_every_word_of_the_design_is_in_the_glossary() -> None:
    listed = {code for code, _where in THERE}
    assert not DESIGN - listed
    assert len(listed) == len(THERE), "one office word is one code word"


# all pages


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        path = target.partition("#")[0]
        if path and "://" not in path and not path.endswith((".png", "latest.json")):
            assert (page.parent / path).exists(), f"{page.name}: {target}"


@each_page
def test_paths_and_commands_are_real(page: Path) -> None:
    text = page.read_text("utf-8")
    code = [*_SPAN.findall(text), *(row for block in _CODE.findall(text) for row in block.splitlines())]
    ours, makes = set(cli.commands()), set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    for words in code:
        for path in re.findall(r"(?<![\w/.])(?:gridtown|tests|towns|docs|bench)/[\w./-]*\w", words):
            invented = f"lines/{EXAMPLE}" in path or path.endswith((".png", ".json"))
            assert invented or (ROOT / path).exists(), f"{page.name}: there is no {path}"
        for command in re.findall(r"(?:^|bin/|\s)gridtown ([a-z]+)\b", words):
            assert command in ours or command in get_commands(), f"{page.name}: gridtown {command}"
        for target in re.findall(r"(?:^|[;&] ?)make ([a-z]+)", words):
            assert target in makes, f"{page.name}: make {target}"


@each_page
def test_settings_that_are_named_are_read_somewhere(page: Path) -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "gridtown").rglob("*.py"))
    for name in set(re.findall(r"\bGRIDTOWN_[A-Z_]+[A-Z]\b", page.read_text("utf-8"))):
        robot = re.sub(r"GRIDTOWN_(DINGTALK|WECOM)(_URL|_SECRET)", "GRIDTOWN_{kind.upper()}", name)
        assert robot in code, f"{page.name}: nothing reads {name}"


def test_decisions_are_numbered_dated_and_listed() -> None:
    decisions = sorted(path for path in (DOCS / "adr").glob("[0-9]*.md"))
    assert [path.name[:4] for path in decisions] == [f"{n:04}" for n in range(1, len(decisions) + 1)]
    index = said("adr/README.md")
    for path in decisions:
        text = path.read_text("utf-8")
        assert text.startswith(f"# {path.name[:4]} "), path.name
        assert re.search(r"^(accepted|superseded by \d{4}), 20\d\d-\d\d-\d\d$", text, re.M), (
            f"{path.name}: status and date"
        )
        assert f"({path.name})" in index, f"{path.name} is not in the list"
        assert all(f"\n## {part}\n" in text for part in ("Why", "Decision", "What follows")), path.name


def test_both_readmes_have_the_same_parts() -> None:
    english, chinese = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md"))
    assert english.count("\n## ") == chinese.count("\n## ")
    fences = [re.findall(r"^```.*?^```", page, re.M | re.S) for page in (english, chinese)]
    assert [re.sub(r" +#.*", "", one) for one in fences[0]] == [
        re.sub(r" +#.*", "", one) for one in fences[1]
    ]


def test_a_lines_page_tells_of_its_tools_and_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generated, "_stories", lambda line: ())  # the made-up line has no folder
    said = generated.page(carriers.LINE)
    assert "## Tool: 排泵计划 Pump plan `plan`" in said
    assert "For: Dispatcher. Proposes: Pump, Flow, Sort, Post. Basis: 某条例第三条." in said
    assert "## Signal: 水位 Water level `level`\n\nSent by: Gauge." in said
