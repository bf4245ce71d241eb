# %% [markdown]
# # 1. Sampling
#
# **How many numbers does a second of sound need?** A computer keeps sound as a list of numbers, and somebody has to decide how long the list is. Listen to one whistle that climbs without a break for two seconds, first kept as 44,100 numbers a second, then as 8,000.

# %%
import matplotlib.pyplot as plt
import numpy as np

from audiocls import audio, datasets, plot, sampling, spectrogram
from audiocls.player import player

plot.use_style()

# %%
whistle = sampling.chirp(200, 7_500, sr=44_100, seconds=2, amplitude=0.3)
player(whistle, 44_100, label="A rising whistle, 44,100 numbers a second")

# %%
whistle_slow = sampling.chirp(200, 7_500, sr=8_000, seconds=2, amplitude=0.3)
player(whistle_slow, 8_000, label="The same whistle, 8,000 numbers a second")

# %% [markdown]
# The second one turns round halfway and comes back down. Nothing in the formula goes down: it is the same line of code with another rate. The numbers are right, every one of them, and still they tell of a sound that was never there. This chapter explains why, when it happens, and how to make sure that it does not.
#
# **You will**
#
# - turn a sound into samples and get back every value between them,
# - predict the false frequency that appears when samples are too far apart, and hear it,
# - read from a file how it was sampled, and change its rate without damage.
#
# **You need** sines as taught at school and a little NumPy. Take about 45 minutes.
#
# ## A second of sound in numbers
#
# Sound is air pressure that changes with time. A microphone turns it into a voltage, and a converter measures that voltage at equal steps of time. Each measured value is a {term}`sample`; the number of samples in a second is the {term}`sampling rate`, written $f_s$ in formulas and `sr` in code, in hertz (Hz). Sample number $n$ is taken at the time $n / f_s$.
#
# Start small: one period of a sine in eight samples. What will the list look like? Guess its largest value and how often zero occurs, then run the cell.

# %%
n = np.arange(8)
by_hand = np.sin(2 * np.pi * 1 * n / 8)  # 1 Hz, 8 samples a second
print(by_hand.round(2) + 0.0)

# %% [markdown]
# Zero twice, 1 at a quarter of the period and −1 at three quarters, and four values of $\pm\sqrt{1/2}$. The package calls this formula {func}`sampling.tone <audiocls.sampling.tone>`, which should give the same numbers.

# %% mystnb={"image": {"alt": "Eight dots on stems follow one period of a sine: zero, up to one, through zero to minus one and back. Nothing is drawn between the dots."}}
packaged = sampling.tone(1, sr=8, seconds=1)
print("same numbers:", np.allclose(packaged, by_hand))
plot.plot_samples(packaged, 8)
plt.title("Eight samples of a 1 Hz sine: this is all that is kept")
plt.show()

# %% [markdown]
# Look at what the figure does *not* show. There is no curve, not even a staircase: between two samples the list says nothing. The A that orchestras tune to, 440 Hz, kept at 8,000 samples a second:

# %%
a4 = sampling.tone(440, sr=8_000, seconds=1, amplitude=0.3)
print(a4.shape, f"{8_000 / 440:.1f} samples a period")
player(a4, 8_000, label="A4: 440 Hz, 8,000 samples a second")

# %% [markdown]
# ## Between the samples
#
# Eighteen samples a period draw a smooth curve by themselves. Now take 3,300 Hz at the same rate. That leaves fewer than two and a half samples a period.
#
# :::{admonition} Predict
# :class: predict
# Do the samples still hold the tone, or has too much been lost?
# :::

# %% mystnb={"image": {"alt": "Straight lines that join the samples of a 3,300 Hz tone zigzag with uneven height, while the true sine through the same dots is smooth and even: most of its crests lie between the samples."}}
sr, f = 8_000, 3_300
samples = sampling.tone(f, sr=sr, seconds=0.1)
fine = np.arange(0.05, 0.0525, 1e-5)
ax = plot.plot_samples(samples[400:421], sr, start=0.05)
ax.plot(np.arange(400, 421) / sr, samples[400:421], ":", label="dots connected")
ax.plot(fine, np.sin(2 * np.pi * f * fine), label="the tone itself")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
ax.set_title("One set of dots, two curves through them")
plt.show()

