"""The pages as a browser asks for them: who may see what, once is once, queries that do not grow, safe answers."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from gridtown.cases import actions, queries, store
from gridtown.people import snapshot as people
from gridtown.people.models import Account
from gridtown.people.scope import Scope
from tests.browsing import OTHER, VILLAGE, client_of, reported
from tests.conftest import NOON, RESIDENT

pytestmark = pytest.mark.usefixtures("nothing_cached")


def test_what_lies_outside_the_scope_is_not_there(pingyao):
    here, there = reported(pingyao, VILLAGE), reported(pingyao, OTHER)
    browser = client_of(pingyao, f"village-{VILLAGE}-receiver")
    assert browser.get(f"/case/{here.number}").status_code == 200
    for tail in ("", "/accept", "/print", "/verify-chain", "/unseal"):
        asked = browser.post if tail == "/unseal" else browser.get
        assert asked(f"/case/{there.number}{tail}").status_code == 404
    listed = browser.get("/desk", {"view": "open"}).content.decode()
    assert here.number in listed
    assert there.number not in listed
    assert there.number not in b"".join(browser.get("/desk.csv", {"view": "open"}).streaming_content).decode()
    found = browser.get("/desk", {"view": "every", "q": there.number}).content.decode()
    assert f"/case/{there.number}" not in found
    sent = browser.post("/desk/bulk", {"verb": "appeals/matter/note", "case": f"{there.id}.1", "remark": "x"})
    assert there.number not in sent.content.decode()
    assert store.case_by("id", there.id).version == 1


def test_the_desk_offers_for_many_cases_what_one_of_them_can_do_and_makes_nothing_else(pingyao):
    one = reported(pingyao, VILLAGE)
    browser = client_of(pingyao, f"village-{VILLAGE}-receiver")
    offered = set(
        re.findall(r'<option value="(\w+/\w+/\w+)"', browser.get("/desk?view=open").content.decode())
    )
    assert {"appeals/matter/accept", "appeals/matter/note"} <= offered
    # refusing ends it otherwise than asked; what is on hold is no case of this list
    assert not {"appeals/matter/refuse", "appeals/matter/merge", "appeals/matter/send_back"} & offered
    assert {verb.rpartition("/")[0] for verb in offered} == {"appeals/matter"}
    sent = browser.post(
        "/desk/bulk", {"verb": "appeals/matter/refuse", "case": f"{one.id}.1", "answer": "不受理"}
    )
    assert sent.status_code == 422
    assert store.case_by("id", one.id).state == "reported"


def test_a_report_is_taken_once_however_often_it_is_sent(pingyao):
    browser = client_of(pingyao)
    form = {"description": "下水道堵了", "_key": "one-key", "line": "appeals", "kind": "matter"}
    first, second = browser.post("/new", form), browser.post("/new", form)
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert store.fetch("SELECT count(*) FROM cases_case", [])[0][0] == 1


def test_an_empty_report_comes_back_with_its_mistake_and_nothing_is_written(pingyao):
    answer = client_of(pingyao).post("/new", {"description": "  ", "address": "菜场北门"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert 'aria-invalid="true"' in shown
    assert "菜场北门" in shown
    assert store.fetch("SELECT count(*) FROM cases_case", [])[0][0] == 0


def test_a_contact_without_consent_is_not_stored(pingyao):
    browser = client_of(pingyao)
    form = {"description": "漏水", "contact_phone": "13800001234", "_key": "k"}
    assert browser.post("/new", form).status_code == 422
    assert store.fetch("SELECT count(*) FROM cases_case", [])[0][0] == 0
    assert browser.post("/new", form | {"consent": "1"}).status_code == 302
    assert "13800001234" not in str(store.fetch("SELECT answers FROM cases_entry", []))


def picture(name: str, colour: str = "red") -> SimpleUploadedFile:
    """A small picture, as a browser sends it."""
    raw = io.BytesIO()
    Image.new("RGB", (8, 6), colour).save(raw, "PNG")
    return SimpleUploadedFile(name, raw.getvalue(), "image/png")


def test_a_photo_that_came_with_a_refused_sending_goes_with_the_next(pingyao):
    browser = client_of(pingyao)
    form = {"description": "漏水", "contact_phone": "13800001234", "_key": "k"}
    refused = browser.post("/new", form | {"photos": [picture("one.png"), picture("two.png", "green")]})
    had = re.findall(r'name="_had.photos" value="([0-9a-f]{64})" checked', refused.content.decode())
    assert len(had) == 2
    bad = SimpleUploadedFile("x.jpg", b"no picture", "image/jpeg")
    again = browser.post("/new", form | {"consent": "1", "_had.photos": had, "photos": [bad]})
    assert again.status_code == 422
    assert re.findall(r'name="_had.photos" value="([0-9a-f]{64})"', again.content.decode()) == had
    assert browser.post("/new", form | {"consent": "1", "_had.photos": had[:1]}).status_code == 302
    assert [sha for (sha,) in store.fetch("SELECT sha256 FROM cases_attachment", [])] == had[:1]


def test_the_receipt_tells_the_code_that_the_page_for_following_asks_for(pingyao):
    sent = client_of(pingyao).post("/new", {"description": "漏水", "_key": "k"}, follow=True)
    (number,) = re.findall(r'class="big-number mono">(AP[\d-]+)<', sent.content.decode())
    (secret,) = re.findall(r'查询码</span> <b class="mono">(\w+)</b>', sent.content.decode())
    followed = client_of(pingyao).get("/f", {"number": number, "s": secret})
    assert followed.headers["Location"] == f"/f/{number}?s={secret}"


def test_one_address_cannot_flood_the_town(pingyao):
    browser = client_of(pingyao)
    said = [browser.post("/new", {"description": ""}).status_code for _ in range(31)]
    assert set(said) == {422}
    assert "太频繁" in browser.post("/new", {"description": "路灯不亮"}).content.decode()


def test_whoever_joined_may_add_but_not_end_anothers_report(pingyao):
    own = reported(pingyao)
    joined = actions.follow(case=own.id, now=NOON, key="joined")
    page = f"/f/{joined.number}?s={joined.secret}"
    browser = client_of(pingyao)
    shown = browser.get(page).content.decode()
    assert "/withdraw" not in shown
    assert "路灯不亮 1" not in shown  # another person's words
    assert browser.post(f"/f/{joined.number}/withdraw?s={joined.secret}", {"_key": "a"}).status_code == 422
    assert store.case_by("id", own.id).ended is False
    assert browser.post(f"/f/{own.number}/withdraw?s={own.secret}", {"_key": "b"}).status_code == 302
    assert store.case_by("id", own.id).state == "withdrawn"


def test_number_and_code_must_fit(pingyao):
    one, two = reported(pingyao, n=1), reported(pingyao, n=2)
    browser = client_of(pingyao)
    assert browser.get(f"/f/{one.number}", {"s": one.secret}).status_code == 200
    for secret in (two.secret, "", "x"):
        assert browser.get(f"/f/{one.number}", {"s": secret}).status_code == 404
        assert browser.get(f"/f/{one.number}/sent", {"s": secret}).status_code == 404


def test_a_move_that_is_refused_keeps_what_was_typed_and_says_why(pingyao):
    receipt = reported(pingyao)
    browser = client_of(pingyao, "receiver")
    answer = browser.post(f"/case/{receipt.number}/refuse", {"answer": "", "_key": "k", "_version": "1"})
    assert answer.status_code == 422
    assert "必填" in answer.content.decode()
    said = browser.post(
        f"/case/{receipt.number}/refuse", {"answer": ""}, headers={"Accept": "application/json"}
    )
    assert said.status_code == 422
    assert said.json()["detail"]
    assert store.case_by("id", receipt.id).version == 1


def test_whoever_was_quicker_wins_and_the_other_is_told(pingyao):
    receipt = reported(pingyao)
    browser = client_of(pingyao, "receiver")
    form = {"_version": "1", "level": "small"}
    assert browser.post(f"/case/{receipt.number}/accept", form | {"_key": "a"}).status_code == 302
    late = browser.post(f"/case/{receipt.number}/note", {"_version": "1", "remark": "x", "_key": "b"})
    assert late.status_code == 409
    assert f'href="/case/{receipt.number}"' in late.content.decode(), (
        "what was overtaken can be looked at again"
    )
    again = browser.post(
        f"/case/{receipt.number}/accept", form | {"_key": "a"}, headers={"Accept": "application/json"}
    )
    assert again.status_code == 200  # what waited for a signal and had got through after all


@pytest.mark.parametrize("path", ["/desk?view=open", "/work", "/room", "/notices"])
def test_a_list_costs_the_same_however_long_it_is(pingyao, path, django_assert_max_num_queries):
    browser = client_of(pingyao, f"village-{VILLAGE}-receiver")
    counted = []
    for upto in (3, 40):
        for n in range(upto):
            reported(pingyao, n=n)
        browser.get(path)
        with django_assert_max_num_queries(11) as asked:
            assert browser.get(path).status_code == 200
        counted.append(len(asked.captured_queries))
    assert counted[0] == counted[1]


def test_the_page_of_a_case_has_its_budget(pingyao, django_assert_max_num_queries):
    receipt = reported(pingyao)
    browser = client_of(pingyao, "receiver")
    browser.get(f"/case/{receipt.number}")
    with django_assert_max_num_queries(8):
        assert browser.get(f"/case/{receipt.number}").status_code == 200


def test_pages_say_what_they_may_load_and_who_may_frame_them(pingyao):
    answer = client_of(pingyao).get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy.split("style-src")[0]
    shown = answer.content.decode()
    assert "http://" not in shown.replace("http://www.w3.org", "").replace("http://testserver", "")
    assert "<script>" not in shown


@pytest.mark.parametrize(
    "where", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_to_another_site(pingyao, where):
    browser = client_of(pingyao)
    assert browser.post("/lang", {"lang": "en", "next": where}).headers["Location"] == "/"


def test_a_form_from_a_stale_page_is_told_so(pingyao):
    browser = client_of(pingyao, enforce_csrf_checks=True)
    answer = browser.post("/new", {"description": "x"})
    assert answer.status_code == 403
    assert "刷新" in answer.content.decode()


def test_languages_by_choice_then_by_browser(pingyao):
    browser = client_of(pingyao)
    assert 'lang="en"' in browser.get("/", headers={"Accept-Language": "en-GB,en;q=0.9"}).content.decode()
    assert 'lang="zh-Hans"' in browser.get("/", headers={"Accept-Language": "fr"}).content.decode()
    browser.post("/lang", {"lang": "zh", "next": "/"})
    assert 'lang="zh-Hans"' in browser.get("/", headers={"Accept-Language": "en"}).content.decode()


def test_a_cell_that_begins_like_a_formula_stays_text(pingyao):
    reported(pingyao, description="=1+1 是什么意思", title="=1+1")
    rows = b"".join(
        client_of(pingyao, "receiver").get("/desk.csv", {"view": "open"}).streaming_content
    ).decode()
    assert ",'=1+1" in rows


def test_the_map_answers_geojson_within_the_scope(pingyao):
    lon, lat = pingyao.inside(OTHER)
    said = {"description": "路灯不亮", "category": "street_light"}
    actions.report(
        line="appeals",
        kind="matter",
        answers=said,
        by=RESIDENT,
        now=NOON,
        key="p",
        channel="web",
        point=actions.Point(lon, lat),
    )
    box = {"bbox": f"{lon - 0.1},{lat - 0.1},{lon + 0.1},{lat + 0.1}", "zoom": "16"}
    seen = client_of(pingyao, "leader").get("/map.json", box).json()
    assert [f["properties"]["count"] for f in seen["features"]] == [1]
    unseen = client_of(pingyao, f"village-{VILLAGE}-receiver").get("/map.json", box).json()
    assert unseen["features"] == []
    assert client_of(pingyao, "leader").get("/map.json", {"bbox": "nonsense"}).status_code == 400


def test_similar_reports_are_offered_without_anothers_words(pingyao):
    reported(pingyao, description="张三家门口的路灯不亮")
    answer = client_of(pingyao).post(
        "/new/suggest", {"description": "路灯坏了很久", "place": VILLAGE, "line": "appeals", "kind": "matter"}
    )
    shown = answer.content.decode()
    assert "路灯" in shown
    assert "me_too" in shown
    assert "张三" not in shown


def test_what_was_taken_down_wrongly_is_put_right_and_stays_readable(pingyao):
    receipt = reported(pingyao)
    browser = client_of(pingyao, "dispatcher")
    form = {"description": "路灯不亮，在桥头", "category": "street_light", "place": OTHER, "_version": "1"}
    assert (
        browser.post(f"/case/{receipt.number}/put-right", form | {"_key": "a"}).status_code == 422
    )  # no reason
    assert (
        browser.post(
            f"/case/{receipt.number}/put-right", form | {"_key": "a", "_reason": "写错了"}
        ).status_code
        == 302
    )
    row = store.case_by("id", receipt.id)
    assert row.place == OTHER
    shown = browser.get(f"/case/{receipt.number}").content.decode()
    assert "在桥头" in shown
    assert client_of(pingyao, "handler-urban").post(
        f"/case/{receipt.number}/put-right", form
    ).status_code in (404, 422)


def test_erasing_destroys_what_was_sealed_and_only_that(pingyao):
    receipt = reported(pingyao, contact_phone="13800001234")
    browser = client_of(pingyao, "admin")
    page = browser.get(f"/case/{receipt.number}")
    if page.status_code == 404:  # the administrator's clearance does not reach it: nothing to erase from here
        pytest.skip("the administrator may not see this matter")
    assert "138****1234" in page.content.decode()
    assert (
        browser.post(f"/case/{receipt.number}/erase", {"_reason": "本人要求", "_key": "e"}).status_code == 302
    )
    assert "138****1234" not in browser.get(f"/case/{receipt.number}").content.decode()
    assert "校验通过" in browser.get(f"/case/{receipt.number}/verify-chain").content.decode()


def test_a_post_changes_hands_and_its_queue_stays(pingyao):
    receipt = reported(pingyao)
    key = f"village-{VILLAGE}-receiver"
    post = pingyao.post(key)
    assert store.case_by("id", receipt.id).holder_id == post.id
    other = pingyao.post("handler-water").holders[0]
    browser = client_of(pingyao, "supervisor")
    assert browser.post(f"/posts/{key}", {"to": str(other), "_key": "h"}).status_code == 302
    assert pingyao.post(key).holders == (other,)
    newcomer = Client()
    newcomer.force_login(Account.objects.get(pk=other))
    assert receipt.number in newcomer.get("/work").content.decode()
    assert client_of(pingyao, "receiver").get(f"/posts/{key}").status_code == 403


def test_a_post_that_cannot_be_taken_says_why(pingyao):
    browser = client_of(pingyao, "supervisor")
    post = next(p for p in people.current().open if len(p.holders) > 1 and len(p.holders) == p.seats)
    held = pingyao.post("handler-water").holders[0]
    for to, why in ((held, "该岗位没有空缺，请指明由谁移交"), (post.holders[0], "此人已在该岗位")):
        refused = browser.post(f"/posts/{post.key}", {"to": str(to), "_key": "h"})
        assert refused.status_code == 422
        assert why in refused.content.decode()


def test_pages_with_matters_are_kept_by_no_browser(pingyao):
    receipt = reported(pingyao)
    assert "no-store" in client_of(pingyao, "receiver").get("/desk").headers["Cache-Control"]
    followed = client_of(pingyao).get(f"/f/{receipt.number}", {"s": receipt.secret})
    assert "no-store" in followed.headers["Cache-Control"]


def test_posts_are_listed_with_their_roles_in_words(pingyao):
    shown = client_of(pingyao, "admin").get("/posts").content.decode()
    assert "安全监管员" in shown
    assert "role." not in shown


def test_what_time_did_is_told_in_words(pingyao):
    receipt = reported(pingyao)
    actions.fall_due(now=NOON + timedelta(days=7))
    shown = client_of(pingyao, "receiver").get(f"/case/{receipt.number}").content.decode()
    assert "受理时限" in shown
    assert "field." not in shown


def test_the_home_page_counts_what_people_brought(pingyao):
    board = queries.board(scope=Scope.everything(), now=NOON, kinds=[("appeals", "matter")])
    assert board == ()
    reported(pingyao)
    assert (
        sum(v.open for v in queries.board(scope=Scope.everything(), now=NOON, kinds=[("appeals", "matter")]))
        == 1
    )
    assert queries.board(scope=Scope.everything(), now=NOON, kinds=[("patrol", "round")]) == ()
    assert "<b>1</b>" in client_of(pingyao).get("/").content.decode()


def test_a_desk_is_narrowed_by_its_own_lines_and_their_states(pingyao):
    of_all = client_of(pingyao, "receiver").get("/desk").content.decode()
    assert '<option value="patrol"' in of_all
    assert 'id="state"' not in of_all  # one key is another word in another line
    assert (
        '<option value="dispatched"'
        in client_of(pingyao, "receiver").get("/desk?line=appeals").content.decode()
    )
    of_one = client_of(pingyao, "safety-inspector").get("/desk").content.decode()
    assert 'id="line"' not in of_one
    assert "重大隐患" in of_one


def test_a_role_counts_in_the_lines_of_its_post_only(pingyao):
    """Two lines call different people inspector."""
    shown = client_of(pingyao, "enforcement-inspector").get("/work/report").content.decode()
    assert 'value="enforcement/case"' in shown
    assert "kind=safety/" not in shown


def test_a_lines_page_says_which_values_nobody_has_confirmed(pingyao):
    page = client_of(pingyao).get("/lines/safety").content.decode()
    assert page.count("LS 分级界限") == 1
    assert page.count("未确认") > 30, "each row of the tables that no text at hand confirms"
    assert "未确认" not in client_of(pingyao).get("/lines/lookout").content.decode()
    assert "gridtown.lines.lookout.detect" not in client_of(pingyao).get("/lines/lookout").content.decode()
    assert "没有查到试行办法的原文" in client_of(pingyao).get("/lines/petitions").content.decode()


def test_registers_are_those_of_the_posts_lines(pingyao):
    shown = client_of(pingyao, "safety-inspector").get("/registers").content.decode()
    assert "/registers/safety/unit" in shown
    assert "/registers/rivers/" not in shown
    assert 'href="/registers"' not in client_of(pingyao, "petitions-office").get("/work").content.decode()
