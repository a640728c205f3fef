"""Comity as an archive worker: ``python -m bench.comity_archives NAME BUNDLE THREADS``."""

import sys
from pathlib import Path

from bench.archiving import Archive, answer
from model.records import Scores
from model.scorer import Scorer, load_scorer
from service.archive import journal, writers
from service.archive.readers import inspect
from service.archive.run import open_journal, run
from service.moderation.policy import decide, shipped_rules


def archive_with(scorer: Scorer) -> Archive:
    """Return what ``comity score FILE --out OUT`` does once the bundle is loaded, journal and all."""
    rules = shipped_rules(scorer.thresholds)

    def judge(scores: Scores, text: str) -> str:
        return decide(scores, rules, text=text).action

    def archive(path: Path, out: Path) -> None:
        sources = [inspect(path)]
        head = journal.heading(sources, model=scorer.version)
        with open_journal(out, head, resume=False, overwrite=True) as into:
            for _ in run(sources, into, scorer=scorer, judge=judge):
                pass
            writers.write(journal.finished(into.path), out)
            into.path.unlink()

    return archive


if __name__ == "__main__":
    _, _, bundle, threads = sys.argv
    answer(archive_with(load_scorer(Path(bundle), threads=int(threads))))
