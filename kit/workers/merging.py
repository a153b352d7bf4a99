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


def merge_expositions(texts: Mapping[str, str]) -> bytes:
    """Of texts in the exposition format, by worker. Counts are added up; what is measured now (gauges) is told for each,
    with its worker as a label.
    """
    families: dict[str, Metric] = {}
    sums: dict[str, dict[tuple[str, tuple[tuple[str, str], ...]], float]] = {}
    for worker, text in texts.items():
        for family in text_string_to_metric_families(text):
            known = families.setdefault(
                family.name, Metric(family.name, family.documentation, family.type, family.unit)
            )
            if family.type not in _SUMMED:
                for sample in family.samples:
                    known.add_sample(sample.name, {**sample.labels, _LABEL: worker}, sample.value)
                continue
            total = sums.setdefault(family.name, {})
            for sample in family.samples:
                key = sample.name, tuple(sample.labels.items())
                total[key] = total.get(key, 0.0) + sample.value
    for name, total in sums.items():
        for (sample_name, labels), value in total.items():
            families[name].add_sample(sample_name, dict(labels), value)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(cast(Collector, _Families(families.values())))
    return generate_latest(registry)


class _Families:
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        return self._families
