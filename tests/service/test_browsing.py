"""The server that pages are looked at on."""

import io

from werkzeug.test import create_environ
from werkzeug.wsgi import wrap_file

from tests.service.browsing import files_read_at_once


def test_a_file_is_closed_before_its_first_byte_is_sent_so_that_a_page_may_be_left() -> None:
    file = io.BytesIO(b"body { color: black }")

    def app(environ, start_response):
        start_response("200 OK", [])
        return wrap_file(environ, file)

    sent = files_read_at_once(app)(create_environ(), lambda status, headers: None)
    assert file.closed
    assert b"".join(sent) == b"body { color: black }"
