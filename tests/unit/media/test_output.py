"""Manifests over tracks, and the judgement on what was made."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from media.core.checking import check_tracks
from media.core.errors import BrokenOutputError
from media.core.figures import FIGURES
from media.core.ladder import plan_renditions
from media.core.playlists import dash_manifest, master_playlist, media_playlist
from media.core.tracks import Track
from tests.support.media_facts import media_facts
from tests.support.media_tracks import media_track

LOW, HIGH, SOUND = media_track("360p"), media_track("720p", segment_bytes=600_000), media_track("audio")
FACTS = media_facts()
NS = {"": "urn:mpeg:dash:schema:mpd:2011"}


def test_a_media_playlist_lists_its_segments() -> None:
    assert media_playlist(media_track("360p", seconds=3)) == (
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n"
        "#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n"
        '#EXT-X-MAP:URI="init.mp4"\n'
        "#EXTINF:2.000000,\nseg_00000.m4s\n#EXTINF:1.000000,\nseg_00001.m4s\n#EXT-X-ENDLIST\n"
    )


def test_renditions_join_the_master_playlist_and_leave_the_rest_as_it_was() -> None:
    before, after = master_playlist([LOW, SOUND]), master_playlist([LOW, SOUND, HIGH])
    assert before == (
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="audio",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",'
        'URI="audio/index.m3u8"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=1200000,AVERAGE-BANDWIDTH=1200000,CODECS="avc1.64001E,mp4a.40.2",'
        'RESOLUTION=640x360,FRAME-RATE=30.000,AUDIO="audio"\n360p/index.m3u8\n'
    )
    assert after.startswith(before)
    assert after.endswith("720p/index.m3u8\n")


def test_dash_leads_to_the_same_segments() -> None:
    mpd = ET.fromstring(dash_manifest([LOW, SOUND, HIGH]))
    assert (mpd.get("type"), mpd.get("mediaPresentationDuration")) == ("static", "PT12.000S")
    found = {each.get("id"): each for each in mpd.findall(".//Representation", NS)}
    assert list(found) == ["360p", "720p", "audio"]
    template = found["720p"].find("SegmentTemplate", NS)
    assert template is not None
    assert template.get("initialization") == "$RepresentationID$/init.mp4"
    assert template.get("media") == "$RepresentationID$/seg_$Number%05d$.m4s"
    times = [each.attrib for each in template.findall(".//S", NS)]
    assert times == [{"t": "0", "d": "30720", "r": "5"}]
    assert {name: found["720p"].get(name) for name in ("width", "height", "bandwidth", "frameRate")} == {
        "width": "1280",
        "height": "720",
        "bandwidth": "2400000",
        "frameRate": "30000/1000",
    }


def test_a_video_without_sound_names_none() -> None:
    assert "audio" not in master_playlist([LOW])
    assert "audio" not in dash_manifest([LOW])


def test_a_short_last_segment_does_not_set_the_peak() -> None:
    *whole, last = media_track("360p", seconds=12.1).segments
    track = replace(LOW, segments=(*whole, replace(last, size_bytes=90_000)))
    assert track.peak_bps == 600_000


def test_what_was_planned_passes() -> None:
    renditions = plan_renditions(FACTS, FIGURES)
    check_tracks([LOW, HIGH, SOUND], FACTS, renditions, FIGURES, has_sound=True)


def _without(track: Track, place: int) -> Track:
    return replace(track, segments=track.segments[:place] + track.segments[place + 1 :])


def _changed(track: Track, place: int, **change: int) -> Track:
    segments = list(track.segments)
    segments[place] = replace(segments[place], **change)  # type: ignore[arg-type]
    return replace(track, segments=tuple(segments))


@pytest.mark.parametrize(
    ("tracks", "fault"),
    [
        ([LOW, SOUND], "720p is missing"),
        ([LOW, HIGH], "sound is missing"),
        ([LOW, _without(HIGH, 5), SOUND], "720p has 5 segments, not 6"),
        ([LOW, _without(HIGH, 5), SOUND], "720p lasts 10.000 s, the source 12.000 s"),
        ([LOW, _without(HIGH, 2), SOUND], "720p has a gap between segments"),
        ([LOW, replace(HIGH, init=LOW.init), SOUND], "720p is 640x360"),
        ([LOW, _changed(HIGH, 1, size_bytes=0), SOUND], "720p has an empty segment"),
        ([LOW, _changed(HIGH, 1, samples=61), SOUND], "720p has a segment longer than a GOP"),
        ([LOW, _changed(HIGH, 1, starts_with_key=False), SOUND], "no player can start with"),
        ([LOW, HIGH, media_track("audio", seconds=11)], "audio lasts 11.000 s"),
    ],
)
def test_what_is_not_as_planned_is_broken(tracks: list[Track], fault: str) -> None:
    with pytest.raises(BrokenOutputError, match=re.escape(fault)):
        check_tracks(tracks, FACTS, plan_renditions(FACTS, FIGURES), FIGURES, has_sound=True)


def test_sound_that_nobody_planned_is_broken() -> None:
    with pytest.raises(BrokenOutputError, match="nobody planned"):
        check_tracks([HIGH, SOUND], FACTS, plan_renditions(FACTS, FIGURES)[1:], FIGURES, has_sound=False)


def test_tracks_survive_json() -> None:
    assert Track.from_json(SOUND.to_json()) == SOUND
