"""What the service counts, in a registry of its own, as Prometheus reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, get_args

from litestar import Request, Response, get
from litestar.di import NamedDependency
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from service.health import Health, Vitals
from service.query_string import no_parameters
from service.streaming.live import LiveState
from service.streaming.subscriber import Cause

__all__ = ["CONTENT_TYPE", "Metrics", "show_metrics"]

CONTENT_TYPE: Final = "text/plain; version=0.0.4"

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics(Collector):
    """The registry, the durations of requests, and the state that was seen last."""

    def __init__(self, live: Callable[[], LiveState], alarms: Callable[[], int]) -> None:
        """`live` tells how the live streams are, `alarms` how many timelines the audit warns of."""
        self._live = live
        self._alarms = alarms
        self._registry = CollectorRegistry(auto_describe=False)
        self._durations = Histogram(
            "onrecord_request_duration_seconds",
            "From a request's first byte to its answer's last, by the template of its path.",
            ("method", "route", "status"),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._series: dict[tuple[str, str | None, int], Histogram] = {}
        self._health: Health | None = None
        self._registry.register(self)

    def observe(self, method: str, route: str | None, status: int, seconds: float) -> None:
        """Count one request. What callers can make up (methods, paths) makes no series."""
        shown = method if method in _METHODS else "other"
        series = self._series.get((shown, route, status))
        if series is None:
            series = self._durations.labels(shown, route or "none", str(status))
            self._series[shown, route, status] = series
        series.observe(seconds)

    def render(self, health: Health) -> bytes:
        """Everything in Prometheus's text format, with the state that `health` tells."""
        self._health = health
        return generate_latest(self._registry)

    def collect(self) -> Iterable[Metric]:
        yield from _streams(self._live())
        yield GaugeMetricFamily(
            "onrecord_audit_alarm",
            "1 while an alarm of the audit is up.",
            value=float(self._alarms() > 0),
        )
        if self._health is not None:
            yield from _state(self._health)


def _streams(state: LiveState) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "onrecord_live_subscribers", "Live streams that are open.", value=state.subscribers
    )
    yield GaugeMetricFamily(
        "onrecord_live_lag_events",
        "The greatest number of folded events that a live stream has not passed yet.",
        value=state.behind,
    )
    yield CounterMetricFamily(
        "onrecord_live_frames", "Events sent to live streams.", value=state.events
    )
    ended = CounterMetricFamily(
        "onrecord_live_ended", "Live streams that have ended.", labels=["cause"]
    )
    for cause in get_args(Cause):
        ended.add_metric([cause], state.ended.get(cause, 0))
    yield ended


def _state(health: Health) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "onrecord_ready", "1 while the service can answer.", value=float(health.ready)
    )
    yield GaugeMetricFamily(
        "onrecord_log_reachable", "1 while the log answers.", value=float(health.log.reachable)
    )
    events = GaugeMetricFamily(
        "onrecord_projection_lag_events", "Events not folded yet.", labels=["partition"]
    )
    seconds = GaugeMetricFamily(
        "onrecord_projection_lag_seconds", "Since when the fold is behind.", labels=["partition"]
    )
    folded = GaugeMetricFamily(
        "onrecord_projection_checkpoint", "Position durably folded.", labels=["partition"]
    )
    appended = CounterMetricFamily(
        "onrecord_events_appended", "Events recorded since the log began.", labels=["partition"]
    )
    for lag in health.projection.partitions:
        labels = [str(lag.partition)]
        folded.add_metric(labels, lag.checkpoint)
        if lag.events is not None and lag.seconds is not None:
            events.add_metric(labels, lag.events)
            seconds.add_metric(labels, lag.seconds)
            appended.add_metric(labels, lag.checkpoint + lag.events)
    yield from (events, seconds, folded, appended)
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


@get("/metrics", name="show_metrics")
async def show_metrics(
    request: Request[Any, Any, Any],
    metrics: NamedDependency[Metrics],
    vitals: NamedDependency[Vitals],
) -> Response[bytes]:
    """What the service counts, for Prometheus."""
    no_parameters(request.scope["query_string"])
    return Response(metrics.render(await vitals.look()), media_type=CONTENT_TYPE)
