"""A card says what the file and the results say, at the file's own threshold, and refuses results of something else."""

import json

import pytest

from audiocls.classifier import Classifier
from audiocls.cli import main
from audiocls.measure.card import model_card

LABELS = ["Cello", "Flute"]
MEASURED = {
    "model": "cnn", "data": "freesound", "split": "source", "folds": 2, "seeds": 1, "labels": LABELS,
    "command": "audiocls evaluate --by-test", "confusion": [[6, 4], [1, 9]], "calibration_error": 0.04,
    "clip_accuracy": {"mean": 0.7, "interval": [0.6, 0.8]}, "window_accuracy": {"mean": 0.65},
    "per_fold": [[0.65, 0.75]], "answers": [[0.5, 0.9, 0.85], [0.6, 0.8, 0.9], [0.7, 0.6, 0.95]],
}  # fmt: skip


@pytest.fixture(scope="module")
def shipped():
    return Classifier("cnn")


def spaced(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_card_says_how_the_network_was_trained_and_what_it_is_worth(shipped):
    card = spaced(model_card(shipped, [MEASURED]))
    assert shipped.facts["command"] in card and shipped.facts["calibrated_by"] in card and "audiocls evaluate" in card
    assert "70.0 % (60.0 to 80.0)" in card and "split by source: 65 %, 75 % of the clips right" in card
    assert "Cello taken for Flute (40 %); Flute taken for Cello (10 %)" in card
    assert f"**Votes**: {shipped.voting}" in card and "highest score is below 60 %" in card


@pytest.mark.parametrize(
    "sure_from, said",
    [
        (0.5, "| 90 %, 85.0 % |"),
        (0.6, "| 80 %, 90.0 % |"),
        (0.7, "| 60 %, 95.0 % |"),
        (0.65, "| not measured |"),
        (0.0, "| all |"),
    ],
)
def test_a_card_tells_the_answers_at_the_threshold_of_the_file(shipped, monkeypatch, sure_from, said):
    import dataclasses

    monkeypatch.setattr(shipped, "voting", dataclasses.replace(shipped.voting, sure_from=sure_from))
    assert said in spaced(model_card(shipped, [MEASURED]))


@pytest.mark.parametrize("change", [{"model": "rnn"}, {"data": "rendered"}])
def test_a_card_refuses_results_of_another_model_or_data_set(shipped, change):
    with pytest.raises(ValueError, match="the card is of cnn on freesound, got a result of"):
        model_card(shipped, [MEASURED | change])


def test_a_file_that_says_nothing_of_its_training_has_no_card(shipped, monkeypatch):
    monkeypatch.setattr(shipped, "facts", {})
    with pytest.raises(ValueError, match="says nothing of its training"):
        model_card(shipped)


def test_the_command_line_writes_a_card_whole_or_not_at_all(tmp_path, capsys):
    result, card = tmp_path / "measured.json", tmp_path / "card.md"
    result.write_text(json.dumps(MEASURED | {"model": "rnn"}))
    assert main(["card", str(result), "--out", str(card)]) == 1
    assert "leave it out" in capsys.readouterr().err and not card.exists()
    result.write_text(json.dumps(MEASURED))
    assert main(["card", str(result), "--out", str(card)]) == 0
    assert card.read_text(encoding="utf-8").startswith("# Card of the classifier `cnn`")
