"""The shell of the try page, as the server writes it."""

import html
import json
import re

import pytest

from model.labels import LABELS


@pytest.fixture
def page(service) -> str:
    return service.get("/try").get_data(as_text=True)


def test_it_carries_each_label_with_meaning_and_threshold(page: str) -> None:
    (written,) = re.findall(r"data-labels='([^']*)'", page)
    assert json.loads(html.unescape(written)) == [
        {"name": label.name, "meaning": label.meaning, "threshold": 0.5} for label in LABELS
    ]


def test_it_loads_nothing_from_elsewhere_and_runs_nothing_inline(service, page: str) -> None:
    assert not re.search(r"https?://|//[a-z]", page)
    assert not re.search(r"\son\w+=|style=|javascript:", page)
    for script in re.findall(r"<script[^>]*>.*?</script>", page, re.S):
        assert re.fullmatch(r'<script src="/static/[^"]+" defer></script>', script)
    for file in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        with service.get(file) as answer:
            assert answer.status_code == 200


def test_it_asks_for_a_key_only_where_one_is_needed(make_service, scorer, page: str) -> None:
    assert 'id="key"' in page
    keyless = make_service(scorer, keyless=True)
    assert 'id="key"' not in keyless.get("/try").get_data(as_text=True)


def test_without_a_bundle_it_says_so_with_the_reason_escaped(make_service) -> None:
    page = make_service(None, fault="<b>gone</b>").get("/try").get_data(as_text=True)
    assert "Comments cannot be scored now" in page
    assert "&lt;b&gt;gone&lt;/b&gt;" in page
    assert "<b>gone" not in page


def test_every_field_has_a_label(page: str) -> None:
    fields = re.findall(r'<(?:input|textarea)[^>]*\bid="([^"]+)"', page)
    assert set(fields) == {"key", "text", "title", "authors", "parent"}
    assert all(f'<label for="{field}">' in page for field in fields)
