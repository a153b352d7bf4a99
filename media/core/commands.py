"""ffmpeg command lines. Pure: tests compare them as text.

Inputs are read with a forced demuxer and local files only, metadata is dropped (no GPS leaves the platform), and
outputs are named relative to the working directory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ffmpeg

from contracts.fingerprints import HASHES_PER_S
from media.core.facts import MediaFacts
from media.core.figures import MediaFigures
from media.core.gpu import Route, decoder_options, encoder_options
from media.core.graph import (
    Node,
    compared,
    joined_windows,
    levelled_sound,
    preview_pictures,
    sampled_pictures,
    scale_chain,
    split,
    steady_pictures,
    stereo,
    still_pictures,
)
from media.core.hashing import SIDE
from media.core.ladder import PlannedRendition, fit
from media.core.layout import AUDIO, PREVIEW, SPRITE, track_file
from media.core.pace import PRESETS, Pace
from media.core.sampling import Sample
from media.core.storyboard import CANDIDATES, PLACEHOLDERS
from media.core.timing import Timing
from media.core.tracks import Track, order_tracks

_CLEAN = {"map_metadata": "-1", "map_chapters": "-1", "fflags": "+bitexact"}
_QUIET = ["-nostdin", "-hide_banner", "-nostats"]
_PATIENCE = ["-max_error_rate", "0.1"]
_ONE_GRAPH = {"reinit_filter:v": 0}
"""A picture that changes its size is scaled anew; without, the whole graph would begin anew in the middle."""
_WHOLE = {"skip_loop_filter": "all"}
SAMPLE = "sample.mkv"
_LOSSLESS = {"c:v": "ffvhuff", "f": "matroska"}
_THOROUGH = PRESETS[Pace.CAREFUL].others
"""Others put B-frames where they come: to look for better places costs an eighth and brings nothing to speak of."""
_CMAF = {"f": "mp4", "movflags": "+cmaf+delay_moov+frag_keyframe+skip_trailer"}


def loudness_command(source: Path, facts: MediaFacts, figures: MediaFigures) -> list[str]:
    """The first pass over the sound; what it found is said at the end of stderr."""
    sound = stereo(_sound(_input(source, facts, vn=None), facts), figures)
    output = sound.filter("ebur128", framelog="quiet").output("-", f="null")
    return [*_QUIET, "-loglevel", "info", *_PATIENCE, *ffmpeg.get_args(output)]


def first_command(
    source: Path,
    facts: MediaFacts,
    renditions: Sequence[PlannedRendition],
    gain_db: float,
    figures: MediaFigures,
    *,
    sample: Sample | None = None,
    route: Route = Route.PROCESSOR,
) -> list[str]:
    """One decode for all that people need to watch: these renditions, the sound, the stills and the preview; and for
    the sample that VMAF is measured against.

    Progress goes to stdout as ``key=value`` lines.
    """
    timing = Timing.of(facts, figures)
    read = _input(source, facts, threads=figures.threads, **_ONE_GRAPH)
    steady = steady_pictures(_pictures(read, facts), facts, timing)
    watched, looked_at, previewed, *kept = split(steady, 3 if sample is None else 4)
    outputs = [
        *_videos(watched, facts, renditions, figures, route),
        *_still_outputs(looked_at, facts, figures),
        _preview_output(previewed, facts, figures),
        *(_sample_output(each, facts, sample) for each in kept if sample is not None),
    ]
    if facts.has_audio:
        outputs.append(_audio(levelled_sound(_sound(read, facts), gain_db, timing, figures), figures))
    return _with_progress(outputs)


def rest_command(
    source: Path,
    facts: MediaFacts,
    renditions: Sequence[PlannedRendition],
    figures: MediaFigures,
    route: Route = Route.PROCESSOR,
) -> list[str]:
    """One decode for further renditions. Progress goes to stdout as ``key=value`` lines."""
    read = _input(source, facts, threads=figures.threads, **_ONE_GRAPH, **decoder_options(route))
    pictures = steady_pictures(_pictures(read, facts), facts, Timing.of(facts, figures))
    return _with_progress(_videos(pictures, facts, renditions, figures, route))


def copy_command(
    source: Path, facts: MediaFacts, rendition: PlannedRendition, figures: MediaFigures
) -> list[str]:
    """The source's own pictures as this rendition, without what they say beside: fragments of whole segments, though
    there be more key frames.
    """
    timing = Timing.of(facts, figures)
    shortest_us = round((timing.gop - 0.5) / timing.fps * 1_000_000)
    kept = {"c": "copy", "bsf:v": "filter_units=remove_types=6", "min_frag_duration": shortest_us}
    output = _pictures(_input(source, facts), facts).output(
        track_file(rendition.name), **_CLEAN, **_CMAF, **kept
    )
    return _with_progress([output])


def sample_command(source: Path, facts: MediaFacts, sample: Sample, figures: MediaFigures) -> list[str]:
    """The sample alone, for a job that goes on elsewhere."""
    timing = Timing.of(facts, figures)
    read = _input(source, facts, threads=figures.threads, **_ONE_GRAPH)
    steady = steady_pictures(_pictures(read, facts), facts, timing)
    return _with_progress([_sample_output(steady, facts, sample)])


def trial_command(renditions: Sequence[PlannedRendition], figures: MediaFigures) -> list[str]:
    """The sample as these renditions would be coded, each into the file of its track."""
    read = ffmpeg.input(SAMPLE, protocol_whitelist="file")
    ways = split(read["v"], len(renditions))
    outputs = [
        way.filter("scale", each.width, each.height).output(
            trial_file(each.name), **_quality(each, figures), an=None
        )
        for way, each in zip(ways, renditions, strict=True)
    ]
    return _with_progress(outputs)


def trial_vmaf_command(name: str, sample: Sample) -> list[str]:
    """Measures a rendition's trial, into ``vmaf_log(name)``."""
    return _vmaf({name: ffmpeg.input(trial_file(name), protocol_whitelist="file")["v"]}, sample)


