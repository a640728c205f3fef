"""The web application: wiring only."""

import json

from flask import Flask, Response

from service import dashboard, doors, edges, errors, pages
from service.api import authors, comments, decisions, docs, health, policy, score, webhooks
from service.api.addresses import AnyId
from service.api.document import document
from service.parts import Parts


def create_app(parts: Parts) -> Flask:
    """Wire ``parts`` together; nothing here decides anything."""
    app = Flask("service", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = parts.settings.max_body_bytes
    app.extensions["comity"] = parts
    app.url_map.converters["any_id"] = AnyId
    edges.register(app)
    errors.register(app)
    for native in (score, comments, decisions, policy, authors, webhooks, health, pages, docs):
        app.register_blueprint(native.bp)
    doors.register(app)
    dashboard.register(app)
    written = json.dumps(document(app))
    app.add_url_rule(
        "/openapi.json", "openapi", lambda: Response(written, mimetype="application/json")
    )
    return app
