"""A recipe: everything that decides what a training run makes, in one frozen table read from TOML."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final, Literal

from training.errors import TrainingError

SHIPPED: Final = Path(__file__).parent / "recipes" / "shipped.toml"
FIRST_STAGE: Final = SHIPPED.with_name("first_stage.toml")
TEACHER: Final = SHIPPED.with_name("teacher.toml")
# What is only asked once the last step is done: the checkpoints of a run are the same whatever it says.
ASKED_AT_THE_END: Final = (
    "base_share",
    "threshold_precision",
    "threshold_prevalence",
    "calibration_comments",
    "max_windows",
)
# Of that, what changes the weights: a bundle or teacher that is done stays another's where it differs.
LEAVES_OTHER_WEIGHTS: Final = ("base_share",)
# What a path in a recipe is relative to once it is read: the manifest names no machine's folders.
TOP: Final = Path(__file__).resolve().parents[1]
POOLINGS: Final = ("mean", "cls", "mean_max")


@dataclass(frozen=True, slots=True)
class CorpusUse:
    """How much a corpus counts: ``weight`` multiplies its rows' loss, ``rows`` caps how many are drawn.

    Rows that the house has read all come first, or as many as ``readings`` says.
    """

    weight: float = 1.0
    rows: int | None = None
    readings: int | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """One training run. Lengths are in tokens, special tokens included.

    ``base`` is an encoder or the folder of a bundle to go on from (``training.going_on``); ``after``
    names the recipe of a stage that makes that bundle first. ``token_weight`` and ``target_weight``
    are what the two heads count beside the labels in the loss; ``own_marks_weight`` is what the word
    loss of Comity's own comments, civil ones with nothing marked included, counts beside that of
    annotators': Comity's marks are whole phrases, annotators' mostly single words.
    ``label_smoothing`` moves labels that much of the way to a half; ``r_drop`` over 0 reads each batch
    twice under dropout and counts that much of the readings' disagreement (``training.network``).
    ``average_decay`` over 0 ends with a running average of the weights, ``base_share`` over 0 with that
    share of the weights of the bundle gone on from (``training.averaging``).
    ``soft_targets`` names a file of a teacher's logits (``training.distill``), beside the recipe or
    an absolute path; ``teacher_share`` is how much it counts where an annotator spoke too.
    ``asked`` is a teacher's: about how many rows of each corpus of a student it is asked.
    ``house_readings`` names a file of what Comity's readers say of public comments, each of which
    counts ``readings_weight`` (``training.house_readings``).
    ``disguised_share`` of the rows come a second time in disguise (``training.augment``),
    ``joined_share`` of the short rude ones beside plain comments (``training.joined``).
    ``redraw`` numbers another draw from the same seed: of what a corpus's cap leaves, of disguises and
    of joins. A stage that goes on from another sees other comments so; ``seed`` is all stages' own.
    """

    base: str = "all-MiniLM-L6-v2"
    after: str = ""
    pooling: Literal["mean", "cls", "mean_max"] = "mean"
    dropout: float = 0.1
    max_length: int = 128
    stride: int = 32
    max_windows: int = 2048
    epochs: float = 2.0
    batch_size: int = 32
    learning_rate: float = 5e-5
    head_learning_rate: float = 1e-3
    warmup: float = 0.06
    weight_decay: float = 0.01
    label_smoothing: float = 0.0
    r_drop: float = 0.0
    average_decay: float = 0.0
    base_share: float = 0.0
    token_weight: float = 1.0
    own_marks_weight: float = 1.0
    target_weight: float = 0.2
    soft_targets: str = ""
    teacher_share: float = 0.5
    house_readings: str = ""
    readings_weight: float = 1.0
    disguised_share: float = 0.0
    joined_share: float = 0.0
    redraw: int = 0
    seed: int = 17
    bf16: Literal["auto", "on", "off"] = "auto"
    licences: Literal["all", "permissive"] = "all"
    validation_share: float = 0.04
    test_share: float = 0.04
    calibration_comments: int = 1200
    threshold_precision: float = 0.5
    threshold_prevalence: float = 0.1
    corpora: Mapping[str, CorpusUse] = field(default_factory=dict)
    asked: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse impossible combinations before an hour of training starts."""
        _require(self.bf16 in ("auto", "on", "off"), "bf16", self.bf16, "auto, on or off")
        for name in ("max_windows", "calibration_comments"):
            _require(getattr(self, name) >= 1, name, getattr(self, name), "1 or more")
        _require(self.pooling in POOLINGS, "pooling", self.pooling, f"one of {', '.join(POOLINGS)}")
        _require(8 <= self.max_length <= 512, "max_length", self.max_length, "8 to 512")
        _require(
            0 <= self.stride < self.max_length - 2, "stride", self.stride, "0 to max_length - 3"
        )
        for name in ("teacher_share", "disguised_share", "joined_share", "base_share"):
            _require(0 <= getattr(self, name) <= 1, name, getattr(self, name), "0 to 1")
        for name in (
            "token_weight",
            "own_marks_weight",
            "target_weight",
            "readings_weight",
            "r_drop",
        ):
            _require(getattr(self, name) >= 0, name, getattr(self, name), "0 or more")
        _require(
            0 <= self.label_smoothing < 1, "label_smoothing", self.label_smoothing, "0 to under 1"
        )
        _require(0 <= self.average_decay < 1, "average_decay", self.average_decay, "0 to under 1")
        _require(self.redraw >= 0, "redraw", self.redraw, "0 or more")
        _require(self.epochs > 0, "epochs", self.epochs, "more than 0")
        _require(self.batch_size > 0, "batch_size", self.batch_size, "more than 0")
        held = self.validation_share + self.test_share
        _require(0 < held < 0.5, "validation_share + test_share", held, "more than 0 and under 0.5")
        _require(
            self.licences in ("all", "permissive"), "licences", self.licences, "all or permissive"
        )

    @property
    def draw_seed(self) -> int:
        """The seed of the draw: of capped corpora, disguises and joins."""
        return self.seed + self.redraw

    def as_json(self) -> dict[str, Any]:
        """Return the recipe as plain JSON values, for the manifest."""
        return asdict(self)


