"""Nothing of another village or above one's clearance is ever in an answer, whatever is asked and whoever asks."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gridtown.api import contract
from gridtown.cases import actions, queries, store
from gridtown.cases.models import Attachment, Case, Notice
from gridtown.people import snapshot as people
from gridtown.people.scope import visible
from tests.calling import DARK, Api
from tests.conftest import NOON, RESIDENT, Here
from tests.neighbours import LINE, firm, grown, hazard, keeper, take, topic

pytestmark = pytest.mark.slow

HOME, OTHER = "330110110001", "330110110002"
CALLERS = (  # every role, level and clearance once
    "leader", "dispatcher", "handler-urban", "admin", "area-2-supervisor", f"village-{HOME}-secretary",
    f"village-{OTHER}-verifier", f"grid-{HOME}001",
)  # fmt: skip
OPEN, CLOSED = 1, 4  # degrees of confidentiality: internal, care
READ = [
    path
    for path, methods in contract.document()["paths"].items()
    if "get" in methods and not path.startswith(("/api/public/", "/api/lines", "/api/outlines"))
]


class Marked:
    """A case that can be recognised in any answer by its number, its words, its photo or its chain."""

    line = "appeals"

    def __init__(self, desk: Api, village: str, confidential: int) -> None:
        self.word = f"mark-{village}-{confidential}"
        self.photo = _photo(desk, int(village[-1]) * 90, confidential * 50)
        said = {**DARK, "title": self.word, "description": f"{self.word} text", "photos": [self.photo]}
        told = desk.report(village=village, answers=said)
        assert told.status_code == 201, told.content
        self.id, self.number, self.secret = (told.json()[name] for name in ("id", "number", "secret"))
        row = store.case_by("id", self.id)
        assert row is not None
        self.place, self.confidential, self.head = row.place, confidential, row.head
        Case.objects.filter(pk=self.id).update(confidential=confidential)

    def told_in(self, text: str) -> list[str]:
        """What of it appears in a text."""
        return [mark for mark in (self.word, self.number, self.photo, self.head, self.secret) if mark in text]


def _photo(desk: Api, red: int, green: int) -> str:
    raw = io.BytesIO()
    Image.new("RGB", (8, 8), (red, green, 7)).save(raw, "PNG")
    raw.seek(0)
    raw.name = "x.png"
    sent = desk.client.post("/api/files", {"file": raw}, headers=desk.headers())
    digest: str = sent.json()["sha256"]
    return digest


@pytest.fixture
def marked(pingyao: Here) -> list[Marked]:
    """Two villages, two degrees of confidentiality; every post has been told of every one of them."""
    desk = Api(pingyao, "dispatcher")
    made = [Marked(desk, village, degree) for village in (HOME, OTHER) for degree in (OPEN, CLOSED)]
    Notice.objects.bulk_create(
        Notice(town=pingyao.town.code, case_id=case.id, entry_id=1, post_id=post.id, about="arrived", at=NOON)
        for case in made
        for post in people.current().posts
    )
    return made


def reads(case: Marked) -> list[tuple[str, dict[str, Any]]]:
    """Every address that can be read, asked in a way that would tell of the case."""
    fill = {
        "number": case.number, "sha256": case.photo, "line": case.line, "key": f"{case.line}.received",
        "case": str(case.id), "record": "1", "year": "2026", "name": "report.zh.docx",
    }  # fmt: skip
    queries: dict[str, list[dict[str, Any]]] = {
        "/api/cases": [
            {"size": 200}, {"text": case.number}, {"text": case.word}, {"place": case.place, "open": True},
            {"order": "due"}, {"after": case.id + 1}, {"line": case.line, "state": "reported"}, {"mine": True},
        ],
        "/api/map": [
            {"bbox": "119.5,30.0,120.5,30.9", "zoom": zoom, "place": place}
            for zoom in (3, 12, 15, 24)
            for place in ("", case.place)
        ],
        "/api/editions/{number}/difference": [{"to": case.number}],
        "/api/board": [{}, {"place": case.place[:12]}],
        "/api/feed": [{"after": 0}, {"after": 0, "size": 500}],
        "/api/notices": [{}, {"unseen": True}],
    }  # fmt: skip
    return [
        (path.format(**fill).removeprefix("/api/"), query)
        for path in READ
        for query in queries.get(path, [{"period": "2026"}])
    ]


@pytest.mark.parametrize("post", CALLERS)
def test_nothing_of_others_is_in_any_answer(pingyao: Here, marked: list[Marked], post: str) -> None:
    api = Api(pingyao, post)
    scope = visible(pingyao.hats(post))
    hidden = [case for case in marked if not scope.sees("appeals", case.place, case.confidential)]
    seen = [case for case in marked if case not in hidden]
    asked = 0
    for case in marked:
        for path, query in reads(case):
            response = api.get(path, **query)
            assert response.status_code in (200, 404), (path, query, response.content[:300])
            asked += response.status_code == 200
            text = response.content.decode("utf-8", "replace") + str(response.headers)
            for other in hidden:
                assert other.told_in(text) == [], f"{post}: {path} {query}"
    assert asked > 60, "the walk asked for hardly anything that is there"
    for case in seen:
        assert api.get(f"cases/{case.number}").status_code == 200
        assert case.number in api.get("cases", size=200).content.decode()
        assert case.number in api.get("feed", after=0).content.decode()
        assert case.number in api.get("notices").content.decode()
        assert api.get(f"files/{case.photo}").status_code == 200
    assert api.get("counts").json()["open"] == len(seen)
    assert sum(place["open"] for place in api.get("board").json()["places"]) == len(seen)
    for case in hidden:
        assert api.get(f"cases/{case.number}").status_code == 404
        assert api.get(f"files/{case.photo}").status_code == 404


@pytest.mark.parametrize("post", CALLERS)
def test_nothing_of_others_can_be_changed_or_asked_out(
    pingyao: Here, marked: list[Marked], post: str
) -> None:
    api = Api(pingyao, post)
    scope = visible(pingyao.hats(post))
    verbs = pingyao.town.kind("appeals", "matter").procedure.verbs
    for case in marked:
        if scope.sees("appeals", case.place, case.confidential):
            continue
        before = store.case_by("id", case.id)
        for verb in verbs:
            said = api.post(f"cases/{case.number}/moves/{verb}")
            assert (said.status_code, said.json()["type"]) == (404, "urn:gridtown:not_found"), verb
        many = api.post("moves", {"verb": "note", "cases": [case.id], "answers": {"remark": "x"}})
        assert case.told_in(many.content.decode()) == []
        assert many.json()["results"][0]["type"] == "urn:gridtown:not_found"
        said = api.post(f"cases/{case.id}/unseal", {"fields": ["contact_phone"], "reason": "why not"})
        assert said.status_code == 404
        assert store.case_by("id", case.id) == before


def test_a_case_is_not_drawn_into_view_by_merging(pingyao: Here, marked: list[Marked]) -> None:
    api, mine = Api(pingyao, f"village-{HOME}-receiver"), marked[0]
    for other in marked[1:]:
        said = api.post(f"cases/{mine.number}/moves/merge", {"answers": {"into": other.number}})
        assert said.status_code == 422, said.content
        assert other.word not in said.content.decode()
        absent = api.post(f"cases/{mine.number}/moves/merge", {"answers": {"into": "AP2026-99999"}})
        told = {name: value for name, value in said.json().items() if name != "request"}
        hoped = {name: value for name, value in absent.json().items() if name != "request"}
        assert str(told).replace(other.number, "AP2026-99999") == str(hoped)


def test_the_public_hears_of_open_matters_only(pingyao: Here, marked: list[Marked]) -> None:
    nobody = Api(pingyao)
    text = ""
    for village in (HOME, OTHER):
        lon, lat = pingyao.inside(village)
        text += nobody.get("public/similar", lon=lon, lat=lat).content.decode()
    for case in marked:
        assert (case.word in text) == (case.confidential == OPEN)
        assert nobody.get(f"public/reports/{case.number}", secret="aaaaaaaaaaaaa").status_code == 404
        said = nobody.post(f"public/reports/{case.number}/moves/withdraw?secret=aaaaaaaaaaaaa")
        assert said.status_code in (400, 404)
    assert Attachment.objects.count() == len(marked)


# people without an account, on every address there is


@pytest.fixture
def neighbours(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from grown(monkeypatch)


def inside(here: Here) -> tuple[list[str], list[str]]:
    """Numbers of what is not open, and words that stand in it."""
    record, _ = firm(here, "另一家厂", key="firm:other")
    mine, _ = firm(here)
    number = hazard(here, record, "别家的隐患")
    take(number, "note", keeper(here), reason="内部批注")
    complaint = hazard(here, mine, "邻居的举报", by=RESIDENT)
    return [number, complaint], ["别家的隐患", "内部批注", "邻居的举报", "另一家厂"]


@pytest.mark.usefixtures("neighbours")
@pytest.mark.parametrize("who", ["subject", "anyone"])
def test_without_an_account_nothing_of_others_is_in_any_answer(
    pingyao: Here, marked: list[Marked], who: str
) -> None:
    numbers, words = inside(pingyao)
    open_one = topic(pingyao)
    record, secret = firm(pingyao)
    nobody = Api(pingyao)
    secret = secret if who == "subject" else ""
    fill = {"sha256": marked[0].photo, "line": "made_up", "key": "firm", "case": "1", "verb": "put_right"}
    fill |= {"tool": "grading", "year": "2026", "name": "report.zh.docx"}
    asked = 0
    for number in (*numbers, open_one, *(case.number for case in marked)):
        for one in range(1, record + 1):
            for path, methods in contract.document()["paths"].items():
                called = path.format(number=number, record=one, **fill).removeprefix("/api/")
                if path == "/api/lines/{line}" or "get" not in methods:
                    continue
                said = nobody.get(called, secret=secret, bbox="119.5,30.0,120.5,30.9", zoom=12, period="2026")
                text = said.content.decode("utf-8", "replace")
                assert said.status_code < 500, called
                asked += said.status_code == 200
                assert not [word for word in words if word in text], called
                for case in marked:
                    assert case.confidential == OPEN or case.told_in(text.replace(case.number, "")) == [], (
                        called
                    )
    assert asked > 20, "the walk asked for hardly anything that is there"
    assert nobody.get(f"public/open/{open_one}").status_code == 200
    assert (nobody.get(f"public/records/{record}", secret=secret).status_code == 200) == (who == "subject")


@pytest.mark.usefixtures("neighbours")
def test_without_an_account_nothing_of_others_can_be_moved(pingyao: Here, marked: list[Marked]) -> None:
    numbers, _ = inside(pingyao)
    open_one = topic(pingyao)
    record, secret = firm(pingyao)
    nobody = Api(pingyao)
    verbs = sorted({verb for kind in LINE.kinds for verb in kind.procedure.verbs} | {"withdraw", "dispatch"})
    theirs = [numbers[0], *(case.number for case in marked)]
    before = [store.case_by("number", number) for number in (*theirs, open_one)]
    for verb in verbs:
        for number in theirs:
            for base in (f"public/records/{record}/cases/{number}", f"public/open/{number}"):
                said = nobody.post(
                    f"{base}/moves/{verb}?secret={secret}", {}, f"key-of-nobody-{verb}-{number}"
                )
                assert said.status_code == 404, (base, verb)
        by_link = f"public/records/{record}/cases/{open_one}/moves/{verb}?secret={secret}"
        assert nobody.post(by_link, {}, f"key-by-link-{verb}-long").status_code == 404
        for hat in (actions.subject(record), actions.anyone()):
            with pytest.raises(actions.NotFound):
                actions.take(case=numbers[0], verb=verb, by=hat, now=NOON, key=f"hat-{hat.person}-{verb}")
    assert [store.case_by("number", number) for number in (*theirs, open_one)] == before


@given(
    record=st.integers(1, 3),
    of=st.none() | st.integers(1, 3),
    confidential=st.integers(0, 4),
    kind=st.sampled_from(LINE.kinds),
    data=st.data(),
)
def test_a_hat_from_outside_is_offered_its_own_and_what_is_open_only(
    record: int, of: int | None, confidential: int, kind: Any, data: Any
) -> None:
    state = data.draw(st.sampled_from(kind.procedure.states))
    row = store.Row(
        town="330110110", number="X", line="made_up", kind=kind.key, state=state, place=HOME, title="", channel="",
        opened=NOON, confidential=confidential, record_id=of,
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        for _ in grown(patch):
            by_link = queries.offers(row, (actions.subject(record),))
            by_anyone = queries.offers(row, (actions.anyone(),))
    assert not by_link or (of == record and confidential <= 2)
    assert not by_anyone or confidential == 0
    assert bool(by_link) == (of == record and confidential <= 2 and (kind.key, state) == ("hazard", "found"))