# %% [markdown]
# The dotted line looks like a sound that swells and fades. The tone does neither. Yet both pass through every dot, so the dots alone cannot tell which is right. One more piece of knowledge decides it: **the tone has nothing at or above half the sampling rate**, and the zigzag with its sharp corners has. Among all curves through an *endless* row of dots, at most one has all its components below $f_s/2$, and here that is the tone. Half the sampling rate is called the {term}`Nyquist frequency`.
#
# The curve is built from one pulse, $\operatorname{sinc}(x) = \sin(\pi x)/(\pi x)$. It is 1 at $x = 0$ and 0 at every other whole number, so a pulse that is placed on one sample leaves all others alone. Many pulses do that; triangles do, and they add up to the dotted line. What sets this one apart is that it has no component above $f_s/2$ (chapter 3 shows it), so no sum of such pulses has one. Give each sample its own pulse, as high as the sample, and add up:
#
# $$y(t) = \sum_k y[k] \operatorname{sinc}(f_s t - k).$$
#
# On five samples, one a second, this takes two lines:

# %% mystnb={"image": {"alt": "Three sinc pulses, each zero at all samples but its own, add up to a smooth curve that passes through all five dots and overshoots between them."}}
few = np.array([0.0, 1.0, 0.5, -1.0, 0.0])
t = np.arange(-0.5, 4.51, 0.05)
pulses = [value * np.sinc(1 * t - k) for k, value in enumerate(few)]
curve = np.sum(pulses, axis=0)
ax = plot.plot_samples(few, 1)
ax.plot(t, np.transpose(pulses), color=plot.INK, lw=0.8)
ax.plot(t, curve, lw=2)
ax.set_title("One pulse a sample (grey), and their sum")
plt.show()

# %% [markdown]
# {func}`sampling.reconstruct <audiocls.sampling.reconstruct>` is the same sum for any rate, and must agree with our five pulses. SciPy has another method, `scipy.signal.resample`, which goes through the Fourier transform: let both find the 3,300 Hz tone at four times as many points. SciPy takes the tone to repeat for ever, which here is true, because 330 whole periods fit.

# %%
from scipy.signal import resample as fourier_resample

print("same as by hand:", np.allclose(sampling.reconstruct(few, 1, t), curve))
dense = np.arange(1_200, 2_000) / (4 * sr)
scipys = fourier_resample(samples, 3_200)[1_200:2_000]
difference = sampling.reconstruct(samples, sr, dense) - scipys
print(f"largest difference from SciPy: {np.abs(difference).max():.3f}")

# %% [markdown]
# The curves differ a little, and not by rounding: our sum has 800 samples, the formula wants infinitely many, and the pulses die away as slowly as $1/x$. Those left out keep changing sign and nearly cancel, so what is missing is about as large as the first of them. If that is the reason, ten times as many samples must make the error ten times smaller. Measure it, next to the straight lines, and take the largest error over 24 starting phases, so that no single phase is lucky:

# %%
phases = np.radians(np.arange(0, 360, 15))[:, np.newaxis]
between = np.arange(0.05, 1, 0.05) / sr
truth = np.sin(2 * np.pi * f * between + phases)
print("samples on either side   error of sinc   error of lines")
for half in (80, 800, 8_000):
    y = np.sin(2 * np.pi * f * np.arange(-half, half + 1) / sr + phases)
    sinc = sampling.reconstruct(y, sr, between + half / sr)
    lines = y[:, [half]] + (y[:, [half + 1]] - y[:, [half]]) * between * sr
    errors = [np.abs(found - truth).max() for found in (sinc, lines)]
    print(f"{half:22,} {errors[0]:15.5f} {errors[1]:16.5f}")

