# %% [markdown]
# # 2. Amplitude
#
# **What does "half as loud" mean?** Below is one clarinet note three times: as it is, with every number halved, and with every number multiplied by 0.316. Which of the last two sounds *half as loud* as the first?

# %%
import librosa
import matplotlib.pyplot as plt
import numpy as np

from audiocls import amplitude, datasets, plot, sampling
from audiocls.player import player

plot.use_style()

# %%
clips = datasets.load("rendered")
y, sr = clips.audio(93)
note = sampling.resample(y, orig_sr=sr, target_sr=8_000)[:6_400].astype(float)
note *= 0.5 / np.abs(note).max() * np.clip(np.arange(6_400, 0, -1) / 800, 0, 1)
three = [np.append(gain * note, np.zeros(1_600)) for gain in (1, 0.5, 0.316)]
player(np.concatenate(three), 8_000, label="A clarinet: times 1, 0.5 and 0.316")

# %% [markdown]
# If you chose the third, you agree with the typical listener in the experiments that {cite:t}`stevens1955measurement` reviewed: of two tones of 1,000 Hz, one was called twice as loud when they were 10 {term}`decibels <decibel>` apart, which is this factor of 0.316. Listeners and methods differ widely, but half the numbers are not half the {term}`loudness`. This chapter keeps apart what everyday language mixes up: how large the numbers are, how they compare with a reference, and how loud they sound.
#
# **You will**
#
# - measure a sound by its peak and its RMS, state both in decibels with a reference, and tell level from loudness,
# - hear what too large a sound and too few bits do, predict the error of rounding, and turn distortion into a hiss with dither,
# - follow a sound with its envelope, trim silence at its ends, and see what goes wrong when silence is cut out of its middle.
#
# **You need** chapter 1, sines and logarithms to base 10. Take about 55 minutes.
#
# ## Two answers to "how large?"
#
# The {term}`amplitude`, the size of such numbers, has no unit: 1 is {term}`full scale`, the largest absolute value that a file of integers can hold. For a whole sound there are two usual summaries. The **peak** is the largest absolute value. The {term}`RMS` is the root of the mean of the squares:
#
# $$\text{rms} = \sqrt{\frac{1}{N}\sum_{n} y[n]^2}.$$
#
# The mean of the squares is the {term}`power`, so a constant as large as the RMS has the same power as the sound. Work out peak and RMS of 0.3, −0.5, 0.1 and 0.1 before you run the cell. A sine and a square wave of the same peak follow: which has the larger RMS?

# %%
few = np.array([0.3, -0.5, 0.1, 0.1])
print(f"four numbers by hand: peak 0.5, RMS {((9 + 25 + 1 + 1) / 4) ** 0.5 / 10:.3f}")
shapes = {"few": few, "sine": sampling.tone(100, sr=8_000, seconds=1, amplitude=0.5)}
shapes["square"] = sampling.square(100, sr=8_000, seconds=1, amplitude=0.5)
for name, y in shapes.items():
    theirs = librosa.feature.rms(y=y, frame_length=y.size, center=False).item()
    print(f"{name:6s} {amplitude.peak(y)} {amplitude.rms(y):.3f}, librosa {theirs:.3f}")

# %% [markdown]
# The peak says whether a sound stays within full scale, the RMS how strong it is on average. Over whole periods, the RMS of a square wave is its peak, and that of a sine its peak divided by $\sqrt 2$.
#
# ## Decibels: a ratio and its name
#
# Sounds range over many powers of ten, one reason to count in ratios. In 1923 the Bell System replaced its "mile of standard cable" by a logarithmic *transmission unit*, and {cite:t}`martin1929decibel` announced the new name: the decibel, a tenth of a bel, after Alexander Graham Bell. It compares a power $P$ with a reference $P_0$, or an amplitude $A$ with $A_0$:
#
# $$L = 10 \log_{10}\frac{P}{P_0} = 20 \log_{10}\frac{A}{A_0}.$$
#
# The factors are 10 and 20 because power goes with the square of amplitude (of the RMS always, of the peak if both waves have one shape). The way back is $A = A_0 \cdot 10^{L/20}$.
#
# :::{admonition} Predict
# :class: predict
# How many decibels is half the amplitude? Half the power? A hundredth of the amplitude?
# :::

# %%
print("amplitude   power  20 log A  10 log P  audiocls  librosa")
for a in (1, 0.7071, 0.5, 0.1, 0.01):
    by_hand = [20 * np.log10(a), 10 * np.log10(a**2)]
    packaged = [amplitude.amplitude_to_dbfs(a), *librosa.amplitude_to_db(np.array([a]))]
    print(f"{a:9.4f} {a**2:7.4f}", *(f"{L + 0.0:9.2f}" for L in by_hand + packaged))

