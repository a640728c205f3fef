"""From labelled comments to the rows of a run: guard, merge copies, split so that no copy straddles."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from datasketch import MinHash, MinHashLSH

from model.records import Example
from model.text import clean
from training.corpora import CorpusExample
from training.keys import held_out, identity, identity_with_symbols, keys_of

Split = Literal["train", "validation", "test"]
SPLITS: Final[tuple[Split, ...]] = ("train", "validation", "test")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Guarded:
    """What passed the contamination guard, and how many rows of each source it dropped."""

    examples: tuple[Example, ...]
    dropped: Mapping[str, int]


def guard(examples: Iterable[Example], forbidden: Collection[str] = frozenset()) -> Guarded:
    """Drop every example that is a comment of a public test set or of an evaluation set.

    A comment is compared as read, as escaped in its file and as cleaned; ``forbidden`` holds keys
    beside the shipped list. Comments too short to have a key pass (they name nobody's test set).
    """
    banned = held_out() | frozenset(forbidden)
    kept: list[Example] = []
    dropped: Counter[str] = Counter()
    for example in examples:
        if banned.isdisjoint(guard_keys(example)):
            kept.append(example)
        else:
            dropped[example.source] += 1
    return Guarded(tuple(kept), dict(dropped))


def guard_keys(example: Example) -> set[str]:
    """Return every key that an example may be known by: as read, as cleaned, and as its file holds it."""
    raw = example.raw if isinstance(example, CorpusExample) else example.text
    return keys_of(example.text) | keys_of(clean(example.text).text) | keys_of(raw)


def merge_copies(examples: Iterable[Example]) -> list[Example]:
    """Return each distinct comment once, in first-seen order, its labels the weighted mean of the copies.

    A label that only some copies speak of keeps those copies' mean. The first copy's source, id and
    context stay, and the largest weight. Comments that differ in an emoji are two.
    """
    copies: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        copies[identity_with_symbols(example.text)].append(example)
    return [_merged(same) if len(same) > 1 else same[0] for same in copies.values()]


def _merged(same: Sequence[Example]) -> Example:
    votes: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for example in same:
        for label, value in example.labels.items():
            votes[label].append((value, max(example.weight, 1e-6)))
    labels = {
        label: sum(v * w for v, w in given) / sum(w for _, w in given)
        for label, given in votes.items()
    }
    return replace(
        same[0],
        labels=labels,
        weight=max(example.weight for example in same),
        # Copies share letters, not places: another copy's spans would point into other words.
        spans=next((e.spans for e in same if e.spans is not None and e.text == same[0].text), None),
        target=next((e.target for e in same if e.target is not None), None),
        key=next((e.key for e in same if e.key is not None), None),
    )


def split_of(key: str, *, validation: float, test: float) -> Split:
    """Return the split that a key belongs to, always the same for the same key."""
    digest = hashlib.blake2b(key.encode(), digest_size=8).digest()
    u = int.from_bytes(digest, "big") / 2**64
    return "test" if u < test else "validation" if u < test + validation else "train"


def split(
    examples: Sequence[Example], *, validation: float, test: float
) -> dict[str, list[Example]]:
    """Split examples by hash so that neither a group (``Example.key``) nor a near-copy straddles."""
    parts: dict[str, list[Example]] = {name: [] for name in SPLITS}
    for example, group in zip(examples, near_copy_groups(examples), strict=True):
        parts[split_of(group, validation=validation, test=test)].append(example)
    return parts


def near_copy_groups(examples: Sequence[Example], *, threshold: float = 0.6) -> list[str]:
    """Return one group name an example; examples that share a key or are near-copies share the name.

    So do those of one identity, which differ in emoji alone and may be too short for shingles.
    Near-copies have a Jaccard similarity of word 3-shingles over about ``threshold``, found with
    MinHash and locality-sensitive hashing (Broder 1997). The group's name is its smallest identity,
    so that it does not depend on the order of rows.
    """
    roots = list(range(len(examples)))

    def root(i: int) -> int:
        while roots[i] != i:
            roots[i] = roots[roots[i]]
            i = roots[i]
        return i

    first_of_key: dict[str, int] = {}
    first_of_identity: dict[str, int] = {}
    identities = [identity(example.text) for example in examples]
    index = MinHashLSH(threshold=threshold, num_perm=32)
    for i, example in enumerate(examples):
        if example.key is not None:
            roots[root(i)] = root(first_of_key.setdefault(example.key, i))
        roots[root(i)] = root(first_of_identity.setdefault(identities[i], i))
        shingles = _shingles(example.text)
        if not shingles:
            continue
        sketch = MinHash(num_perm=32, seed=1)
        sketch.update_batch(shingles)
        for j in index.query(sketch):
            roots[root(i)] = root(j)
        index.insert(i, sketch)
    names: dict[int, str] = {}
    for i, name in enumerate(identities):
        r = root(i)
        names[r] = min(names.get(r, name), name)
    return [names[root(i)] for i in range(len(examples))]


def _shingles(text: str) -> list[bytes]:
    words = _WORD.findall(text.lower())
    if len(words) < 6:  # too short for three words in a row to mean a copy
        return []
    return [" ".join(words[i : i + 3]).encode() for i in range(len(words) - 2)]


def draw(examples: Sequence[Example], rows: int | None, *, seed: int) -> list[Example]:
    """Return ``rows`` of the examples without replacement in their order, or all where there are fewer."""
    if rows is None or rows >= len(examples):
        return list(examples)
    chosen = np.random.default_rng(seed).choice(len(examples), rows, replace=False)
    return [examples[i] for i in sorted(chosen)]
