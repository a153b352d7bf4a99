"""Dataloaders, traced, that load single keys and whole columns of them in the same batches."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from aiodataloader import DataLoader, get_chunks

from kit.telemetry import span

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")

_TICKS_OPEN = 2
"""How many turns of the event loop a batch waits for more keys: resolvers that begin now get theirs in."""


class _Batch(Generic[KeyT]):
    """Keys that are loaded together. ``values`` are there, exceptions among them, when ``is_done`` has a result."""

    __slots__ = ("is_done", "keys", "values", "waiting")

    def __init__(self, is_done: asyncio.Future[None]) -> None:
        self.keys: list[KeyT] = []
        self.waiting: list[tuple[KeyT, asyncio.Future[Any]]] = []
        self.values: dict[KeyT, Any] = {}
        self.is_done = is_done


class Loader(DataLoader[KeyT, ValueT]):
    """A dataloader of one access path. Subclasses give ``batch_load_fn``; each batch is a span of that name.

    ``load_column`` loads many keys without a future for each; whoever asks for one of them meanwhile or afterwards
    gets it from there. Without a cache, without batches or with cache keys of its own a loader is aiodataloader's.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        has_own_keys = "get_cache_key" in options or hasattr(type(self), "get_cache_key")
        self._loads_columns = bool(self.cache) and self.batch and not has_own_keys
        self._batch_of: dict[Any, _Batch[Any]] = {}
        self._open: _Batch[Any] | None = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        load = cls.__dict__.get("batch_load_fn")
        if load is None:
            return

        async def traced(self: Any, keys: list[Any]) -> Any:
            with span("loader.batch", loader=cls.__name__, keys=len(keys)):
                return await load(self, keys)

        cls.batch_load_fn = traced  # type: ignore[assignment, misc]

    def load_column(self, keys: Sequence[KeyT | None]) -> Coroutine[Any, Any, list[Any]]:
        """What there is for each key, or the exception that loading it gave; None for None.

        The keys are on their way when this returns; await the result for the values.
        """
        kinds = set(map(type, keys))
        if type(None) not in kinds:
            return self._column(keys)
        return self._spread(keys, self._column([key for key in keys if key is not None]))

    async def _spread(self, keys: Sequence[KeyT | None], column: Coroutine[Any, Any, list[Any]]) -> list[Any]:
        values = iter(await column)
        return [None if key is None else next(values) for key in keys]

    def _column(self, keys: Sequence[Any]) -> Coroutine[Any, Any, list[Any]]:
        batch_of = self._batch_of
        if not keys or not self._loads_columns or not self._cache.keys().isdisjoint(keys):
            return self._await_each([self.load(key) for key in keys])
        if batch_of.keys().isdisjoint(keys):
            batch = self._open_batch()
            own = dict.fromkeys(keys, batch)
            batch_of.update(own)
            batch.keys.extend(own)
            return self._await_batch(batch, keys)
        for key in keys:
            if key not in batch_of:
                batch = batch_of[key] = self._open_batch()
                batch.keys.append(key)
        return self._await_batches([batch_of[key] for key in keys], keys)

    async def _await_each(self, futures: Iterable[asyncio.Future[Any]]) -> list[Any]:
        values: list[Any] = []
        for future in futures:
            try:
                values.append(future.result() if future.done() else await future)
            except Exception as error:  # noqa: BLE001 - as documented
                values.append(error)
        return values

    async def _await_batch(self, batch: _Batch[Any], keys: Sequence[Any]) -> list[Any]:
        if not batch.is_done.done():
            await batch.is_done
        return list(map(batch.values.__getitem__, keys))

    async def _await_batches(self, batches: list[_Batch[Any]], keys: Sequence[Any]) -> list[Any]:
        for batch in batches:
            if not batch.is_done.done():
                await batch.is_done
        return [batch.values[key] for batch, key in zip(batches, keys, strict=True)]

    def load(self, key: KeyT) -> asyncio.Future[ValueT]:
        """A future of the value."""
        batch = self._batch_of.get(key) if self._loads_columns else None
        if batch is None or key in self._cache:
            return super().load(key)
        future: asyncio.Future[ValueT] = self.loop.create_future()
        self._cache[key] = future
        if batch.is_done.done():
            _resolve(future, batch.values[key])
        else:
            batch.waiting.append((key, future))
        return future

    def do_resolve_reject(self, key: KeyT, future: asyncio.Future[ValueT]) -> None:
        """aiodataloader calls it for a key that nobody asked for yet."""
        if not self._loads_columns:
            super().do_resolve_reject(key, future)
            return
        batch = self._open_batch()
        batch.keys.append(key)
        batch.waiting.append((key, future))

    def clear(self, key: KeyT) -> Loader[KeyT, ValueT]:
        if self._loads_columns:
            self._batch_of.pop(key, None)
        return super().clear(key)

    def clear_all(self) -> Loader[KeyT, ValueT]:
        self._batch_of.clear()
        return super().clear_all()

    def prime(self, key: KeyT, value: ValueT) -> Loader[KeyT, ValueT]:
        is_known = self._loads_columns and key in self._batch_of
        return self if is_known else super().prime(key, value)

    def _open_batch(self) -> _Batch[Any]:
        batch = self._open
        if batch is None:
            batch = self._open = _Batch(self.loop.create_future())
            self._wait(_TICKS_OPEN, batch)
        return batch

    def _wait(self, ticks: int, batch: _Batch[Any]) -> None:
        if ticks:
            self.loop.call_soon(self._wait, ticks - 1, batch)
        else:
            task = self.loop.create_task(self._run(batch))
            own = _batches.get()
            batches = _running if own is None else own
            task.add_done_callback(batches.discard)
            batches.add(task)

    async def _run(self, batch: _Batch[Any]) -> None:
        if self._open is batch:
            self._open = None
        try:
            batch.values = await self._load_batch(batch.keys)
        except Exception as error:  # noqa: BLE001 - it is everybody's who asked, and is not kept
            batch.values = dict.fromkeys(batch.keys, error)
            for key in batch.keys:
                self.clear(key)
        finally:
            if not batch.values and batch.keys:
                batch.is_done.cancel()
            elif not batch.is_done.done():
                batch.is_done.set_result(None)
            for key, future in batch.waiting:
                if batch.is_done.cancelled():
                    future.cancel()
                elif not future.done():
                    _resolve(future, batch.values[key])

    async def _load_batch(self, keys: list[Any]) -> dict[Any, Any]:
        size = self.max_batch_size
        if size is None or len(keys) <= size:
            return await self._load_chunk(keys)
        chunks = await asyncio.gather(*(self._load_chunk(chunk) for chunk in get_chunks(keys, size)))
        return {key: value for chunk in chunks for key, value in chunk.items()}

    async def _load_chunk(self, keys: list[Any]) -> dict[Any, Any]:
        values = list(await self.batch_load_fn(keys))
        if len(values) != len(keys):
            raise TypeError(f"{type(self).__name__} gave {len(values)} values for {len(keys)} keys")
        return dict(zip(keys, values, strict=True))


