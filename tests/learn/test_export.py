"""The exported file gives the scores of the network that it was made from, and takes its calibration afterwards."""

import numpy as np
import pytest

from audiocls.classifier import PRETRAINED, Classifier
from audiocls.learn import export, networks
from audiocls.learn.frontend import FrontEnd
from audiocls.learn.recipes import RECIPES
from audiocls.measure.calibration import soften
from audiocls.windows import Voting

LABELS = ("high", "low", "noise")
REPORT = FrontEnd(kind="mfcc", seconds=0.1, n_features=13)


def sounds(length, n=12):
    """Noise of many levels; one sound ends early, one is silent."""
    rng = np.random.default_rng(0)
    y = (rng.normal(size=(n, length)) * 10 ** rng.uniform(-4, -1, size=(n, 1))).astype(np.float32)
    y[0, 500:], y[1] = 0, 0
    return y


@pytest.mark.slow
@pytest.mark.parametrize("name", RECIPES)
def test_the_exported_graph_equals_keras_on_the_packages_own_features(name, tmp_path):
    recipe, path = RECIPES[name], tmp_path / "net.onnx"
    front_end, y = recipe.front_end, sounds(recipe.front_end.length)
    network = recipe.build(*front_end.shape, 3)
    export.export_onnx(network, front_end, path, labels=LABELS, voting=recipe.voting)
    expected = network.predict(np.swapaxes(front_end(y), 1, 2), verbose=0)
    np.testing.assert_allclose(Classifier(path).score_windows(y), expected, atol=1e-5)
    np.testing.assert_allclose(export.full_model(network, front_end)(y), expected, atol=1e-5)
    assert Classifier(path).voting == recipe.voting
    export.calibrate(path, temperature=2.5, sure_from=0.4)
    np.testing.assert_allclose(Classifier(path).score_windows(y), soften(expected, 2.5), atol=1e-5)
    assert [path.name for path in tmp_path.iterdir()] == ["net.onnx"]


def test_a_calibrated_file_is_softened_once_however_often_it_is_calibrated(tmp_path):
    path = tmp_path / "cnn.onnx"
    path.write_bytes((PRETRAINED / "cnn.onnx").read_bytes())
    y, shipped = sounds(32_000, n=3), Classifier("cnn")
    for temperature in (3.0, shipped.voting.temperature):
        voting = export.calibrate(path, temperature=temperature, sure_from=0.25, facts={"calibrated_by": "a test"})
        again = Classifier(path)
        assert again.voting == voting and (voting.temperature, voting.sure_from) == (temperature, 0.25)
        assert again.facts == shipped.facts | {"calibrated_by": "a test"} and again.labels == shipped.labels
    np.testing.assert_array_equal(again.score_windows(y), shipped.score_windows(y))


@pytest.mark.parametrize(
    "change, message",
    [
        ({"temperature": 0.0}, "temperature must be positive and finite, got 0.0"),
        ({"temperature": float("nan")}, "temperature must be positive and finite, got nan"),
        ({"sure_from": 1.5}, r"sure_from must be in \[0, 1\], got 1.5"),
    ],
)
def test_numbers_that_are_no_calibration_leave_the_file_as_it_was(tmp_path, change, message):
    path = tmp_path / "cnn.onnx"
    path.write_bytes(before := (PRETRAINED / "cnn.onnx").read_bytes())
    with pytest.raises(ValueError, match=message):
        export.calibrate(path, **({"temperature": 1.0, "sure_from": 0.0} | change))
    assert path.read_bytes() == before


def test_a_file_from_before_there_was_a_voting_is_not_calibrated_twice(tmp_path):
    import onnx

    file = onnx.load(PRETRAINED / "cnn.onnx")
    next(entry for entry in file.metadata_props if entry.key == "voting").key = "former"
    file.metadata_props.add(key="hop", value="8000")
    onnx.save(file, tmp_path / "old.onnx")
    with pytest.raises(ValueError, match="softened the scores for good; train it again"):
        export.calibrate(tmp_path / "old.onnx", temperature=1.0, sure_from=0.0)
    with pytest.raises(FileNotFoundError, match="no classifier file"):
        export.calibrate(tmp_path / "missing.onnx", temperature=1.0, sure_from=0.0)


def test_labels_and_voting_that_do_not_fit_are_not_exported(tmp_path):
    network, out = networks.build_report_cnn(*REPORT.shape, 3), tmp_path / "net.onnx"
    with pytest.raises(ValueError, match="3 classes, got 2 labels"):
        export.export_onnx(network, REPORT, out, labels=["a", "b"], voting=Voting(hop_seconds=0.1))
    with pytest.raises(ValueError, match="a new file is not calibrated"):
        export.export_onnx(network, REPORT, out, labels=LABELS, voting=Voting(hop_seconds=0.1, sure_from=0.5))
    with pytest.raises(ValueError, match="use the front end it was trained with"):
        export.full_model(network, FrontEnd(kind="mfcc", seconds=0.2, n_features=13))
    assert not out.exists()
