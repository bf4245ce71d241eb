# %% [markdown]
# # 7. Cepstrum
#
# **How can one spectrum hold both the note and the instrument?** Listen to three sounds.

# %%
import librosa
import matplotlib.pyplot as plt
import numpy as np
from scipy.ndimage import convolve1d
from scipy.signal import minimum_phase

from audiocls import cepstrum, datasets, fourier, plot, sampling
from audiocls.player import player
from audiocls.spectral_density import autocorrelation, noise
from audiocls.spectrogram import frame, istft, stft

plot.use_style()

# %%
clips = datasets.load("rendered")
three = {"Violin, G3": "Violin_or_fiddle-009.wav", "Clarinet, G3": "Clarinet-023.wav"}
three["Clarinet, C4"] = "Clarinet-010.wav"
notes, originals, fade = {}, {}, np.clip(np.arange(11_264, 0, -1) / 1_600, 0, 1)
for name, fname in three.items():
    y, sr = clips.audio(clips.table.fname.tolist().index(fname))
    originals[name] = y
    y = sampling.resample(y, orig_sr=sr, target_sr=16_000)
    notes[name] = 0.5 * fade * y[:11_264]
    display(player(notes[name], 16_000, label=name))

# %% [markdown]
# The first two share the note, the last two share the instrument. A tuner wants to know the one and forget the other, a classifier the reverse. Both get the same spectrum. This chapter takes it apart.
#
# **You will**
#
# - turn the product of a source and a filter into a sum, and find each at its own place,
# - uncover an echo whose delay nobody tells you, and hear a violin's note and its body apart,
# - measure the pitch of 210 notes in cents, and see where the method fails and why.
#
# **You need** the Fourier transform of chapter 3 and the autocorrelation of chapter 5. Take about 50 minutes.
#
# ## A product becomes a sum
#
# A bow pulls a string along until it slips, many times a second, and the violin's body answers every slip with a short ring. In a rough picture a note is a *source*, a list of clicks, sent through a *filter*, the answer to a single click. Each click is replaced by the answer, scaled, and the answers add up: a {term}`convolution`. A convolution multiplies the spectra, $|Y| = |S|\,|H|$.
#
# Take a source of two clicks, the second 0.4 as strong and four samples late, and a filter that answers 1, 0.6:

# %%
source, ring = [1, 0, 0, 0, 0.4], [1, 0.6]
y = np.convolve(source, ring)
S, H, Y = (np.abs(np.fft.fft(x, 16)) for x in (source, ring, y))
print(y.round(2), "product:", np.allclose(Y, S * H))

# %% [markdown]
# Sixteen points hold all six numbers of the sound, so the product is exact. Nobody can see two factors in `Y`. The logarithm makes them two terms, $\log|Y| = \log|S| + \log|H|$:

# %% mystnb={"image": {"alt": "Three curves over frequency. The source is a ripple with two full periods from 0 to half the sampling rate, the filter a smooth slope downwards, and their sum is the ripple riding on the slope."}}
f = np.arange(129) / 256
fig, ax = plt.subplots(figsize=(6, 2.2))
for x, name in ((source, "source"), (ring, "filter"), (y, "sound")):
    ax.plot(f, np.log(np.abs(np.fft.rfft(x, 256))), label=name)
ax.set(xlabel="Frequency (cycles per sample)", ylabel="log |X| (re 1)")
ax.set_title("The log spectrum of the sound: a fast ripple plus a slow slope")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% [markdown]
# Take this curve for a waveform. It has a fast part and a slow part, and the Fourier transform tells fast from slow. Transform the log spectrum, inversely, and call the result $c$.
#
# :::{admonition} Predict
# :class: predict
# At which of the positions 0 to 8 will the source have something, and the filter?
# :::

# %%
rows = {"source": S, "filter": H, "sound": Y}
for name, magnitude in rows.items():
    c = np.fft.ifft(np.log(magnitude)).real
    print(f"{name:7s}", " ".join(f"{value:6.3f}" for value in c[:9].round(3) + 0.0))

# %% [markdown]
# The source sits at 4, the distance of its clicks, and at twice that; the filter crowds near zero. The last row is the sum of the first two.
#
# {cite:t}`bogert1963quefrency` did this first, and as they found themselves "operating on the frequency side in ways customary on the time side and vice versa", they turned the words around as well. The spectrum of a log spectrum is a {term}`cepstrum`. Its axis is {term}`quefrency`, and a filter over it is a {term}`lifter`. Where a periodic wave has harmonics in its spectrum, a periodic ripple has {term}`rahmonics <rahmonic>` in its cepstrum: here at 4, 8 and so on.
#
# Why 0.212 at 4? With $z = e^{-2\pi i f \cdot 4}$, $f$ in cycles per sample, the source has the spectrum $1 + az$, and for $|a| < 1$ the logarithm is a series, $\log(1 + az) = az - a^2z^2/2 + a^3z^3/3 - \dots$ Its real part, $\log|S|$, shares every term between a positive and a negative quefrency: $a/2$, $-a^2/4$, $a^3/6$ at one, two and three times the delay. For $a = 0.4$ the first is 0.2. Sixteen points are too few: the series never ends, and what does not fit is folded back, as in chapter 1. Zeros after the sound make room.

