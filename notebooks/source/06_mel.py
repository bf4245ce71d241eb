# %% [markdown]
# # 6. Mel scale
#
# **Why do C2 to C4 and G6 to A6 sound so unlike, though both span about 200 Hz?** Listen to the two steps, each from its lower note to its upper one. Small loudspeakers lose most of the first note; headphones help.

# %%
import logging
import warnings

import matplotlib.pyplot as plt
import numpy as np
from scipy.signal.windows import tukey

from audiocls import datasets, fourier, mel, mfcc, plot, sampling, spectrogram
from audiocls.player import player

plot.use_style()
clips = datasets.load("rendered")

# %%
k, fade = np.arange(1, 5), tukey(11_200, 0.1)  # four harmonics; soft ends
options = {"amplitudes": 0.2 / k, "sr": 16_000, "seconds": 0.7}
low = [fade * fourier.synthesize(f * k, **options) for f in (65.41, 261.63)]
player(np.concatenate(low), 16_000, label="C2, then C4")

# %%
high = [fade * fourier.synthesize(f * k, **options) for f in (1_567.98, 1_760)]
player(np.concatenate(high), 16_000, label="G6, then A6")

# %% [markdown]
# The first is a leap of two octaves, the second one step of a scale. A spectrum with its bins at equal distances in hertz gives both nearly the same room. Ears do not, and so people spend numbers where ears tell things apart. This chapter builds the ruler that many sound classifiers measure with, and says how far it deserves trust.
#
# **You will**
#
# - convert between hertz and mel, and say what the scale measures and what it does not,
# - build a bank of mel filters by hand, and turn each frame of a clip into 26 logarithms,
# - find two mistakes that stop no program: filters that are empty, and frames that are cut short.
#
# **You need** spectra, their bins and their power (chapters 3 and 4) and decibels (chapter 2). Take about 50 minutes.
#
# ## How far apart are two notes?
#
# A {term}`semitone` is a twelfth of an {term}`octave`: in equal temperament each one multiplies the frequency by $2^{1/12}$. With A4 at 440 Hz that fixes all notes. The keys below are numbered as in MIDI, where A4 is 69.

# %%
key = {"C2": 36, "C4": 60, "G6": 91, "A6": 93}
hz = {name: 440 * 2 ** ((number - 69) / 12) for name, number in key.items()}
for a, b in (("C2", "C4"), ("G6", "A6")):
    print(f"{a} {hz[a]:7.1f} Hz, {b} {hz[b]:7.1f} Hz:", end=" ")
    print(f"{hz[b] - hz[a]:.1f} Hz, {key[b] - key[a]} semitones")

# %% [markdown]
# In hertz the two steps are almost equal; in semitones one is twelve times the other. Music counts in ratios. But does an octave down low *sound* as large a difference in height as an octave up high?
#
# In 1937 three psychologists tried to measure such things {cite:p}`stevens1937scale`. Five listeners heard a tone and set a second one to half the {term}`pitch` of the first, for tones of ten frequencies. From the answers a scale was built on which half as high is half the number, and 1,000 Hz was given the number 1,000. Take part: each pair below begins with 1,000 Hz.
#
# :::{admonition} Predict
# :class: predict
# The second tones are 600, 500, 400 and 300 Hz. Which one sounds half as high as the first? Decide by ear, before you think of octaves.
# :::

# %%
shape = tukey(6_400, 0.2)
pairs = [f for second in (600, 500, 400, 300) for f in (1_000, second)]
tones = [shape * sampling.tone(f, sr=16_000, seconds=0.4, amplitude=0.3) for f in pairs]
player(np.concatenate(tones), 16_000, label="1,000 Hz and 600, 500, 400, 300 Hz")

# %% [markdown]
# Nobody can mark your answer, which is what makes such scales hard to build. If you chose 500 Hz, you may have recognised the octave, and an octave is a ratio. Remember your choice. The unit of the new scale needed a name:
#
# :::{admonition} Misconception: "the mel is named after its inventor, Steven Mels"
# :class: misconception
# The unit comes from {cite:t}`stevens1937scale`, and none of the three authors has that name. The {term}`mel` is short for *melody*.
# :::
#
# ## A formula
#
# The scale of 1937 was a curve through measurements. The best-known formula was fitted later. It stands in a paper on speech coding {cite:p}`makhoul1976lpcw`, and spread through a textbook {cite:p}`oshaughnessy1987speech` and through HTK, a toolkit for speech recognition {cite:p}`young2006htk`:
#
# $$\begin{gathered} m = 2595 \log_{10}\Bigl(1 + \frac{f}{700}\Bigr), \\ f = 700\,\bigl(10^{m/2595} - 1\bigr), \end{gathered}$$
#
# with $f$ in hertz and $m$ in mel. By hand, and by three libraries:

