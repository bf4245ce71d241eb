# %% [markdown]
# # 3. Fourier transform
#
# **Which notes are in this chord?** Three notes between C4 and C5, an octave in the middle of the piano, sound at once. A random generator has chosen them, so not even the code tells. Can you sing all three?

# %%
import matplotlib.pyplot as plt
import numpy as np

from audiocls import amplitude, datasets, fourier, plot, sampling
from audiocls.player import player

plot.use_style()

# %%
names = ["C4", "C#4", "D4", "D#4", "E4", "F4", "F#4"]
names += ["G4", "G#4", "A4", "A#4", "B4", "C5"]
hz = 440 * 2 ** ((np.arange(13) - 9) / 12)  # A4 is 440 Hz, a semitone is 2 ** (1 / 12)
rng = np.random.default_rng(28)
chosen = np.sort(rng.choice(13, 3, replace=False))
starts = np.radians(rng.permutation([0, 45, 90]))  # each note starts at another phase
tones = sampling.tone(hz[chosen][:, None], sr=8_000, seconds=1.5, phase=starts[:, None])
chord = 0.15 * tones.sum(axis=0)
player(chord, 8_000, label="Three notes at once")

# %% [markdown]
# The three notes have become one list of numbers: each sample is a sum, and nothing in it says of what. Yet a trained ear takes the chord apart. So do multiplying and adding.
#
# **You will**
#
# - take a sound apart into sines, by hand and with the FFT, and read off frequency, amplitude and phase,
# - tell what a sound contains from what cutting it short has added, and choose a window,
# - put a cello note together again from its strongest partials, and hear how many it takes.
#
# **You need** chapters 1 and 2, and complex numbers up to $e^{i\varphi} = \cos\varphi + i \sin\varphi.$ Take about 60 minutes.
#
# ## Multiply and add up
#
# Start with a sine of three periods in 32 samples, all within one second. Multiply it, sample by sample, by itself, and then by a sine with two periods.
#
# :::{admonition} Predict
# :class: predict
# Each product is a list of 32 numbers. What is the sum of each?
# :::

# %% mystnb={"image": {"alt": "Two rows of 32 dots. Left, the three-period sine times itself: no dot lies below zero. Right, the same sine times one with two periods: as much lies below zero as above."}}
three, two = (np.sin(2 * np.pi * k * np.arange(32) / 32) for k in (3, 2))
fig, axes = plt.subplots(1, 2, sharey=True)
for ax, other, name in zip(axes, (three, two), ("three", "two"), strict=True):
    plot.plot_samples(three * other, 32, ax=ax)
    ax.set_title(f"Times {name} periods: sum {abs(np.sum(three * other)):.0f}")
    ax.set_ylabel("Product" if ax is axes[0] else "")
plt.show()

# %% [markdown]
# A number times itself is never negative, so on the left nothing cancels. The square of a sine is one half on average, and the sum is 16, half the number of samples. On the right the products cancel. So the sum answers a question: *is this sine in the sound?* Ask it of the chord, for all thirteen notes. (`@` multiplies and adds up, for one row of sines after another.) To get an amplitude, divide by half the number of samples.

# %%
t = np.arange(chord.size) / 8_000
with_sine = np.sin(2 * np.pi * hz[:, None] * t) @ chord * 2 / chord.size
for name, found in zip(names, with_sine, strict=True):
    print(f"{name:3s}{abs(found):5.2f}", "#" * round(100 * abs(found)))

# %% [markdown]
# Only two notes, one weaker than the other. But there are three, of the same amplitude. What went wrong? The sines of the search start at zero, and the notes of the chord need not. Test it on 32 samples, with three periods that start at other places:

# %%
turn = 2 * np.pi * 3 * np.arange(32) / 32
for degrees in (0, 45, 90):
    late = np.sin(turn + np.radians(degrees))
    s, c = abs(late @ np.sin(turn)), abs(late @ np.cos(turn))
    print(f"{degrees:2d}°: sine {s:5.2f}, cosine {c:5.2f}, both {np.hypot(s, c):.2f}")

# %% [markdown]
# At 90 degrees the wave is a cosine, and a cosine times a sine adds up to nothing. One question is not enough: ask with a sine *and* with a cosine. Whatever the {term}`phase`, the two answers are the sides of a right triangle whose hypotenuse is always 16.

