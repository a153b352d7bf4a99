"""auth: accounts, passwords, sessions and the tokens that prove them.

Entities: none of its own; the payloads name a ``User`` (id, and with ``@provides`` handle and displayName).
Tables: accounts, sessions, refresh_tokens. Events out: UserRegistered. Events in: ProfileChanged, so that one can
log in with the handle that one has now.
"""
