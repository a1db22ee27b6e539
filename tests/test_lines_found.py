"""A line is a folder that is found; one that is not in order stops the start, with all that is wrong by name."""

import sys
from pathlib import Path

import pytest

from gridtown import cli, lines
from gridtown import town as towns

LINE = '''
"""Benches: reported when broken, mended."""

from datetime import date

from gridtown.kernel.clocks import Limit, workdays
from gridtown.kernel.forms import Form
from gridtown.kernel.indicator import Indicator, _
from gridtown.kernel.line import Kind, Line
from gridtown.kernel.procedure import Move, Procedure


class Bench(Form):
    description: str


BENCH = Kind(
    "bench", intake=Bench, number="BE{year}-{n:04}", raised_by=("reporter",),
    procedure=Procedure(
        start="broken", end={"mended": "solved"},
        moves=(Move("mend", "broken -> mended", by="handler"),),
        limits=(Limit("broken", workdays(3), BASIS),),
    ),
)
MENDED = Indicator(
    "mended", "How many were mended?", kind=OF_KIND, of=_.COLUMN > 0, basis="a test", reviewed=date(2026, 1, 1)
)
LINE = Line(owner="office", kinds=(BENCH,), indicators=(MENDED,))
'''
WORDS = """
line = { zh = "长椅", en = "Benches" }
owner = { zh = "办公室", en = "Office" }
kind.bench = { zh = "长椅", en = "Bench" }
state.broken = { zh = "损坏", en = "Broken" }
state.mended = { zh = "已修", en = "Mended" }
verb.mend = { zh = "修好", en = "Mend" }
limit.broken = { zh = "时限", en = "Limit" }
indicator.mended = { zh = "修了多少?", en = "How many were mended?" }
formula.mended = { zh = "已修", en = "Mended" }
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest):
    """Makes a package with one line in it, said as the test wants it."""
    name = f"town_lines_{abs(hash(request.node.nodeid))}"

    def make(*, basis="a test", kind="bench", column="mend_times", said=WORDS, stories="[]") -> str:
        folder = tmp_path / name / "benches"
        folder.mkdir(parents=True)
        (tmp_path / name / "__init__.py").write_text("", "utf-8")
        code = LINE.replace("BASIS", repr(basis)).replace("OF_KIND", repr(kind)).replace("COLUMN", column)
        (folder / "__init__.py").write_text(code, "utf-8")
        (folder / "words.toml").write_text(said, "utf-8")
        if stories:
            (folder / "stories.yaml").write_text(stories, "utf-8")
        return name

    monkeypatch.syspath_prepend(tmp_path)
    yield make
    for module in [module for module in sys.modules if module.startswith(name)]:
        del sys.modules[module]


def test_a_folder_is_all_that_a_line_needs(package) -> None:
    found = lines.load(package())
    assert list(found) == ["benches"]
    assert found["benches"].key == "benches"
    assert found["benches"].words["line"]["zh"] == "长椅"


def test_a_line_brings_dictionaries_and_a_town_replaces_them(package, tmp_path: Path) -> None:
    name = package()
    own = tmp_path / name / "benches" / "tables"
    own.mkdir()
    (own / "sort.csv").write_text("key,zh,en,desk\nwood,木,Wood,urban\n", "utf-8")
    (own / "size.csv").write_text("key,zh,en\nlong,长,Long\n", "utf-8")
    line = lines.load(name)["benches"]
    assert line.tables["sort"]["wood"]["desk"] == "urban"
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "benches.sort.csv").write_text("key,zh,en\nstone,石,Stone\n", "utf-8")
    found = towns._tables(folder, {"benches": line})
    assert {name: set(rows) for name, rows in found["benches"].items()} == {
        "line": {"benches"},  # every line can ask for a line of business
        "sort": {"stone"},
        "size": {"long"},
    }


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"basis": ""}, "benches: bench: no basis for the limit on: broken"),
        ({"said": WORDS.replace("verb.mend", "verb.other")}, "benches: no word for: verb.mend"),
        (
            {"said": WORDS.replace('en = "Mend" }', 'en = "" }')},
            "benches: a language is missing for: verb.mend",
        ),
        ({"stories": ""}, "benches: no stories.yaml"),
        ({"kind": "chair"}, "benches: indicator mended: there is no kind chair with a table"),
        (
            {"column": "painted_times"},
            "benches: indicator mended: `of` asks for an unknown column: painted_times",
        ),
    ],
)
def test_what_is_wrong_is_said_by_name(package, wrong: dict, fault: str) -> None:
    with pytest.raises(lines.Unloadable) as refused:
        lines.load(package(**wrong))
    assert fault in str(refused.value).splitlines()


@pytest.mark.parametrize(
    ("file", "text", "fault"),
    [
        ("__init__.py", '"""Nothing yet."""', "benches: __init__.py declares no LINE"),
        ("words.toml", None, "benches: no words.toml"),
        ("words.toml", "line = ", "benches: words.toml: Invalid value (at end of document)"),
        (
            "words.toml",
            'line = "Benches"',
            "benches: words: line is neither a word with zh and en nor a group",
        ),
        ("tables/sort.csv", "name,zh,en\nwood,木,Wood\n", "benches: tables/sort.csv: no column key"),
    ],
)
def test_a_folder_that_is_only_begun_is_told_what_it_lacks(package, tmp_path, file, text, fault) -> None:
    name = package()
    path = tmp_path / name / "benches" / file
    path.parent.mkdir(exist_ok=True)
    path.unlink() if text is None else path.write_text(text, "utf-8")
    with pytest.raises(lines.Unloadable) as refused:
        lines.load(name)
    assert str(refused.value) == fault


def test_a_register_that_is_named_by_nothing_it_asks_is_refused(package, tmp_path) -> None:
    name = package(said=WORDS + 'register.seat = { zh = "座椅", en = "Seats" }\n')
    init = tmp_path / name / "benches" / "__init__.py"
    code = init.read_text("utf-8").replace("indicators=(MENDED,)", "registers=(SEATS,)")
    code = code.replace("LINE = ", 'SEATS = Register("seat", form=Bench)\nLINE = ')
    init.write_text(code.replace("import Kind, Line", "import Kind, Line, Register"), "utf-8")
    with pytest.raises(lines.Unloadable) as refused:
        lines.load(name)
    assert str(refused.value) == "benches: seat: named_by names no field of its form: name"


def test_a_table_that_neither_line_nor_town_has_is_named(package, tmp_path) -> None:
    name = package(said=WORDS)
    init = tmp_path / name / "benches" / "__init__.py"
    asks = 'description: str\n    category: Annotated[str, Choice("sort")]'
    code = (
        init.read_text("utf-8")
        .replace("description: str", asks)
        .replace("import Form", "import Choice, Form")
    )
    init.write_text(code.replace("from datetime", "from typing import Annotated\nfrom datetime"), "utf-8")
    line = lines.load(name)["benches"]
    assert towns.unanswered({"benches": line}, towns._tables(tmp_path, {"benches": line})) == [
        "tables/benches.sort.csv: the form Bench asks for it, and neither line nor town has it"
    ]


def test_a_command_says_what_is_wrong_with_a_line_and_shows_no_trace(monkeypatch) -> None:
    def broken(_arguments: list[str]) -> None:
        raise lines.Unloadable("benches: no words.toml")

    monkeypatch.setattr(cli, "execute_from_command_line", broken)
    monkeypatch.setattr(sys, "argv", ["gridtown", "docs"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == "benches: no words.toml"


def test_everything_wrong_is_said_at_once(package) -> None:
    with pytest.raises(lines.Unloadable) as refused:
        lines.load(package(basis="", kind="chair", stories=""))
    assert len(str(refused.value).splitlines()) == 3


def test_the_lines_of_this_installation_load() -> None:
    assert set(lines.found()) == set(lines.load())