# %%
quefrencies, c = cepstrum.real_cepstrum(y, 1, window="boxcar", n_fft=1_024)
by_hand = np.fft.ifft(np.log(np.abs(np.fft.fft(y, 1_024)))).real
m = np.arange(1, 4)
print("found ", c[4 * m].round(4), "same as by hand:", np.allclose(c, by_hand))
print("series", (-((-0.4) ** m) / (2 * m) - 0.6 ** (4 * m) / (8 * m)).round(4))

# %% [markdown]
# The second line counts the filter's own terms in, $-0.6^4/8$ at 4 and so on. NumPy, SciPy and librosa have no function named cepstrum, but one is hidden in SciPy's `minimum_phase`. It takes a cepstrum, moves all of it to positive quefrencies and goes back. That gives, of all sounds that begin at time 0 and have this magnitude spectrum, the one whose energy comes earliest. Ours is that one already (click before echo, strong before weak), so the way back must lead to `y`:

# %%
early = np.concatenate([c[:1], 2 * c[1:512], c[512:513], np.zeros(511)])
back = np.fft.ifft(np.exp(np.fft.fft(early))).real[:6]
scipys = minimum_phase(y, n_fft=1_024, half=False)
print(back.round(3) + 0.0, "as SciPy:", np.allclose(back, scipys, atol=1e-6))

# %% [markdown]
# :::{admonition} Misconception: "the cepstrum"
# :class: misconception
# There are three, and their numbers differ. This book and its package use the **real** cepstrum, of $\log|X|$. The **power** cepstrum of 1963 is the squared magnitude of the transform of $\log|X|^2$. The **complex** cepstrum transforms the complex logarithm, phase included; for a real sound its values are real. The same click and echo at 100 samples, in all three:
# :::

# %%
click = np.zeros(1_024)
click[[0, 100]] = 1, 0.4
X = np.fft.fft(click)
kinds = {"real": np.fft.ifft(np.log(np.abs(X))).real}
kinds["power"] = np.abs(np.fft.ifft(np.log(np.abs(X) ** 2))) ** 2
kinds["complex"] = np.fft.ifft(np.log(X)).real  # the phase stays below half a turn
print("               at 100   at 200  at -100")
for name, values in kinds.items():
    three_values = values[[100, 200, -100]].round(6) + 0.0
    print(f"{name:12s}", *(f"{value:8.3f}" for value in three_values))

# %% [markdown]
# Real: $a/2$ on either side. Power: $a^2$, and the sign is lost. Complex: $a$ on one side only, because it knows which came first. From the complex one the sound can be recovered. The others say too little; we went back above only because we knew that our energy comes earliest. Decibels in place of natural logarithms would multiply the first row by $20/\ln 10$. Say which one you plot.
#
# ## A hidden echo
#
# Bogert, Healy and Tukey were after echoes in seismic records. Here is ours: one stroke on a snare drum, and the same with its own copy added, 0.4 as strong and 10 to 50 ms late. A random generator chose the delay.
#
# :::{admonition} Predict
# :class: predict
# Do you hear two strokes? What delay would you guess?
# :::

# %%
y, sr = clips.audio(clips.table.fname.tolist().index("Snare_drum-002.wav"))
drum = sampling.resample(y, orig_sr=sr, target_sr=16_000)[:8_000].astype(float)
drum[4_000:] = 0  # keep the first of its strokes
drum = 0.5 * drum / np.abs(drum).max()
player(drum, 16_000, label="Snare drum")

# %%
delay = np.random.default_rng(1963).integers(160, 800)  # in samples
echoed = np.concatenate([drum, np.zeros(delay)])
echoed[delay:] += 0.4 * drum
player(echoed, 16_000, label="The same with an echo")

# %% [markdown]
# An echo multiplies the spectrum by $1 + a\,e^{-2\pi i f D}$, our two clicks again, so the cepstrum should have a peak of about 0.2 at the delay $D$. The autocorrelation of chapter 5 should have one at that delay, there called *lag*, as well. Which will be easier to read?

# %% mystnb={"image": {"alt": "Two panels against time. The autocorrelation waves up and down along its whole length, highest near 7 milliseconds, and nothing stands out at 17 milliseconds. The cepstrum is nearly flat from 3 milliseconds on, with one sharp peak of almost 0.2."}}
r = autocorrelation(echoed, max_lag=960, normalize=True)
q, c = cepstrum.real_cepstrum(echoed, 16_000, window="boxcar", n_fft=32_768)
fig, axes = plt.subplots(1, 2, figsize=(7, 2.3))
for ax, values in zip(axes, (r, c), strict=True):
    ax.plot(1_000 * q[32:961], values[32:961], lw=1)
