"""The matrix that plays: every mistake can be reached, heard and seen, and nothing but HTML is needed for it."""

import base64
import io
import re
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import numpy as np
import pytest
import soundfile as sf

from audiocls import datasets
from audiocls.book import playable


class Tags(HTMLParser):
    """All tags of a page, and whether each was closed."""

    def __init__(self, markup):
        super().__init__()
        self.found, self.open = [], []
        self.feed(markup)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        if tag not in ("img", "path"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, tag):
        return [attributes for name, attributes in self.found if name == tag]


@pytest.fixture(scope="module")
def clips():
    return datasets.load("rendered", per_class=3)


@pytest.fixture(scope="module")
def scores(clips):
    """All right, but the three cellos are taken for flutes, ever more surely, and one violin for a saxophone."""
    scores = np.full((30, 10), 0.02)
    scores[np.arange(30), clips.targets] = 0.82
    for k, i in enumerate((6, 7, 8)):
        scores[i, 5], scores[i, 2] = 0.5 + k / 10, 0.34 - k / 10
    scores[29, 7], scores[29, 9] = 0.6, 0.24
    return scores


@pytest.fixture(scope="module")
def matrix(clips, scores):
    return playable.playable_confusion(clips, scores)


@pytest.fixture(scope="module")
def tags(matrix):
    tags = Tags(matrix._repr_html_())
    assert tags.open == []
    return tags


def test_counts_are_those_of_the_confusion(matrix):
    assert matrix.counts[2].tolist() == [0, 0, 0, 0, 0, 3, 0, 0, 0, 0]
    assert matrix.counts[9, 7] == 1 and matrix.counts.sum() == 30
    assert repr(matrix) == "PlayableConfusion(4 of 30 clips named wrongly, 4 can be played)"


def test_each_mistake_is_a_link_to_its_clips_inside_a_list_that_unfolds(tags):
    links = tags.all("a")
    assert [link["aria-label"] for link in links] == [
        "Cello taken for Flute: 3 clips",
        "Violin or fiddle taken for Saxophone: 1 clip",
    ]
    ids = [attributes["id"] for _, attributes in tags.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {link["href"][1:] for link in links} <= set(ids)
    assert len(tags.all("details")) == len(tags.all("summary")) == 2


def test_the_surest_mistake_comes_first(matrix):
    assert matrix.shown == (8, 7, 6, 29)


def test_every_clip_has_a_named_player_that_holds_the_beginning_of_its_sound(tags, matrix):
    players = tags.all("audio")
    assert [player["aria-label"].split(",")[0] for player in players] == [f"Clip {i}" for i in matrix.shown]
    for player in players:
        data = base64.b64decode(player["src"].removeprefix("data:audio/mpeg;base64,"))
        y, sr = sf.read(io.BytesIO(data))
        assert sr == 16_000 and 0.6 <= len(y) / sr < 0.8  # an MP3 is padded
        assert np.abs(y).max() > 0.05


def test_pictures_are_small_images_with_a_description(tags):
    for image in tags.all("img"):
        data = base64.b64decode(image["src"].removeprefix("data:image/png;base64,"))
        assert data.startswith(b"\x89PNG") and len(data) < 1_000
        assert re.fullmatch(r"Log-mel picture of clip \d+", image["alt"])


def test_the_three_best_scores_are_listed_and_the_true_class_is_marked(matrix):
    first = matrix._repr_html_().split("<ol>")[1].split("</ol>")[0]
    assert re.findall(r">([^<]+)</li>", first)[:2] == ["Flute 70\u00a0%", "Cello 14\u00a0% (true)"]
    assert 'style="--score:70%"' in first


def test_the_true_class_is_listed_even_if_it_is_far_behind(clips):
    scores = np.full((30, 10), 0.02)
    scores[np.arange(30), clips.targets] = 0.82
    scores[6] = [0.3, 0.2, 0.0, 0.1, 0.4, 0, 0, 0, 0, 0]
    page = playable.playable_confusion(clips, scores)._repr_html_()
    assert re.findall(r">([^<]+)</li>", page) == [
        "Double bass 40\u00a0%",
        "Acoustic guitar 30\u00a0%",
        "Bass drum 20\u00a0%",
        "Cello 0\u00a0% (true)",
    ]


def test_room_is_shared_out_so_that_every_cell_can_be_played(clips, scores):
    assert playable.playable_confusion(clips, scores, most=2).shown == (8, 29)
    three = playable.playable_confusion(clips, scores, most=3)
    assert three.shown == (8, 7, 29)
    assert "Cello taken for Flute: 3 clips (2 of them here, the surest first)" in three._repr_html_()


def test_the_same_scores_give_the_same_page(clips, scores, matrix):
    assert playable.playable_confusion(clips, scores)._repr_html_() == matrix._repr_html_()


def test_a_png_holds_its_pixels():
    pixels = np.array([[0, 5, 15], [1, 2, 3]], dtype=np.uint8)
    palette = np.arange(48, dtype=np.uint8).reshape(16, 3)
    png = playable._png(pixels, palette)
    assert (255 * plt.imread(io.BytesIO(png))[..., :3]).round().tolist() == palette[pixels].tolist()
    assert png[24] == 4, "half a byte per pixel"


def test_the_page_carries_its_style_sheet(matrix):
    style = matrix._repr_html_().split("<style>")[1].split("</style>")[0]
    assert style.startswith(".playable{") and style.count("{") == style.count("}") > 20


def test_a_clip_shorter_than_what_is_played_is_played_whole():
    y = playable._beginning(np.ones(100, np.float32), 16_000, 0.6)
    assert len(y) == 100 and y[0] > 0.9 and y[-1] == 0
    assert playable._outline(y).count("M") == playable.COLUMNS


@pytest.mark.parametrize("options", [{"seconds": 0.0}, {"most": 0}])
def test_what_cannot_be_shown_is_refused(clips, scores, options):
    with pytest.raises(ValueError, match="got"):
        playable.playable_confusion(clips, scores, **options)
    with pytest.raises(ValueError, match="got"):
        playable.playable_confusion(clips, scores[:, :9])
