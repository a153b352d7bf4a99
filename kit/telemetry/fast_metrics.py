"""Histograms and counters for hot paths of one event loop: no locks, a bisection instead of a search.

They are collected by prometheus_client like its own; what is observed costs a fifth.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from math import inf

from prometheus_client import REGISTRY
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector


class HotHistogram(Collector):
    """One histogram for each combination of label values. Keep what ``labels`` answers."""

    def __init__(self, name: str, help_: str, labels: Sequence[str], buckets: Sequence[float]) -> None:
        self._name, self._help, self._labels = name, help_, tuple(labels)
        self._buckets = tuple(buckets)
        self._children: dict[tuple[str, ...], HotSeries] = {}
        REGISTRY.register(self)

    def labels(self, *values: str) -> HotSeries:
        known = self._children.get(values)
        if known is None:
            known = self._children[values] = HotSeries(self._buckets)
        return known

    def describe(self) -> Iterable[Metric]:
        """See Collector."""
        return [HistogramMetricFamily(self._name, self._help, labels=self._labels)]

    def collect(self) -> Iterable[Metric]:
        """See Collector."""
        family = HistogramMetricFamily(self._name, self._help, labels=self._labels)
        for values, series in list(self._children.items()):
            family.add_metric(values, series.cumulated(), series.sum)
        return [family]


class HotSeries:
    """Observations of one combination."""

    __slots__ = ("_bounds", "_counts", "sum")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def observe(self, value: float) -> None:
        self._counts[bisect_left(self._bounds, value)] += 1
        self.sum += value

    def cumulated(self) -> list[tuple[str, float]]:
        """By upper bound, as the exposition format has it."""
        total, found = 0, []
        for bound, count in zip((*self._bounds, inf), self._counts, strict=True):
            total += count
            found.append(("+Inf" if bound == inf else str(float(bound)), float(total)))
        return found


class HotCounter(Collector):
    """One count for each combination of label values. Keep what ``labels`` answers."""

    def __init__(self, name: str, help_: str, labels: Sequence[str]) -> None:
        self._name, self._help, self._labels = name.removesuffix("_total"), help_, tuple(labels)
        self._children: dict[tuple[str, ...], HotCount] = {}
        REGISTRY.register(self)

    def labels(self, *values: str) -> HotCount:
        known = self._children.get(values)
        if known is None:
            known = self._children[values] = HotCount()
        return known

    def describe(self) -> Iterable[Metric]:
        """See Collector."""
        return [CounterMetricFamily(self._name, self._help, labels=self._labels)]

    def collect(self) -> Iterable[Metric]:
        """See Collector."""
        family = CounterMetricFamily(self._name, self._help, labels=self._labels)
        for values, count in list(self._children.items()):
            family.add_metric(values, count.value)
        return [family]


class HotCount:
    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0.0

    def inc(self, amount: float = 1) -> None:
        self.value += amount
