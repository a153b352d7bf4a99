"""The origin: what a CDN (or a player, on one machine) fetches playlists, segments and pictures from."""

from media.origin.app import Origin, OriginFigures
from media.origin.opening import open_origin

__all__ = ["Origin", "OriginFigures", "open_origin"]
