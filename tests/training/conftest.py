"""A tiny encoder with random weights: the real path through training, in seconds."""

import string
from pathlib import Path

import pytest
import torch
from tokenizers import BertWordPieceTokenizer
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("encoder")
    letters = string.ascii_lowercase + string.digits + string.punctuation
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words = ["the", "you", "are", "a", "is", "and", "fool", "clown", "kind", "good"]
    vocabulary = [*specials, *words, *letters, *(f"##{letter}" for letter in letters)]
    tokenizer = BertWordPieceTokenizer({word: i for i, word in enumerate(vocabulary)})
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer._tokenizer,
        **{f"{name[1:-1].lower()}_token": name for name in specials},
    ).save_pretrained(folder)
    torch.manual_seed(5)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=160,
        initializer_range=0.2,  # so small a network says nothing at the usual 0.02
    )
    BertModel(config).save_pretrained(folder)
    return folder
