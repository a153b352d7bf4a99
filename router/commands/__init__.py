"""What `python -m router` does, one module a command."""