# %% [markdown]
# Ten times the samples, a tenth of the error: nothing was lost. This is the sampling theorem, in the words of {cite:t}`shannon1949communication`: a function that "contains no frequencies higher than $W$ cps" (cycles per second) is "completely determined by giving its ordinates at a series of points spaced $1/2W$ seconds apart". {cite:t}`nyquist1928certain`, whose name the frequency carries, had met the same limit in the telegraph.
#
# :::{admonition} Misconception: "digital sound is what you get when you connect the dots"
# :class: misconception
# The last column refutes it. The error of the lines does not fall at all, however many samples there are, while that of the pulses goes towards zero. Converters make neither such lines nor staircases that you could hear: a filter behind them does nearly what the sum of pulses does.
# :::
#
# ## Exactly at the limit
#
# The theorem asks for a sound *below* $f_s/2$. Is exactly half allowed? Take 4,000 Hz at 8,000 samples a second, so two samples a period, and start the sine at three different places.
#
# :::{admonition} Predict
# :class: predict
# The first six numbers of each row.
# :::

# %%
for degrees in (0, 30, 90):
    y = sampling.tone(4_000, sr=8_000, seconds=1, phase=np.radians(degrees))
    print(f"{degrees:2d} degrees: {y[:6].round(3) + 0.0}")

# %% [markdown]
# :::{admonition} Misconception: "the rate must be at least twice the highest frequency"
# :class: misconception
# The rate *is* twice the frequency here, the tone has an amplitude of 1 in all three rows, and in the first one it has vanished: the sampler looked only when the sine passed through zero. In the second row it seems to be half as large. The rate must be **more than** twice the highest frequency. Shannon's words are about functions of finite energy, and a sine that goes on for ever is none.
# :::
#
# ## Beyond the limit: folding
#
# Now go further, still at 8,000 samples a second.
#
# :::{admonition} Predict
# :class: predict
# What will 5,000 Hz sound like: higher than 3,000 Hz, lower, or like noise?
# :::

# %%
three = sampling.tone(3_000, sr=8_000, seconds=0.8, amplitude=0.3)
print(three[:5].round(4) + 0.0)
player(three, 8_000, label="3,000 Hz sampled at 8,000 Hz")

# %%
five = sampling.tone(5_000, sr=8_000, seconds=0.8, amplitude=0.3)
print(five[:5].round(4) + 0.0, "opposite of 3,000 Hz:", np.allclose(five, -three))
player(five, 8_000, label="5,000 Hz sampled at 8,000 Hz")

# %% [markdown]
# The two lists differ in sign and in nothing else. The reason fits in one line: moving the angle by a whole turn $2\pi n$ changes no sine, so
#
# $$\sin\Bigl(2\pi (f_s - f)\frac{n}{f_s}\Bigr) = \sin\Bigl(2\pi n - 2\pi f \frac{n}{f_s}\Bigr) = -\sin\Bigl(2\pi f\frac{n}{f_s}\Bigr).$$
#
# The true 5,000 Hz and the false 3,000 Hz are one list of numbers. This is {term}`aliasing`: a frequency that goes by another's name. It cannot be undone, since nothing in the list says which of the two it was. The formula also holds for any number of turns, so the alias of $f$ is its distance to the nearest multiple of $f_s$. By hand, and by {func}`sampling.alias_frequency <audiocls.sampling.alias_frequency>`:

# %%
frequencies = np.array([1_000, 3_000, 4_000, 5_000, 7_000, 8_000, 9_000])
by_hand = [min(abs(f - k * 8_000) for k in range(3)) for f in frequencies.tolist()]
print(by_hand)
print(sampling.alias_frequency(frequencies, 8_000).astype(int).tolist())

# %% [markdown]
# `np.fft.rfft` finds the strongest frequency in a list of samples (chapter 3 builds that tool). Measure 60 tones up to 20,000 Hz:

# %%
heard = []
true = np.linspace(100, 20_000, 60).round()
for f in true:
    spectrum = np.fft.rfft(sampling.tone(f, sr=8_000, seconds=1, phase=1))
    heard.append(np.argmax(np.abs(spectrum)))  # one second: bin k is k Hz
print("as predicted:", np.array_equal(heard, sampling.alias_frequency(true, 8_000)))