def vmaf_command(names: Sequence[str], sample: Sample) -> list[str]:
    """Measures the excerpts of renditions, each into its ``vmaf_log``."""
    return _vmaf({name: joined_windows(_excerpts(name, sample), sample) for name in names}, sample)


def _excerpts(name: str, sample: Sample) -> list[Node]:
    return [
        ffmpeg.input(excerpt_file(name, place), protocol_whitelist="file", t=f"{sample.seconds(window):.3f}")[
            "v"
        ]
        for place, window in enumerate(sample.windows)
    ]


def _vmaf(made: Mapping[str, Node], sample: Sample) -> list[str]:
    kept = split(ffmpeg.input(SAMPLE, protocol_whitelist="file")["v"], len(made))
    outputs = [
        compared(pictures, source, sample, vmaf_log(name)).output("-", f="null")
        for (name, pictures), source in zip(made.items(), kept, strict=True)
    ]
    return _with_progress(outputs)


def vmaf_log(name: str) -> str:
    """Where the measure of a rendition is written, as JSON."""
    return f"{name}.vmaf.json"


def trial_file(name: str) -> str:
    """Where a rendition's trial is written."""
    return f"{name}.trial.mp4"


def excerpt_file(name: str, place: int) -> str:
    """Where the segment of a rendition is kept that the sample's window at ``place`` lies in."""
    return f"{name}.{place}.excerpt.mp4"


def decode_command(playlist: str, *, is_whole: bool) -> list[str]:
    """Decodes every frame that a playlist leads to, or every key frame, one a segment at least; any error ends it."""
    skipped = _WHOLE if is_whole else {"skip_frame": "nokey"}
    read = ffmpeg.input(playlist, protocol_whitelist="file", **skipped)
    return _strict([read.output("-", f="null", fps_mode="passthrough")])


def look_command(playlist: str, looks: Path) -> list[str]:
    """Decodes every frame, and writes small grey pictures of some into ``looks``."""
    checked, seen = split(ffmpeg.input(playlist, protocol_whitelist="file", **_WHOLE)["v"], 2)
    small = (
        seen.filter("fps", fps=HASHES_PER_S, eof_action="pass")
        .filter("scale", SIDE, SIDE, flags="area")
        .filter("format", "gray")
    )
    outputs = [
        checked.output("-", f="null", fps_mode="passthrough"),
        small.output(str(looks), f="rawvideo"),
    ]
    return [*_strict(outputs), "-y"]


def listen_command(playlist: str, sound_print: Path) -> list[str]:
    """Decodes all of a sound, and writes what Chromaprint makes of it into ``sound_print``."""
    heard = ffmpeg.input(playlist, protocol_whitelist="file")["a"]
    return [*_strict([heard.output(str(sound_print), f="chromaprint", fp_format="raw")]), "-y"]


def read_command(manifests: Sequence[str], tracks: Sequence[Track]) -> list[str]:
    """Reads every packet that manifests lead to; each has to have as many pictures and sounds as these tracks."""
    videos, sound = order_tracks(tracks)
    kinds = [f"v:{place}" for place in range(len(videos))] + ["a:0"] * (sound is not None)
    outputs = []
    for manifest in manifests:
        read = ffmpeg.input(manifest, protocol_whitelist="file")
        outputs.append(ffmpeg.output(*(read[kind] for kind in kinds), "-", f="null", c="copy"))
    return _strict(outputs)


