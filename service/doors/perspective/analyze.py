"""comments:analyze: native scores as Perspective writes them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from model.scorer import Scorer
from service.api.schemas import CommentIn, Result
from service.doors.perspective import refusals
from service.doors.perspective.requests import PROBABILITY, AnalyzeRequest, Wanted, base_of
from service.doors.perspective.score_map import points_of
from service.doors.perspective.sentences import Place, Utf16, sentences
from service.judging import score_all
from service.keys import Caller
from service.parts import Parts
from service.sites import Points, mapped

Json = dict[str, object]
NOT_JUDGED: Final = "Comity-Not-Judged"
MODEL: Final = "Comity-Model"
# What a site that wants a score for everything is told where there is none: it says nothing.
NEUTRAL: Final = 0.5
_NOT_FOR_A_HEADER: Final = re.compile(r"[^\w@.+-]", re.A)


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply's body and headers."""

    body: Json
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Call:
    """One call and what surrounds it. ``spoken`` is the language that the call or the site names."""

    asked: AnalyzeRequest
    caller: Caller
    given: Parts
    points: Points
    not_judged: str
    spoken: str | None


@dataclass(frozen=True, slots=True)
class _Reading:
    """How one bundle reads the comment: as a whole, and by its sentences, each with its place."""

    scorer: Scorer
    whole: Result
    by_sentence: tuple[tuple[Place, Result], ...]


def analyze(asked: AnalyzeRequest, caller: Caller, given: Parts) -> Answer:
    """The scores that ``asked`` wants, as far as they can be judged.

    Raises ``Refused`` in Perspective's words; ``NotReady`` and ``Overloaded`` as the native call does.
    """
    site = given.settings.site(caller.site)
    spoken = base_of(asked.languages[0]) if asked.languages else site.language
    call = _Call(asked, caller, given, points_of(site), site.not_judged or "leave_out", spoken)
    scorers = [_scorer_for(wanted, call) for wanted in asked.wanted]
    distinct = {scorer.version: scorer for scorer in scorers}
    readings = {version: _read(call, scorer) for version, scorer in distinct.items()}
    whole = readings[scorers[0].version].whole
    _refuse_unreadable(whole, call)
    entries, unjudged = {}, []
    for wanted, scorer in zip(asked.wanted, scorers, strict=True):
        entry = _entry(wanted, readings[scorer.version], call)
        if entry is None:
            unjudged.append(wanted.asked)
        if entry or (entry is None and call.not_judged == "neutral" and not asked.drop_unsupported):
            entries[wanted.asked] = entry or _neutral(call)
    body = _body(call, entries, whole, none_judged=len(unjudged) == len(asked.wanted))
    return Answer(body, _headers(readings, unjudged))


def _scorer_for(wanted: Wanted, call: _Call) -> Scorer:
    """The bundle of the version asked for, if it is held here, else the champion."""
    champion = call.given.ready_scorer()
    if wanted.version is None or wanted.version == champion.version:
        scorer = champion
    else:
        scorer = call.given.versions.named(wanted.version) or champion
    unknown = _not_spoken(call.asked.languages, scorer)
    if unknown and wanted.attribute.read is not None and not call.asked.drop_unsupported:
        raise refusals.language_not_supported(refusals.shown(wanted.asked), unknown)
    return scorer


def _not_spoken(languages: Iterable[str], scorer: Scorer) -> list[str]:
    return [code for code in languages if base_of(code) not in scorer.languages]


def _read(call: _Call, scorer: Scorer) -> _Reading:
    comment = call.asked.comment
    places = sentences(comment.text) if call.asked.by_sentence else []
    apart = places if len(places) > 1 else []
    texts = [comment.text, *(comment.text[begin:end] for begin, end in apart)]
    reply = score_all(
        [CommentIn(id=None, text=text, context=comment.context) for text in texts],
        replace(call.given, scorer=scorer),
        site=call.caller.site,
        language=call.spoken,
        metered=1,
    )
    whole, *parts = reply.results
    return _Reading(scorer, whole, tuple(zip(places, parts if apart else [whole], strict=False)))