axes[0].set(xlabel="Lag (ms)", ylabel="Autocorr. (re lag 0)")
axes[1].set(xlabel="Quefrency (ms)", ylabel="Real cepstrum")
axes[0].set_title("Autocorrelation: the drum's ringing")
axes[1].set_title("Cepstrum: the echo")
plt.show()

# %%
peak = 32 + c[32:961].argmax()
print(f"peak at {1_000 * peak / 16_000:.2f} ms, height {c[peak]:.2f}")
print(f"the truth: {1_000 * delay / 16_000:.2f} ms")

# %% [markdown]
# Right to the sample. The autocorrelation takes the power itself, so the few bins where the drum is loud decide, and the drum rings there. The logarithm lets every bin speak with nearly equal weight, and the ripple runs through all of them. The price comes later: bins of pure noise speak as loudly.
#
# Twice the height gives back the strength 0.4, nearly: the drum has a cepstrum of its own there. Our echo was kind, an exact copy without noise. A real wall filters what it returns, which makes the peak lower and wider.

# %% [markdown]
# ```{explorable} 07_cepstrum
# :title: Move the echo, move the peak
# :alt: Real cepstrum of a burst of noise with an echo: it is near zero everywhere but for one sharp peak at 12 milliseconds, the delay of the echo.
#
# **Try:** press *Play* and pull the delay from 60 ms down to 2 ms. Then make the echo weaker, until the peak drowns.
#
# **Notice:** long delays are heard as a second stroke, short ones only as another tone colour, but the peak stands at the delay in either case, about half as high as the echo is strong. A smaller one below the line, at twice the delay, belongs to the same echo.
# ```

# %% [markdown]
# ## A note: the envelope and the rahmonic
#
# A note is full of echoes: every period repeats the one before. Its spectrum has a spike at each multiple of the {term}`fundamental frequency` $f_0$, a ripple of period $f_0$. Where is its peak in the cepstrum? For G3 (196 Hz) write down a quefrency in milliseconds before you look. (The `floor` in the code lifts bins that are nearly empty; why, see below.)

# %% mystnb={"image": {"alt": "Cepstra of the two notes. Left, from 0 to 2 milliseconds, in a frame of 32 milliseconds: the curves differ. Right, from 2 to 25 milliseconds, in a frame of 128 milliseconds: both have peaks at 5.1, 10.2, 15.3 and 20.4 milliseconds. The clarinet has a dip halfway to the first."}}
excerpts = {name: note[4_000:6_048] for name, note in notes.items()}
views = ((512, slice(2, 33)), (2_048, slice(32, 400)))
fig, axes = plt.subplots(1, 2, figsize=(7, 2.2))
for name in list(excerpts)[:2]:
    for ax, (n, part) in zip(axes, views, strict=True):
        q, c = cepstrum.real_cepstrum(excerpts[name][:n], 16_000, floor=1e-3)
        ax.plot(1_000 * q[part], c[part], label=name)
    peak = 40 + c[40:400].argmax()
    print(f"{name}: highest beyond 2.5 ms at {1_000 * q[peak]:.2f} ms")
axes[0].set(xlabel="Quefrency (ms)", ylabel="Real cepstrum")
axes[0].set_title("The instrument (32 ms frame)")
axes[0].legend()
axes[0].set_ylim(-0.1, 0.3)
axes[1].set(xlabel="Quefrency (ms)", title="The note (128 ms frame)")
plt.show()

# %% [markdown]
# Both have the {term}`rahmonic` at $1/f_0$, about 5.1 ms, and again at its multiples. The instruments differ at the left, below 2 ms: slow changes of the log spectrum, hills and slopes hundreds of hertz wide. That is where one spectrum keeps the two. Keep what is left of 2 ms and transform back, as {func}`spectral_envelope <audiocls.cepstrum.spectral_envelope>` does. (0 dB is a line of amplitude 1, a full-scale sine, as in chapter 3.)

# %% mystnb={"image": {"alt": "Two spectra of the note G3 up to 8 kHz, violin left and clarinet right, each a row of spikes 196 hertz apart, with a smooth curve through them. The violin's curve has a hill near 250 hertz and a broad one near 4 kilohertz; the clarinet's falls to a plain after 4 kilohertz."}}
fig, axes = plt.subplots(1, 2, figsize=(7, 2), sharey=True)
for ax, name in zip(axes, list(excerpts)[:2], strict=True):
    y = excerpts[name][:512]
    hz, spectrum = fourier.magnitude_spectrum(y, 16_000, n_fft=1_024)
    plot.plot_spectrum(hz, 20 * np.log10(spectrum), ax=ax)
    hz, envelope = cepstrum.spectral_envelope(y, 16_000, n_fft=1_024)
    ax.plot(hz, 20 * np.log10(envelope), lw=2)
    ax.set(title=f"{name}: spectrum and envelope", ylim=(-90, 0))
    ax.set_xticks([0, 2_000, 4_000, 6_000])
axes[1].set_ylabel("")
plt.show()

