"""A model card's figures beside those of labels: marked spans, targets, disguised insults, identity terms."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from training.card_cells import (
    IDENTITY_COMMAND,
    SUITES_COMMAND,
    Form,
    figure_cell,
    named,
    share_cell,
    table,
    with_ends,
)
from training.disguise_ratio import UNDONE
from training.identity_templates import NEUTRAL

AUCS: Final = ("subgroup", "bpsn", "bnsp")
ALIKE: Final = "Sentences of one template are alike, so the true intervals are wider than these."
TEMPLATES_DRAWN: Final = (
    "Intervals of gaps and AUCs draw whole templates, whose sentences are alike. One without width tells "
    "that the templates agree, not that another would. Those of shares take sentences for independent, so "
    "the true ones are wider."
)


def heads(found: Form) -> Iterator[str]:
    """Yield a set's or a suite's spans and targets, nothing where they were not measured."""
    if found.get("spans"):
        yield _spans(found["spans"])
    if found.get("target"):
        yield from _target(found["target"])


def _spans(spans: Form) -> str:
    others: Mapping[str, Form] = spans["beside"]
    head = (
        f"spans: characters of {spans['n']:,} posts, {spans['with_spans']:,} with any",
        "value",
        *others,
    )
    return table(
        head,
        (
            [
                named(figure),
                figure_cell(value),
                *(figure_cell(other["figures"].get(figure)) for other in others.values()),
            ]
            for figure, value in spans["figures"].items()
        ),
    )


def _target(target: Form) -> Iterator[str]:
    rows = {"none, person or group": target["coarse"], **target["coarse_kinds"]}
    if target["finer"]:
        rows["the named kind"] = target["finer"]
        rows |= {f"named {kind}": share for kind, share in target["finer_kinds"].items()}
    yield table(
        (f"target of {target['n']:,} uncivil comments", "right"),
        ((name, share_cell(share)) for name, share in rows.items()),
    )
    yield f"Naming the commonest kind every time would be right in {target['majority']:.1%}."


def bias(found: Form) -> Iterator[str]:
    """Yield what naming an identity does to the score, the terms most often flagged first."""
    command = IDENTITY_COMMAND if found["encyclopaedia"] else SUITES_COMMAND
    yield f"### Identity terms\n\n`{command}`"
    yield (
        f"{found['n']:,} sentences of our own templates, each civil or uncivil whatever group it names; "
        f"a civil one is a false alarm where `incivility` is at least {found['threshold']:.3f}. `gap` is the "
        "share of false alarms less that of the same sentences with neutral terms. BPSN falls where civil "
        "sentences that name the term score too high, BNSP where uncivil ones score too low (Borkan et al. "
        f"2019). Over all sentences the AUC is {figure_cell(with_ends(found, 'auc'))}. "
        + (TEMPLATES_DRAWN if found.get("figures") else ALIKE)
    )
    terms = [(n, t) for n, t in found["terms"].items() if t["kind"] != NEUTRAL]
    rows = [
        [
            "all identity terms",
            share_cell(found["false_alarms"]),
            figure_cell(with_ends(found, "false_alarm_gap", told="gap"), signed=True),
        ],
        ["neutral terms", share_cell(found["neutral"]), ""],
        *(
            [
                name,
                share_cell(term["false_alarms"]),
                figure_cell(with_ends(term, "gap"), signed=True),
                *(figure_cell(with_ends(term, auc)) for auc in AUCS),
            ]
            for name, term in sorted(terms, key=lambda one: -one[1]["gap"])
        ),
    ]
    if found["encyclopaedia"]:
        rows.append(["encyclopaedia sentences", share_cell(found["encyclopaedia"]), ""])
    head = ("term", "civil sentences flagged", "gap", "AUC within", "BPSN AUC", "BNSP AUC")
    yield table(head, ([*row, *[""] * (len(head) - len(row))] for row in rows))


def disguised(found: Form) -> Iterator[str]:
    """Yield how much of what is found in plain insults is found in disguised ones."""
    labels: Mapping[str, Form] = found["labels"]
    yield f"### Insults in disguise\n\n`{SUITES_COMMAND}`"
    yield (
        f"{found['n']:,} insulting cases of our own and {found['copies']:,} copies of them, in each "
        "the insulting words disguised by one trick; shares found at 0.5, and the ratio of the two "
        f"recalls (bootstrap over cases). {found['undone']:,} copies are written by tricks that the "
        f"reading undoes without fail ({_told(UNDONE)}): `disguised` and `ratio` are without them. The "
        "other tricks are those that training uses too."
    )
    tricks = sorted({trick for of in labels.values() for trick in of["tricks"]})
    rows = [
        ["ratio", *(figure_cell(of["ratio"]) for of in labels.values())],
        [
            "ratio of all tricks",
            *(figure_cell(of["ratio_of_all_tricks"]) for of in labels.values()),
        ],
        ["plainly written", *(share_cell(of["plain"]) for of in labels.values())],
        ["disguised", *(share_cell(of["disguised"]) for of in labels.values())],
        *(
            [
                trick.replace("_", " "),
                *(share_cell(of["tricks"].get(trick)) for of in labels.values()),
            ]
            for trick in tricks
        ),
    ]
    yield table(("written", *(f"`{label}`" for label in labels)), rows)


def _told(tricks: Iterable[str]) -> str:
    return ", ".join(sorted(trick.replace("_", " ") for trick in tricks))
