"""ffmpeg command lines, as text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from media.core.commands import hls_command, sprite_command, thumbnail_command
from media.core.facts import MediaFacts
from media.core.figures import FIGURES
from media.core.ladder import plan_renditions

FACTS = MediaFacts("mov", "h264", 1280, 720, 12_000, 12_000, 12_000, 12_000, 30.0, has_audio=True)
SOURCE = Path("/job/source")


def test_hls_is_one_decode_for_all_renditions_with_sound_beside_them() -> None:
    command = " ".join(hls_command(SOURCE, FACTS, plan_renditions(FACTS, FIGURES), FIGURES))
    assert command == (
        "-nostdin -hide_banner -loglevel error -progress pipe:1 "
        "-f mov -protocol_whitelist file -i /job/source "
        "-filter_complex [0:v]fps=30.0[s0];[s0]split=2[s1][s2];"
        "[s1]scale=640:360[s3];[s3]setsar=1[s4];[s4]format=yuv420p[s5];"
        "[s2]scale=1280:720[s6];[s6]setsar=1[s7];[s7]format=yuv420p[s8] "
        "-map 0:a:0 -map [s5] -map [s8] -f hls -ac 2 -ar 48000 -b:a 128000 -b:v:0 600000 -b:v:1 2500000 "
        "-bufsize:v:0 1200000 -bufsize:v:1 5000000 -c:a aac -c:v libx264 -force_key_frames "
        "expr:gte(t,n_forced*2) -g 60 -hls_flags independent_segments -hls_fmp4_init_filename init.mp4 "
        "-hls_playlist_type vod -hls_segment_filename %v/seg_%05d.m4s -hls_segment_type fmp4 -hls_time 2 "
        "-map_chapters -1 -map_metadata -1 -master_pl_name master.m3u8 -maxrate:v:0 660000 "
        "-maxrate:v:1 2750000 -preset veryfast -sc_threshold 0 -var_stream_map "
        "a:0,agroup:audio,default:yes,name:audio v:0,agroup:audio,name:360p v:1,agroup:audio,name:720p "
        "%v/index.m3u8 -y"
    )


def test_a_silent_video_has_no_sound_and_high_frame_rates_are_capped() -> None:
    silent = replace(FACTS, has_audio=False, fps=120.0, width=640, height=360)
    command = hls_command(SOURCE, silent, plan_renditions(silent, FIGURES), FIGURES)
    text = " ".join(command)
    assert "-var_stream_map v:0,name:360p " in text
    assert "fps=60" in text
    assert "aac" not in text


def test_stills_are_cut_at_parts_of_the_length() -> None:
    command = " ".join(thumbnail_command(SOURCE, FACTS, 0.3, "2.jpg", FIGURES))
    assert "-ss 3.600 -i /job/source" in command
    assert command.endswith("-map_chapters -1 -map_metadata -1 -q:v 3 -vframes 1 2.jpg -y")


def test_the_sprite_spreads_its_tiles_over_the_video() -> None:
    command = " ".join(sprite_command(SOURCE, FACTS, FIGURES))
    assert "fps=25000/12000" in command
    assert "tile=5x5" in command
