"""Who may read a video's files: in Valkey for those who ask often, in object storage for good."""

from __future__ import annotations

from typing import Final, Self

from pydantic import ValidationError
from redis.exceptions import RedisError

from contracts.playback import GATES_CHANNEL, Gate, gate_key, gate_object
from kit.cache import Cache, make_client
from kit.config import Settings
from kit.pubsub import PubSub
from kit.storage import ObjectNotFoundError, Storage
from kit.telemetry import get_logger

_KEPT_S: Final = 3600
_ASK_TIMEOUT_S: Final = 1.0
_log = get_logger("gates")
_KEEP_NEWEST: Final = """
local kept = redis.call('GET', KEYS[1])
if kept and cjson.decode(kept).revision > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
"""


class Gates:
    """Gates by video. The newest revision wins, in whatever order they come."""

    def __init__(self, cache: Cache, storage: Storage, bucket: str) -> None:
        self._cache = cache
        self._storage = storage
        self._bucket = bucket
        self._keep_newest = cache.client.register_script(_KEEP_NEWEST)

    @classmethod
    def for_asking(cls, settings: Settings, storage: Storage) -> Self:
        """With a connection of its own that gives up soon; ``close`` closes it."""
        client = make_client(settings.valkey_url, timeout_s=_ASK_TIMEOUT_S, retries=1)
        return cls(Cache(client), storage, settings.bucket_processed)

    async def find(self, video: str) -> Gate | None:
        """None for a video that nobody ever let anybody watch. Raises StorageError when neither place can be asked.

        While Valkey is away it is what was true when facts were last heard.
        """
        try:
            kept = await self._cache.client.get(gate_key(video))
        except (RedisError, OSError) as error:
            _log.warning("gates_without_valkey", reason=str(error))
            return await self._find_stored(video)
        known = None if kept is None else _read(video, kept)
        if known is not None:
            return known
        stored = await self._find_stored(video)
        if stored is not None:
            await self._remember(video, stored)
        return stored

    async def put(self, pubsub: PubSub, video: str, gate: Gate) -> None:
        """Is in force everywhere within a moment; ``store`` has to follow, since Valkey forgets."""
        await self._keep(video, gate)
        await pubsub.publish(GATES_CHANNEL, {"video": video})

    async def store(self, video: str, gate: Gate) -> None:
        """The caller sees to it that no older gate is stored after a newer one."""
        await self._storage.put(
            self._bucket,
            gate_object(video),
            gate.model_dump_json().encode(),
            content_type="application/json",
        )

    async def close(self) -> None:
        await self._cache.close()

    async def _keep(self, video: str, gate: Gate) -> None:
        await self._keep_newest(keys=[gate_key(video)], args=[gate.revision, gate.model_dump_json(), _KEPT_S])

    async def _remember(self, video: str, gate: Gate) -> None:
        try:
            await self._keep(video, gate)
        except (RedisError, OSError) as error:
            _log.warning("gates_without_valkey", reason=str(error))

    async def _find_stored(self, video: str) -> Gate | None:
        try:
            return _read(video, await self._storage.get(self._bucket, gate_object(video)))
        except ObjectNotFoundError:
            return None


def _read(video: str, content: str | bytes) -> Gate | None:
    """None for what this build does not know."""
    try:
        return Gate.model_validate_json(content)
    except ValidationError as error:
        _log.warning("gate_not_readable", video=video, reason=str(error))
        return None
