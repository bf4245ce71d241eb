"""The steps that make a note of a recording: by hand, and on the font of the default set."""

import numpy as np
import pytest

from audiocls.datasets import rendered, sampler
from audiocls.datasets.sampler import ONE

SR = 44100


def test_a_recording_without_a_loop_ends_in_silence():
    wave = sampler.unroll(np.array([9.0, 1.0, 2.0]), (1, 3), 0, np.array([0, 4]) * ONE, 2)
    assert wave.tolist() == [9, 1, 2, 0, 0, 0, 0, 0]


def test_a_loop_is_repeated_until_the_note_is_over():
    wave = sampler.unroll(np.array([9.0, 1.0, 2.0, 7.0]), (1, 3), 1, np.array([0, 4]) * ONE, 2)
    assert wave.tolist() == [9, 1, 2, 1, 2, 1, 2, 1]


def test_a_loop_until_release_goes_on_with_what_follows_it():
    position = np.arange(12) * ONE
    wave = sampler.unroll(np.array([9.0, 1.0, 2.0, 7.0, 8.0]), (1, 3), 3, position, 6)  # the key is let go at sample 6
    assert wave.tolist()[:10] == [9, 1, 2, 1, 2, 1, 2, 7, 8, 0]


@pytest.mark.parametrize("x", [1.0, 1.25, 1.5, 2.75, 3.0])
def test_a_quadratic_is_interpolated_exactly(x):
    wave = np.arange(7.0) ** 2
    assert sampler.interpolate(wave, np.array([round(x * ONE)])) == pytest.approx(x**2)


def test_an_envelope_rises_holds_decays_and_is_released():
    stages = {"delay": 1, "attack": 2, "hold": 1, "decay": 4, "sustain": 0.5, "release": 2}
    rise, fall = sampler.envelope(np.arange(12.0), 8.0, stages)
    assert rise.tolist() == [0, 0, 0.5, 1, 1, 1, 1, 1, 1, 1, 1, 1]
    assert fall.tolist() == [0, 0, 0, 0, 0, 0.25, 0.5, 0.5, 0.5, 1, 1.5, 2]


def test_a_triangle_starts_upwards_after_its_delay_and_keeps_its_rate():
    y = sampler.triangle(np.arange(17) / 8, 0.5, 2.0)
    assert y.tolist() == [0, 0, 0, 0, 0, 1, 0, -1, 0, 1, 0, -1, 0, 1, 0, -1, 0]


def test_low_pass_takes_twelve_decibels_per_octave():
    noise = np.random.default_rng(0).standard_normal(2**16)
    y = sampler.low_pass(noise, np.full(2**10, 500.0), resonance_db=0, sr=SR)
    power = np.abs(np.fft.rfft(y)) ** 2 / np.abs(np.fft.rfft(noise)) ** 2
    f = np.fft.rfftfreq(2**16, 1 / SR)

    def level(hz):
        return 10 * np.log10(np.median(power[np.abs(f - hz) < 20]))

    assert level(100) == pytest.approx(0, abs=0.1)
    assert level(500) == pytest.approx(-3, abs=0.2)
    assert level(4000) - level(2000) == pytest.approx(-12, abs=0.5)


def test_a_cutoff_that_moves_joins_its_blocks_without_a_step():
    t = np.arange(44100) / SR
    y = sampler.low_pass(np.sin(2 * np.pi * 200 * t), np.geomspace(300, 9000, 690), resonance_db=0, sr=SR)
    curvature = np.abs(np.diff(y, 2))[500:]
    assert curvature.max() < 1.05 * (2 * np.pi * 200 / SR) ** 2  # that of the sine alone


PITCHED = [label for label, patches in rendered.CLASSES.items() if patches[0][0] == 0]


@pytest.mark.parametrize("label", PITCHED)
def test_loop_seams_of_the_general_midi_font_do_not_click(general_midi, label, monkeypatch):
    played = {}

    def unroll(wave, loop, mode, position, off):
        played.update(loop=loop, position=position)
        return unrolled(wave, loop, mode, position, off)

    def interpolate(wave, position):
        played["y"] = interpolated(wave, position)
        return played["y"]

    unrolled, interpolated = sampler.unroll, sampler.interpolate
    monkeypatch.setattr(sampler, "unroll", unroll)
    monkeypatch.setattr(sampler, "interpolate", interpolate)
    for _, program, keys in rendered.CLASSES[label]:
        for key in keys[::6]:
            general_midi.note(program, key, duration=1.0, sr=SR)
            start, end = played["loop"]
            read = played["position"][:-2] // sampler.ONE
            curvature = np.abs(np.diff(played["y"], 2))
            first_lap = curvature[(read >= start) & (read < end - 4)].max()
            # What comes later is the same loop again, at other points between its samples.
            assert curvature[read >= end - 4].max(initial=0) <= 1.5 * first_lap, (program, key)
