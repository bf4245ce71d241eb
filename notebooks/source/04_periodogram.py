# %% [markdown]
# # 4. Periodogram
#
# **How much power is in each band, and how sure are we?** Here are three hisses. Two were made in exactly the same way. Which is the odd one out?

# %%
import matplotlib.pyplot as plt
import numpy as np
import scipy.signal
import scipy.stats

from audiocls import datasets, periodogram, plot, sampling
from audiocls.player import player

plot.use_style()

# %%
rng = np.random.default_rng(4)
sr = 8_000
hisses = 0.1 * rng.standard_normal((3, 2 * sr))
odd = rng.integers(3)
spectrum = np.fft.rfft(hisses[odd])
spectrum[2_001:2_800] *= 2  # bins of 0.5 Hz: twice the amplitude in one band
hisses[odd] = np.fft.irfft(spectrum)

# %%
for name, hiss in zip("ABC", hisses, strict=True):
    display(player(hiss, sr, label=f"Hiss {name}"))

# %% [markdown]
# In one of them the band between 1,000 and 1,400 Hz has four times the power, 6 {term}`decibels <decibel>` more. That gives it a slight colour; play all three again if you missed it. Now ask the {term}`Fourier transform` of chapter 3 at three frequencies in that band:

# %%
levels = 20 * np.log10(np.abs(np.fft.rfft(hisses)))
print("         A      B      C   (dB re 1)")
for f in (1_100, 1_200, 1_300):
    print(f"{f:,} Hz", *(f"{level:6.1f}" for level in levels[:, 2 * f]))
print("the odd one out is", "ABC"[odd])

# %% [markdown]
# At these three frequencies B is the strongest only once, by 0.2 dB, and A and C, which sound alike, are 11 dB apart at 1,100 Hz. So the number in one bin is not what you hear. This chapter turns it into something you can trust, and says how far.
#
# **You will**
#
# - measure power per hertz, scaled so that all bands together give the whole,
# - average segments as Bartlett and Welch did, and know what each choice costs,
# - put an interval around a measured level, and choose the scale that suits a tone or a noise.
#
# **You need** chapters 2 and 3, and a little probability: the mean, the standard deviation and the Gaussian law. Take about 50 minutes.
#
# ## One power, counted twice
#
# {term}`Power` is the mean of the squared samples. Chapter 3 took a sound apart into frequencies; if nothing was lost, the powers of the parts must add up to it. Four samples at 8 samples a second are enough to try: 4, 1, 0, −1. What is their power? What would you divide $|X|^2$ by?

# %%
tiny = np.array([4.0, 1.0, 0.0, -1.0])
squares = np.abs(np.fft.fft(tiny)) ** 2
two_sided = squares / (8 * 4)  # 8 samples a second, 4 samples
print("|X|²:", squares.round(6), "per Hz:", two_sided.round(6))
print("power:", np.mean(tiny**2), "and", (two_sided.sum() * 2).round(6))

# %% [markdown]
# Both are 4.5. That $\sum|X[k]|^2 / N^2$ is the power is Parseval's theorem. The bins lie $f_s/N$ apart, here 2 Hz, so we divide by this width and get power *per hertz*:
#
# $$\begin{gathered} P[k] = \frac{|X[k]|^2}{f_s N}, \\ \sum_k P[k]\,\frac{f_s}{N} = \frac1N \sum_n y[n]^2. \end{gathered}$$
#
# This is the {term}`periodogram`. It estimates the {term}`spectral density`, the power per hertz of the process that made the samples. Full scale is 1 and has no unit, so the unit is 1/Hz; of a voltage it would be V²/Hz.
#
# The last bin, 6 Hz, is the mirror image of 2 Hz. For real sounds one gives the image's power to its twin and keeps 0 to $f_s/2$. *Predict:* which of the three numbers double? By hand, with `audiocls` and with SciPy:

# %%
one_sided = two_sided[:3] * [1, 2, 1]
frequencies, density = periodogram.periodogram(tiny, 8)
_, scipys = scipy.signal.periodogram(tiny, 8, detrend=False)
print(frequencies, "Hz:", one_sided.round(6))
print("same:", np.allclose(density, one_sided), np.allclose(scipys, one_sided))

# %% [markdown]
# 0 Hz and the {term}`Nyquist frequency` have no mirror image, so they stay. (With an odd number of samples no bin lies on the Nyquist frequency, and only the first stays.)
#
# :::{admonition} Misconception: "one-sided means: double everything"
# :class: misconception
# The first line below would make the sound stronger than it is. The second shows another trap: SciPy subtracts the mean unless told not to (`scipy.signal.welch`, below, in each segment), and the power of the mean is gone.
# :::

