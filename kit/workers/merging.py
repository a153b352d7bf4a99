"""Metrics of several processes as those of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

_SUMMED = {"counter", "histogram", "summary"}
_LABEL = "worker"
_Key = tuple[str, tuple[tuple[str, str], ...]]


def merge_expositions(texts: Mapping[str, str], ended: Iterable[str] = ()) -> bytes:
    """Of texts in the exposition format, by worker, and of workers that have ended. Counts are added up; what is measured
    now (gauges) is told for each that lives, with its worker as a label.
    """
    merged = _Merged()
    for worker, text in texts.items():
        merged.add(text, worker)
    for text in ended:
        merged.add(text, None)
    return merged.render()


class _Merged:
    def __init__(self) -> None:
        self._families: dict[str, Metric] = {}
        self._sums: dict[str, dict[_Key, float]] = {}

    def add(self, text: str, worker: str | None) -> None:
        for family in text_string_to_metric_families(text):
            if family.type in _SUMMED:
                self._know(family)
                self._add_up(family)
            elif worker is not None:
                known = self._know(family)
                for sample in family.samples:
                    known.add_sample(sample.name, {**sample.labels, _LABEL: worker}, sample.value)

    def render(self) -> bytes:
        for name, total in self._sums.items():
            for (sample_name, labels), value in total.items():
                self._families[name].add_sample(sample_name, dict(labels), value)
        registry = CollectorRegistry(auto_describe=False)
        registry.register(cast(Collector, self))
        return generate_latest(registry)

    def collect(self) -> Iterable[Metric]:
        """See Collector."""
        return self._families.values()

    def _know(self, family: Metric) -> Metric:
        return self._families.setdefault(
            family.name, Metric(family.name, family.documentation, family.type, family.unit)
        )

    def _add_up(self, family: Metric) -> None:
        total = self._sums.setdefault(family.name, {})
        for sample in family.samples:
            key = sample.name, tuple(sample.labels.items())
            total[key] = total.get(key, 0.0) + sample.value