# %% mystnb={"image": {"alt": "Bars for the thirteen notes. Multiplied by sines alone, D4 reads 0.15, A sharp 4 about 0.11 and G4 nothing; with sine and cosine together D4, G4 and A sharp 4 all read 0.15 and the other ten almost nothing."}}
with_cosine = np.cos(2 * np.pi * hz[:, None] * t) @ chord * 2 / chord.size
fig, ax = plt.subplots()
ax.bar(np.arange(13) - 0.2, np.abs(with_sine), 0.4, label="sine alone")
ax.bar(np.arange(13) + 0.2, np.hypot(with_sine, with_cosine), 0.4, label="both")
ax.set_xticks(range(13), names)
ax.set(xlabel="Note asked for", ylabel=plot.WAVE_LABEL)
ax.set_title("The pair of sine and cosine finds the third note")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %%
print([names[i] for i in chosen])
one_by_one = 0.3 * tones[:, :3_200].ravel()
player(one_by_one, 8_000, label="The three notes, one after another")

# %% [markdown]
# With A♯ under its other name, B♭, this is a chord of G minor. You have just computed a {term}`Fourier transform`, at thirteen frequencies.
#
# ## All frequencies at once
#
# Which frequencies should we ask for if we do not know the scale? Take $N$ samples. Waves that fit into them a whole number of times do not disturb one another at all, as three periods and two did not. Number them $k = 0, 1, \dots, N - 1$ and write sine and cosine as one complex number, $e^{-i\varphi} = \cos\varphi - i \sin\varphi$. Then one line says it all, the *discrete Fourier transform* (DFT):
#
# $$X[k] = \sum_{n=0}^{N-1} y[n]\, e^{-2\pi i\, k n / N}.$$
#
# The real part is the sum with the cosine, the imaginary part minus the sum with the sine. Each $k$ is a row of numbers, all rows together a matrix, and the transform is one matrix product. For $N = 4$ the rows take quarter turns and hold nothing but $1$, $-i$, $-1$ and $i$, so do it on paper for the samples 1, 2, 3, 4 before you run the cell.

# %%
rows = [1, 1, 1, 1], [1, -1j, -1, 1j], [1, -1, 1, -1], [1, 1j, -1, -1j]
print("by hand: ", np.array(rows) @ [1, 2, 3, 4] + 0)
print("audiocls:", fourier.dft([1.0, 2.0, 3.0, 4.0]).round(9) + 0)
print("NumPy:   ", np.fft.fft([1, 2, 3, 4]).round(9) + 0)

# %% [markdown]
# For a thousand samples of noise, {func}`fourier.dft <audiocls.fourier.dft>` must agree with NumPy to $10^{-12}$ of the largest value. And nothing is lost: turn every wave the other way, divide by $N$, and the samples are back.

# %%
noise = rng.standard_normal(1_000)
X, numpys = fourier.dft(noise), np.fft.fft(noise)
print("like NumPy:", np.allclose(X, numpys, rtol=0, atol=1e-12 * np.abs(X).max()))
back = np.conj(fourier.dft_matrix(1_000)) @ X / 1_000
print("samples back:", np.abs(back - noise).max() < 1e-12)

# %% [markdown]
# So *every* list of $N$ numbers is a sum of $N$ such waves. {cite:t}`fourier1822theorie` claimed as much of functions on an interval; when that is true occupied mathematicians long after him. For a finite list there is no doubt: the matrix times its conjugate is $N$ times the identity.
#
# Each row of the left picture is a cosine. What happens below the middle?

# %% mystnb={"image": {"alt": "Two square pictures of 16 by 16 cells, the real and the imaginary part of the DFT matrix. From the top row to row 8 the stripes get finer; from row 9 to row 15 the same stripes come back in reverse order, in the right picture with red and blue exchanged."}}
W = fourier.dft_matrix(16)
fig, axes = plt.subplots(1, 2, figsize=(6, 2.7), sharey=True)
for ax, part, name in zip(axes, (W.real, W.imag), ("Real", "Imaginary"), strict=True):
    image = ax.imshow(part, cmap="coolwarm", vmin=-1, vmax=1)
    ax.set(xlabel="Sample n", title=f"{name} part")
    ax.grid(False)
axes[0].set(ylabel="Row k", yticks=range(0, 16, 4))
fig.suptitle("Rows 9 to 15 mirror rows 7 to 1", fontsize=10)
fig.colorbar(image, ax=axes, label="Entry (no unit)", ticks=[-1, 0, 1])
plt.show()

