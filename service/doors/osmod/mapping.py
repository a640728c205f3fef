"""A native result as osmod's scores: Perspective's attributes, which its rules and tags are made of."""

from collections.abc import Iterator
from typing import Final

from service.api.schemas import Result
from service.doors.osmod.schemas import OsmodReply, OsmodScore
from service.doors.perspective.attributes import Attribute, find
from service.doors.perspective.sentences import Utf16
from service.errors import Refusal
from service.sites import Points, mapped

# The sixteen that osmod asks Perspective for; of them, what is not judged is left out.
ATTRIBUTES: Final = (
    *("TOXICITY", "SEVERE_TOXICITY", "IDENTITY_ATTACK", "INSULT", "PROFANITY", "THREAT"),
    *("SEXUALLY_EXPLICIT", "FLIRTATION", "ATTACK_ON_AUTHOR", "ATTACK_ON_COMMENTER", "INCOHERENT"),
    *("INFLAMMATORY", "LIKELY_TO_REJECT", "OBSCENE", "SPAM", "UNSUBSTANTIAL"),
)


def as_reply(result: Result, text: str, *, points: Points, summary: bool) -> OsmodReply:
    """The scores of the comment ``text``, on the site's score map; none where it was not judged.

    osmod then shows the comment to a moderator without scores.
    """
    units = Utf16(text)
    told = dict(_told(result))
    return OsmodReply(
        scores={
            attribute.name: [
                OsmodScore(score=mapped(score, points), begin=0, end=units.units(len(text))),
                *_words(result, attribute, units, points),
            ]
            for attribute, score in told.items()
        },
        summaryScores={a.name: mapped(score, points) for a, score in told.items()}
        if summary
        else None,
    )


def as_error(refusal: Refusal) -> dict[str, str]:
    """``refusal`` in osmod's shape."""
    return {"error": refusal.message}


def _told(result: Result) -> Iterator[tuple[Attribute, float]]:
    for name in ATTRIBUTES:
        attribute = find(name)
        score = attribute.read(result) if attribute and attribute.read else None
        if attribute and score is not None:
            yield attribute, score


def _words(
    result: Result, attribute: Attribute, units: Utf16, points: Points
) -> Iterator[OsmodScore]:
    """The words that carry the attribute's label, where the bundle can tell."""
    for span in result.spans or ():
        if span.label == attribute.teaches:
            begin, end = units.units(span.begin), units.units(span.end)
            yield OsmodScore(score=mapped(span.score, points), begin=begin, end=end)
