"""Figures for Prometheus: of this web, counted here, and of its engine, asked when somebody reads them.

Each instance tells its own; of two webs of one engine both tell the engine's, which says which it is by its process.
"""

from collections.abc import Callable, Iterable, Mapping
from time import perf_counter
from typing import Any

import msgspec
from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from backend.engine import EngineError
from backend.web.engine import Engine

ENGINE_S = 2.0
TYPE = "text/plain; version=0.0.4; charset=utf-8"
NO_ROUTE = "none"
BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
Document = dict[str, Any]


class Metrics:
    def __init__(self, app: Flask, engine: Engine) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter("tsim_requests", "Requests.", ("method", "route", "status"), registry=self._registry)
        self._seconds = Histogram(
            "tsim_request_seconds", "How long they took.", ("route",), buckets=BOUNDS_S, registry=self._registry
        )
        ProcessCollector(registry=self._registry)
        self._registry.register(_Asked(lambda: of_web(app)))
        self._registry.register(_Asked(lambda: of_engine(engine)))

    def count(self, status: int) -> None:
        route = request.url_rule.rule if request.url_rule is not None else NO_ROUTE
        method = request.method if request.url_rule is not None else NO_ROUTE
        self._requests.labels(method, route, status).inc()
        now_s = perf_counter()
        self._seconds.labels(route).observe(now_s - g.get("began_s", now_s))

    def text(self) -> bytes:
        return generate_latest(self._registry)


class _Asked(Collector):
    """What is known only when it is asked for."""

    def __init__(self, ask: Callable[[], Iterable[Metric]]) -> None:
        self._ask = ask

    def collect(self) -> Iterable[Metric]:
        return self._ask()

    def describe(self) -> Iterable[Metric]:
        """Nothing, so that nobody is asked when the application is built."""
        return []


def register(app: Flask, engine: Engine) -> None:
    app.extensions["tsim_metrics"] = Metrics(app, engine)
    app.after_request(_count)


def _count(response: Response) -> Response:
    current_app.extensions["tsim_metrics"].count(response.status_code)
    return response


def of_web(app: Flask) -> Iterable[Metric]:
    yield GaugeMetricFamily("tsim_sockets", "Open sockets.", app.extensions["tsim_live"].sockets.count)
    refused = app.extensions["tsim_rates"].refused
    yield _counted("tsim_rate_limited", "Requests that came too often.", "limit", refused)


def of_engine(engine: Engine) -> Iterable[Metric]:
    try:
        health = msgspec.json.decode(engine.call("health", {}, ENGINE_S))
        found = msgspec.json.decode(engine.call("metrics", {}, ENGINE_S))
    except EngineError:
        yield GaugeMetricFamily("tsim_engine_up", "Whether the engine answers.", 0)
        return
    yield GaugeMetricFamily("tsim_engine_up", "Whether the engine answers.", 1)
    checks = {name: int(said == "ok") for name, said in health["checks"].items()}
    yield _gauges("tsim_engine_check", "1: what the engine looks at is well.", "check", checks)
    jobs = found["jobs"]
    waiting = {name: jobs[name] for name in ("waiting", "running", "leaving")}
    yield _gauges("tsim_queue", "Tests that have not ended.", "state", waiting)
    yield _counted("tsim_jobs", "Tests that have ended.", "status", jobs["ended"])
    yield CounterMetricFamily("tsim_jobs_retried", "Tests whose process was lost.", jobs["retried"])
    yield _counted("tsim_verdicts", "Services, by what tests found.", "verdict", found["verdicts"])
    yield _counted("tsim_sign_ins", "Passwords.", "outcome", found["sign_ins"])
    yield _durations(found["phases"])
    yield from _of_process(found)


def _of_process(found: Document) -> Iterable[Metric]:
    socket = found["socket"]
    yield GaugeMetricFamily("tsim_engine_connections", "Clients of the engine.", socket["connections"])
    yield CounterMetricFamily("tsim_engine_requests", "What the engine was asked.", socket["requests"])
    yield CounterMetricFamily("tsim_engine_faults", "What the engine refused.", socket["faults"])
    yield CounterMetricFamily("tsim_engine_replaced", "Processes that were lost.", found["processes"]["replaced"])
    for name in ("uptime_s", "memory_bytes", "descriptors", "threads"):
        text = f"Of the engine's process: {name}."
        yield GaugeMetricFamily(f"tsim_engine_{name.replace('_s', '_seconds')}", text, found[name])


def _durations(phases: Document) -> Metric:
    family = HistogramMetricFamily("tsim_phase_seconds", "How long phases of tests took.", labels=("phase",))
    bounds = [*(str(bound) for bound in phases["bounds_s"]), "+Inf"]
    for phase, took in phases["took"].items():
        sums = [sum(took["buckets"][: number + 1]) for number in range(len(bounds))]
        family.add_metric([phase], list(zip(bounds, sums, strict=True)), took["seconds"])
    return family


def _gauges(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=(label,))
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _counted(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = CounterMetricFamily(name, text, labels=(label,))
    for key, value in values.items():
        family.add_metric([key], value)
    return family