# %% [markdown]
# :::{admonition} Misconception: "there are two decibels, one with 10 log and one with 20 log"
# :class: misconception
# The third and fourth column are equal in every row: half the amplitude is a quarter of the power, and both are −6.02 dB. Half the *power* is −3.01 dB. What is wrong is 20 log of a power, which doubles the level, or 10 log of an amplitude, which halves it.
# :::
#
# Our reference is full scale, and the unit is then written **dBFS**. Digital silence is at minus infinity; many programs put a floor under it.
#
# :::{admonition} Misconception: "amplitude is measured in decibels"
# :class: misconception
# A {term}`decibel` compares. Without its reference, a level does not say how strong a sound is. For one and the same RMS at least three are in use: a constant at full scale (this book), a sine that reaches full scale (the standard AES17, whose levels read 3.01 dB higher), and the sound's own peak. The last one forgets how strong the sound was:
# :::

# %%
for y in (note, note / 10):
    references = np.array([1, np.sqrt(0.5), amplitude.peak(y)])
    levels = amplitude.amplitude_to_dbfs(amplitude.rms(y) / references)
    print("dB re full scale, full-scale sine, own peak:", levels.round(2))

# %% [markdown]
# The second row is the same note divided by ten. None of these numbers says how strong the sound was in the air: that takes a calibrated microphone, and the usual reference is then a pressure of 20 µPa.
#
# ## Ten instruments, ten levels
#
# One clip a class, rendered from sampled instruments, all on one scale. **Predict** from the picture: which instrument has the lowest RMS for its peak, and which the highest?

# %% mystnb={"image": {"alt": "Waveforms of ten instruments in a 2 by 5 grid with one scale. Bass drum, hi-hat and the three strokes of the snare drum are short spikes with near silence around them; cello, double bass, violin, clarinet, flute and saxophone keep their height until they stop; the guitar starts high and dies away."}}
ten = clips.one_per_class()
units = {"xlabel": "Time (s)", "ylabel": "Amplitude (full scale = 1)"}
fig, axes = plot.class_grid(**units, figsize=(8.7, 3.6))
for y, sr, label in ten:
    plot.plot_waveform(y, sr, ax=axes[label], label=label)
axes["Flute"].set_xlim(-0.1, 2.4)
fig.suptitle("Drums are short peaks; bowed and blown notes fill their time")
plt.show()

# %%
print("                   peak     RMS    peak to RMS")
for y, _, label in ten:
    peak, rms = amplitude.amplitude_to_dbfs([amplitude.peak(y), amplitude.rms(y)])
    print(f"{label:17s}{peak:6.1f}  {rms:6.1f} dBFS {peak - rms:6.1f} dB")

# %% [markdown]
# The last column is the *crest factor*. A sine has 3.0 dB, the cello 6.1 dB, the hi-hat 23.9 dB, because it is loud for a few milliseconds only. The saxophone is a surprise: it fills its time, but each period has one high, narrow peak, which the picture is too coarse to show. So whoever brings clips to one level has to say which: at equal peak they still differ by 18 dB in RMS.
#
# :::{admonition} Misconception: "the player plays what is in the array"
# :class: misconception
# IPython's player scales every array to full scale unless you say `normalize=False`. Two copies of a note, 40 dB apart, then sound the same. (The first 44 bytes are the header.) The players of this book keep the level.
# :::

# %%
from IPython.display import Audio

for y in (note, note / 100):
    played = np.frombuffer(Audio(y, rate=8_000).data[44:], np.int16) / 32_767
    print(f"peak given {amplitude.peak(y):.3f}, played {amplitude.peak(played):.3f}")

# %% [markdown]
# ## Loudness is another matter
#
# Two tones of equal RMS, 100 Hz and 3,000 Hz. Use headphones (a small loudspeaker gives off hardly anything at 100 Hz), and start with the volume low.

# %%
fade = np.clip(np.arange(6_400) / 400, 0, 1)
fade = fade * fade[::-1]
low, high = (fade * sampling.tone(f, sr=8_000, seconds=0.8) for f in (100, 3_000))
for y in (low, high):
    print(f"{amplitude.amplitude_to_dbfs(amplitude.rms(0.2 * y)):.1f} dBFS")
player(0.2 * np.append(low, high), 8_000, label="100 and 3,000 Hz, equal RMS")

