"""schemathesis over /openapi.json: what the document says of each call is what the call does."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from model.fake import WordScorer
from service import keys
from service.settings import SCOPES
from service.store.session import Store

pytestmark = pytest.mark.slow

# JSON Schema cannot say "neither blank nor of invisible characters only". The native call gives such
# a comment an error of its own; the replies of these two have no place for one, so the call is 400.
CONFIG = """
# Not on the command line: what is named there wins over what an operation goes without.
[checks]
enabled = true

[[operations]]
include-path = ["/v1/moderations", "/doors/osmod/api/score-comment"]
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 403]

# Nor can it say that min and max need a label, that a cursor must be one that a page gave, and
# which action goes with which way to name many comments.
[[operations]]
include-path = ["/v1/comments", "/v1/decisions", "/v1/claims"]
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 403, 404]

# What is wrong beside one comment's text is that comment's own error, and the call is 200.
[[operations]]
include-operation-id = ["comments.keep"]
checks.negative_data_rejection.expected-statuses = ["200", "400", "401", "403", "415"]

# Nor that a rule needs one condition of several, and that a version's number is written 3 and not 3.0.
[[operations]]
include-path = ["/v1/policy", "/v1/policy/preview", "/v1/policy/rollback"]
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 403, 404, 409]

# Nor which languages a bundle judges, or that a text has a letter. Google's clients know a wrong key as
# 400, and any other call under the path as 404, so that is what they are answered.
[[operations]]
include-path = ["/v1alpha1/comments:analyze", "/v1alpha1/comments:suggestscore"]
checks.positive_data_acceptance.expected-statuses = ["2xx", 400]
checks.ignored_auth.enabled = false
checks.unsupported_method.enabled = false

# No schema says that a body's parts are HTTP requests: test_perspective_batch.py makes such bodies.
[[operations]]
include-path = ["/batch"]
enabled = false
"""


@pytest.fixture
def address(make_service) -> Iterator[str]:
    app = make_service(WordScorer()).app
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def key(store: Store) -> str:
    """A key that may do everything, so that no call ends at its door."""
    with store.writing() as session:
        return keys.create(session, name="everything", scopes=SCOPES)


def test_schemathesis_finds_nothing(address: str, key: str, tmp_path: Path) -> None:
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG)
    command = [
        Path(sys.executable).parent / "schemathesis",
        *("--config-file", config, "run", f"{address}/openapi.json"),
        *("--header", f"Authorization: Bearer {key}"),
        *("--phases", "examples,coverage,fuzzing"),
        *("--max-examples", "20", "--generation-deterministic", "--no-color"),
    ]
    done = subprocess.run(
        list(map(str, command)),
        cwd=tmp_path,  # it writes its cache there
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
