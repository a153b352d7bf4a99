"""Where events come from."""

from realtime.sources.valkey import ValkeySource

__all__ = ["ValkeySource"]
