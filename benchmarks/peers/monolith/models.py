"""ORM classes over the platform's tables."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Profile(Base):
    __tablename__ = "profiles"
    __table_args__ = {"schema": "users"}

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    handle: Mapped[str]
    display_name: Mapped[str]
    avatar_key: Mapped[str | None]


class Counters(Base):
    __tablename__ = "video_counters"
    __table_args__ = {"schema": "social"}

    video_id: Mapped[UUID] = mapped_column(ForeignKey("videos.videos.video_id"), primary_key=True)
    view_count: Mapped[int] = mapped_column(BigInteger)
    like_count: Mapped[int] = mapped_column(BigInteger)
    comment_count: Mapped[int] = mapped_column(BigInteger)
    share_count: Mapped[int] = mapped_column(BigInteger)
    save_count: Mapped[int] = mapped_column(BigInteger)
    revision: Mapped[int] = mapped_column(BigInteger)


class Video(Base):
    __tablename__ = "videos"
    __table_args__ = {"schema": "videos"}

    video_id: Mapped[UUID] = mapped_column(primary_key=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.profiles.user_id"))
    status: Mapped[str]
    visibility: Mapped[str]
    title: Mapped[str]
    duration_ms: Mapped[int | None]
    playlist_key: Mapped[str | None]
    thumbnail_keys: Mapped[list[str]] = mapped_column(ARRAY(Text))
    published_at: Mapped[datetime]

    author: Mapped[Profile] = relationship(lazy="raise")
    counters: Mapped[Counters | None] = relationship(
        primaryjoin="Video.video_id == foreign(Counters.video_id)", lazy="raise"
    )


class Like(Base):
    __tablename__ = "likes"
    __table_args__ = {"schema": "social"}

    video_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)


class Save(Base):
    __tablename__ = "saves"
    __table_args__ = {"schema": "social"}

    video_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)


class Follow(Base):
    __tablename__ = "follows"
    __table_args__ = {"schema": "social"}

    follower_id: Mapped[UUID] = mapped_column(primary_key=True)
    followee_id: Mapped[UUID] = mapped_column(primary_key=True)


class Outbox(Base):
    __tablename__ = "outbox"
    __table_args__ = {"schema": "social"}

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    event_id: Mapped[UUID]
    topic: Mapped[str]
    key: Mapped[str]
    payload: Mapped[bytes]