# %%
f = np.array([0.0, 100, 440, 700, 1_000, 8_000])
by_hand = 2595 * np.log10(1 + f / 700)
print(by_hand.round(1), "mel")
print("audiocls:", np.allclose(mel.hz_to_mel(f), by_hand))
print("and back:", np.allclose(mel.mel_to_hz(by_hand), f))

# %%
import librosa
from python_speech_features.base import hz2mel

print("librosa:", np.allclose(librosa.hz_to_mel(f, htk=True), by_hand))
print("python_speech_features:", np.allclose(hz2mel(f), by_hand))

# %% [markdown]
# 1,000 Hz is 1,000 mel to a tenth, as agreed. Now your choice, and the two steps from the beginning:

# %%
print(f"half as high as 1,000 Hz: {mel.mel_to_hz(500):.0f} Hz")
for a, b in (("C2", "C4"), ("G6", "A6")):
    print(f"{a} to {b}: {mel.hz_to_mel(hz[b]) - mel.hz_to_mel(hz[a]):.0f} mel")

# %% [markdown]
# By the formula the third pair came nearest to half, more than an octave down. And the two steps: almost equal in hertz, twelve to one in semitones, not quite three to one in mel. So equal steps in hertz are unequal to the ear, and by how much depends on what listeners are asked: to sing a step again somewhere else, or to halve a height.
#
# librosa uses another curve unless told otherwise (`htk=True`). It comes from a MATLAB toolbox whose filters are 66.7 Hz apart up to 1,000 Hz, and from there each is a constant factor above the one before, with 27 of these steps to 6,400 Hz {cite:p}`slaney1998auditory`. Its unit is one such step, so that 1,000 Hz is 15; times 66.7 it can be compared with mel. Both can also be compared with judgements of listeners. {cite:t}`stevens1940relation` revised the scale after new experiments, and {cite:t}`umesh1999fitting` list points of it.
#
# :::{admonition} Predict
# :class: predict
# How close do the two curves come to those points?
# :::

# %% mystnb={"image": {"alt": "Pitch in mel against frequency up to 8,000 Hz. The HTK curve bends from the start; the Slaney curve is straight up to 1,000 Hz and bends after it. Up to 2,000 Hz the dots of the scale of 1940 follow the HTK curve and lie above the straight part of Slaney's; from 3,000 Hz on they lie between the two curves, nearer to Slaney's."}}
listed_hz = [40, 161, 200, 404, 693, 867, 1_000]
listed_hz += [2_022, 3_000, 3_393, 4_109, 5_526, 6_500, 7_743]
listed_mel = [43, 257, 300, 514, 771, 928, 1_000]
listed_mel += [1_542, 2_000, 2_142, 2_314, 2_600, 2_771, 2_914]
fig, ax = plt.subplots()
ax.plot(listed_hz, listed_mel, "o", ms=4, label="scale of 1940")
line = np.arange(0, 8_001, 20)
ax.plot(line, mel.hz_to_mel(line), label="HTK")
slaney = mel.hz_to_mel(line, scale="slaney") * 200 / 3
ax.plot(line, slaney, "--", label="Slaney, × 66.7")
ax.set(xlabel="Frequency (Hz)", ylabel="Pitch (mel)")
ax.set_title("Above 2,000 Hz the scale of 1940 lies between the formulas")
ax.legend(loc="lower right")
plt.show()

# %% [markdown]
# Roughly. Up to 2,000 Hz the first follows the points well; from 3,000 Hz on they lie between the two, nearer to the second. What the curves share matters more. The slope of the first is $1127/(700 + f)$ mel per hertz: nearly constant while $f$ is far below 700 Hz, nearly proportional to $1/f$, like a logarithm, far above.
#
# :::{admonition} Misconception: "the mel scale is logarithmic"
# :class: misconception
# On a logarithmic scale every octave is the same size. The next cell measures seven octaves. On Slaney's, the lowest are each twice the one before, as on a *linear* scale; on HTK's they begin almost so. From 1,000 Hz up they are equal on Slaney's, and on HTK's they still grow, but less and less.
# :::

