"""Decisions without I/O: judge a file, choose its ladder, write the command, name the objects."""
