"""A peer behind HTTP: the least that Flask and gunicorn need, so that HTTP costs everybody the same.

Started as ``gunicorn 'bench.answering:create_app("NAME", "BUNDLE", THREADS)'``.
"""

from pathlib import Path
from typing import Any

from flask import Flask, request

from bench import peers


def create_app(name: str, bundle: str, threads: int) -> Flask:
    """Return an application that answers the body of ``POST /v1/score`` with a peer's scores."""
    app = Flask("peer")
    score = peers.load(name, bundle=Path(bundle), threads=threads)

    @app.get("/readyz")
    def ready() -> dict[str, str]:
        return {"status": "ready"}

    @app.post("/v1/score")
    def scored() -> dict[str, Any]:
        comments = request.get_json()["comments"]
        answers = score([comment["text"] for comment in comments])
        return {
            "model": name,
            "results": [
                {"id": comment["id"], "scores": scores}
                for comment, scores in zip(comments, answers, strict=True)
            ],
        }

    return app
