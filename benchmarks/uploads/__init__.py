"""A large file on its way from a client's disk to a video that plays, and what memory that takes."""
