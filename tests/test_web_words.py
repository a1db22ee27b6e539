"""The words of the pages: every key said is there in both languages, none is idle, no literal hides in a template."""

import re
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template import Context, Template

from gridtown import town as towns
from gridtown.kernel import words as kernel
from gridtown.lines import common_words
from gridtown.web import context, show, words

WEB = Path(words.__file__).parent
PAGES = {path: path.read_text("utf-8") for path in sorted((WEB / "templates").rglob("*.html"))}
CODE = {path: path.read_text("utf-8") for path in sorted(WEB.rglob("*.py"))}
SCRIPTS = {
    path: path.read_text("utf-8") for path in sorted((WEB.parents[1] / "frontend" / "src").glob("*.js"))
}
CHINESE = "\u4e00-\u9fff"
# Keys that are put together at run time, by their first part.
MADE = (
    "month.",
    "span.",
    "when.",
    "every.",
    "status.",
    "nav.",
    "light.",
    "stage.",
    "kin.",
    "matrix.",
    "official.",
    "due.",
    "unit.",
    "desk.",
    "js.",
    "slice.by_",
)


def said() -> set[str]:
    """Every key that a template or a view says outright."""
    found = set()
    for text in PAGES.values():
        found |= set(re.findall(r'\{% say "([\w.]+)"(?!\|)', text))
    for text in CODE.values():
        found |= set(
            re.findall(r'(?:say|Stat|said)\(\s*(?:request, \d+, )?"([a-z_]+(?:\.[a-z_0-9]+)+)"', text)
        )
    return found


def test_every_key_said_is_a_word():
    known = set(words.entries()) | set(common_words())
    assert not said() - known


def test_every_word_has_both_languages():
    assert not kernel.incomplete(words.entries())


def test_no_word_is_idle():
    everything = "\n".join([*PAGES.values(), *CODE.values()])
    assert not {key for key in words.entries() if not key.startswith(MADE) and f'"{key}"' not in everything}


def test_words_of_scripts_are_brought_along():
    scripts = "\n".join(SCRIPTS.values())
    brought = set(context._JS)
    assert set(re.findall(r'words\(\s*"([a-z_]+)"', scripts)) <= brought
    assert {key for key in brought if f'"{key}"' in scripts} == brought
    assert {f"js.{key}" for key in brought} == {key for key in words.entries() if key.startswith("js.")}


@pytest.mark.parametrize("path", list(PAGES), ids=lambda p: p.name)
def test_no_literal_chinese_in_templates(path):
    assert not re.findall(f"[{CHINESE}]", PAGES[path])


def test_no_literal_chinese_in_views():
    outside = {
        p.name: re.findall(f'"[^"]*[{CHINESE}]+[^"]*"', re.sub(r'""".*?"""', "", text, flags=re.S))
        for p, text in CODE.items()
    }
    assert not {name: found for name, found in outside.items() if found}


def test_chinese_is_set_with_its_own_punctuation():
    wrong = {
        key: word["zh"]
        for key, word in words.entries().items()
        if re.search(f"[{CHINESE}][,:;?()!]|[,:;?()!][{CHINESE}]", word["zh"])
    }
    assert not wrong


def test_the_tag_escapes_what_it_is_given():
    shown = Template('{% load town %}{% say "work.reported" number=n %}').render(
        Context({"lang": "zh", "n": "<b>"})
    )
    assert "<b>" not in shown
    assert "&lt;b&gt;" in shown


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (20, "不到 1 分钟", "under a minute"),
        (300, "5 分钟", "5 min"),
        (2 * 3600 + 600, "2 小时 10 分钟", "2 h 10 min"),
        (26 * 3600, "1 天 2 小时", "1 d 2 h"),
        (-40 * 86400, "40 天", "40 d"),
    ],
)
def test_spans_are_said_in_their_two_largest_units(seconds, zh, en):
    assert show.span(seconds, "zh") == zh
    assert show.span(seconds, "en") == en


def test_a_case_without_a_title_is_called_by_what_it_is():
    row = SimpleNamespace(title="", line="petitions", kind="review", category="")
    called = Template("{% load town %}{% titled row %}").render(
        Context({"row": row, "town": towns.current(), "lang": "en"})
    )
    assert called == "Review of a petition"
    row.title = "<b>"
    assert Template("{% load town %}{% titled row %}").render(Context({"row": row})) == "&lt;b&gt;"


@pytest.mark.parametrize("town", ["pingyao", "boston"])
def test_every_channel_that_a_town_names_has_a_word(town):
    folder = Path(words.__file__).parents[2] / "towns" / town
    named: set[str] = set()
    if (folder / "scenario.toml").exists():
        named |= set(tomllib.loads((folder / "scenario.toml").read_text("utf-8"))["channels"])
    for path in folder.glob("imports/*.toml"):
        named |= set(tomllib.loads(path.read_text("utf-8")).get("codes", {}).get("channel", {}).values())
    assert named
    assert not {f"channel.{name}" for name in named} - set(common_words())


def test_one_is_said_as_one():
    for lang, one, many in (("en", "person", "people"), ("zh", "人", "人")):
        assert [kernel.say("unit.people", lang, common_words(), n=n) for n in (1, 2)] == [one, many]
    assert [words.say("tools.count", "en", n=n) for n in (0, 1, 12)] == [
        "0 proposals",
        "1 proposal",
        "12 proposals",
    ]
    known = {**words.entries(), **common_words()}
    assert {lang for word in known.values() for lang in word} == {*words.LANGUAGES, "en_one"}
