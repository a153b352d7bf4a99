"""A database with people, videos and engagement, written as the platform's events would have left it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from contracts.ids import new_id


@dataclass(frozen=True, slots=True)
class Size:
    people: int = 2000
    videos: int = 5000
    likes: int = 100_000
    follows: int = 40_000


async def fill(dsn: str, size: Size) -> list[tuple[UUID, str]]:
    """Fills a migrated, empty database; (id, handle) of the people. The same figures give the same shape."""
    choose = random.Random(1)
    people = [(new_id(), f"person_{number}") for number in range(size.people)]
    connection = await asyncpg.connect(dsn)
    try:
        await _people(connection, people)
        videos = await _videos(connection, choose, [user_id for user_id, _ in people], size.videos)
        await _engagement(connection, choose, people, videos, size)
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
    return people


async def _people(connection: Any, people: list[tuple[UUID, str]]) -> None:
    await _copy(
        connection,
        "users.profiles",
        ("user_id", "handle", "display_name", "avatar_key"),
        [(user_id, handle, handle.title(), f"{user_id}/avatar.jpg") for user_id, handle in people],
    )
    await _copy(connection, "social.users", ("user_id",), [(user_id,) for user_id, _ in people])


async def _videos(connection: Any, choose: random.Random, authors: list[UUID], count: int) -> list[UUID]:
    now = datetime.now(UTC)
    videos = [
        (new_id(), choose.choice(authors), now - timedelta(minutes=choose.randrange(100_000)))
        for _ in range(count)
    ]
    await _copy(
        connection,
        "videos.videos",
        (
            "video_id",
            "author_id",
            "status",
            "percent",
            "visibility",
            "allow_comments",
            "allow_duet",
            "allow_stitch",
            "title",
            "description",
            "hashtags",
            "width",
            "height",
            "duration_ms",
            "playlist_key",
            "thumbnail_keys",
            "sprite_key",
            "published_at",
        ),
        [
            (
                video_id,
                author_id,
                "active",
                100,
                "public",
                True,
                True,
                True,
                f"Video {number}",
                "",
                ["a", "b"],
                720,
                1280,
                15_000,
                f"{video_id.hex}/v/master.m3u8",
                [f"{video_id.hex}/v/{place}.jpg" for place in range(1, 6)],
                f"{video_id.hex}/v/sprite.jpg",
                published_at,
            )
            for number, (video_id, author_id, published_at) in enumerate(videos)
        ],
    )
    await _copy(
        connection,
        "feed.videos",
        ("video_id", "author_id", "visibility", "published_at", "is_active", "revision"),
        [
            (video_id, author_id, "public", published_at, True, 1)
            for video_id, author_id, published_at in videos
        ],
    )
    await _copy(
        connection,
        "social.videos",
        ("video_id", "author_id", "visibility", "allow_comments", "is_active", "revision"),
        [(video_id, author_id, "public", True, True, 1) for video_id, author_id, _ in videos],
    )
    return [video_id for video_id, _, _ in videos]


async def _engagement(
    connection: Any, choose: random.Random, people: list[tuple[UUID, str]], videos: list[UUID], size: Size
) -> None:
    ids = [user_id for user_id, _ in people]
    likes = {(videos[int(choose.random() ** 2 * len(videos))], choose.choice(ids)) for _ in range(size.likes)}
    follows = {
        pair for _ in range(size.follows) if (pair := (choose.choice(ids), choose.choice(ids)))[0] != pair[1]
    }
    await _copy(connection, "social.likes", ("video_id", "user_id"), list(likes))
    await _copy(connection, "social.saves", ("video_id", "user_id"), list(likes)[::10])
    await _copy(connection, "social.follows", ("follower_id", "followee_id"), list(follows))
    now = datetime.now(UTC)
    await _copy(
        connection,
        "feed.follows",
        ("follower_id", "followee_id", "is_following", "changed_at"),
        [(*pair, True, now) for pair in follows],
    )
    counted = dict.fromkeys(videos, 0)
    for video_id, _ in likes:
        counted[video_id] += 1
    counters = [
        (video_id, count * 12, count, count // 10, count // 20, count // 10)
        for video_id, count in counted.items()
    ]
    await _copy(
        connection,
        "social.video_counters",
        ("video_id", "view_count", "like_count", "comment_count", "share_count", "save_count"),
        counters,
    )
    await _copy(
        connection,
        "feed.engagement",
        ("video_id", "view_count", "like_count", "comment_count", "share_count", "revision"),
        [(*row[:5], 1) for row in counters],
    )


async def _copy(connection: Any, table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    schema, name = table.split(".")
    await connection.copy_records_to_table(name, schema_name=schema, columns=columns, records=rows)