# %% mystnb={"image": {"alt": "The frequency found rises with the true one up to 4,000 Hz, falls back to 0 at 8,000 Hz, rises again, and so on: a zigzag. All sixty measured dots lie on the predicted line."}}
fig, ax = plt.subplots()
line = np.arange(0, 20_001, 1_000)
ax.plot(line, sampling.alias_frequency(line, 8_000), label="predicted")
ax.plot(true, heard, "o", ms=4, label="measured")
ax.set(xlabel="True frequency (Hz)", ylabel="Frequency found (Hz)")
ax.set_title("At 8,000 Hz everything folds below 4,000 Hz")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% [markdown]
# Think of a strip of paper with the frequencies on it, folded at every multiple of 4,000 Hz. Now the first whistle makes sense. A {term}`spectrogram`, time to the right and frequency upwards, shows what you heard (chapter 8 tells how it is made):

# %% mystnb={"image": {"alt": "Spectrogram of the whistle at 8,000 samples a second: a bright line climbs straight from 200 Hz to 4,000 Hz, reached after about one second, bounces off the top edge and falls to 500 Hz."}}
S = spectrogram.spectrogram(whistle_slow, n_fft=256, hop_length=64)
S_db = spectrogram.power_to_db(S, ref=S.max())
label = "Level (dB re maximum)"
plot.plot_spectrogram(S_db, sr=8_000, hop_length=64, range_db=60, colorbar_label=label)
plt.title("The whistle reaches 4,000 Hz and is folded back")
plt.show()

# %% [markdown]
# ```{explorable} 01_sampling
# :title: Fold a frequency
# :alt: Left: the samples of a 5,000 Hz tone at 8,000 Hz lie on a slower wave of 3,000 Hz as well. Right: the frequency heard against the true one is a zigzag; a dot marks 5,000 Hz, heard as 3,000 Hz.
#
# **Try:** press *Play* and pull the tone slowly from 3,000 Hz to 12,000 Hz. Compare the samples with the tone itself at 5,000 Hz, then switch the filter on and pull again.
#
# **Notice:** at 4,000 Hz the pitch turns round, although the tone goes on climbing. Above that, the blue tone and the warm wave share every dot. The filter does not bring the tone back: it replaces a false sound by silence.
# ```

# %% [markdown]
# ## A square wave's harmonics
#
# Pure tones are rare. Most notes have {term}`harmonics <harmonic>`, sines at whole multiples of one {term}`fundamental frequency`, and each is folded on its own. A square wave of 1,500 Hz has the odd multiples: 1,500, 4,500, 7,500 Hz and so on.
#
# :::{admonition} Predict
# :class: predict
# Where do they go at 8,000 samples a second, and does the result still sound like 1,500 Hz?
# :::

# %%
harmonics = 1_500 * np.arange(1, 17, 2)
aliases = sampling.alias_frequency(harmonics, 8_000)
for harmonic, alias in zip(harmonics, aliases, strict=True):
    print(f"{harmonic:6,} Hz -> {alias:5,.0f} Hz")
folded = sampling.square(1_500, sr=8_000, seconds=0.8, amplitude=0.2)
player(folded, 8_000, label="Square wave, 1,500 Hz, sampled at 8,000 Hz as it is")

# %%
clean = sampling.square(1_500, sr=8_000, seconds=0.8, amplitude=0.2, alias=False)
player(clean, 8_000, label="The part of the same square wave below 4,000 Hz")

# %% mystnb={"image": {"alt": "Two spectra. The square wave sampled as it is has lines at 500, 1,500, 2,500 and 3,500 Hz; the one limited to frequencies below 4,000 Hz has a single line at 1,500 Hz."}}
fig, ax = plt.subplots()
hz = np.fft.rfftfreq(folded.size, 1 / 8_000)
for y, label in ((folded, "sampled as it is"), (clean, "below 4,000 Hz only")):
    amplitude = 2 * np.abs(np.fft.rfft(y)) / y.size
    plot.plot_spectrum(hz, amplitude, ax=ax, label=label)
