"""The parts that the application is given, so that tests can give it others."""

from dataclasses import dataclass, field
from pathlib import Path

import structlog
from flask import current_app

from model.bundle import SHIPPED
from model.scorer import Scorer, load_scorer
from service.errors import NotReady
from service.meters import Meters
from service.moderation.policies import Policies
from service.people.guesses import Guesses
from service.quotas import Quotas, quotas_of
from service.settings import Settings
from service.store.session import Store
from service.turns import Turns
from service.versions import Versions

log = structlog.get_logger()
_NAME = "comity"


@dataclass(frozen=True, slots=True)
class Parts:
    """What the views work with. Where no bundle could be loaded, ``fault`` says why."""

    settings: Settings
    store: Store
    turns: Turns
    meters: Meters
    quotas: Quotas
    versions: Versions
    guesses: Guesses
    scorer: Scorer | None
    fault: str | None = None
    policies: Policies = field(default_factory=Policies)

    def ready_scorer(self) -> Scorer:
        """The scorer; raises ``NotReady`` with the reason where there is none."""
        if self.scorer is None:
            raise NotReady(f"no bundle is loaded: {self.fault}")
        return self.scorer


def make_parts(settings: Settings, scorer: Scorer | None, *, fault: str | None = None) -> Parts:
    """The parts for one process, with connections of its own: call it after the fork."""
    return Parts(
        settings=settings,
        store=Store(settings.store_url),
        turns=Turns(at_once=settings.threads, waiting=settings.max_waiting),
        meters=Meters(),
        quotas=quotas_of(settings),
        versions=_versions(settings),
        guesses=Guesses(),
        scorer=scorer,
        fault=fault,
    )


def _versions(settings: Settings) -> Versions:
    def load(folder: Path) -> Scorer:
        return load_scorer(folder, threads=settings.engine_threads, engine=settings.engine)

    return Versions((settings.models_folder, SHIPPED), load)


def parts() -> Parts:
    """The parts of the application that answers the current request."""
    found = current_app.extensions[_NAME]
    assert isinstance(found, Parts)
    return found
