from pathlib import Path

import pytest

from service.settings import (
    Settings,
    SettingsError,
    is_loopback,
    load_settings,
    parse_scopes,
)
from service.settings_page import as_markdown

ROOT = Path(__file__).parents[2]


def test_without_anything_the_defaults_hold() -> None:
    settings = load_settings({})
    assert (settings.host, settings.port, settings.workers, settings.threads) == (
        "127.0.0.1",
        8080,
        1,
        8,
    )
    assert (settings.max_comments, settings.max_comment_bytes) == (1000, 20_480)
    assert settings.max_body_bytes == 8 * 2**20
    assert settings.store_url == "sqlite:///var/comity.db"
    assert settings.models_folder == Path("var/models")


def test_the_environment_wins_over_the_file_and_an_option_over_both(tmp_path: Path) -> None:
    file = tmp_path / "other.toml"
    file.write_text("port = 1111\nthreads = 2\nworkers = 3\n")
    environ = {"COMITY_CONFIG": str(file), "COMITY_PORT": "2222", "COMITY_WORKERS": "4"}
    settings = load_settings(environ, overrides={"workers": 5, "threads": None})
    assert (settings.port, settings.threads, settings.workers) == (2222, 2, 5)


def test_the_file_in_the_working_directory_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "comity.toml").write_text('log_level = "debug"\n')
    assert load_settings({}).log_level == "debug"


def test_an_unknown_variable_stops_the_start_by_name_with_a_guess() -> None:
    with pytest.raises(SettingsError, match="COMITY_PROT; did you mean COMITY_PORT"):
        load_settings({"COMITY_PROT": "1"})


def test_an_unknown_variable_stops_the_start_even_when_it_is_empty() -> None:
    with pytest.raises(SettingsError, match="COMITY_NOTHING_LIKE_IT"):
        load_settings({"COMITY_NOTHING_LIKE_IT": ""})


def test_an_unknown_line_of_the_file_stops_the_start_by_name(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text("prot = 1\n")
    with pytest.raises(SettingsError, match=r"c\.toml: unknown setting prot; did you mean port"):
        load_settings({"COMITY_CONFIG": str(file)})


def test_the_variable_that_names_the_file_and_the_trainers_one_are_known(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text("")
    settings = load_settings({"COMITY_CONFIG": str(file), "COMITY_CORPORA": "/corpora"})
    assert settings.corpora == Path("/corpora")


def test_an_empty_variable_counts_as_absent() -> None:
    assert load_settings({"COMITY_PORT": "", "COMITY_BOOTSTRAP_KEY": ""}).port == 8080


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("COMITY_PORT", "eighty", "COMITY_PORT: .*integer"),
        ("COMITY_PORT", "65536", "COMITY_PORT: .*65535"),
        ("COMITY_WORKERS", "0", "COMITY_WORKERS: .*1"),
        ("COMITY_LOG_LEVEL", "loud", "COMITY_LOG_LEVEL: .*'debug'"),
        ("COMITY_KEYLESS", "perhaps", "COMITY_KEYLESS: .*boolean"),
        ("COMITY_BOOTSTRAP_KEY", "hunter2", "COMITY_BOOTSTRAP_KEY: has 7 characters.* 32"),
        ("COMITY_BOOTSTRAP_SCOPES", "score,fly", "COMITY_BOOTSTRAP_SCOPES: .*'fly'"),
    ],
)
def test_an_unusable_value_is_named_and_never_quoted(name: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says) as refused:
        load_settings({name: value})
    assert value not in str(refused.value) or value in ("score,fly", "65536")


def test_a_fault_in_the_file_is_placed_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text('port = "x"\n')
    with pytest.raises(SettingsError, match=r"c\.toml: port: "):
        load_settings({"COMITY_CONFIG": str(file)})


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "cannot be read"), (b"port = \n", "not valid TOML"), (b"\xff", "not valid TOML")],
)
def test_a_file_that_cannot_be_read_stops_the_start(
    tmp_path: Path, content: bytes | None, says: str
) -> None:
    file = tmp_path / "c.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError, match=says):
        load_settings({"COMITY_CONFIG": str(file)})