# %% [markdown]
# :::{admonition} Misconception: "amplitude is loudness"
# :class: misconception
# The two levels are equal and the two tones are not equally loud. Amplitude is in the numbers; loudness is in the listener, and depends on frequency, duration, level, and what else is sounding.
# :::
#
# {cite:t}`fletcher1933loudness` asked listeners when tones of different frequency are as loud as one of 1,000 Hz. Their curves have been measured again since, and today's are a standard {cite:p}`iso2023acoustics`. Sound level meters use a rough stand-in, the {term}`A-weighting` {cite:p}`iec2013electroacoustics`, that goes back to their curve for soft tones, as loud as 40 dB at 1,000 Hz. It is a formula, so two programs can be compared:

# %%
frequencies = np.array([63, 100, 1_000, 3_000, 8_000])
ours, librosas = amplitude.a_weighting(frequencies), librosa.A_weighting(frequencies)
for f, a, b in zip(frequencies, ours, librosas, strict=True):
    print(f"{f:5d} Hz {a:6.1f} dB by audiocls {b:6.1f} dB by librosa")

# %% mystnb={"image": {"alt": "The A-weighting curve against frequency on a logarithmic axis: minus 50 dB at 20 Hz, minus 19 dB at 100 Hz, 0 dB at 1,000 Hz, a little above 0 from 1,000 to 6,000 Hz, falling again towards 20,000 Hz. Dots mark the tones of 100 and 3,000 Hz, about 20 dB apart."}}
fig, ax = plt.subplots()
hz = np.geomspace(20, 20_000, 200)
ax.semilogx(hz, amplitude.a_weighting(hz))
ax.plot([100, 3_000], amplitude.a_weighting(np.array([100, 3_000])), "o")
ax.set(xlabel="Frequency (Hz)", ylabel="Weight (dB re 1 kHz)")
ax.set_title("The two tones of equal RMS are 20 dB apart for a sound level meter")
plt.show()

# %% [markdown]
# If the curve describes your ears at this volume, the two tones become equally loud once 3,000 Hz is weakened by the difference. (This player is 6 dB stronger than the last.)

# %%
difference = ours[3] - ours[1]
softer = high * amplitude.dbfs_to_amplitude(-difference)
print(f"3,000 Hz weakened by {difference:.1f} dB")
player(0.4 * np.append(low, softer), 8_000, label="100 and 3,000 Hz, weaker")

# %% [markdown]
# Now turn the volume far down and listen again. The low tone should drop out first, because for soft sounds the ear loses even more of the bass. One curve cannot serve all volumes, and the player does not know yours. So the book states levels and leaves loudness to you.
#
# ## Full scale and beyond
#
# Most files hold integers. With 16 bits the code is $y \cdot 32{,}768$, rounded, from −32,768 to 32,767 (some programs multiply by 32,767). The four numbers from above:

# %%
codes = np.rint(few * 32_768).astype(np.int16)
print("by hand:", codes.tolist())
print("back, by librosa:", librosa.util.buf_to_float(codes).round(4))
print("steps of 16 bits:", np.allclose(amplitude.quantize(few, 16) * 32_768, codes))

# %% [markdown]
# Before you compute a level, know which of the two you hold: RMS 0.3 or RMS 9,830. Floating point goes on beyond 1; a file of integers or a player cannot. What becomes of a tone of amplitude 2?
#
# {func}`audio.write <audiocls.audio.write>` and {func}`audio.player <audiocls.player.player>` refuse it. Many programs cut off what does not fit, which is called {term}`clipping`.
#
# :::{admonition} Predict
# :class: predict
# The clipped tone still repeats 500 times a second, so only multiples of 500 Hz can appear in its *spectrum*, the picture of how strong a sine of each frequency is (chapter 3). Which ones?
# :::

# %%
hot = sampling.tone(500, sr=8_000, seconds=0.8, amplitude=2)
clipped = np.clip(hot, -1, 1)
pair = 0.2 * np.append(hot / 2, clipped)
player(pair, 8_000, label="500 Hz, whole, then clipped, at equal peak")

# %% mystnb={"image": {"alt": "Spectrum of the clipped 500 Hz tone: lines at 500, 1,500, 2,500 and 3,500 Hz and nothing at the even multiples. The line at 1,500 Hz is about 13 dB below the one at 500 Hz."}}
spectrum = 2 * np.abs(np.fft.rfft(clipped)) / clipped.size
level = amplitude.amplitude_to_dbfs(np.maximum(spectrum, 1e-6))
hz = np.fft.rfftfreq(clipped.size, 1 / 8_000)
ax = plot.plot_spectrum(hz, level, ylabel="Level (dBFS)")
ax.set(ylim=(-80, 10), title="Clipping adds odd harmonics that the tone never had")
plt.show()

