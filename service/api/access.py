"""Who may call: API keys and their scopes, and the fence around a service without keys."""

from flask import Request, g, request

from service import keys
from service.errors import Forbidden, KeyRefused
from service.keys import Caller
from service.parts import Parts, parts
from service.quotas import Unit
from service.settings import is_loopback


def authorise(*scopes: str) -> Caller:
    """The caller of the current request, if it has one of ``scopes``.

    Raises ``KeyRefused`` without a valid key (a service set to keyless takes calls without one, for
    scoring only), ``Forbidden`` where the key lacks the scope and ``QuotaExceeded`` where it made all
    the calls it may make.
    """
    caller = _caller(request, parts())
    if caller.scopes.isdisjoint(scopes):
        raise Forbidden(f"this key has not the scope {' or '.join(scopes)}")
    spend(caller, "requests", 1)
    return caller


def check_key_if_any() -> None:
    """Raise ``KeyRefused`` where the current request carries a key that is not valid."""
    if _key_of(request) is not None:
        _caller(request, parts())


def spend(caller: Caller, unit: Unit, amount: int) -> None:
    """Count ``amount`` of ``unit`` against the caller's quotas; what is left goes into the headers.

    Raises ``QuotaExceeded``.
    """
    standings = parts().quotas.take(caller.name, unit, amount)
    g.standings = [*g.get("standings", ()), *standings]


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
        raise KeyRefused(
            "an API key is needed: Authorization: Bearer KEY, or ?key=KEY", missing=True
        )
    with given.store.reading() as session:
        caller = keys.find(session, key)
    if caller is None:
        raise KeyRefused("this API key is not valid here: it is unknown or was revoked")
    return caller


def _key_of(asked: Request) -> str | None:
    """The key in a header, else the one in the address, which Perspective clients use."""
    header = asked.headers.get("Authorization", "").strip()
    if header:
        scheme, blank, key = header.partition(" ")
        if not blank and scheme.lower() != "bearer":
            return header  # osmod sends the key alone
        if scheme.lower() != "bearer":
            raise KeyRefused("the header Authorization must be: Bearer KEY")
        return key.strip()
    return asked.headers.get("X-Goog-Api-Key") or asked.args.get("key")
