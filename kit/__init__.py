"""Domain-free tools: configuration, database, outbox, bus, cache, storage, telemetry, GraphQL plumbing.

Knows no domain: a word like *video* in here is a mistake.
"""
