"""How much care a rendition gets, and how its quality is measured."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from media.core.commands import trial_command, trial_vmaf_command, vmaf_command
from media.core.figures import FIGURES as PLAIN
from media.core.ladder import plan_renditions, tuned
from media.core.pace import Pace, choose_crf, choose_pace, is_easy, is_tuned
from media.core.sampling import Sample, Window, parse_vmaf, plan_sample
from media.core.timing import Timing
from tests.support.media_facts import media_facts

FIGURES = replace(PLAIN, threads=3)
FACTS = media_facts(width=1080, height=1920)
RUNGS = plan_renditions(FACTS, FIGURES)


def sample(frames: int) -> Sample:
    return plan_sample(Timing(Fraction(30), frames, 60), RUNGS, FIGURES)


@pytest.mark.parametrize(
    ("pace", "presets"),
    [
        (Pace.HURRIED, ["superfast", "ultrafast", "ultrafast"]),
        (Pace.USUAL, ["veryfast", "superfast", "superfast"]),
        (Pace.CAREFUL, ["medium", "medium", "medium"]),
    ],
)
def test_care_depends_on_the_rung_and_the_pace(pace: Pace, presets: list[str]) -> None:
    assert [each.preset for each in plan_renditions(FACTS, FIGURES, pace)] == presets


def test_a_long_queue_is_answered_with_less_care() -> None:
    assert [choose_pace(waiting, FIGURES) for waiting in (0, 7, 8, 500)] == [
        *(Pace.USUAL, Pace.USUAL),
        *(Pace.HURRIED, Pace.HURRIED),
    ]
    assert [pace for pace in Pace if not is_tuned(pace)] == [Pace.HURRIED]


@pytest.mark.parametrize(
    ("measured", "crf"), [(93.0, 22.0), (96.3, 25.0), (100.0, 28.0), (92.5, 21.5), (60.0, 21.0)]
)
def test_what_is_easy_gets_fewer_bits_and_what_is_hard_a_few_more(measured: float, crf: float) -> None:
    assert choose_crf(22.0, measured, 93.0, FIGURES) == crf


def test_rungs_without_a_trial_change_as_the_one_below() -> None:
    rungs = plan_renditions(media_facts(width=2160, height=3840), FIGURES)
    assert [each.crf for each in tuned(rungs, {"1080p": 96.3}, FIGURES)] == [23.0, 21.5, 24.5, 26.0]
    assert [each.crf for each in tuned(rungs, {"1080p": None}, FIGURES)] == [each.crf for each in rungs]


def test_windows_lie_in_different_parts_of_the_video() -> None:
    assert sample(600).windows == (Window(1, 4, 6), Window(5, 4, 6), Window(8, 4, 6))
    assert sample(600).expression() == "between(n,64,69)+between(n,304,309)+between(n,484,489)"
    assert (sample(600).width, sample(600).height, sample(600).frames) == (1080, 1920, 18)


@pytest.mark.parametrize(("frames", "window"), [(1, Window(0, 0, 1)), (130, Window(0, 0, 18))])
def test_short_videos_have_one_window(frames: int, window: Window) -> None:
    assert sample(frames).windows == (window,)


def test_vmaf_of_large_pictures_is_measured_at_1080p() -> None:
    large = plan_renditions(media_facts(width=3840, height=2160), FIGURES)
    planned = plan_sample(Timing(Fraction(30), 600, 60), large, FIGURES)
    assert (planned.width, planned.height) == (1920, 1080)


def test_trials_are_coded_as_their_renditions_would_be() -> None:
    text = " ".join(trial_command(RUNGS[2:], FIGURES))
    assert (
        "-i sample.mkv -filter_complex [0:v]scale=1080:1920[s0] -map [s0] -an -b_strategy 0 -bufsize 10000000"
        in text
    )
    assert "-crf 21.5 -maxrate 5000000 -preset superfast -threads 3 1080p.trial.mp4" in text


def test_frames_are_compared_by_their_place() -> None:
    trial = trial_vmaf_command("1080p", sample(600))
    assert trial[trial.index("-filter_complex") + 1] == (
        "[0:v]scale=1080:1920[s0];[s0]settb=1/25[s1];[s1]setpts=N[s2];[1:v]settb=1/25[s3];[s3]setpts=N[s4];"
        "[s2][s4]libvmaf=log_fmt=json:log_path=1080p.vmaf.json:n_subsample=3:n_threads=2[s5]"
    )
    text = " ".join(vmaf_command(["720p", "1080p"], sample(600)))
    assert "-t 0.467 -i 720p.0.excerpt.mp4" in text
    assert text.count("trim=end_frame=10:start_frame=4") == 6
    assert text.count("concat=n=3[") == text.count("libvmaf=") == 2
    assert text.count("-i sample.mkv") == 1


def test_the_measure_is_read_from_what_libvmaf_wrote() -> None:
    assert parse_vmaf('{"pooled_metrics": {"vmaf": {"min": 90.1, "mean": 93.461233}}}') == 93.5


def test_only_what_the_lowest_rung_found_easy_is_tried() -> None:
    assert [is_easy(bps, 600_000, FIGURES) for bps in (200_000, 359_000, 361_000)] == [True, True, False]
