"""What residents may do without an account: report once, look again by number and secret, confirm, rate, reopen."""

from typing import Any

from gridtown.cases import store
from gridtown.people import snapshot as people
from tests.calling import DARK, Api
from tests.conftest import Here


def reported(here: Here, key: str = "a-key-that-nobody-guesses") -> tuple[Api, dict[str, Any]]:
    """A resident and their receipt."""
    nobody = Api(here)
    lon, lat = here.inside()
    said = {
        "line": "appeals",
        "kind": "matter",
        "answers": DARK,
        "point": {"lon": lon, "lat": lat},
        "channel": "qr",
    }
    sent = nobody.post("public/reports", said, key)
    assert sent.status_code in (200, 201), sent.content
    return nobody, sent.json()


def staff(here: Here, number: str, verb: str, **answers: Any) -> None:
    """A step by whoever has the case."""
    row = store.case_by("number", number)
    assert row is not None
    holder = people.current().by_id(row.holder_id or 0)
    post = "dispatcher" if verb == "dispatch" else holder.key if holder else ""
    done = Api(here, post).post(f"cases/{number}/moves/{verb}", {"answers": answers})
    assert done.status_code == 200, done.content


def test_a_report_is_followed_confirmed_rated_and_opened_again(pingyao: Here) -> None:
    nobody, receipt = reported(pingyao)
    path = f"public/reports/{receipt['number']}"
    staff(pingyao, receipt["number"], "dispatch", remark="among colleagues")
    staff(pingyao, receipt["number"], "fix", answer="灯已换")
    seen = nobody.get(path, secret=receipt["secret"])
    assert seen.json()["state"] == "fixed"
    assert "灯已换" in seen.content.decode()
    assert "among colleagues" not in seen.content.decode()
    assert {offer["verb"] for offer in seen.json()["offers"]} >= {"confirm"}
    moves = f"{path}/moves/%s?secret={receipt['secret']}"
    for verb, answers, state in (
        ("confirm", {}, "closed"),
        ("rate", {"solved": False, "satisfied": 1}, "closed"),
        ("reopen", {"reason": "又不亮了"}, "dispatched"),
    ):
        done = nobody.post(moves % verb, {"answers": answers}, f"resident-{verb}-once")
        assert (done.status_code, done.json()["state"]) == (200, state), done.content
        again = nobody.post(moves % verb, {"answers": answers}, f"resident-{verb}-once")
        assert again.json()["repeated"] is True
    twice = nobody.post(moves % "rate", {"answers": {"solved": True, "satisfied": 5}}, "resident-rate-again")
    assert twice.status_code == 422


def test_sent_twice_is_one_report_with_one_secret(pingyao: Here) -> None:
    first, again = reported(pingyao)[1], reported(pingyao)[1]
    assert (first["number"], first["secret"]) == (again["number"], again["secret"])
    assert again["repeated"] is True


def test_a_key_that_could_be_guessed_is_not_taken(pingyao: Here) -> None:
    lon, lat = pingyao.inside()
    said = {"line": "appeals", "kind": "matter", "answers": DARK, "point": {"lon": lon, "lat": lat}}
    assert (
        Api(pingyao).post("public/reports", said, "12345678").json()["type"] == "urn:gridtown:key_too_short"
    )


def test_number_without_secret_opens_nothing(pingyao: Here) -> None:
    nobody, receipt = reported(pingyao)
    path = f"public/reports/{receipt['number']}"
    assert nobody.get(path).status_code == 400
    wrong = nobody.get(path, secret="a" * 13)
    assert (wrong.status_code, nobody.get("public/reports/AP2026-99999", secret="a" * 13).status_code) == (
        404,
        404,
    )
    assert nobody.post(f"{path}/moves/withdraw?secret=wrong", {}, "guessed-by-somebody").status_code == 404
    assert (
        nobody.post(f"{path}/moves/fix?secret={receipt['secret']}", {}, "not-for-residents").status_code
        == 422
    )


def test_similar_reports_are_shown_without_what_was_written(pingyao: Here) -> None:
    nobody, receipt = reported(pingyao)
    lon, lat = pingyao.inside()
    near = nobody.get("public/similar", lon=lon, lat=lat).json()["rows"]
    assert [row["number"] for row in near] == [receipt["number"]]
    assert "answers" not in near[0]
    assert nobody.get("public/similar", lon=lon + 0.1, lat=lat).json()["rows"] == []
