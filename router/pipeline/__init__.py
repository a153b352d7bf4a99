"""What an HTTP request passes, one file a step; ``handle.py`` is the ordered list."""
