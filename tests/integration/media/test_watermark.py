"""A creator's handle in the pictures of their video: in the corner of every rung, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import av
import pytest
from PIL import Image, ImageChops

from contracts.events import VideoProcessed, VideoRenditionsCompleted
from media.core.marking import margin
from tests.integration.media.conftest import Workshop
from tests.integration.media.test_finishing import joined
from tests.support.media_samples import ffmpeg

HOSTILE = "@':\\%{pts}[v];$(id)`id` 🎬 \u202eabc\n,drawtext=text=x"


@pytest.fixture(scope="module")
def grey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2 s of even grey in 720p that could be copied as it is."""
    target = tmp_path_factory.mktemp("grey") / "clip.mp4"
    source = ["-f", "lavfi", "-i", "color=gray:size=1280x720:rate=30:duration=2"]
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "30", "-bf", "0"]
    ffmpeg(*source, *coded, "-keyint_min", "30", "-sc_threshold", "0", target)
    return target


@pytest.mark.parametrize("text", ["@mira", HOSTILE], ids=["handle", "hostile"])
async def test_it_stands_in_the_corner_of_every_rung(
    workshop: Workshop, grey: Path, tmp_path: Path, text: str
) -> None:
    upload = (await workshop.upload(grey)).model_copy(update={"watermark": text})
    *_, processed, done = await workshop.process(upload)
    assert isinstance(processed, VideoProcessed)
    assert isinstance(done, VideoRenditionsCompleted)
    assert [(each.name, each.is_copy) for each in done.renditions] == [("360p", False), ("720p", False)]
    for rendition in done.renditions:
        whole = await joined(workshop, rendition.playlist_key, tmp_path / f"{rendition.name}.mp4")
        pictures = _pictures(whole)
        for picture in (pictures[0], pictures[-1]):
            _check_corner(picture)


async def test_what_is_made_again_has_it_too(workshop: Workshop, grey: Path, tmp_path: Path) -> None:
    upload = (await workshop.upload(grey)).model_copy(update={"watermark": "@mira"})
    await workshop.process(upload)
    [*_, again] = await workshop.watch_widely(upload)
    assert isinstance(again, VideoRenditionsCompleted)
    whole = await joined(workshop, again.renditions[-1].playlist_key, tmp_path / "again.mp4")
    _check_corner(_pictures(whole)[0])


async def test_without_one_the_pictures_are_the_sources(workshop: Workshop, grey: Path) -> None:
    *_, done = await workshop.process(await workshop.upload(grey))
    assert isinstance(done, VideoRenditionsCompleted)
    assert [(each.name, each.is_copy) for each in done.renditions] == [("360p", False), ("720p", True)]


def _pictures(file: Path) -> list[Image.Image]:
    with av.open(str(file)) as opened:
        return [frame.to_image().convert("L") for frame in opened.decode(video=0)]  # type: ignore[no-untyped-call]


def _check_corner(picture: Image.Image) -> None:
    width, height = picture.size
    space, ground = margin(width, height), picture.getpixel((0, 0))
    assert isinstance(ground, int)
    dark, white = picture.getextrema()
    assert white > ground + 60
    assert dark < ground - 20, "an edge, for what is bright"
    even = Image.new("L", picture.size, ground)
    differs = ImageChops.difference(picture, even).point(lambda light: 255 if light > 12 else 0)
    box = differs.getbbox()
    assert box is not None
    left, top, right, bottom = box
    assert space - 2 <= left
    assert right <= width - space + 2
    assert height * 0.85 < top
    assert bottom <= height - space + 2