ax.lines[1].set_linestyle("--")
ax.set_ylabel("Amplitude (full scale = 1)")
ax.set_title("Folded harmonics fill in a note at 500 Hz")
ax.legend()
plt.show()

# %% [markdown]
# The lines at 500, 1,500, 2,500 and 3,500 Hz are the odd multiples of **500 Hz**. How strong is that one, and where does it come from? Three periods of 1,500 Hz take exactly sixteen samples:

# %%
print(np.sign(folded[:16]).astype(int).tolist())
print("repeats:", np.array_equal(folded[:-16], folded[16:]))
at_500, at_1500 = np.abs(np.fft.rfft(folded))[[400, 1_200]]  # bins of 1.25 Hz
print(f"500 Hz: {20 * np.log10(at_500 / at_1500):.0f} dB re 1,500 Hz")

# %% [markdown]
# 1,500 Hz is still the strongest line, and the one at 500 Hz is 13 dB weaker. But the list repeats only every sixteen samples, 500 times a second, an octave and a fifth lower: that is the hum underneath.
#
# The clean version is a mere sine, because 1,500 Hz is the only harmonic below 4,000 Hz. It is duller, but everything in it is true. When a rate cannot hold a sound, leaving out is the honest choice; a synthesizer that computes square waves from their definition plays wrong notes.
#
# ## Lowering the rate
#
# The recordings of this book come with 44,100 samples a second, and its networks hear 16,000. Computing the one from the other is {term}`resampling`. Whatever lies between 8,000 and 22,050 Hz would be folded, so it has to be removed first, with an {term}`anti-aliasing filter`. From 48,000 to 16,000, keeping every third sample is enough. Feed it a 10,000 Hz tone. What should come out?

# %%
high = sampling.tone(10_000, sr=48_000, seconds=1, amplitude=0.5)
picked = high[::3]
print("strongest:", np.argmax(np.abs(np.fft.rfft(picked))), "Hz")
print("predicted:", int(sampling.alias_frequency(10_000, 16_000)), "Hz")

# %% [markdown]
# Nothing at all should come out; instead we got a loud 6,000 Hz. The cure uses the sinc once more. A pulse that is wide enough to hold only frequencies below 7,500 Hz, faded out at its ends, acts as a filter when each sample is replaced by the sum of its neighbours weighted with that pulse (a {term}`convolution`). Below stands how much is left of the tone, in decibels relative to its level before (chapter 2), by hand, with {func}`sampling.resample <audiocls.sampling.resample>` and with SciPy:

# %%
from scipy.signal import resample_poly

k = np.arange(-100, 101)
pulse = 2 * 7_500 / 48_000 * np.sinc(2 * 7_500 / 48_000 * k) * np.hamming(201)
kept = {
    "every third sample": picked,
    "filter by hand": np.convolve(high, pulse, mode="same")[::3],
    "audiocls": sampling.resample(high, orig_sr=48_000, target_sr=16_000),
    "SciPy": resample_poly(high, 1, 3),
}
for name, y in kept.items():
    middle = y[1_000:-1_000]  # away from the ends, where the tone starts and stops
    print(f"{name:20s} {10 * np.log10(np.mean(middle**2) / np.mean(high**2)):7.0f} dB")

# %% [markdown]
# Ten decibels are a factor of ten in power, so even the weakest of the three filters leaves less than a hundred-thousandth of it. They differ in how the pulse is faded, which sets how little is left, and in length, which sets how close to the limit they can cut. At 8,500 Hz the gap is wider still: try it. Now a whistle that climbs to 20,000 Hz; at 16,000 samples a second it should reach 8,000 Hz and then be silent.

# %%
sweep = sampling.chirp(500, 20_000, sr=48_000, seconds=2, amplitude=0.3)
player(sweep[::3], 16_000, label="Whistle to 20,000 Hz, every third sample kept")

# %%
filtered = sampling.resample(sweep, orig_sr=48_000, target_sr=16_000)
player(filtered, 16_000, label="The same whistle, filtered first")

# %% [markdown]
# And music? Of the ten instruments, hi-hat and snare drum reach highest. The clips here are rendered from sampled instruments, so that the book runs anywhere. Their 44,100 Hz is no whole multiple of 16,000, so the careless version goes through 48,000, which holds all that 44,100 does.