# %%
print("octave from    HTK   Slaney × 66.7")
for f in 62.5 * 2.0 ** np.arange(7):
    htk = mel.hz_to_mel(2 * f) - mel.hz_to_mel(f)
    slaney = mel.hz_to_mel(2 * f, scale="slaney") - mel.hz_to_mel(f, scale="slaney")
    print(f"{f:8,.1f} Hz  {htk:5.0f} {slaney * 200 / 3:8.1f}")

# %% [markdown]
# ## Equal steps, by ear
#
# Three ways to divide the four octaves from 250 to 4,000 Hz into eight steps: equal in hertz, equal in mel, equal as a ratio. Amplitudes are equal, which is not quite equal loudness (chapter 2); try to hear past it.
#
# :::{admonition} Predict
# :class: predict
# Which of the three will climb evenly? Listen, and ask of each: are the first steps larger than the last ones, or smaller?
# :::

# %%
ways = {
    "hertz": np.linspace(250, 4_000, 9),
    "mel": mel.mel_frequencies(9, fmin=250, fmax=4_000),
    "ratio": np.geomspace(250, 4_000, 9),
}
for name, steps in ways.items():
    print(f"{name:6s}", steps.round().astype(int))

# %%
note = {"sr": 16_000, "seconds": 0.22, "amplitude": 0.3}
for name, steps in ways.items():
    tones = [tukey(3_520, 0.2) * sampling.tone(f, **note) for f in steps]
    climb = np.concatenate(tones)
    display(player(climb, 16_000, label=f"Eight steps, equal in {name}"))

# %% [markdown]
# The first leaps and then crawls. Between the second and the third the choice is harder, and science has not settled it. {cite:t}`attneave1971pitch` had listeners move short patterns of tones to other pitches, and found that below about 5,000 Hz they kept the ratios. {cite:t}`greenwood1997mel` went back to an experiment of 1956, in which listeners divided a range of pitch into equal steps: all of them set the steps higher going up than coming down, and the mel scale agrees with the upward settings alone. Both directions together fitted equal distances along the cochlea, which above 400 Hz are almost equal ratios.
#
# So do not take the mel for a law of hearing. What is established is coarser: the ear analyses sound in {term}`critical bands <critical band>`, about 100 Hz wide below 500 Hz and about a fifth of their frequency above {cite:p}`zwicker1961subdivision`. A scale that is first nearly linear and then nearly logarithmic has that outline, and a filter bank takes no more from it.
#
# ## Triangles
#
# Now the {term}`mel filter bank`. Choose how many filters, place their corners at equal distances in mel, and let each triangle rise from one corner to the next and fall to the one after. ({cite:t}`davis1980comparison` drew such triangles, with other corners.) Two filters need four corners. At 8,000 samples a second with `n_fft` 8, the spectrum has bins at 0, 1,000, 2,000, 3,000 and 4,000 Hz:

# %%
corners = mel.mel_frequencies(4, fmin=0, fmax=4_000)
f = fourier.fft_frequencies(sr=8_000, n_fft=8)
rows = []
for left, centre, right in zip(corners[:-2], corners[1:-1], corners[2:], strict=True):
    rising, falling = (f - left) / (centre - left), (right - f) / (right - centre)
    rows.append(np.maximum(0, np.minimum(rising, falling)))
print("corners in Hz:", corners.round())
print(np.round(rows, 2))

# %% [markdown]
# Each row is a filter, each column a bin. The bin at 1,000 Hz lies on the falling side of the first triangle and on the rising side of the second, so it counts 0.68 in one and 0.32 in the other: together 1. Most corners fall between bins. audiocls and librosa leave them there; python_speech_features moves each to the bin $\lfloor (N + 1) f / f_s \rfloor$, with $N$ for `n_fft`.

# %%
from python_speech_features import get_filterbanks

small = {"sr": 8_000, "n_fft": 8, "n_mels": 2}
exact = mel.mel_filterbank(**small)
print("as by hand:", np.allclose(exact, rows))
theirs = librosa.filters.mel(**small, htk=True, norm=None)
print("as librosa:", np.allclose(exact, theirs, atol=1e-6))
on_bins = mel.mel_filterbank(**small, edges="bins")
print(on_bins)
print("as the third:", np.allclose(on_bins, get_filterbanks(2, 8, 8_000)))

# %% [markdown]
# Eight samples are a toy. For 16,000 samples a second, take `n_fft` 512 and the usual 26 filters.
#
# :::{admonition} Predict
# :class: predict
# What is the shape of the array of filters? And how many bins does the narrowest filter hold?
# :::

# %%
filters = mel.mel_filterbank(sr=16_000, n_fft=512)
print(filters.shape, "bins in each:")
print((filters > 0).sum(axis=1))

