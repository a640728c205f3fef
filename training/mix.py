"""The mix: which corpora, guarded, merged, weighed and split, and the account of where each row went."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from model.records import Example
from training import corpora, examples, house_readings
from training.corpora.newsroom import OWN
from training.encoders import sha256_of
from training.errors import TrainingError
from training.keys import identity, text_key
from training.recipe import TOP, CorpusUse, Recipe

log = logging.getLogger(__name__)

NO_READINGS: Final[house_readings.Readings] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Mix:
    """The rows of a run by split, and the account of where each went."""

    parts: Mapping[str, Sequence[Example]]
    account: Mapping[str, Any]


def gather(recipe: Recipe, folder: Path) -> Mix:
    """Read, guard, merge, weigh and split the corpora of a recipe."""
    uses, absent = in_folder(recipe, folder)
    if absent:
        log.warning("left out, because they are not in %s: %s", folder, ", ".join(absent))
    every_reading = readings_of(recipe)
    rows = [example for name in uses for example in corpora.read_corpus(name, folder)]
    guarded = examples.guard(rows, evaluation_keys(folder))
    distinct = examples.merge_copies(guarded.examples)
    readings = house_readings.of_one_text(every_reading, distinct)
    weight = recipe.readings_weight
    read = [house_readings.applied(example, readings, weight=weight) for example in distinct]
    # Text that neither an annotator nor a reader labelled is for a teacher.
    texts = {name for name in uses if corpora.CATALOGUE[name].use == "text" and recipe.soft_targets}
    merged = [example for example in read if example.labels or example.source in texts]
    parts = examples.split(merged, validation=recipe.validation_share, test=recipe.test_share)
    labelled = {name: [e for e in part if e.labels] for name, part in parts.items()}
    shares = {name: len(part) / max(len(labelled["train"]), 1) for name, part in labelled.items()}
    # What nobody labelled can be learnt from a teacher, and measures nothing.
    parts = {**labelled, "train": parts["train"]}
    drawn = {
        name: weigh(part, uses, share=shares[name], seed=recipe.draw_seed, readings=readings)
        for name, part in parts.items()
    }
    # Comments too short for a key are compared by their letters, after the draw so that it stays.
    short = evaluation_identities(folder)
    weighed = {name: [e for e in of if identity(e.text) not in short] for name, of in drawn.items()}
    dropped = Counter(guarded.dropped)
    dropped.update(e.source for of in drawn.values() for e in of if identity(e.text) in short)
    account = {
        "corpora": [describe(name, folder, uses[name]) for name in uses],
        "absent_corpora": list(absent),
        "rows": {
            "read": len(rows),
            "dropped_by_guard": dict(dropped),
            "copies_merged": len(guarded.examples) - len(distinct),
            "without_labels": len(distinct) - len(merged),
            "with_house_readings": sum(
                house_readings.of(row, readings) is not None
                for of in weighed.values()
                for row in of
            ),
            "labelled_by_language_models": sum(
                _by_language_model(row) for of in weighed.values() for row in of
            ),
            "over_cap": len(merged) - sum(map(len, drawn.values())),
            **{name: len(part) for name, part in weighed.items()},
        },
        "house_readings": describe_readings(
            recipe, every_reading, unused=len(every_reading) - len(readings)
        ),
    }
    log.info("rows: %s", account["rows"])
    return Mix(weighed, account)


def chosen(recipe: Recipe) -> dict[str, CorpusUse]:
    """Return the training corpora of a recipe with their use; all of the catalogue where it names none."""
    uses = recipe.corpora or {
        name: CorpusUse() for name, c in corpora.CATALOGUE.items() if c.use == "train"
    }
    for name in uses:
        if name not in corpora.CATALOGUE:
            raise TrainingError(f"recipe: corpora.{name} is not in the catalogue")
        spoken_of = recipe.soft_targets or recipe.house_readings
        if corpora.CATALOGUE[name].use == "text" and not spoken_of:
            raise TrainingError(
                f"recipe: corpora.{name} has no labels: it needs soft_targets or house_readings"
            )
        if corpora.CATALOGUE[name].use == "evaluate":
            raise TrainingError(f"recipe: corpora.{name} may not be trained on (evaluate only)")
    if recipe.licences == "permissive":
        uses = {name: use for name, use in uses.items() if corpora.CATALOGUE[name].permissive}
    return dict(uses)


def in_folder(recipe: Recipe, folder: Path) -> tuple[dict[str, CorpusUse], tuple[str, ...]]:
    """Return the corpora that a run reads, with their use, and the names of those that it leaves out.

    Only where the recipe names none is a corpus left out because it is not in ``folder``. Raises
    ``TrainingError`` where none is: Comity's own comments, which lie elsewhere, do not count there.
    """
    uses = chosen(recipe)
    if recipe.corpora:
        return uses, ()
    public = [name for name in uses if name != OWN]
    absent = tuple(name for name in public if not corpora.CATALOGUE[name].location(folder).exists())
    if len(absent) == len(public):
        raise TrainingError(
            f"{folder}: holds none of the public corpora, and the recipe names none; name the folder "
            "they are in, or the recipe's [corpora]"
        )
    return {name: use for name, use in uses.items() if name not in absent}, absent


def readings_of(recipe: Recipe) -> house_readings.Readings:
    """Return the readings that a recipe names, none where it names none."""
    return house_readings.read(TOP / recipe.house_readings) if recipe.house_readings else {}


def evaluation_keys(folder: Path) -> frozenset[str]:
    """Return the keys of every comment in the catalogue's evaluation sets that lie in ``folder``.

    A set that is not there cannot be compared and is named in the log; the shipped list of held-out
    keys is compared in any case.
    """
    sets = [corpus for corpus in corpora.CATALOGUE.values() if corpus.use == "evaluate"]
    for corpus in sets:
        if not corpus.location(folder).exists():
            log.warning(
                "%s is not in %s: the guard knows it by the shipped list only", corpus.name, folder
            )
    there = [corpus.name for corpus in sets if corpus.location(folder).exists()]
    rows = (example for name in there for example in corpora.read_corpus(name, folder))
    return frozenset(key for example in rows for key in examples.guard_keys(example))


def evaluation_identities(folder: Path) -> frozenset[str]:
    """Return the identity of every comment of the evaluation sets that is too short to have a key."""
    return frozenset(
        identity(example.text)
        for corpus in corpora.CATALOGUE.values()
        if corpus.use == "evaluate" and corpus.location(folder).exists()
        for example in corpora.read_corpus(corpus.name, folder)
        if text_key(example.text) is None
    )


def weigh(
    rows: Sequence[Example],
    uses: Mapping[str, CorpusUse],
    *,
    share: float = 1.0,
    seed: int,
    readings: house_readings.Readings = NO_READINGS,
) -> list[Example]:
    """Return rows with their corpus's weight, drawn down to ``share`` of its cap, in mixed order.

    Validation and test are drawn down like the training part, so that all three are one mix. Rows
    with a reading, up to the cap of readings, come first and have the weight of readings; the others
    fill up to the cap of rows.
    """
    drawn: list[Example] = []
    for name, use in uses.items():
        of_corpus = [row for row in rows if row.source == name]
        read = [row for row in of_corpus if house_readings.of(row, readings) is not None]
        others = [row for row in of_corpus if house_readings.of(row, readings) is None]
        cap, most_read = _share_of(use.rows, share), _share_of(use.readings, share)
        read = examples.draw(read, most_read, seed=seed)
        drawn += read
        drawn += [
            replace(row, weight=row.weight * use.weight)
            for row in examples.draw(others, cap and max(cap - len(read), 0), seed=seed)
        ]
    return [drawn[i] for i in np.random.default_rng(seed).permutation(len(drawn))]


def _by_language_model(row: Example) -> bool:
    """Tell whether a row's labels are a language model's: Comity's own comments and readings both are."""
    return row.source == OWN or row.by == house_readings.HOUSE


def _share_of(cap: int | None, share: float) -> int | None:
    return None if cap is None else max(1, round(share * cap))


def describe_readings(
    recipe: Recipe, readings: house_readings.Readings, *, unused: int
) -> dict[str, Any] | None:
    """Return the line of the readings in the lineage, None where there are none.

    ``unused`` of them fit several comments of the mix.
    """
    if not recipe.house_readings:
        return None
    return {
        "file": recipe.house_readings,
        "sha256": sha256_of(TOP / recipe.house_readings),
        "readings": len(readings),
        "of_several_texts": unused,
        "weight": recipe.readings_weight,
    }


def describe(name: str, folder: Path, use: CorpusUse) -> dict[str, Any]:
    """Return a corpus's line in the lineage: source, licence, checksums, weight and cap."""
    corpus = corpora.CATALOGUE[name]
    return {
        "name": name,
        "address": corpus.address,
        "licence": corpus.licence,
        "weight": use.weight,
        "rows_cap": use.rows,
        "readings_cap": use.readings,
        "files": {name: asdict(sum_) for name, sum_ in corpora.checksums(corpus, folder).items()},
    }
