"""VMAF of whole renditions at the source's size, every tenth frame."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import imageio_ffmpeg

_SCORE = re.compile(r"VMAF score: ([\d.]+)")
_GRAPH = (
    "[0:v]fps=30,scale=1080:1920:flags=bicubic,format=yuv420p,settb=1/30,setpts=N[made];"
    "[1:v]fps=30,format=yuv420p,settb=1/30,setpts=N[source];[made][source]libvmaf=n_threads=2:n_subsample=10"
)


def measure_vmaf(made: Path, source: Path) -> float:
    """Against a source of 1080x1920 at 30 frames a second."""
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-i", str(made), "-i", str(source)]
    done = subprocess.run(
        [*argv, "-filter_complex", _GRAPH, "-f", "null", "-"], capture_output=True, text=True, check=True
    )
    return round(float(_SCORE.findall(done.stderr)[-1]), 1)
