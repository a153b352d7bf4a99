"""The feed query: requests a second and latency, beside a plain monolith over the same database."""