# %% [markdown]
# Up to row 8, half of 16, the waves get faster. After that they come back: row 15 is row 1 turning the other way. This is chapter 1 again. Row $k$ has the {term}`frequency` $k f_s / N$. Above row $N/2$ that is more than the {term}`Nyquist frequency`, and the samples are those of an alias. For real samples $X[N-k]$ is the complex conjugate of $X[k]$ and tells nothing new, so `np.fft.rfft` keeps only $1 + \lfloor N/2 \rfloor$ values. Each entry is called a {term}`bin`.
#
# :::{admonition} Misconception: "the frequency axis is `np.linspace(0, sr, N)`"
# :class: misconception
# The bins are $f_s / N$ apart, and $f_s$ itself is not one of them, but `linspace` includes its end and so makes every step too long. Here a tone of 3,000 Hz is read off with both axes.
# :::

# %%
y = sampling.tone(3_000, sr=8_000, seconds=0.01)  # 80 samples
k = np.argmax(np.abs(np.fft.rfft(y)))
print(f"bin {k}: {np.linspace(0, 8_000, 80)[k]:.1f} Hz by linspace")
print(f"bin {k}: {np.fft.rfftfreq(80, 1 / 8_000)[k]:.1f} Hz by rfftfreq")
print(f"bin {k}: {fourier.fft_frequencies(sr=8_000, n_fft=80)[k]:.1f} Hz by audiocls")

# %% [markdown]
# ## The same, faster
#
# The matrix has $N^2$ entries, for a second at 16,000 Hz a quarter of a billion. Much of that work is done twice. Transform the samples with even and those with odd numbers alone, with matrices of half the size. The odd half comes one sample late, which turns its bin $k$ by $k/N$ of a circle. Bins $k$ and $k + N/2$ use the same two small transforms; only that turn differs, by half a circle, which is a minus sign. So both serve twice:

# %%
even, odd = fourier.dft(noise[::2]), fourier.dft(noise[1::2])
turned = np.exp(-2j * np.pi * np.arange(500) / 1_000) * odd
glued = np.concatenate([even + turned, even - turned])
print("same transform:", np.allclose(glued, X))
print(f"multiplications: {1_000**2:,} directly, {2 * 500**2 + 500:,} split")

# %% [markdown]
# Half the work. Now split the halves, and the quarters, until single samples are left, each its own transform. For $N$ a power of two this is the {term}`FFT`, the *fast Fourier transform*. Count its complex multiplications, from single samples upwards: twice those of half the length, and one for each pair of bins.