# %% [markdown]
# Only the odd ones. Clipping treats both halves of the wave alike, so after half a period the wave is still its own negative. So are the odd multiples; the even ones have then gone through whole periods. (Sharp corners mean {term}`harmonics <harmonic>` without end. Those above 4,000 Hz are folded, chapter 1, and here land on odd multiples too.) Each line is drawn by its amplitude: at 0 dBFS it is a sine that just reaches full scale, whose RMS has −3.01 dBFS. The line at 500 Hz lies higher, though no sample does: the other lines cut its crests down.
#
# ## Few bits
#
# {term}`Quantization <quantization>` rounds each sample to one of $2^b$ levels, for a {term}`bit depth` of $b$. From −1 to 1 that is a step of $2 / 2^b$. With three bits the step is 0.25. By hand, in NumPy, and with {func}`amplitude.quantize <audiocls.amplitude.quantize>`:

# %%
values = np.array([-1, -0.3, 0.1, 0.2, 0.9])
print("by hand", [-1, -0.25, 0, 0.25, 0.75])  # 1.0 would be the ninth level
print("NumPy", np.minimum(np.rint(values / 0.25) * 0.25, 0.75).tolist())
print("audiocls", amplitude.quantize(values, 3).tolist())

# %% [markdown]
# Now a guitar note with 8, 6, 4 and 2 bits. (The players of the guitar are at half level.) What becomes of its end?

# %%
y, sr = clips.audio(10)
guitar = sampling.resample(y, orig_sr=sr, target_sr=8_000)[:3_600].astype(float)
guitar *= 0.5 / np.abs(guitar).max()
depths = (8, 6, 4, 2)
plain = np.array([amplitude.quantize(guitar, bits) for bits in depths])
in_a_row = np.pad(plain, [(0, 0), (0, 600)]).ravel()
player(0.5 * in_a_row, 8_000, label="A guitar with 8, 6, 4 and 2 bits")

# %% [markdown]
# With two bits the note breaks off: as soon as it is smaller than half a step, every sample is rounded to zero. The error is what was added to the note. Listen to it alone:

# %%
error = np.pad(plain - guitar, [(0, 0), (0, 600)]).ravel()
player(0.5 * error, 8_000, label="The error alone with 8, 6, 4 and 2 bits")

# %% [markdown]
# How strong is it? Suppose that it is equally likely to lie anywhere within half a step of zero, as it nearly is when a sound moves over many steps {cite:p}`bennett1948spectra`. Then the mean of its square is $\text{step}^2/12$ (integrate $x^2$ from $-\tfrac12$ to $\tfrac12$), its RMS is $\text{step}/\sqrt{12}$, and each bit, which halves the step, lowers it by $20\log_{10} 2 = 6.02$ dB. Test this on a tone near full scale and on the guitar:

# %%
tone = sampling.tone(997, sr=8_000, seconds=1, amplitude=0.99)
print("bits  predicted   tone  guitar (error in dBFS)")
errors = {}
for bits in (2, 4, 6, 8, 12, 16):
    found = [amplitude.quantize(y, bits) - y for y in (tone, guitar)]
    errors[bits] = [amplitude.amplitude_to_dbfs(amplitude.rms(e)) for e in found]
    predicted = amplitude.amplitude_to_dbfs(2 / 2**bits / 12**0.5)
    print(f"{bits:4d} {predicted:10.1f}", *(f"{e:6.1f}" for e in errors[bits]))
a_bit = (np.array(errors[6]) - errors[16]) / 10
print(f"from 6 to 16 bits: {a_bit[0]:.2f} and {a_bit[1]:.2f} dB a bit")

# %% [markdown]
# From six bits on the prediction holds to within a decibel. With two it fails, because the supposition does: the highest level is 0.5, so the tone is clipped, and where the guitar is rounded to zero, the error is the guitar, upside down. For a sine at full scale (−3.01 dBFS) the prediction gives a signal-to-error ratio of $6.02\,b + 1.76$ dB, which is 98 dB for 16 bits.
#
# ## Noise that helps
#
# The error with few bits is no hiss: it follows the note, and the ear takes it for distortion. The cure sounds absurd: add noise *before* rounding. This {term}`dither` is the sum of two random numbers, each equally likely to lie anywhere within half a step of zero. Small sums are the likeliest: the histogram is a triangle. Start with three constants that are smaller than half a step, with 8 bits:

