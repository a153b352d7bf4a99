"""Filter graphs as data: what happens to the picture and the sound between decoder and encoders.

Nothing here runs; nodes are ``ffmpeg-python``'s, and tests compare the graphs as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ffmpeg

from media.core.facts import MediaFacts, Transfer
from media.core.figures import MediaFigures
from media.core.gpu import Route
from media.core.ladder import PlannedRendition, fit
from media.core.marking import WATERMARK, margin
from media.core.sampling import Sample
from media.core.timing import Timing

Node = Any
"""A stream of an ``ffmpeg-python`` graph, which has no types."""


def steady_pictures(pictures: Node, facts: MediaFacts, timing: Timing) -> Node:
    """Whole frames at a constant rate from the file's beginning to its end.

    The last picture is held as long as the file says and not longer, so that a decoder which gives up early shows in
    the length of what was made.
    """
    if facts.is_interlaced:
        pictures = pictures.filter("bwdif", mode="send_frame", parity="auto", deint="interlaced")
    held_ms = facts.duration_ms - facts.last_frame_ms
    steady = (
        pictures.filter("fps", fps=str(timing.fps), start_time=0, eof_action="pass")
        .filter("tpad", stop_mode="clone", stop_duration=f"{held_ms / 1000:.3f}")
        .filter("trim", end_frame=timing.frames)
    )
    return steady if facts.watermark is None else _marked(steady, facts)


def _marked(pictures: Node, facts: MediaFacts) -> Node:
    """With the watermark's PNG, which lies beside what is made, in the lower left corner."""
    mark = ffmpeg.input(WATERMARK, protocol_whitelist="file")["v"]
    space = margin(facts.width, facts.height)
    return ffmpeg.filter(
        [pictures, mark],
        "overlay",
        x=space,
        y=f"main_h-overlay_h-{space}",
        format="auto",
        eof_action="repeat",
    )


def scale_chain(
    pictures: Node, facts: MediaFacts, renditions: Sequence[PlannedRendition], route: Route
) -> dict[str, Node]:
    """A stream for each rendition by name: the largest is scaled from the source, each other from the next larger."""
    ordered = sorted(renditions, key=lambda each: each.height, reverse=True)
    streams: dict[str, Node] = {}
    current = _largest(pictures, facts, ordered[0], route)
    for place, rendition in enumerate(ordered):
        if place and route is Route.PROCESSOR:
            current = current.filter("scale", rendition.width, rendition.height)
        elif place:
            current = current.filter("scale_cuda", rendition.width, rendition.height)
        if place == len(ordered) - 1:
            streams[rendition.name] = current
        else:
            branches = split(current, 2)
            streams[rendition.name], current = branches
    return streams


def _largest(pictures: Node, facts: MediaFacts, rendition: PlannedRendition, route: Route) -> Node:
    if route is Route.CARD:
        scaled = pictures.filter("scale_cuda", rendition.width, rendition.height, format="nv12")
        return scaled.filter("setsar", 1).filter("sidedata", mode="delete")
    shown = resized(pictures, facts, rendition.width, rendition.height)
    return shown if route is Route.PROCESSOR else shown.filter("format", "nv12").filter("hwupload_cuda")


def resized(pictures: Node, facts: MediaFacts, width: int, height: int) -> Node:
    """Square pixels, 8 bits, standard range; nothing is left of what the source said beside its frames."""
    if facts.transfer is Transfer.SDR:
        shown = pictures.filter("scale", width, height, out_range="tv")
    else:
        shown = _tone_mapped(pictures, width, height)
    return shown.filter("setsar", 1).filter("format", "yuv420p").filter("sidedata", mode="delete")


def _tone_mapped(pictures: Node, width: int, height: int) -> Node:
    """HDR (PQ or HLG) to SDR BT.709, in linear light and at the size that is wanted."""
    return (
        pictures.filter("zscale", w=width, h=height, t="linear", npl=100)
        .filter("format", "gbrpf32le")
        .filter("zscale", p="bt709")
        .filter("tonemap", tonemap="hable", desat=0)
        .filter("zscale", t="bt709", m="bt709", r="tv")
    )


