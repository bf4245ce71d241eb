import dataclasses
import inspect
from typing import Unpack

import librosa
import numpy as np
import pytest
import python_speech_features

from audiocls.book.rosetta import convention_table, switch_effects
from audiocls.conventions import LIBROSA, PSF, Options, Settings, settings
from audiocls.mfcc import frame_power, invert_mfcc, log_mel_energies, mfcc, mfcc_to_log_mel

DOORS = (mfcc, log_mel_energies, frame_power, mfcc_to_log_mel, invert_mfcc)


def test_psf_settings_equal_the_defaults_of_the_library():
    defaults = {k: p.default for k, p in inspect.signature(python_speech_features.mfcc).parameters.items()}
    s = settings(16000)
    assert (s.n_mfcc, s.n_mels, s.n_fft) == (defaults["numcep"], defaults["nfilt"], defaults["nfft"])
    assert (s.win_length / 16000, s.hop_length / 16000) == (defaults["winlen"], defaults["winstep"])
    assert (s.pre_emphasis, s.lifter) == (defaults["preemph"], defaults["ceplifter"])
    assert (s.c0 == "energy") is defaults["appendEnergy"]


def test_librosa_settings_equal_the_defaults_of_the_library():
    s = settings(22050, convention="librosa")
    defaults = {k: p.default for k, p in inspect.signature(librosa.feature.mfcc).parameters.items()}
    assert (s.n_mfcc, s.lifter, s.norm) == (defaults["n_mfcc"], defaults["lifter"], defaults["mel_norm"])
    defaults = {k: p.default for k, p in inspect.signature(librosa.feature.melspectrogram).parameters.items()}
    assert (s.n_fft, s.hop_length, s.window) == (defaults["n_fft"], defaults["hop_length"], defaults["window"])
    assert s.win_length == s.n_fft and (s.framing == "center") is defaults["center"]
    defaults = {k: p.default for k, p in inspect.signature(librosa.power_to_db).parameters.items()}
    assert (s.floor, s.top_db) == (defaults["amin"], defaults["top_db"])
    defaults = {k: p.default for k, p in inspect.signature(librosa.filters.mel).parameters.items()}
    assert s.n_mels == defaults["n_mels"] and (s.scale == "htk") is defaults["htk"]


@pytest.mark.parametrize(
    ("sr", "win_length", "hop_length", "n_fft"),
    [
        (8000, 200, 80, 256),
        (16000, 400, 160, 512),
        (22050, 551, 221, 1024),  # 220.5 is rounded up
        (44100, 1103, 441, 2048),  # 1102.5 is rounded up
        (48000, 1200, 480, 2048),
        (10240, 256, 102, 256),  # a frame that is a power of two fills its transform
    ],
)
def test_sizes_follow_from_the_rate(sr, win_length, hop_length, n_fft):
    s = settings(sr)
    assert (s.win_length, s.hop_length, s.n_fft) == (win_length, hop_length, n_fft)


def test_a_size_of_your_own_moves_the_sizes_that_follow_from_it():
    assert settings(16000, win_length=1000).n_fft == 1024
    assert settings(16000, convention="librosa", n_fft=512).win_length == 512


@pytest.mark.parametrize("convention", ["psf", "librosa"])
def test_there_are_no_more_coefficients_than_filters_unless_you_ask_for_them(convention):
    assert settings(16000, convention=convention, n_mels=8).n_mfcc == 8
    with pytest.raises(ValueError, match="between 1 and n_mels = 8, got 9"):
        settings(16000, convention=convention, n_mels=8, n_mfcc=9)


@pytest.mark.parametrize(("n", "t"), [(1, 1), (400, 1), (401, 2), (560, 2), (561, 3), (16000, 99)])
def test_frames_are_padded_at_the_end_so_that_no_sample_is_lost(n, t):
    assert settings(16000).frame_count(n) == t


def test_the_table_has_ten_switches_that_differ_and_are_settings():
    rows = convention_table()
    assert len(rows) == 10
    assert {row["switch"] for row in rows} <= {field.name for field in dataclasses.fields(Settings)}
    assert all(row["psf"] != row["librosa"] and row["changes"] for row in rows)


@pytest.mark.parametrize(
    "options",
    [
        {"convention": "matlab"},
        {"sr": 0},
        {"sr": 10},
        {"framing": "none"},
        {"spectrum": "db"},
        {"log": "log2"},
        {"c0": "zero"},
        {"n_fft": 256},
        {"n_mfcc": 27},
        {"n_mfcc": 0},
        {"hop_length": 0},
        {"lifter": -1},
    ],
)
def test_bad_choices_are_named(options):
    with pytest.raises(ValueError, match="got"):
        settings(**({"sr": 16000} | options))


def test_options_settings_and_the_two_conventions_have_the_same_names():
    names = list(Options.__annotations__)
    assert ["sr", *names] == [field.name for field in dataclasses.fields(Settings)]
    sizes = {"win_length", "hop_length", "n_fft", "fmin", "fmax"}  # they follow from the rate
    assert set(PSF) == set(LIBROSA) == set(names) - sizes


@pytest.mark.parametrize("door", [*DOORS, settings, switch_effects])
def test_every_door_shows_its_options_to_an_editor(door):
    assert inspect.signature(door).parameters["options"].annotation == Unpack[Options]


@pytest.mark.parametrize("door", DOORS)
def test_a_typo_is_told_the_nearest_option_and_all_of_them_at_every_door(door):
    with pytest.raises(TypeError, match="no option n_mfc: did you mean n_mfcc") as caught:
        door(np.full((13, 1), 0.5), 16000, n_mfc=13)
    assert all(name in str(caught.value) for name in Options.__annotations__)


def test_a_typo_next_to_nothing_is_told_the_options():
    with pytest.raises(TypeError, match=r"no option colour\. The options are n_mfcc, n_mels"):
        settings(16000, colour="red")


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("numcep", "n_mfcc"),
        ("nfilt", "n_mels"),
        ("nfft", "n_fft"),
        ("winlen", "win_length, in samples"),
        ("winstep", "hop_length, in samples"),
        ("lowfreq", "fmin"),
        ("highfreq", "fmax"),
        ("preemph", "pre_emphasis"),
        ("ceplifter", "lifter"),
        ("appendEnergy", 'c0="energy" or c0="dct"'),
        ("winfunc", "window"),
        ("htk", 'scale="htk" or scale="slaney"'),
        ("mel_norm", "norm"),
        ("power", "spectrum"),
        ("center", 'framing="center" or framing="pad_end"'),
        ("amin", "floor"),
    ],
)
def test_the_name_of_another_library_is_told_ours(theirs, ours):
    with pytest.raises(TypeError, match=f"no option {theirs}: here it is {ours}"):
        settings(16000, **{theirs: 1})


def test_no_option_of_python_speech_features_is_left_without_an_answer():
    for name in list(inspect.signature(python_speech_features.mfcc).parameters)[2:]:
        with pytest.raises(TypeError, match="here it is"):
            settings(16000, **{name: 1})
