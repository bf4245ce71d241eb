"""Figures: colours that can be told apart on both pages, axes with units, and data drawn where it belongs."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from audiocls import plot
from audiocls.mel import hz_to_mel
from audiocls.sampling import tone

DARK_PAGE = "#14181e"


@pytest.fixture(autouse=True)
def clean_figures():
    with plt.rc_context():
        plot.use_style()
        yield
    plt.close("all")


def linear(color):
    """sRGB to linear light."""
    c = np.array(matplotlib.colors.to_rgb(color))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """Contrast ratio of WCAG 2."""
    dark, light = sorted(linear(c) @ [0.2126, 0.7152, 0.0722] for c in (one, other))
    return (light + 0.05) / (dark + 0.05)


def oklab(rgb):
    """Coordinates in which distance is about difference to the eye (Ottosson, 2020)."""
    to_lms = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566]]
    to_lms += [[0.0883024619, 0.2817188376, 0.6299787005]]
    to_lab = [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099]]
    to_lab += [[0.0259040371, 0.7827717662, -0.8086757660]]
    return np.cbrt(np.clip(rgb, 0, 1) @ np.transpose(to_lms)) @ np.transpose(to_lab)


VISION = {  # linear RGB as seen, Machado, Oliveira and Fernandes 2009, full severity
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
}


@pytest.mark.parametrize("color", [*plot.CLASS_COLORS.values(), *plot.LINES])
def test_colours_stand_out_on_both_pages(color):
    assert contrast(color, "white") >= 3
    assert contrast(color, DARK_PAGE) >= 3


def test_text_reads_on_both_pages():
    assert contrast(plot.INK, "white") >= 4
    assert contrast(plot.INK, DARK_PAGE) >= 4


@pytest.mark.parametrize("vision", VISION)
def test_no_two_classes_look_the_same(vision):
    seen = oklab(np.array([linear(c) for c in plot.CLASS_COLORS.values()]) @ np.transpose(VISION[vision]))
    distance = np.linalg.norm(seen[:, None] - seen[None], axis=-1)[np.triu_indices(10, 1)]
    assert distance.min() > 0.07  # 0.02 is a just noticeable step


def test_the_classes_of_the_data_sets_are_those_with_a_colour():
    from audiocls.datasets import LABELS

    assert sorted(plot.CLASS_COLORS) == sorted(LABELS)


def test_using_the_style_twice_changes_nothing():
    before = dict(plt.rcParams)
    plot.use_style()
    assert dict(plt.rcParams) == before
    assert plt.rcParams["figure.facecolor"] == "none"


def test_all_ink_of_the_style_is_one_grey():
    assert {value for name, value in plot.STYLE.items() if name.endswith("color")} - {"none"} == {plot.INK}


def test_names_lose_their_underscores():
    assert plot.pretty("Violin_or_fiddle") == "Violin or fiddle"
    assert plot.class_color("Theremin") == plot.INK


def test_a_short_waveform_is_a_line_through_its_samples():
    y = tone(5, sr=100, seconds=1)
    ax = plot.plot_waveform(y, 100, start=2.0)
    x, drawn = ax.lines[0].get_data()
    assert np.array_equal(drawn, y)
    assert x[0] == 2.0
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("Time (s)", "Amplitude (full scale = 1)")


def test_a_long_waveform_keeps_its_single_peak():
    y = np.zeros(1_000_003)
    y[777_777] = 0.9
    ax = plot.plot_waveform(y, 16_000, label="Flute")
    heights = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert heights.max() == 0.9
    assert matplotlib.colors.to_hex(ax.collections[0].get_facecolor()[0]) == plot.CLASS_COLORS["Flute"]


def test_long_and_short_waveforms_take_turns_in_one_cycle_of_colours():
    ax = plot.plot_waveform(np.zeros(10), 100)
    plot.plot_waveform(np.zeros(10_000), 100, ax=ax)
    plot.plot_waveform(np.zeros(10), 100, ax=ax)
    assert [line.get_color() for line in ax.lines] == [plot.LINES[0], plot.LINES[2]]
    assert matplotlib.colors.to_hex(ax.collections[0].get_facecolor()[0]) == plot.LINES[1]


def test_samples_are_dots_without_a_line():
    ax = plot.plot_samples(np.array([0.0, 1.0, 0.0]), 10)
    assert ax.lines[0].get_linestyle() == "None"
    assert ax.lines[0].get_xdata() == pytest.approx([0, 0.1, 0.2])
    assert ax.get_ylabel() == "Amplitude (full scale = 1)"


def test_a_spectrum_is_drawn_against_hertz():
    ax = plot.plot_spectrum(np.array([0.0, 100.0]), np.array([-3.0, -60.0]), label="Cello")
    assert ax.get_xlabel() == "Frequency (Hz)"
    assert ax.get_ylabel() == "Level (dB re 1)"
    assert ax.lines[0].get_color() == plot.CLASS_COLORS["Cello"]


def test_a_spectrogram_puts_bins_and_frames_in_their_place():
    S_db = np.zeros((5, 10))
    ax = plot.plot_spectrogram(S_db, sr=8_000, hop_length=80)
    left, right, low, high = ax.images[0].get_extent()
    assert (left, right) == pytest.approx((-0.005, 0.095))  # frame 0 is centred on 0 s
    assert (low, high) == pytest.approx((-500, 4_500))  # bin 4 of 8 points is centred on 4,000 Hz
    assert ax.get_ylim() == (0, 4_000)
    assert ax.images[0].origin == "lower"


def test_a_mel_picture_is_labelled_in_hertz():
    ax = plot.plot_mel(np.zeros((26, 10)), sr=16_000, hop_length=160)
    ticks = dict(zip([t.get_text() for t in ax.get_yticklabels()], ax.get_yticks(), strict=True))
    assert ticks["1000"] == pytest.approx(hz_to_mel(1_000.0))
    low, high = ax.images[0].get_extent()[2:]
    step = hz_to_mel(8_000.0) / 27
    assert (low, high) == pytest.approx((step / 2, hz_to_mel(8_000.0) - step / 2))


def test_coefficients_are_numbered_from_the_bottom_and_coloured_about_zero():
    C = np.zeros((12, 10))
    C[2, 4] = -7.0
    ax = plot.plot_mfcc(C, sr=16_000, hop_length=160, offset=200, first=1)
    assert ax.get_ylim() == (0.5, 12.5) and ax.images[0].get_clim() == (-7.0, 7.0)
    assert ax.images[0].get_extent()[0] == pytest.approx(120 / 16_000)
    assert plot.plot_mfcc(C, sr=16_000, hop_length=160, limit=60.0).images[0].get_clim() == (-60.0, 60.0)


@pytest.mark.parametrize("draw", [plot.plot_spectrogram, plot.plot_mel])
def test_frames_that_start_at_their_times_are_drawn_half_a_frame_later(draw):
    ax = draw(np.zeros((5, 10)), sr=16_000, hop_length=160, offset=200)
    left, right = ax.images[0].get_extent()[:2]
    assert (left, right) == pytest.approx((0.0075, 0.1075))  # frame 0, of 25 ms, is centred on 12.5 ms
    assert ax.get_xlim() == pytest.approx((0.0075, 0.1075))


@pytest.mark.parametrize("draw", [plot.plot_spectrogram, plot.plot_mel])
def test_the_colour_bar_says_what_the_level_refers_to(draw):
    def bar_labels(**options):
        ax = draw(np.zeros((5, 10)), sr=16_000, hop_length=160, **options)
        return [other.get_ylabel() for other in ax.figure.axes if other is not ax]

    assert bar_labels() == ["Level (dB re 1)"]
    assert bar_labels(colorbar_label="Level (dB re maximum)") == ["Level (dB re maximum)"]
    assert bar_labels(colorbar=False, colorbar_label="Level (dB re maximum)") == []


def test_a_change_is_white_where_there_is_none_and_red_where_there_is_more():
    ax = plot.plot_mel_change(np.array([[0.0, 0.2]]), sr=16_000, hop_length=320, limit=0.2, colorbar_label="Fall")
    none, more = ax.images[0].to_rgba(np.array([0.0, 0.2]))[:, :3]
    assert none.min() > 0.95
    assert more[0] > more[2]
    assert [other.get_ylabel() for other in ax.figure.axes if other is not ax] == ["Fall"]


def test_filters_are_drawn_with_time_to_the_right_and_frequency_upwards():
    axes = plt.subplots(1, 2)[1]
    filters = np.zeros((5, 4, 3))
    filters[4, 0, 1] = -2.0  # last frame, lowest band of the second filter
    plot.plot_filters(filters, axes=axes, label="After")
    image = axes[1].images[0]
    assert image.origin == "lower" and image.get_array().shape == (4, 5)
    assert image.get_array()[0, 4] == -2.0 and image.get_clim() == (-2.0, 2.0)
    with pytest.raises(ValueError, match=r"n >= 2\), got \(5, 4, 1\)"):
        plot.plot_filters(filters[:, :, :1], axes=axes, label="After")


def test_the_grid_has_one_shared_scale_for_ten_classes():
    fig, axes = plot.class_grid(xlabel="Time (s)", ylabel="Amplitude")
    assert len(axes) == 10
    axes["Cello"].plot([0, 5], [0, 1])
    assert axes["Hi-hat"].get_xlim() == axes["Cello"].get_xlim()
    assert axes["Hi-hat"].get_title(loc="left") == "Hi-hat"
    assert fig.get_supxlabel() == "Time (s)"


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plot.plot_waveform(np.zeros((2, 9)), 8_000),
        lambda: plot.plot_samples(np.arange(9), 8_000),
        lambda: plot.plot_waveform(np.zeros(9), 0),
        lambda: plot.plot_spectrum(np.zeros(3), np.zeros(4)),
        lambda: plot.plot_spectrogram(np.zeros(3), sr=8_000, hop_length=80),
        lambda: plot.plot_mel(np.zeros((2, 3, 4)), sr=8_000, hop_length=80),
        lambda: plot.plot_mfcc(np.zeros((2, 3, 4)), sr=8_000, hop_length=80),
    ],
)
def test_figures_refuse_shapes_they_cannot_show(draw):
    with pytest.raises(ValueError, match="got"):
        draw()
