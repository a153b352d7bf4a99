"""Caches in the process, in front of Valkey, that hear of every change."""

from kit.local.cache import LocalCache
from kit.local.caches import LocalCaches, entity_key

__all__ = ["LocalCache", "LocalCaches", "entity_key"]
