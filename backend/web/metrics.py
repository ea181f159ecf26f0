"""Figures for Prometheus: of this web, counted here, and of its engine, asked when somebody reads them.

Each instance tells its own; of two webs of one engine both tell the engine's, which says which it is by its process.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate
from threading import Lock
from typing import Any

import msgspec
from flask import Flask, Response, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from backend.engine import EngineError
from backend.web.engine import Engine
from backend.web.request import took_s

ENGINE_S = 2.0
TYPE = "text/plain; version=0.0.4; charset=utf-8"
NO_ROUTE = "none"
BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
Document = dict[str, Any]


class Metrics:
    def __init__(self, app: Flask, engine: Engine) -> None:
        self._registry = CollectorRegistry()
        self._requests: dict[tuple[str, str, int], int] = {}
        """By method, route and status."""
        self._took: dict[str, list[float]] = {}
        """By route: how many were within each bound, or longer than all; and the sum of their seconds."""
        self._lock = Lock()
        ProcessCollector(registry=self._registry)
        self._registry.register(_Asked(self._counted))
        self._registry.register(_Asked(lambda: of_web(app)))
        self._registry.register(_Asked(lambda: of_engine(engine)))

    def count(self, status: int) -> None:
        """By hand: prometheus-client takes a hundredth of what a whole request does."""
        rule = request.url_rule
        route, method = (rule.rule, request.method) if rule is not None else (NO_ROUTE, NO_ROUTE)
        time_s = took_s(request.environ)
        with self._lock:
            key = (method, route, status)
            self._requests[key] = self._requests.get(key, 0) + 1
            if (took := self._took.get(route)) is None:
                took = self._took[route] = [0.0] * (len(BOUNDS_S) + 2)
            took[bisect_left(BOUNDS_S, time_s)] += 1
            took[-1] += time_s

    def text(self) -> bytes:
        return generate_latest(self._registry)

    def _counted(self) -> Iterable[Metric]:
        requests = CounterMetricFamily("tsim_requests", "Requests.", labels=("method", "route", "status"))
        seconds = HistogramMetricFamily("tsim_request_seconds", "How long they took.", labels=("route",))
        with self._lock:
            counts, took = dict(self._requests), {route: list(each) for route, each in self._took.items()}
        for (method, route, status), count in counts.items():
            requests.add_metric([method, route, str(status)], count)
        bounds = [*map(floatToGoString, BOUNDS_S), "+Inf"]
        for route, (*buckets, sum_s) in took.items():
            seconds.add_metric([route], list(zip(bounds, accumulate(buckets), strict=True)), sum_s)
        yield from (requests, seconds)


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
    app.extensions["tsim_metrics"] = metrics = Metrics(app, engine)

    @app.after_request
    def _count(response: Response) -> Response:
        metrics.count(response.status_code)
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