# %% [markdown]
# Between the first peak and the last, every bin is shared out in full: what one filter loses, its neighbour gains.

# %%
peaks = mel.mel_frequencies(28, fmin=0, fmax=8_000)[1:-1]
f = fourier.fft_frequencies(sr=16_000, n_fft=512)
total = filters.sum(axis=0)[(f >= peaks[0]) & (f <= peaks[-1])]
print("between the peaks a bin's weights add up to 1:", np.allclose(total, 1))

# %% mystnb={"image": {"alt": "Twenty-six overlapping triangles of height one on a frequency axis up to 8,000 Hz: crowded and about 150 Hz wide at the left, ever wider to the right, the last one about 1,500 Hz wide. Dots mark the bins of the first and the last triangle: four against forty-eight."}}
fig, ax = plt.subplots(figsize=(7, 2))
ax.plot(f, filters.T, color=plot.INK, lw=0.8)
for row in filters[[0, -1]]:
    ax.plot(f[row > 0], row[row > 0], ".", ms=4)
ax.set(xlabel="Frequency (Hz)", ylabel="Weight")
ax.set_title("26 filters, equally wide in mel")
plt.show()

# %% [markdown]
# 26 rows, one a filter, and 257 columns, one a bin. Where each bin's weights add up to 1, no power is lost and none counted twice. Below the first peak and above the last, the bank fades out.
#
# ## Power first, logarithm last
#
# A filter bank is a matrix; a matrix times a power spectrum gives 26 sums of power. Only then comes the logarithm. Does the order matter? Two bins, one strong and one 40 dB weaker, both with weight one half:

# %%
power, weight = np.array([1.0, 0.0001]), np.array([0.5, 0.5])
print(f"power first: {10 * np.log10(weight @ power):6.1f} dB")
print(f"log first:   {weight @ (10 * np.log10(power)):6.1f} dB")

# %% [markdown]
# With the logarithm first, an almost silent neighbour drags the band 17 dB lower. Power adds up; decibels do not. A second test uses a whole spectrum: make a clip ten times weaker, and every band ought to fall by 20 dB. The saxophone is one of the ten notes of chapter 0, rendered from sampled instruments. `mfcc.frame_power` cuts a second of it into {term}`frames <frame>` of 25 ms, 10 ms apart, and returns their power spectra.

# %%
ten = clips.select([10, 30, 67, 93, 122, 150, 190, 222, 251, 282])
y, sr = ten.audio(ten.labels.index("Saxophone"))
y = sampling.resample(y, orig_sr=sr, target_sr=16_000)[:16_000].astype(float)
player(y, 16_000, label="A saxophone, near C4")

# %%
options = {"pre_emphasis": 0, "window": "hann"}
S = mfcc.frame_power(y, 16_000, **options)
weak = mfcc.frame_power(0.1 * y, 16_000, **options)
fall = 10 * np.log10(filters @ weak) - 10 * np.log10(filters @ S)
print("power first:", fall[::5, 50].round())
fall = filters @ (10 * np.log10(weak)) - filters @ (10 * np.log10(S))
print("log first:  ", fall[::5, 50].round())

# %% [markdown]
# Power first passes. With the logarithm first each band falls by 20 dB times the sum of its weights, so the shape of the spectrum depends on the level of the recording. (HTK adds up magnitudes, not power, unless told otherwise. That passes too, with other numbers.)
#
# One column of `S`, before and after the filters. In both spectra of this chapter 0 dB stands for $|X|^2/N = 1$, with $N$ for `n_fft`; in this one a full-scale sine on a bin would read 13 dB.

# %% mystnb={"image": {"alt": "Power spectrum of one frame of a saxophone note, a line with many peaks, and 26 dots, one a filter. Below 1,000 Hz the dots are close together and rise and fall with the single partials; higher up, where a filter covers more than one partial, they trace a smooth outline above the line."}}
bands = mel.log_mel(S, sr=16_000)
ax = plot.plot_spectrum(f, 10 * np.log10(S[:, 50]), label="257 bins")
ax.plot(peaks, 10 * bands[:, 50] / np.log(10), "o", ms=4, label="26 bands")
ax.set_title("One frame of a saxophone: partials below, an outline above")
ax.legend()
plt.show()

