"""Real clients, as their packages have them, against a served Comity with the bundle that ships.

Google's client is told our address. The others have Google's in their code: they run in a namespace
in which that name is ours (tests/clients/namespace.py).
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httplib2
import pytest
from googleapiclient.discovery import Resource, build
from googleapiclient.errors import HttpError
from googleapiclient.http import BatchHttpRequest

from tests.service.served import ROOT, Served, starting

pytestmark = pytest.mark.slow

COMITY = [sys.executable, "-c", "from service.cli import main; main()"]
NODE = ROOT / "tests" / "clients" / "node"
KEY = "clients-of-perspective-" + "k" * 20
RUDE, KIND = "You are a stupid clown.", "Thank you for this careful piece."
# From here on Coral holds a comment, unless its administrators have set another threshold.
HOLDS = 0.8
EIGHT = {
    name: {}
    for name in (
        *("TOXICITY", "SEVERE_TOXICITY", "IDENTITY_ATTACK", "INSULT", "PROFANITY", "THREAT"),
        *("SEXUALLY_EXPLICIT", "FLIRTATION"),
    )
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with starting(folder) as run:
        yield Served(run(*COMITY, "serve"), folder / "log", folder)


@pytest.fixture(scope="module")
def key(served: Served) -> str:
    """A key that may suggest scores too, made as an operator makes it."""
    command = [*COMITY, "keys", "create", "--name", "client", "--scope", "score,feedback"]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=served.folder, env=environ, capture_output=True, text=True, check=True
    )
    return done.stdout.split()[-1]


@pytest.fixture
def comments(served: Served, key: str) -> Iterator[Resource]:
    with google(served, key) as api:
        yield api.comments()


def google(served: Served, key: str, **more: object) -> Resource:
    url = f"http://127.0.0.1:{served.port}/$discovery/rest?version=v1alpha1"
    return build(
        "commentanalyzer",
        "v1alpha1",
        developerKey=key,
        discoveryServiceUrl=url,
        static_discovery=False,
        cache_discovery=False,
        **more,
    )


def asking(text: str, **fields: object) -> dict[str, object]:
    return {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}}, **fields}


def toxicity(reply: dict) -> float:
    return reply["attributeScores"]["TOXICITY"]["summaryScore"]["value"]


def check_sides(rude: float, kind: float) -> None:
    """The rude comment is held, the kind one is far from it."""
    assert rude > HOLDS
    assert kind < HOLDS / 4


def test_googles_client_tells_a_rude_from_a_kind_comment(comments: Resource) -> None:
    scores = [toxicity(comments.analyze(body=asking(text)).execute()) for text in (RUDE, KIND)]
    check_sides(*scores)


def test_googles_client_reads_spans_of_sentences(comments: Resource) -> None:
    text = f"😀 {KIND} {RUDE}"
    reply = comments.analyze(body=asking(text, spanAnnotations=True)).execute()
    first, second = reply["attributeScores"]["TOXICITY"]["spanScores"]
    units = text.encode("utf-16-le")
    assert units[2 * second["begin"] : 2 * second["end"]].decode("utf-16-le") == RUDE
    assert first["score"]["value"] < HOLDS < second["score"]["value"]


def test_googles_client_batches_as_helm_does(served: Served, key: str) -> None:
    told: dict[str, object] = {}

    def keep(request_id: str, response: dict | None, error: HttpError | None) -> None:
        told[request_id] = response if error is None else error

    with google(served, key) as api:
        batch: BatchHttpRequest = api.new_batch_http_request(callback=keep)
        for name, text in {"rude": RUDE, "kind": KIND, "none": ""}.items():
            body = {
                **asking(text, spanAnnotations=True, languages=["en"]),
                "requestedAttributes": EIGHT,
            }
            batch.add(api.comments().analyze(body=body), request_id=name)
        batch.execute()
    spans = {
        name: told[name]["attributeScores"]["TOXICITY"]["spanScores"][0]["score"]["value"]
        for name in ("rude", "kind")
    }
    check_sides(spans["rude"], spans["kind"])
    assert isinstance(told["none"], HttpError)
    assert told["none"].error_details[0]["errorType"] == "COMMENT_EMPTY"


def test_googles_client_suggests_a_score(comments: Resource) -> None:
    scores = {"TOXICITY": {"summaryScore": {"value": 1}}}
    body = {"comment": {"text": RUDE}, "attributeScores": scores, "clientToken": "comment:a"}
    assert comments.suggestscore(body=body).execute()["clientToken"] == "comment:a"


def test_googles_client_reads_our_errors(comments: Resource) -> None:
    with pytest.raises(HttpError) as refused:
        comments.analyze(body=asking(RUDE, languages=["om"])).execute()
    assert refused.value.status_code == 400
    assert refused.value.reason == "Attribute TOXICITY does not support request languages: om"
    assert refused.value.error_details[0]["errorType"] == "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE"


def test_googles_client_does_not_start_with_a_wrong_key(served: Served) -> None:
    http = httplib2.Http()  # ours, because Google's client leaves its own open here
    with pytest.raises(HttpError, match="API key not valid"), closing(http):
        google(served, "wrong", http=http)


Run = Callable[..., str]


@pytest.fixture(scope="module")
def node_modules() -> Path:
    """The npm clients, installed once from the lock file."""
    target = ROOT / ".venv-dev" / "node-clients"
    lock = NODE / "package-lock.json"
    if shutil.which("npm") is None:
        pytest.fail("npm is missing: apt-get install nodejs npm")
    done = target / "node_modules" / ".package-lock.json"
    if not done.exists() or (target / lock.name).read_bytes() != lock.read_bytes():
        target.mkdir(parents=True, exist_ok=True)
        for file in (NODE / "package.json", lock):
            shutil.copy(file, target)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=target, check=True, capture_output=True)
    return target / "node_modules"


def namespaces() -> list[str]:
    """The command that makes the namespaces, without or with the rights of a user of our own."""
    for flags in (["--mount", "--net"], ["--user", "--map-root-user", "--mount", "--net"]):
        command = ["unshare", *flags]
        if (
            shutil.which("unshare")
            and subprocess.run(
                [*command, "mount", "--bind", "/etc/hosts", "/etc/hosts"],
                capture_output=True,
                check=False,
            ).returncode
            == 0
        ):
            return command
    pytest.skip("this machine allows no mount and network namespaces (unshare)")


@pytest.fixture(scope="module")
def inside(tmp_path_factory: pytest.TempPathFactory, node_modules: Path) -> Iterator[Run]:
    """Run a command where commentanalyzer.googleapis.com is Comity; return what it printed."""
    command = namespaces()
    folder = tmp_path_factory.mktemp("inside")
    authority = str(folder / "ca.pem")
    kept = {n: v for n, v in os.environ.items() if not n.upper().endswith("_PROXY")}
    environ = {n: v for n, v in kept.items() if not n.startswith("COMITY_")} | {
        "PYTHONPATH": str(ROOT),
        "COMITY_BOOTSTRAP_KEY": KEY,
        "COMITY_BOOTSTRAP_SCOPES": "score,feedback",
        "COMITY_PUBLIC_URL": "https://commentanalyzer.googleapis.com",
        "REQUESTS_CA_BUNDLE": authority,
        "SSL_CERT_FILE": authority,
        "HTTPLIB2_CA_CERTS": authority,
        "NODE_EXTRA_CA_CERTS": authority,
        "NODE_PATH": str(node_modules),
    }
    process = subprocess.Popen(
        [*command, sys.executable, ROOT / "tests" / "clients" / "namespace.py", folder],
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert json.loads(process.stdout.readline() or "{}") == {"ready": True}

    def run(*argv: str) -> str:
        process.stdin.write(json.dumps(argv) + "\n")
        process.stdin.flush()
        told = json.loads(process.stdout.readline())
        assert told["code"] == 0, told["err"]
        return told["out"]

    with process:
        yield run
        process.stdin.close()


def python(inside: Run, code: str) -> object:
    """What ``code`` prints, read as JSON."""
    return json.loads(inside(sys.executable, "-c", code))


def test_pyperspective_starts_scores_and_refuses_a_wrong_key(inside: Run) -> None:
    told = python(
        inside,
        f"""
