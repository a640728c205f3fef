"""The policy's actions as what Coral shall do."""

from collections.abc import Mapping
from typing import Final

from service.doors.coral.schemas import CoralFlag, CoralReply

REPLIES: Final[Mapping[str, CoralReply | None]] = {
    "approve": None,
    "review": CoralReply(status="NONE", actions=[CoralFlag()]),
    "hold": CoralReply(status="SYSTEM_WITHHELD", actions=[CoralFlag()]),
    "reject": CoralReply(status="REJECTED", actions=[CoralFlag()]),
    "highlight": CoralReply(tags=["FEATURED"]),
}


def reply_to(action: str, *, premoderated: bool) -> CoralReply | None:
    """What Coral shall do by the policy's ``action``; None leaves the comment to Coral.

    Any status ends Coral's phases, and the site's premoderation comes after ours: on a ``premoderated``
    site NONE would publish what is flagged while all the rest waits, so there a review only flags.
    """
    reply = REPLIES[action]
    if premoderated and reply is not None and reply.status == "NONE":
        return reply.model_copy(update={"status": None})
    return reply
