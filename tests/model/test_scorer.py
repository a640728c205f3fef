import json
import random
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import scorer as scorer_room
from model.bundle import BundleError, load, write_manifest
from model.labels import NAMES, RAISING
from model.records import Comment, Scores, Target
from model.runtime import EngineError
from model.scorer import BundleScorer, Scorer, ScoringError, batches, load_scorer
from tests.model.tiny import write_bundle

WORDS = ["you", "are", "a", "the", "clown", "fine", "day", "liar", "story", "Thursday", "quite"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


@pytest.fixture(scope="module", params=["openvino", "onnxruntime"])
def scorer(request: pytest.FixtureRequest, folder: Path) -> BundleScorer:
    return load_scorer(folder, threads=1, engine=request.param)


def _texts(number: int, *, seed: int = 0, longest: int = 60) -> list[str]:
    chosen = random.Random(seed)
    return [" ".join(chosen.choices(WORDS, k=chosen.randint(1, longest))) for _ in range(number)]


def _score(scorer: Scorer, texts: Sequence[str]) -> list[Scores]:
    return scorer.score([Comment(text) for text in texts])


def _assert_same(one: Scores, other: Scores) -> None:
    assert one.by_label is not None
    assert other.by_label is not None
    assert dict(one.by_label) == pytest.approx(dict(other.by_label), abs=1e-6)
    assert one.language == other.language
    assert one.truncated == other.truncated


def test_every_comment_gets_every_label_as_a_probability(scorer: BundleScorer) -> None:
    for scores in _score(scorer, _texts(20)):
        assert scores.by_label is not None
        assert tuple(scores.by_label) == NAMES
        assert all(0 <= value <= 1 for value in scores.by_label.values())
        assert scores.spans is None
        assert scores.target is None
        assert scores.language == "en"
        assert not scores.truncated


def test_a_score_is_the_same_alone_in_64_and_shuffled(scorer: BundleScorer) -> None:
    texts = _texts(64)
    together = _score(scorer, texts)
    order = list(range(64))
    random.Random(1).shuffle(order)
    shuffled = _score(scorer, [texts[i] for i in order])
    for place, i in enumerate(order):
        _assert_same(shuffled[place], together[i])
    for i in range(0, 64, 7):
        _assert_same(_score(scorer, [texts[i]])[0], together[i])


def test_scores_do_not_depend_on_how_comments_are_grouped(
    scorer: BundleScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = _texts(30, seed=2)
    expected = _score(scorer, texts)
    monkeypatch.setattr(scorer_room, "_CHARACTERS_AT_ONCE", 200)
    monkeypatch.setattr(scorer_room, "_TOKENS_AT_ONCE", 64)
    for one, other in zip(_score(scorer, texts), expected, strict=True):
        _assert_same(one, other)


def test_labels_are_those_at_or_over_their_threshold(scorer: BundleScorer) -> None:
    scored = _score(scorer, _texts(40, seed=3, longest=4))
    assert any(scores.labels for scores in scored)
    assert any(len(scores.labels) < len(NAMES) for scores in scored)
    for scores in scored:
        assert scores.by_label is not None
        assert scores.labels == tuple(
            name for name in NAMES if scores.by_label[name] >= scorer.thresholds[name]
        )


def test_incivility_is_at_least_every_label_that_raises_it(scorer: BundleScorer) -> None:
    for scores in _score(scorer, _texts(40, seed=4)):
        assert scores.by_label is not None
        assert scores.by_label["incivility"] >= max(scores.by_label[name] for name in RAISING)


def test_order_and_number_are_kept_whatever_the_comments_are(scorer: BundleScorer) -> None:
    texts = ["", "you are a liar", "🤡", " \u200b\n", "Привет, как дела?", "a fine day", "\ud800"]
    scored = _score(scorer, texts)
    assert [scores.error for scores in scored] == [
        "empty",
        None,
        None,
        "empty",
        None,
        None,
        "empty",
    ]
    assert [scores.abstained for scores in scored] == [
        *(None, None, "no_words", None, "language", None, None)
    ]
    assert [scores.by_label is not None for scores in scored] == [
        *(False, True, False, False, False, True, False)
    ]
    assert scored[4].language == "ru"
    assert _score(scorer, []) == []


def test_an_insult_at_the_end_of_a_long_comment_counts(scorer: BundleScorer) -> None:
    civil = "a fine day " * 1000
    short, long, uncivil = _score(scorer, ["you clown", civil, civil + "you clown"])
    assert short.by_label is not None
    assert long.by_label is not None
    assert uncivil.by_label is not None
    differing = [name for name in NAMES if abs(uncivil.by_label[name] - long.by_label[name]) > 1e-3]
    assert differing
    assert all(uncivil.by_label[name] >= long.by_label[name] - 1e-6 for name in NAMES)
    assert not uncivil.truncated


def test_truncated_is_true_only_where_the_cap_left_text_unread(tmp_path: Path) -> None:
    capped = load_scorer(write_bundle(tmp_path / "capped", max_windows=2), threads=1)
    # A window holds 30 tokens of its own, and two overlap by 8: 52 tokens fit.
    fits, over = _score(capped, ["day " * 52, "day " * 53])
    assert not fits.truncated
    assert over.truncated
    assert over.by_label is not None


def test_a_disguised_word_counts_as_the_word(scorer: BundleScorer) -> None:
    plain, disguised, other = _score(scorer, ["you c l o w n", "you clown", "you 1 2 3 4 5"])
    assert plain.by_label is not None
    assert disguised.by_label is not None
    assert all(plain.by_label[name] >= disguised.by_label[name] - 1e-6 for name in NAMES)
    assert other.by_label != plain.by_label


def test_emphasis_scores_as_what_it_says_and_no_higher(scorer: BundleScorer) -> None:
    for emphatic, said in [("a  f i n e  d a y", "a fine day"), ("a fiiine day", "a fine day")]:
        one, other = _score(scorer, [emphatic, said])
        _assert_same(one, other)


def test_the_words_of_an_address_do_not_count(scorer: BundleScorer) -> None:
    one, other = _score(scorer, ["See https://a.example/liar_clown", "See https://a.example"])
    _assert_same(one, other)


@pytest.mark.parametrize(
    "written", ["ʏᴏᴜ ᴀʀᴇ ᴀ ʟɪᴀʀ", "🆈🅾🆄 🅰🆁🅴 🅰 🅻🅸🅰🆁", "🅨🅞🅤", "🇾🇴🇺 🇱🇮🇦🇷", "υου αrε αn ιδιοτ"]
)
def test_letters_of_other_forms_are_judged(scorer: BundleScorer, written: str) -> None:
    (scores,) = _score(scorer, [written])
    assert (scores.abstained, scores.language) == (None, "en")


def test_look_alike_letters_do_not_pass_for_another_language(scorer: BundleScorer) -> None:
    (scores,) = _score(scorer, ["уоu аrе а сlоwn"])
    assert scores.abstained is None
    assert scores.language == "en"


@pytest.fixture(scope="module", params=["openvino", "onnxruntime"])
def with_heads(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> BundleScorer:
    folder = write_bundle(tmp_path_factory.mktemp("bundles") / "heads", heads=True)
    return load_scorer(folder, threads=1, engine=request.param)


def test_spans_are_told_where_they_are_asked_for(with_heads: BundleScorer) -> None:
    comments = [Comment(text) for text in _texts(30, seed=5)]
    asked, unasked = with_heads.score(comments, spans=True), with_heads.score(comments)
    assert any(scores.spans for scores in asked)
    for scores, other, comment in zip(asked, unasked, comments, strict=True):
        assert scores.spans is not None
        assert other.spans is None
        _assert_same(scores, other)
        for span in scores.spans:
            assert comment.text[span.begin : span.end].strip()


def test_spans_and_target_do_not_depend_on_the_neighbours(with_heads: BundleScorer) -> None:
    comments = [Comment(text) for text in _texts(24, seed=6, longest=70)]
    together = with_heads.score(comments, spans=True)
    for comment, expected in zip(comments, together, strict=True):
        (alone,) = with_heads.score([comment], spans=True)
        assert alone.target is not None
        assert expected.target is not None
        assert alone.target.kind == expected.target.kind
        assert alone.target.score == pytest.approx(expected.target.score, abs=1e-6)
        assert [(s.begin, s.end, s.label) for s in alone.spans or ()] == [
            (s.begin, s.end, s.label) for s in expected.spans or ()
        ]


def test_the_target_is_told_whether_the_comment_reached_incivility(
    with_heads: BundleScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[bool] = []

    def target_of(by_kind: object, comment: Comment, *, uncivil: bool) -> Target:
        told.append(uncivil)
        return Target("none", 1.0)

    monkeypatch.setattr(scorer_room.target, "target_of", target_of)
    scored = with_heads.score([Comment(text) for text in _texts(30, seed=7)])
    assert told == ["incivility" in scores.labels for scores in scored]
    assert set(told) == {True, False}


def test_a_word_in_the_last_window_is_marked_where_it_stands(with_heads: BundleScorer) -> None:
    civil = "a fine day " * 40
    alone, long = with_heads.score([Comment("clown"), Comment(civil + "clown")], spans=True)
    assert [(span.begin, span.end) for span in alone.spans or ()] == [(0, 5)]
    assert long.spans is not None
    assert len(civil) in {span.begin for span in long.spans}


def test_a_head_that_the_graph_lacks_is_refused_when_the_engine_opens(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path / "heads", heads=True)
    bare = write_bundle(tmp_path / "bare")
    manifest = load(folder).manifest
    shutil.copy(bare / "model.int8.onnx", folder / "model.int8.onnx")
    write_manifest(folder, manifest)
    with pytest.raises(EngineError, match=r"gives labels where one must be target"):
        load_scorer(folder, threads=1).score([Comment("a fine day")])


def test_what_is_not_judged_has_neither_spans_nor_target(with_heads: BundleScorer) -> None:
    for scores in with_heads.score([Comment(""), Comment("🤡")], spans=True):
        assert scores.spans is None
        assert scores.target is None


def test_logits_are_raw_and_missing_where_nothing_was_scored(scorer: BundleScorer) -> None:
    comments = [Comment("you are a liar"), Comment(""), Comment("a cl0wn story")]
    logits = scorer.logits(comments)
    assert logits.shape == (3, len(NAMES))
    assert np.isnan(logits[1]).all()
    calibrated = scorer.bundle.manifest.calibration.apply(logits[:1])[0]
    by_label = scorer.score(comments)[0].by_label
    assert by_label is not None
    assert list(by_label.values()) == pytest.approx(calibrated.tolist())
    assert (scorer.logits(comments[2:], unmasked=False) <= logits[2] + 1e-6).all()
    assert scorer.logits([]).shape == (0, len(NAMES))


def test_the_sites_language_keeps_it_from_abstaining(folder: Path) -> None:
    german = "Das ist doch kompletter Unsinn, und der Autor weiß es genau."
    assert _score(load_scorer(folder, threads=1), [german])[0].abstained == "language"
    at_home = load_scorer(folder, threads=1, default_language="en")
    assert _score(at_home, [german])[0].by_label is not None


@given(st.lists(st.text(alphabet=st.characters(codec=None), max_size=40), max_size=6))
@settings(max_examples=50)
def test_any_text_is_answered_in_exactly_one_way(texts: list[str]) -> None:
    for scores in _score(_shared(), texts):
        answers = (scores.by_label, scores.abstained, scores.error)
        assert sum(answer is not None for answer in answers) == 1


_SHARED: list[BundleScorer] = []


@pytest.fixture(scope="module", autouse=True)
def _share(folder: Path) -> None:
    _SHARED[:] = [load_scorer(folder, threads=1)]


def _shared() -> BundleScorer:
    return _SHARED[0]


def test_threads_may_share_a_scorer(scorer: BundleScorer) -> None:
    texts = _texts(40, seed=5)
    expected = _score(scorer, texts)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: _score(scorer, [text])[0], texts))
    for one, other in zip(found, expected, strict=True):
        _assert_same(one, other)


def test_memory_stays_flat_however_many_long_comments_come(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scorer_room, "_CHARACTERS_AT_ONCE", 2**16)
    scorer = load_scorer(folder, threads=1, engine="onnxruntime")
    long = "quite a story, " * (2**16 // 15)
    scorer.warm_up()
    monitored = [_peak(scorer, [long] * number) for number in (1, 4)]
    assert monitored[1] < 1.3 * monitored[0]


def _peak(scorer: BundleScorer, texts: list[str]) -> int:
    """Return the bytes that Python held at most while it scored; the texts fill a group each."""
    tracemalloc.start()
    scored = _score(scorer, texts)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert all(scores.by_label is not None for scores in scored)
    return peak


def test_the_engine_opens_at_the_first_score_not_before(folder: Path) -> None:
    scorer = load_scorer(folder, threads=1)
    assert scorer._engine is None
    scorer.warm_up()
    assert scorer.engine is scorer.engine


def test_an_engine_that_is_not_there_is_said_and_nothing_is_scored(folder: Path) -> None:
    scorer = load_scorer(folder, threads=1, engine="abacus")
    with pytest.raises(EngineError, match="'abacus' is not one of"):
        _score(scorer, ["a fine day"])


def test_a_network_that_gives_no_numbers_is_an_error_not_a_score(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scorer = load_scorer(folder, threads=1)

    class Broken:
        name = "broken"

        def run(self, input_ids: np.ndarray, _mask: np.ndarray) -> dict[str, np.ndarray]:
            return {"labels": np.full((len(input_ids), len(NAMES)), np.nan, np.float32)}

    monkeypatch.setattr(scorer, "_engine", Broken())
    with pytest.raises(ScoringError, match="tiny-1: the network gave no finite logits"):
        _score(scorer, ["a fine day"])


def test_a_changed_bundle_is_refused_before_anything_is_opened(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path / "changed")
    with (folder / "model.int8.onnx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(BundleError, match=r"model\.int8\.onnx: has"):
        load_scorer(folder)


def test_without_a_folder_the_champion_speaks(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "champion").symlink_to(folder)
    monkeypatch.setenv("COMITY_MODELS_DIR", str(tmp_path))
    scorer = load_scorer()
    assert scorer.version == "tiny-1"
    assert scorer.thresholds == dict.fromkeys(NAMES, 0.6)


@given(st.lists(st.integers(1, 50), max_size=40), st.integers(1, 200))
def test_batches_hold_every_row_once_within_the_budget(lengths: list[int], budget: int) -> None:
    found = list(batches(lengths, budget=budget))
    assert sorted(i for batch in found for i in batch) == list(range(len(lengths)))
    for batch in found:
        longest = max(lengths[i] for i in batch)
        assert len(batch) == 1 or len(batch) * longest <= budget
        assert len(batch) in (1, 2, 4, 8, 16, 32)


def test_rows_of_like_length_share_a_batch() -> None:
    assert list(batches([3, 9, 4, 9, 1], budget=18)) == [[1, 3], [2, 0], [4]]


def test_importing_the_scorer_loads_neither_an_engine_nor_torch() -> None:
    code = (
        "import sys, json, model.scorer, model.fake;"
        "print(json.dumps([name for name in ('openvino', 'onnxruntime', 'torch', 'transformers')"
        " if name in sys.modules]))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert json.loads(shown.stdout) == []