# %% [markdown]
# Mind the frames. The rahmonic wants a long one, so that the spikes stand apart. The envelope wants a short one, a few periods, in which they nearly touch. Between lone spikes there is little but the floor, here 60 dB below the strongest bin, and a mean taken mostly over a floor is flat. The envelope is such a mean of the log spectrum, so it runs below the spikes.
#
# Look between the clarinet's peaks. Its low notes have strong odd harmonics and weak even ones, so spikes stand $2 f_0$ apart. You might expect a peak at *half* the period. There is a dip, because that ripple has its crests at odd multiples of $f_0$ and a trough at 0 Hz. So even here the first high peak is at $1/f_0$. And a warning: the missing even harmonics belong to the clarinet, yet they are in the fast part. The cepstrum does not know physics. It parts slow from fast.
#
# One clip of each class; dotted lines mark $1/f_0$ from the table of the rendered clips:

# %% mystnb={"image": {"alt": "Cepstra of ten clips, one a class, from 1 to 20 milliseconds. The seven pitched instruments have their first sharp peak at the dotted line that marks one over the fundamental frequency; bass drum, hi-hat and snare drum have no such peak."}}
fig, axes = plot.class_grid(xlabel="Quefrency (ms)", ylabel="Real cepstrum")
fig.set_size_inches(8, 3)
ten = clips.one_per_class()
for i, label in enumerate(ten.labels):
    y, sr = ten.audio(i)
    y = sampling.resample(y, orig_sr=sr, target_sr=16_000)[1_600:3_648]
    q, c = cepstrum.real_cepstrum(y, 16_000, floor=1e-3)
    axes[label].axvline(1_000 / ten.table.f0[i], ls=":", color=plot.INK)
    axes[label].plot(1_000 * q[16:320], c[16:320], color=plot.class_color(label), lw=1)
plt.ylim(-0.15, 0.5)
fig.suptitle("Notes have a peak at one over the fundamental, drums have none")
plt.show()

# %% [markdown]
# :::{admonition} Misconception: "the peak is at 81"
# :class: misconception
# 81 what? Many plots number the axis by sample, and the number changes with the rate. The same violin note at two rates:
# :::

