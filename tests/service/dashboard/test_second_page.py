"""The second look and the statistics, as the server writes them and takes their forms."""

import re
from datetime import UTC, datetime

import pytest

from service.dashboard.statistics import duration
from service.moderation import decisions, desk
from service.moderation.decisions import Ruling
from service.store.tables import KeptComment, SecondReview
from tests.service.dashboard.invented import fill

FORM = {"csrf_token": "form"}


def text(answer) -> str:
    return answer.get_data(as_text=True)


def decided(store, numbers: list[int], action: str = "reject", by: str = "first person") -> None:
    with store.writing() as session:
        for number in numbers:
            comment = desk.find(session, "default", number)
            ruling = Ruling(action, by, second_share=1.0)
            decisions.decide_found(session, comment, ruling, now=datetime.now(UTC))


def review_on(page: str) -> int:
    found = re.search(r'action="/second/(\d+)"', page)
    assert found, page
    return int(found[1])


def rows(store) -> list[tuple[str | None, str | None, bool | None]]:
    with store.reading() as session:
        found = session.query(SecondReview).order_by(SecondReview.id)
        return [(one.second_by, one.second_action, one.agrees) for one in found]


def test_the_page_shows_the_comment_and_nothing_of_what_was_made_of_it(as_role, store) -> None:
    numbers = fill(store, ["You are a clown and no liar."])
    decided(store, numbers)
    page = text(as_role("moderator").get("/second"))
    assert "clown" in page
    assert 'data-label="insult"' in page
    main = page[page.index("<main") :].lower()
    for told in ("first person", "rejected", "/comments/", "data-state", "c-0", "highlighted"):
        assert told not in main
    assert "disagreements" not in main


def test_answers_are_kept_and_the_next_comment_comes(as_role, store) -> None:
    decided(store, fill(store, ["One text.", "Another text.", "A third text."]))
    client = as_role("moderator")
    for action in ("reject", "approve", "skip"):
        number = review_on(text(client.get("/second")))
        sent = FORM | {"action": action, "label-insult": "1"}
        assert client.post(f"/second/{number}", data=sent).status_code == 303
    assert rows(store) == [
        ("moderator of default", "reject", True),
        ("moderator of default", "approve", False),
        (None, None, None),
    ]
    page = text(client.get("/second"))
    assert "Left to others." in page
    assert "No comment waits" in page
    again = client.post("/second/1", data=FORM | {"action": "approve"}, follow_redirects=True)
    assert "answered already" in text(again)


def test_a_disagreement_is_told_to_editors_and_in_the_queue(as_role, store) -> None:
    (number,) = fill(store, ["One text."])
    decided(store, [number])
    moderator = as_role("moderator")
    moderator.get("/second")
    moderator.post("/second/1", data=FORM | {"action": "approve"})
    with store.reading() as session:
        assert session.get(KeptComment, number).state == "pending"
    assert "two moderators disagree" in text(moderator.get("/"))
    assert "Second look disagrees" in text(moderator.get(f"/comments/{number}"))
    assert moderator.get("/second/disagreements").status_code == 403
    page = text(as_role("editor").get("/second/disagreements"))
    assert "first person" in page
    assert "moderator of default" in page
    assert "waits for a decision" in page


def test_a_viewer_gives_no_second_look(as_role, store) -> None:
    decided(store, fill(store, ["One text."]))
    viewer = as_role("viewer")
    assert viewer.get("/second").status_code == 403
    assert viewer.post("/second/1", data=FORM | {"action": "approve"}).status_code == 403


@pytest.mark.parametrize(
    "sent", [{"action": "defer"}, {}, {"action": "approve", "label-insult": "7"}]
)
def test_an_answer_that_is_none_is_refused(as_role, store, sent: dict[str, str]) -> None:
    decided(store, fill(store, ["One text."]))
    client = as_role("moderator")
    assert client.post("/second/1", data=FORM | sent).status_code == 400
    assert rows(store) == [(None, None, None)]


def test_decisions_on_the_desk_ask_for_the_share_that_is_set(as_role, store) -> None:
    fill(store)
    client = as_role("moderator")
    page = text(client.get("/"))
    headers = {"Accept": "application/json", "X-CSRFToken": "form"}
    numbers = re.findall(r'id="c-(\d+)"', page)
    for number in numbers:
        sent = {"action": "approve", "state": "pending", "revision": "1"}
        client.post(f"/comments/{number}/decide", data=sent, headers=headers)
    assert len(rows(store)) < len(numbers) / 2


def test_statistics_are_shown_with_and_without_anything_to_count(as_role, store) -> None:
    viewer = as_role("viewer")
    assert "too few to say" in text(viewer.get("/statistics"))
    decided(store, fill(store)[:30])
    for days in (7, 30, 90):
        page = text(viewer.get(f"/statistics?days={days}"))
        assert f'?days={days}" aria-current="page"' in page
        assert "style=" not in page
    assert viewer.get("/statistics?days=31").status_code == 400


def test_figures_about_single_people_are_for_editors(as_role, store) -> None:
    decided(store, fill(store)[:5])
    assert "first person" not in text(as_role("moderator").get("/statistics"))
    assert "first person" in text(as_role("editor").get("/statistics"))


def test_a_length_of_time_is_said_in_two_units() -> None:
    from datetime import timedelta

    said = [duration(timedelta(seconds=one)) for one in (0, 42, 62, 2178, 3725, 90_000, 172_800)]
    assert said == ["0 s", "42 s", "1 min 2 s", "36 min", "1 h 2 min", "1 d 1 h", "2 d"]