# %%
_, without_mean = scipy.signal.periodogram(tiny, 8)
print("everything doubled:", (2 * two_sided[:3]).sum() * 2)
print("SciPy as it comes:", (without_mean.sum() * 2).round(6))

# %% [markdown]
# :::{admonition} Misconception: "decibels are 20 log"
# :class: misconception
# True for amplitudes. A periodogram holds powers, which already are squares: 10 log. Halve the amplitude of a hiss and compare: the last line claims twice as many decibels as there are.
# :::

# %%
full = periodogram.periodogram(hisses[0], sr)[1][1_000]
half = periodogram.periodogram(0.5 * hisses[0], sr)[1][1_000]
print(f"amplitude, 20 log: {20 * np.log10(0.5):6.2f} dB")
print(f"density,   10 log: {10 * np.log10(half / full):6.2f} dB")
print(f"density,   20 log: {20 * np.log10(half / full):6.2f} dB, wrong")

# %% [markdown]
# ## Longer is not steadier
#
# Our hisses without the coloured band are white {term}`noise`: each sample is drawn on its own, with standard deviation 0.1. So we know the truth. A power of 0.01, spread evenly over 4,000 Hz, is $2.5 \cdot 10^{-6}$ per Hz, about −56 dB re 1/Hz.
#
# :::{admonition} Predict
# :class: predict
# We take the periodogram of 1/8 s, of 1 s and of 8 s of this noise. Which one lies closest to the true line?
# :::

# %% mystnb={"image": {"alt": "Three periodograms of white noise, of one eighth of a second, one second and eight seconds, with the true density as a horizontal line. All three scatter over 30 dB and more; the longer ones have more points, not less scatter."}}
noise = 0.1 * rng.standard_normal(64 * sr)
true_density = 0.1**2 / 4_000
fig, axes = plt.subplots(1, 3, sharey=True, figsize=(6.6, 2.1))
for ax, n in zip(axes, (1_000, 8_000, 64_000), strict=True):
    f, density = periodogram.periodogram(noise[:n], sr)
    ax.plot(f, 10 * np.log10(density), lw=0.4)
    ax.axhline(10 * np.log10(true_density), color=plot.LINES[1], lw=2)
    ax.set(xlabel="Frequency (Hz)", ylim=(-95, -40), title=f"{n / sr:g} s")
axes[0].set_ylabel("Density (dB re 1/Hz)")
fig.suptitle("A longer record gives more points, not a calmer curve")
plt.show()

# %% [markdown]
# None of them does. Now in numbers, all but the first line relative to the true density. The two end bins are left out, since they behave a little differently (see below).

# %%
print(f"true density: {10 * np.log10(true_density):.1f} dB re 1/Hz")
for n in (1_000, 8_000, 64_000, 512_000):
    d = periodogram.periodogram(noise[:n], sr)[1][1:-1] / true_density
    row = f"{n / sr:5g} s, {d.size:7,} bins: mean {d.mean():.2f}, scatter {d.std():.2f}"
    print(f"{row}, below a tenth {np.mean(d < 0.1):.1%}")

# %% [markdown]
# On average the periodogram of white noise is right. But its scatter, the standard deviation, is as large as the density itself, for an eighth of a second as for a minute.
#
# Why? The real and the imaginary part of $X[k]$ are two sums over the same samples, weighted with a cosine and a sine. For Gaussian white noise these are two independent Gaussian numbers of equal spread (for other white noise nearly so, as sums of many small terms), and the sum of their squares follows an exponential law, whose standard deviation equals its mean (and which puts a share of $1 - e^{-0.1} \approx 9.5\,\%$ below a tenth of it). More samples give more bins, and *each bin still consists of two numbers*. (The end bins have no imaginary part and no twin: one number, half the mean, and a scatter of $\sqrt 2$ times that mean.) Nothing has been averaged.
#
# The word is from {cite:t}`schuster1898investigation`, who examined a supposed period of 26 days in the weather: "I propose the word periodogram".
#
# ## Cut and average
#
# {cite:t}`bartlett1948smoothing` cut the record into {term}`segments <segment>` and averaged their periodograms. Eight seconds make 64 segments of 1/8 s. By hand, with the package, and with SciPy:

