"""/docs: the API's reference, Swagger UI over /openapi.json, with nothing loaded from elsewhere."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, render_template, send_from_directory

# The package carries Swagger UI's own files; its Flask plug-in is not used, because its page needs
# inline scripts, which our policy forbids.
_FILES: Final = str(files("flask_openapi3_swagger") / "templates" / "swagger")
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)

bp = Blueprint("docs", __name__, template_folder="templates")


@bp.get("/docs")
def docs() -> Response:
    """The reference as a page. Swagger UI sets inline styles, so its policy allows those."""
    response = Response(render_template("docs.html"), mimetype="text/html")
    response.headers["Content-Security-Policy"] = _POLICY
    return response


@bp.get("/docs/files/<path:name>")
def ui_static(name: str) -> Response:
    """One of Swagger UI's own files."""
    return send_from_directory(_FILES, name, max_age=86_400)


@bp.get("/docs/start.js")
def script_static() -> Response:
    """The few lines that start Swagger UI; in a file, because inline scripts are forbidden."""
    return send_from_directory(Path(__file__).parent / "static", "docs.js", max_age=86_400)
