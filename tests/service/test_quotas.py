"""Quotas: what a key may ask for in a second and in a day."""

import threading
from pathlib import Path

import pytest

from service import keys
from service.errors import QuotaExceeded
from service.quotas import FILE, Quota, Quotas, Standing, headers_of

MIDNIGHT = 86_400 * 20_000


class Clock:
    def __init__(self) -> None:
        self.now = float(MIDNIGHT)

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(tmp_path: Path, clock: Clock):
    made: list[Quotas] = []

    def make(*quotas: Quota) -> Quotas:
        made.append(Quotas(quotas, tmp_path / FILE, now=clock))
        return made[-1]

    yield make
    for quotas in made:
        quotas.close()


def test_without_a_limit_nothing_is_counted_and_no_file_is_made(make, tmp_path: Path) -> None:
    assert make().take("key 1", "requests", 5) == []
    assert list(tmp_path.iterdir()) == []


def test_what_is_left_is_said(make, clock: Clock) -> None:
    quota = Quota("requests", "day", 3)
    quotas = make(quota)
    clock.now += 100.5
    assert quotas.take("key 1", "requests", 1) == [Standing(quota, 2, 86_300)]
    assert quotas.take("key 1", "requests", 2) == [Standing(quota, 0, 86_300)]


def test_one_more_is_refused_until_the_window_ends(make, clock: Clock) -> None:
    quotas = make(Quota("requests", "second", 2))
    quotas.take("key 1", "requests", 2)
    with pytest.raises(QuotaExceeded, match="limit is 2 requests a second and 2 are used") as said:
        quotas.take("key 1", "requests", 1)
    assert said.value.headers == {
        "RateLimit-Policy": '"requests-per-second";q=2;w=1',
        "RateLimit": '"requests-per-second";r=0;t=1',
        "Retry-After": "1",
    }
    clock.now += 1
    quotas.take("key 1", "requests", 2)


def test_a_day_ends_at_midnight_utc(make, clock: Clock) -> None:
    quotas = make(Quota("comments", "day", 1))
    clock.now = MIDNIGHT - 30
    quotas.take("key 1", "comments", 1)
    with pytest.raises(QuotaExceeded) as said:
        quotas.take("key 1", "comments", 1)
    assert said.value.headers["Retry-After"] == "30"
    clock.now = MIDNIGHT
    quotas.take("key 1", "comments", 1)


def test_a_refused_call_counts_nothing(make, clock: Clock) -> None:
    quotas = make(Quota("comments", "second", 10), Quota("comments", "day", 5))
    quotas.take("key 1", "comments", 4)
    with pytest.raises(QuotaExceeded):
        quotas.take("key 1", "comments", 2)
    assert [standing.left for standing in quotas.take("key 1", "comments", 1)] == [5, 0]


def test_a_call_over_the_whole_limit_is_told_to_shrink_and_not_to_wait(make) -> None:
    quotas = make(Quota("comments", "second", 5))
    with pytest.raises(QuotaExceeded, match=r"carries 6 comments.*send smaller calls") as said:
        quotas.take("key 1", "comments", 6)
    assert "Retry-After" not in said.value.headers


def test_callers_and_units_are_counted_apart(make) -> None:
    quotas = make(Quota("requests", "day", 1), Quota("comments", "day", 1))
    quotas.take("key 1", "requests", 1)
    quotas.take("key 2", "requests", 1)
    quotas.take("key 1", "comments", 1)
    with pytest.raises(QuotaExceeded, match="requests"):
        quotas.take("key 1", "requests", 1)


def test_processes_count_together_and_a_restart_forgets_nothing(make) -> None:
    make(Quota("requests", "day", 2)).take("key 1", "requests", 1)
    other = make(Quota("requests", "day", 2))
    other.take("key 1", "requests", 1)
    with pytest.raises(QuotaExceeded):
        other.take("key 1", "requests", 1)


def test_a_clock_that_goes_back_does_not_open_the_window_anew(make, clock: Clock) -> None:
    quotas = make(Quota("requests", "second", 1))
    clock.now += 10
    quotas.take("key 1", "requests", 1)
    clock.now -= 1
    with pytest.raises(QuotaExceeded):
        quotas.take("key 1", "requests", 1)


def test_threads_at_once_get_no_more_than_the_limit(make) -> None:
    quotas = make(Quota("requests", "day", 10))
    let_in: list[int] = []

    def ask() -> None:
        for _ in range(5):
            try:
                quotas.take("key 1", "requests", 1)
            except QuotaExceeded:
                continue
            let_in.append(1)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(let_in) == 10


def test_no_standing_makes_no_header() -> None:
    assert headers_of([]) == {}


def test_each_quota_is_in_the_headers() -> None:
    standings = [
        Standing(Quota("requests", "second", 10), 9, 1),
        Standing(Quota("comments", "day", 500), 42, 3600),
    ]
    assert headers_of(standings) == {
        "RateLimit-Policy": '"requests-per-second";q=10;w=1, "comments-per-day";q=500;w=86400',
        "RateLimit": '"requests-per-second";r=9;t=1, "comments-per-day";r=42;t=3600',
    }


def body(count: int) -> dict[str, object]:
    return {"comments": [{"text": "Good morning."}] * count}


def test_the_native_call_says_what_is_left(make_service, scorer) -> None:
    service = make_service(scorer, quota_requests_per_day=5, quota_comments_per_day=9)
    answer = service.post(json=body(4))
    assert answer.status_code == 200
    assert '"requests-per-day";r=4;' in answer.headers["RateLimit"]
    assert '"comments-per-day";r=5;' in answer.headers["RateLimit"]
    assert answer.headers["RateLimit-Policy"].count("w=86400") == 2
    service.parts.quotas.close()


def test_the_native_call_is_429_in_the_native_shape(make_service, scorer) -> None:
    service = make_service(scorer, quota_comments_per_day=3)
    assert service.post(json=body(3)).status_code == 200
    answer = service.post(json=body(1))
    assert answer.status_code == 429
    assert answer.get_json()["error"]["code"] == "quota_exceeded"
    assert 1 <= int(answer.headers["Retry-After"]) <= 86_400
    assert "r=0" in answer.headers["RateLimit"]
    assert len(scorer.asked) == 3
    service.parts.quotas.close()


def test_another_key_has_a_quota_of_its_own(make_service, scorer, store) -> None:
    service = make_service(scorer, quota_requests_per_day=1)
    with store.writing() as session:
        other = keys.create(session, name="other")
    assert service.post(json=body(1)).status_code == 200
    assert service.post(json=body(1)).status_code == 429
    assert (
        service.post(f"/v1/score?key={other}", json=body(1)).status_code == 429
    )  # the header wins
    alone = service.client.post(f"/v1/score?key={other}", json=body(1))
    assert alone.status_code == 200
    service.parts.quotas.close()


def test_by_default_there_are_no_quotas(service) -> None:
    answer = service.post(json=body(1))
    assert "RateLimit" not in answer.headers
    assert not (service.parts.settings.state_dir / FILE).exists()
