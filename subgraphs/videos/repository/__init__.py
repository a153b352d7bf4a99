"""The only SQL of the videos domain, by what it is about."""
