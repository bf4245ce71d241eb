"""Figures of measurements: scores, curves, intervals and reliability stand where their numbers say."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from audiocls import plot
from audiocls.measure import figures
from audiocls.measure.evaluation import wilson_interval


@pytest.fixture(autouse=True)
def clean_figures():
    with plt.rc_context():
        plot.use_style()
        yield
    plt.close("all")


def test_scores_are_ranked_with_the_best_on_top():
    ax = figures.plot_scores([0.2, 0.7, 0.1], ["Cello", "Flute", "Hi-hat"])
    assert [t.get_text() for t in ax.get_yticklabels()] == ["Hi-hat", "Cello", "Flute"]
    assert [p.get_width() for p in ax.patches] == [0.1, 0.2, 0.7]
    assert matplotlib.colors.to_hex(ax.patches[-1].get_facecolor()) == plot.CLASS_COLORS["Flute"]


def test_scores_of_windows_stand_at_the_middle_of_each_and_show_the_classes_that_lead():
    scores = np.array([[0.1, 0.8, 0.1], [0.2, 0.7, 0.1], [0.6, 0.3, 0.1]])
    ax = figures.plot_window_scores(scores, ["Cello", "Double_bass", "Hi-hat"], hop_seconds=0.5, window_seconds=2.0)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["Cello", "Double bass"]  # the first to lead is on top
    assert ax.get_xlim() == (0.75, 2.25)
    np.testing.assert_allclose(ax.collections[0].get_array().reshape(2, 3), [[0.1, 0.2, 0.6], [0.8, 0.7, 0.3]])
    assert ax.figure.axes[-1].get_ylabel() == "Score"


def test_a_history_is_drawn_against_whole_epochs_from_one():
    ax = figures.plot_history({"training": [2.0, 1.0, 0.5], "held out": [2.1, 1.5, 1.4]}, ylabel="Cross-entropy (nats)")
    assert [list(line.get_xdata()) for line in ax.lines] == [[1, 2, 3]] * 2
    assert list(ax.lines[1].get_ydata()) == [2.1, 1.5, 1.4]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["training", "held out"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("Epoch", "Cross-entropy (nats)")
    assert all(tick == round(tick) for tick in ax.get_xticks())


def test_intervals_are_rows_from_the_top_with_room_for_a_second_call():
    ax = figures.plot_intervals([0.5, 0.8], [[0.4, 0.6], [0.7, 0.95]], names=["guess", "network"], label="by clip")
    figures.plot_intervals([0.3, 0.6], [[0.2, 0.4], [0.5, 0.7]], names=["guess", "network"], ax=ax, shift=0.2)
    assert [list(line.get_ydata()) for line in ax.lines] == [[0, 1], [0.2, 1.2]]
    bars = [segment.tolist() for segment in ax.collections[0].get_segments()]
    assert bars == [[[0.4, 0.0], [0.6, 0.0]], [[0.7, 1.0], [0.95, 1.0]]]
    assert ax.get_ylim() == (1.5, -0.5)
    assert len({line.get_color() for line in ax.lines}) == 2


def test_a_reliability_diagram_has_one_dot_and_one_interval_for_each_bin_that_is_not_empty():
    scores = np.array([[0.9, 0.1], [0.92, 0.08], [0.4, 0.6]])
    ax = figures.plot_reliability(scores, np.array([0, 1, 1]))
    diagonal, dots = ax.lines
    assert diagonal.get_xydata().tolist() == [[0, 0], [1, 1]]
    np.testing.assert_allclose(dots.get_xydata(), [[0.6, 1.0], [0.91, 0.5]])
    low, high = ax.collections[0].get_segments()[1][:, 1]
    assert (low, high) == pytest.approx(wilson_interval(1, 2))


@pytest.mark.parametrize(
    "draw",
    [
        lambda: figures.plot_scores([0.5], ["Cello", "Flute"]),
        lambda: figures.plot_window_scores([[0.5]], ["Cello", "Flute"], hop_seconds=0.5, window_seconds=2.0),
        lambda: figures.plot_intervals([0.5], [0.4, 0.6]),
        lambda: figures.plot_reliability(np.eye(3), np.zeros(2, dtype=int)),
        lambda: figures.plot_history({}, ylabel="Accuracy"),
        lambda: figures.plot_history({"training": 0.5}, ylabel="Accuracy"),
    ],
)
def test_figures_refuse_shapes_they_cannot_show(draw):
    with pytest.raises(ValueError, match="got"):
        draw()