# %% [markdown]
# {func}`mel.log_mel <audiocls.mel.log_mel>` multiplies by the filters and takes the natural logarithm; times $10/\ln 10$ that is decibels. Down low, bands are narrower than the distance between partials, so that single partials show. Up high, one band holds several, and what is left is the outline. The dots there lie above the line because a wide triangle adds up many bins.
#
# ## 26 × 99
#
# Take one second at 16,000 Hz in frames of 400 samples, one every 160, with `n_fft` 512. By hand there is no window this time, because python_speech_features has none unless asked.
#
# :::{admonition} Predict
# :class: predict
# What is the shape of the result: 26 × 512, 26 × 257, 26 × 100, or something else?
# :::

# %%
padded = np.pad(y, (0, 80))  # zeros that fill the last frame
frames = spectrogram.frame(padded, frame_length=400, hop_length=160)
by_hand = np.abs(np.fft.rfft(frames, 512, axis=0)) ** 2 / 512
L = mel.log_mel(by_hand, sr=16_000, edges="bins")
print("frames", frames.shape, "power", by_hand.shape, "log mel", L.shape)

# %%
from python_speech_features import logfbank

theirs = logfbank(y, 16_000, preemph=0)
print("python_speech_features", theirs.shape, np.allclose(L, theirs.T))

# %% [markdown]
# :::{admonition} Misconception: "the result is 26 × 512"
# :class: misconception
# The shapes above refute it. 512 is the length of the transform. It leaves 257 bins, since the power spectrum of a real signal is symmetric, and the matrix product then sums the bins away. What remains is bands by *frames*: 99 of them, as $1 + \lceil (16000 - 400)/160 \rceil = 99$, the last one filled up with zeros. Some libraries write it as 99 × 26.
# :::
#
# Here is a second of each class. Every picture is scaled to its own brightest point and reaches 40 dB below it. (`offset=200` draws each column at the middle of its 400 samples.)

# %% mystnb={"image": {"alt": "Log mel pictures of ten clips, 26 bands by 99 frames, in a 2 by 5 grid. Cello, violin, clarinet, flute and saxophone are horizontal stripes for the whole second; the double bass fills only the bands below about 800 Hz, the guitar fades from the top, the clarinet has a dark stripe near 500 Hz. The bass drum is a spot at the bottom left, the snare drum two upright strokes, the hi-hat one."}}
units = {"xlabel": "Time (s)", "ylabel": "Frequency (Hz, mel scale)"}
fig, axes = plot.class_grid(**units, figsize=(9, 3.8))
for note, rate, label in ten:
    light = sampling.resample(note, orig_sr=rate, target_sr=16_000)[:16_000]
    L = mel.log_mel(mfcc.frame_power(light, 16_000, **options), sr=16_000)
    picture = {"offset": 200, "range_db": 40, "colorbar": False, "ax": axes[label]}
    plot.plot_mel(10 * L / np.log(10), sr=16_000, hop_length=160, **picture)
fig.suptitle("26 bands by 99 frames: where each instrument has its power")
plt.show()

# %% [markdown]
# With 26 bands the ladder of partials survives only at the bottom. What remains of an instrument is where its power lies, how sharply that ends and how it changes: the double bass keeps to the lowest bands, the clarinet leaves a gap where its second partial should be, the guitar loses its upper bands first, and the flute trembles. A drum stroke is a few upright columns; a note fills rows.
#
# ## Filters that hear nothing
#
# More filters show more, so why not 128? The first triangles then become narrower than the distance between two bins, and rounding corners to bins makes it worse.

# %%
with warnings.catch_warnings(record=True, action="always") as caught:
    many = mel.mel_filterbank(sr=16_000, n_fft=512, n_mels=128, edges="bins")
print(caught[0].message)
print("empty:", np.flatnonzero(many.max(axis=1) == 0))

# %% [markdown]
# An empty filter gives exactly 0, whatever the sound. The logarithm of 0 is minus infinity, so libraries put a tiny number in its place: here $2.2 \cdot 10^{-16}$, whose logarithm is −36.04. White noise has the same spectral density at every frequency (chapter 5). Through 128 filters it ought to give a nearly smooth curve:

# %% mystnb={"image": {"alt": "Mean log energy of white noise in 128 bands against the band's number. With n_fft 512, thirteen of the first thirty-five bands lie at minus 36 while all others climb slowly from minus 8 to minus 4. With n_fft 2,048 no band is that low."}}
from audiocls.spectral_density import noise

white = noise("white", n=16_000, seed=6)
fig, ax = plt.subplots()
for n_fft, marker in ((512, "o"), (2_048, ".")):
    S = mfcc.frame_power(white, 16_000, n_fft=n_fft, **options)
    with warnings.catch_warnings(action="ignore"):
        L = mel.log_mel(S, sr=16_000, n_mels=128, edges="bins")
    ax.plot(L.mean(axis=1), marker, ms=4, label=f"n_fft {n_fft:,}")