import json
from PyPerspective.Perspective import Perspective
from PyPerspective.errors import InvalidAuthKey
try:
    Perspective("wrong")
except InvalidAuthKey:
    refused = True
client = Perspective({KEY!r})
tests = ["TOXICITY", "INSULT", "THREAT"]
read = [client.get_score(text, tests=tests) for text in ({RUDE!r}, {KIND!r})]
print(json.dumps([refused, [one["TOXICITY"].score for one in read], str(read[0]["INSULT"][0]),
    read[0].detected_langs]))
""",
    )
    refused, (rude, kind), words, detected = told
    assert refused
    check_sides(rude, kind)
    assert words == RUDE
    assert detected == ["en"]


def test_perspective_1_0_3_scores_and_suggests(inside: Run) -> None:
    told = python(
        inside,
        f"""
import json
from perspective import PerspectiveAPI
client = PerspectiveAPI({KEY!r})
scores = [client.score(text, tests=["TOXICITY", "INSULT"]) for text in ({RUDE!r}, {KIND!r})]
whole = client.analyze_comment({RUDE!r}, context=[{{"text": "An article."}}], span_annotations=True,
    languages=["en"], do_not_store=True, client_token="t", session_id="s", community_id="c")
suggested = client.suggest_score({RUDE!r}, {{"TOXICITY": {{"summaryScore": {{"value": 1.0}}}}}},
    client_token="comment:7")
print(json.dumps([scores, whole["clientToken"], suggested["clientToken"]]))
""",
    )
    (rude, kind), token, suggested = told
    check_sides(rude["TOXICITY"], kind["TOXICITY"])
    assert set(rude) == {"TOXICITY", "INSULT"}
    assert (token, suggested) == ("t", "comment:7")


def test_the_npm_client_scores_and_reads_our_errors(inside: Run) -> None:
    code = f"""
const Perspective = require('perspective-api-client');
const client = new Perspective({{apiKey: {json.dumps(KEY)}}});
(async () => {{
  const rude = await client.analyze({json.dumps(RUDE)});
  const attributes = ['toxicity', 'insult'];
  const kind = await client.analyze({json.dumps("<b>" + KIND + "</b>")}, {{attributes}});
  const refused = await client.analyze('12345').catch(error => error.message);
  console.log(JSON.stringify([rude, kind, refused]));
}})();
"""
    rude, kind, refused = json.loads(inside("node", "-e", code))
    check_sides(toxicity(rude), toxicity(kind))
    assert set(kind["attributeScores"]) == {"TOXICITY", "INSULT"}
    assert "Unable to detect language" in refused


def test_googles_client_with_googles_own_address_finds_us(inside: Run) -> None:
    told = python(
        inside,
        f"""
import json
from googleapiclient import discovery
url = "https://commentanalyzer.googleapis.com/$discovery/rest?version=v1alpha1"
with discovery.build("commentanalyzer", "v1alpha1", developerKey={KEY!r},
        discoveryServiceUrl=url, static_discovery=False, cache_discovery=False) as api:
    body = {{"comment": {{"text": {RUDE!r}}}, "requestedAttributes": {{"TOXICITY": {{}}}}}}
    print(json.dumps(api.comments().analyze(body=body).execute()))
""",
    )
    assert toxicity(told) > HOLDS
