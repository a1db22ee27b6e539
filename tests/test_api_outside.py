"""The interface for people without an account: the same as their pages, the same refusals, nothing more."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from gridtown.cases import actions
from tests.calling import Api
from tests.conftest import NOON, Here
from tests.neighbours import firm, grown, hazard, keeper, row, take, topic
from tests.test_web_outside import drawn

KEY = "a-key-that-nobody-guesses-{}"


@pytest.fixture(autouse=True)
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    cache.clear()
    yield from grown(monkeypatch)
    cache.clear()


def post(api: Api, path: str, said: Any = None, key: int = 1) -> Any:
    return api.post(path, said, KEY.format(key))


def test_a_firm_reports_and_puts_right_by_its_link(pingyao: Here) -> None:
    record, secret = firm(pingyao)
    number, nobody = hazard(pingyao, record), Api(pingyao)
    at = f"public/records/{record}"
    found = nobody.get(at, secret=secret).json()
    assert [(o["case"]["number"], o["verbs"]) for o in found["owed"]] == [(number, ["put_right"])]
    assert found["raises"] == ["check"]
    signed = nobody.client.post("/api/public/files?drawn=true", {"file": drawn()}).json()["sha256"]
    blank = nobody.client.post("/api/public/files?drawn=true", {"file": drawn(blank=True)})
    assert blank.json()["type"] == "urn:gridtown:signature_blank"
    said = {"answers": {"statement": "已换", "signed": signed}}
    move = f"{at}/cases/{number}/moves/put_right?secret={secret}"
    for repeated in (False, True):
        done = post(nobody, move, said)
        assert (done.status_code, done.json()["repeated"]) == (200, repeated), done.content
    case = nobody.get(f"{at}/cases/{number}", secret=secret).json()
    assert (case["case"]["state"], case["steps"][0]["mine"], case["files"]) == ("looked_at", True, [signed])
    assert (
        nobody.get(f"{at}/cases/{number}/files/{signed}", secret=secret).headers["Content-Type"]
        == "image/png"
    )
    assert nobody.get(f"{at}/cases/{number}/files/{'0' * 64}", secret=secret).status_code == 404
    report = f"{at}/reports?secret={secret}"
    made = post(nobody, report, {"kind": "check", "answers": {"blocked": False}}, 2)
    assert made.status_code == 201
    assert "secret" not in made.json()
    assert row(made.json()["number"]).record_id == record
    assert post(nobody, report, {"kind": "hazard", "answers": {}}, 3).status_code == 422


def test_a_link_opens_nothing_when_it_was_renewed_or_its_record_is_gone(pingyao: Here) -> None:
    record, _ = firm(pingyao)
    admin, nobody = Api(pingyao, "admin"), Api(pingyao)
    link = admin.get(f"records/{record}/link").json()
    assert link["url"].endswith(f"/r/{record}?s={link['secret']}")
    assert nobody.get(f"public/records/{record}", secret=link["secret"]).status_code == 200
    renewed = admin.post(f"records/{record}/link", key="renew-it-once").json()
    again = admin.post(f"records/{record}/link", key="renew-it-once").json()
    assert renewed == again
    assert (renewed["generation"], link["generation"]) == (1, 0)
    assert nobody.get(f"public/records/{record}", secret=link["secret"]).status_code == 404
    other = Api(pingyao, "receiver")
    for said in (other.get(f"records/{record}/link"), other.post(f"records/{record}/link")):
        assert said.status_code in (404, 422)
        assert renewed["secret"] not in said.content.decode()
    actions.retire(record=record, reason="停业", by=keeper(pingyao), now=NOON, key="gone")
    gone = nobody.get(f"public/records/{record}", secret=renewed["secret"])
    assert (gone.status_code, gone.json()["type"]) == (410, "urn:gridtown:link_out_of_use")


def test_anyone_takes_part_and_reads_what_is_published(pingyao: Here, settings: Any) -> None:
    settings.GRIDTOWN_ANYONE_MOST = 2
    number, nobody = topic(pingyao), Api(pingyao)
    listed = nobody.get("public/open")
    assert [case["number"] for case in listed.json()["rows"]] == [number]
    assert listed.headers["Cache-Control"] == "public, max-age=30"
    speak = f"public/open/{number}/moves/speak"
    said = post(nobody, speak, {"answers": {"text": "建议划线停车", "name": "某人甲"}})
    assert said.status_code == 200
    assert "划线" not in nobody.get(f"public/open/{number}").content.decode()
    take(number, "publish", keeper(pingyao), entry=said.json()["version"])
    told = nobody.get(f"public/open/{number}")
    assert [step["answers"] for step in told.json()["steps"]] == [{"text": "建议划线停车"}]
    assert "某人甲" not in told.content.decode()
    assert "内部口径" not in told.content.decode()
    assert {offer["verb"] for offer in told.json()["offers"]} == {"speak", "vote"}
    assert post(nobody, speak, {"answers": {"text": "长" * 301}}, 2).status_code == 422
    late = post(nobody, speak, {"answers": {"text": "再说"}}, 3)
    assert (late.status_code, late.json()["type"]) == (429, "urn:gridtown:too_fast")
    for verb in ("publish", "resolve"):
        settings.GRIDTOWN_ANYONE_MOST = 99
        assert (
            post(nobody, f"public/open/{number}/moves/{verb}", {"answers": {"entry": 2}}, 4).status_code
            == 422
        )
    assert nobody.get("public/open", after="2~x").status_code == 400
    assert nobody.get("public/open", line="nothing").status_code == 400


def test_a_picture_of_a_voice_is_public_with_the_voice_and_not_before(pingyao: Here) -> None:
    number, nobody = topic(pingyao), Api(pingyao)
    sha = nobody.client.post("/api/public/files", {"file": _picture()}).json()["sha256"]
    said = post(nobody, f"public/open/{number}/moves/speak", {"answers": {"text": "如图", "photos": [sha]}})
    paths = (f"/api/public/open/{number}/files/{sha}", f"/open/{number}/file/{sha}")
    assert [nobody.client.get(path).status_code for path in paths] == [404, 404]
    take(number, "publish", keeper(pingyao), entry=said.json()["version"])
    for path in paths:
        shown = nobody.client.get(path)
        assert shown.status_code == 200
        assert b"".join(shown), "read to its end, which closes it"
    take(number, "withhold", keeper(pingyao), entry=said.json()["version"], reason="当事人要求")
    assert [nobody.client.get(path).status_code for path in paths] == [404, 404]


def _picture() -> io.BytesIO:
    raw: io.BytesIO = drawn()
    raw.name = "photo.png"
    return raw
