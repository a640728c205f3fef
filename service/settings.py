"""Every setting in one table: its name, type, default and help.

``Settings`` is the table. Parsing and docs/settings.md (service/settings_page.py) come from it. What
a site may set for itself is in service/sites.py.
"""

import difflib
import ipaddress
import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from service.sites import DEFAULT_SITE, LANGUAGE_PATTERN, NotJudged, Site

PREFIX: Final = "COMITY_"
CONFIG_NAME: Final = "COMITY_CONFIG"
DEFAULT_FILE: Final = "comity.toml"
SHORTEST_KEY: Final = 32
SCOPES: Final = ("score", "feedback", "moderate", "admin")


class SettingsError(Exception):
    """A setting is unknown or has a value that cannot be used; the message names it."""


class Settings(BaseModel):
    """The table of settings; a field is named as in the TOML file, ``COMITY_`` and upper case outside."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    host: str = Field(
        "127.0.0.1",
        description="Address that the service listens on. "
        "Any other than a loopback address needs an API key to exist.",
    )
    port: int = Field(
        8080, ge=0, le=65535, description="Port that the service listens on; 0 takes any free one."
    )
    workers: int = Field(
        1,
        ge=1,
        le=64,
        description="Worker processes; each loads the bundle, so each takes the bundle's memory.",
    )
    threads: int = Field(
        8, ge=1, le=256, description="Scorings that one worker process works on at once."
    )
    max_waiting: int = Field(
        32,
        ge=0,
        le=2048,
        description="Scorings that may wait in one worker process for their turn; "
        "one more is answered 503 with `Retry-After`.",
    )
    inference_threads: int = Field(
        0,
        ge=0,
        le=256,
        description="Threads of the inference engine in each worker process; "
        "0 takes the processor cores divided by the workers.",
    )
    engine: Literal["auto", "openvino", "onnxruntime"] = Field(
        "auto",
        description="Inference engine; `auto` takes the first of the two that is installed and can "
        "be imported. "
        "ONNX Runtime needs `pip install '.[onnx]'`.",
    )
    language: str | None = Field(
        None,
        pattern=LANGUAGE_PATTERN,
        description="The sites' language as an ISO 639 code, such as `en`. It wins over a guess "
        "from the text; without it, comments that are surely in a language that the bundle does not "
        "know are not judged.",
    )
    graceful_timeout: int = Field(
        30,
        ge=1,
        le=3600,
        description="Seconds that a stopping service gives to the requests it is answering.",
    )
    state_dir: Path = Field(
        Path("var"), description="Folder of what the service keeps: store, models, first login."
    )
    database_url: SecretStr | None = Field(
        None,
        description="The store: `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME` "
        "(needs `pip install '.[postgres]'`). Without it, SQLite in `comity.db` in the state folder.",
    )
    queue_url: SecretStr | None = Field(
        None,
        description="A job queue of its own, such as `redis://HOST`. Not built yet: jobs are in the "
        "store, and the worker takes them from there. Any address stops the start.",
    )
    models_dir: Path | None = Field(
        None,
        description="Folder of model versions, in which the link `champion` names the one that speaks. "
        "Without it, `models` in the state folder. Without a champion, the shipped bundle speaks.",
    )
    max_comments: int = Field(
        1000,
        ge=1,
        le=100_000,
        description="Comments that one call may carry; more are answered 400.",
    )
    max_comment_bytes: int = Field(
        20_480,
        ge=1,
        le=2**20,
        description="Bytes of UTF-8 that one comment may have over HTTP; "
        "a longer one gets its own error, its neighbours are scored.",
    )
    max_body_bytes: int = Field(
        8_388_608,
        ge=1024,
        le=2**30,
        description="Bytes that a request's body may have (8 MiB); more are answered 413.",
    )
    keyless: bool = Field(
        False,
        description="Score for callers without an API key. Only on a loopback address, and calls that "
        "come through a proxy (`Forwarded`, `X-Forwarded-*`) or for another host name are refused.",
    )
    bootstrap_key: SecretStr | None = Field(
        None,
        description=f"An API key to create at start, for containers; at least {SHORTEST_KEY} "
        "characters. A new value revokes the bootstrap key before it.",
    )
    bootstrap_scopes: str = Field(
        "score",
        description=f"Scopes of the bootstrap key, with commas between: {', '.join(SCOPES)}.",
    )
    quota_requests_per_second: int = Field(
        0,
        ge=0,
        le=1_000_000,
        description="Calls that each API key may make in a second; one more is answered 429 with "
        "`Retry-After`. 0 sets no limit, here and in the next three.",
    )
    quota_requests_per_day: int = Field(
        0,
        ge=0,
        le=1_000_000_000,
        description="Calls that each API key may make in a day of UTC.",
    )
    quota_comments_per_second: int = Field(
        0,
        ge=0,
        le=1_000_000,
        description="Comments that each API key may have scored in a second.",
    )
    quota_comments_per_day: int = Field(
        0,
        ge=0,
        le=1_000_000_000,
        description="Comments that each API key may have scored in a day of UTC.",
    )
    outbound_hosts: str | None = Field(
        None,
        description="Hosts that the service may call, for webhooks and for osmod's callbacks, with commas "
        "between: `HOST` or `HOST:PORT`. Without any, it calls nobody.",
    )
    outbound_private: bool = Field(
        False,
        description="Whether those hosts may be at private or loopback addresses.",
    )
    coral_secrets: SecretStr | None = Field(
        None,
        description="Signing secrets of Coral's external moderation phases, with commas between, for "
        "the site `default`; other sites have lines of their own. Once any secret is set, `/doors/coral` "
        "takes signed calls only, and asks for no API key; until then it asks for a key.",
    )
    osmod_token: SecretStr | None = Field(
        None,
        description="Token of osmod's service user, sent with callbacks as `Authorization: JWT TOKEN`.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least weighty log line that is written."
    )
    training_python: Path | None = Field(
        None,
        description="A Python interpreter with `pip install '.[train]'`, for retraining that "
        "the service starts.",
    )
    corpora: Path | None = Field(
        None, description="Folder of the training corpora. Only the training commands read it."
    )

    not_judged: NotJudged = Field(
        "leave_out",
        description="What Perspective's clients are told for an attribute or a comment that cannot be "
        "judged: `leave_out` leaves it out, `neutral` says 0.5, `error` answers 400. The header "
        "`Comity-Not-Judged` names the attributes in the first two cases. A comment without words "
        "(emoji, digits, links or faces alone), where neither the call nor a setting names a language, is "
        "400 (`LANGUAGE_DETECTION_FAILED`) in all cases but `neutral`.",
    )
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$",
        description="The address at which others reach the service, such as "
        "`https://comity.example.org`, for Perspective's discovery document. Without it, the "
        "address that the call came to, or that a proxy names in `Forwarded` or `X-Forwarded-*`.",
    )
    trusted_proxies: int = Field(
        0,
        ge=0,
        le=8,
        description="Proxies in front of the service, whose `X-Forwarded-For` says where a sign-in "
        "comes from. With fewer than there are, all people share the limit on failed sign-ins of one "
        "address; with more, a guesser can make addresses up.",
    )
    sites: dict[str, Site] = Field(
        {},
        description="What single sites set for themselves: a table `[sites.NAME]` each, see below; "
        'in the environment one JSON object, `{"NAME": {...}}`. A key\'s site is named when the key '
        "is made.",
    )

    @field_validator("sites", mode="before")
    @classmethod
    def _sites_from_json(cls, given: object) -> object:
        try:
            return json.loads(given) if isinstance(given, str) else given
        except json.JSONDecodeError as error:
            raise PydanticCustomError(
                "sites_json", "is not valid JSON at column {column}", {"column": error.colno}
            ) from error

    @field_validator("queue_url")
    @classmethod
    def _no_queue_yet(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and url.get_secret_value():
            raise PydanticCustomError(
                "queue_url", "is not built yet: jobs are in the store; leave it out"
            )
        return None

    @field_validator("bootstrap_key")
    @classmethod
    def _long_enough(cls, key: SecretStr | None) -> SecretStr | None:
        size = len(key.get_secret_value()) if key else SHORTEST_KEY
        if size < SHORTEST_KEY:
            raise PydanticCustomError(
                "short_key",
                "has {size} characters, the least is {least}",
                {"size": size, "least": SHORTEST_KEY},
            )
        return key

    @field_validator("bootstrap_scopes")
    @classmethod
    def _known_scopes(cls, scopes: str) -> str:
        parse_scopes(scopes)
        return scopes

    @model_validator(mode="after")
    def _keyless_stays_home(self) -> Self:
        if self.keyless and not is_loopback(self.host):
            raise PydanticCustomError(
                "keyless_host", "COMITY_KEYLESS needs COMITY_HOST to be a loopback address"
            )
        return self

    @property
    def store_url(self) -> str:
        """The store's address, its password included: never log it."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.state_dir / 'comity.db'}"

    def site(self, name: str) -> Site:
        """What the site of that name has set, over what is set for all."""
        own = self.sites.get(name, Site())
        common = {
            "language": own.language or self.language,
            "not_judged": own.not_judged or self.not_judged,
        }
        return own.model_copy(update=common)

    @property
    def coral_signers(self) -> list[tuple[str, str]]:
        """Each signing secret of Coral's with the site whose calls it signs: (site, secret)."""
        listed = self.coral_secrets.get_secret_value() if self.coral_secrets else ""
        common = [(DEFAULT_SITE, one.strip()) for one in listed.split(",") if one.strip()]
        own = [
            (name, s.get_secret_value()) for name, o in self.sites.items() for s in o.coral_secrets
        ]
        return [(site, secret) for site, secret in common + own if secret]

    @property
    def models_folder(self) -> Path:
        """The folder of model versions, which need not exist."""
        return self.models_dir or self.state_dir / "models"

    @property
    def engine_threads(self) -> int:
        """The inference engine's threads in each worker: the cores shared out, at least one."""
        return self.inference_threads or max(1, len(os.sched_getaffinity(0)) // self.workers)


def parse_scopes(text: str) -> tuple[str, ...]:
    """The scopes in a comma-separated ``text``, in the order of ``SCOPES``.

    Raises ``ValueError`` naming the unknown scope, or saying that there is none.
    """
    asked = {part.strip() for part in text.split(",") if part.strip()}
    unknown = sorted(asked - set(SCOPES))
    if unknown or not asked:
        what = f"unknown scope '{unknown[0][:32]}'" if unknown else "no scope"
        raise ValueError(f"{what}; the scopes are {', '.join(SCOPES)}")
    return tuple(scope for scope in SCOPES if scope in asked)


def is_loopback(host: str) -> bool:
    """Whether ``host`` can only be reached from this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def load_settings(
    environ: Mapping[str, str], *, overrides: Mapping[str, object] | None = None
) -> Settings:
    """Read the settings: ``overrides`` over environment over TOML file over default.

    An empty environment variable counts as absent, because compose files pass those on. Raises
    ``SettingsError`` for an unknown name and for an unusable value, never quoting the value.
    """
    path = _config_path(environ)
    in_file = _read_toml(path) if path else {}
    in_environ = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and name != CONFIG_NAME and value
    }
    _refuse_unknown([n for n in environ if n.startswith(PREFIX) and n != CONFIG_NAME])
    given = {name: value for name, value in (overrides or {}).items() if value is not None}
    try:
        return Settings.model_validate(in_file | in_environ | given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        in_the_file = name in in_file and name not in in_environ and name not in given
        within = "".join(f".{part}" for part in first["loc"][1:])
        place = (f"{path}: {name}" if in_the_file else f"{PREFIX}{name.upper()}") + within
        raise SettingsError(f"{place}: {first['msg']}" if name else first["msg"]) from error


def _config_path(environ: Mapping[str, str]) -> Path | None:
    named = environ.get(CONFIG_NAME)
    if named:
        return Path(named)
    return Path(DEFAULT_FILE) if Path(DEFAULT_FILE).exists() else None


def _read_toml(path: Path) -> dict[str, object]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: is not valid TOML: {error}") from error
    _refuse_unknown(list(content), path=path)
    return content


def _refuse_unknown(names: list[str], *, path: Path | None = None) -> None:
    known = [n if path else f"{PREFIX}{n.upper()}" for n in Settings.model_fields]
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            place = f"{path}: " if path else ""
            raise SettingsError(f"{place}unknown setting {name}{hint}")
