"""Whether what ffmpeg made is what was planned. Nothing is published that isn't."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from media.core.errors import BrokenOutputError
from media.core.facts import MediaFacts
from media.core.figures import MediaFigures
from media.core.ladder import PlannedRendition
from media.core.timing import Timing
from media.core.tracks import Track


def check_tracks(
    tracks: Sequence[Track],
    facts: MediaFacts,
    renditions: Sequence[PlannedRendition],
    figures: MediaFigures,
    *,
    has_sound: bool,
) -> None:
    """Raises BrokenOutputError with every fault."""
    timing = Timing.of(facts, figures)
    found = {track.name: track for track in tracks}
    faults = [f"{each.name} is missing" for each in renditions if each.name not in found]
    for rendition in renditions:
        if rendition.name in found:
            faults += _video_faults(found[rendition.name], rendition, timing)
    if has_sound != any(not track.is_video for track in tracks):
        faults.append("sound is missing" if has_sound else "there is sound that nobody planned")
    for track in tracks:
        faults += _timeline_faults(track, facts.duration_ms, figures)
    if faults:
        raise BrokenOutputError(faults)


def _video_faults(track: Track, planned: PlannedRendition, timing: Timing) -> list[str]:
    faults = []
    if (track.init.width, track.init.height) != (planned.width, planned.height):
        faults.append(f"{track.name} is {track.init.width}x{track.init.height}")
    segments = ceil(timing.frames / timing.gop)
    if len(track.segments) != segments:
        faults.append(f"{track.name} has {len(track.segments)} segments, not {segments}")
    if any(segment.samples > timing.gop for segment in track.segments):
        faults.append(f"{track.name} has a segment longer than a GOP")
    if not all(segment.starts_with_key for segment in track.segments):
        faults.append(f"{track.name} has a segment that no player can start with")
    return faults


def _timeline_faults(track: Track, expected_ms: int, figures: MediaFigures) -> list[str]:
    faults = []
    if abs(track.duration_s * 1000 - expected_ms) > figures.duration_slack_ms:
        faults.append(f"{track.name} lasts {track.duration_s:.3f} s, the source {expected_ms / 1000:.3f} s")
    if any(not segment.size_bytes or not segment.samples for segment in track.segments):
        faults.append(f"{track.name} has an empty segment")
    ends = [segment.start + segment.duration for segment in track.segments]
    starts = [segment.start for segment in track.segments]
    if starts != [0, *ends[:-1]]:
        faults.append(f"{track.name} has a gap between segments")
    return faults
