"""Several processes on one port: a parent that owns the socket, and workers that accept on it."""
