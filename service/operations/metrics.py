"""The service's metrics, in a registry of its own, for Prometheus."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from http import HTTPStatus
from itertools import accumulate
from typing import Any, Final

from litestar import Request, Response
from litestar.di import NamedDependency
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from service.access.guards.denials import DENIALS
from service.http.declared.operation import Answer, Operation, route
from service.http.declared.parameter import ANY_TEXT
from service.http.declared.query import parsed_query
from service.operations.health import Health, ProjectionHealth, Vitals
from service.operations.log_health import LogHealth
from service.streaming.live import LiveStreams
from service.streaming.subscriber import CAUSES
from service.tally import DENIED, ENDED, FRAMES, SERIES, STREAM_LAG, STREAMS, Tally, TallyRow

__all__ = ["CONTENT_TYPE", "Metrics", "get_metrics"]

CONTENT_TYPE: Final = "text/plain; version=0.0.4"

_METHODS: Final = ("other", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")
_STATUSES: Final = (0, *map(int, HTTPStatus))
_OF_ROUTE: Final = len(_METHODS) * len(_STATUSES)
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_BOUNDS: Final = (*map(str, _BUCKETS), "+Inf")


class Metrics(Collector):
    """The registry, and the last known state. Durations are counted in this process's row, and
    shown for all processes."""

    def __init__(self, row: TallyRow, routes: Sequence[str], alarms: Callable[[], int]) -> None:
        """`routes` are the templates of all paths, in the same order in each process; `alarms`
        returns how many timelines have an alarm."""
        self._row = row
        self._alarms = alarms
        self._registry = CollectorRegistry(auto_describe=False)
        self._routes = ("none", *dict.fromkeys(routes))
        self._series: dict[tuple[str, str | None, int], int] = {}
        self._health: Health | None = None
        self._reason: str | None = None
        if len(self._routes) * _OF_ROUTE > SERIES:
            raise ValueError(f"{len(self._routes)} routes are more than there is room for")
        self._registry.register(self)

    def observe(self, method: str, route: str | None, status: int, seconds: float) -> None:
        """Count one request. Unknown methods and paths get no series of their own, because callers
        can invent them."""
        key = (method if method in _METHODS else "other", route, status)
        series = self._series.get(key)
        if series is None:
            series = self._series[key] = self._number(*key)
        self._row.observe(series, bisect_left(_BUCKETS, seconds), seconds)

    def render(self, health: Health, reason: str | None = None) -> bytes:
        """All metrics in Prometheus's text format, with the state in `health`, and the reason of
        the log's problem."""
        self._health, self._reason = health, reason
        return generate_latest(self._registry)

    def collect(self) -> Iterable[Metric]:
        tally = self._row.tally
        yield self._durations(tally)
        yield from _streams(tally)
        yield _denied(tally)
        yield GaugeMetricFamily(
            "onrecord_audit_alarm",
            "1 while an alarm of the audit is up.",
            value=float(self._alarms() > 0),
        )
        if self._health is not None:
            yield from _log(self._health.log, self._reason)
            yield from _state(self._health)

    def _number(self, method: str, route: str | None, status: int) -> int:
        """The number of the series, the same in each process."""
        place = self._routes.index(route or "none")
        shown = _STATUSES.index(status) if status in _STATUSES else 0
        return (place * len(_METHODS) + _METHODS.index(method)) * len(_STATUSES) + shown

    def _durations(self, tally: Tally) -> Metric:
        durations = HistogramMetricFamily(
            "onrecord_request_duration_seconds",
            "From a request's first byte to its answer's last, by the template of its path.",
            labels=("method", "route", "status"),
        )
        for number, (*counts, total) in sorted(tally.series().items()):
            rest, status = divmod(number, len(_STATUSES))
            place, method = divmod(rest, len(_METHODS))
            labels = [_METHODS[method], self._routes[place], str(_STATUSES[status])]
            cumulative = accumulate(counts[: len(_BOUNDS)])
            durations.add_metric(labels, [*zip(_BOUNDS, cumulative, strict=True)], total)
        return durations