def _strict(outputs: Sequence[Node]) -> list[str]:
    arguments: list[str] = ffmpeg.get_args(ffmpeg.merge_outputs(*outputs))
    return [*_QUIET, "-loglevel", "error", "-xerror", *arguments]


def _input(source: Path, facts: MediaFacts, **options: Any) -> Node:
    return ffmpeg.input(str(source), f=facts.container, protocol_whitelist="file", **options)


def _pictures(read: Node, facts: MediaFacts) -> Node:
    return read[str(facts.video_index)]


def _sound(read: Node, facts: MediaFacts) -> Node:
    return read[str(facts.audio_index)]


def _videos(
    pictures: Node,
    facts: MediaFacts,
    renditions: Sequence[PlannedRendition],
    figures: MediaFigures,
    route: Route,
) -> list[Node]:
    timing = Timing.of(facts, figures)
    streams = scale_chain(pictures, facts, renditions, route)
    return [_video(streams[each.name], each, timing, figures, route) for each in renditions]


def _video(
    stream: Node, rendition: PlannedRendition, timing: Timing, figures: MediaFigures, route: Route
) -> Node:
    """H.264 of a quality, up to a bitrate, in fragments of one closed GOP; all renditions have their key frames at the
    same places.
    """
    is_x264 = route is Route.PROCESSOR
    quality = _quality(rendition, figures) if is_x264 else _quality_on_card(rendition)
    key_frames = {"keyint_min": timing.gop, "sc_threshold": 0} if is_x264 else {}
    return stream.output(
        track_file(rendition.name),
        **_CLEAN,
        **_CMAF,
        **quality,
        **key_frames,
        g=timing.gop,
        flags="+cgop",
        a53cc=0,
        fps_mode="passthrough",
    )


def _quality(rendition: PlannedRendition, figures: MediaFigures) -> dict[str, Any]:
    return {
        "c:v": "libx264",
        "preset": rendition.preset,
        "crf": rendition.crf,
        **({} if rendition.preset == _THOROUGH else {"b_strategy": 0}),
        "maxrate": rendition.bitrate_bps,
        "bufsize": rendition.bitrate_bps * 2,
        "threads": figures.threads,
    }


def _quality_on_card(rendition: PlannedRendition) -> dict[str, Any]:
    limits = {"maxrate": rendition.bitrate_bps, "bufsize": rendition.bitrate_bps * 2}
    return encoder_options(rendition.crf) | limits


def _sample_output(steady: Node, facts: MediaFacts, sample: Sample) -> Node:
    return sampled_pictures(steady, facts, sample).output(
        SAMPLE, **_CLEAN, **_LOSSLESS, fps_mode="passthrough"
    )


def _audio(sound: Node, figures: MediaFigures) -> Node:
    return sound.output(
        track_file(AUDIO),
        **_CLEAN,
        **_CMAF,
        **{
            "c:a": "aac",
            "b:a": figures.audio_bitrate_bps,
            "ac": 2,
            "frag_duration": figures.segment_s * 1_000_000,
        },
    )


def _still_outputs(pictures: Node, facts: MediaFacts, figures: MediaFigures) -> list[Node]:
    """Candidates for thumbnails, the sprite, and tiny pictures to make placeholders of."""
    candidates, tiles, tiny = split(still_pictures(pictures, facts, figures), 3)
    tile = fit(facts.width, facts.height, figures.sprite_tile_long_side)
    dot = fit(facts.width, facts.height, figures.placeholder_long_side)
    rows = figures.stills // figures.sprite_columns
    sprite = tiles.filter("scale", *tile).filter("tile", f"{figures.sprite_columns}x{rows}")
    return [
        candidates.output(CANDIDATES, **_CLEAN, **{"q:v": 3}),
        sprite.output(SPRITE, **_CLEAN, **{"q:v": 5, "frames:v": 1, "update": 1}),
        tiny.filter("scale", *dot).filter("format", "rgb24").output(PLACEHOLDERS, f="rawvideo", **_CLEAN),
    ]


def _preview_output(pictures: Node, facts: MediaFacts, figures: MediaFigures) -> Node:
    options = {"c:v": "libwebp_anim", "q:v": 50, "compression_level": 2, "loop": 0}
    return preview_pictures(pictures, facts, figures).output(PREVIEW, f="webp", **_CLEAN, **options)


def _with_progress(outputs: Sequence[Node]) -> list[str]:
    arguments: list[str] = ffmpeg.get_args(ffmpeg.merge_outputs(*outputs))
    prefix = [*_QUIET, "-loglevel", "error", "-progress", "pipe:1", *_PATIENCE]
    return [*prefix, *arguments, "-y"]
