"""A sound in a page: the level stays, the label is shown and spoken, and what cannot be played is refused."""

import base64
import io
import re

import numpy as np
import pytest
import soundfile as sf

from audiocls.audio import AudioError
from audiocls.player import player


@pytest.fixture
def tone():
    return (0.5 * np.sin(2 * np.pi * 440 / 16_000 * np.arange(16_000))).astype(np.float32)


def decoded(shown):
    return sf.read(io.BytesIO(shown.mp3))


def test_a_player_keeps_the_level(tone):
    for gain in (1.0, 0.01):
        y, sr = decoded(player(gain * tone, 16_000, label="A4"))
        middle = slice(4_000, 12_000)
        assert sr == 16_000
        assert np.sqrt(np.mean(y[middle] ** 2)) == pytest.approx(gain * 0.5 / np.sqrt(2), rel=0.01)


def test_a_player_is_the_same_bytes_every_time(tone):
    first, second = (player(tone, 16_000, label="A4")._repr_html_() for _ in range(2))
    assert first == second


def test_a_player_shows_and_announces_its_label(tone):
    page = player(tone, 16_000, label='"Loud" & <clear>')._repr_html_()
    assert page.startswith('<figure class="player"><figcaption>&quot;Loud&quot; &amp; &lt;clear&gt;</figcaption>')
    assert 'aria-label="&quot;Loud&quot; &amp; &lt;clear&gt;"' in page
    mp3 = base64.b64decode(re.search(r'src="data:audio/mpeg;base64,([^"]+)"', page)[1])
    assert sf.info(io.BytesIO(mp3)).format == "MP3"


def test_a_player_repr_is_stable(tone):
    assert repr(player(tone, 16_000, label="A4")) == "Player('A4', 16000 Hz, 1.00 s)"


def test_a_short_sound_is_followed_by_silence():
    y, _ = decoded(player(np.array([0.5]), 44_100, label="click"))
    assert len(y) == 2_205
    assert np.abs(y[1_200:]).max() < 1e-3


@pytest.mark.parametrize(("sr", "held"), [(7_350, 8_000), (15_000, 16_000), (96_000, 48_000), (44_100, 44_100)])
def test_rates_that_mp3_cannot_hold_are_resampled(sr, held):
    y = 0.5 * np.sin(2 * np.pi * 500 / sr * np.arange(sr))
    shown = player(y, sr, label="500 Hz")
    back, back_sr = decoded(shown)
    assert back_sr == held
    assert len(back) == pytest.approx(held, abs=1)
    assert np.argmax(np.abs(np.fft.rfft(back, held))) == 500
    assert (shown.sr, shown.seconds) == (sr, 1.0)


def test_stereo_stays_stereo(tone):
    back, _ = decoded(player(np.stack([tone, 0 * tone]), 16_000, label="left"))
    assert back.shape == (16_000, 2)
    assert np.abs(back[:, 0]).max() > 0.4
    assert np.abs(back[:, 1]).max() < 0.01


def test_a_player_refuses_what_it_would_clip_or_cannot_play(tone):
    with pytest.raises(AudioError, match=r"peak 1\.5 is louder than full scale; a player would clip it"):
        player(3 * tone, 16_000, label="loud")
    with pytest.raises(AudioError, match="1 or 2 channels, got 3"):
        player(np.zeros((3, 100)), 16_000, label="three")
    with pytest.raises(ValueError, match="forget to divide by 32768"):
        player(np.zeros(100, np.int16), 16_000, label="integers")
