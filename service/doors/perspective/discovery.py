"""The discovery document, from which Google's own client libraries learn what to call.

It must name our address as ``rootUrl``: a copy of Google's would send every call back to Google.
"""

import json
import re
from importlib.resources import files
from typing import Final

from flask import Request

from service.settings import Settings

Json = dict[str, object]
_AUTHORITY: Final = re.compile(r"[A-Za-z0-9._-]+(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?")
_PREFIX: Final = re.compile(r"(?:/[A-Za-z0-9._~-]+)+")
_FORWARDED: Final = re.compile(r'(?:^|;)\s*(proto|host)\s*=\s*("?)([^";,]+)\2\s*(?=;|$)', re.I)


def document(root_url: str) -> Json:
    """The document of a service at ``root_url``, which ends in a slash."""
    text = files(__package__).joinpath("discovery.json").read_text(encoding="utf-8")
    return {**json.loads(text), "rootUrl": root_url, "baseUrl": root_url}


def root_url(request: Request, settings: Settings) -> str:
    """The address at which the caller reached us: as set, as a proxy says, or as the call came."""
    if settings.public_url is not None:
        return settings.public_url.rstrip("/") + "/"
    said = _said_by_proxy(request)
    scheme = said.get("proto", "").lower()
    host, prefix = said.get("host", ""), said.get("prefix", "").rstrip("/")
    if scheme not in ("http", "https"):
        scheme = request.scheme
    if not _AUTHORITY.fullmatch(host):
        host = request.host
    return f"{scheme}://{host}{prefix if _PREFIX.fullmatch(prefix) else ''}/"


def _said_by_proxy(request: Request) -> dict[str, str]:
    """What the first proxy wrote down of the address that it was called at."""
    standard = _first(request.headers.get("Forwarded"))
    said = {name.lower(): value for name, _, value in _FORWARDED.findall(standard)}
    usual = {
        name: _first(request.headers.get(f"X-Forwarded-{name.title()}"))
        for name in ("proto", "host", "prefix")
    }
    return said | {name: value for name, value in usual.items() if value}


def _first(header: str | None) -> str:
    return (header or "").partition(",")[0].strip()
