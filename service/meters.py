"""What /metrics shows: counts, latencies and scores; never who wrote or what."""

import os
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from model.records import Scores

# prometheus_client reads this variable when it is imported; service.server sets it before that.
SHARED_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_TENTHS: Final = tuple(step / 10 for step in range(1, 11))
disable_created_metrics()  # type: ignore[no-untyped-call]  # a time beside each count is noise
_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


class Meters:
    """The meters of one application, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "comity_requests",
            "Requests answered.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "comity_request_seconds",
            "Seconds from a request's arrival at the application to its answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.comments = Counter(
            "comity_comments", "Comments scored.", ("version",), registry=self.registry
        )
        self.abstentions = Counter(
            "comity_abstentions",
            "Comments that the bundle did not judge.",
            ("version", "reason"),
            registry=self.registry,
        )
        self.errors = Counter(
            "comity_comment_errors",
            "Comments that were not accepted, each with an error of its own.",
            ("code",),
            registry=self.registry,
        )
        self.scores = Histogram(
            "comity_score",
            "Scores given, by label and bundle version.",
            ("label", "version"),
            buckets=_TENTHS,
            registry=self.registry,
        )
        self.inside = Gauge(
            "comity_scorings_inside",
            "Scorings that run or wait now.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )

    def answered(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answered request; an unheard-of method is counted as ``other``."""
        known = method if method in _METHODS else "other"
        self.requests.labels(route, known, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def scored(self, scores: Scores, *, version: str) -> None:
        """Count one comment that the scorer has read."""
        if scores.error is not None:
            self.errors.labels(scores.error).inc()
        elif scores.by_label is None:
            self.abstentions.labels(version, scores.abstained).inc()
        else:
            self.comments.labels(version).inc()
            for label, score in scores.by_label.items():
                self.scores.labels(label, version).observe(score)

    def exposition(self, *more: Collector) -> bytes:
        """The meters in Prometheus' text format, those of all worker processes together.

        ``more`` are meters of this moment, such as those that the store knows.
        """
        beside = CollectorRegistry()
        for collector in more:
            beside.register(collector)
        return self._own() + generate_latest(beside)

    def _own(self) -> bytes:
        if SHARED_FOLDER not in os.environ:
            return generate_latest(self.registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
