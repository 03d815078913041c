"""What live streams count, for Prometheus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal, get_args

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

__all__ = ["Cause", "Counts"]

Cause = Literal["left", "stalled", "reset", "shutdown", "failed"]
"""Why a stream ended: its client went, or did not read in time; its position was worth nothing any
more; the service ended; something broke."""


class Counts:
    """Counters since the start."""

    def __init__(self) -> None:
        self.frames = 0
        self.stalls = 0
        self.ended: Counter[Cause] = Counter()

    def metrics(self, subscribers: int, lag: int) -> Iterable[Metric]:
        """`subscribers` is how many there are now, `lag` how many events the last of them is
        behind the head of what is folded."""
        yield GaugeMetricFamily(
            "onrecord_live_subscribers", "Live streams that are open.", value=subscribers
        )
        yield GaugeMetricFamily(
            "onrecord_live_lag_events",
            "Events that the last subscriber is behind the fold.",
            value=lag,
        )
        yield CounterMetricFamily(
            "onrecord_live_frames", "Events handed to subscribers' connections.", value=self.frames
        )
        yield CounterMetricFamily(
            "onrecord_live_stalls",
            "Times that a subscriber's connection took no more and was waited for.",
            value=self.stalls,
        )
        ended = CounterMetricFamily(
            "onrecord_live_ended", "Live streams that ended, by cause.", labels=["cause"]
        )
        for cause in get_args(Cause):
            ended.add_metric([cause], self.ended[cause])
        yield ended
