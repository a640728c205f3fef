"""``python serving.py KIND [worker]``: the real server, over a scorer that shows where and how it ran;
on demand with a worker that hurries."""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from flask import Flask

from model.labels import NAMES
from model.records import Comment, Scores
from service.opening import open_store
from service.server import serve
from service.settings import Settings, load_settings


class Telling:
    """Names in its version the process that made it and the one that scores with it."""

    def __init__(self) -> None:
        self.made_in = os.getpid()
        self.thresholds = dict.fromkeys(NAMES, 0.5)

    @property
    def version(self) -> str:
        return f"{self.made_in}/{os.getpid()}"

    def score(self, comments: Sequence[Comment], *, spans: bool = False) -> list[Scores]:
        for comment in comments:
            if comment.text.startswith("wait "):
                Path(os.environ["SCORING"]).touch()
                time.sleep(float(comment.text.removeprefix("wait ")))
        return [Scores(dict.fromkeys(NAMES, 0.1)) for _ in comments]


def telling(settings: Settings) -> Flask:
    # As in service.server.make_app: not before the fork.
    from service.app import create_app
    from service.parts import make_parts

    return create_app(make_parts(settings, Telling()))


def failing(settings: Settings) -> Flask:
    raise RuntimeError("this application cannot be made")


if __name__ == "__main__":
    read = load_settings(os.environ)
    make = {"telling": telling, "failing": failing}[sys.argv[1]]
    hurried = [sys.executable, Path(__file__).with_name("hurried_worker.py"), str(os.getpid())]
    serve(read, open_store(read), make=make, worker=hurried if "worker" in sys.argv else None)