# %%
constants = np.array([[0.0], [0.25], [0.4]]) * np.ones(200_000)  # in steps
for dither in (False, True):
    found = amplitude.quantize(constants / 128, 8, dither=dither, seed=0) * 128
    mean, error = found.mean(axis=-1).round(2) + 0.0, amplitude.rms(found - constants)
    print(f"dither {dither!s:5}  mean {mean}  RMS error {error.round(2)}")

# %% [markdown]
# (Values are in steps.) Without dither all three become zero, and the error is whatever they were. With dither the mean is right, and the error has an RMS of half a step, *whatever the value*. {cite:t}`lipshitz1992quantization` prove that this triangular noise makes the mean and the power of the error independent of the sound, as long as nothing clips. The price: power $\text{step}^2/4$ instead of $\text{step}^2/12$, three times as much, 4.77 dB. But a sound below half a step is still there:

# %%
faint = 0.4 * 2 / 2**4 * sampling.tone(500, sr=8_000, seconds=1)
saved = amplitude.quantize(faint, 4, dither=True, seed=0)
print("values without dither:", np.unique(amplitude.quantize(faint, 4) + 0.0))
print("values with dither:", np.unique(saved + 0.0))
player(saved, 8_000, label="0.4 of a step at 4 bits, with dither")

# %% [markdown]
# Three values, and you hear the tone through the hiss. Now the guitar again, then the spectra of the error for a tone.

# %%
dithered = [amplitude.quantize(guitar, bits, dither=True, seed=0) for bits in depths]
in_a_row = np.pad(dithered, [(0, 0), (0, 600)]).ravel()
display(player(0.5 * in_a_row, 8_000, label="With dither: 8, 6, 4 and 2 bits"))
error = np.pad(dithered - guitar, [(0, 0), (0, 600)]).ravel()
display(player(0.5 * error, 8_000, label="Its error alone, 8, 6, 4 and 2 bits"))

# %% mystnb={"image": {"alt": "Spectra of two rounding errors of a 500 Hz tone with 6 bits. Without dither all power is in lines at 500, 1,500, 2,500 and 3,500 Hz. With dither there are no lines, only an even floor some 20 dB lower."}}
tone = sampling.tone(500, sr=8_000, seconds=0.5, amplitude=0.45)
fig, ax = plt.subplots()
for dither, name in ((True, "with dither"), (False, "without")):
    e = amplitude.quantize(tone, 6, dither=dither, seed=0) - tone
    line = 2 * np.abs(np.fft.rfft(e)) / e.size
    level = amplitude.amplitude_to_dbfs(np.maximum(line, 1e-6))
    plot.plot_spectrum(np.fft.rfftfreq(e.size, 1 / 8_000), level, ax=ax, label=name)
ax.set(ylim=(-90, -30), ylabel="Level (dBFS)")
ax.set_title("Dither turns the lines of the error into an even hiss")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% [markdown]
# The lines are harmonics of the tone: to the ear, distortion. The floor, spread over 2,000 frequencies, is stronger in sum, but does not follow the sound. It is good practice to dither before reducing a recording to 16 bits.

# %% [markdown]
# ```{explorable} 02_amplitude
# :title: Few bits, many bits, and the error alone
# :alt: A note rounded to 4 bits is a staircase of three levels. Below it, the error follows the wave: a jagged line between minus half a step and half a step.
#
# **Try:** press *Play*, then take away bit after bit. Listen to *error alone*. Switch the dither on while you listen. Then set 8 bits and lower the recording level.
#
# **Notice:** each bit less costs about 6 dB, and so do 6 dB less of recording level. Without dither the error sings along with the note and dies away with it; with dither it is an even hiss, a few decibels stronger.
# ```

# %% [markdown]
# ## The envelope
#
# The {term}`envelope` follows the size of a wave and ignores its wiggles. The 2019 report that this book grew from used the simplest one, a rolling mean of $|y|$. Work out the first two values for a window of three samples; at the ends, average what there is.

# %%
import pandas as pd

y = np.array([0.0, 0.3, -0.3, 0.0])
print([0.15, 0.2, 0.2, 0.15], "by hand")
print(amplitude.envelope(y, 1, seconds=3).round(2).tolist(), "by audiocls")
rolled = pd.Series(np.abs(y)).rolling(3, min_periods=1, center=True).mean()
print(rolled.round(2).tolist(), "by pandas")

# %% [markdown]
# A longer window makes it smoother and slower. With 0.1 s, as in the report, and in decibels:

