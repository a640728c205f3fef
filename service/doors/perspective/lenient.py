"""Bodies as Perspective's callers write them: JSON, or JSON whose keys lack their quotation marks."""

import re
from typing import Final

from service.api.body import parse_json
from service.doors.perspective.refusals import Refused
from service.errors import InvalidJson

# Strings are matched first, so that what looks like a key within one stays as it is.
_STRING_OR_BARE_KEY: Final = re.compile(
    rb'"(?:[^"\\]|\\.)*"|(?P<before>[{,]\s*)(?P<key>[A-Za-z_$][\w$]*)(?P<after>\s*:)', re.S
)


def parse_object(raw: bytes) -> dict[str, object]:
    """The object that ``raw`` says; no body at all is an empty object.

    Google's own curl sample sends ``{comment: {text: "..."}}``. Raises ``InvalidJson``, or ``Refused``
    for a value that is no object.
    """
    if not raw.strip():
        return {}
    value = _parse(raw)
    if not isinstance(value, dict):
        raise Refused("Invalid JSON payload received: the body must be an object")
    return value


def _parse(raw: bytes) -> object:
    try:
        return parse_json(raw)
    except InvalidJson:
        quoted = _STRING_OR_BARE_KEY.sub(_with_quotation_marks, raw)
        if quoted == raw:
            raise
        return parse_json(quoted)


def _with_quotation_marks(found: re.Match[bytes]) -> bytes:
    if found["key"] is None:
        return found[0]
    return found["before"] + b'"' + found["key"] + b'"' + found["after"]