# %%
clips = datasets.load("rendered")
y, sr = clips.audio(clips.table.fname.tolist().index("Hi-hat-001.wav"))
careful = sampling.resample(y, orig_sr=sr, target_sr=16_000)
careless = sampling.resample(y, orig_sr=sr, target_sr=48_000)[::3][: careful.size]
player(careful, 16_000, label="Hi-hat at 16,000 Hz, filtered first")

# %%
player(careless, 16_000, label="The same, every third sample kept")

# %%
added = careless - careful
ratio = np.mean(added**2) / np.mean(careful**2)
print(f"aliases: {10 * np.log10(ratio):.1f} dB re the hi-hat")
player(added, 16_000, label="What carelessness adds, alone and at its true level")

# %% [markdown]
# What carelessness adds to this clip is stronger than all that should be there. As both are noise, the result still sounds like a cymbal, only another one. A network that learns from such clips learns partly the mistake of a program, and the next program will make another.
#
# :::{admonition} Misconception: "a higher rate is always more faithful"
# :class: misconception
# Above twice the highest frequency in the sound, more samples say nothing new. The next cell takes a sound with nothing above 5,000 Hz, once sampled at 16,000 Hz and brought to 48,000, once sampled at 48,000 from the start.
# :::

# %%
parts = [(440, 0.4), (1_900, 0.2), (5_000, 0.1)]
low = sum(sampling.tone(f, sr=16_000, seconds=1, amplitude=a) for f, a in parts)
true_high = sum(sampling.tone(f, sr=48_000, seconds=1, amplitude=a) for f, a in parts)
raised = sampling.resample(low, orig_sr=16_000, target_sr=48_000)
middle = slice(4_800, -4_800)
print("equal to 5 decimals:", np.abs(raised - true_high)[middle].max() < 0.5e-5)
power = np.abs(np.fft.rfft(raised[middle] * np.hanning(38_400))) ** 2  # bins of 1.25 Hz
share = power[6_400:].sum() / power.sum()
print("less than 1e-10 of the power is above 8,000 Hz:", share < 1e-10)

# %% [markdown]
# ## What a file says about itself
#
# A WAV file starts with a header of 44 bytes or more, and then come the samples. Write a clip to a file, as 16-bit integers, and read the header byte by byte: the number of channels, the sampling rate, the bytes a second, and the {term}`bit depth`. In a file as plain as ours the fields have fixed places; others carry more chunks, and a real reader goes from chunk to chunk.

# %%
import struct
import tempfile
from pathlib import Path

folder = tempfile.TemporaryDirectory()
path = Path(folder.name) / "hi-hat.wav"
audio.write(path, y, sr)
header = path.read_bytes()[:44]
fields = struct.unpack("<HHIIHH", header[20:36])
coding, channels, rate, byte_rate, frame_bytes, bits = fields
print(header[:4], header[8:16], header[36:40])
print(f"coding {coding} (integers), {channels} channel, {rate} Hz")
print(f"{bits} bits, {byte_rate} bytes a second")
print(audio.info(path))

# %% [markdown]
# {func}`audio.info <audiocls.audio.info>`, the last line, reads the same fields, and knows the other formats too. {func}`audio.read <audiocls.audio.read>` returns the samples as numbers from −1 to 1, *with* their rate, and never changes it.
#
# :::{admonition} Misconception: "a library gives me the file as it is"
# :class: misconception
# `librosa.load`, a widely used reader {cite:p}`mcfee2015librosa`, resamples everything to 22,050 Hz unless told otherwise (`sr=None`). It says so in its manual, but not when it runs. Half of this file's numbers are gone, and with them everything above 11,025 Hz:
# :::

# %%
import librosa

for reader in (audio.read, librosa.load):
    y_read, sr_read = reader(path)
    print(f"{reader.__module__:18s} {sr_read:6d} Hz {y_read.size:6d} samples")

