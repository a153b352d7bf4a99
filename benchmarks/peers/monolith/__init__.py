"""The feed as a plain monolith: FastAPI, one Strawberry schema, SQLAlchemy's ORM, batched where one would batch."""
