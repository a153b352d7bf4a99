"""Password hashing: argon2id, off the event loop, never more at once than there are cores to spare."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


@dataclass(frozen=True, slots=True)
class HashCost:
    """OWASP's second choice for argon2id: 19 MiB, two passes, one lane."""

    time_cost: int = 2
    memory_kib: int = 19 * 1024
    lanes: int = 1


class Passwords:
    """Hashes and checks. ``workers`` bounds memory: each uses ``cost.memory_kib`` while it works."""

    def __init__(self, cost: HashCost | None = None, workers: int = 2) -> None:
        cost = cost or HashCost()
        self._hasher = PasswordHasher(
            time_cost=cost.time_cost, memory_cost=cost.memory_kib, parallelism=cost.lanes
        )
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="argon2")
        self._decoy: str | None = None

    async def hash(self, password: str) -> str:
        """The PHC string to store."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._hasher.hash, password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether they match. None stands for an unknown account and takes just as long."""
        if password_hash is None:
            self._decoy = self._decoy or await self.hash("nobody has this password")
            await self._check(self._decoy, password)
            return False
        return await self._check(password_hash, password)

    def needs_rehash(self, password_hash: str) -> bool:
        """Whether the hash was made with other costs than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    async def _check(self, password_hash: str, password: str) -> bool:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._pool, self._hasher.verify, password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