# %%
for rate in (44_100, 16_000):
    y = sampling.resample(originals["Violin, G3"], orig_sr=44_100, target_sr=rate)
    q, c = cepstrum.real_cepstrum(y[rate // 4 : 3 * rate // 8], rate, floor=1e-3)
    peak = rate // 400 + c[rate // 400 : rate // 40].argmax()
    print(f"{rate:6,} Hz: sample {peak:3d}, {1_000 * q[peak]:.1f} ms")

# %% [markdown]
# Quefrency is a time, in seconds: not when something happens, but, like the lag of an autocorrelation, a distance between things that repeat.
#
# :::{admonition} Misconception: "take the logarithm of the spectrum"
# :class: misconception
# And where the spectrum is zero? The list 1, 0, −1, 0 has two empty bins; how many of its four cepstral values are finite? The usual cure adds a small constant to every magnitude. Watch the clarinet's rahmonic at two levels with two constants, and with the package, which raises weak bins to a share of the *strongest* one:
# :::

# %%
with np.errstate(divide="ignore", invalid="ignore"):
    broken = np.fft.ifft(np.log(np.abs(np.fft.fft([1.0, 0.0, -1.0, 0.0]))))
print("finite values:", np.isfinite(broken).sum(), "of 4")
print("                full level   40 dB lower")
note = excerpts["Clarinet, G3"] * fourier.window("hann", 2_048)
for constant in (1e-6, 1e-2):
    spectra = np.abs(np.fft.fft([note, 0.01 * note]))
    heights = np.fft.ifft(np.log(spectra + constant)).real[:, 81]
    print(f"plus {constant:7.0e} ", " ".join(f"{height:12.3f}" for height in heights))
for floor in (1e-6, 1e-2):
    pair = np.stack([excerpts["Clarinet, G3"], 0.01 * excerpts["Clarinet, G3"]])
    heights = cepstrum.real_cepstrum(pair, 16_000, floor=floor)[1][:, 81]
    print(f"floor {floor:6.0e} ", " ".join(f"{height:12.3f}" for height in heights))

# %% [markdown]
# One empty bin spoils every value. A constant mends that but makes the result depend on level; with a relative floor a louder sound differs in $c[0]$ alone. No choice is free: the last two rows show that the floor decides how deep the valleys are.
#
# ## Two lifters, two sounds
#
# To keep low quefrencies is to smooth the log spectrum: a product in quefrency is a convolution along frequency. `scipy.ndimage` does that convolution without any cepstrum, and so checks our lifter:

# %%
q, c = cepstrum.real_cepstrum(excerpts["Violin, G3"], 16_000, floor=1e-3)
low = cepstrum.lifter(c, 16_000, cut=0.002)
high = cepstrum.lifter(c, 16_000, cut=0.002, keep="high")
keep = cepstrum.lifter(np.ones(2_048), 16_000, cut=0.002)
kernel = np.fft.fftshift(np.fft.fft(keep).real) / 2_048
smooth = convolve1d(np.fft.fft(c).real, kernel, mode="wrap")
print("same envelope:", np.allclose(np.fft.fft(low).real, smooth))
print("low + high = all:", np.allclose(low + high, c))

# %% [markdown]
# Now by ear. Cut the violin into overlapping frames, divide the spectrum of each by its envelope, and put the frames together again, with the {term}`STFT` of chapter 8 and its inverse, `stft` and `istft`: what remains has the ripple, the phase and no hills. The envelopes alone are put on white noise, a source without a note.
#
# :::{admonition} Predict
# :class: predict
# Which of the two can you sing, and which tells you about an instrument?
# :::

# %%
violin = notes["Violin, G3"]
X = stft(violin, n_fft=512, hop_length=128, center=False)
frames = frame(violin, frame_length=512, hop_length=128).T
_, envelopes = cepstrum.spectral_envelope(frames, 16_000)  # a row a frame
flat = istft(X / envelopes.T, hop_length=128, center=False)[512:-512]
player(0.3 * flat / np.abs(flat).max(), 16_000, label="High quefrencies only")

# %%
hiss = noise("white", n=violin.size, seed=0)
N = stft(hiss, n_fft=512, hop_length=128, center=False)
body = istft(N * envelopes.T, hop_length=128, center=False)[512:-512]
player(0.3 * body / np.abs(body).max(), 16_000, label="Low quefrencies, on noise")

# %%
for name, sound in (("violin", violin), ("flat", flat), ("on noise", body)):
    five = np.stack([sound[k : k + 2_048] for k in range(1_000, 9_000, 1_600)])
    found = cepstrum.cepstral_pitch(five, 16_000, fmin=100, fmax=400)
    print(f"{name:9s}", found.round().astype(int), "Hz")

# %% [markdown]
# The flat sound buzzes on the same G3 in all five stretches. The whisper has no pitch; asked for one, the program names whatever peak chance made highest. It keeps the broad colour of the violin.
#
# ## Pitch, in cents
#
# {cite:t}`noll1967cepstrum` used the rahmonic to find the {term}`pitch` of voices. Try it on all 210 pitched clips, 128 ms of each: find the highest value between 0.5 ms (2,000 Hz) and 25 ms (40 Hz). Errors are in {term}`cents <cent>`, 100 to the semitone and 1,200 to the octave. Beyond 50, another semitone would be nearer.
#
# :::{admonition} Predict
# :class: predict
# How many of the 210 will be wrong, and will wrong mean too high or too low?
# :::

# %%
pitched = clips.select(clips.table.f0.notna().to_numpy())
true = pitched.table.f0.to_numpy()
sounds = []
for y, sr, _ in pitched:
    at_16 = sampling.resample(y, orig_sr=sr, target_sr=16_000)
    sounds.append(at_16[3_200:7_296].astype(float))  # from 0.2 s on
sounds = np.stack(sounds)
_, cepstra = cepstrum.real_cepstrum(sounds[:, :2_048], 16_000, floor=1e-2)
highest = 16_000 / (8 + cepstra[:, 8:401].argmax(axis=1))
cents = 1_200 * np.log2(highest / true)
print("wrong:", np.sum(np.abs(cents) > 50), "of", len(true))
for k in (2, 3, 4):
    print(f"at 1/{k} of f0:", np.sum(np.abs(cents + 1_200 * np.log2(k)) < 50))

# %% [markdown]
# Most mistakes are too low by an octave, or an octave and a fifth: the second or third rahmonic won. Narrow spikes are a ripple far from a cosine, so its rahmonics are nearly as high as the first. And where the true period falls between two samples the first peak is cut lower, while twice the period may hit one. So {func}`cepstral_pitch <audiocls.cepstrum.cepstral_pitch>` takes the **first** peak that is at least 0.6 times as high as the highest, and puts a parabola through it and its two neighbours, whose top may lie between samples. Compare both for four lengths of frame:

# %%
print("  frame   highest wrong   first wrong   highest f0 among these")
for n in (512, 1_024, 2_048, 4_096):
    _, cepstra = cepstrum.real_cepstrum(sounds[:, :n], 16_000, floor=1e-2)
    naive = 16_000 / (8 + cepstra[:, 8 : min(401, n // 2)].argmax(axis=1))
    fmin = max(40, 32_001 / n)  # two periods have to fit
    f0 = cepstrum.cepstral_pitch(sounds[:, :n], 16_000, fmin=fmin, fmax=2_000)
    bad, wrong = (np.abs(1_200 * np.log2(x / true)) > 50 for x in (naive, f0))
    top = true[wrong].max()
    print(f"{n / 16:4.0f} ms {bad.sum():15d} {wrong.sum():13d} {top:16.0f} Hz")

# %% [markdown]
# Longer frames make the spikes narrower: the naive rule gets worse, the better one nearly perfect. **First failure: too few periods.** With a Hann window a spike is four bins wide, four over the length of the frame, so harmonics merge where the frame holds fewer than about four periods. At 32 ms that is below 125 Hz, and all wrong notes lie there. (Those below 62.5 Hz are not even looked for: two periods have to fit.)
#
# Now the errors at 128 ms, class by class. The last two columns measure the clip itself another way, from its strongest {term}`partial` (chapter 3).

# %%
f0 = cepstrum.cepstral_pitch(sounds[:, :2_048], 16_000, fmin=40, fmax=2_000)
cents = 1_200 * np.log2(f0 / true)
centred = sounds - sounds.mean(axis=1, keepdims=True)  # some clips have an offset
strongest = [fourier.strongest_partials(y, 16_000, k=1)[0][0] for y in centred]
partial = 1_200 * np.log2(strongest / np.round(strongest / true) / true)
labels = pitched.table.label.to_numpy()
print("                  wrong   cepstrum: median, worst   partial: median, worst")
for label in np.unique(labels):
    right = (labels == label) & (np.abs(cents) < 50)
    row = [np.sum(labels == label) - right.sum()]
    for x in (cents[right], partial[right]):
        row += [np.median(x), np.abs(x).max()]
    print("{:18s} {:4d} {:18.1f} {:6.1f} {:17.1f} {:6.1f}".format(label, *row))
for name, of in (("below 300 Hz", true < 300), ("above 800 Hz", true > 800)):
    apart = np.abs(cents - partial)[of & (np.abs(cents) < 50)]
    print(f"{name}: cepstrum and partial {np.median(apart):.1f} cents apart (median)")

# %% mystnb={"image": {"alt": "Error in cents against true fundamental frequency for the 207 notes within 50 cents. Nearly all lie between minus 10 and plus 10, most of them about 3 cents above zero. A group of flutes reaches down to minus 13, and above 800 hertz the dots are wider apart."}}
fig, ax = plt.subplots(figsize=(7, 2.6))
for label in np.unique(labels):
    of = labels == label
    ax.plot(true[of], cents[of], "o", ms=4, color=plot.class_color(label))
    ax.plot([], [], "o", color=plot.class_color(label), label=plot.pretty(label))
ax.set(xscale="log", xlabel="True f0 (Hz)", ylabel="Error (cents)", ylim=(-20, 20))
ax.set_xticks([50, 100, 200, 500, 1_000], ["50", "100", "200", "500", "1,000"])
ax.set_title("207 of 210 notes are within 15 cents")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% [markdown]
# Where both columns agree, the cents are the sampled instrument's own tuning at that moment and no fault of the method; some flute notes really begin 13 cents flat. Where they differ, it is mostly the method. High notes suffer most: their period is few samples long, and few harmonics make the ripple. The low guitar note that reads 14 cents sharp has a stiff string, whose partials lie ever further above the multiples of $f_0$; the cepstrum measures their spacing. (These are rendered notes, clean and steady. Expect less of real ones.)
#
# **Second failure: a dark note.** Three notes of one sampled double bass are wrong by more than five octaves. Is it the note or the search?

# %%
for i in np.flatnonzero(np.abs(cents) > 50):
    hz, spectrum = fourier.magnitude_spectrum(sounds[i, :2_048], 16_000)
    top = hz[spectrum > 0.01 * spectrum.max()].max()
    own = cepstrum.cepstral_pitch(sounds[i, :2_048], 16_000, fmin=40, fmax=400)
    print(f"{true[i]:.1f} Hz: {f0[i]:.0f}, or {own:.1f} below 400; -40 dB at {top:.0f}")

# %% [markdown]
# All within 40 dB of the strongest partial lies below 720 Hz, less than a tenth of the axis, and only there is a ripple. Its peak is small, and the steep fall of the envelope reaches out beyond 0.5 ms and beats it. Tell the search that a bass plays below 400 Hz and all three are right.
#
# **Third failure: noise.** White noise is added, from 60 dB below the power of each note up to the same power. Beside ours stands `librosa.yin` {cite:p}`cheveigne2002yin`, which works on the waveform in the manner of an autocorrelation, in the same range.

# %%
rng = np.random.default_rng(0)
settings = {"fmin": 40, "fmax": 2_000, "sr": 16_000}
settings |= {"frame_length": 2_048, "hop_length": 2_048, "center": False}
print("note above noise   cepstrum wrong   YIN wrong")
for snr_db in (60, 20, 10, 0):
    y = sounds[:, :2_048]
    power = np.mean(y**2, axis=1, keepdims=True)
    y = y + np.sqrt(power) * 10 ** (-snr_db / 20) * rng.standard_normal(y.shape)
    found = cepstrum.cepstral_pitch(y, 16_000, fmin=40, fmax=2_000)
    yin = librosa.yin(y, **settings)[:, 0]
    pair = (np.abs(1_200 * np.log2(x / true)) for x in (found, yin))
    print(f"{snr_db:13d} dB", *(f"{np.sum(error > 50):14d}" for error in pair))

# %%
y = notes["Clarinet, C4"]
noisy = y + np.sqrt(np.mean(y**2)) * rng.standard_normal(y.size)
found = cepstrum.cepstral_pitch(noisy[4_000:6_048], 16_000, fmin=40, fmax=2_000)
print(f"this C4 is 261 Hz, found {found:.0f} Hz")
player(0.4 * noisy / np.abs(noisy).max(), 16_000, label="Clarinet, noise at 0 dB")

# %% [markdown]
# The clarinet's note is still easy to hear, and the cepstrum loses it: the weak partials drown, and the logarithm gives their bins as much say as the strong ones. YIN weighs by power and suffers less. What uncovered the echo hurts here.
#
# **Fourth failure: two notes at once.** A cepstrum finds *the* period, and a chord has one, too:

# %%
k = np.arange(1, 16)
pair = [fourier.synthesize(f * k, 0.06 / k, sr=16_000, seconds=0.8) for f in (200, 300)]
chord = pair[0] + pair[1]
print(f"{cepstrum.cepstral_pitch(chord[:2_048], 16_000, fmin=40, fmax=2_000):.1f} Hz")
player(chord, 16_000, label="200 Hz and 300 Hz, both with 15 harmonics")

# %% [markdown]
# Nobody plays 100 Hz. Both waves repeat a hundred times a second together.
#
# ## Check yourself
#
# **A note is sampled at 16,000 Hz. Its cepstrum has peaks at the samples 64, 128 and 192. What is its fundamental frequency?**
#
# <details class="quiz"><summary>64 Hz.</summary>64 is a position in a list. It stands for 4 ms.</details>
# <details class="quiz"><summary>250 Hz.</summary>Yes: 64 samples are 4 ms, and 1/0.004 s is 250 Hz. The others are its rahmonics.</details>
# <details class="quiz"><summary>83.3 Hz.</summary>That belongs to sample 192, the third rahmonic. The period is the first.</details>
#
# **You play a sound twice as loud. What happens to its real cepstrum, if the floor is relative?**
#
# <details class="quiz"><summary>All values double.</summary>The logarithm turns a factor into a term: every bin of the log spectrum rises by log 2.</details>
# <details class="quiz"><summary>Only the value at quefrency 0 changes.</summary>Right: it rises by log 2, about 0.69. A constant has no ripple.</details>
# <details class="quiz"><summary>The peaks move.</summary>Positions are distances in time. Loudness does not change them.</details>
#
# **A colleague says: "low quefrencies are the bass of the sound". What do you answer?**
#
# <details class="quiz"><summary>Right, liftering them out removes the bass.</summary>It flattens the envelope at all frequencies. Low quefrency means slow change <em>along</em> the frequency axis.</details>
# <details class="quiz"><summary>No: they describe the broad shape of the whole spectrum, treble included.</summary>Yes. A hiss and a rumble differ at low quefrencies.</details>
# <details class="quiz"><summary>No, they are the pitch.</summary>Pitch is at 1/<em>f</em><sub>0</sub>, beyond the low part, as long as the lifter is cut before it.</details>
#
# ## In this chapter we have
#
# - turned the product of a source and a filter into a sum by a logarithm, and found each at its own quefrency, by hand, by series and by library;
# - uncovered an echo to the sample where the autocorrelation showed only a drum, and heard a violin's note and body apart;
# - measured the pitch of 210 notes in cents, 207 of them right, and seen short frames, dark notes, noise and chords break the method, each for its own reason.
#
# **In the package:** {func}`~audiocls.cepstrum.real_cepstrum` computes the cepstrum, and {func}`~audiocls.cepstrum.lifter` keeps one side of it.
#
# ## Exercises

# %% [markdown]
# ```{exercise} Predict, then listen: no fundamental
# :label: ex-cepstrum-missing
# Add up 600, 800, 1,000 and so on to 2,400 Hz, ten equal cosines. Which pitch will you hear, and what will `cepstral_pitch` say? Write both down first.
# ```
#
# ```{solution-start} ex-cepstrum-missing
# :class: dropdown
# ```

# %%
hz = 200.0 * np.arange(3, 13)
missing = fourier.synthesize(hz, np.full(10, 0.04), sr=16_000, seconds=0.8)
print(f"{cepstrum.cepstral_pitch(missing[:2_048], 16_000, fmin=40, fmax=2_000):.1f} Hz")
player(missing, 16_000, label="600 to 2,400 Hz in steps of 200 Hz")

# %% [markdown]
# 200 Hz, though nothing in the sound is below 600 Hz: the ripple needs the spacing, not the first spike. Most listeners agree with it.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} How fine is the ruler?
# :label: ex-cepstrum-ruler
# At 16,000 Hz, how many cents lie between two neighbouring samples of quefrency at 100 Hz, and at 1,600 Hz? What would 48,000 Hz change?
# ```
#
# ```{solution-start} ex-cepstrum-ruler
# :class: dropdown
# ```

# %%
for rate in (16_000, 48_000):
    for f in (100, 1_600):
        step = 1_200 * np.log2((rate / f + 1) / (rate / f))
        print(f"{rate:6,} Hz, f0 = {f:5,} Hz: {step:5.1f} cents")

# %% [markdown]
# A period of 160 samples becomes 161, one of 10 becomes 11. Without the parabola, half a step can be lost, at 1,600 Hz most of a semitone.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Upside down, and stronger than the original
# :label: ex-cepstrum-sign
# Predict the cepstrum at the delay for an echo of strength −0.4, and for one of strength 2.5 (the copy louder than the original). Then compute both with two clicks 100 samples apart.
# ```
#
# ```{solution-start} ex-cepstrum-sign
# :class: dropdown
# ```

# %%
for strength in (0.4, -0.4, 2.5):
    click = np.zeros(4_096)
    click[[0, 100]] = 1, strength
    _, c = cepstrum.real_cepstrum(click, 16_000, window="boxcar")
    print(f"strength {strength:4.1f}: {c[100]:6.3f}")

# %% [markdown]
# The first is −0.2, half of −0.4: the peak points down. The second looks like 0.4: $|1 + 2.5z| = |z^{-1} + 2.5| = 2.5\,|1 + 0.4z^{-1}|$, as $|z| = 1$, so the real cepstrum cannot tell which came first. It has no phase.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Backwards
# :label: ex-cepstrum-backwards
# Predict: how does the real cepstrum of a whole clip change when the clip is played backwards? Check it on the snare drum, and listen.
# ```
#
# ```{solution-start} ex-cepstrum-backwards
# :class: dropdown
# ```

# %%
both = np.stack([drum, drum[::-1]])
_, pair = cepstrum.real_cepstrum(both, 16_000, window="boxcar")
print("same cepstrum:", np.allclose(*pair))
player(drum[::-1], 16_000, label="Snare drum, backwards")

# %% [markdown]
# Not at all. Turning time around changes phases, not magnitudes. From the cepstrum of whole clips nobody could tell a stroke from its reverse; one reason why the chapters ahead use short frames in their order.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Undo the echo
# :label: ex-cepstrum-undo
# Read delay and strength of the hidden echo from its cepstrum, divide the spectrum by $1 + a\,e^{-2\pi i f D}$, and compare with the drum. How much of the echo is left, in decibels?
# ```
#
# ```{solution-start} ex-cepstrum-undo
# :class: dropdown
# ```

# %%
_, c = cepstrum.real_cepstrum(echoed, 16_000, window="boxcar", n_fft=32_768)
D = 32 + c[32:961].argmax()
a = 2 * c[D]
echo = 1 + a * np.exp(-2j * np.pi * np.fft.rfftfreq(32_768) * D)
mended = np.fft.irfft(np.fft.rfft(echoed, 32_768) / echo)
left, before = (np.mean((x[: drum.size] - drum) ** 2) for x in (mended, echoed))
print(f"{10 * np.log10(left / before):.0f} dB re the echo before")
player(mended[: drum.size], 16_000, label="The echo removed")

# %% [markdown]
# What is left comes from the strength: the drum's own cepstrum at $D$ was counted as echo.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Change the body
# :label: ex-cepstrum-swap
# Put the clarinet's envelope on the flat violin of this chapter. Does the result sound like a clarinet? Try other pairs and other cuts. This one has no single answer.
# ```
#
# ```{solution-start} ex-cepstrum-swap
# :class: dropdown
# ```

# %%
y = frame(notes["Clarinet, G3"], frame_length=512, hop_length=128).T
other = cepstrum.spectral_envelope(y, 16_000)[1].T
swapped = istft(X / envelopes.T * other, hop_length=128, center=False)
swapped = 0.3 * swapped[512:-512] / np.abs(swapped[512:-512]).max()
player(swapped, 16_000, label="The violin with the clarinet's envelope")

# %% [markdown]
# The colour changes, but a clarinet it is not. Its hollow sound comes from weak even harmonics, every second spike, and that is a fast change along the frequency axis, which a cut at 2 ms leaves behind.
#
# ```{solution-end}
# ```

# %% [markdown]
# ## Further reading
#
# - {cite:t}`oppenheim2004quefrency`: a history by two who made some of it, and where the complex cepstrum comes from.
# - {cite:t}`childers1977cepstrum`: a guide to the practical traps, with power and complex cepstrum side by side.
# - {cite:t}`noll1967cepstrum`: pitch of voices, with the pictures.
# - {cite:t}`bogert1963quefrency`: the original, playful and exact. {cite:t}`oppenheim2010discrete`, chapter 13, is easier to find, and has the proofs.
#
# The functions of this chapter are described in the {doc}`reference of audiocls.cepstrum </book/api/cepstrum>`. The next chapter lets spectra follow one another in time; chapter 10 transforms the log mel bands of chapter 6, and calls the result MFCC.
