"""Spans of whole replies: right for any text that is scored."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PIECES = st.sampled_from(
    [
        "You clown",
        "Fine",
        "😀",
        "e\u0301",
        "\r\n",
        ". ",
        "! ",
        " ",
        "\u200d",
        "Доброе утро",
        "Ⅷ",
        "ﬁ",
        "\U0001f1e9",
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join))


@given(text=TEXTS, by_sentence=st.booleans())
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_reply_has_spans_that_fit_the_text(door, text: str, by_sentence: bool) -> None:
    answer = door.analyze(text, spanAnnotations=by_sentence, languages=["en"])
    if answer.status_code == 400:
        assert answer.get_json()["error"]["message"] == "Comment must be non-empty."
        return
    for scores in answer.get_json()["attributeScores"].values():
        check_spans(text, scores["spanScores"], by_sentence=by_sentence)


def check_spans(text: str, spans: list[dict], *, by_sentence: bool) -> None:
    units = text.encode("utf-16-le")
    assert spans
    at = 0
    for span in spans:
        assert at <= span["begin"] < span["end"] <= len(units) // 2
        gap = units[2 * at : 2 * span["begin"]].decode("utf-16-le")
        assert not gap.strip()
        assert units[2 * span["begin"] : 2 * span["end"]].decode("utf-16-le")
        assert 0 <= span["score"]["value"] <= 1
        at = span["end"]
    assert not units[2 * at :].decode("utf-16-le").strip()
    if not by_sentence:
        assert (len(spans), spans[0]["begin"], at) == (1, 0, len(units) // 2)
