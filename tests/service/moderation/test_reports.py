"""Readers' reports, in both databases."""

import pytest

from service.errors import Erased, NotFound
from service.moderation import reports, retention
from tests.service.moderation.desk import Desk


def report(desk: Desk, name: str = "c-1", **given: str):
    with desk.store.writing() as session:
        return reports.report(session, "daily", name, reports.Report(**given), now=desk.now)


def test_a_report_after_approval_reaches_the_moderators(desk: Desk) -> None:
    desk.keep("c-1", action="approve")
    report(desk, reason="harassment", text="About \0 me.", reporter="r-1")
    desk.decide("c-1", "approve")
    report(desk, reporter="r-2")
    found = desk.find("c-1")
    assert (found.state, found.reports) == ("pending", 2)
    first, second = desk.history("c-1").reports
    assert (first.reason, first.text) == ("harassment", "About � me.")
    assert first.reporter not in (None, "r-1", second.reporter)


@pytest.mark.parametrize(("action", "state"), [("reject", "rejected"), ("defer", "deferred")])
def test_a_report_leaves_what_is_rejected_or_deferred(desk: Desk, action: str, state: str) -> None:
    desk.keep("c-1")
    desk.decide("c-1", action)
    report(desk)
    assert (desk.find("c-1").state, desk.find("c-1").reports) == (state, 1)


def test_a_reader_reports_a_comment_once(desk: Desk) -> None:
    desk.keep("c-1", action="approve")
    report(desk, reporter="r-1")
    desk.decide("c-1", "approve")
    report(desk, reporter="r-1")
    assert (desk.find("c-1").state, desk.find("c-1").reports) == ("approved", 1)
    report(desk)
    report(desk)
    assert desk.find("c-1").reports == 3


def test_a_comment_that_is_not_there_or_erased_is_not_reported(desk: Desk) -> None:
    with pytest.raises(NotFound):
        report(desk, "nowhere")
    desk.keep("c-1")
    with desk.store.writing() as session:
        retention.erase_comment(session, "daily", "c-1", now=desk.now)
    with pytest.raises(Erased):
        report(desk)
