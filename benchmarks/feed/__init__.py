"""A For You page and a like: the platform, a monolith and the floor over one database."""
