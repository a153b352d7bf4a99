"""What the realtime service counts."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

SOCKETS = Gauge("clipgraph_realtime_sockets", "Open sockets.")
SUBSCRIPTIONS = Gauge("clipgraph_realtime_subscriptions", "Running subscriptions.")
GROUPS = Gauge("clipgraph_realtime_groups", "Groups of equal subscriptions.")
EVENTS = Counter("clipgraph_realtime_events_total", "Events that came over channels.")
FRAMES = Counter("clipgraph_realtime_frames_total", "Frames handed to sockets.")
CUT = Counter("clipgraph_realtime_cut_total", "Sockets closed because they were too slow.")
LOST = Counter("clipgraph_realtime_lost_events_total", "Events dropped because a group fell behind.")
HYDRATION_SECONDS = Histogram("clipgraph_realtime_hydration_seconds", "From an event to its answer.")