def _refuse_unreadable(whole: Result, call: _Call) -> None:
    """Raise for a comment that is no comment, or in which no language can be told.

    Where a site wants a neutral score for what is not judged, the second is one more such comment.
    """
    if whole.error is not None:
        if whole.error.code == "empty":
            raise refusals.empty()
        raise refusals.Refused(f"Comment was not accepted: {whole.error.code}")
    unknown = whole.abstained == "no_words" and call.spoken is None
    if unknown and call.not_judged != "neutral":
        raise refusals.language_unknown()


def _entry(wanted: Wanted, reading: _Reading, call: _Call) -> Json | None:
    """The attribute's scores; empty where they are under its threshold, None where it is not judged."""
    score = _score(wanted, reading.whole)
    if score is None or _not_spoken(call.asked.languages, reading.scorer):
        if call.not_judged == "error" and not call.asked.drop_unsupported:
            raise _unjudged(wanted, reading.whole, call)
        return None
    summary = mapped(score, call.points)
    if wanted.threshold is not None and summary < wanted.threshold:
        return {}
    units = Utf16(call.asked.comment.text)
    spans = [
        _span(units, place, mapped(part, call.points)) for place, part in _spans(wanted, reading)
    ]
    return _scores(summary, spans or [_whole_span(call, summary)])


def _score(wanted: Wanted, result: Result) -> float | None:
    return wanted.attribute.read(result) if wanted.attribute.read else None


def _unjudged(wanted: Wanted, whole: Result, call: _Call) -> refusals.Refused:
    name, asked = refusals.shown(wanted.asked), list(call.asked.languages)
    guessed = [whole.language or call.spoken or "und"]
    return refusals.language_not_supported(name, asked or guessed, detected=not asked)


def _spans(wanted: Wanted, reading: _Reading) -> list[tuple[Place, float]]:
    """The sentences with their scores; one that is not judged belongs to the one before, or after."""
    found: list[tuple[Place, float]] = []
    pending: int | None = None
    for (begin, end), result in reading.by_sentence:
        score = _score(wanted, result)
        if score is not None:
            found.append(((begin if pending is None else pending, end), score))
            pending = None
        elif found:
            (first, _), before = found[-1]
            found[-1] = ((first, end), before)
        elif pending is None:
            pending = begin
    return found


def _neutral(call: _Call) -> Json:
    return _scores(NEUTRAL, [_whole_span(call, NEUTRAL)])


def _whole_span(call: _Call, score: float) -> Json:
    text = call.asked.comment.text
    return _span(Utf16(text), (0, len(text)), score)


def _scores(summary: float, spans: list[Json]) -> Json:
    return {"spanScores": spans, "summaryScore": {"value": summary, "type": PROBABILITY}}


def _span(units: Utf16, place: Place, score: float) -> Json:
    begin, end = (units.units(point) for point in place)
    return {"begin": begin, "end": end, "score": {"value": score, "type": PROBABILITY}}


def _body(call: _Call, entries: Mapping[str, Json], whole: Result, *, none_judged: bool) -> Json:
    """The reply; as in Perspective, ``attributeScores`` is missing where all are under a threshold."""
    detected = [whole.language] if whole.language else []
    body: Json = {"attributeScores": entries} if entries or none_judged else {}
    body["languages"] = list(call.asked.languages) or detected
    body["detectedLanguages"] = detected
    if call.asked.client_token is not None:
        body["clientToken"] = call.asked.client_token
    return body


def _headers(models: Iterable[str], unjudged: Iterable[str]) -> dict[str, str]:
    listed = {MODEL: models, NOT_JUDGED: unjudged}
    lines = {
        name: ", ".join(_NOT_FOR_A_HEADER.sub("?", value) for value in values)
        for name, values in listed.items()
    }
    return {name: line for name, line in lines.items() if line}
