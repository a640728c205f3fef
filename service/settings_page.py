"""The page docs/settings.md, made from the table in service/settings.py; a test keeps it fresh."""

from service.settings import DEFAULT_FILE, PREFIX, Settings
from service.sites import Site


def as_markdown() -> str:
    """The page docs/settings.md, whole."""
    head = (
        "# Settings\n\n"
        "<!-- Made by `python -m service.settings_page > docs/settings.md` from the table in "
        "service/settings.py. -->\n\n"
        "A setting is an environment variable, or a line of the TOML file named by `COMITY_CONFIG` "
        f"(without it, `{DEFAULT_FILE}` in the working directory where there is one). In the file the "
        "name is in lower case and without `COMITY_`: `max_comments = 500`. The environment wins over "
        "the file, the file over the default; an option of `comity serve` wins over all. An empty "
        "variable counts as absent. An unknown name stops the start.\n\n"
        "| Setting | Type | Default | What it does |\n|---|---|---|---|\n"
    )
    return head + "".join(_row(name) for name in Settings.model_fields) + _sites()


def _sites() -> str:
    """What a table ``[sites.NAME]`` may hold."""
    rows = "".join(f"| `{n}` | {field.description} |\n" for n, field in Site.model_fields.items())
    return (
        "\n## Settings of one site\n\n"
        "A key belongs to a site (`comity keys create --site NAME`). The file may hold a table "
        "`[sites.NAME]` for each, as in\n\n"
        '```toml\n[sites.daily]\nlanguage = "en"\nscore_map = "none"\n```\n\n'
        "| Line | What it does |\n|---|---|\n" + rows
    )


def _row(name: str) -> str:
    field = Settings.model_fields[name]
    kind = Settings.model_json_schema()["properties"][name]
    shown = f"`{str(field.default).lower()}`" if field.default not in (None, {}) else "none"
    return f"| `{PREFIX}{name.upper()}` | {_kind(kind)} | {shown} | {field.description} |\n"


def _kind(schema: dict[str, object]) -> str:
    if schema.get("type") == "object":
        return "tables"
    if "enum" in schema:
        return "one of " + ", ".join(f"`{value}`" for value in _listed(schema["enum"]))
    options = _listed(schema.get("anyOf", []))
    kind = next((o for o in options if isinstance(o, dict) and o["type"] != "null"), schema)
    if kind.get("type") == "integer":
        return f"integer, {schema['minimum']} to {schema['maximum']}"
    if kind.get("type") == "boolean":
        return "`true` or `false`"
    return {"path": "path", "password": "secret"}.get(str(kind.get("format")), "text")


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


if __name__ == "__main__":
    print(as_markdown(), end="")
