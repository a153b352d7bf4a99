"""A small world to look around in: people, whom they follow, a dozen clips, likes and comments.

Made through the public API alone, and safe to be made again: what is there already stays as it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from clipgraph.demo import documents
from clipgraph.demo.api import Api
from clipgraph.demo.people import Person, complete, send_clip, sign_up
from devstack.clips import Clip, load_clips

PASSWORD = "clipgraph-demo"
"""Of everyone in the demo world; log in as @mira, for example."""

_PEOPLE = (
    ("mira", "Mira Okafor"),
    ("jonas", "Jonas Lind"),
    ("aiko", "Aiko Tanaka"),
    ("rafael", "Rafael Souza"),
    ("lena", "Lena Fischer"),
    ("sam", "Sam Carter"),
    ("noor", "Noor Haddad"),
    ("tomas", "Tomás Ruiz"),
)
_CATEGORIES = ("nature", "city", "people", "sport")
_COMMENTS = (
    "How did you film this?",
    "Third time I watch it.",
    "Made my morning.",
    "The light in this one!",
    "More of this, please.",
    "Where is that?",
)
_ACTIVE_DEADLINE_S = 300
_SIGN_UPS_AT_ONCE = 2
_UPLOADS_AT_ONCE = 3

Say = Callable[[str], None]


async def make_world(api: Api, cache_dir: Path, say: Say) -> None:
    """Returns when every clip is active, liked and commented on."""
    loading = asyncio.create_task(asyncio.to_thread(load_clips, cache_dir, say))
    people = await _sign_up_everybody(api)
    say(f"seed: {len(people)} people")
    await _follow(people)
    clips = await loading
    videos = await _publish(people, clips)
    say(f"seed: {len(videos)} clips are active")
    await _react(people, videos)
    say("seed: likes and comments are there")


async def _sign_up_everybody(api: Api) -> list[Person]:
    slots = asyncio.Semaphore(_SIGN_UPS_AT_ONCE)

    async def one(handle: str, name: str) -> Person:
        async with slots:
            return await sign_up(api, handle, name, PASSWORD)

    return await asyncio.gather(*(one(handle, name) for handle, name in _PEOPLE))


async def _follow(people: Sequence[Person]) -> None:
    """Everybody follows the next one and the one after the next two."""
    for place, person in enumerate(people):
        for step in (1, 3):
            other = people[(place + step) % len(people)]
            await person.api.mutate(documents.FOLLOW, userId=other.id)


async def _publish(people: Sequence[Person], clips: Sequence[Clip]) -> list[str]:
    slots = asyncio.Semaphore(_UPLOADS_AT_ONCE)

    async def one(place: int, clip: Clip) -> str:
        creator = people[place % len(people)]
        async with slots:
            upload_id, video_id = await send_clip(
                creator,
                clip.path,
                title=clip.title,
                key=f"seed-{clip.name}"[:64],
                category=_CATEGORIES[place % len(_CATEGORIES)],
                hashtags=[_CATEGORIES[place % len(_CATEGORIES)], "clipgraph"],
            )
            await complete(creator, upload_id)
        await _until_active(creator, video_id)
        return video_id

    return await asyncio.gather(*(one(place, clip) for place, clip in enumerate(clips)))


async def _until_active(creator: Person, video_id: str) -> None:
    async with asyncio.timeout(_ACTIVE_DEADLINE_S):
        while True:
            video = (await creator.api.query(documents.VIDEO, id=video_id))["video"]
            if video["status"] == "ACTIVE":
                return
            if video["status"] == "FAILED":
                raise RuntimeError(f"{video['title']}: {video['failure']}")
            await asyncio.sleep(0.5)


async def _react(people: Sequence[Person], videos: Sequence[str]) -> None:
    """Some are liked by many, some by few, so that feeds have something to rank."""
    for number, video_id in enumerate(videos):
        likers = [person for place, person in enumerate(people) if (place * 3 + number * 5) % 8 <= number % 8]
        for person in likers:
            await person.api.mutate(documents.LIKE, videoId=video_id)
        for place, person in enumerate(likers[:2]):
            await person.api.mutate(
                documents.ADD_COMMENT,
                videoId=video_id,
                body=_COMMENTS[(number + place) % len(_COMMENTS)],
                idempotencyKey=f"seed-{number}-{person.handle}",
            )