# %% [markdown]
# So how many numbers does a second need? More than twice the highest frequency that matters to you, per channel. Young ears reach to about 20,000 Hz, and the compact disc keeps 44,100 numbers a second and channel, with a margin that gives the filter room to work {cite:p}`watkinson2001art`. Digital telephones began with 8,000. This book uses 16,000: everything below 8,000 Hz, for little more than a third of the numbers of a disc's channel.
#
# ## Check yourself
#
# **A microphone hears 19,000 Hz from a machine, and the recorder takes 32,000 samples a second without a filter. What is in the recording?**
#
# <details class="quiz"><summary>Nothing: 19,000 Hz is above the limit, so it is not recorded.</summary>Not quite. The limit is not a wall. Without a filter, what is above it comes back folded.</details>
# <details class="quiz"><summary>A tone of 13,000 Hz.</summary>Yes: 32,000 − 19,000. A filter in front of the converter is the only protection.</details>
# <details class="quiz"><summary>A tone of 3,000 Hz.</summary>That is the distance to 16,000 Hz, half the rate. Count from the nearest multiple of the rate itself.</details>
#
# **A tone of 3,999 Hz is sampled at 8,000 Hz, for a long time. Can it be reconstructed?**
#
# <details class="quiz"><summary>No, two samples a period are too few for its shape.</summary>Its shape is known: below 4,000 Hz there is only one curve through the samples. It needs many neighbours, though, because the sinc pulses die away slowly.</details>
# <details class="quiz"><summary>Yes, as it is below half the rate.</summary>Right. 4,000 Hz itself would be too much, 3,999 Hz is not.</details>
# <details class="quiz"><summary>Only if it starts at the right phase.</summary>That was the case of exactly half the rate. Just below it, the samples slide along the sine and meet every phase in turn.</details>
#
# **You have a recording at 8,000 Hz and resample it to 44,100 Hz. What is between 4,000 and 22,050 Hz afterwards?**
#
# <details class="quiz"><summary>The original treble.</summary>It was never in the samples. No resampler can know it.</details>
# <details class="quiz"><summary>Next to nothing.</summary>Right. A good resampler adds points on the same curve, and that curve stays below 4,000 Hz.</details>
# <details class="quiz"><summary>Aliases of what is below.</summary>Only if the resampler is bad, for example if it repeats or connects samples. A good one filters these images out.</details>
#
# ## In this chapter we have
#
# - turned a sound into samples and found every value between them, with an error that shrinks as the neighbours grow in number;
# - predicted the false frequencies of tones, whistles and a square wave by folding, and heard each of them;
# - read a file's header byte by byte, and lowered a rate with a filter first, so that nothing false comes in.
#
# **In the package:** {func}`~audiocls.sampling.chirp` and {func}`~audiocls.sampling.square` made our whistles and square waves, and {func}`~audiocls.plot.plot_samples` drew the samples on their curve. For files of your own: {func}`~audiocls.waveform.to_mono` averages the channels of a stereo file, and {class}`~audiocls.audio.AudioError` is what you get for a file that is no sound.
#
# ## Exercises

# %% [markdown]
# ```{exercise} Predict, then listen
# :label: ex-sampling-predict
# What will you hear when 7,000 Hz is sampled at 8,000 Hz, and when 9,500 Hz is sampled at 16,000 Hz? Write down both frequencies, then make the sounds with `sampling.tone` and play them.
# ```
#
# ```{solution-start} ex-sampling-predict
# :class: dropdown
# ```

# %%
print(sampling.alias_frequency(7_000, 8_000), sampling.alias_frequency(9_500, 16_000))
first = sampling.tone(7_000, sr=8_000, seconds=0.5, amplitude=0.3)
player(first, 8_000, label="7,000 Hz at 8,000 Hz")

# %%
second = sampling.tone(9_500, sr=16_000, seconds=0.5, amplitude=0.3)
player(second, 16_000, label="9,500 Hz at 16,000 Hz")

# %% [markdown]
# The first sounds as 1,000 Hz, the second as 6,500 Hz: each is as far below a multiple of the rate as its alias is above zero.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} The disc and the phone
# :label: ex-sampling-bytes
# How many bytes does a minute of stereo take at 44,100 Hz and 16 bits? How many does a minute of mono at 16,000 Hz and 16 bits take?
# ```
#
# ```{solution-start} ex-sampling-bytes
# :class: dropdown
# ```