def _log(log: LogHealth, reason: str | None) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "onrecord_log_reachable", "1 while the log answers.", value=float(log.reachable)
    )
    yield GaugeMetricFamily(
        "onrecord_log_writable", "1 while the log takes writes.", value=float(log.writable)
    )
    problem = GaugeMetricFamily(
        "onrecord_log_problem", "What is wrong with the log, if anything.", labels=["reason"]
    )
    if reason is not None:
        problem.add_metric([reason], 1.0)
    yield problem
    level = GaugeMetricFamily(
        "onrecord_log_durability", "What an answered write survives.", labels=["level"]
    )
    level.add_metric([log.durability], 1.0)
    yield level


def _streams(tally: Tally) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "onrecord_live_subscribers", "Live streams that are open.", value=tally.total(STREAMS)
    )
    yield GaugeMetricFamily(
        "onrecord_live_lag_events",
        "The greatest number of folded events that a live stream has not passed yet.",
        value=tally.most(STREAM_LAG),
    )
    yield CounterMetricFamily(
        "onrecord_live_frames", "Events sent to live streams.", value=tally.total(FRAMES)
    )
    ended = CounterMetricFamily(
        "onrecord_live_ended", "Live streams that have ended.", labels=["cause"]
    )
    for number, cause in enumerate(CAUSES):
        ended.add_metric([cause], tally.total(ENDED + number))
    yield ended


def _denied(tally: Tally) -> Metric:
    denied = CounterMetricFamily(
        "onrecord_denied",
        "Requests without the credentials or the right that they need; hidden: about a timeline "
        "that the caller may not read.",
        labels=["reason"],
    )
    for number, reason in enumerate(DENIALS):
        denied.add_metric([reason], tally.total(DENIED + number))
    return denied


def _folded(projection: ProjectionHealth) -> Iterable[Metric]:
    """How far each partition is folded."""
    events = GaugeMetricFamily(
        "onrecord_projection_lag_events", "Events not folded yet.", labels=["partition"]
    )
    seconds = GaugeMetricFamily(
        "onrecord_projection_lag_seconds",
        "Age of the oldest event not folded yet.",
        labels=["partition"],
    )
    folded = GaugeMetricFamily(
        "onrecord_projection_checkpoint", "Position durably folded.", labels=["partition"]
    )
    appended = CounterMetricFamily(
        "onrecord_events_appended", "Events recorded since the log began.", labels=["partition"]
    )
    for lag in projection.partitions:
        labels = [str(lag.partition)]
        folded.add_metric(labels, lag.checkpoint)
        if lag.events is not None and lag.seconds is not None:
            events.add_metric(labels, lag.events)
            seconds.add_metric(labels, lag.seconds)
            appended.add_metric(labels, lag.checkpoint + lag.events)
    return events, seconds, folded, appended


def _state(health: Health) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "onrecord_ready", "1 while the service can answer.", value=float(health.ready)
    )
    yield from _folded(health.projection)
    yield GaugeMetricFamily(
        "onrecord_unsigned_events",
        "Events that no signed checkpoint covers.",
        value=health.signing.unsigned_events,
    )
    if health.signing.checkpoint_age_seconds is not None:
        yield GaugeMetricFamily(
            "onrecord_checkpoint_age_seconds",
            "Since a checkpoint was last signed, or found true.",
            value=health.signing.checkpoint_age_seconds,
        )
    yield GaugeMetricFamily(
        "onrecord_redactions_pending",
        "Redactions whose text is not gone yet.",
        value=health.redactions.pending,
    )
    yield GaugeMetricFamily(
        "onrecord_stalled_timelines",
        "Timelines whose fold has stopped.",
        value=len(health.projection.stalled),
    )


@route(
    Operation(
        "GET",
        "/metrics",
        "Operations",
        "What the service counts, for Prometheus",
        answers={200: Answer("Metrics.", {"text/plain": ANY_TEXT.schema})},
        needs="operate",
    )
)
async def get_metrics(
    request: Request[Any, Any, Any],
    metrics: NamedDependency[Metrics],
    vitals: NamedDependency[Vitals],
    live: NamedDependency[LiveStreams],
) -> Response[bytes]:
    """The service's metrics, for Prometheus."""
    parsed_query(request)
    live.count()
    return Response(metrics.render(await vitals.check(), vitals.reason), media_type=CONTENT_TYPE)
