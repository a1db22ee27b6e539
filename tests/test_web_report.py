"""The report's pages: read, frozen, signed and compared as people do it, each with the rights that they have."""

import re
from datetime import datetime

import pytest
from django.test import Client

from gridtown.cases import actions
from gridtown.people import snapshot as people
from gridtown.people.models import Account
from gridtown.report.prose import template
from gridtown.report.prose.template import Source
from gridtown.town import clock
from gridtown.warehouse.refresh import refresh
from tests.conftest import NOON, RESIDENT, Here

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


TEXT = """# 2023年工作报告

## 群众反映的事

收到 {% figure appeals.received %} 件，按期处置率没有达到 95%。

{% chart appeals.received by=month "逐月" %}

{% table by=village %}
appeals.on_time_rate
{% endtable %}
"""


@pytest.fixture
def town(pingyao: Here, tmp_path, settings, monkeypatch) -> Here:
    """Pingyao with one report in its ledger, and a short text: putting many questions into SQL takes its time."""
    monkeypatch.setattr(template, "source", lambda folder, year, lang: Source("2023.md", TEXT))
    settings.GRIDTOWN_HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    actions.report(
        line="appeals",
        kind="matter",
        by=RESIDENT,
        now=NOON,
        key="first",
        channel="qr",
        answers={"description": "灯不亮"},
    )
    refresh(now=NOON, town=pingyao.town)
    return pingyao


def who(key: str) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(Account.objects.get(username=key))
    return client


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


@pytest.fixture
def edition(town: Here) -> str:
    answer = who("supervisor").post("/report/2023/freeze", {"_key": "a key of the form"})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"].rpartition("/")[2]


def test_an_edition_says_who_drafted_it_in_which_post(edition):
    assert f'href="/report/editions/{edition}"' in page(who("verifier"), f"/case/{edition}"), (
        "whoever checks sees the gaps"
    )
    html = page(who("supervisor"), f"/report/editions/{edition}")
    assert f"定稿</b> {people.current().post('supervisor').name_zh}" in html


def test_the_year_as_the_ledger_stands(town):
    html = page(who("supervisor"), "/report/2023")
    assert "［缺：" in html
    assert "/report/2023/freeze" in html
    assert "一、群众反映的事" in html
    assert "<svg" in html
    assert "/report/2023/freeze" not in page(who("receiver"), "/report/2023"), (
        "who does not draft does not freeze"
    )
    outside = page(Client(HTTP_HOST="localhost"), "/report/2023")
    assert "/indicators/" not in outside
    assert page(who("supervisor"), "/report/1999", 404)


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_a_draft_as_a_file_is_for_staff(town, kind):
    answer = who("receiver").get(f"/report/2023.{kind}")
    assert answer.status_code in (200, 503), "503 says that the machine has no Chinese font"
    assert answer.status_code == 503 or answer.content[:2] in (b"PK", b"%P")
    assert Client(HTTP_HOST="localhost").get(f"/report/2023.{kind}").status_code in (302, 403)


def test_an_edition_is_frozen_signed_and_then_public(edition):
    outside, leader = Client(HTTP_HOST="localhost"), who("leader")
    assert "95%" in page(leader, f"/report/editions/{edition}"), (
        "what is typed is listed before anybody signs"
    )
    assert page(outside, f"/report/editions/{edition}", 404)
    assert edition not in page(outside, "/report/editions")
    assert leader.post(f"/report/editions/{edition}/sign", {"_key": "1" * 20}).status_code == 422, (
        "nobody checked it"
    )
    now = clock.now()
    check(edition, "verifier", now)
    refused = leader.post(f"/report/editions/{edition}/sign", {"_key": "2" * 20})
    assert refused.status_code == 422
    assert "逐项看过" in refused.content.decode()
    assert leader.get(f"/case/{edition}/sign").headers["Location"] == f"/report/editions/{edition}"
    part = leader.get(f"/case/{edition}/sign", headers={"HX-Request": "true"})
    assert part.headers["HX-Redirect"] == f"/report/editions/{edition}", (
        "its signature is made on its own page"
    )
    done = leader.post(f"/report/editions/{edition}/sign", {"_key": "3" * 20, "gaps_read": "1"})
    assert done.status_code == 302
    assert re.search(r"<code[^>]*>[0-9a-f]{128}</code>", page(leader, f"/report/editions/{edition}"))
    publish(edition, "supervisor", now)
    assert edition in page(outside, "/report/editions")
    assert edition in page(outside, "/report/2023"), "everybody reads what was published, not what changes"
    assert outside.get(f"/report/editions/{edition}/file/report.zh.docx").content[:2] == b"PK"
    assert outside.get(f"/report/editions/{edition}/file/manifest.json").json()["year"] == "2023"
    assert outside.get(f"/report/editions/{edition}/file/other.txt").status_code == 404


def check(number: str, by: str, now: datetime) -> None:
    hats = Here(None).hats(by)
    actions.take(case=number, verb="check", by=hats, now=now, key=f"c{number}", answers={"remark": "一致"})


def publish(number: str, by: str, now: datetime) -> None:
    hats = Here(None).hats(by)
    actions.take(case=number, verb="publish", by=hats, now=now, key=f"p{number}", answers={"where": "公开栏"})


def test_two_editions_beside_each_other(edition):
    supervisor = who("supervisor")
    other = supervisor.post("/report/2023/freeze", {"_key": "another key"})["Location"].rpartition("/")[2]
    html = page(supervisor, f"/report/editions/{edition}/with/{other}")
    assert "两个版本内容相同" in html
    assert f"/report/editions/{edition}/with/{other}" in page(supervisor, f"/report/editions/{other}")


def test_freezing_twice_by_one_form_makes_one(edition):
    answer = who("supervisor").post("/report/2023/freeze", {"_key": "a key of the form"})
    assert answer["Location"].endswith(edition)


def test_the_interface_says_what_the_pages_say(edition):
    supervisor = who("supervisor")
    found = supervisor.get(f"/api/editions/{edition}").json()
    assert (found["state"], found["year"], found["signature"]) == ("drafted", "2023", "")
    assert supervisor.get("/api/editions").json()["editions"][0]["number"] == edition
    report = supervisor.get("/api/reports/2023").json()["report"]
    frozen = supervisor.get(f"/api/editions/{edition}/report").json()
    assert report["sections"][0]["title"] == frozen["sections"][0]["title"]
    assert [entry["key"] for entry in frozen["entries"]] == ["appeals.received", "appeals.on_time_rate"]
    difference = supervisor.get(f"/api/editions/{edition}/difference?to={edition}").json()
    assert (difference["figures"], difference["text"]) == ([], [])
    data = supervisor.get(f"/api/editions/{edition}/files/report.zh.json")
    assert data.status_code == 200
    assert supervisor.get("/api/editions/RE1999-0001").status_code == 404
    assert who("village-330110110001-verifier").get(f"/api/editions/{edition}").status_code == 404
