"""The networks have the parts and the sizes that the book says."""

import pytest

from audiocls.learn import networks


@pytest.mark.parametrize("build", [networks.build_cnn, networks.build_rnn])
def test_networks_refuse_an_unknown_way_to_pool(build):
    with pytest.raises(ValueError, match="pool must be of mean, max, attention, got median"):
        build(20, 16, 3, pool=("mean", "median"))


def test_a_cell_that_is_none_is_refused():
    with pytest.raises(ValueError, match="got 'Transformer'"):
        networks.build_rnn(20, 16, 3, cell="Transformer")


def test_the_convolutional_network_can_be_built_without_normalization():
    kinds = [type(layer).__name__ for layer in networks.build_cnn(20, 16, 3, normalize=False).layers]
    assert "BatchNormalization" not in kinds
    assert kinds.count("Conv2D") == [type(x).__name__ for x in networks.build_cnn(20, 16, 3).layers].count("Conv2D")
    # 5 x 5 x 16 + 3 x 3 x (16 x 32 + 32 x 64 + 64 x 96) weights, 208 biases, then as with normalization
    assert networks.build_cnn(100, 64, 10, normalize=False).count_params() == 400 + 78_336 + 208 + 4_656 + 7_690
