"""The page MFCC Rosetta: its recipes run and match, its numbers can be measured again."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from audiocls.book.rosetta import convention_table, flip, switch_effects
from audiocls.conventions import settings
from audiocls.datasets import load
from audiocls.measure.results import read_json

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "book" / "rosetta.md"
SR = 16_000
BOUNDS = {
    "pair_psf": 1e-6,
    "pair_librosa": 1e-4,
    "pair_librosa_as_psf": 1e-6,
    "pair_tensorflow": 1e-6,
    "pair_kaldi_native_fbank": 0.02,  # single precision, values up to 170
}

if not PAGE.exists():
    pytest.skip("the page is part of the checkout only", allow_module_level=True)


@pytest.fixture(scope="module")
def benchmark():
    """The script that measures."""
    spec = importlib.util.spec_from_file_location("rosetta_benchmark", ROOT / "benchmarks" / "rosetta.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def recipes(benchmark):
    """The functions of the page."""
    return benchmark.recipes()


@pytest.fixture(scope="module")
def measured():
    return read_json(ROOT / "results" / "rosetta.json")


def sound(n=17_000, seed=0):
    """Decaying noise and a tone; no silence, where each library has its own floor."""
    t = np.arange(n) / SR
    noise = np.random.default_rng(seed).standard_normal(n)
    return 0.2 * np.exp(-4 * t) * noise + 0.2 * np.sin(2 * np.pi * 440 * t) + 1e-3 * noise[::-1]


@pytest.mark.parametrize("name", BOUNDS)
def test_a_recipe_of_the_page_matches_its_library(recipes, name):
    for library in ("tensorflow", "kaldi_native_fbank"):
        if library in name:
            pytest.importorskip(library)
    theirs, ours = recipes[name](sound(), SR)
    assert theirs.shape == ours.shape and theirs.shape[1] >= 1 + (17_000 - 400) // 512
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=BOUNDS[name])


def test_the_recipe_of_python_speech_features_holds_at_other_rates(recipes):
    for sr in (8_000, 22_050, 44_100, 48_000):
        theirs, ours = recipes["pair_psf"](sound(), sr)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6)


def test_kaldi_and_htk_read_16_bit_integers_so_that_only_c0_knows_the_level(recipes):
    y = sound()
    for name in ("like_kaldi", "like_htk"):
        change = recipes[name](4 * y, SR) - recipes[name](y, SR)
        if name == "like_kaldi":
            np.testing.assert_allclose(change[0], 2 * np.log(4), atol=1e-9)
            change = change[1:]
        assert change.shape == (12, 1 + (17_000 - 400) // 160)
        np.testing.assert_allclose(change, 0, atol=1e-9)
    energy, dct = (recipes["like_kaldi"](y, SR, use_energy=use) for use in (True, False))
    np.testing.assert_array_equal(energy[1:], dct[1:])


def test_the_measured_parity_is_what_the_package_promises(measured):
    for name, row in measured["parity"].items():
        single = "single precision" in name
        assert row["largest"] < (1e-2 if single else BOUNDS[name.split(" ")[0]]), name
        assert row["clips"] == 300


@pytest.mark.slow
def test_the_result_file_holds_what_the_switches_do(benchmark, measured):
    clips = load("rendered")
    rows, all_ten = benchmark.switches(benchmark.first_seconds(clips, SR), SR)
    assert list(rows) == list(measured["switches"]) == [row["switch"] for row in convention_table()]
    for name, row in rows.items():
        stored = measured["switches"][name]
        assert [stored[key] for key in ("psf", "librosa", "changes")] == [row[k] for k in ("psf", "librosa", "changes")]
        assert stored["rms"] == pytest.approx(row["rms"], rel=0.01)
        np.testing.assert_allclose(stored["correlation"], row["correlation"], atol=0.003)
    np.testing.assert_allclose(measured["all_ten"]["correlation"], all_ten["correlation"], atol=0.003)


def test_three_switches_only_shift_or_scale_a_coefficient_and_c0_touches_one_row():
    rows = {row["switch"]: row["correlation"] for row in switch_effects([sound(), sound(9_000, seed=1)], SR)}
    for name in ("spectrum", "norm", "lifter"):
        np.testing.assert_allclose(rows[name], 1, atol=1e-9)
    np.testing.assert_allclose(rows["c0"][1:], 1, atol=1e-12)
    assert rows["c0"][0] < 0.9999
    for name in ("pre_emphasis", "framing", "window", "scale", "edges"):
        assert rows[name].min() < 0.999, name


def test_effects_of_no_sound_are_refused():
    with pytest.raises(ValueError, match="got none"):
        switch_effects([], SR)


def test_all_ten_flips_make_librosas_side():
    flipped = {name: value for row in convention_table() for name, value in flip(row["switch"]).items()}
    sizes = {"n_mfcc": 20, "n_mels": 128, "win_length": 2_048, "hop_length": 512, "n_fft": 2_048}
    assert settings(22_050, **sizes, **flipped) == settings(22_050, convention="librosa")


def test_a_switch_that_is_none_is_named():
    with pytest.raises(ValueError, match="got 'colour'"):
        flip("colour")
