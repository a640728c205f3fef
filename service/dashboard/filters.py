"""What a page of the queue or the batch view is asked for, read from its address and written back."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from model.labels import NAMES
from service.errors import InvalidField
from service.moderation.decisions import STATES
from service.moderation.queue import SORTS, State, Wanted

_LONGEST_SECTION = 200


@dataclass(frozen=True, slots=True)
class Filters:
    """State, section, range of a label and order, as ``Wanted`` has them."""

    state: str = "pending"
    section: str | None = None
    label: str | None = None
    minimum: float = 0.0
    maximum: float = 1.0
    sort: str = "uncertainty"

    def wanted(self, site: str) -> Wanted:
        """The same of one site."""
        return Wanted(
            site,
            state=cast(State, self.state),
            section=self.section,
            label=self.label,
            minimum=self.minimum,
            maximum=self.maximum,
            sort=self.sort,
        )

    def query(self, **more: str | None) -> str:
        """The part of an address that asks for it, from the question mark on; empty by default.

        ``more`` is put in besides, or instead; None leaves out.
        """
        asked = {
            "state": self.state if self.state != "pending" else None,
            "section": self.section,
            "label": self.label,
            "min": f"{self.minimum:g}" if self.label and self.minimum > 0 else None,
            "max": f"{self.maximum:g}" if self.label and self.maximum < 1 else None,
            "sort": self.sort if self.sort != "uncertainty" else None,
        } | more
        written = urlencode({name: value for name, value in asked.items() if value is not None})
        return f"?{written}" if written else ""


def read_filters(asked: MultiDict[str, str]) -> Filters:
    """What ``asked`` asks for; an empty field is none. Raises ``InvalidField`` naming the field."""
    filters = Filters(
        state=_one_of(asked, "state", STATES, "pending"),
        section=_section(asked),
        label=_one_of(asked, "label", ("", *NAMES), "") or None,
        minimum=_share(asked, "min", 0.0),
        maximum=_share(asked, "max", 1.0),
        sort=_one_of(asked, "sort", SORTS, "uncertainty"),
    )
    if filters.label is None and (filters.minimum, filters.maximum) != (0.0, 1.0):
        raise InvalidField("a range of scores needs a label", field="label")
    if filters.minimum > filters.maximum:
        raise InvalidField("the range's beginning is above its end", field="min")
    return filters


def _section(asked: Mapping[str, str]) -> str | None:
    """A section's name; with a character that no name has in the store, it is refused."""
    name = (asked.get("section") or "")[:_LONGEST_SECTION]
    if "\0" in name:
        raise InvalidField("there is no such section", field="section")
    return name or None


def _one_of(asked: Mapping[str, str], field: str, known: tuple[str, ...], default: str) -> str:
    value = asked.get(field) or default
    if value not in known:
        named = ", ".join(name for name in known if name)
        raise InvalidField(f"{field} must be one of {named}", field=field)
    return value


def _share(asked: Mapping[str, str], field: str, default: float) -> float:
    written = (asked.get(field) or "").strip().replace(",", ".")
    try:
        value = float(written) if written else default
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise InvalidField(f"{field} must be a number from 0 to 1", field=field)
    return value
