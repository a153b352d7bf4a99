"""What `clipgraph up` and `clipgraph status` print for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clipgraph.supervisor.environment import origin_url
from kit.config import Settings


def urls(settings: Settings, worker_urls: Mapping[str, str]) -> dict[str, str]:
    """The addresses that a newcomer needs, by what they are."""
    router = f"http://127.0.0.1:{settings.router_port}"
    realtime = f"127.0.0.1:{settings.realtime_port}"
    metrics = {f"metrics, {name}": f"{url}/metrics" for name, url in worker_urls.items()}
    return {
        "page": f"{router}/",
        "GraphQL": f"{router}/graphql",
        "GraphiQL": f"{router}/graphql (open it in a browser)",
        "WebSocket": f"ws://{realtime}/graphql (graphql-transport-ws)",
        "origin": origin_url(settings),
        "metrics, router": f"{router}/metrics",
        "metrics, realtime": f"http://{realtime}/metrics",
        "metrics, origin": f"http://127.0.0.1:{settings.origin_port}/metrics",
        **metrics,
    }


def welcome(settings: Settings, worker_urls: Mapping[str, str], seconds: float) -> str:
    """The table of addresses, and what to try."""
    graphql = f"http://127.0.0.1:{settings.router_port}/graphql"
    query = '{"query":"{ trendingFeed(first: 3) { edges { node { id title } } } }"}'
    return "\n".join(
        [
            "",
            table(("", "where"), list(urls(settings, worker_urls).items())),
            "",
            "try",
            f"  open {graphql} in a browser: GraphiQL, with example queries",
            f"  curl -s {graphql} -H 'content-type: application/json' -d '{query}'",
            "  make demo     the main story: sign up, upload, transcode, feed, like, live count",
            "  make status   what runs; logs are in .data/logs/",
            "",
            f"clipgraph is up after {seconds:.1f} s. Ctrl-C stops everything; the data stays.",
        ]
    )


def status_table(processes: Mapping[str, Mapping[str, Any]], living: Sequence[str]) -> str:
    """One row a process."""
    rows = [
        (
            name,
            str(entry["state"]) if name in living or entry["pid"] is None else "gone",
            str(entry["pid"] or "-"),
            str(entry["restarts"]),
            str(entry["url"]),
        )
        for name, entry in processes.items()
    ]
    return table(("process", "state", "pid", "restarts", "where"), rows)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, tuple("-" * width for width in widths), *rows)
    ]
    return "\n".join(lines)