# %%
for rate, channels in ((44_100, 2), (16_000, 1)):
    print(f"{60 * rate * channels * 16 // 8:,} bytes")

# %% [markdown]
# Seconds times rate times channels times bytes a sample. The second is less than a fifth of the first.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Wheels that turn backwards
# :label: ex-sampling-wheel
# A film takes 24 pictures a second. A wheel with one white spoke turns 23 times a second. How fast does it seem to turn, and which way? Keep the sign: `sampling.alias_frequency` throws it away.
# ```
#
# ```{solution-start} ex-sampling-wheel
# :class: dropdown
# ```

# %%
print("with its sign:", 23 - 24 * round(23 / 24), "turn a second")
print("folded:", sampling.alias_frequency(23, 24))

# %% [markdown]
# Between two pictures the spoke makes 23/24 of a turn, which looks like 1/24 of a turn back. The same minus sign stood between the samples of 3,000 and 5,000 Hz.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Where reconstruction is weak
# :label: ex-sampling-ends
# Reconstruct 0.1 s of the 3,300 Hz tone at `sr` 8,000 halfway between all its samples. Where is the error largest, and why?
# ```
#
# ```{solution-start} ex-sampling-ends
# :class: dropdown
# ```

# %% mystnb={"image": {"alt": "The error of reconstruction against time: largest at the first and the last few samples, falling quickly towards the middle, and small there."}}
half_way = (np.arange(799) + 0.5) / 8_000
truth = np.sin(2 * np.pi * 3_300 * half_way)
error = np.abs(sampling.reconstruct(samples, 8_000, half_way) - truth)
fig, ax = plt.subplots()
ax.semilogy(half_way, error)
ax.set(xlabel="Time (s)", ylabel="Error (full scale = 1)")
ax.set_title("Missing neighbours hurt at the ends")
plt.show()

# %% [markdown]
# At the ends the neighbours on one side are missing, and no method can know them. In the middle only far ones are missing, and they matter because the pulse dies away slowly. Real resamplers fade it out, as our filter by hand did: then a few hundred neighbours are enough, in exchange for a small band below the limit.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} How low can you go?
# :label: ex-sampling-low
# Take a clip of the set, resample it to 16,000, 8,000, 4,000 and 2,000 Hz and listen. At which rate do you notice, and at which can you no longer name the instrument? Try a hi-hat and a double bass. This one has no single answer.
# ```
#
# ```{solution-start} ex-sampling-low
# :class: dropdown
# ```

# %%
ten = clips.one_per_class()
for label in ("Hi-hat", "Double_bass"):
    y, sr = ten.audio(ten.labels.index(label))
    for rate in (16_000, 8_000, 4_000, 2_000):
        lowered = sampling.resample(y, orig_sr=sr, target_sr=rate)
        left = np.mean(lowered**2) / np.mean(y**2)
        print(f"{label:12s} {rate:6,} Hz: {left:6.1%} of the power is left")
player(lowered, 2_000, label="Double bass at 2,000 Hz")

# %% [markdown]
# The table says where the power is, which is not what you notice. Play the double bass at 44,100 Hz as well, and decide for yourself what the last player has lost.
#
# ```{solution-end}
# ```

# %% [markdown]
# ## Further reading
#
# - {cite:t}`shannon1949communication`: theorem 1 and its proof take one page; the proof uses the Fourier transform of chapter 3.
# - {cite:t}`oppenheim2010discrete`, chapter 4: sampling, reconstruction and change of rate, with the proofs.
# - {cite:t}`smith2007mathematics`, free to read online: the sampling theorem in an appendix.
# - {cite:t}`watkinson2001art`: how real converters do it.
#
# The functions of this chapter are described in the {doc}`reference of audiocls.sampling </book/api/sampling>` and {doc}`audiocls.audio </book/api/audio>`. The next chapter asks how large the numbers are, and in how many steps.
