"""Manifests over one set of segments: HLS (RFC 8216) and DASH (ISO 23009-1). Names are relative to the video's folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from math import ceil
from xml.sax.saxutils import quoteattr

from media.core.layout import AUDIO, INIT, MANIFEST, MASTER, PLAYLIST, segment_name
from media.core.tracks import Track, order_tracks

_PROFILES = "urn:mpeg:dash:profile:isoff-live:2011,urn:mpeg:dash:profile:cmaf:2019"


def manifests(tracks: Sequence[Track]) -> dict[str, str]:
    """By name, over all tracks that the video has so far."""
    return {MASTER: master_playlist(tracks), MANIFEST: dash_manifest(tracks)}


def media_playlist(track: Track) -> str:
    """HLS, one track."""
    longest = max(track.seconds(segment) for segment in track.segments)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{max(1, ceil(longest - 0.5))}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="{INIT}"',
    ]
    for number, segment in enumerate(track.segments):
        lines += [f"#EXTINF:{track.seconds(segment):.6f},", segment_name(number)]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def master_playlist(tracks: Sequence[Track]) -> str:
    """HLS, all renditions that there are, the sound once beside them."""
    videos, sound = order_tracks(tracks)
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    if sound is not None:
        lines.append(
            f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{AUDIO}",NAME="{AUDIO}",DEFAULT=YES,AUTOSELECT=YES,'
            f'CHANNELS="{sound.init.channels}",URI="{sound.name}/{PLAYLIST}"'
        )
    for video in videos:
        lines += [f"#EXT-X-STREAM-INF:{_stream_inf(video, sound)}", f"{video.name}/{PLAYLIST}"]
    return "\n".join([*lines, ""])


def dash_manifest(tracks: Sequence[Track]) -> str:
    """DASH, the same."""
    videos, sound = order_tracks(tracks)
    length_s = max(track.duration_s for track in videos)
    sets = [_adaptation_set("video", videos)]
    if sound is not None:
        sets.append(_adaptation_set("audio", [sound]))
    presentation = {
        "xmlns": "urn:mpeg:dash:schema:mpd:2011",
        "type": "static",
        "profiles": _PROFILES,
        "mediaPresentationDuration": f"PT{length_s:.3f}S",
        "minBufferTime": "PT2S",
    }
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f"<MPD{_attributes(presentation)}>",
            '  <Period id="0" start="PT0S">',
            *sets,
            "  </Period>",
            "</MPD>",
            "",
        ]
    )


def _stream_inf(video: Track, sound: Track | None) -> str:
    beside = [sound] if sound is not None else []
    codecs = ",".join(track.init.codec for track in (video, *beside))
    attributes = [
        f"BANDWIDTH={sum(track.peak_bps for track in (video, *beside))}",
        f"AVERAGE-BANDWIDTH={sum(track.average_bps for track in (video, *beside))}",
        f'CODECS="{codecs}"',
        f"RESOLUTION={video.init.width}x{video.init.height}",
        f"FRAME-RATE={_frame_rate(video):.3f}",
        *(f'AUDIO="{AUDIO}"' for _ in beside),
    ]
    return ",".join(attributes)


def _adaptation_set(kind: str, tracks: Sequence[Track]) -> str:
    attributes: dict[str, str | int] = {
        "id": int(kind == "audio"),
        "contentType": kind,
        "mimeType": f"{kind}/mp4",
        "segmentAlignment": "true",
        "startWithSAP": 1,
    }
    lines = [f"    <AdaptationSet{_attributes(attributes)}>"]
    for track in tracks:
        lines += [_representation(track), *_template(track), "      </Representation>"]
    return "\n".join([*lines, "    </AdaptationSet>"])


def _representation(track: Track) -> str:
    init = track.init
    common: dict[str, str | int] = {"id": track.name, "codecs": init.codec, "bandwidth": track.peak_bps}
    if not track.is_video:
        sound = _attributes({"audioSamplingRate": init.sample_rate_hz})
        return f"      <Representation{_attributes(common)}{sound}>{_channels(track)}"
    rate = f"{round(_frame_rate(track) * 1000)}/1000"
    size: dict[str, str | int] = {"width": init.width, "height": init.height, "sar": "1:1", "frameRate": rate}
    return f"      <Representation{_attributes(common | size)}>"


def _channels(track: Track) -> str:
    scheme = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011"
    return f'<AudioChannelConfiguration schemeIdUri="{scheme}" value="{track.init.channels}"/>'


def _template(track: Track) -> list[str]:
    """Equal durations in a row are one entry."""
    names: dict[str, str | int] = {
        "timescale": track.init.timescale,
        "initialization": f"$RepresentationID$/{INIT}",
        "media": "$RepresentationID$/seg_$Number%05d$.m4s",
        "startNumber": 0,
    }
    lines = [f"        <SegmentTemplate{_attributes(names)}><SegmentTimeline>"]
    for duration, group in groupby(track.segments, key=lambda segment: segment.duration):
        run = list(group)
        times = _attributes({"t": run[0].start, "d": duration, "r": len(run) - 1})
        lines.append(f"          <S{times}/>")
    return [*lines, "        </SegmentTimeline></SegmentTemplate>"]


def _attributes(values: Mapping[str, str | int]) -> str:
    return "".join(f" {name}={quoteattr(str(value))}" for name, value in values.items())


def _frame_rate(video: Track) -> float:
    return video.samples / video.duration_s