_DEFAULTS: Final = {f.name: f.default for f in fields(Recipe)}
# Keys that name a file beside the recipe.
_FILES: Final = ("soft_targets", "house_readings", "after")
_KINDS: Final = {str: "text", int: "whole number", float: "number"}


def _require(holds: bool, name: str, value: object, wanted: str) -> None:
    if not holds:
        raise TrainingError(f"recipe: {name} is {value}, must be {wanted}")


def read(path: Path, **overrides: Any) -> Recipe:
    """Return the recipe in a TOML file, with ``overrides`` that are not None laid over it.

    A file that ``extends`` another is that one with its own keys laid over it, tables whole. Raises
    ``TrainingError`` naming the file and the key that is unknown or of the wrong type.
    """
    table = _table(path)
    known = {f.name for f in fields(Recipe)}
    unknown = sorted(set(table) - known)
    if unknown:
        raise TrainingError(
            f"{path}: unknown key {unknown[0]}; known are {', '.join(sorted(known))}"
        )
    named = table.pop("corpora", {})
    if not isinstance(named, dict):
        raise TrainingError(f"{path}: corpora must be a table")
    corpora = {name: _corpus_use(path, name, use) for name, use in named.items()}
    asked = table.pop("asked", {})
    if not isinstance(asked, dict) or not all(type(n) is int and n > 0 for n in asked.values()):
        raise TrainingError(f"{path}: asked must be a table of whole numbers over 0, one a corpus")
    for name, value in table.items():
        kind = type(_DEFAULTS[name])
        if not isinstance(value, (int, float) if kind is float else kind) or isinstance(
            value, bool
        ):
            raise TrainingError(f"{path}: {name} must be a {_KINDS[kind]}")
    recipe = Recipe(**table, corpora=corpora, asked=asked)
    return replace(
        recipe, **{name: value for name, value in overrides.items() if value is not None}
    )


def _table(path: Path, behind: tuple[Path, ...] = ()) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TrainingError(f"{path}: no such recipe") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path}: {error}") from error
    for name in ("extends", *_FILES):
        if not isinstance(table.get(name, ""), str):
            raise TrainingError(f"{path}: {name} must be a text")
    for name in _FILES:
        if table.get(name):
            table[name] = _beside(path, table[name])
    extended = table.pop("extends", None)
    if not extended:
        return table
    base = path.parent / extended
    if base.resolve() in (path.resolve(), *behind):
        raise TrainingError(f"{path}: extends itself")
    return {**_table(base, (path.resolve(), *behind)), **table}


def while_training(said: Any) -> Any:
    """Return a recipe's JSON form without what is only asked at the end, anything else as it is.

    A field that an older run does not name did not exist, of a corpus neither: it has its default. One
    that is no field any more says nothing where it stood at nought, and else makes another recipe.
    """
    if not isinstance(said, Mapping):
        return said
    default = _plain(Recipe())
    still_says = {name: value for name, value in said.items() if name in default or value}
    whole = {**default, **still_says}
    uses = {name: _whole_use(use) for name, use in whole["corpora"].items()}
    return {
        name: value
        for name, value in {**whole, "corpora": uses}.items()
        if name not in ASKED_AT_THE_END
    }


def _whole_use(use: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON form of a corpus's use with the defaults of what it does not name."""
    return {**asdict(CorpusUse()), **use}


def leaves_the_same_weights(said: Any, recipe: Recipe) -> bool:
    """Tell whether a run by the recipe in the JSON form ``said`` leaves the weights of one by ``recipe``."""
    if not isinstance(said, Mapping):
        return False
    now, default = _plain(recipe), _plain(Recipe())
    return bool(while_training(said) == while_training(now)) and all(
        said.get(name, default[name]) == now[name] for name in LEAVES_OTHER_WEIGHTS
    )


def _plain(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe as it comes back from a file."""
    plain: dict[str, Any] = json.loads(json.dumps(recipe.as_json()))
    return plain


def _beside(path: Path, name: str) -> str:
    """Return a file's path as the manifest may show it: within this repository from its top."""
    found = (path.parent / name).resolve()
    return str(found.relative_to(TOP) if found.is_relative_to(TOP) else found)


def _corpus_use(path: Path, name: str, use: object) -> CorpusUse:
    if not isinstance(use, dict) or set(use) - {"weight", "rows", "readings"}:
        raise TrainingError(f"{path}: corpora.{name} may hold weight, rows and readings only")
    numbers = [value for value in use.values() if type(value) in (int, float)]
    if len(numbers) < len(use):
        raise TrainingError(f"{path}: corpora.{name}: weight, rows and readings must be numbers")
    made = CorpusUse(**use)
    fewest = min(cap for cap in (made.rows, made.readings, 1) if cap is not None)
    if made.weight < 0 or fewest < 1:
        raise TrainingError(
            f"{path}: corpora.{name}: weight must be 0 or more, rows and readings 1 or more"
        )
    return made
