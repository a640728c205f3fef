"""The queue and the page of one comment, as the server writes them and takes their forms."""

import html
import re

import pytest

from service.store.tables import KeptComment
from tests.service.dashboard.invented import HOSTILE, fill

PLAIN = {"csrf_token": "form"}
JSON = {"Accept": "application/json", "X-CSRFToken": "form"}


def numbers(page: str) -> list[int]:
    return [int(found) for found in re.findall(r'id="c-(\d+)"', page)]


def text(answer) -> str:
    return answer.get_data(as_text=True)


def decide(client, number: int, action: str = "approve", *, state="pending", **more):
    form = {"action": action, "state": state, "revision": "1"} | more
    return client.post(f"/comments/{number}/decide", data=form, headers=JSON)


def code(answer) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["code"]


def state_of(store, number: int) -> str:
    with store.reading() as session:
        row = session.get(KeptComment, number)
        assert row is not None
        return row.state


def test_the_queue_shows_why_a_comment_is_there_and_what_carries_it(as_role, store) -> None:
    fill(store, ["You are a clown and no liar."])
    page = text(as_role("moderator").get("/"))
    assert "insult 0.910 is in 0.500 to 1.000" in page
    assert (
        '<mark class="m-insult" title="insult 0.91" data-label="insult"><span class="word">clown'
        in page
    )
    assert '<span class="unseen"> (insult 0.91)</span>' in page
    assert "Council votes to close" in page
    assert "aimed at the article’s author" in html.unescape(page)


def test_a_viewer_reads_all_and_decides_nothing(as_role, store) -> None:
    (number, *_) = fill(store)
    viewer = as_role("viewer")
    page = text(viewer.get("/"))
    assert len(numbers(page)) == 25
    assert "/decide" not in page
    assert "/decide" not in text(viewer.get(f"/comments/{number}"))
    assert code(decide(viewer, number)) == (403, "forbidden")
    assert viewer.get("/batch").status_code == 403


def test_two_moderators_get_different_comments(add_person, sign_in, store) -> None:
    fill(store)
    ann, ben = (sign_in(add_person(name, "moderator")) for name in ("Ann", "Ben"))
    first, second = numbers(text(ann.get("/"))), numbers(text(ben.get("/")))
    assert len(first) == 25
    assert len(second) == 25
    assert not set(first) & set(second)
    assert numbers(text(ann.get("/"))) == first
    assert code(decide(ben, first[0])) == (409, "claimed")
    page = text(ben.get(f"/comments/{first[0]}"))
    assert "Somebody else has this comment before them" in page
    assert "/decide" not in page


def test_more_comes_besides_what_the_page_has(as_role, store) -> None:
    fill(store)
    client = as_role("moderator")
    first = numbers(text(client.get("/?sort=age")))
    seen = [f"{number}:pending:1" for number in first]
    answer = client.post("/queue/more?sort=age", data={"seen": seen}, headers=JSON)
    more = numbers(text(answer))
    assert len(more) == 25
    assert not set(more) & set(first)


def test_pages_go_on_where_the_last_one_ended(as_role, store) -> None:
    every = set(fill(store))
    client, found = as_role("viewer"), []
    address = "/?sort=insult"
    while address:
        page = text(client.get(address))
        found += numbers(page)
        after = re.findall(r'rel="next" href="([^"]+)"', page)
        address = html.unescape(after[0]) if after else ""
    assert len(found) == len(every)
    assert set(found) == every


