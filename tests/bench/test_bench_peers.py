"""The peers score every comment and keep the order."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors

import model.scorer
from bench import answering, peers
from bench.peer_archives import archive_with
from model.bundle import default_bundle
from model.labels import NAMES
from service.archive.run import CHUNK_ROWS


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a small tokenizer, in place of a verified bundle."""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "you", "clown", "well", "said"]
    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(words)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    path = tmp_path / "tokenizer.json"
    tokenizer.save(str(path))
    monkeypatch.setattr(peers, "load_bundle", lambda folder: SimpleNamespace(tokenizer=path))
    threads = torch.get_num_threads()
    yield tmp_path
    torch.set_num_threads(threads)


def tokens(length: int) -> dict[str, list[int]]:
    return {"input_ids": [1] * length}


def test_answers_come_in_the_callers_order_from_batches_of_like_length() -> None:
    seen: list[list[int]] = []

    def run(batch: list[peers.Tokens]) -> peers.Answers:
        seen.append([len(row["input_ids"]) for row in batch])
        return [[float(length)] for length in seen[-1]]

    lengths = [1 + n * 37 % 509 for n in range(100)]
    answers = peers.in_batches([tokens(length) for length in lengths], run)
    assert answers == [[float(length)] for length in lengths]
    run_in_order = [length for batch in seen for length in batch]
    assert run_in_order in (sorted(lengths), sorted(lengths, reverse=True))
    assert all(len(batch) * max(batch) <= peers.TOKENS_AT_ONCE for batch in seen)


def test_the_peers_batches_are_as_large_as_comitys() -> None:
    assert peers.TOKENS_AT_ONCE == model.scorer._TOKENS_AT_ONCE


def test_an_answer_too_few_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        peers.in_batches([tokens(1), tokens(1)], lambda batch: [[0.5]])


def test_a_peer_gives_each_comment_as_many_scores_as_detoxify(bundle: Path) -> None:
    score = peers.load("tiny", bundle=bundle, threads=1)
    answers = score(["well said", "you clown " * 900, "well said"])
    assert [len(scores) for scores in answers] == [6, 6, 6]
    assert all(0 < value < 1 for scores in answers for value in scores)
    assert answers[0] == pytest.approx(answers[2], abs=1e-6)
    assert answers[0] != pytest.approx(answers[1], abs=1e-6)


@pytest.mark.slow
def test_the_shipped_weights_in_torch_give_a_score_for_each_label() -> None:
    threads = torch.get_num_threads()
    score = peers.load("transformers", bundle=default_bundle(), threads=1)
    rude, kind = score(["You absolute clown, shut up.", "Thank you, a careful report."])
    torch.set_num_threads(threads)
    assert len(rude) == len(kind) == len(NAMES)
    assert rude[0] > 0.5 > kind[0]


def test_a_peer_answers_over_http_in_the_shape_that_the_client_reads(bundle: Path) -> None:
    client = answering.create_app("tiny", str(bundle), 1).test_client()
    assert client.get("/readyz").status_code == 200
    reply = client.post("/v1/score", json={"comments": [{"id": "7", "text": "well said"}]}).json
    assert (reply["model"], reply["results"][0]["id"]) == ("tiny", "7")
    assert len(reply["results"][0]["scores"]) == 6


def test_a_peers_archive_has_a_line_a_comment_in_order(tmp_path: Path) -> None:
    sizes: list[int] = []

    def score(texts: Sequence[str]) -> list[list[float]]:
        sizes.append(len(texts))
        return [[0.5] for _ in texts]

    path, out = tmp_path / "a.jsonl", tmp_path / "out.jsonl"
    count = CHUNK_ROWS + 3
    path.write_text("".join(f'{{"id": "{n}", "text": "hello"}}\n' for n in range(count)))
    archive_with(score)(path, out)
    assert sizes == [CHUNK_ROWS, 3]
    written = out.read_text().splitlines()
    assert written[0] == '{"id": "0", "scores": [0.5]}'
    assert len(written) == count
