"""Text to token ids: the bundle's tokenizer with nothing added behind one's back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from model.bundle import BundleError

Ids = tuple[int, ...]
Offsets = list[tuple[int, int]]
Matrix = NDArray[np.int64]
_LONGEST_PIECE: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Encoder:
    """A tokenizer that gives a text's own ids, and the ids that a window begins and ends with."""

    tokenizer: Tokenizer
    begin: int
    end: int
    pad: int

    @property
    def added(self) -> int:
        """How many tokens ``framed`` adds."""
        return 2

    def ids(self, text: str) -> list[int]:
        """Return a text's token ids, all of them, without special tokens."""
        ids: list[int] = []
        for piece in pieces(text):
            ids += self.tokenizer.encode(piece, add_special_tokens=False).ids
        return ids

    def tokens(self, text: str) -> tuple[list[int], Offsets]:
        """Return what ``ids`` does, and where each token stands: ``(begin, end)`` characters."""
        ids: list[int] = []
        offsets: Offsets = []
        at = 0
        for piece in pieces(text):
            encoded = self.tokenizer.encode(piece, add_special_tokens=False)
            ids += encoded.ids
            offsets += [(at + begin, at + end) for begin, end in encoded.offsets]
            at += len(piece)
        return ids, offsets

    def framed(self, ids: Sequence[int]) -> Ids:
        """Return a window's ids between the two special tokens."""
        return (self.begin, *ids, self.end)

    def padded(self, rows: Sequence[Ids]) -> tuple[Matrix, Matrix]:
        """Return ids and attention mask, (rows, longest), of rows padded at their ends."""
        ids = np.full((len(rows), max(map(len, rows))), self.pad, dtype=np.int64)
        mask = np.zeros_like(ids)
        for i, row in enumerate(rows):
            ids[i, : len(row)] = row
            mask[i, : len(row)] = 1
        return ids, mask


def pieces(text: str, *, longest: int = _LONGEST_PIECE) -> Iterator[str]:
    """Give a text in pieces of at most ``longest`` characters, cut at a space where there is one.

    The library keeps over 100 bytes a token while it works, which for a mebibyte is much.
    """
    at = 0
    while len(text) - at > longest:
        space = text.rfind(" ", at + 1, at + longest)
        end = space if space > at else at + longest
        yield text[at:end]
        at = end
    yield text[at:]


def open_tokenizer(path: Path) -> Encoder:
    """Return the encoder of a tokenizer.json; raises ``BundleError`` naming what is wrong with it."""
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # The library raises this very class and no other.
        raise BundleError(f"{path}: is not a tokenizer that can be read ({error})") from error
    padding = tokenizer.padding
    # Files of sentence-transformers pad and cut at 128; windows do both, and need every token.
    tokenizer.no_padding()
    tokenizer.no_truncation()
    # A reader who types [SEP] has typed five characters, not ended the text.
    tokenizer.encode_special_tokens = True
    frame = tokenizer.encode("", add_special_tokens=True).ids
    if len(frame) != 2:
        raise BundleError(f"{path}: adds {len(frame)} special tokens where windows need 2")
    pad = padding["pad_id"] if padding else tokenizer.token_to_id("[PAD]")
    return Encoder(tokenizer, frame[0], frame[1], pad or 0)
