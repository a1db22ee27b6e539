"""Triage: the words that speak for a suggestion are shown, and how often it is right is measured on real messages."""

import csv
from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridtown import town as towns
from gridtown.cases import actions, store
from gridtown.cases.actions import Point
from gridtown.triage.likeness import likeness, shared_with
from gridtown.triage.similar import similar
from gridtown.triage.suggest import Dictionary, find_place, urgency
from gridtown.triage.suggest import suggest as suggest_of
from tests.conftest import NOON, RESIDENT, Here

suggest = partial(suggest_of, line="appeals")
texts = st.text(alphabet="路灯不亮晚上看见垃圾abc1,。 ", max_size=30)


@pytest.mark.parametrize(
    ("text", "category", "why"),
    [
        ("村口的路灯坏了好几天,晚上不亮,看不见路", "street_light", "路灯"),
        ("楼下广场舞音响太吵,噪音扰民", "noise", "广场舞"),
        ("有人把建筑垃圾倒在路边", "building_waste", "建筑垃圾"),
        ("河道里的水又黑又臭,有死鱼,怀疑有人偷排", "water_pollution", "死鱼"),
        ("老板拖欠农民工工资三个月", "wages", "农民工"),
    ],
)
def test_a_suggestion_names_the_words_that_speak_for_it(text: str, category: str, why: str) -> None:
    first = suggest(text)[0]
    assert first.what["category"] == category
    assert why in first.why.split("、")
    row = towns.current().tables["appeals"]["category"][category]
    assert first.what["desk"] == row["desk"]
    assert first.confidence is not None
    assert 0 < first.confidence < 1


def test_a_longer_word_hides_the_shorter_one_in_it() -> None:
    words = Dictionary.of({"waste": {"keywords": "建筑垃圾"}, "rubbish": {"keywords": "垃圾"}})
    assert set(words.weights("门口有建筑垃圾")) == {"waste"}
    assert set(words.weights("门口有垃圾")) == {"rubbish"}
    assert words.weights("") == {}
    assert Dictionary.of({}).weights("门口有垃圾") == {}


def test_more_and_rarer_words_speak_louder() -> None:
    words = Dictionary.of({"a": {"keywords": "停水 水压"}, "b": {"keywords": "停水"}})
    heard = words.weights("停水了,水压低")
    assert sum(heard["a"].values()) > sum(heard["b"].values())
    assert heard["a"]["停水"] == heard["b"]["停水"] < heard["a"]["水压"]


def test_silence_rather_than_a_guess() -> None:
    assert suggest("您好,我想问一件事") == []
    assert suggest("") == []


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("楼道电瓶车着火了", "critical"),
        ("路边围墙坍塌,有人受伤", "critical"),
        ("没有人受伤,只是墙皮脱落", "normal"),
        ("路上没有井盖,很危险", "critical"),
        ("家里停水两天了,请尽快处理", "urgent"),
        ("建议多种些树", "normal"),
    ],
)
def test_haste_is_heard_unless_it_is_denied(text: str, level: str) -> None:
    assert urgency(text)[0] == level


def test_haste_raises_what_the_dictionary_says_and_is_named() -> None:
    calm, hasty = suggest("小区的路灯不亮")[0], suggest("小区的路灯不亮,路灯漏电了")[0]
    assert calm.what["urgency"] == "normal"
    assert hasty.what["urgency"] == "critical"
    assert "漏电" in hasty.why
    assert suggest("小区里烧垃圾冒烟")[0].what["urgency"] == "critical", "so says the dictionary"


def test_a_place_is_found_in_a_text(pingyao: Here) -> None:
    village = next(
        v for v in store.fetch("SELECT code, short FROM places_division WHERE level = 'village'", [])
    )
    assert find_place(f"{village[1]}第二网格的路灯不亮")[0].code.startswith(village[0])
    assert find_place("路灯不亮") == []


