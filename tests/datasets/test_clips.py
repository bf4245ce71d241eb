"""The table of clips, and what a split promises."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from audiocls import audio, datasets
from audiocls.datasets.clips import KEPT_IN_MEMORY, Clips, combine, folds


@pytest.fixture
def clips(tmp_path):
    """Twelve clips of two classes, three clips per source; clip i lasts (i + 1) / 100 s and holds the value i / 100."""
    rows = []
    for i in range(12):
        audio.write(tmp_path / f"{i}.wav", np.full(80 * (i + 1), i / 100), 8000, subtype="FLOAT")
        label = ("Violin", "Flute")[i % 2]
        row = {
            "fname": f"{i}.wav",
            "label": label,
            "source": f"{label}-{i % 4}",
            "seconds": (i + 1) / 100,
            "room": i % 3,
        }
        rows.append(row)
    return Clips(pd.DataFrame(rows), lambda fname: tmp_path / fname, name="twelve")


def test_labels_are_sorted_and_targets_point_into_them(clips):
    assert clips.labels == ("Flute", "Violin")
    assert clips.targets.tolist() == [1, 0] * 6
    assert clips.sources[:2].tolist() == ["Violin-0", "Flute-1"]


def test_a_clip_is_read_from_its_file_as_mono_float32(clips, tmp_path):
    audio.write(tmp_path / "3.wav", np.array([[0.5] * 80, [0.0] * 80]), 8000)
    y, sr = clips.audio(3)
    assert (y.dtype, y.shape, sr) == (np.float32, (80,), 8000)
    np.testing.assert_array_equal(y, 0.25)


def test_the_last_clip_is_number_minus_one_and_there_is_none_after_it(clips):
    np.testing.assert_array_equal(clips.audio(-1)[0], clips.audio(11)[0])
    for i in (12, -13):
        with pytest.raises(IndexError, match=f"got {i}"):
            clips.audio(i)


def test_changing_a_clip_does_not_change_what_is_read_next(clips):
    clips.audio(5)[0][:] = 9
    assert clips.audio(5)[0][0] == np.float32(0.05)


def test_a_clip_read_twice_is_fetched_once_and_memory_stays_bounded(clips):
    fetched = []
    counted = Clips(clips.table, lambda fname: (fetched.append(fname), clips.path(int(fname[:-4])))[1])
    counted.audio(0)
    counted.audio(0)
    assert fetched == ["0.wav"]
    assert counted._read.cache_info().maxsize == KEPT_IN_MEMORY < 100


def test_nothing_is_fetched_before_it_is_asked_for(clips):
    fetched = []
    lazy = Clips(clips.table, lambda fname: fetched.append(fname) or clips.path(int(fname[:-4])))
    train, test = lazy.split(by="clip", n_folds=2)
    some = combine({"learnt from": train, "tested on": test.select([0, 1]), "one each": lazy.one_per_class()})
    assert (len(some), len(some.describe()), len(some.folds(by="clip", n_folds=2))) == (10, 2, 10)
    assert "10 clips" in repr(some) and fetched == []
    some.audio(6)
    assert fetched == [test.table["fname"][0]]
    lazy.prepare()
    assert fetched[1:] == clips.table["fname"].to_list()


def test_iterating_gives_sound_rate_and_label_in_the_order_of_the_table(clips):
    items = list(clips)
    assert [label for _, _, label in items] == clips.table["label"].to_list()
    assert [len(y) for y, _, _ in items] == [80 * (i + 1) for i in range(12)]


def test_selected_clips_keep_the_labels_of_all(clips):
    violins = clips.select(clips.targets == 1)
    assert violins.labels == clips.labels
    assert set(violins.targets) == {1}
    np.testing.assert_array_equal(violins.audio(1)[0], clips.audio(2)[0])
    np.testing.assert_array_equal(clips.select([7, 3]).audio(0)[0], clips.audio(7)[0])


def test_the_name_of_a_set_stays_with_its_parts_and_stands_in_its_description(clips):
    train, test = clips.split(n_folds=2)
    assert {part.name for part in (clips, train, test, clips.one_per_class())} == {"twelve"}
    assert repr(clips) == "<Clips twelve: 12 clips, 2 classes, 4 sources, 0.0 minutes>"
    assert repr(Clips(clips.table, str)).startswith("<Clips: 12 clips, ")


def test_the_name_of_several_sets_is_theirs_or_one_of_its_own(clips):
    assert combine({"own": clips, "borrowed": clips}).name == "own+borrowed"
    assert combine({"own": clips, "borrowed": clips}, name="all").name == "all"


def test_combined_sets_keep_all_labels_and_columns_and_share_no_source(clips):
    other = Clips(clips.table.assign(label="Harp", studio=1).drop(columns="room"), lambda fname: clips.path(0))
    both = combine({"a": clips, "b": other})
    assert both.labels == ("Flute", "Harp", "Violin") and len(both) == 24
    assert {"room", "studio"} <= set(both.table.columns)
    assert not set(both.sources[:12]) & set(both.sources[12:])
    np.testing.assert_array_equal(both.audio(23)[0], clips.audio(0)[0])
    np.testing.assert_array_equal(both.audio(7)[0], clips.audio(7)[0])
    with pytest.raises(ValueError, match="got none"):
        combine({})


def test_a_mask_of_the_wrong_length_is_an_error(clips):
    with pytest.raises(ValueError, match=r"got \(2,\)"):
        clips.select([True, False])


def test_one_per_class_is_the_first_of_each(clips):
    assert clips.one_per_class().table["fname"].to_list() == ["1.wav", "0.wav"]


def test_describe_counts_clips_seconds_and_sources(clips):
    summary = clips.select([0, 2, 4]).describe()
    assert summary.loc["Violin"].to_list() == [3, pytest.approx(0.09), 2]
    assert summary.loc["Flute"].to_list() == [0, 0, 0]


def test_a_table_without_a_source_column_is_an_error(clips):
    with pytest.raises(ValueError, match="lacks source"):
        Clips(clips.table.drop(columns="source"), str)


def test_an_empty_table_is_an_error(clips):
    with pytest.raises(ValueError, match="got 0 rows"):
        Clips(clips.table.iloc[:0], str)


def test_a_label_that_is_not_among_the_labels_is_an_error(clips):
    with pytest.raises(ValueError, match="Violin"):
        Clips(clips.table, str, labels=["Flute"])


def test_clips_of_one_source_share_a_fold_and_every_fold_has_every_class(clips):
    fold = clips.folds(by="source", n_folds=2)
    for source in set(clips.sources):
        assert len(set(fold[clips.sources == source])) == 1
    for k in range(2):
        assert set(clips.targets[fold == k]) == {0, 1}


def test_splitting_by_clip_parts_sources(clips):
    fold = clips.folds(by="clip", n_folds=3)
    assert np.bincount(fold).tolist() == [4, 4, 4]
    assert any(len(set(fold[clips.sources == source])) > 1 for source in set(clips.sources))


def test_any_column_can_group_the_clips(clips):
    fold = clips.folds(by="room", n_folds=3)
    assert all(len(set(fold[clips.table["room"] == room])) == 1 for room in range(3))


def test_train_and_test_are_all_clips_and_share_no_source(clips):
    train, test = clips.split(test_fold=1, n_folds=2)
    assert set(train.table["fname"]) | set(test.table["fname"]) == set(clips.table["fname"])
    assert not set(train.sources) & set(test.sources)


def test_folds_depend_on_the_seed_alone():
    targets = np.repeat([0, 1], 50)
    np.testing.assert_array_equal(folds(targets, seed=3), folds(targets, seed=3))
    assert (folds(targets, seed=3) != folds(targets, seed=4)).any()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"by": "window"}, "windows"),
        ({"by": "studio"}, "got 'studio'"),
        ({"by": "clip", "n_folds": 1}, "got 1"),
        ({"by": "clip", "n_folds": 7}, "got 6 of Flute for 7 folds"),
        ({"by": "source", "n_folds": 3}, "groups as folds, got 2 of Flute"),
    ],
)
def test_folds_that_cannot_be_made_are_an_error(clips, options, message):
    with pytest.raises(ValueError, match=message):
        clips.folds(**options)


def test_a_fold_that_does_not_exist_is_an_error(clips):
    with pytest.raises(ValueError, match="got 2"):
        clips.split(test_fold=2, n_folds=2)


def test_groups_must_be_as_many_as_targets():
    with pytest.raises(ValueError, match="got 1 groups and 2 targets"):
        folds([0, 1], ["a"])


def test_groups_that_leave_a_fold_without_a_class_are_an_error():
    # Group a holds half of each class, so that one fold gets nearly everything.
    targets, groups = [0, 0, 0, 1, 1, 1, 0, 1], ["a", "a", "a", "a", "a", "a", "b", "c"]
    with pytest.raises(ValueError, match="got no"):
        folds(targets, groups, n_folds=2)


def test_without_scikit_learn_the_error_says_what_to_install(clips, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.model_selection", None)
    with pytest.raises(ImportError, match=r'pip install "audiocls\[learn\]"'):
        clips.folds(by="clip")


def test_load_names_the_sets_it_knows():
    with pytest.raises(ValueError, match="named 'birds'; use rendered, freesound, libraries"):
        datasets.load("birds")


def test_there_are_ten_labels_in_order():
    assert len(datasets.LABELS) == 10
    assert (datasets.LABELS[0], datasets.LABELS[6], datasets.LABELS[9]) == (
        "Acoustic_guitar",
        "Hi-hat",
        "Violin_or_fiddle",
    )
    assert list(datasets.LABELS) == sorted(datasets.LABELS)


def test_importing_the_data_sets_imports_nothing_heavy():
    heavy = "{'pandas', 'scipy', 'sklearn', 'pooch', 'tqdm', 'requests', 'pretty_midi'}"
    code = f"import sys, audiocls.datasets; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
