"""The catalogue is complete: each corpus has its source, licence, reasons, checksums and reader."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from training import corpora
from training.corpora import CATALOGUE, Corpus, CorpusError, checksums, read_corpus

ALL = pytest.mark.parametrize("corpus", CATALOGUE.values(), ids=lambda corpus: corpus.name)
NOT_LISTED = {"newsroom", "civil_comments"}
EVALUATED = {
    "kaggle_insults_test",
    "unhealthy_conversations",
    "context_toxicity_gn",
    "context_toxicity_cat",
    "tsd_trial",
}


@ALL
def test_an_entry_says_where_from_under_which_licence_and_why(corpus: Corpus) -> None:
    assert CATALOGUE[corpus.name] is corpus
    assert corpus.title
    assert corpus.cite
    assert corpus.licence
    assert corpus.address.startswith("https://") or corpus.name == "newsroom"
    assert len(corpus.mapping.split()) > 8
    assert corpus.read.__doc__


@ALL
def test_an_entry_lists_its_files_with_whole_checksums(corpus: Corpus) -> None:
    assert bool(corpus.files) is (corpus.name not in NOT_LISTED)
    assert all(re.fullmatch(r"[0-9a-f]{64}", sha256) for sha256 in corpus.files.values())


@ALL
def test_only_licences_that_allow_it_are_permissive(corpus: Corpus) -> None:
    closed = corpus.licence == "none stated" or "NC" in corpus.licence
    assert corpus.permissive is not closed


def test_what_is_measured_on_is_never_trained_on() -> None:
    assert {name for name, corpus in CATALOGUE.items() if corpus.use == "evaluate"} == EVALUATED
    assert [name for name, corpus in CATALOGUE.items() if corpus.use == "text"] == [
        "reddit_moderated"
    ]


def test_every_adapter_in_the_folder_is_in_the_catalogue() -> None:
    shared = {"__init__", "catalogue", "corpus", "decoding", "offsets", "parquet", "rows"}
    folder = Path(corpora.__file__).parent
    adapters = {file.stem for file in folder.glob("*.py")} - shared
    known = {corpus.read.__module__.rpartition(".")[2] for corpus in CATALOGUE.values()}
    assert adapters == known


def test_an_unknown_name_is_refused_with_the_names_there_are(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="'jigsaw' is not in the catalogue: newsroom, kaggle"):
        read_corpus("jigsaw", tmp_path)


def test_two_entries_may_share_a_folder(tmp_path: Path) -> None:
    assert CATALOGUE["kaggle_insults_test"].location(tmp_path) == tmp_path / "kaggle_insults"
    assert CATALOGUE["context_toxicity_gn"].location(tmp_path) == tmp_path / "context_toxicity"
    assert CATALOGUE["newsroom"].location(tmp_path).parent.name == "training"


def placed(corpus: Corpus, corpora_folder: Path) -> str:
    file = corpus.location(corpora_folder) / next(iter(corpus.files))
    file.parent.mkdir()
    file.write_bytes(b"another edition")
    return file.name


def test_a_file_that_differs_is_reported_and_not_refused(tmp_path: Path) -> None:
    corpus = CATALOGUE["jigsaw_toxic"]
    name = placed(corpus, tmp_path)
    checksum = checksums(corpus, tmp_path)[name]
    assert checksum.sha256 == hashlib.sha256(b"another edition").hexdigest()
    assert checksum.expected == corpus.files[name]
    assert not checksum.matches


def test_a_file_that_is_the_one_described_matches(tmp_path: Path) -> None:
    sha256 = hashlib.sha256(b"another edition").hexdigest()
    corpus = replace(CATALOGUE["jigsaw_toxic"], files={"train.csv": sha256})
    placed(corpus, tmp_path)
    assert checksums(corpus, tmp_path)["train.csv"].matches


def test_files_that_no_list_names_are_all_reported(tmp_path: Path) -> None:
    corpus = CATALOGUE["civil_comments"]
    corpus.location(tmp_path).mkdir()
    (corpus.location(tmp_path) / "train-0.parquet").write_bytes(b"")
    (name, checksum), *rest = checksums(corpus, tmp_path).items()
    assert (name, checksum.expected, checksum.matches, rest) == ("train-0.parquet", None, False, [])


def test_a_listed_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"incivility\.csv: there is no such file"):
        checksums(CATALOGUE["facebook_legislators_incivility"], tmp_path)
