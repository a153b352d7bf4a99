"""Feed and likes as a monolith: FastAPI, one Strawberry schema, SQLAlchemy's ORM on asyncpg, aiodataloader, Valkey.

What one would write who knows these tools: a viewer's ranked feed is kept in Valkey, videos come with author and counters
in one statement, what the viewer did comes from dataloaders, plain columns are plain attributes, a like is one transaction
with its counter and its outbox rows. It has no rate limits, no metrics and no caches of entities.
"""
