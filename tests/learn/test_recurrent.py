"""Recurrences in NumPy against numbers worked by hand and against Keras."""

import numpy as np
import pytest

from audiocls.learn import networks, recurrent

RNG = np.random.default_rng(0)
X = RNG.normal(size=(7, 3)).astype(np.float32)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("layer", "ours"),
    [
        ("SimpleRNN", recurrent.simple_rnn),
        ("LSTM", lambda *args: recurrent.lstm(*args).state),
        ("GRU", lambda *args: recurrent.gru(*args).state),
    ],
)
def test_states_are_those_of_keras(layer, ours):
    keras = networks.load_keras()
    built = getattr(keras.layers, layer)(5, return_sequences=True)
    built.build((None, None, 3))
    weights = [RNG.normal(size=w.shape) for w in built.get_weights()]
    built.set_weights(weights)
    np.testing.assert_allclose(ours(X, *weights), built(X[None]).numpy()[0], atol=1e-5)


def test_two_steps_of_a_plain_recurrence_by_hand():
    one = np.ones((1, 1))
    states = recurrent.simple_rnn(np.array([[1.0], [2.0]]), one, -2 * one, np.array([0.5]))
    first = np.tanh(1.5)
    np.testing.assert_allclose(states[:, 0], [first, np.tanh(2 - 2 * first + 0.5)])


def test_an_open_forget_gate_and_a_shut_input_gate_keep_the_cell_for_ever():
    bias = np.array([-50.0, 50.0, 0.0, 0.0])  # input shut, forget gate wide open
    kernel = np.array([[100.0, 0.0, 9.0, 0.0]])  # only an input of 1 opens the input gate
    steps = recurrent.lstm(np.array([[1.0]] + [[0.0]] * 200), kernel, np.zeros((1, 4)), bias)
    np.testing.assert_allclose(steps.cell, np.tanh(9.0))
    np.testing.assert_allclose(steps.forget, 1.0)
    np.testing.assert_allclose(steps.input[:, 0], [1.0] + [0.0] * 200, atol=1e-9)
    np.testing.assert_allclose(steps.candidate[:, 0], [np.tanh(9.0)] + [0.0] * 200)
    np.testing.assert_allclose(steps.output, 0.5)


def test_a_shut_update_gate_writes_the_candidate_and_the_reset_gate_says_how_much_of_the_state_it_sees():
    kernel, recurrent_kernel = np.array([[0.0, 0.0, 1.0]]), np.array([[0.0, 0.0, 1.0]])
    bias = np.array([[-50.0, -50.0, 0.0], [0.0, 0.0, 0.0]])  # both gates shut
    steps = recurrent.gru(np.array([[2.0], [3.0]]), kernel, recurrent_kernel, bias)
    np.testing.assert_allclose(steps.update, 0.0, atol=1e-9)
    np.testing.assert_allclose(steps.reset, 0.0, atol=1e-9)
    np.testing.assert_allclose(steps.state, steps.candidate)
    np.testing.assert_allclose(steps.candidate[:, 0], np.tanh([2.0, 3.0]))


def test_shapes_that_do_not_fit_are_refused_by_name():
    kernel, recurrent_kernel = np.zeros((3, 8)), np.zeros((2, 8))
    with pytest.raises(ValueError, match=r"one sequence with shape \(time, feature\), got \(1, 7, 3\)"):
        recurrent.lstm(X[None], kernel, recurrent_kernel, np.zeros(8))
    with pytest.raises(ValueError, match=r"got .*\(9,\)"):
        recurrent.lstm(X, kernel, recurrent_kernel, np.zeros(9))
    with pytest.raises(ValueError, match="must have shapes"):
        recurrent.gru(X, np.zeros((3, 6)), np.zeros((2, 6)), np.zeros(6))


@pytest.mark.slow
def test_a_network_without_recurrence_does_not_notice_the_order_of_its_steps():
    networks.load_keras().utils.set_random_seed(1)
    windows = np.random.default_rng(0).normal(-40, 10, size=(4, 10, 8)).astype(np.float32)
    backwards = windows.reshape(4, 5, 2, 8)[:, ::-1].reshape(4, 10, 8)
    plain, ordered = (networks.build_rnn(10, 8, 3, units=6, cell=cell) for cell in (None, "LSTM"))
    scores = [network.predict(batch, verbose=0) for network in (plain, ordered) for batch in (windows, backwards)]
    np.testing.assert_allclose(scores[0], scores[1], atol=1e-5)
    assert np.abs(scores[2] - scores[3]).max() > 1e-3


@pytest.mark.slow
def test_cells_and_layers_have_the_parameters_that_their_formulas_say():
    def count(**options):
        return networks.build_rnn(10, 8, 3, units=6, **options).count_params()

    rest = 4 * 8 // 2 + (16 + 1) * 6 + (4 * 6 + 1) * 3  # standardisation, first and last dense layer
    assert count() == rest + 2 * 4 * (6 + 6 + 1) * 6
    assert count(depth=2) == count() + 2 * 4 * (12 + 6 + 1) * 6
    assert count(cell="GRU") == rest + 2 * 3 * (6 + 6 + 2) * 6
    assert count(cell="SimpleRNN") == rest + 2 * (6 + 6 + 1) * 6
    assert count(cell=None) == rest + (6 + 1) * 12
