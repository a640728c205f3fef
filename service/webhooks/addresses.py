"""Where a webhook may lead."""

from typing import Final

from service.errors import Forbidden, InvalidField
from service.outbound import OutboundRefused, fence_of, target_of
from service.settings import Settings

LONGEST: Final = 2048


def checked(url: str, settings: Settings) -> str:
    """``url`` where the settings allow it to be called.

    Raises ``InvalidField`` for one that is blank or too long, else ``Forbidden``.
    """
    if not 1 <= len(url) <= LONGEST:
        raise InvalidField(f"url has 1 to {LONGEST} characters", field="url")
    fence = fence_of(settings.outbound_hosts or "", private=settings.outbound_private)
    try:
        target_of(url, fence)
    except OutboundRefused as error:
        raise Forbidden(f"url {error}", field="url") from None
    return url