@given(texts, texts)
def test_likeness_is_a_measure(a: str, b: str) -> None:
    assert 0 <= likeness(a, b) == likeness(b, a) <= 1
    assert 0 <= shared_with(a, b) == shared_with(b, a) <= 1
    if any(c.isalnum() for c in a):
        assert likeness(a, a) == 1


def test_likeness_does_not_mind_stops_and_order_of_sentences() -> None:
    assert likeness("路灯不亮,晚上看不见", "晚上看不见!路灯不亮。") > 0.8
    assert likeness("路灯不亮", "小区垃圾没人清运") == 0


def a_report(here: Here, key: str, text: str, lon: float, lat: float, category: str = "street_light") -> int:
    return actions.report(
        line="appeals", kind="matter", answers={"description": text, "category": category}, by=RESIDENT, now=NOON,
        key=key, channel="qr", point=Point(lon, lat),
    ).id  # fmt: skip


def test_the_same_matter_is_found_before_it_is_sent_again(pingyao: Here) -> None:
    lon, lat = pingyao.inside()
    same = a_report(pingyao, "a", "村口路灯不亮,晚上看不见路", lon, lat)
    near = a_report(pingyao, "b", "垃圾没人清,苍蝇很多", lon, lat, "exposed_rubbish")
    far = a_report(pingyao, "c", "村口路灯不亮,晚上看不见路", lon + 0.02, lat)
    later = NOON + timedelta(days=1)
    asked: dict[str, Any] = {"line": "appeals", "lon": lon + 0.0002, "lat": lat, "now": later}
    found = similar(**asked, text="我们村口的路灯坏了,不亮,晚上看不见路", category="street_light")
    assert found[0].case.id == same
    assert found[0].metres < 30
    assert found[0].same_category
    assert found[0].score > 0.7
    assert far not in {alike.case.id for alike in found}
    assert near not in {alike.case.id for alike in found[:1]}
    assert similar(**asked | {"lon": lon + 0.5}, text="路灯不亮") == []


# ---- measured -----------------------------------------------------------------------------------

# Which of our categories would be right for a board's coarse domain: a report on a lamp is 城建 or 交通 there.
DOMAINS = {
    "城建": "illegal_building building_waste exposed_rubbish street_cleaning standing_water green_care street_trading "
    "small_ads waste_sorting public_toilet street_furniture dogs construction_noise sewage water_supply manhole "
    "road_damage street_light parking power_lines gas fire_exit danger_building property_service home_quality "
    "relocation",
    "交通": "road_damage traffic_signs parking bus shared_bikes street_light public_order",
    "环保": "noise construction_noise fumes dust open_burning water_pollution sewage exposed_rubbish waste_sorting "
    "building_waste",
    "治安": "public_order dogs neighbours noise street_trading fire_exit parking",
    "教育": "education",
    "就业": "wages business",
    "医疗": "health welfare",
    "三农": "farmland village_affairs relocation",
    "企业": "business wages consumer food_safety workplace_safety property_service home_quality",
}


@pytest.mark.shared
def test_how_often_the_first_suggestion_is_right(shared: Path) -> None:
    with (shared / "messages_hangzhou.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["domain"] in DOMAINS]
    came = Counter[str]()
    for row in rows:
        right = set(DOMAINS[row["domain"]].split())
        keys = [
            proposal.what["category"]
            for proposal in suggest(f"{row['title']}\n{row['title']}\n{row['content']}")
        ]
        came["silent"] += not keys
        came["first"] += bool(keys) and keys[0] in right
        came["any of three"] += bool(right & set(keys))
    shares = {what: f"{100 * n / len(rows):.1f} %" for what, n in came.items()}
    print(f"\n{len(rows)} messages, right domain: {shares}")
    assert len(rows) > 500
    assert came["first"] > 0.6 * len(rows)
    assert came["silent"] < 0.15 * len(rows)
