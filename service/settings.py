"""Every setting in one table: its name, type, default and help.

``Settings`` is the table. Parsing and docs/settings.md (service/settings_page.py) come from it.
"""

import difflib
import ipaddress
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
        description="Inference engine; `auto` takes the first of the two that is installed. "
        "ONNX Runtime needs `pip install '.[onnx]'`.",
    )
    language: str | None = Field(
        None,
        pattern=r"^[a-z]{2,3}$",
        description="The site's language as an ISO 639 code, such as `en`. It wins over a guess "
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
        place = f"{path}: {name}" if in_the_file else f"{PREFIX}{name.upper()}"
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
