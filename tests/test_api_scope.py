"""Nothing of another village or above one's clearance is ever in an answer, whatever is asked and whoever asks."""

import io
from typing import Any

import pytest
from PIL import Image

from gridtown.api import contract
from gridtown.cases import store
from gridtown.cases.models import Attachment, Case, Notice
from gridtown.people import snapshot as people
from gridtown.people.scope import visible
from tests.calling import DARK, Api
from tests.conftest import NOON, Here

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
    for case in made:
        for post in people.current().posts:
            Notice.objects.create(
                town=pingyao.town.code, case_id=case.id, entry_id=1, post_id=post.id, about="arrived", at=NOON
            )
    return made


def reads(case: Marked) -> list[tuple[str, dict[str, Any]]]:
    """Every address that can be read, asked in a way that would tell of the case."""
    fill = {
        "number": case.number, "sha256": case.photo, "line": "appeals", "key": "appeals.closed", "case": str(case.id),
        "record": "1",
    }  # fmt: skip
    queries: dict[str, list[dict[str, Any]]] = {
        "/api/cases": [
            {"size": 200}, {"text": case.number}, {"text": case.word}, {"place": case.place, "open": True},
            {"order": "due"}, {"after": case.id + 1}, {"line": "appeals", "state": "reported"}, {"mine": True},
        ],
        "/api/map": [
            {"bbox": "119.5,30.0,120.5,30.9", "zoom": zoom, "place": place}
            for zoom in (3, 12, 15, 24)
            for place in ("", case.place)
        ],
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