def test_keyless_needs_a_loopback_address() -> None:
    assert load_settings({"COMITY_KEYLESS": "true"}).keyless
    with pytest.raises(SettingsError, match="COMITY_KEYLESS needs COMITY_HOST"):
        load_settings({"COMITY_KEYLESS": "true", "COMITY_HOST": "0.0.0.0"})


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.4", False),
        ("localhost.example.org", False),
        ("", False),
    ],
)
def test_a_loopback_address_is_told_from_others(host: str, local: bool) -> None:
    assert is_loopback(host) is local


def test_scopes_come_out_in_order_and_once() -> None:
    assert parse_scopes("admin, score,score") == ("score", "admin")


@pytest.mark.parametrize("text", ["", " , ", "everything"])
def test_scopes_that_are_none_or_unknown_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="score, feedback, moderate, admin"):
        parse_scopes(text)


def test_a_secret_does_not_show() -> None:
    environ = {
        "COMITY_BOOTSTRAP_KEY": "k" * 40,
        "COMITY_DATABASE_URL": "postgresql://desk:pa55word@db/comity",
    }
    settings = load_settings(environ)
    assert "kkkk" not in repr(settings)
    assert "pa55word" not in repr(settings)
    assert "pa55word" in settings.store_url


def test_inference_threads_are_the_cores_shared_out() -> None:
    assert load_settings({"COMITY_WORKERS": "64"}).engine_threads == 1
    assert load_settings({"COMITY_INFERENCE_THREADS": "5"}).engine_threads == 5


def test_the_settings_page_is_fresh() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert page == as_markdown(), "run: python -m service.settings_page > docs/settings.md"


def test_every_setting_is_on_its_page_with_help() -> None:
    page = as_markdown()
    for name, field in Settings.model_fields.items():
        assert f"| `COMITY_{name.upper()}` |" in page
        assert field.description
        assert field.description in page


def test_corals_secrets_name_their_sites(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text('[sites.daily]\ncoral_secrets = ["zebra-3", "zebra-4"]\n')
    environ = {
        "COMITY_CONFIG": str(tmp_path / "c.toml"),
        "COMITY_CORAL_SECRETS": " zebra-1,, zebra-2 ",
    }
    read = load_settings(environ)
    assert read.coral_signers == [
        ("default", "zebra-1"),
        ("default", "zebra-2"),
        ("daily", "zebra-3"),
        ("daily", "zebra-4"),
    ]
    assert "zebra" not in repr(read)
    assert load_settings({}).coral_signers == []


@pytest.mark.parametrize("given", ["-1", "many", "1.5"])
def test_a_quota_is_a_whole_number(given: str) -> None:
    with pytest.raises(SettingsError, match="COMITY_QUOTA_COMMENTS_PER_DAY"):
        load_settings({"COMITY_QUOTA_COMMENTS_PER_DAY": given})


def test_a_queue_is_not_built_yet_and_its_address_is_not_quoted(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="COMITY_QUEUE_URL: is not built yet") as refused:
        load_settings({"COMITY_QUEUE_URL": "redis://desk:pa55@queue"})
    assert "pa55" not in str(refused.value)
    file = tmp_path / "c.toml"
    file.write_text('queue_url = "redis://queue"\n')
    with pytest.raises(SettingsError, match=r"c\.toml: queue_url: is not built yet"):
        load_settings({"COMITY_CONFIG": str(file)})


def test_an_empty_address_of_a_queue_is_none(tmp_path: Path) -> None:
    assert load_settings({"COMITY_QUEUE_URL": ""}).queue_url is None
    file = tmp_path / "c.toml"
    file.write_text('queue_url = ""\n')
    assert load_settings({"COMITY_CONFIG": str(file)}).queue_url is None
