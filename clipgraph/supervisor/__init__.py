"""`clipgraph up`: real servers and our processes on one machine, started, watched, restarted and stopped.

`supervisor.Supervisor` is the driver; `processes` the table of what runs; `child` one process's life;
`backoff` when to restart it; `run_state` what others may read about it; `steps` what runs once in between.
"""
