from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from model.bundle import BundleError
from model.encoding import Encoder, open_tokenizer, pieces
from tests.model.tiny import VOCABULARY, write_tokenizer


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    write_tokenizer(path)
    return open_tokenizer(path)


def _tokens(ids: list[int]) -> list[str]:
    return [VOCABULARY[i] for i in ids]


def test_a_text_gives_its_own_tokens_and_nothing_else(encoder: Encoder) -> None:
    assert _tokens(encoder.ids("You are fine.")) == ["you", "are", "fine", "."]
    assert encoder.ids("") == []


def test_the_padding_and_truncation_of_the_file_take_no_effect(encoder: Encoder) -> None:
    assert len(encoder.ids("clown " * 500)) == 500


def test_a_window_stands_between_the_special_tokens(encoder: Encoder) -> None:
    assert _tokens(list(encoder.framed(encoder.ids("a story")))) == ["[CLS]", "a", "story", "[SEP]"]


def test_special_tokens_that_a_reader_types_are_only_characters(encoder: Encoder) -> None:
    ids = encoder.ids("a [SEP] story [PAD]")
    assert not {0, 2, 3} & set(ids)


def test_rows_are_padded_at_their_ends_and_masked(encoder: Encoder) -> None:
    ids, mask = encoder.padded([(2, 7, 3), (2, 3)])
    assert ids.tolist() == [[2, 7, 3], [2, 3, 0]]
    assert mask.tolist() == [[1, 1, 1], [1, 1, 0]]


@given(st.text(alphabet="ab ", max_size=60), st.integers(2, 9))
def test_pieces_are_the_whole_text_in_order(text: str, longest: int) -> None:
    found = list(pieces(text, longest=longest))
    assert "".join(found) == text
    assert all(len(piece) <= longest for piece in found)


def test_cutting_at_spaces_gives_the_same_tokens(encoder: Encoder) -> None:
    text = "you are a clown and a liar. " * 20
    cut = [i for piece in pieces(text.strip(), longest=33) for i in encoder.ids(piece)]
    assert cut == encoder.ids(text)


def test_a_long_text_is_tokenised_whole(encoder: Encoder) -> None:
    assert len(encoder.ids("liar " * 50_000)) == 50_000


def test_a_broken_tokenizer_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(BundleError, match=r"tokenizer\.json: is not a tokenizer"):
        open_tokenizer(tmp_path / "tokenizer.json")


def test_a_tokenizer_that_frames_nothing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    Tokenizer(WordLevel({"a": 0}, unk_token="a")).save(str(path))
    with pytest.raises(BundleError, match="adds 0 special tokens where windows need 2"):
        open_tokenizer(path)
