"""What is forgotten and what stays, and what is held about a person, in both databases."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from service.cli import main
from service.moderation import keeping, queue, records, reports, retention
from service.moderation.keeping import Arrival, Judged
from service.moderation.queue import Wanted
from service.moderation.retention import Expired
from service.store import schema
from service.store.session import Store
from service.store.tables import Base, KeptLabel
from tests.service.moderation.desk import Desk

WORDS = "zebra"


def whole_store(desk: Desk) -> str:
    """Everything that the store holds, as text."""
    with desk.store.reading() as session:
        tables = Base.metadata.sorted_tables
        return repr([session.execute(text(f"SELECT * FROM {t.name}")).all() for t in tables])


def label(desk: Desk, comment_id: str | None, *, site: str = "daily") -> None:
    """A label as a door keeps it, for a comment that need not be kept here."""
    with desk.store.writing() as session:
        session.add(
            KeptLabel(
                site=site, source="perspective", text=f"My {WORDS} text.", labels={"insult": 1.0},
                suggested={"INSULT": 1.0}, spans=[[3, 8, "insult", 1.0]], context={"parent": WORDS},
                comment_id=comment_id, url=WORDS, client_token=WORDS, created_at=desk.now,
            )
        )  # fmt: skip


def fill(desk: Desk) -> None:
    desk.keep(
        "c-1",
        f"My {WORDS} text.",
        author="reader-1",
        url=f"https://example.org/{WORDS}",
        context={"parent": f"A {WORDS} parent."},
    )
    desk.keep("c-2", "Another's text.", author="reader-2")
    desk.decide("c-1", "reject", reason="off_topic", labels={"insult": 0.0})
    with desk.store.writing() as session:
        given = reports.Report("spam", f"He says {WORDS}.", "reader-2")
        reports.report(session, "daily", "c-1", given, now=desk.now)
    label(desk, "c-1")


def test_erasing_a_comment_leaves_no_word_of_it_and_keeps_the_decision(desk: Desk) -> None:
    fill(desk)
    author = desk.find("c-1").author
    with desk.store.writing() as session:
        assert retention.erase_comment(session, "daily", "c-1", now=desk.now) == 1
        assert retention.erase_comment(session, "daily", "c-1", now=desk.now) == 0
        assert retention.erase_comment(session, "daily", "c-9", now=desk.now) == 0
    held = whole_store(desk)
    assert WORDS not in held
    assert author not in held
    assert "Another's text." in held
    (decided,) = desk.history("c-1").decisions
    assert (decided.action, decided.reason, decided.labels) == (
        "reject",
        "off_topic",
        {"insult": 0},
    )
    with desk.store.reading() as session:
        assert session.scalars(select(KeptLabel)).one().labels == {"insult": 1.0}


def test_a_label_is_erased_by_its_comments_id_where_the_comment_was_never_kept(desk: Desk) -> None:
    label(desk, "c-7")
    label(desk, "c-7", site="weekly")
    label(desk, "c-8")
    with desk.store.writing() as session:
        assert retention.is_known(session, "daily", "c-7")
        assert not retention.is_known(session, "daily", "c-9")
        assert not retention.is_erased(session, "daily", "c-7")
        assert retention.erase_comment(session, "daily", "c-7", now=desk.now) == 1
        assert retention.erase_comment(session, "daily", "c-7", now=desk.now) == 0
        assert retention.is_erased(session, "daily", "c-7")
        assert not retention.is_erased(session, "daily", "c-8")
    with desk.store.reading() as session:
        found = session.scalars(select(KeptLabel).order_by(KeptLabel.id)).all()
        assert [row.text for row in found] == ["", f"My {WORDS} text.", f"My {WORDS} text."]
        assert (found[0].suggested, found[0].labels) == ({"INSULT": 1.0}, {"insult": 1.0})


def test_a_comment_that_only_labels_told_of_is_not_kept_once_they_are_erased(desk: Desk) -> None:
    names = ("erased", "expired", "kept", "of-words", "new")
    label(desk, "expired")
    desk.keep("kept")
    desk.now += timedelta(days=31)
    for name in ("erased", "kept", "of-words"):
        label(desk, name)
    with desk.store.writing() as session:
        retention.erase_comment(session, "daily", "erased", now=desk.now)
        retention.expire_labels(session, "daily", days=30, now=desk.now, limit=9)
    judged = Judged("m-1", "reject", None, 0.1, {"scores": None})
    sent = [(Arrival(name, f"A {WORDS}."), judged) for name in (*names, "erased")]
    with desk.store.writing() as session:
        kept = keeping.keep(session, "daily", sent, now=desk.now)
        found = [row and row.external_id for row in kept]
        assert keeping.keep(session, "weekly", sent[:1], now=desk.now) != [None]
    assert found == [None, None, "kept", "of-words", "new", None]
    with desk.store.reading() as session:
        assert [records.find(session, "daily", name) for name in names[:2]] == [None, None]


def test_a_comment_stays_when_a_label_beside_it_has_expired(desk: Desk) -> None:
    desk.keep("c-1")
    label(desk, "c-1")
    later = desk.now + timedelta(days=31)
    with desk.store.writing() as session:
        assert retention.expire_labels(session, "daily", days=30, now=later, limit=9) == 1
    assert desk.keep("c-1", "An edit.").text == "An edit."


def test_a_label_that_came_after_its_comment_was_erased_can_be_erased(desk: Desk) -> None:
    fill(desk)
    with desk.store.writing() as session:
        retention.erase_comment(session, "daily", "c-1", now=desk.now)
    label(desk, "c-1")
    with desk.store.writing() as session:
        assert retention.erase_comment(session, "daily", "c-1", now=desk.now) == 1
    assert WORDS not in whole_store(desk)


def test_erasing_an_author_erases_their_comments_and_reports(desk: Desk) -> None:
    fill(desk)
    names = [desk.find(name).author for name in ("c-1", "c-2")]
    with desk.store.writing() as session:
        assert retention.erase_author(session, "weekly", "reader-2", now=desk.now) == 0
        assert retention.erase_author(session, "daily", "reader-2", now=desk.now) == 1
    held = whole_store(desk)
    assert names[0] in held
    assert names[1] not in held
    assert "Another's text." not in held
    assert "He says" not in held
    assert desk.find("c-1").text == f"My {WORDS} text."


def test_an_erased_comment_stays_erased_when_it_is_sent_again(desk: Desk) -> None:
    fill(desk)
    with desk.store.writing() as session:
        retention.erase_comment(session, "daily", "c-1", now=desk.now)
    again = desk.keep("c-1", f"My {WORDS} text.", author="reader-1", model="m-2")
    assert (again.text, again.author, again.revision) == (None, None, 1)
    assert WORDS not in whole_store(desk)


def test_an_erased_comment_is_not_in_the_queue(desk: Desk) -> None:
    desk.keep("c-1")
    with desk.store.writing() as session:
        retention.erase_comment(session, "daily", "c-1", now=desk.now)
        assert queue.page(session, Wanted("daily"), limit=5).comments == []


def test_a_sites_old_comments_expire_and_an_edit_counts_anew(desk: Desk) -> None:
    for name in "abc":
        desk.keep(name)
    desk.keep("d", site="weekly")
    desk.now += timedelta(days=31)
    desk.keep("b", "An edit.")

    def expire() -> int:
        with desk.store.writing() as session:
            return retention.expire(session, "daily", days=30, now=desk.now, limit=1)

    assert [expire() for _ in range(3)] == [1, 1, 0]
    assert [desk.find(name).text for name in "abc"] == [None, "An edit.", None]
    assert desk.find("d", site="weekly").text is not None


def test_labels_expire_by_when_they_came_whatever_became_of_their_comment(desk: Desk) -> None:
    desk.keep("edited")
    label(desk, "edited"), label(desk, "never-kept"), label(desk, None)
    label(desk, "never-kept", site="weekly")
    desk.now += timedelta(days=31)
    desk.keep("edited", "An edit.")
    label(desk, None)

    def expire() -> int:
        with desk.store.writing() as session:
            return retention.expire_labels(session, "daily", days=30, now=desk.now, limit=2)

    assert [expire() for _ in range(3)] == [2, 1, 0]
    with desk.store.reading() as session:
        found = session.scalars(select(KeptLabel).order_by(KeptLabel.id)).all()
    assert [row.text == "" for row in found] == [True, True, True, False, False]
    assert desk.find("edited").text == "An edit."


def test_the_export_holds_all_about_an_author_and_nothing_about_others(desk: Desk) -> None:
    fill(desk)
    with desk.store.reading() as session:
        about = {n: retention.held_about(session, "daily", f"reader-{n}") for n in (1, 2, 3)}
    json.dumps(about)
    (comment,) = about[1]["comments"]
    assert (comment["id"], comment["text"], comment["state"]) == (
        "c-1",
        f"My {WORDS} text.",
        "rejected",
    )
    assert comment["context"] == {"parent": f"A {WORDS} parent."}
    assert [one["action"] for one in comment["decisions"]] == ["reject"]
    assert comment["scores"][0]["scores"]["insult"] == 0.7
    assert about[1]["labels"][0]["text"] == f"My {WORDS} text."
    assert about[1]["reports_made"] == []
    assert [c["id"] for c in about[2]["comments"]] == ["c-2"]
    assert about[2]["reports_made"][0]["comment"] == "c-1"
    assert about[3] == {"comments": [], "labels": [], "reports_made": []}


def test_all_of_a_sites_old_comments_expire_in_several_transactions(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_CHUNK", 2)
    for name in "abcde":
        desk.keep(name)
    later = desk.now + timedelta(days=31)
    label(desk, "a"), label(desk, None), label(desk, "x"), label(desk, "y")
    assert retention.expire_all(desk.store, "daily", days=32, now=later) == Expired(0, 0)
    assert retention.expire_all(desk.store, "daily", days=30, now=later) == Expired(5, 3)
    assert retention.expire_all(desk.store, "daily", days=30, now=later) == Expired(0, 0)
    assert {desk.find(name).text for name in "abcde"} == {None}


def test_the_command_expires_the_sites_that_have_days(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = Store(f"sqlite:///{tmp_path / 'var' / 'comity.db'}")
    schema.upgrade(store)
    desk = Desk(store)
    desk.keep("old")
    desk.keep("old", site="weekly")
    label(desk, "elsewhere"), label(desk, None)
    said = CliRunner().invoke(main, ["db", "expire"], env={"COMITY_SITES": ""})
    assert (said.exit_code, said.output) == (0, "No site has retention_days: nothing expires.\n")
    said = CliRunner().invoke(
        main, ["db", "expire"], env={"COMITY_SITES": '{"daily": {"retention_days": 1}}'}
    )
    assert (said.exit_code, said.output) == (
        0,
        "Site daily: erased 1 comment and the text of 2 labels.\n",
    )
    assert desk.find("old").text is None
    assert desk.find("old", site="weekly").text is not None
    store.close()
