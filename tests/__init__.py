"""Tests: unit (mirrors the source), integration (real servers), flows (a user's story), contract, property."""