def sampled_pictures(pictures: Node, facts: MediaFacts, sample: Sample) -> Node:
    """The frames that VMAF is measured on, as encoders get them."""
    chosen = pictures.filter("select", sample.expression())
    return resized(chosen, facts, sample.width, sample.height)


def compared(made: Node, kept: Node, sample: Sample, log: str) -> Node:
    """VMAF of frames that were made against those that were kept, matched by their place in a row; to a file of JSON."""
    pair = [_in_a_row(made.filter("scale", sample.width, sample.height)), _in_a_row(kept)]
    return ffmpeg.filter(
        pair, "libvmaf", n_threads=2, n_subsample=_MEASURED_EVERY, log_fmt="json", log_path=log
    )


def joined_windows(excerpts: Sequence[Node], sample: Sample) -> Node:
    """The frames of the sample, out of the segment of each of its windows."""
    parts = [
        excerpt.filter("trim", start_frame=window.offset, end_frame=window.offset + window.frames).filter(
            "setpts", "PTS-STARTPTS"
        )
        for excerpt, window in zip(excerpts, sample.windows, strict=True)
    ]
    return ffmpeg.concat(*parts) if len(parts) > 1 else parts[0]


def _in_a_row(pictures: Node) -> Node:
    """Times that are their places."""
    return pictures.filter("settb", "1/25").filter("setpts", "N")


_MEASURED_EVERY = 3
"""What moves between frames is seen in all of them."""


def still_pictures(pictures: Node, facts: MediaFacts, figures: MediaFigures) -> Node:
    """``figures.stills`` frames, evenly over the video, at the size of thumbnails and rated in ``STILLS_LOG``."""
    width, height = fit(facts.width, facts.height, figures.thumbnail_long_side)
    sampled = (
        pictures.filter("fps", fps=f"{figures.stills * 1000}/{max(1, facts.duration_ms)}", start_time=0)
        .filter("tpad", stop=figures.stills, stop_mode="clone")
        .filter("trim", end_frame=figures.stills)
    )
    return (
        resized(sampled, facts, width, height)
        .filter("signalstats")
        .filter("blurdetect")
        .filter("metadata", mode="print", file=STILLS_LOG)
    )


STILLS_LOG = "stills.txt"


def preview_pictures(pictures: Node, facts: MediaFacts, figures: MediaFigures) -> Node:
    """A few seconds out of the first half."""
    width, height = fit(facts.width, facts.height, figures.preview_long_side)
    room_s = max(0.0, facts.duration_ms / 1000 - figures.preview_s)
    cut = (
        pictures.filter("trim", start=f"{room_s * 0.3:.3f}", duration=figures.preview_s)
        .filter("setpts", "PTS-STARTPTS")
        .filter("fps", fps=figures.preview_fps)
    )
    return resized(cut, facts, width, height)


def stereo(sound: Node, figures: MediaFigures) -> Node:
    """Two channels from the file's beginning, gaps filled."""
    return sound.filter(
        "aresample", figures.audio_rate_hz, **{"async": 1}, first_pts=0, out_chlayout="stereo"
    )


def levelled_sound(sound: Node, gain_db: float, timing: Timing, figures: MediaFigures) -> Node:
    """As loud as everybody's, no peak above ``peak_db``, exactly as long as the picture."""
    length = f"{timing.duration_s:.6f}"
    node = stereo(sound, figures)
    if gain_db:
        node = node.filter("volume", f"{gain_db:.2f}dB").filter(
            "alimiter", limit=f"{figures.peak_db:g}dB", level="disabled", latency=1
        )
    return node.filter("apad", whole_dur=length).filter("atrim", end=length)


def split(pictures: Node, ways: int) -> list[Node]:
    """The same stream several times; ``ffmpeg-python`` wants it said."""
    if ways == 1:
        return [pictures]
    branches = pictures.filter_multi_output("split", ways)
    return [branches[place] for place in range(ways)]