ax.set(xlabel="Band (0 is the lowest)", ylabel="Log energy (ln)")
ax.set_title("Empty filters look like silence")
ax.legend()
plt.show()

# %% [markdown]
# Thirteen bands carry nothing and pass for a silent bass. The cure is fewer filters, or a longer `n_fft`: zeros after the frame do not resolve more (chapter 3), but they put bins under every triangle. Exact corners help too ({ref}`exercise 3 <ex-mel-empty>`).

# %% [markdown]
# ```{explorable} 06_mel
# :title: Equal in hertz, equal in mel
# :alt: Left: eight notes equally far apart in hertz on the mel curve, where the high ones crowd together. Right: 26 triangular filters, narrow at low and wide at high frequencies.
#
# **Try:** play the eight notes with equal steps in hertz, then in mel. Then raise the number of filters to 128.
#
# **Notice:** equal steps in hertz begin with a huge leap and end in small steps; equal steps in mel are more even, though still wider at the bottom if you count semitones. With many filters the low ones are narrower than the distance between two bins: they shrink, and some vanish.
# ```

# %% [markdown]
# ## Frames cut short
#
# The second mistake hides in a default. python_speech_features 0.6 takes 25 ms a frame and `n_fft` 512, at any sampling rate, unless told otherwise. At 16,000 Hz that fits 400 samples into 512. At 44,100 Hz, 25 ms are 1,102.5 samples, rounded to 1,103. Into 512 they do not fit.
#
# :::{admonition} Predict
# :class: predict
# A frame of 1,103 samples is silent except for one click, at sample 600. What will the 26 bands say?
# :::

# %%
said = []  # catch what the library writes to the log
logging.getLogger().addFilter(lambda record: said.append(record.getMessage()))
click = np.zeros(1_103)
click[600] = 1
for n_fft in (512, 2_048):
    L = logfbank(click, 44_100, nfft=n_fft, preemph=0)
    print(f"n_fft {n_fft:5,}: {L.min():6.2f} to {L.max():6.2f}")
print(said[0])
print(f"left: {1_000 * 512 / 44_100:.1f} ms, which resolve {44_100 / 512:.0f} Hz")
print(f"dropped: {1_103 - 512} of 1,103 samples, {1 - 512 / 1_103:.0%}")
print(f"without the loss: 25 ms, which resolve {44_100 / 1_103:.0f} Hz")

# %% [markdown]
# Silence. The transform reads the first 512 samples and drops more than half of the frame. The library says so in its log, the third line above, and goes on. Frames start every 441 samples, so nearly every sample is still read in one of them, and the features look reasonable. But each frame tells of less than half the time it should, and resolves less than half as finely (chapter 3: one over the duration). See it on a low note of a saxophone:

# %% mystnb={"image": {"alt": "Spectrum of one frame of a low saxophone note up to 800 Hz. With all 1,103 samples the partials stand out as separate peaks about 69 Hz apart; with the first 512 samples they melt into broad humps."}}
from python_speech_features import sigproc

low = clips.table.fname.tolist().index("Saxophone-000.wav")
print(f"partials every {clips.table.f0[low]:.0f} Hz")
note, rate = clips.audio(low)
frame = sigproc.framesig(note, 0.025 * rate, 0.01 * rate)[[60]]
fig, ax = plt.subplots()
for kept in (1_103, 512):
    level = 10 * np.log10(sigproc.powspec(frame[:, :kept], 8_192)[0])
    ax.plot(np.fft.rfftfreq(8_192, 1 / rate), level, label=f"{kept:,} samples")
ax.set(xlim=(0, 800), ylim=(-60, 5), xlabel="Frequency (Hz)", ylabel=plot.LEVEL_LABEL)
ax.set_title("Half a frame cannot tell the partials apart")
ax.legend()
plt.show()

# %% [markdown]
# audiocls takes the next power of two that holds the frame, and refuses a length that does not:

# %%
try:
    mfcc.frame_power(click, 44_100, n_fft=512)
except ValueError as error:
    print(error)

