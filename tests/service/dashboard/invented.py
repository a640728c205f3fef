"""Invented comments, as under a newspaper's articles, and a desk filled with them."""

import re
from datetime import datetime, timedelta

from model.labels import NAMES
from service.moderation import keeping, reports
from service.moderation.keeping import Arrival, Judged
from service.store.session import Store

# Words that the invented model marks, and how strongly.
WORDS = {
    "clown": ("insult", 0.91),
    "fools": ("insult", 0.74),
    "idiot": ("insult", 0.88),
    "liar": ("insult", 0.67),
    "lazy": ("insult", 0.55),
    "muppet": ("insult", 0.63),
    "damn": ("profanity", 0.83),
    "bloody": ("profanity", 0.58),
    "crap": ("profanity", 0.77),
    "vermin": ("identity_attack", 0.93),
    "foreigners": ("identity_attack", 0.52),
    "burn": ("threat", 0.81),
    "regret": ("threat", 0.56),
}
ARTICLES = (
    ("City", "Council votes to close the swimming pool on Harbour Street"),
    ("Politics", "Minister defends the new parking levy"),
    ("Sport", "Rovers lose again after a late penalty"),
    ("Culture", "The old cinema reopens with a silent film"),
    ("Science", "Storks return two weeks early"),
)
TEXTS = (
    "The minister has a point about the levy, but calling everybody who drives a fool is no argument.",
    "You are a clown and so is your editor.",
    "I have swum in that pool every Tuesday for thirty years. Closing it saves less than the new sign cost.",
    "Only an idiot could have written this headline.",
    "Damn good goal in the first half, shame about the rest.",
    "They are vermin, all of them, and should go back where they came from.",
    "Somebody should burn his office down.",
    "Does anyone know whether the film is shown with live music on Sunday as well?",
    "The council are fools if they think we will forget this by May.",
    "He is a liar. He said in March that there would be no levy.",
    "Storks nest on our barn since 1988. They came on 4 February this year, never so early.",
    "This reporter is too lazy to ask the club for its side.",
    "What a load of crap, as usual.",
    "Buy followers cheap at best-followers dot example, first hundred free!!!",
    "You will regret this vote, I promise you.",
    "Thank you for the piece. The photograph of the foyer brought back memories.",
    "Bloody marvellous, a silent film in this town!",
    "The keeper is a muppet and the manager is worse.",
    "Why are foreigners always mentioned in the third paragraph? It has nothing to do with the story.",
    "I disagree with every word of it and still think it was fair.",
)
REPLIES = (
    "Read the minutes: the vote was eleven to nine.",
    "That is not what the article says.",
    "You clown, it says the opposite in the second paragraph.",
    "Fair enough, I was too quick.",
    "Nobody asked you.",
)
HOSTILE = (
    "<script>alert('script')</script><b>bold</b>",
    '"><svg onload=alert("svg")><img src=x onerror=alert("img")>',
    "{{ 7 * 7 }} {% raw %} ${alert(1)} javascript:alert(1)",
    "Transfer \u202egnp.exe\u202c to \u2066me\u2069, you clown\u202e",
    "You id\u200biot, you i\u00addiot, you\ufeff \u2060fool",
    "Ріease vote for my p\u0430ypal page, the m\u0456nister is a liar",
    "\x00\x07\x1b[31mred\x1b[0m and\x85 nothing",
    "אתה לא יודע על מה אתה מדבר, clown, שלום",
    "هذا المقال رائع جدا، شكرا لكم",
    "क्‍ष and 👩‍👩‍👧 and می‌خواهم are written with joiners",
    "Z̷̨̛͚͖̲̺͓̗̈́̓a̵̢̛̘͈͔̭̲͛̈́l̶̡̛̳͖̲̈́͛g̷̡̛̲͖̈́o̵̢̲͖̓ comes, clown",
    "incomprehensibilities" * 40,
    "\n\n\n   spaces   and\ttabs\n\n- a list\n- of things   \n",
    "clown " * 3400,
    "<!-- --></textarea></article></main><style>*{display:none}</style>",
)


def texts() -> list[str]:
    """A hundred comments: each text twice, with its paragraphs in another order, and replies."""
    once = list(TEXTS)
    longer = [f"{a} {b}" for a, b in zip(TEXTS, (*TEXTS[7:], *TEXTS[:7]), strict=True)]
    answered = [f"{reply} {TEXTS[i * 3]}" for i, reply in enumerate(REPLIES)]
    return once + longer + list(REPLIES) + answered


def read(text: str) -> tuple[dict[str, float], list[dict[str, object]]]:
    """How the invented model reads a text: scores and spans."""
    spans: list[dict[str, object]] = []
    scores = dict.fromkeys(NAMES, 0.02 + len(text) % 17 / 100)
    for word, (label, score) in WORDS.items():
        for found in re.finditer(rf"\b{word}\b", text, re.IGNORECASE):
            spans.append(
                {"begin": found.start(), "end": found.end(), "label": label, "score": score}
            )
            scores[label] = max(scores[label], score)
    scores["incivility"] = max(scores[n] for n in NAMES if n != "profanity") * 0.97
    return scores, spans


def judged(text: str, model: str = "invented-1") -> Judged:
    scores, spans = read(text)
    result: dict[str, object] = {
        "scores": scores,
        "labels": [name for name in NAMES if scores[name] >= 0.5],
        "spans": spans,
        "target": {"kind": "author" if "you" in text.lower() else "none", "score": 0.7},
        "language": "en",
        "truncated": False,
        "abstained": None,
    }
    top = max(scores["insult"], scores["threat"], scores["identity_attack"])
    why = "insult {:.3f} is in 0.500 to 1.000".format(scores["insult"])
    return Judged(
        model,
        "hold" if top > 0.75 else "review",
        scores,
        abs(top - 0.5),
        result,
        why if scores["insult"] >= 0.5 else None,
    )


def fill(store: Store, comments: list[str] | None = None, *, site: str = "default") -> list[int]:
    """Keep the comments, pending all of them; return their numbers, in order."""
    now = datetime.now().astimezone()
    given = texts() if comments is None else comments
    arrivals = []
    for place, text in enumerate(given):
        section, title = ARTICLES[place % len(ARTICLES)]
        context = {
            "article": {"title": title, "text": "The article begins here.", "authors": ["R. Vane"]},
            "parent": TEXTS[(place * 7) % len(TEXTS)] if place % 3 == 0 else None,
        }
        arrivals.append(
            (
                Arrival(
                    f"c-{place}",
                    text,
                    context,
                    section=section,
                    url=f"https://daily.example/{place}",
                    author=f"reader-{place % 9}",
                    created_at=now - timedelta(minutes=37 * place + 3),
                ),
                judged(text),
            )
        )
    with store.writing() as session:
        kept = keeping.keep(session, site, arrivals, now=now)
        for name in ("c-1", "c-4") if comments is None else ():
            for reporter in "xyz":
                said = reports.Report("offensive", "Please look at this.", reporter)
                reports.report(session, site, name, said, now=now)
        return [row.id for row in kept]
