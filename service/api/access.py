"""Who may call: API keys and their scopes, and the fence around a service without keys."""

from flask import Request, request

from service import keys
from service.errors import Forbidden, KeyRefused
from service.keys import Caller
from service.parts import Parts, parts
from service.settings import is_loopback


def authorise(scope: str) -> Caller:
    """The caller of the current request, if it may do ``scope``.

    Raises ``KeyRefused`` without a valid key (a service set to keyless takes calls without one, for
    scoring only) and ``Forbidden`` where the key lacks the scope.
    """
    caller = _caller(request, parts())
    if scope not in caller.scopes:
        raise Forbidden(f"this key has not the scope {scope}")
    return caller


def refuse_calls_from_outside() -> None:
    """In a keyless service, raise ``Forbidden`` for calls that did not come from this machine.

    A proxy's headers give away that somebody else is calling; another host name gives away a web
    page that had its own name point here (DNS rebinding).
    """
    if not parts().settings.keyless:
        return
    for name in request.headers.keys():  # noqa: SIM118 - iterating headers yields pairs
        if name.lower() == "forwarded" or name.lower().startswith("x-forwarded-"):
            raise Forbidden(f"a service without keys takes no forwarded calls (header {name[:40]})")
    if not is_loopback(host_of(request.host)):
        raise Forbidden("a service without keys takes calls for a loopback address only")


def host_of(authority: str) -> str:
    """The host in ``host:port`` or ``[host]:port``."""
    if authority.startswith("["):
        return authority[1:].partition("]")[0]
    return authority.partition(":")[0]


def _caller(asked: Request, given: Parts) -> Caller:
    key = _key_of(asked)
    if key is None:
        if given.settings.keyless:
            return Caller(None, keys.DEFAULT_SITE, frozenset({"score"}))
        raise KeyRefused("an API key is needed: Authorization: Bearer KEY, or ?key=KEY")
    with given.store.reading() as session:
        caller = keys.find(session, key)
    if caller is None:
        raise KeyRefused("this API key is not valid here: it is unknown or was revoked")
    return caller


def _key_of(asked: Request) -> str | None:
    """The key in the header, else the one in the address, which Perspective clients use."""
    header = asked.headers.get("Authorization", "").strip()
    if header:
        scheme, _, key = header.partition(" ")
        if scheme.lower() != "bearer":
            raise KeyRefused("the header Authorization must be: Bearer KEY")
        return key.strip()
    return asked.args.get("key")