# %% [markdown]
# ## Check yourself
#
# **You double the amplitude of a clip. What happens to its log mel energies (natural logarithm, no floor reached)?**
#
# <details class="quiz"><summary>They double.</summary>The power is four times as large, not the logarithm.</details>
# <details class="quiz"><summary>Each grows by 1.39.</summary>Right: ln 4, the same in every band and frame. That is why a level can be taken off by subtracting a mean.</details>
# <details class="quiz"><summary>The loud bands grow more than the soft ones.</summary>In power they do. The logarithm turns the common factor into a common step.</details>
#
# **From 4,000 to 8,000 Hz, how does the mel scale (HTK) behave?**
#
# <details class="quiz"><summary>Nearly as a logarithm.</summary>Yes: there f is far above 700 Hz, and octaves are almost equal.</details>
# <details class="quiz"><summary>Nearly linearly.</summary>That holds far below 700 Hz.</details>
# <details class="quiz"><summary>It is logarithmic everywhere, so here too.</summary>Not everywhere: the octaves at the bottom of the table are a fraction of those at the top.</details>
#
# **In your features, three of the lowest bands are −36.04 in every frame of every clip. What do you do?**
#
# <details class="quiz"><summary>Nothing: there is no bass in these recordings.</summary>Exactly no power, in every frame of every clip? Even a quiet band holds a little noise.</details>
# <details class="quiz"><summary>Look at the filters.</summary>Right. They are probably empty. Fewer filters, or a longer n_fft.</details>
# <details class="quiz"><summary>Standardise each band.</summary>A band that never varies has a standard deviation of 0, so you would divide by zero.</details>
#
# ## In this chapter we have
#
# - converted between hertz and mel with two formulas, held both against listeners' judgements, and seen that the scale is a useful outline and no law of hearing;
# - built mel filters by hand, equal to two libraries', and turned each frame of a clip into 26 logarithms, power first;
# - found filters that are empty and frames that are cut short, and seen how to avoid both.
#
# **In the package:** {func}`~audiocls.mel.hz_to_mel` and {func}`~audiocls.mel.mel_to_hz` convert, {func}`~audiocls.mel.mel_frequencies` spaces the corners of the triangles, {func}`~audiocls.mel.mel_filterbank` makes the filters, and {func}`~audiocls.plot.plot_mel` draws the bands.
#
# ## Exercises

# %% [markdown]
# ```{exercise} Predict, then listen: a tune that climbs in mel
# :label: ex-mel-tune
# "Mel" is from melody. Take the tune C4, E4, G4, C5 and move it two octaves up: once by ratios, once so that all distances in mel stay. Before you listen: will the second still be the same tune? Will it be wider or narrower?
# ```
#
# ```{solution-start} ex-mel-tune
# :class: dropdown
# ```

# %%
tune = 440 * 2 ** ((np.array([60, 64, 67, 72]) - 69) / 12)
in_mel = mel.hz_to_mel(tune)
moved = mel.mel_to_hz(in_mel - in_mel[0] + mel.hz_to_mel(4 * tune[0]))
print("semitones above the first:", (12 * np.log2(moved / moved[0])).round(1))
shape = tukey(4_800, 0.2)
tunes = np.concatenate([tune, 4 * tune, moved])
tones = [shape * sampling.tone(f, sr=16_000, seconds=0.3, amplitude=0.3) for f in tunes]
player(np.concatenate(tones), 16_000, label="The tune, by ratios, by mel")

# %% [markdown]
# In semitones the tune is 0, 4, 7, 12; moved by mel it shrinks to about half of that and is another tune. Whatever the mel measures, it is not what keeps a melody the same.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Half as high
# :label: ex-mel-half
# Which frequency is half as high as 4,000 Hz by HTK's formula? Use pencil and calculator. Then ask the computer, for Slaney's scale too.
# ```
#
# ```{solution-start} ex-mel-half
# :class: dropdown
# ```

# %%
for scale in ("htk", "slaney"):
    half = mel.hz_to_mel(4_000, scale=scale) / 2
    print(f"{scale:6s} {half:7.1f} -> {mel.mel_to_hz(half, scale=scale):.0f} Hz")

# %% [markdown]
# By hand: half the logarithm is the logarithm of the square root, so $1 + f/700 = \sqrt{1 + 4000/700} = 2.59$, and $f$ is 1,114 Hz. An octave down would be 2,000 Hz; both formulas go much lower. Play all three and judge.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} The shortest transform
# :label: ex-mel-empty
# With exact corners (`edges="hz"`), 128 filters at 16,000 Hz and `n_fft` 512, one filter is empty. Which, and why? Work out from its corners how long `n_fft` has to be, then try that value and one less.
# ```
#
# ```{solution-start} ex-mel-empty
# :class: dropdown
# ```