# %% mystnb={"image": {"alt": "Number of multiplications against the number of samples, both logarithmic. The direct line is about twice as steep; at 16,384 samples it needs 268 million, the FFT 115 thousand."}}
N, fast = 2 ** np.arange(15), [0]
for length in N[1:]:
    fast.append(2 * fast[-1] + length // 2)
fig, ax = plt.subplots()
ax.loglog(N, N**2, label=f"direct: {N[-1] ** 2:,}")
ax.loglog(N[1:], fast[1:], label=f"FFT: {fast[-1]:,}")
ax.set(xlabel="Number of samples N", ylabel="Multiplications")
ratio = N[-1] ** 2 / fast[-1]
ax.set_title(f"For {N[-1]:,} samples the direct way takes {ratio:,.0f} times as many")
ax.legend(title=f"for N = {N[-1]:,}")
plt.show()

# %% [markdown]
# The count is exactly $\tfrac{N}{2}\log_2 N$. {cite:t}`cooley1965algorithm` made the method known, also for other lengths that are products of small numbers; {cite:t}`heideman1985gauss` trace it to a work of Gauss, probably of 1805, printed after his death. For large primes there are other ways, so libraries take any $N$.
#
# :::{admonition} Misconception: "the FFT is another transform"
# :class: misconception
# It is the DFT: the same sums, with their common parts computed once. The cell above the plot gives the same numbers, up to rounding.
# :::
#
# ## Amplitude and phase
#
# Take 400 samples, at 8,000 a second, of a cosine of 1,000 Hz, which is on a bin, with amplitude 0.3 and phase −60 degrees.
#
# :::{admonition} Predict
# :class: predict
# How large is $|X[k]|$ in its bin? And if the samples are first multiplied by a {term}`window`, here the *Hann window*, a smooth hill with an average of one half?
# :::

# %%
cosine = 0.3 * np.cos(2 * np.pi * 1_000 * np.arange(400) / 8_000 - np.pi / 3)
hann = fourier.window("hann", 400)
for name, w in (("as it is", np.ones(400)), ("Hann window", hann)):
    peak = np.fft.rfft(w * cosine)[50]  # 1,000 Hz: bins are 20 Hz apart
    print(f"{name:12s}|X| {abs(peak):4.0f}, 2|X|/N {2 * abs(peak) / 400:.2f},", end=" ")
    print(f"2|X|/sum(w) {2 * abs(peak) / w.sum():.2f}, {np.angle(peak, deg=True):.0f}°")

# %% [markdown]
# $|X[k]|$ is $A N/2$, because the other half of the cosine is in the mirror image; so multiply by $2/N$. A window makes most samples smaller, and the divisor must be the sum of its values instead of $N$. (0 Hz and, for even $N$, $f_s/2$ have no mirror image and no 2.) {func}`fourier.magnitude_spectrum <audiocls.fourier.magnitude_spectrum>` does all this. The angle of $X[k]$ is the phase of a tone on bin $k$, counted from a cosine at the first sample.
#
# How much of a sound is in the phases? Here are the same eight {term}`harmonics <harmonic>` of 220 Hz with the same amplitudes, once with all crests together and once with random phases.

# %% mystnb={"image": {"alt": "Two waves of the same period. With all phases zero there is one sharp crest in each period; with random phases the wave has several smaller crests and another shape altogether."}}
harmonics, strengths = 220 * np.arange(1, 9), 0.16 / np.arange(1, 9)
together = fourier.synthesize(harmonics, strengths, sr=8_000, seconds=1)
phases = rng.uniform(0, 2 * np.pi, 8)
scattered = fourier.synthesize(harmonics, strengths, phases, sr=8_000, seconds=1)
fig, ax = plt.subplots(figsize=(7, 2.2))
for y, label in ((together, "crests together"), (scattered, "random phases")):
    plot.plot_waveform(y[:74], 8_000, ax=ax, label=label)
ax.set_title("Same amplitudes, other phases: another wave")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %%
player(together, 8_000, label="Eight harmonics, crests together")

# %%
player(scattered, 8_000, label="Eight harmonics, random phases")

# %% [markdown]
# The waves look unlike; the sounds keep their pitch and most of their colour. Phases can alter the {term}`timbre` of steady tones {cite:p}`plomp1969effect`; how much do you hear? The networks of this book are shown no phases. In a sound that is not steady they do a great deal more ({ref}`exercise 2 <ex-fourier-phases>`).
#
# ## Between the bins
#
# A tone rarely fits into the samples a whole number of times. Take a tenth of a second, so that bins are 10 Hz apart, and compare 440 Hz, on a bin, with 445 Hz, between two. The curve asks at many more frequencies.

# %% mystnb={"image": {"alt": "Two spectra with dots at the bins and a curve through them, a peak with ripples on both sides. At 440 Hz one dot stands on the peak and all others at the zeros between ripples; at 445 Hz the curve is the same, moved by half a bin, and the dots stand on the flanks and on the ripples."}}
fig, axes = plt.subplots(1, 2, sharey=True)
for ax, f in zip(axes, (440, 445), strict=True):
    y = sampling.tone(f, sr=8_000, seconds=0.1)
    fine = fourier.magnitude_spectrum(y, 8_000, window="boxcar", n_fft=16 * 800)
    bins = fourier.magnitude_spectrum(y, 8_000, window="boxcar")
    plot.plot_spectrum(*fine, ax=ax)
    ax.plot(*bins, "o", ms=4)
    ax.set(xlim=(365, 525), ylabel=plot.WAVE_LABEL if f == 440 else "")
    ax.set_title(f"{f} Hz: largest dot {bins[1].max():.2f}")
plt.show()

# %% [markdown]
# The true amplitude is 1 in both. At 445 Hz no bin reads more than 0.64, and the tone appears all over the {term}`spectrum`: {term}`spectral leakage`. But the two curves are the same, apart from a shift (and the weak ripples of the mirror image). The tone at 440 Hz leaks just as much; its bins merely stand where the ripples are zero. Leakage comes from cutting a tone out of endless time, and the ripples are those of the cut.
#
# The cut is a window too, the *boxcar*, with a flat top and upright sides. A window that rises and falls smoothly leaks less far. `fourier.window` makes five kinds, equal to SciPy's. Each is compared here by its own spectrum: how far from its peak the first zero is, how high the highest ripple, and how much a tone halfway between two bins loses.

# %%
from scipy.signal import get_window

print("window          first zero  highest ripple  halfway  SciPy")
for name in ("boxcar", "hann", "hamming", "blackman", "blackmanharris"):
    w = fourier.window(name, 64)
    level = amplitude.amplitude_to_dbfs(np.abs(np.fft.rfft(w, 64 * 100)) / w.sum())
    zero = np.argmax(np.diff(level) > 0)  # where it first stops falling
    print(f"{name:14s} {zero / 100:6.0f} bins  {level[zero:].max():11.0f} dB", end=" ")
    print(f"{level[50]:5.1f} dB  {np.allclose(w, get_window(name, 64))}")

# %% [markdown]
# Low ripples tend to cost width: compare the first two columns, or the many more windows of {cite:t}`harris1978use`. (`np.hanning` ends on the value it starts with; ours leave that last value out, as spectra want it.) What does a window buy? Beside a tone of 1,005 Hz there is one at 1,200 Hz, 60 dB weaker.
#
# :::{admonition} Predict
# :class: predict
# Which of the windows let you see it?
# :::

# %% mystnb={"image": {"alt": "Spectra of a strong tone at 1,005 Hz and a weak one at 1,200 Hz under three windows. The boxcar's ripples reach about minus 42 dB near 1,200 Hz and hide the weak tone; under Hann and Blackman it stands out as a peak at minus 66 dB. Blackman's main peak is the widest."}}
pair = sampling.tone(1_005, sr=8_000, seconds=0.1, amplitude=0.5)
pair += sampling.tone(1_200, sr=8_000, seconds=0.1, amplitude=0.0005)
fig, ax = plt.subplots()
for name in ("boxcar", "hann", "blackman"):
    f, found = fourier.magnitude_spectrum(pair, 8_000, window=name, n_fft=8 * 800)
    plot.plot_spectrum(f, amplitude.amplitude_to_dbfs(found), ax=ax, label=name)
    ax.lines[-1].set_antialiased(False)  # keeps the picture light
ax.set(xlim=(960, 1_240), ylim=(-100, 0), ylabel="Level (dBFS)")
ax.set_title("Ripples of the strong tone hide the weak one, or do not")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% [markdown]
# Only the plain cut hides it: its ripples still tower above the weak tone 195 Hz away.
#
# ## Zeros are not time
#
# Two tones, 440 and 446 Hz. You do not hear two: you hear one that swells and fades six times a second.

# %%
beats = sum(sampling.tone(f, sr=8_000, seconds=1.5, amplitude=0.2) for f in (440, 446))
player(beats, 8_000, label="440 and 446 Hz together")

# %% [markdown]
# A tenth of a second of it has bins 10 Hz apart, too coarse for the two. But the curves in the last figures had many more points: `n_fft` appends zeros to the samples ({term}`zero padding`), and the bins move closer. Append enough for bins of 0.5 Hz, also to half a second.
#
# :::{admonition} Predict
# :class: predict
# Which of the two spectra shows two peaks?
# :::

# %% mystnb={"image": {"alt": "Spectra of two tones 6 Hz apart, all with points every half hertz. A tenth of a second with zeros appended gives one broad hump near 443 Hz; half a second gives two separate peaks at 440 and 446 Hz."}}
fig, ax = plt.subplots(figsize=(7, 2.2))
for seconds in (0.1, 0.5):
    part = beats[: round(8_000 * seconds)]
    f, found = fourier.magnitude_spectrum(part, 8_000, n_fft=16_000)
    plot.plot_spectrum(f, found, ax=ax, label=f"{seconds} s and zeros")
coarse = fourier.magnitude_spectrum(beats[:800], 8_000)
ax.plot(*coarse, "o", ms=5, color=plot.LINES[0], label="0.1 s, no zeros")
ax.set(xlim=(410, 480), ylabel=plot.WAVE_LABEL)
ax.set_title("Only more sound separates the tones; zeros draw a smoother hump")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% [markdown]
# :::{admonition} Misconception: "zero padding adds resolution"
# :class: misconception
# Both curves have a point every half hertz. The shorter one has a single hump, because its curve was fixed by 800 samples before the first zero was appended: zeros add nothing to a sum. They draw the curve between the dots, which helps to read off a peak, no more. {term}`Resolution <resolution>`, to see two equal tones as peaks where they are, takes *time*: in $T$ seconds they must be more than about $1/T$ apart for a plain cut, and $2/T$ under a Hann window, in both cases half the width of the peak.
# :::
#
# ## A promise from chapter 1
#
# The ripples of leakage have a shape you know. The cut is flat in time, and the size of its spectrum is almost that of a sinc. It works the other way round as well. Chapter 1 built sounds from sinc pulses and promised that they have nothing above $f_s/2$. Take all cosines from 0 to $f_s/2$, equally strong, with all crests at $t = 0$, and average them:
#
# $$\frac{2}{f_s}\int_0^{f_s/2} \cos(2\pi f t)\, df = \operatorname{sinc}(f_s t).$$
#
# That is the pulse, made of these cosines alone, so nothing in it is above $f_s/2$. With 4,000 cosines in place of the integral:

# %%
cosines = np.arange(4_000) + 0.5  # 0.5, 1.5, ... 3,999.5 Hz
pulse = fourier.synthesize(cosines, np.full(4_000, 1 / 4_000), sr=48_000, seconds=0.005)
sinc = np.sinc(8_000 * np.arange(240) / 48_000)
print("equal to 5 decimals:", np.abs(pulse - sinc).max() < 0.5e-5)

# %% [markdown]
# This holds for the endless pulse. Cut it short, and it leaks, like everything that is cut.
#
# ## Ten instruments
#
# Now to the sounds of this book. Chapter 0 chose ten clips, rendered from sampled instruments: the pitched ones play C4 or the semitone above, the double bass about an octave lower. Listen to four that play C4.
#
# :::{admonition} Predict
# :class: predict
# The notes are nearly the same. What will differ in their spectra, and what will those of the drums look like?
# :::

# %%
rendered = datasets.load("rendered")
ten = rendered.select([10, 30, 67, 93, 122, 150, 190, 222, 251, 282])
notes = {}
for y, sr, label in ten:
    notes[label] = sampling.resample(y, orig_sr=sr, target_sr=16_000)
four = ("Acoustic_guitar", "Clarinet", "Flute", "Saxophone")
fade = np.minimum(1, np.arange(5_600)[::-1] / 800)
row = np.concatenate([notes[label][:5_600] * fade for label in four])
player(row, 16_000, label="C4 four times: guitar, clarinet, flute, saxophone")

# %% [markdown]
# A Hann window that starts with a drum stroke is still small when the stroke is over. So take about a quarter of a second with the loudest sample in the middle, where the window is 1.

# %% mystnb={"image": {"alt": "Spectra of ten clips from 0 to 3,000 Hz in a 2 by 5 grid. Guitar, cello, violin, clarinet, flute and saxophone have sharp peaks at multiples of 260 to 278 Hz whose heights differ from one to the next; the double bass has peaks about twice as dense. Bass drum, snare drum and hi-hat have hills, but no regular peaks."}}
units = {"xlabel": "Frequency (Hz)", "ylabel": "Level (dBFS)"}
fig, axes = plot.class_grid(**units, figsize=(9, 3.6))
for label, ax in axes.items():
    loudest = np.argmax(np.abs(notes[label]))
    middle = np.pad(notes[label], 2_048)[loudest : loudest + 4_096]
    f, found = fourier.magnitude_spectrum(middle, 16_000)
    plot.plot_spectrum(f, amplitude.amplitude_to_dbfs(found), ax=ax, label=label)
    ax.lines[0].set(lw=1, antialiased=False)
    ax.set(xlim=(0, 3_000), ylim=(-80, 0), xticks=(0, 1_000, 2_000))
fig.suptitle("Pitched notes are ladders with unlike rungs; drums have no ladder")
plt.show()

# %% [markdown]
# The pitched instruments show {term}`partials <partial>` at whole multiples of one {term}`fundamental frequency`: the rungs of a ladder, closer together in the double bass, whose note is lower. Where they are says which note it is; how strong each is has much to do with which instrument. Here are the first six of the four that you heard:

# %%
for label in four:
    f0 = ten.table.f0[ten.labels.index(label)]
    f, found = fourier.magnitude_spectrum(notes[label][4_000:12_000], 16_000)
    rungs = [found[np.abs(f - k * f0) < 30].max() for k in range(1, 7)]
    print(f"{label:16s}", (20 * np.log10(rungs)).round().astype(int), "dBFS")

# %% [markdown]
# The clarinet's even rungs are all weaker than its odd ones. Its air column, closed at the reed, favours odd multiples in these low notes. In the flute's note the second rung is the strongest. But another note, player or room changes the row, so no list of rows is long enough. A network has to *learn* from many.
#
# ## A note from sines
#
# Now take a cello note apart and put it together again.

# %%
cello, sr = rendered.audio(rendered.table.fname.tolist().index("Cello-014.wav"))
cello = sampling.resample(cello, orig_sr=sr, target_sr=16_000)[6_400:19_200]
player(cello, 16_000, label="A cello note, 0.8 s from its middle")

# %% [markdown]
# {func}`fourier.strongest_partials <audiocls.fourier.strongest_partials>` finds the highest peaks of the spectrum, reads each frequency between the bins from the parabola through its three highest points, and measures amplitude and phase there. {func}`fourier.synthesize <audiocls.fourier.synthesize>` adds the cosines up. The labels give the level of the rest in dB re the note.
#
# :::{admonition} Predict
# :class: predict
# How many sines does it take until you would call it a cello?
# :::

# %%
for k in (1, 3, 8, 20):
    partials = fourier.strongest_partials(cello, 16_000, k=k)
    rebuilt = fourier.synthesize(*partials, sr=16_000, seconds=0.8)
    left = 20 * np.log10(amplitude.rms(cello - rebuilt) / amplitude.rms(cello))
    display(player(rebuilt, 16_000, label=f"Partials: {k} (rest: {left:.0f} dB)"))

# %%
eight = np.sort(partials[0][:8])
print(eight.round().astype(int), "Hz")
print((eight / partials[0][0]).round(2), "times the strongest")
player(cello - rebuilt, 16_000, label="What 20 partials leave out, as it is")

# %% [markdown]
# Among the strongest eight are six multiples of 139 Hz, and two that are none: 134 and 144 Hz, 5 Hz to either side of the first. The pitch wavers about five times a second (vibrato), and our sines are steady. A sum of steady sines *can* waver, as 440 and 446 Hz did in strength, but it needs such neighbours. It is more natural to say that one partial moves. To see that, look at one short moment after another, as chapter 8 does.

# %% [markdown]
# ```{explorable} 03_fourier
# :title: Draw a wave, build it from sines
# :alt: Left: a square wave and the sum of its first three harmonics, which already goes up and down with it. Right: the amplitudes of its harmonics, of which only the odd ones are not zero.
#
# **Try:** draw one period with the mouse or a finger (or move to the picture with Tab and use the arrow keys), press *Play* and add harmonics one by one.
#
# **Notice:** the first few harmonics hold nearly all the power, and the tone colour settles early; corners and jumps need many. The square wave has odd harmonics only; smooth out its corners, and the high bars shrink.
# ```

# %% [markdown]
# ## Check yourself
#
# **You take 0.1 s of a sound and append 0.9 s of zeros before the transform. Two equal tones are 4 Hz apart. Do you see two peaks at their frequencies?**
#
# <details class="quiz"><summary>Yes, the bins are now 1 Hz apart.</summary>The bins are, the peaks are not narrower. They are still those of a tenth of a second, at least 20 Hz wide from zero to zero.</details>
# <details class="quiz"><summary>No: it would take more sound.</summary>Right, about a quarter of a second with a plain cut, and about twice that under a Hann window.</details>
# <details class="quiz"><summary>Yes, if the window is good enough.</summary>Windows push the ripples down and make the peaks wider. The plain cut has the narrowest of all.</details>
#
# **A colleague computes `2 * np.abs(np.fft.rfft(y * w)) / len(y)` with a Hann window `w`, and a tone of amplitude 0.5 reads 0.25. Why?**
#
# <details class="quiz"><summary>The other half is in the mirror image.</summary>The factor 2 has taken care of that.</details>
# <details class="quiz"><summary>The window takes half away; divide by its sum.</summary>Right: the mean of a Hann window is one half.</details>
# <details class="quiz"><summary>The tone lies between two bins.</summary>That costs some, too, but under a Hann window at most 1.4 dB, and not half.</details>
#
# **To be exact, should you use the DFT instead of the FFT?**
#
# <details class="quiz"><summary>Yes, the FFT is an approximation.</summary>It is not. It computes the same sums, grouped in another way.</details>
# <details class="quiz"><summary>It makes no difference but for the time it takes.</summary>Right, up to rounding in the last digits.</details>
#
# ## In this chapter we have
#
# - taken a chord apart by multiplying and adding, and any sound with the DFT and its fast form, to read off frequency, amplitude and phase;
# - told what a sound contains from what cutting it short has added, and chosen windows by their ripples and their width;
# - put a cello note together again from 1, 3, 8 and 20 partials, and heard what is still missing.
#
# **In the package:** {func}`~audiocls.fourier.dft_matrix` holds the waves that we multiplied by, {func}`~audiocls.fourier.fft_frequencies` says which frequency a bin has, and {func}`~audiocls.plot.plot_spectrum` and {func}`~audiocls.plot.class_grid` drew the spectra.
#
# ## Exercises

# %% [markdown]
# ```{exercise} Which bin?
# :label: ex-fourier-bins
# Take 400 samples at 16,000 Hz. How far apart are the bins, in which bin is 1,000 Hz, which frequency has bin 30, and how many values does `np.fft.rfft` return?
# ```
#
# ```{solution-start} ex-fourier-bins
# :class: dropdown
# ```

# %%
f = fourier.fft_frequencies(sr=16_000, n_fft=400)
print(f[1], np.argmax(f == 1_000), f[30], f.size)

# %% [markdown]
# 16,000/400 = 40 Hz; 1,000/40 = 25; 30 · 40 = 1,200 Hz; 1 + 400/2 = 201 values, the last at 8,000 Hz.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Predict, then listen: scrambled phases
# :label: ex-fourier-phases
# Take one second of a snare drum, transform it with `np.fft.rfft`, keep every magnitude, give every bin a random phase, and go back with `np.fft.irfft`. What will you hear?
# ```
#
# ```{solution-start} ex-fourier-phases
# :class: dropdown
# ```

# %%
snare = sampling.resample(notes["Snare_drum"], orig_sr=16_000, target_sr=8_000)[:8_000]
player(snare, 8_000, label="Snare drum")

# %%
X = np.abs(np.fft.rfft(snare)) * np.exp(2j * np.pi * rng.uniform(size=4_001))
X[[0, -1]] = np.abs(X[[0, -1]])  # these two must stay real
smeared = np.fft.irfft(X)
player(smeared, 8_000, label="The same magnitudes with random phases")

# %% [markdown]
# The strokes are gone; an even rush is left, with the colour of the drum. Each magnitude says how much of a frequency is in the *whole* second. When it sounds is in the phases: they let the waves agree at the strokes and cancel in between.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} How long must you listen?
# :label: ex-fourier-long
# Two cosines of amplitude 0.2, 440.2 and 441.2 Hz, start together. From which duration on can `fourier.strongest_partials` (`k=2, window="hann"`) tell them apart? Work it out, then try 0.5, 1, 2 and 3 seconds; peaks below 0.01 are ripples. Something odd happens at 1 second: why?
# ```
#
# ```{solution-start} ex-fourier-long
# :class: dropdown
# ```

# %%
for T in (0.5, 1, 2, 3):
    y = fourier.synthesize([440.2, 441.2], [0.2, 0.2], sr=8_000, seconds=T)
    f, found, _ = fourier.strongest_partials(y, 8_000, k=2, window="hann")
    print(f"{T:3} s:", [f"{hz:.1f}" for hz in np.sort(f[found > 0.01])])

# %% [markdown]
# $2/T$ is 1 Hz at 2 seconds, and it takes a little more. At 1 second there are two peaks in the wrong places. The tones start together, so after half a second they are half a period apart and cancel, right where the window is largest. What is left swells twice, and the two humps tell of that, not of two frequencies.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Three guitars
# :label: ex-fourier-guitars
# Mix three guitar clips that a generator has chosen, and find their notes from the spectrum. Why is this so much harder than the chord at the beginning? Try other seeds. This one has no single answer.
# ```
#
# ```{solution-start} ex-fourier-guitars
# :class: dropdown
# ```

# %%
guitars = rendered.select(rendered.table.label == "Acoustic_guitar")
three = np.random.default_rng(6).choice(len(guitars), 3, replace=False)
mix = np.zeros(8_000)
for y, sr in map(guitars.audio, three):
    mix += sampling.resample(y, orig_sr=sr, target_sr=8_000)[1_600:9_600] / 3
found = np.sort(fourier.strongest_partials(mix, 8_000, k=9)[0])
print("partials:", found.round().astype(int), "Hz")
print("notes:   ", np.sort(guitars.table.f0[three]).round().astype(int), "Hz")
player(mix, 8_000, label="Three guitars")

# %% [markdown]
# Each note brings its ladder, and rungs of different notes fall together: 394 Hz is near 2 · 196 and near 3 · 131. 263 Hz is an octave above 131 and no note of its own, but nothing in the spectrum forbids that a fourth guitar plays it. To transcribe music is to weigh explanations.
#
# ```{solution-end}
# ```

# %% [markdown]
# ## Further reading
#
# - {cite:t}`smith2007mathematics`, free to read online: the DFT from complex numbers on, for audio, with proofs.
# - {cite:t}`muller2015fundamentals`, chapter 2: the Fourier transform with music in mind.
# - {cite:t}`harris1978use`: the classic comparison of windows; begin with its figures.
# - {cite:t}`oppenheim2010discrete`, chapters 8 and 9: the DFT and how it is computed.
#
# The functions of this chapter are described in the {doc}`reference of audiocls.fourier </book/api/fourier>`. The next chapter asks how much power is in each band, and how far one spectrum can be trusted.
