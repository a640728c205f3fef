"""The articles and comments of the demonstration, as they are written down beside this file.

All of it is invented: the town, the people and what they say. Among it are comments that insult,
threaten and try to break pages, because a desk gets those.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from typing import Any, Final, cast

from service.moderation.reasons import Reason

ADDRESS: Final = "https://courier.example/"


@dataclass(frozen=True, slots=True)
class Article:
    """An article, and how long before the filling of the store it appeared."""

    id: str
    age: timedelta
    section: str
    title: str
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """A comment: by whom (an opaque id), how long after its article, in answer to what.

    ``reports`` are the reasons that readers give. ``breaks`` is the reason for which the invented
    moderators reject it, None where they approve it; ``shines`` is what they highlight.
    """

    id: str
    article: Article
    after: timedelta
    author: str
    text: str
    parent: str | None
    reports: tuple[Reason, ...]
    breaks: Reason | None
    shines: bool

    def at(self, now: datetime) -> datetime:
        """When it was written, in a store that is filled ``now``."""
        return now - self.article.age + self.after


def articles() -> dict[str, Article]:
    """The articles by their ids, in the order of the file."""
    return {
        row["id"]: Article(
            row["id"],
            timedelta(days=row["days_ago"]),
            *(row[part] for part in ("section", "title", "author", "text")),
        )
        for row in _rows("articles.jsonl")
    }


def comments() -> list[Written]:
    """The comments, the earliest first; an answer comes after what it answers."""
    known = articles()
    texts: dict[str, str] = {}
    found = []
    for row in _rows("comments.jsonl"):
        texts[row["id"]] = row["text"]
        found.append(_written(row, known, texts))
    # Sorting is stable, so that what is written in the same minute keeps the order of the file.
    return sorted(found, key=lambda one: one.after - one.article.age)


def as_sent(one: Written, now: datetime) -> dict[str, object]:
    """The comment as its site sends it to ``POST /v1/comments``."""
    article = one.article
    told: dict[str, object] = {"title": article.title, "text": article.text}
    return {
        "id": one.id,
        "text": one.text,
        "section": article.section,
        "url": f"{ADDRESS}{article.id}#{one.id}",
        "author": one.author,
        "created_at": one.at(now).isoformat(),
        "context": {"article": told | {"authors": [article.author]}, "parent": one.parent},
    }


def _written(
    row: Mapping[str, Any], known: Mapping[str, Article], texts: Mapping[str, str]
) -> Written:
    return Written(
        id=row["id"],
        article=known[row["article"]],
        after=timedelta(minutes=row["minutes"]),
        author=row["author"],
        text=row["text"],
        parent=texts[row["parent"]] if "parent" in row else None,
        reports=tuple(cast(Reason, reason) for reason in row.get("reports", ())),
        breaks=row.get("breaks"),
        shines=row.get("shines", False),
    )


def _rows(file: str) -> Iterator[dict[str, Any]]:
    text = resources.files("service.demo").joinpath(file).read_text(encoding="utf-8")
    return (json.loads(line) for line in text.split("\n") if line)
