"""Fields that a client may not have are neither asked for nor shown: they are null, with an error.

``demands_of`` tells once for an operation what its fields ask for; ``restrict`` takes out what a client can't have.
A field of an interface asks for what any object behind it asks for, so that no detour leads around a guard.
"""

from router.core.authorization.restrict import Denial, Restricted, demands_of, restrict

__all__ = ["Denial", "Restricted", "demands_of", "restrict"]