# %% mystnb={"image": {"alt": "Envelopes in decibels of ten instruments in a 2 by 5 grid. The bass drum falls steeply and the hi-hat less so; the snare drum comes back twice; the guitar falls along a straight line; bowed and blown notes stay steady and then drop to flat noise between minus 63 and minus 76 dBFS. A dotted line marks minus 66 dBFS: saxophone, violin and hi-hat never get below it."}}
units = {"xlabel": "Time (s)", "ylabel": "Envelope (dBFS)"}
fig, axes = plot.class_grid(**units, figsize=(8.7, 3.6))
for y, sr, label in ten:
    follow = np.maximum(amplitude.envelope(y, sr, seconds=0.1), 1e-6)[::100]
    level = amplitude.amplitude_to_dbfs(follow)
    times, color = np.arange(follow.size) * 100 / sr, plot.class_color(label)
    axes[label].plot(times, level, color=color)
    axes[label].axhline(amplitude.amplitude_to_dbfs(0.0005), ls=":", color=plot.INK)
fig.suptitle("What is struck or plucked falls at once; what is bowed or blown is held")
plt.show()

# %% [markdown]
# A sound that loses the same share in equal times is a straight line in decibels. Where the curves run flat at the bottom there is only the faint noise that was added in rendering. The dotted line is the report's threshold (see below). Three clips never get down to it: the noise of the saxophone and the violin is stronger, and the hi-hat ends too soon.
#
# A common use is cutting silence off the ends. {func}`amplitude.trim_silence <audiocls.amplitude.trim_silence>` keeps everything from the first to the last moment within 60 dB of the envelope's maximum; librosa does the same with the RMS of frames, and so ends a little elsewhere:

# %%
y, sr = clips.audio(31)
drum = sampling.resample(y, orig_sr=sr, target_sr=8_000).astype(float)
trimmed, found = amplitude.trim_silence(drum, 8_000, threshold_db=-60)
theirs = librosa.effects.trim(drum, top_db=60, frame_length=256, hop_length=64)[1]
for name, (start, stop) in {"audiocls": found, "librosa": theirs}.items():
    print(f"{name:9s} keeps {start / 8_000:.2f} to {stop / 8_000:.2f} s")
print(f"of {drum.size / 8_000:.2f} s")

# %% [markdown]
# ## What masking out silence splices together
#
# The report went further. It dropped *every* sample at which the envelope is below 0.0005 (−66 dBFS), wherever it is, and pushed the rest together. This drum is struck four times.
#
# :::{admonition} Predict
# :class: predict
# What does the mask do to it? And what if the very same strokes had been recorded 32 dB lower, with a fortieth of the amplitude?
# :::

# %%
for gain in (1, 1 / 40):
    kept = amplitude.envelope(gain * drum, 8_000, seconds=0.1) > 0.0005
    joins = np.flatnonzero(np.diff(np.flatnonzero(kept)) > 1)
    print(f"gain {gain:5.3f}: {kept.mean():.0%} kept, {joins.size} joins in the middle")

# %% [markdown]
# The first loses its end, as it should. The second loses more than half: its end, and five pieces before it. Listen to the whole drum, then to what the mask leaves of the quiet recording, turned up again by 32 dB:

# %%
joined = drum[kept]  # what the last gain, 1 / 40, kept
display(player(drum, 8_000, label="A bass drum, four strokes"))
display(player(joined, 8_000, label="What the mask leaves of it"))

# %% mystnb={"image": {"alt": "Above, the four strokes of the bass drum over 2.5 seconds, with the kept pieces in blue and the dropped ones in grey: the beginning of each stroke is kept, the end of its decay is dropped. Below, the kept pieces pushed together last 1.1 seconds; dotted lines mark the five joins, two pairs of them so close that they look like one, and the strokes, which came at uneven distances, now follow at nearly even ones."}}
t = np.arange(drum.size) / 8_000
fig, (above, below) = plt.subplots(2, figsize=(7, 2.6), sharex=True, sharey=True)
above.plot(t, drum, color=plot.INK, label="dropped")
above.plot(t, np.where(kept, drum, np.nan), label="kept")
below.plot(t[: joined.size], joined)
below.vlines(joins / 8_000, -0.6, 0.6, linestyles=":", color=plot.LINES[1])
above.set_title("Uneven strokes, above, become an even row, below")
above.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
below.set_xlabel("Time (s)")
fig.supylabel("Amplitude (full scale = 1)", fontsize=10)
plt.show()

# %% [markdown]
# The first damage is to time: the distances between the strokes are gone, and so is the way they die away. The second you may have heard as a tick before every stroke but the first. Here is the first join:

