"""ffmpeg command lines and their filter graphs, as text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from media.core.commands import (
    decode_command,
    first_command,
    listen_command,
    look_command,
    loudness_command,
    read_command,
    rest_command,
)
from media.core.facts import MediaFacts, Transfer
from media.core.figures import FIGURES as PLAIN
from media.core.ladder import plan_renditions
from media.core.timing import Timing
from tests.support.media_facts import media_facts
from tests.support.media_tracks import media_track

SOURCE = Path("/job/source")
FIGURES = replace(PLAIN, threads=3)


def first(facts: MediaFacts, gain_db: float = 0.0) -> list[str]:
    return first_command(SOURCE, facts, plan_renditions(facts, FIGURES)[:1], gain_db, FIGURES)


def rest(facts: MediaFacts) -> list[str]:
    return rest_command(SOURCE, facts, plan_renditions(facts, FIGURES)[1:], FIGURES)


def graph(command: Sequence[str]) -> list[str]:
    """The steps of its filter graph, without labels of streams in between."""
    return [
        step.split("]", 1)[1].split("[")[0]
        for step in command[command.index("-filter_complex") + 1].split(";")
    ]


def values(command: Sequence[str], option: str) -> list[str]:
    return [value for name, value in pairwise(command) if name == option]


def test_one_process_and_one_decode_make_all_that_is_needed_to_watch() -> None:
    command = first(media_facts(), 3.5)
    assert values(command, "-i") == ["/job/source"]
    assert graph(command) == [
        "fps=eof_action=pass:fps=30:start_time=0",
        "tpad=stop_duration=0.033:stop_mode=clone",
        "trim=end_frame=360",
        "split=3",
        "scale=640:360:out_range=tv",
        "setsar=1",
        "format=yuv420p",
        "sidedata=mode=delete",
        "fps=fps=25000/12000:start_time=0",
        "tpad=stop=25:stop_mode=clone",
        "trim=end_frame=25",
        "scale=720:404:out_range=tv",
        "setsar=1",
        "format=yuv420p",
        "sidedata=mode=delete",
        "signalstats",
        "blurdetect",
        "metadata=file=stills.txt:mode=print",
        "split=3",
        "scale=160:90",
        "tile=5x5",
        "scale=32:18",
        "format=rgb24",
        "trim=duration=3.0:start=2.700",
        "setpts=PTS-STARTPTS",
        "fps=fps=8",
        "scale=320:180:out_range=tv",
        "setsar=1",
        "format=yuv420p",
        "sidedata=mode=delete",
        "aresample=48000:async=1:first_pts=0:out_chlayout=stereo",
        "volume=3.50dB",
        "alimiter=latency=1:level=disabled:limit=-1dB",
        "apad=whole_dur=12.000000",
        "atrim=end=12.000000",
    ]


def test_a_rendition_is_closed_gops_in_fragments_at_the_bitrate_of_its_rung() -> None:
    text = " ".join(first(media_facts()))
    assert (
        "-f mp4 -a53cc 0 -b_strategy 0 -bufsize 1200000 -c:v libx264 -crf 23.0 -fflags +bitexact -flags +cgop "
        "-fps_mode passthrough -g 60 -keyint_min 60 -map_chapters -1 -map_metadata -1 -maxrate 600000 "
        "-movflags +cmaf+delay_moov+frag_keyframe+skip_trailer -preset veryfast -sc_threshold 0 -threads 3 360p.mp4"
    ) in text
    assert text.endswith(
        "-f mp4 -ac 2 -b:a 128000 -c:a aac -fflags +bitexact -frag_duration 2000000 -map_chapters -1 "
        "-map_metadata -1 -movflags +cmaf+delay_moov+frag_keyframe+skip_trailer audio.mp4 -y"
    )


@pytest.mark.parametrize("command", [first(media_facts()), rest(media_facts())], ids=["first", "rest"])
def test_nothing_that_the_source_says_about_itself_reaches_any_output(command: list[str]) -> None:
    outputs = command.count("-map")
    assert values(command, "-map_metadata") == values(command, "-map_chapters") == ["-1"] * outputs
    assert sum("sidedata=mode=delete" in step for step in graph(command)) in (1, 3)
    assert values(command, "-protocol_whitelist") == ["file"]
    assert values(command, "-f")[0] == "mov"
    assert set(values(command, "-threads")) == {"3"}


def test_further_renditions_are_scaled_one_from_the_other_out_of_one_decode() -> None:
    command = rest(media_facts(width=2160, height=3840))
    assert graph(command)[3:] == [
        "scale=2160:3840:out_range=tv",
        "setsar=1",
        "format=yuv420p",
        "sidedata=mode=delete",
        "split=2",
        "scale=1080:1920",
        "split=2",
        "scale=720:1280",
    ]
    outputs = [argument for argument in command if argument.endswith(".mp4")]
    assert outputs == ["720p.mp4", "1080p.mp4", "2160p.mp4"]
    assert values(command, "-maxrate") == ["2500000", "5000000", "20000000"]
    assert "aac" not in command


@pytest.mark.parametrize("transfer", [Transfer.PQ, Transfer.HLG])
def test_hdr_is_tone_mapped_at_the_size_that_is_wanted(transfer: Transfer) -> None:
    steps = graph(first(media_facts(transfer=transfer)))
    mapped = [
        "zscale=h=360:npl=100:t=linear:w=640",
        "format=gbrpf32le",
        "zscale=p=bt709",
        "tonemap=desat=0:tonemap=hable",
        "zscale=m=bt709:r=tv:t=bt709",
    ]
    assert steps[4:9] == mapped
    assert sum(step.startswith("tonemap") for step in steps) == 3


@pytest.mark.parametrize("command", [first(media_facts()), rest(media_facts())], ids=["first", "rest"])
def test_the_graph_outlives_a_change_of_the_pictures_size(command: list[str]) -> None:
    assert values(command, "-reinit_filter:v") == ["0"]


@pytest.mark.parametrize("make", [first, rest])
def test_a_watermark_is_laid_over_all_that_is_made_and_is_no_text_of_the_graph(
    make: Callable[[MediaFacts], list[str]],
) -> None:
    command = make(media_facts(watermark="@mira:x=1"))
    [text] = values(command, "-filter_complex")
    assert text.count("overlay=") == 1
    assert text.index("trim=") < text.index("overlay=") < text.index("scale=")
    assert "watermark.png" in values(command, "-i")
    assert "mira" not in " ".join(command)


def test_interlaced_pictures_are_woven_before_anything_else() -> None:
    steps = graph(rest(media_facts(is_interlaced=True)))
    assert steps[:2] == [
        "bwdif=deint=interlaced:mode=send_frame:parity=auto",
        "fps=eof_action=pass:fps=30:start_time=0",
    ]


def test_a_silent_video_has_no_sound_and_sound_that_needs_no_gain_is_not_limited() -> None:
    assert "aac" not in first(media_facts(audio_index=None))
    assert not [step for step in graph(first(media_facts())) if step.startswith(("volume", "alimiter"))]


def test_streams_are_taken_by_their_place_in_the_file() -> None:
    command = first(media_facts(video_index=3, audio_index=2))
    text = command[command.index("-filter_complex") + 1]
    assert text.startswith("[0:3]fps")
    assert "[0:2]aresample" in text


def test_the_last_picture_is_held_for_as_long_as_the_sound_goes_on() -> None:
    steps = graph(first(media_facts(sound_end_ms=20_000)))
    assert steps[1:3] == ["tpad=stop_duration=8.033:stop_mode=clone", "trim=end_frame=600"]
    assert steps[-2:] == ["apad=whole_dur=20.000000", "atrim=end=20.000000"]


@pytest.mark.parametrize(
    ("fps", "expected"),
    [
        ("30", ("30", 360, 60)),
        ("30000/1001", ("30000/1001", 360, 60)),
        ("240", ("60", 720, 120)),
        ("100", ("50", 600, 100)),
        ("1", ("5", 60, 10)),
        ("0", ("5", 60, 10)),
    ],
)
def test_frames_come_at_a_steady_rate_with_a_key_frame_every_two_seconds(
    fps: str, expected: tuple[str, int, int]
) -> None:
    timing = Timing.of(media_facts(fps=Fraction(fps)), FIGURES)
    assert (str(timing.fps), timing.frames, timing.gop) == expected


def test_loudness_is_measured_without_decoding_pictures() -> None:
    assert " ".join(loudness_command(SOURCE, media_facts(), FIGURES)) == (
        "-nostdin -hide_banner -nostats -loglevel info -max_error_rate 0.1 -f mov -protocol_whitelist file -vn "
        "-i /job/source -filter_complex [0:1]aresample=48000:async=1:first_pts=0:out_chlayout=stereo[s0];"
        "[s0]ebur128=framelog=quiet[s1] -map [s1] -f null -"
    )


def test_what_was_made_is_decoded_and_read_through_its_manifests() -> None:
    assert " ".join(decode_command("360p/index.m3u8", is_whole=True)) == (
        "-nostdin -hide_banner -nostats -loglevel error -xerror -protocol_whitelist file -skip_loop_filter all "
        "-i 360p/index.m3u8 -f null -fps_mode passthrough -"
    )
    assert values(decode_command("720p/index.m3u8", is_whole=False), "-skip_frame") == ["nokey"]
    tracks = [media_track("360p"), media_track("audio"), media_track("720p")]
    assert " ".join(read_command(["master.m3u8", "manifest.mpd"], tracks)) == (
        "-nostdin -hide_banner -nostats -loglevel error -xerror -protocol_whitelist file -i master.m3u8 "
        "-protocol_whitelist file -i manifest.mpd -map 0:v:0 -map 0:v:1 -map 0:a:0 -f null -c copy - "
        "-map 1:v:0 -map 1:v:1 -map 1:a:0 -f null -c copy -"
    )


def test_what_is_checked_whole_is_looked_at_and_listened_to_on_the_way() -> None:
    looked = look_command("360p/index.m3u8", Path("/job/raw/looks.gray"))
    assert graph(looked) == ["split=2", "fps=eof_action=pass:fps=2", "scale=64:64:flags=area", "format=gray"]
    assert values(looked, "-f") == ["null", "rawvideo"]
    heard = listen_command("audio/index.m3u8", Path("/job/raw/sound.print"))
    assert " ".join(heard).endswith("-map 0:a -f chromaprint -fp_format raw /job/raw/sound.print -y")
    assert "-xerror" in looked
    assert "-xerror" in heard