@pytest.mark.parametrize(
    "query",
    [
        "state=gone",
        "sort=luck",
        "label=kindness",
        "label=insult&min=2",
        "label=insult&min=x",
        "label=insult&min=nan",
        "label=insult&min=0.9&max=0.1",
        "min=0.5",
        "cursor=x",
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(as_role, query: str) -> None:
    client = as_role("moderator")
    assert client.get(f"/?{query}").status_code == 400
    assert client.get(f"/comments/1?{query}").status_code in (400, 404)


def test_filters_and_counts(as_role, store) -> None:
    fill(store)
    client = as_role("moderator")
    page = text(client.get("/?section=Sport&label=insult&min=0.6"))
    assert 0 < len(numbers(page)) < 20
    assert "Pending <span" in page
    assert '<span class="count">50</span>' in page
    assert "<option selected>Sport</option>" in page


def test_decisions_by_script_and_undo_one_by_one(as_role, store) -> None:
    one, two, *_ = fill(store)
    client = as_role("moderator")
    told = decide(client, one, "reject", reason="abusive", **{"label-insult": "0"}).get_json()
    assert (told["state"], told["said"]) == ("rejected", "Rejected")
    decide(client, two, "highlight")
    assert decide(client, two, "approve").status_code == 200
    page = text(client.get(f"/comments/{one}"))
    assert "Abusive" in page
    assert "Labels: insult: no" in page
    for number, state in ((two, "pending"), (two, "pending"), (one, "pending")):
        undone = client.post("/undo", headers=JSON).get_json()
        assert (undone["number"], undone["state"]) == (number, state)
    assert code(client.post("/undo", headers=JSON)) == (409, "nothing_to_undo")


def test_an_undo_is_of_this_session_only(add_person, sign_in, store) -> None:
    one, *_ = fill(store)
    ann = add_person("Ann", "moderator")
    decide(sign_in(ann), one)
    assert code(sign_in(ann).post("/undo", headers=JSON)) == (409, "nothing_to_undo")


def test_what_somebody_decided_first_stands(add_person, sign_in, store) -> None:
    one, *_ = fill(store)
    ann, ben = (sign_in(add_person(name, "moderator")) for name in ("Ann", "Ben"))
    assert decide(ann, one, "reject").status_code == 200
    assert code(decide(ben, one)) == (409, "changed")
    assert state_of(store, one) == "rejected"
    assert decide(ben, one, state="rejected").status_code == 200


def test_forms_work_without_a_script(as_role, store) -> None:
    one, *_ = fill(store)
    client = as_role("moderator")
    form = {"action": "defer", "state": "pending", "revision": "1", "back": "/?sort=age"}
    answer = client.post(f"/comments/{one}/decide", data=form | PLAIN)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?sort=age")
    assert f"Deferred: comment {one}." in text(client.get("/"))
    answer = client.post("/undo", data=PLAIN | {"back": "//evil.example"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    again = client.post(f"/comments/{one}/decide", data=form | PLAIN | {"revision": "7"})
    assert again.status_code == 409
    assert "edited since you read it" in text(again)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"action": "burn"}, "action"),
        ({"action": "undo"}, "action"),
        ({"reason": "dislike"}, "reason"),
        ({"label-insult": "2"}, "label-insult"),
        ({"revision": "x"}, "seen"),
        ({"revision": "9" * 30}, "seen"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(as_role, store, changed, field) -> None:
    one, *_ = fill(store)
    form = {"action": "approve", "state": "pending", "revision": "1"} | changed
    answer = as_role("moderator").post(f"/comments/{one}/decide", data=form, headers=JSON)
    assert (answer.status_code, answer.get_json()["error"]["field"]) == (400, field)
    assert state_of(store, one) == "pending"


def test_claims_are_kept_and_given_back(add_person, sign_in, store) -> None:
    one, two = fill(store, ["One thing.", "Another thing."])
    ann, ben = (sign_in(add_person(name, "moderator")) for name in ("Ann", "Ben"))
    page = text(ann.get("/"))
    until = re.findall(r'data-until="([^"]+)"', page)[0]
    seen = {"seen": [f"{one}:pending:1", f"{two}:pending:9"]}
    kept = ann.post("/claims/keep", data=seen, headers=JSON).get_json()
    assert kept["kept"] == [one]
    assert numbers(text(ben.get("/"))) == []
    old = {"until": until} | seen
    assert ann.post("/claims/leave", data=old | PLAIN).status_code == 204
    assert numbers(text(ben.get("/"))) == [two]
    assert ann.post("/claims/leave", data=kept | seen | PLAIN).status_code == 204
    assert set(numbers(text(ben.get("/")))) == {one, two}
    for wrong in ("x", "2026-01-01"):
        answer = ann.post("/claims/leave", data={"until": wrong}, headers=JSON)
        assert answer.status_code == 400


def test_an_erased_comment_says_so(as_role, store) -> None:
    from datetime import UTC, datetime

    from service.moderation import retention

    one, *_ = fill(store)
    with store.writing() as session:
        retention.erase_comment(session, "default", "c-0", now=datetime.now(UTC))
    client = as_role("moderator")
    page = text(client.get(f"/comments/{one}"))
    assert "This comment was erased on" in page
    assert "/decide" not in page
    assert one not in numbers(text(client.get("/?sort=age")))
    assert code(decide(client, one)) == (409, "erased")


def test_a_comment_of_another_site_is_not_there(as_role, store) -> None:
    (number,) = fill(store, ["Good day."], site="weekly")
    client = as_role("moderator")
    assert client.get(f"/comments/{number}").status_code == 404
    assert code(decide(client, number)) == (404, "not_found")


def test_the_page_of_a_comment_says_what_is_known(as_role, store) -> None:
    found = fill(store)
    client = as_role("moderator")
    page = html.unescape(text(client.get(f"/comments/{found[0]}?sort=age")))
    assert "In reply to" in page
    assert "By <bdi>R. Vane</bdi>" in page
    assert "invented-1" in page
    assert "Nobody has decided about it." in page
    assert "a pseudonym. Other comments:" in page
    assert f'id="before" href="/comments/{found[1]}?sort=age"' in page
    assert 'id="after"' not in page
    reported = text(client.get(f"/comments/{found[1]}"))
    assert reported.count("Please look at this.") == 3


def test_hostile_comments_are_escaped_on_every_page(as_role, store) -> None:
    found = fill(store, list(HOSTILE))
    client = as_role("editor")
    pages = [client.get("/"), client.get("/batch?label=insult&min=0&max=1")]
    pages += [client.get(f"/comments/{number}") for number in found]
    for answer in pages:
        assert answer.status_code == 200
        page = text(answer)
        assert not re.search(r"<(svg on|img|b>|style|textarea>|script>)", page)
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\ufeff\x00-\x08\x0e-\x1f]", page)
    assert "U+202E" in text(pages[0])


def test_whoever_is_not_signed_in_is_told_so(service, store, add_person) -> None:
    add_person()
    answer = service.client.post("/comments/1/decide", headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert service.get("/form-token", headers=JSON).status_code == 401
    assert service.get("/comments/1").status_code == 303
