"""One check a door: two comments go through, and a sentence says what its clients would see."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from service.doctor.calls import Answer, Call, Examined, Unreachable, as_json, make
from service.doors.coral.signature import HEADER, signature_of

RUDE: Final = "You are a stupid clown, and only an idiot would pay for this garbage."
KIND: Final = "Thank you for this careful piece."
THRESHOLD: Final = 0.8  # Coral's default, and that of many who set one for Perspective
CORAL_PATIENCE_MS: Final = 800  # after which Coral publishes a comment unread
Verdict = Literal["fine", "wrong", "slow", "not tested"]
_KEY_TROUBLE: Final = (
    "make one with `comity keys create --name NAME`, and see `comity keys list` for what it may do"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found at one door, in words for a person."""

    door: str
    verdict: Verdict
    says: str


class NotAnswered(Exception):
    """The door did not answer as its clients need; the message says it in plain words."""


class AnsweredLate(Exception):
    """The answers are right, but one came when its client waits no more; the message says it."""


Check = Callable[[Examined], str]


def examine(service: Examined) -> Iterator[Finding]:
    """One finding a door, as it comes."""
    for door, check in CHECKS.items():
        yield _found(door, check, service)


def _found(door: str, check: Check, service: Examined) -> Finding:
    try:
        return Finding(door, "fine", check(service))
    except NotAnswered as error:
        return Finding(door, "wrong", str(error))
    except AnsweredLate as error:
        return Finding(door, "slow", str(error))
    except _NotTested as error:
        return Finding(door, "not tested", str(error))


class _NotTested(Exception):
    """The check needs what it was not given."""


def _native(service: Examined) -> str:
    comments = [{"text": RUDE}, {"text": KIND}]
    answer = _answered(Call("POST", "/v1/score", as_json({"comments": comments})), service)
    rude, kind = (answer.at("results", i, "action") for i in (0, 1))
    if rude not in ("review", "hold", "reject") or kind != "approve":
        raise NotAnswered(f"the policy would {rude} the rude comment and {kind} the kind one")
    model = answer.at("model")
    return f"bundle {model}: the rude comment is for {rude}, the kind one is approved"


def _perspective(service: Examined) -> str:
    rude, kind = (_toxicity(text, service) for text in (RUDE, KIND))
    seen = f"TOXICITY is {rude[0]:.2f} for the rude comment and {kind[0]:.2f} for the kind one"
    if not kind[0] <= THRESHOLD < rude[0]:
        raise NotAnswered(f"{seen}: a threshold of {THRESHOLD:.2f} does not part them")
    slowest = max(rude[1], kind[1])
    if slowest > CORAL_PATIENCE_MS:
        late = f"One took {slowest} ms: Coral waits {CORAL_PATIENCE_MS} ms, then publishes unread"
        raise AnsweredLate(f"{seen}. {late}")
    return seen


def _toxicity(text: str, service: Examined) -> tuple[float, int]:
    body = {
        "comment": {"text": text},
        "requestedAttributes": {"TOXICITY": {}},
        "doNotStore": True,
        "languages": ["en"],
    }
    path = "/v1alpha1/comments:analyze"
    answer = _answered(Call("POST", path, as_json(body), in_address=True), service)
    value = answer.number("attributeScores", "TOXICITY", "summaryScore", "value")
    if value is None:
        raise NotAnswered("the answer holds no score for TOXICITY")
    return value, answer.ms


def _discovery(service: Examined) -> str:
    path = "/$discovery/rest?version=v1alpha1"
    root = _answered(Call("GET", path, in_address=True), service).at("rootUrl")
    if root != f"{service.url}/":
        raise NotAnswered(
            f"the document sends clients to {root} and not to {service.url}/: "
            "set COMITY_PUBLIC_URL, or let the proxy pass on Host and X-Forwarded-Proto"
        )
    return "google-api-python-client and googleapis find their way back here"


def _openai(service: Examined) -> str:
    body = {"input": [RUDE, KIND], "model": "omni-moderation-latest"}
    answer = _answered(Call("POST", "/v1/moderations", as_json(body)), service)
    rude, kind = (answer.at("results", i, "flagged") for i in (0, 1))
    if (rude, kind) != (True, False):
        raise NotAnswered(f"flagged is {rude} for the rude comment and {kind} for the kind one")
    return "the rude comment is flagged, the kind one is not"


def _coral(service: Examined) -> str:
    rude, kind = (_coral_answer(text, service) for text in (RUDE, KIND))
    status = rude.at("status") or ("flagged" if rude.at("actions") else None)
    if status is None or kind.status != 204:
        raise NotAnswered("Coral would not tell the rude comment from the kind one")
    # How long Coral waits here is set in the phase, so we cannot say whether that is too long.
    return (
        f"Coral gets {status} for the rude comment and is left to itself for the kind one. The slower "
        f"took {max(rude.ms, kind.ms)} ms: the phase's timeout in Coral must be longer"
    )


def _coral_answer(text: str, service: Examined) -> Answer:
    raw = as_json({"action": "NEW", "comment": {"body": text, "parentID": None}})
    headers = {}
    if service.coral_secret:
        headers = {HEADER: signature_of(raw, service.coral_secret)}
    call = Call("POST", "/doors/coral", raw, headers=headers)
    try:
        return _answered(call, service)
    except NotAnswered as error:
        if service.coral_secret is None and HEADER in str(error):
            why = "the service takes signed calls only: give --coral-secret to test it"
            raise _NotTested(why) from None
        raise


def _osmod(service: Examined) -> str:
    path = "/doors/osmod/api/score-comment"
    values = []
    for text in (RUDE, KIND):
        body = {"sync": True, "includeSummaryScores": True, "comment": {"plainText": text}}
        call = Call("POST", path, as_json(body), headers={"Authorization": service.key})
        values.append(_answered(call, service).number("summaryScores", "TOXICITY"))
    rude, kind = values
    if rude is None or kind is None or not kind < rude:
        raise NotAnswered("the rude comment does not score higher than the kind one")
    return f"TOXICITY is {rude:.2f} for the rude comment and {kind:.2f} for the kind one"


CHECKS: Final[dict[str, Check]] = {
    "native API": _native,
    "Perspective": _perspective,
    "Perspective discovery": _discovery,
    "OpenAI": _openai,
    "Coral": _coral,
    "osmod": _osmod,
}


def _answered(call: Call, service: Examined) -> Answer:
    """The answer, which was a good one; else raise ``NotAnswered`` with the reason."""
    try:
        answer = make(call, service)
    except Unreachable as error:
        raise NotAnswered(f"no answer from {service.url} ({error})") from error
    if not 200 <= answer.status < 300:
        raise NotAnswered(_why(answer))
    return answer


def _why(answer: Answer) -> str:
    """A refusal in plain words, with the service's own sentence where it has one."""
    error = answer.at("error")
    said = answer.at("error", "message") if isinstance(error, dict) else error
    told = f"{answer.status}: {str(said)[:300]}" if said else f"status {answer.status}"
    if 300 <= answer.status < 400:
        elsewhere = answer.headers.get("Location", "elsewhere")
        return f"{told}. Clients do not follow redirects: give them the address {elsewhere}"
    if answer.status == 401 or "API_KEY_INVALID" in str(answer.body):
        return f"{told}. The key is not taken: {_KEY_TROUBLE}"
    if answer.status == 403:
        return f"{told}. The key may not do this: {_KEY_TROUBLE}"
    if answer.status == 404:
        return f"{told}. Comity is not at this address, or a proxy does not pass this path on"
    return told