# %% mystnb={"image": {"alt": "Twenty milliseconds around the first join: a smooth slow wave on the left ends in a sudden vertical step, and another smooth wave goes on from there."}}
near = slice(joins[0] - 80, joins[0] + 81)
steps = np.abs(np.diff(joined[near]))
ratio = steps[80] / np.delete(steps, 80).max()
print(f"the step is {ratio:.0f} times the next largest within 10 ms")
plt.plot(np.arange(-80, 81) / 8, joined[near])
plt.gca().set(xlabel="Time from the join (ms)", ylabel="Amplitude (full scale = 1)")
plt.title("The join is a step that no drum made")
plt.show()

# %% [markdown]
# A step holds all frequencies, and stands out where the sound itself is a smooth, low tone. The third damage: what the threshold takes for silence is a property of the recording level, not of the drum.
#
# :::{admonition} Misconception: "dropping the silence loses nothing"
# :class: misconception
# What a threshold takes for silence holds rhythm, decay and the reverberation of a room. Trim the ends if you must, relative to the clip's own level, and leave the inside alone.
# :::
#
# ## Check yourself
#
# **A data sheet says: "the hum is at −60 dB". How strong is the hum?**
#
# <details class="quiz"><summary>A thousandth in amplitude of something that it does not name.</summary>Right. Without the reference nobody can tell.</details>
# <details class="quiz"><summary>A thousandth of full scale.</summary>It may be meant so. Then it should say dBFS, and whether a sine or a constant at full scale is 0.</details>
# <details class="quiz"><summary>So weak that nobody hears it.</summary>A level is not a loudness. Turn the volume up, and the hum comes up too.</details>
#
# **A sound is stored with 12 bits in place of 8. What happens to the rounding error?**
#
# <details class="quiz"><summary>It falls by 24 dB.</summary>Right: four bits, 6.02 dB each, as long as the sound covers many steps.</details>
# <details class="quiz"><summary>It falls by 12 dB.</summary>That would be 3 dB a bit. Each bit halves the step, hence the error, and half the amplitude is −6.02 dB.</details>
# <details class="quiz"><summary>It falls to two thirds.</summary>The bits went up by half, but the number of levels went up sixteen times.</details>
#
# **Why add noise before reducing a recording to few bits?**
#
# <details class="quiz"><summary>It makes the error weaker.</summary>No, it makes it 4.77 dB stronger.</details>
# <details class="quiz"><summary>It hides the error, as loud noise hides any soft sound.</summary>It does more. The lines of the error are gone, not covered: they would stand out of this hiss.</details>
# <details class="quiz"><summary>It makes the mean and the power of the error independent of the sound.</summary>Right. What is left is a hiss, and even a tone below half a step survives in it.</details>
#
# ## In this chapter we have
#
# - measured sounds by peak and RMS, in decibels with a reference, and heard two tones of one level that are not equally loud;
# - heard clipping and few bits, predicted the error of rounding at 6.02 dB a bit, and turned its distortion into a hiss with dither;
# - followed sounds with an envelope, trimmed a clip at its ends, and seen what a mask does to its middle: lost time, steps, and dependence on the gain.
#
# **In the package:** {func}`~audiocls.amplitude.peak` and {func}`~audiocls.amplitude.rms` measure a sound, {func}`~audiocls.amplitude.amplitude_to_dbfs` and {func}`~audiocls.amplitude.dbfs_to_amplitude` go to decibels and back, {func}`~audiocls.amplitude.a_weighting` says how much the ear makes of a frequency, and {func}`~audiocls.amplitude.envelope` follows a sound.
#
# ## Exercises

# %% [markdown]
# ```{exercise} Predict, then listen
# :label: ex-amplitude-sums
# By how many decibels does the RMS rise when you add to a tone of 440 Hz (a) itself, (b) a tone of 660 Hz of equal amplitude, (c) itself half a period later? Take whole periods of both. Write down three numbers and what you expect to hear.
# ```
#
# ```{solution-start} ex-amplitude-sums
# :class: dropdown
# ```

# %%
a, b = (sampling.tone(f, sr=8_000, seconds=0.6, amplitude=0.2) for f in (440, 660))
late = sampling.tone(440, sr=8_000, seconds=0.6, amplitude=0.2, phase=np.pi)
for name, y in (("itself", a + a), ("660 Hz", a + b), ("itself, late", a + late)):
    ratio = np.round(amplitude.rms(y) / amplitude.rms(a), 9)
    print(f"{name:12s} {amplitude.amplitude_to_dbfs(ratio):5.2f} dB")
player(np.concatenate([a, a + a, a + b]), 8_000, label="Alone, (a), (b)")