# %%
right = mel.mel_frequencies(130, fmin=0, fmax=8_000)[2]
print(f"the first filter ends at {right:.2f} Hz: n_fft above {16_000 / right:.1f}")
for n_fft in (512, 573, 574):
    with warnings.catch_warnings(action="ignore"):
        bank = mel.mel_filterbank(sr=16_000, n_fft=n_fft, n_mels=128)
    print(n_fft, "empty:", np.flatnonzero(bank.max(axis=1) == 0))

# %% [markdown]
# The first filter begins at 0 Hz, where it weighs nothing, so it needs the bin at $f_s / N$ below its right corner.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} White noise that is not flat
# :label: ex-mel-norm
# White noise has the same power per hertz everywhere. Are its 26 log mel energies equal? Predict the shape of the curve, then plot it for `norm=None` and for `norm="slaney"`, which divides each triangle by its area.
# ```
#
# ```{solution-start} ex-mel-norm
# :class: dropdown
# ```

# %% mystnb={"image": {"alt": "Mean level of white noise in 26 mel bands. With triangles of height one it climbs steadily by about ten decibels from the lowest band to the highest; with triangles of equal area it stays the same."}}
S = mfcc.frame_power(white, 16_000, **options)
fig, ax = plt.subplots()
for norm in (None, "slaney"):
    mean = (mel.mel_filterbank(sr=16_000, n_fft=512, norm=norm) @ S).mean(axis=1)
    ax.plot(10 * np.log10(mean / mean[0]), ".-", label=f"norm={norm!r}")
ax.set(xlabel="Band (0 is the lowest)", ylabel="Level (dB re band 0)")
ax.set_title("Wide triangles collect more noise")
ax.legend()
plt.show()

# %% [markdown]
# With height 1 a band's power grows with its width. Dividing by the area makes bands into mean densities. To the logarithm this adds a constant, another one for each band, which a network that standardises each band never sees.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Is mel any better than hertz?
# :label: ex-mel-better
# Describe 150 clips by the mean of their log band energies over time, less the mean over the bands, and give each clip the class of its nearest neighbour in another fold; folds keep the clips of one source together. Compare 26 bands equal in mel with 26 equal in hertz and 26 equal as ratios. What can you conclude, and what not? Change the number of bands. There is no single answer.
# ```
#
# ```{solution-start} ex-mel-better
# :class: dropdown
# ```

# %%
some, S = datasets.load("rendered", per_class=15), []
for note, rate, _ in some:
    light = sampling.resample(note, orig_sr=rate, target_sr=16_000)
    S.append(mfcc.frame_power(light, 16_000, **options))
fold = some.folds(by="source")  # clips of one source are in one fold

# %%
banks = {
    "mel": mel.mel_frequencies(28, fmin=0, fmax=8_000),
    "hertz": np.linspace(0, 8_000, 28),
    "ratio": np.geomspace(100, 8_000, 28),
}
for name, corners in banks.items():
    left, centre, right = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    rising, falling = (f - left) / (centre - left), (right - f) / (right - centre)
    bank = np.maximum(0, np.minimum(rising, falling))
    X = np.array([np.log(bank @ power + 1e-12).mean(axis=1) for power in S])
    X -= X.mean(axis=1, keepdims=True)
    distance = np.sum((X[:, None] - X) ** 2, axis=-1)
    distance[fold[:, None] == fold] = np.inf  # no neighbour in the own fold
    right = some.targets[distance.argmin(axis=1)] == some.targets
    print(f"{name:6s} {np.mean(right):.0%}")

# %% [markdown]
# Mel does not win here, and that is no proof against it either. With 150 clips, two standard errors of an accuracy near one half are $2\sqrt{0.5 \cdot 0.5 / 150}$, 8 points, and clips of one source are alike, which makes it worse. The sounds come from one program. What one can say: on these clips, the choice between the three scales is not what decides. Guessing gives 10 %.
#
# ```{solution-end}
# ```

# %% [markdown]
# ## Further reading
#
# - {cite:t}`stevens1937scale`: six pages, and a model of how to ask a listener.
# - {cite:t}`davis1980comparison`: the comparison that mel cepstra won, with the triangles in figure 1.
# - {cite:t}`umesh1999fitting`: the formulas in use, and how well they fit.
# - {cite:t}`greenwood1997mel`: the case against the scale.
# - {cite:t}`young2006htk`, free to read online: the chapter on speech input gives the filter bank in a page.
#
# The functions of this chapter are described in the {doc}`reference of audiocls.mel </book/api/mel>`. The next chapter takes the logarithm of a spectrum and looks for what repeats in it.
