"""The dashboard: pages for the people of a site, written by the server, quick with scripts."""

from typing import Final

from flask import Blueprint, Flask

from service.dashboard import (
    audit,
    batch,
    comment,
    cookies,
    forgery,
    keys,
    people,
    queue,
    refusals,
    rules,
    second,
    shell,
    signing_in,
    statistics,
    versions,
    webhooks,
)

# A page is one more module with a blueprint ``bp`` in this list.
PAGES: Final[tuple[Blueprint, ...]] = (
    signing_in.bp,
    queue.bp,
    comment.bp,
    batch.bp,
    rules.bp,
    second.bp,
    statistics.bp,
    people.bp,
    keys.bp,
    webhooks.bp,
    versions.bp,
    audit.bp,
)

for page in PAGES:
    page.before_request(forgery.check_form)
    page.register_error_handler(Exception, refusals.answer)


def register(app: Flask) -> None:
    """Put the pages into ``app``."""
    app.session_interface = cookies.StoreSessions()
    app.jinja_env.globals[forgery.FIELD] = forgery.csrf_token
    app.context_processor(shell.shared)
    for bp in (shell.bp, *PAGES):
        app.register_blueprint(bp)