# %%
record = noise[: 8 * sr]
segments = record.reshape(64, 1_000)
by_hand = np.mean(np.abs(np.fft.rfft(segments)) ** 2, axis=0) / (sr * 1_000)
by_hand[1:-1] *= 2  # the mirror images
bartlett = {"overlap": 0, "window": "boxcar"}
f, average = periodogram.welch(record, sr, segment_length=1_000, **bartlett)
_, scipys = scipy.signal.welch(record, sr, "boxcar", 1_000, 0, detrend=False)
print("same:", np.allclose(average, by_hand), np.allclose(scipys, by_hand))

# %% [markdown]
# Independent errors partly cancel: the standard deviation of the mean of $K$ of them is smaller by the factor $\sqrt K$. So 64 segments should scatter by 1/8. What do we pay?

# %%
print("segments  scatter  1/root(K)  bins are apart")
for K in (1, 4, 16, 64, 256):
    f, average = periodogram.welch(record, sr, segment_length=64_000 // K, **bartlett)
    scatter = np.std(average[1:-1] / true_density)
    print(f"{K:8d} {scatter:8.3f} {K**-0.5:10.3f} {f[1]:12g} Hz")

# %% [markdown]
# We pay in {term}`resolution`: an eighth of the scatter for bins 64 times as far apart.
#
# :::{admonition} Claim check: "the periodogram averages segments"
# :class: misconception
# One reads this often, and it mixes up two estimates. The periodogram uses the whole record once and averages nothing. The average over segments that do not overlap is Bartlett's estimate {cite:p}`bartlett1948smoothing,bartlett1950periodogram`, and with overlapping, windowed segments it is Welch's {cite:p}`welch1967use`. The names matter, because the numbers differ. Same record:
# :::

# %%
estimates = {
    "periodogram": periodogram.periodogram(record, sr)[1],
    "SciPy's periodogram": scipy.signal.periodogram(record, sr, detrend=False)[1],
    "Welch, 1,000": periodogram.welch(record, sr, segment_length=1_000)[1],
}
for name, estimate in estimates.items():
    scatter = np.std(estimate[2:-2] / true_density)
    print(f"{name:20s} {estimate.size:7,} values, scatter {scatter:.2f}")

# %% [markdown]
# ## How long should a segment be?
#
# White noise hides half of the price, because it looks the same at every resolution. Send it through a resonance at 1,000 Hz that is 40 Hz wide (between the two points 3 dB under its peak), and listen. The filter is known exactly, and so is the true density: $2/f_s$ of the noise that goes in, with standard deviation 1, times the squared gain of the filter, $|H(f)|^2$, which `freqz` computes.

# %%
radius, angle = 1 - np.pi * 40 / sr, 2 * np.pi * 1_000 / sr
resonance = [1, -2 * radius * np.cos(angle), radius**2]  # denominator of the filter
whistling = scipy.signal.lfilter([0.01], resonance, rng.standard_normal(4 * sr))
player(whistling[:sr], sr, label="Noise through a resonance at 1,000 Hz")

# %% [markdown]
# :::{admonition} Predict
# :class: predict
# Segments of 64, 1,024 or 8,192 samples: what will each do to the peak?
# :::

# %% mystnb={"image": {"alt": "Three panels with the true density, a narrow peak at 1,000 Hz. Segments of 64 samples give a smooth hump, far too low and too wide; 1,024 samples follow the peak closely; 8,192 samples scatter by several decibels around it."}}
fig, axes = plt.subplots(1, 3, sharey=True, figsize=(6.6, 2.4))
hz, response = scipy.signal.freqz([0.01], resonance, 4_000, fs=sr)
for ax, length in zip(axes, (64, 1_024, 8_192), strict=True):
    f, density = periodogram.welch(whistling, sr, segment_length=length)
    ax.plot(f, 10 * np.log10(density), lw=1)
    ax.plot(hz, 10 * np.log10(2 / sr * np.abs(response) ** 2), lw=1)
    ax.set(xlabel="Frequency (Hz)", xlim=(800, 1_200), ylim=(-70, -35))
    ax.set_title(f"{length:,} samples")
axes[0].set_ylabel("Density (dB re 1/Hz)")
fig.legend(["estimated", "true"], loc="outside lower center", ncols=2)
fig.suptitle("Too short blurs, too long scatters")
plt.show()

# %% [markdown]
# There are two kinds of error, and an experiment that is repeated tells them apart. What remains wrong on average is the {term}`bias`: a short segment smears the peak over its neighbours. What changes from record to record is the scatter. The root of the sum of their squares is the whole error (root mean square). Make 200 records of 4 s, and read every estimate at the peak:

# %%
many = rng.standard_normal((200, 4 * sr + 4_000))
many = scipy.signal.lfilter([0.01], resonance, many)[:, 4_000:]  # it rings up first
_, at_peak = scipy.signal.freqz([0.01], resonance, [1_000], fs=sr)
true_peak = 2 / sr * np.abs(at_peak) ** 2

# %%
lengths = 2 ** np.arange(5, 14)
bias, scatter = np.zeros((2, lengths.size))
for k, length in enumerate(lengths):
    _, density = periodogram.welch(many, sr, segment_length=length)
    relative = density[:, length // 8] / true_peak  # bin of 1,000 Hz
    bias[k], scatter[k] = 1 - relative.mean(), relative.std()
best = np.argmin(np.hypot(bias, scatter))
print(f"best: {lengths[best]:,} samples, bins {sr / lengths[best]:.1f} Hz apart")

# %% mystnb={"image": {"alt": "Error relative to the true density against segment length. The bias falls from 0.85 at 32 samples to almost zero at 2,000, the scatter climbs from almost zero to 0.4 at 8,000, and the total has its minimum near 1,000 samples."}}
fig, ax = plt.subplots()
ax.semilogx(lengths, bias, "o-", label="bias (too low by)")
ax.semilogx(lengths, scatter, "s-", label="scatter")
ax.semilogx(lengths, np.hypot(bias, scatter), "--", label="both together")
ax.set(xlabel="Segment length (samples)", ylabel="Error / true density")
ax.set_title("The best segment is neither short nor long")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% [markdown]
# A good segment is just long enough for the narrowest thing you want to see: here, bins about five times finer than 40 Hz. If that scatters too much, you need a longer record.
#
# ## Fade the segments, and let them overlap
#
# Welch's method {cite:p}`welch1967use` adds two things. The first is a {term}`window`: each segment is faded in and out, against the {term}`spectral leakage` of chapter 3. A tone of amplitude 0.3 over a hiss whose true density is −100 dB re 1/Hz, in segments of 1/8 s, without and with a window (1,003.7 Hz lies between two bins):

# %% mystnb={"image": {"alt": "Without a window the skirts of a tone at 1,004 Hz cover the whole range and nowhere fall below about minus 76 dB; with a Hann window the estimate falls steeply and, from about 150 Hz beside the tone, lies on the true density of the hiss, minus 100 dB."}}
hiss = np.sqrt(1e-10 * sr / 2) * rng.standard_normal(4 * sr)
hum = hiss + sampling.tone(1_003.7, sr=sr, seconds=4, amplitude=0.3)
fig, ax = plt.subplots()
for window in ("boxcar", "hann"):
    f, density = periodogram.welch(hum, sr, segment_length=1_000, window=window)
    plot.plot_spectrum(f, 10 * np.log10(density), ax=ax, label=window)
ax.axhline(-100, color=plot.INK, ls=":", label="true, hiss")
ax.set_ylabel("Density (dB re 1/Hz)")
ax.set_xlim(0, 2_500)
ax.set_title("Averaging does not remove leakage, a window does")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% [markdown]
# Averaging makes the curve without a window steady, and it stays wrong: leakage is bias, not scatter. The price of the window is that it all but ignores the ends of each segment. So the second thing is overlap: what is faint in one segment is strong in the next.
#
# :::{admonition} Predict
# :class: predict
# 90 % overlap gives about ten times as many segments as none. Will the scatter fall to a third?
# :::

# %% mystnb={"image": {"alt": "Scatter against overlap for records of 32 segments, measured and predicted. With a Hann window it falls from 0.18 without overlap to 0.13 at one half and stays at about 0.125 beyond; without a window it falls more slowly, to 0.15. The measured dots lie on the predicted lines."}}
fig, ax = plt.subplots()
pieces = noise.reshape(16, 32_000)
shares = (0, 0.25, 0.5, 0.75, 0.9)
for window, mark in (("boxcar", "o"), ("hann", "s")):
    worth, found = [], []
    for overlap in shares:
        options = {"segment_length": 1_000, "overlap": overlap, "window": window}
        worth.append(periodogram.equivalent_segments(32_000, **options))
        found.append(periodogram.welch(pieces, sr, **options)[1][:, 3:-3].std())
    line = ax.plot(shares, np.power(worth, -0.5), label=f"{window}, predicted")
    style = {"color": line[0].get_color(), "label": f"{window}, measured"}
    ax.plot(shares, np.divide(found, true_density), mark, **style)
ax.set(xlabel="Overlap (share of a segment)", ylabel="Scatter / true density")
ax.set_title("Beyond one half, overlap brings little")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% [markdown]
# It does not even fall to two thirds: overlapping segments share samples, so their errors are alike and cancel less. How many *independent* segments would do as well follows from the overlap of the window with its shifted self {cite:p}`welch1967use`; {func}`periodogram.equivalent_segments <audiocls.periodogram.equivalent_segments>` computes it (the lines in the figure). For a Hann window one half is the usual choice:

# %%
f, density = periodogram.welch(record, sr, segment_length=1_000)
_, scipys = scipy.signal.welch(record, sr, "hann", 1_000, detrend=False)
print("same as SciPy:", np.allclose(density, scipys))
count = periodogram.equivalent_segments(record.size, segment_length=1_000)
print(f"64 whole segments, 127 that overlap, worth {count:.0f}")

# %% [markdown]
# ```{explorable} 04_periodogram
# :title: Bias against scatter
# :alt: Two estimates of the density of a tone in white noise. From one segment the noise is a band thirty decibels high with the tone as a needle. From 63 segments it is a nearly flat line with a broader peak.
#
# **Try:** find the shortest segment that still shows the tone. Then take one segment of all 16,384 samples and press *New noise* a few times. Compare the windows at 512 samples.
#
# **Notice:** short segments scatter little but smear the tone over its neighbours, which is bias; long ones are sharp and scatter as much as the noise itself. The shaded band is one standard deviation to either side of the mean. With a Hann window, the step from 50 to 75 percent of overlap hardly narrows it.
# ```

# %% [markdown]
# ## A tone needs another ruler
#
# A tone of amplitude 0.2 has the power $0.2^2/2 = 0.02$, or −17.0 dB re 1. Put it into a little noise and measure with longer and longer segments.
#
# :::{admonition} Predict
# :class: predict
# Will the peak of the *density* stay, rise or fall?
# :::

# %%
mixed = sampling.tone(1_000, sr=sr, seconds=8, amplitude=0.2) + 0.1 * record
print("          density (dB re 1/Hz)    spectrum (dB re 1)")
print("segment           tone   noise           tone   noise")
for length in (128, 512, 2_048, 8_192):
    row = f"{length:7,}"
    for scaling in ("density", "spectrum"):
        options = {"segment_length": length, "scaling": scaling}
        f, power = periodogram.welch(mixed, sr, **options)
        tone, floor = power[length // 8], power[f > 2_000].mean()
        row += f"{10 * np.log10(tone):15.1f} {10 * np.log10(floor):7.1f}"
    print(row)

# %% [markdown]
# The density of the noise stays, that of the tone rises by 6 dB whenever the segment is four times as long. A tone has all its power at *one* frequency; divided by an ever narrower width it grows without limit, so "density of a tone" says more about the segment than about the tone. The scaling `"spectrum"` divides by $(\sum w)^2$, where the density divides by $f_s \sum w^2$ ($w$ is the window). It reads the power of a tone that lies on a bin, whatever the length (halfway between two bins a Hann window reads 1.4 dB less, chapter 3), and now it is the noise that depends on the segment. **Noise per hertz, tones as power.**
#
# ## How sure are we?
#
# Back to the three hisses. With $K$ independent segments each bin adds up the squares of $2K$ Gaussian numbers. Such a sum follows the *chi-squared law* with $2K$ degrees of freedom, which for $K = 1$ is the exponential law from above. From it we get two factors: the true density lies between the one and the other times the estimate, 95 times in 100. (Where segments overlap, take the equivalent $K$; the law then holds approximately.) A promise like this can be tested. Make 500 hisses of two seconds whose density we know, and count:

# %%
count = periodogram.equivalent_segments(2 * sr, segment_length=128)
factors = 2 * count / scipy.stats.chi2.ppf([0.975, 0.025], 2 * count)
print("interval:", (10 * np.log10(factors)).round(2), "dB around the estimate")
trials = 0.1 * rng.standard_normal((500, 2 * sr))
_, density = periodogram.welch(trials, sr, segment_length=128)
low, high = density[:, 3:-3] * factors[0], density[:, 3:-3] * factors[1]
inside = np.mean((low < true_density) & (true_density < high))
print(f"the truth is inside in {inside:.1%} of the bins")

# %% [markdown]
# It keeps its promise. (It is made for Gaussian noise, bin by bin, where the density changes little within the resolution.) And the hisses?

# %% mystnb={"image": {"alt": "Welch estimates of the three hisses with their intervals of about one decibel. A and C follow the horizontal line at minus 56 dB; B rises to minus 50 dB between 1,000 and 1,400 Hz, far outside the intervals of the others."}}
fig, ax = plt.subplots()
for name, hiss in zip("ABC", hisses, strict=True):
    f, density = periodogram.welch(hiss, sr, segment_length=128)
    low, high = 10 * np.log10(np.outer(factors, density))
    ax.fill_between(f[1:-1], low[1:-1], high[1:-1], alpha=0.5, lw=0, label=name)
ax.axhline(10 * np.log10(true_density), color=plot.INK, lw=1)
ax.set(xlabel="Frequency (Hz)", ylabel="Density (dB re 1/Hz)", xlim=(0, 2_400))
ax.set_title("Averaged, with 95 % intervals: B is the odd one out")
ax.legend()
plt.show()

# %% [markdown]
# Now the picture says what the ear said: A and C agree, and B stands out by 6 dB, about five times the width of the interval. With so many bins, some intervals will miss: about one in twenty, by design.
#
# ## Ten instruments
#
# Take the ten notes of chapter 0, at 16,000 samples a second, in segments of 32 ms. *Predict:* for which of them will Welch's estimate miss the most power? The first column is the power that Welch finds, divided by the power that is there; it is above 1 where the middle of a note is louder than its ends.

# %%
sr = 16_000
clips = datasets.load("rendered").select([10, 30, 67, 93, 122, 150, 190, 222, 251, 282])
notes = {}
for y, rate, label in clips:
    notes[label] = sampling.resample(y, orig_sr=rate, target_sr=sr)

# %%
options = {"segment_length": 512, "overlap": 0.75}
densities = {}
for label, y in notes.items():
    f, plain = periodogram.welch(y, sr, **options)
    f, densities[label] = periodogram.welch(np.pad(y, 512), sr, **options)
    shares = [d.sum() * f[1] / np.mean(y**2) for d in (plain, densities[label])]
    print(f"{plot.pretty(label):17s} {shares[0]:.2f}  padded: {shares[1]:.2f}")
loudest = np.argmax(np.abs(notes["Hi-hat"])) / sr
print(f"the hi-hat is loudest after {1_000 * loudest:.0f} ms")

# %% [markdown]
# The drums, and above all the hi-hat: the first 8 ms, its loudest moment among them, belong to the first segment only, and there the window is still fading in. The cure is a segment's length of silence before and after; with an overlap of three quarters every sample then has the same weight in total. The few percent that are missing now, less than 0.2 dB, are the silence that is averaged in.

# %% mystnb={"image": {"alt": "Welch densities of the ten instruments in a 2 by 5 grid, 0 to 8 kHz. Guitar, cello, clarinet, double bass, flute, saxophone and violin show combs of partials that fall with frequency; the bass drum has its peak at the lowest frequencies, the snare drum a low peak on an even floor, the hi-hat rises and is strongest above 4 kHz."}}
units = {"xlabel": "Frequency (kHz)", "ylabel": "Density (dB re 1/Hz)"}
fig, axes = plot.class_grid(**units, figsize=(8.2, 3))
for label, density in densities.items():
    color = plot.class_color(label)
    axes[label].plot(f / 1_000, 10 * np.log10(density), lw=0.8, color=color)
    axes[label].set(xlim=(0, 8), ylim=(-140, -20))
fig.suptitle("Welch's estimate: combs for strings and winds, none for drums")
plt.show()

# %% [markdown]
# One scale for all: the cello plays high above the hi-hat. (The drop at the right edge is the resampling filter.) *How much power is in each band* is now a sum of bins times their width:

# %%
print("share of power (%)  below 200   to 1,000   to 4,000   to 8,000 Hz")
for label, density in densities.items():
    below = [density[f < edge].sum() for edge in (200, 1_000, 4_000, 8_001)]
    parts = 100 * np.diff(below, prepend=0) / below[-1]
    print(f"{plot.pretty(label):18s}", *(f"{part:10.1f}" for part in parts))

# %% [markdown]
# Four numbers a clip, and they already tell a hi-hat from a double bass. But a caution: a note begins, sounds and dies away, so there is no steady process whose density we could estimate. The curve is the average over the clip, and the interval of the last section does not hold for it.
#
# What does the curve keep of the sound? Give its density to fresh noise and listen: first the flute, then noise with the density that Welch finds in it with segments of 32, 256 and 4,096 samples, at 8,000 samples a second.

# %%
flute = sampling.resample(notes["Flute"], orig_sr=sr, target_sr=8_000)
display(player(0.5 * flute[:8_000], 8_000, label="A flute"))
white, hz = np.fft.rfft(rng.standard_normal(8_000)), np.arange(4_001)
for length in (32, 256, 4_096):
    f, density = periodogram.welch(flute, 8_000, segment_length=length)
    shaped = np.fft.irfft(white * np.sqrt(np.interp(hz, f, density) * 8_000 / 2))
    display(player(0.5 * shaped, 8_000, label=f"Noise, segments of {length:,}"))

# %% [markdown]
# You should hear the resolution: with bins 250 Hz apart breath, with 31 Hz a hoarse note, with 2 Hz nearly a flute, but one that wavers and has no beginning. What is missing is the order in time, which chapter 8 brings back.
#
# ## Check yourself
#
# **You record a machine ten times as long and compute the periodogram of all of it. What do you get?**
#
# <details class="quiz"><summary>The same curve with a third of the scatter.</summary>That would be so if you had cut it into ten segments and averaged. The periodogram itself averages nothing.</details>
# <details class="quiz"><summary>Ten times as many points, as scattered as before.</summary>Right. Every new point is again made of two numbers.</details>
# <details class="quiz"><summary>Ten times the power.</summary>Power per hertz does not grow with duration. The energy would.</details>
#
# **The same record, Welch's estimate with segments four times as long. What changes?**
#
# <details class="quiz"><summary>Four times finer bins, about twice the scatter.</summary>Right: a quarter of the segments, and the root of four.</details>
# <details class="quiz"><summary>Four times finer bins, the same scatter.</summary>The segments come out of the same record, so there are only a quarter as many to average.</details>
# <details class="quiz"><summary>Less scatter, since each segment knows more.</summary>What it knows more goes into more bins, not into steadier ones.</details>
#
# **In a density plot a whistle peaks at −30 dB re 1/Hz; a colleague finds −27. Did it get stronger?**
#
# <details class="quiz"><summary>Yes, to twice the power.</summary>Only if the segment and the window were the same. Ask first.</details>
# <details class="quiz"><summary>Perhaps she used segments twice as long.</summary>Right. For a steady tone that alone gives 3 dB. Compare tones with the scaling "spectrum".</details>
#
# ## In this chapter we have
#
# - measured power per hertz, with bands that add up to the whole, and seen what SciPy's default and a fading window take away;
# - averaged segments by hand, as Bartlett and as Welch, and paid for a steady curve with resolution;
# - put an interval around a level, tested it 500 times, and kept one scale for noise and one for tones.
#
# **In the package:** the two estimates of this chapter are {func}`~audiocls.periodogram.periodogram` and {func}`~audiocls.periodogram.welch`.
#
# ## Exercises

# %% [markdown]
# ```{exercise} Predict, then listen
# :label: ex-periodogram-predict
# One second of white noise with standard deviation 0.1, once at 8,000 and once at 16,000 samples a second. Which has the higher density, by how many decibels? How will they differ to the ear? Write it down, then measure and listen.
# ```
#
# ```{solution-start} ex-periodogram-predict
# :class: dropdown
# ```

# %%
for rate in (8_000, 16_000):
    y = 0.1 * rng.standard_normal(rate)
    level = 10 * np.log10(np.mean(periodogram.welch(y, rate, segment_length=256)[1]))
    print(f"{rate:6,} samples a second: {level:.1f} dB re 1/Hz")
    display(player(y, rate, label=f"White noise up to {rate // 2:,} Hz"))

# %% [markdown]
# The same power, spread over twice the band: 3 dB less per hertz (one second of noise keeps to that within a tenth of a decibel or so). The second hiss is brighter, though below 4,000 Hz it is the weaker one. (The end bins hold half of what their neighbours do, since nothing is doubled there; in the mean over 129 bins this is hardly seen.)
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} An odd number
# :label: ex-periodogram-odd
# By pencil: the one-sided periodogram of the samples 5, 0, 0, 0, 0 at 5 samples a second. Which bins double? Do they add up?
# ```
#
# ```{solution-start} ex-periodogram-odd
# :class: dropdown
# ```

# %%
f, density = periodogram.periodogram(np.array([5.0, 0, 0, 0, 0]), 5)
print(f, "Hz:", density.round(6), "sum:", density.sum().round(6))

# %% [markdown]
# Every $X[k]$ is 5, so $|X|^2/(f_s N) = 1$. With five samples the bins are 0, 1, 2 and the images of 2 and 1: both 1 Hz and 2 Hz double. The bins are 1 Hz wide and the sum is 5, the mean of 25, 0, 0, 0, 0.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Averaging decibels
# :label: ex-periodogram-decibels
# Somebody averages the periodograms of 64 segments in decibels, because the plot is in decibels anyway. Try it on white noise. Is the result right?
# ```
#
# ```{solution-start} ex-periodogram-decibels
# :class: dropdown
# ```

# %%
_, each = periodogram.periodogram(segments, 8_000)  # one row a segment
inner = each[:, 1:-1] / true_density
print(f"decibels of the mean: {10 * np.log10(inner.mean()):5.2f} dB re true density")
print(f"mean of the decibels: {np.mean(10 * np.log10(inner)):5.2f} dB re true density")

# %% [markdown]
# It is about 2.5 dB too low, however many segments there are. The logarithm stretches the deep dips and squeezes the peaks; for an exponential law the loss is $10\gamma/\ln 10 = 2.51$ dB, where $\gamma = 0.5772$ is Euler's constant. Average powers, then take decibels.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} The width of a bin
# :label: ex-periodogram-width
# Divide Welch's estimate with `scaling="spectrum"` by the one with `scaling="density"`, for each of the windows `boxcar`, `hann` and `blackman`. What is the unit of the ratio? How many bins is it?
# ```
#
# ```{solution-start} ex-periodogram-width
# :class: dropdown
# ```

# %%
for window in ("boxcar", "hann", "blackman"):
    options = {"segment_length": 1_000, "window": window}
    _, power = periodogram.welch(record, 8_000, scaling="spectrum", **options)
    ratio = power[100] / periodogram.welch(record, 8_000, **options)[1][100]
    print(f"{window:8s} {ratio:6.2f} Hz, {ratio / 8:.2f} bins")

# %% [markdown]
# Hertz: it is the width of the band whose noise a bin collects, the *equivalent noise bandwidth*, the same in every bin and for every sound. Of these three, the better a window is against leakage, the wider its bins listen.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} How long must we record?
# :label: ex-periodogram-plan
# You want bins 10 Hz apart at 8,000 samples a second, and an interval (95 %) that reaches at most 1 dB up. A Hann window, half overlap. How many seconds of noise do you need?
# ```
#
# ```{solution-start} ex-periodogram-plan
# :class: dropdown
# ```

# %%
for seconds in (1, 2, 4, 5, 16):
    count = periodogram.equivalent_segments(8_000 * seconds, segment_length=800)
    up = 2 * count / scipy.stats.chi2.ppf(0.025, 2 * count)
    print(f"{seconds:2d} s: {count:5.1f} segments, up to {10 * np.log10(up):.2f} dB")

# %% [markdown]
# Between four and five seconds. Half a decibel takes 16, almost four times as long: the interval shrinks with the root of the duration.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Line or noise?
# :label: ex-periodogram-line
# A partial is narrower than a bin, noise is wider. Find a way to tell from Welch's estimates with several segment lengths which of the ten notes have lines in them. Where does your way fail? This one has no single answer.
# ```
#
# ```{solution-start} ex-periodogram-line
# :class: dropdown
# ```

# %%
print("highest density (dB re 1/Hz), segments of 128, 512, 2,048, 8,192")
for label, y in notes.items():
    row = f"{plot.pretty(label):18s}"
    for length in (128, 512, 2_048, 8_192):
        options = {"segment_length": length, "overlap": 0.75}
        density = periodogram.welch(np.pad(y, length), sr, **options)[1]
        row += f"{10 * np.log10(density.max()):8.1f}"
    print(row)

# %% [markdown]
# The highest density of a line rises by up to 6 dB a column, as long as the note is steady over a segment: the flute climbs by more than 16 dB. Noise should stay, and the hi-hat climbs by about 4 at most. But even that is not nothing: the highest of many scattered bins tends to be too high, drums ring at a few frequencies too, and the silence around a short clip lowers what long segments find.
#
# ```{solution-end}
# ```

# %% [markdown]
# ## Further reading
#
# - {cite:t}`welch1967use`: four pages, with the formula behind `equivalent_segments`.
# - {cite:t}`smith2011spectral`, free to read online: the periodogram, Welch's method and the windows, for audio.
# - {cite:t}`heinzel2002spectrum`, free to read online: density against spectrum, worked through for people who measure.
# - {cite:t}`stoica2005spectral`, free from the authors: bias and variance with the proofs, and many other estimates.
#
# The functions of this chapter are described in the {doc}`reference of audiocls.periodogram </book/api/periodogram>`. The next chapter looks at the density itself: pink and brown noise, and a tone that nobody can see.
