"""The only SQL on the social schema, one file a concern. Functions take a database or an open transaction."""
