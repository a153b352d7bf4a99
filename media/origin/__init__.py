"""The origin: what a CDN (or a player, on one machine) fetches playlists, segments and pictures from."""

from media.origin.app import create_origin

__all__ = ["create_origin"]