# %% [markdown]
# Equal waves add their amplitudes: 6.02 dB. Sines of two frequencies add their powers: 3.01 dB. And opposite waves cancel: the RMS of a sum is not known from the RMS of its parts.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} From decibels to codes
# :label: ex-amplitude-codes
# Which amplitude has −20 dBFS, and which −66 dBFS, the report's threshold? Which 16-bit codes are these? At what level is the code 1?
# ```
#
# ```{solution-start} ex-amplitude-codes
# :class: dropdown
# ```

# %%
values = amplitude.dbfs_to_amplitude(np.array([-20, -66]))
print(values.round(4), (values * 32_768).round(1))
print(f"code 1: {amplitude.amplitude_to_dbfs(1 / 32_768):.1f} dBFS")

# %% [markdown]
# The threshold is sixteen steps of 16 bits: a recording with few bits or little gain is soon below it.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Integers that wrap around
# :label: ex-amplitude-wrap
# Double the 16-bit codes 10,000, 20,000 and −32,768 in NumPy, as `int16`. What comes out? And what does `np.abs` make of the code −32,768? Predict first.
# ```
#
# ```{solution-start} ex-amplitude-wrap
# :class: dropdown
# ```

# %%
codes = np.array([10_000, 20_000, -32_768], dtype=np.int16)
print(codes * 2, np.abs(codes))
print(codes.astype(float) * 2 / 32_768)

# %% [markdown]
# Beyond the largest code NumPy's arrays start again at the smallest, without a warning, and even $|{-32768}|$ has no room. This is worse than clipping. Divide by 32,768 before you compute; `audiocls` refuses integers for this reason.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} How many drums are spliced?
# :label: ex-amplitude-splices
# Use the report's mask on the 30 snare drums of the rendered set, at their own level. How many get a join in the middle?
# ```
#
# ```{solution-start} ex-amplitude-splices
# :class: dropdown
# ```

# %%
spliced = 0
for y, sr, _ in clips.select(clips.table.label == "Snare_drum"):
    kept = amplitude.envelope(y, sr, seconds=0.1) > 0.0005
    spliced += (np.diff(np.flatnonzero(kept)) > 1).any()
print(f"{spliced} of 30")

# %% [markdown]
# All of those have several strokes. About half a window, 0.05 s, stays on either side of a pause: there the envelope still sees a stroke.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Equal, but how?
# :label: ex-amplitude-equal
# Bring the double bass and the violin of the ten clips to equal peak, to equal RMS, and to equal A-weighted RMS. Which pair sounds equally loud to you, over headphones and over a small loudspeaker? For the A-weighting, multiply the clip's spectrum by the weights (`np.fft.rfft`, chapter 3). There is no single answer.
# ```
#
# ```{solution-start} ex-amplitude-equal
# :class: dropdown
# ```

# %%
pair = []
for label in ("Double_bass", "Violin_or_fiddle"):
    y, sr = ten.audio(ten.labels.index(label))
    y = sampling.resample(y, orig_sr=sr, target_sr=8_000)[:6_000].astype(float)
    weights = amplitude.a_weighting(np.fft.rfftfreq(y.size, 1 / 8_000))
    spectrum = amplitude.dbfs_to_amplitude(weights) * np.fft.rfft(y)
    weighted = amplitude.rms(np.fft.irfft(spectrum, y.size))
    levels = amplitude.amplitude_to_dbfs([amplitude.rms(y), weighted])
    print(f"{label:17s}{levels[0]:6.1f} dBFS, A-weighted {levels[1]:6.1f} dBFS")
    pair.append(0.03 * y / weighted)
player(np.concatenate(pair), 8_000, label="Bass, violin, equal A-weighted RMS")

# %% [markdown]
# The player has the third pair; for the other two, divide by `amplitude.peak(y)` or `amplitude.rms(y)` instead of `weighted`. The A-weighting takes much from the bass and nearly nothing from the violin. It was made for soft tones, so do not expect it to be right for notes at your volume.
#
# ```{solution-end}
# ```

# %% [markdown]
# ## Further reading
#
# - {cite:t}`smith2007mathematics`, free to read online: the appendix on logarithms and decibels, and the section on signal metrics.
# - {cite:t}`lipshitz1992quantization`: what dither can and cannot do, with proofs.
# - {cite:t}`watkinson2001art`: converters, quantization and dither in practice.
# - {cite:t}`moore2012introduction`, the chapter on loudness: how it is measured, and why listeners disagree.
#
# The functions of this chapter are described in the {doc}`reference of audiocls.amplitude </book/api/amplitude>`. The next chapter takes a chord apart into its notes.