_running: set[asyncio.Task[None]] = set()
_batches: ContextVar[set[asyncio.Task[None]] | None] = ContextVar("batches", default=None)


class BatchesOfRequest:
    """``with BatchesOfRequest():`` around a request. When it is cancelled, so is what its loaders have under way."""

    __slots__ = ("_batches", "_token")

    def __enter__(self) -> None:
        self._batches: set[asyncio.Task[None]] = set()
        self._token = _batches.set(self._batches)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        _batches.reset(self._token)
        if kind is not None and issubclass(kind, asyncio.CancelledError):
            for task in self._batches:
                task.cancel()


def forget_loaded(loaders: object) -> None:
    """For a request that has just changed what its loaders read: what they are asked for from now on is read anew."""
    for loader in getattr(loaders, "__dict__", {}).values():
        if isinstance(loader, DataLoader):
            loader.clear_all()


def _resolve(future: asyncio.Future[Any], value: Any) -> None:
    if isinstance(value, Exception):
        future.set_exception(value)
    else:
        future.set_result(value)


async def load_known(
    loader: DataLoader[KeyT, ValueT | None], keys: Sequence[KeyT | None]
) -> list[ValueT | None]:
    """What the loader has for each key; None for no key. Keys are loaded together. Raises what loading one gave."""
    if not isinstance(loader, Loader):
        futures = [None if key is None else loader.load(key) for key in keys]
        return [None if future is None else await future for future in futures]
    return _checked(await loader.load_column(keys))


async def load_all(loader: Loader[KeyT, ValueT], keys: Sequence[KeyT]) -> list[ValueT]:
    """``load_many`` without a future for each key. Raises what loading one gave."""
    return _checked(await loader.load_column(keys))


def _checked(values: list[Any]) -> list[Any]:
    for value in values:
        if isinstance(value, Exception):
            raise value
    return values
