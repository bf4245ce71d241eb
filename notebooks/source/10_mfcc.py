# %% [markdown]
# # 10. MFCC
#
# **How do 16,000 numbers a second become 13 × 99?** Here is one second of a violin, rendered from sampled instruments. The second player was made from 1,287 numbers, less than a tenth.

# %%
import librosa
import matplotlib.pyplot as plt
import numpy as np
import python_speech_features as psf

from audiocls import datasets, fourier, mel, mfcc, plot, sampling
from audiocls.book import rosetta
from audiocls.periodogram import welch
from audiocls.player import player

plot.use_style()

# %%
clips, sounds = datasets.load("rendered"), []
for y, sr, _ in clips:
    light = sampling.resample(y, orig_sr=sr, target_sr=16_000)
    sounds.append(light.astype(float))

# %%
note = sounds[clips.table.fname.tolist().index("Violin_or_fiddle-012.wav")]
note = note[:16_000] * np.clip(np.arange(16_000, 0, -1) / 800, 0, 1)  # fade out
player(note, 16_000, label="A violin: 16,000 numbers")

# %%
coefficients = mfcc.mfcc(note, 16_000)
back = mfcc.invert_mfcc(coefficients, 16_000, length=16_000)
print(coefficients.shape, f"{coefficients.size:,} numbers")
player(back, 16_000, label="A sound made from 13 × 99 numbers")

# %% [markdown]
# What is gone, and what is left? Since the speech recognisers of the 1980s, these numbers have been what many machines hear instead of sound. Earlier chapters own the parts; here they come together.
#
# **You will**
#
# - compute {term}`MFCC` by hand, step by step, and get the numbers of two libraries,
# - say which of ten choices only shift or scale the numbers, and which change what they tell,
# - hear what survives in 40 bands and in 26, 13 and 5 coefficients, and refute five things that are often said about them.
#
# **You need** mel filters (chapter 6), the cepstrum (chapter 7) and frames (chapter 8); for one section the density of chapter 5. Take about 60 minutes.
#
# ## From samples to bands
#
# Six samples, at 8,000 a second, are enough to follow everything with a pencil.
#
# **Step 1, {term}`pre-emphasis`.** From each sample subtract a share $a$ of the one before: $z[n] = y[n] - a\,y[n-1]$. Usual is $a = 0.97$; by hand we take one half ({func}`audiocls.mfcc.pre_emphasis`).

# %%
y = np.array([2.0, 4, 3, 1, -2, -3])
emphasized = y - 0.5 * np.append(0, y[:-1])
print(emphasized)
print("audiocls:", np.allclose(mfcc.pre_emphasis(y, coefficient=0.5), emphasized))

# %% [markdown]
# Neighbours that are alike nearly cancel, so slow changes lose most. With 0.97, the amplitude is multiplied by 0.03 (−30 dB) at 0 Hz and 1.97 (+6 dB) at half the rate. On the violin (`welch` is chapter 4's estimate of the density):

# %% mystnb={"image": {"alt": "Density of the violin note up to 8,000 Hz before and after pre-emphasis. Below 1,000 Hz the curve after it lies about 20 decibels lower, near 2,700 Hz both agree, and from there on it lies a few decibels higher."}}
fig, ax = plt.subplots(figsize=(5.2, 1.7))
for name, sound in (("before", note), ("after", mfcc.pre_emphasis(note))):
    f, S = welch(sound, 16_000, segment_length=128)
    ax.plot(f, 10 * np.log10(S), label=name)
ax.set(xlabel="Frequency (Hz)", ylabel="Density (dB re 1/Hz)")
ax.set_title("Pre-emphasis tilts the spectrum")
ax.legend()
plt.show()

# %% [markdown]
# **Step 2, frames.** Cut {term}`frames <frame>` of 25 ms every 10 ms; by hand, four samples every two. **Step 3, power.** Transform each frame and square: $|X|^2/N$, with $N$ for `n_fft`, the points of the transform. By hand, eight points for four samples: the rest is zeros.

# %%
frames = np.stack([emphasized[:4], emphasized[2:]], axis=1)
power = np.abs(np.fft.rfft(frames, 8, axis=0)) ** 2 / 8
print(power.round(2))

# %%
tiny = {"win_length": 4, "hop_length": 2, "n_fft": 8, "pre_emphasis": 0.5}
tiny |= {"n_mels": 2, "n_mfcc": 2}
print("audiocls:", np.allclose(mfcc.frame_power(y, 8_000, **tiny), power))

# %% [markdown]
# Check the first number: at 0 Hz everything is added, 2 + 3 + 1 − 0.5 = 5.5, and 5.5²/8 = 3.78. Did you miss the {term}`window`? python_speech_features, whose numbers we follow, uses none. {func}`audiocls.mfcc.frame_power` shows what that does to one frame of the violin:

# %% mystnb={"image": {"alt": "Power of one frame of the violin from 0 to 4,000 Hz, in decibels. With a Hann window the peaks stand about 50 decibels above the valleys between them; without a window the peaks are in the same places, but the valleys are only about 30 decibels deep."}}
f = fourier.fft_frequencies(sr=16_000, n_fft=512)
fig, ax = plt.subplots(figsize=(5.2, 1.7))
for name, window in (("no window", "boxcar"), ("Hann", "hann")):
    S = mfcc.frame_power(note, 16_000, window=window)
    ax.plot(f, 10 * np.log10(S[:, 40]), label=name)
ax.set(xlabel="Frequency (Hz)", ylabel="Power (dB re 1)", xlim=(0, 4_000))
ax.set_title("Without a window, strong partials leak into the valleys")
ax.legend()
plt.show()

# %% [markdown]
# Leakage (chapter 3) fills the valleys. It will explain an oddity below.
#
# **Step 4, mel filters.** Triangles add up the power in bands (chapter 6), their corners rounded to bins of the transform. Two filters by hand, 26 for real.

# %%
filters = np.array([[1, 0.5, 0, 0, 0], [0, 0.5, 1, 0.5, 0]])
same = mel.mel_filterbank(sr=8_000, n_fft=8, n_mels=2, edges="bins")
energies = filters @ power
print(energies.round(2), "audiocls:", np.allclose(same, filters))

# %% [markdown]
# ## Logarithm, cosines, lifter
#
# **Step 5, logarithm.** A product becomes a sum (chapter 7), and soft bands get a say. {func}`audiocls.mfcc.log_mel_energies` goes all the way up to here.

# %%
logs = np.log(energies)
print(logs.round(2))

# %% mystnb={"image": {"alt": "The 26 band energies of one frame of the violin. On a linear scale about ten bands rise above the rest, and the lowest two, the fifth and the last five lie near zero. As natural logarithms all 26 show, between about minus 3 and minus 8."}}
column = mfcc.log_mel_energies(note, 16_000)[:, 40]
fig, axes = plt.subplots(1, 2, figsize=(6, 1.7))
for ax, values in zip(axes, (np.exp(column), column), strict=True):
    ax.plot(values, "o-", ms=3)
    ax.set_xlabel("Band (0 is the lowest)")
axes[0].set(ylabel="Energy", title="Energies: some bands hardly show")
axes[1].set(ylabel="Log energy (ln)", title="Logarithms: all of them do")
plt.show()

# %% [markdown]
# **Step 6, cosines.** Chapter 7 transformed a log spectrum and found the broad outline at low {term}`quefrency`. Do the same with the bands: multiply by cosines that swing 0, ½, 1, 1½ … times over the bands, and add up. For $M$ bands this is the {term}`DCT`,
#
# $$c_k = \sqrt{\frac{2}{M}} \sum_{m=0}^{M-1} L_m \cos\frac{\pi k (2m + 1)}{2M},$$
#
# with $c_0$ divided by $\sqrt 2$, which makes all rows equally long ({func}`audiocls.mfcc.dct_matrix`). For two bands that is a sum and a difference:

# %%
cosines = np.array([[1, 1], [1, -1]]) / np.sqrt(2)
c = cosines @ logs
print(c.round(2), "audiocls:", np.allclose(mfcc.dct_matrix(2, 2), cosines))

# %% mystnb={"image": {"alt": "The first four cosines over 26 bands: a constant, then half a swing from 0.28 down to minus 0.28, a whole swing, and one and a half."}}
fig, ax = plt.subplots(figsize=(5.2, 1.6))
ax.plot(mfcc.dct_matrix(4, 26).T, label=[f"$k$ = {k}" for k in range(4)])
ax.set(xlabel="Band (0 is the lowest)", ylabel="Weight", title="The first four cosines")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% [markdown]
# So $c_0$ says how much there is in all, $c_1$ how much more down low than up high, and each further coefficient asks about finer detail. The rows are at right angles and of length one, so the cosines, times the coefficients, add up to the bands again ({func}`audiocls.mfcc.mfcc_to_log_mel`). Stop adding early and the fine detail is missing.
#
# :::{admonition} Predict
# :class: predict
# With the first 5 of 26 cosines, which hills and valleys of the log energies above will be left? And with 13?
# :::

# %% mystnb={"image": {"alt": "The log energies of one violin frame as dots, and two curves. With 5 cosines a smooth curve with two broad humps passes through the cloud of dots; with 13 it follows most of their rises and falls, but misses the two lowest dips."}}
fig, ax = plt.subplots(figsize=(6, 1.7))
ax.plot(column, "o", ms=4, color=plot.INK, label="26 bands")
for k in (5, 13):
    rows = mfcc.dct_matrix(k, 26)
    ax.plot(rows.T @ (rows @ column), label=f"{k} cosines")
ax.set(xlabel="Band (0 is the lowest)", ylabel="Log energy (ln)")
ax.set_title("The more cosines, the finer the detail")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% [markdown]
# **Step 7, lifter.** High coefficients are mostly small. The usual {term}`lifter` multiplies $c_k$ by $1 + \frac{22}{2} \sin\frac{\pi k}{22}$, from 1 at $k = 0$ to 12 at $k = 11$ ({func}`audiocls.mfcc.lifter_weights`). **Step 8.** python_speech_features finally replaces $c_0$ by the logarithm of the whole power of the frame. All of it, and what {func}`audiocls.mfcc.mfcc` and python_speech_features say:

# %%
c = c * (1 + 11 * np.sin(np.pi * np.array([[0], [1]]) / 22))
c[0] = np.log(power.sum(axis=0))
print(c.round(3))

# %%
ours = mfcc.mfcc(y, 8_000, **tiny)
sizes = {"winlen": 4 / 8_000, "winstep": 2 / 8_000, "nfft": 8}
theirs = psf.mfcc(y, 8_000, **sizes, nfilt=2, numcep=2, preemph=0.5)
print("audiocls:", np.allclose(ours, c))
print("python_speech_features:", np.allclose(theirs.T, c))

# %% [markdown]
# And the second of violin: 16,000 samples, 99 frames, 257 bins, 26 bands, 13 coefficients.

# %%
theirs = psf.mfcc(note, 16_000).T
print(theirs.shape, "within 1e-6:", np.abs(theirs - coefficients).max() < 1e-6)

# %%
theirs = librosa.feature.mfcc(y=note, sr=16_000, dtype=float)
ours = mfcc.mfcc(note, 16_000, convention="librosa")
print(theirs.shape, "within 1e-4:", np.abs(theirs - ours).max() < 1e-4)

# %% mystnb={"image": {"alt": "Mean size of the coefficients 1 to 12 of the violin. Before the lifter, up to 5 for the first four and mostly below 2 from the fifth on. After it, between 2 and 30, and the last ones as large as the first."}}
fig, ax = plt.subplots(figsize=(6, 1.6))
for name, lifter in (("before the lifter", 0), ("after it", 22)):
    C = mfcc.mfcc(note, 16_000, lifter=lifter)
    ax.plot(range(1, 13), np.abs(C[1:]).mean(axis=1), "o-", ms=3, label=name)
ax.set(xlabel="Coefficient $k$", ylabel="Mean size", xticks=range(1, 13))
ax.set_title("The lifter lifts the high coefficients")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% mystnb={"image": {"alt": "The MFCC picture of the violin, 13 rows by 99 columns: horizontal stripes, bright and dark, that change in the first 0.05 seconds and then stay, with a fine flicker."}}
fig, ax = plt.subplots(figsize=(6, 1.9))
plot.plot_mfcc(coefficients, sr=16_000, hop_length=160, offset=200, ax=ax)
ax.set_title("13 × 99: one second of violin")
plt.show()

# %% [markdown]
# ## Ten switches
#
# librosa needed `convention="librosa"`, and even the shapes differed: the two libraries make ten choices differently. {func}`audiocls.book.rosetta.convention_table` lists them, {func}`audiocls.book.rosetta.flip` turns one, and {class}`audiocls.conventions.Settings` holds them all, completed by {func}`audiocls.conventions.settings`. What does each choice do? Turn one at a time from the first library's side to librosa's, on the first second of all 300 clips of the **rendered set** ({func}`audiocls.book.rosetta.switch_effects`). If a switch only multiplies a coefficient by a positive number or adds a constant, the {term}`correlation` of the values before and after is 1, and a classifier that standardises each coefficient will not notice.
#
# :::{admonition} Predict
# :class: predict
# Three of the ten leave all correlations at 1. Which?
# :::

# %%
seconds = [y[:16_000] for y in sounds]
effects = rosetta.switch_effects(seconds, 16_000)
for row in effects:
    sides = (row[name].split(",")[0] for name in ("switch", "psf", "librosa"))
    print("{:12}  {:11}  {:7}".format(*sides), end="")
    print(f"change {row['rms']:4.1f}  lowest {row['correlation'].min():.2f}")

# %% mystnb={"image": {"alt": "Correlations of 13 coefficients under ten switches, as a table of colours. Spectrum, norm and lifter are 1 everywhere, c0 differs in the first column only, log is at least 0.97. Pre-emphasis, framing, window are between 0.8 and 1; scale falls from 1 at the first coefficient to below 0.5 at the last."}}
table = np.array([row["correlation"] for row in effects])
fig, ax = plt.subplots(figsize=(6, 2.5))
image = ax.imshow(table, aspect="auto", vmin=0.4, vmax=1)
ax.grid(False)
ax.set_yticks(range(10), [row["switch"] for row in effects])
ax.set(xlabel="Coefficient $k$", ylabel="Switch")
fig.colorbar(image, label="Correlation")
ax.set_title("Bright: only shifted or scaled. Dark: tells something else")
plt.show()

# %% [markdown]
# `spectrum` multiplies every power by 512, `norm` each band by its own constant, and a logarithm turns factors into constants. `lifter` multiplies. `log`, `c0` and `edges` come close: decibels are a factor, but the floor bites in soft moments; the two kinds of $c_0$ are nearly alike; corners move by about a bin at most. The other four change what is said, and `scale` most of all: the formula of chapter 6 decides where the bands lie, and fine detail is the first to notice. The page [MFCC Rosetta](../book/rosetta.md) explains each switch, with the same measurements and recipes to match other libraries.
#
# One row looks odd. A filter, too, multiplies powers. So pre-emphasis ought to add nearly a constant to each band's logarithm, yet coefficient 3 keeps a correlation of only {printed}`pre_emphasis  0.97 .*lowest ([\d.]+)`. What if there were a window?

# %%
hann = rosetta.switch_effects(seconds, 16_000, window="hann")
for name, rows in (("no window", effects), ("Hann", hann)):
    r = rows[0]["correlation"]
    print(f"{name:10} c0 {r[0]:.2f}, lowest of the others {r[1:].min():.2f}")

# %% [markdown]
# With a window, pre-emphasis changes hardly more than $c_0$. Without one, strong low partials leak over soft high bands, and pre-emphasis pushes the strong ones down *before* they leak. Two switches that look independent are not.
#
# ## Three matrix products and a logarithm
#
# Written for a whole clip at once, the machinery is short:

# %%
from audiocls.spectrogram import frame

sines = fourier.dft_matrix(512)[:257, :400]
bands = mel.mel_filterbank(sr=16_000, n_fft=512, edges="bins")
cosines = mfcc.lifter_weights(13)[:, np.newaxis] * mfcc.dct_matrix(13, 26)
print(cosines.shape, bands.shape, sines.shape)

# %%
padded = np.pad(mfcc.pre_emphasis(note), (0, 80))  # zeros that fill the last frame
power = np.abs(sines @ frame(padded, frame_length=400, hop_length=160)) ** 2 / 512
C = cosines @ np.log(bands @ power)
C[0] = np.log(power.sum(axis=0))
print(C.shape, "same:", np.allclose(C, coefficients))

# %% [markdown]
# Three matrices that never change, a square and a logarithm. A network's layers are made of such products, so the front end can be put *into* the network's file ({class}`audiocls.learn.frontend.FrontEnd` computes it for training, {mod}`audiocls.learn.export` writes it into the file): web page and Python cannot disagree about the switches. Chapter 14 does it.
#
# ## What the cosines are for
#
# Neighbouring bands rise and fall together, so 26 logarithms say much the same thing 26 times. Some classifiers want numbers that do not: with correlations of zero. Measure the mean size of the correlation between two of the 26, over all frames, before and after the DCT.
#
# Principal component analysis, PCA, learns its directions *from data*: the eigenvectors of the covariance matrix, which make all correlations in these data zero. It learns here from half of the clips, split by {term}`source`. The DCT learns nothing.
#
# :::{admonition} Predict
# :class: predict
# How do the three compare on the other half?
# :::

# %%
each = [mfcc.log_mel_energies(y, 16_000) for y in sounds]
L = np.concatenate(each, axis=1)
half = clips.folds(by="source", n_folds=2) == 0
learnt = np.repeat(half, [X.shape[1] for X in each])
print(L.shape, f"learnt from {learnt.sum():,} frames")

# %%
directions = np.linalg.eigh(np.cov(L[:, learnt]))[1].T[::-1]
kinds = {"log mel": L, "DCT": mfcc.dct_matrix(26, 26) @ L, "PCA": directions @ L}
pairs = np.triu_indices(26, k=1)
for name, X in kinds.items():
    sizes = [np.abs(np.corrcoef(X[:, part]))[pairs] for part in (learnt, ~learnt)]
    here, there = (f"half {size.mean():.2f}" for size in sizes)
    print(f"{name:8} learnt {here}, other {there}")

# %% mystnb={"image": {"alt": "Three 26 by 26 tables of correlations on the other half of the clips. Log mel: bright everywhere. DCT: dark except for the diagonal and spots between the first few coefficients. PCA: as dark, with other spots."}}
fig, axes = plt.subplots(1, 3, figsize=(6.6, 2.2), sharex=True, sharey=True)
for ax, (name, X) in zip(axes, kinds.items(), strict=True):
    r = np.abs(np.corrcoef(X[:, ~learnt]))
    image = ax.imshow(r, vmin=0, vmax=1, origin="lower", cmap=plt.get_cmap("magma", 10))
    ax.grid(False)
    ax.set(title=name, xlabel="Number")
axes[0].set_ylabel("Number")
fig.colorbar(image, ax=axes, label="|Correlation|")
fig.suptitle("Correlation of band with band, coefficient with coefficient", fontsize=10)
plt.show()

# %%
r = np.abs(np.corrcoef(kinds["DCT"]))
i, j = np.unravel_index(np.triu(r, k=1).argmax(), r.shape)
print(f"on all clips, mean {r[pairs].mean():.2f}")
print(f"the largest: c{i} with c{j}, {r[i, j]:.2f}")

# %% [markdown]
# From {printed}`log mel  learnt half [\d.]+, other half ([\d.]+)` to {printed}`DCT      learnt half [\d.]+, other half ([\d.]+)`, and PCA, perfect on the half it learnt, is hardly better on the other ({printed}`PCA      learnt half [\d.]+, other half ([\d.]+)`). {cite:t}`ahmed1974discrete`, who introduced the DCT, already found it close to the best transform, and {cite:t}`logan2000mel` found the same for the log mel bands of speech and of music.
#
# :::{admonition} Misconception: "the DCT decorrelates the bands"
# :class: misconception
# Only roughly. Here the first two coefficients keep a correlation of {printed}`c0 with c1, ([\d.]+)`: in these clips, loud moments are also those with more power down low. And uncorrelated is not independent.
# :::
#
# A network does not need uncorrelated inputs. Recognisers that describe a class by a mean and a variance of each number alone do; HTK, a toolkit for them, calls the transform virtually mandatory there {cite:p}`young2006htk`.
#
# ## Ten instruments
#
# Bands and coefficients of one clip a class ({func}`audiocls.plot.plot_mfcc`). The second grid leaves out $c_0$: it is the level, on another scale.

# %% mystnb={"image": {"alt": "Log mel pictures of ten clips in a 2 by 5 grid, 26 bands, first second. Cello, violin, clarinet, flute and saxophone are steady horizontal stripes, guitar and double bass fade from the top, bass drum, snare drum and hi-hat are bright at the left or in upright strokes."}}
chosen = [10, 30, 67, 93, 122, 150, 190, 222, 251, 282]  # one clip of each class
ten = {clips.table.label[i]: sounds[i][:16_000] for i in chosen}
units = {"xlabel": "Time (s)", "ylabel": "Frequency (Hz, mel scale)"}
fig, axes = plot.class_grid(**units, figsize=(8, 2.9))
picture = {"sr": 16_000, "hop_length": 160, "offset": 200, "colorbar": False}
for label, ax in axes.items():
    X = mfcc.log_mel_energies(ten[label], 16_000) * 10 / np.log(10)
    plot.plot_mel(X, range_db=60, ax=ax, **picture)
    ax.images[0].set_cmap(plt.get_cmap("magma", 12))
ax.set_xticks([0, 0.5])
fig.suptitle("26 bands, each clip down to 60 dB below its maximum", fontsize=10)
plt.show()

# %% mystnb={"image": {"alt": "MFCC pictures of the same ten clips, coefficients 1 to 12, in a 2 by 5 grid. Acoustic guitar, violin, clarinet, flute, saxophone and cello are stacks of steady stripes, each with its own order of bright and dark; the double bass is bright in the first row, bass drum and hi-hat are dark there, and the snare drum flickers."}}
units = {"xlabel": "Time (s)", "ylabel": "Coefficient $k$"}
fig, axes = plot.class_grid(**units, figsize=(8, 2.9))
for label, ax in axes.items():
    C = mfcc.mfcc(ten[label], 16_000)[1:]
    plot.plot_mfcc(C, first=1, limit=60, ax=ax, **picture)
ax.set(xticks=[0, 0.5], yticks=[1, 6, 12])
fig.colorbar(ax.images[0], ax=list(axes.values()), label="Value")
fig.suptitle("12 coefficients: stripes that belong to no single frequency", fontsize=10)
plt.show()

# %% [markdown]
# In the first grid you can point at a {term}`partial`. In the second you cannot: each coefficient looks at all bands. Nor do you see that bass drum and hi-hat are soon over. What follows them is faint noise that the renderer adds, and without $c_0$ it looks as important as a note. Yet rows have a meaning. Sort all 300 clips by their mean $c_1$, the cosine of half a swing, and play the beginnings of ten at equal distances, from low to high. What do you expect to change?

# %%
c1 = np.array([mfcc.mfcc(y, 16_000)[1].mean() for y in sounds])
tilt = [X[:13].mean() - X[13:].mean() for X in each]
print(f"correlation with lower minus upper bands: {np.corrcoef(c1, tilt)[0, 1]:.2f}")

# %%
order = np.argsort(c1)[np.linspace(0, 299, 10).astype(int)]
fade = np.clip(np.arange(2_400, 0, -1) / 800, 0, 1)
row = [fade * sounds[i][:2_400] / np.abs(sounds[i][:2_400]).max() for i in order]
player(0.5 * np.concatenate(row), 16_000, label="Ten clips, by rising mean c1")

# %% [markdown]
# From hiss to rumble: $c_1$ follows almost exactly the mean of the lower 13 logarithms minus that of the upper 13, the tilt of the spectrum. Higher coefficients have no such simple name.
#
# ## Hear what survives
#
# Now backwards: undo the cosines, spread each band's power over its bins, and let {term}`Griffin-Lim <Griffin-Lim algorithm>` (chapter 8) find phases. {func}`audiocls.mfcc.invert_mfcc` does it, and keeps the level as far as the coefficients tell it. Here with a Hann window, exact corners, and $c_0$ from the DCT.
#
# :::{admonition} Predict
# :class: predict
# The note is a C♯, 278 Hz. From where on will you no longer be able to sing it?
# :::

# %%
options = {"window": "hann", "edges": "hz", "c0": "dct"}
survivors = {}
for n_mfcc, n_mels in ((40, 40), (26, 26), (13, 26), (5, 26)):
    chosen = options | {"n_mels": n_mels}
    C = mfcc.mfcc(note, 16_000, n_mfcc=n_mfcc, **chosen)
    y = mfcc.invert_mfcc(C, 16_000, length=16_000, **chosen)
    survivors[n_mfcc] = y
    label = f"From {n_mfcc} coefficients of {n_mels} bands"
    display(player(y[:12_400], 16_000, label=label))

# %% [markdown]
# Level relative to the original, and the pitch that chapter 7's cepstrum finds in five places:

# %%
from audiocls import amplitude, cepstrum

for n_mfcc, y in survivors.items():
    five = np.stack([y[k : k + 2_048] for k in range(2_000, 12_000, 2_000)])
    f0 = cepstrum.cepstral_pitch(five, 16_000, fmin=100, fmax=1_000)
    near = np.sum(np.abs(12 * np.log2(f0 / 278.3)) < 1)
    level = 20 * np.log10(amplitude.rms(y) / amplitude.rms(note))
    print(f"{n_mfcc:2}: {level:4.1f} dB, within a semitone: {near} of 5")

# %% [markdown]
# Of 40 bands the lowest are narrow enough to hold single partials, and the note survives. With 26 it wavers, with 13 there is a whisper in the colour of a violin, with 5 little more than a hiss of the right tilt. (Part of the whisper is Griffin-Lim's: phases were lost too.)

# %% [markdown]
# ```{explorable} 10_mfcc
# :title: Keep k coefficients
# :alt: Two pictures of one second of a clarinet note, frequency against time. Left, 26 log mel energies: separate bright and dark stripes. Right, what 13 coefficients keep: the same outline, with neighbouring stripes melted into each other.
#
# **Try:** choose a clip, press *Play*, and take coefficients away one by one. Then fill the frames with the note's own pitch in place of noise.
#
# **Notice:** how few it takes to tell a drum from a cello, and how many to tell a cello from a clarinet. Filled with noise, every clip is a whisper. The pitch, where you add it, is given and not read from the coefficients.
# ```

# %% [markdown]
# :::{admonition} Misconception: "MFCCs throw away the pitch"
# :class: misconception
# You cannot sing it, so it is gone? Ask a machine. Describe each of the 210 pitched clips by its mean $c_1$ to $c_{12}$, and guess its note as the mean note of its three {term}`nearest neighbours <nearest neighbour>` among other sources. For comparison, guess from the instrument alone: the mean note of that class.
# :::

# %%
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

C = [mfcc.mfcc(y, 16_000)[1:] for y in sounds]
means = np.array([x.mean(axis=1) for x in C])
print(means.shape)

# %%
pitched = clips.table.f0.notna().to_numpy()
some, heard = clips.select(pitched), means[pitched]
semitones = 12 * np.log2(some.table.f0.to_numpy(float) / 440)
instrument = np.eye(10)[some.targets]  # ten yes-or-no numbers
split = PredefinedSplit(some.folds(by="source"))

# %%
neighbours = make_pipeline(StandardScaler(), KNeighborsRegressor(3))
for name, model, X in (
    ("the instrument", LinearRegression(), instrument),  # learns the mean of each class
    ("c1 to c12", neighbours, heard),
):
    error = np.abs(cross_val_predict(model, X, semitones, cv=split) - semitones)
    print(f"{name:14}  half of the guesses within {np.median(error):.1f} semitones")

# %% [markdown]
# Half of the guesses come within {printed}`c1 to c12 +half of the guesses within ([\d.]+)` semitones, far better than from the instrument alone ({printed}`the instrument +half of the guesses within ([\d.]+)`). The outline of a spectrum moves with the note, and partials still show in the narrow low bands. A network can learn such hints, wanted or not. (These are rendered notes; real ones were not tried.)
#
# ## Level, silence and scale
#
# Make the violin ten times as strong: every power grows a hundredfold, every logarithm by ln 100 = 4.61. A constant over the bands is nothing but $c_0$.
#
# :::{admonition} Predict
# :class: predict
# With either convention, which coefficients change? And if the violin was recorded 60 dB softer?
# :::

# %%
for gain in (1, 0.001):
    for convention in ("psf", "librosa"):
        both = np.stack([gain * note, 10 * gain * note])
        soft, loud = mfcc.mfcc(both, 16_000, convention=convention)
        change = np.abs(loud - soft)
        others = f"others up to {change[1:].max():.2f}"
        print(f"gain {gain:5}, {convention:8} c0 {change[0].mean():6.2f}, {others}")

# %% [markdown]
# :::{admonition} Misconception: "MFCCs do not depend on the level, but for $c_0$"
# :class: misconception
# True as long as each step lets a factor through (226.27 is 20 dB times √128, for 128 bands). librosa's convention raises all powers to at least $10^{-10}$. A soft recording has bands below that floor; then *every* coefficient depends on the level.
# :::
#
# What does silence look like? Keep half a second of the violin and fill up with zeros, as one does to make clips equally long; then add noise 80 dB below full scale.

# %%
short = np.append(note[:8_000], np.zeros(8_000))
hiss = 1e-4 * np.random.default_rng(0).standard_normal(16_000)
for name, y in (("zeros", short), ("noise", short + hiss)):
    c0, c1 = mfcc.mfcc(y, 16_000)[:2, 60:].mean(axis=1).round(2) + 0.0
    print(f"after the note, {name}: c0 {c0:6.2f}, c1 {c1:6.2f}")

# %% [markdown]
# :::{admonition} Misconception: "−36.04 is a very soft moment"
# :class: misconception
# It is $\ln 2.2 \cdot 10^{-16}$, the number put in place of a zero before the logarithm (chapter 6). No microphone is so quiet; in decibels it is more than 100 dB below the noise in the second row. It looks like data, pulls means and standard deviations with it, and tells a network how long the clip was before it was filled up.
# :::
#
# Before they enter a classifier, coefficients are standardised: subtract the mean, divide by the standard deviation. Of which clips?
#
# :::{admonition} Misconception: "scaling is harmless, it can use all data"
# :class: misconception
# It is a {term}`leak`: the test clips have a say in what training sees. How large is the damage? Nearest neighbours on the means and standard deviations of $c_1$ to $c_{12}$, split by source, five deals:
# :::

# %%
features = np.append(means, [x.std(axis=1) for x in C], axis=1)
splits = [PredefinedSplit(clips.folds(by="source", seed=seed)) for seed in range(5)]
nearest = KNeighborsClassifier(1)
honest = make_pipeline(StandardScaler(), nearest)  # scaled anew for each fold
scaled = StandardScaler().fit_transform(features)  # once, on all clips

# %%
for name, model, X in (("training", honest, features), ("all clips", nearest, scaled)):
    names = [cross_val_predict(model, X, clips.targets, cv=split) for split in splits]
    shares = np.mean(np.array(names) == clips.targets, axis=1)
    print(f"{name:9}", *(f"{x:.1%}" for x in shares), f"mean {shares.mean():.1%}")

# %% [markdown]
# Here no damage is to be seen: up in one deal, down in others. Two numbers a feature, from 240 clips or from 300, are nearly the same, and no label was used. The rule stands because nobody knows the size of a leak beforehand, and exercise 4 makes a large one.
#
# ## How many coefficients?
#
# :::{admonition} Misconception: "13 coefficients are optimal"
# :class: misconception
# For what? {cite:t}`davis1980comparison` compared ways to describe speech, and cepstra of mel bands won. HTK {cite:p}`young2006htk` keeps 12 by default; with the energy that makes 13, the default of python_speech_features. Neither was chosen for instruments.
# :::
#
# On the 300 **real recordings**, split by source, a {term}`support vector machine <SVM>` that sees statistics of 13 coefficients names {result}`ablation: rows/svm 13 MFCC/by_source/0: .0%` of the clips (95 % interval {result}`ablation: rows/svm 13 MFCC/by_source/1: .0%` to {result}`ablation: rows/svm 13 MFCC/by_source/2: .0%`), of 20 coefficients {result}`ablation: rows/svm 20 MFCC/by_source/0: .0%` ({result}`ablation: rows/svm 20 MFCC/by_source/1: .0%` to {result}`ablation: rows/svm 20 MFCC/by_source/2: .0%`): no gain. Of 64 log mel bands, without DCT, {result}`ablation: rows/svm 64 bands/by_source/0: .0%` ({result}`ablation: rows/svm 64 bands/by_source/1: .0%` to {result}`ablation: rows/svm 64 bands/by_source/2: .0%`); this interval overlaps the others, and more statistics were taken of the bands. On real notes from other studios the first two are alike again, and the third is further ahead: the share that is right, averaged over classes, is {result}`ablation: rows/svm 13 MFCC/other_studios: .0%`, {result}`ablation: rows/svm 20 MFCC/other_studios: .0%` and {result}`ablation: rows/svm 64 bands/other_studios: .0%`. A classifier that can weigh many correlated numbers need not throw any away. The book's networks read bands; the 2019 report's read 13 coefficients, and chapter 11 rebuilds one.
#
# ## How fast they change
#
# A frame knows nothing of its neighbours. {cite:t}`furui1986speaker` added the slope of each coefficient over time, now called *delta* ({func}`audiocls.mfcc.delta`): that of a straight line through a value and its neighbours. With one neighbour on each side it is half the difference of the two; beyond the ends the last frame repeats.

# %%
c = np.array([[0.0, 0, 3, 3, 3, 1]])
after, before = np.append(c[:, 1:], c[:, -1:]), np.append(c[:, :1], c[:, :-1])
by_hand = (after - before) / 2
print(by_hand, "audiocls:", np.allclose(mfcc.delta(c, width=3), by_hand))

# %%
theirs = librosa.feature.delta(c, width=3, mode="nearest")
print("librosa:", np.allclose(theirs, by_hand))
print("python_speech_features:", np.allclose(psf.delta(c.T, 1).T, by_hand))

# %% [markdown]
# Deltas show a classifier that does not see time how a sound moves. A network that sees several frames (chapters 11 and 12) can find slopes itself.
#
# ## Check yourself
#
# **Two programs return MFCC of one clip. Each of your 13 rows from one is, frame for frame, exactly 4.34 times the row of the other. What is different?**
#
# <details class="quiz"><summary>The mel scale.</summary>That would mix up the fine detail, most of all in the high coefficients.</details>
# <details class="quiz"><summary>The logarithm: natural in one, decibels in the other.</summary>Right: 10/ln 10 is 4.34. Standardised, the two are the same.</details>
# <details class="quiz"><summary>The lifter.</summary>It multiplies too, but each coefficient by its own number.</details>
#
# **Somebody plays a clip twice as loud. What changes, if no floor is reached?**
#
# <details class="quiz"><summary>All coefficients double.</summary>The logarithm turns the factor into a constant.</details>
# <details class="quiz"><summary>Only c<sub>0</sub>, by a constant.</summary>Yes. By ln 4 = 1.39 if it is the log energy; by √26 times that if it comes from the DCT.</details>
# <details class="quiz"><summary>Only c<sub>1</sub>.</summary>That is the tilt: lower minus upper bands, and the constant cancels.</details>
#
# **What does the DCT do to 26 log mel energies if all 26 coefficients are kept?**
#
# <details class="quiz"><summary>It removes the pitch.</summary>Nothing is removed yet. Leaving coefficients out removes detail.</details>
# <details class="quiz"><summary>It turns them into other numbers with the same content.</summary>Right: the transposed matrix brings them back.</details>
# <details class="quiz"><summary>It makes them independent.</summary>Less correlated, and that only roughly.</details>
#
# ## In this chapter we have
#
# - computed MFCC by hand, in eight steps, with the numbers of python_speech_features and librosa;
# - measured ten switches: three only shift or scale, three come close to that, and four change what the coefficients tell, most of all the mel scale;
# - heard the note go between 40 bands and 13 coefficients, and refuted with experiments that the pitch is gone, that only $c_0$ knows the level, that −36.04 is sound, that the DCT decorrelates, and that 13 is best.
#
# ## Exercises

# %% [markdown]
# ```{exercise} By hand
# :label: ex-mfcc-hand
# Four bands have the log energies 3, 1, 1, 3. Which of the coefficients $c_0$ to $c_3$ are zero? Decide from the shape of the cosines, without a calculator; then check.
# ```
#
# ```{solution-start} ex-mfcc-hand
# :class: dropdown
# ```

# %%
print((mfcc.dct_matrix(4, 4) @ [3.0, 1, 1, 3]).round(2) + 0.0)

# %% [markdown]
# The list is the same from both ends; the cosines with $k$ = 1 and 3 change their sign when turned around, so their sums are zero. $c_0$ is twice the mean, since $\sqrt 4 = 2$.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Predict, then listen: two parents
# :label: ex-mfcc-hybrid
# Make coefficients (26 of 26, `c0="dct"`) whose $c_0$ comes from the snare drum and whose other rows come from the violin. Write down what you will hear before you go back to sound.
# ```
#
# ```{solution-start} ex-mfcc-hybrid
# :class: dropdown
# ```

# %%
drum = mfcc.mfcc(ten["Snare_drum"], 16_000, n_mfcc=26, **options)
violin = mfcc.mfcc(note, 16_000, n_mfcc=26, **options)
y = mfcc.invert_mfcc(np.concatenate([drum[:1], violin[1:]]), 16_000, **options)
y = y[:12_400] / np.abs(y).max() / 2
player(y, 16_000, label="The drum's c0, the violin's others")

# %% [markdown]
# A violin that is struck: its colour stays, and its level follows the drum's strokes. $c_0$ is the envelope in time, the others that over frequency.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Which switch?
# :label: ex-mfcc-which
# A colleague's coefficients of the violin differ from yours by the same 13 numbers in every frame. Which switches can it be, and which was it?
# ```
#
# ```{solution-start} ex-mfcc-which
# :class: dropdown
# ```

# %%
colleagues = mfcc.mfcc(note, 16_000, norm="slaney")
difference = colleagues - coefficients
print("spread over the frames:", np.ptp(difference, axis=1).max().round(6))
print(difference[:5, 0].round(2))

# %% [markdown]
# A constant can come from `spectrum` or from `norm`. But `spectrum` changes $c_0$ alone, since it is the same for all bands. Here $c_0$ (the energy, which skips the filters) is the same: the heights of the triangles. Their logarithms are a straight line over the bands, which has no even cosines, so only $c_1$, $c_3$ and so on move.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} A leak that is not small
# :label: ex-mfcc-leak
# Make 2,000 random features for the 300 clips. Keep the 20 that differ most between the classes, and classify. Predict the accuracy if the 20 are chosen (a) on the training clips of each fold, (b) once, on all clips.
# ```
#
# ```{solution-start} ex-mfcc-leak
# :class: dropdown
# ```

# %%
from sklearn.feature_selection import SelectKBest

dice = np.random.default_rng(0).standard_normal((300, 2_000))
chosen = SelectKBest(k=20).fit_transform(dice, clips.targets)
inside = make_pipeline(SelectKBest(k=20), nearest)

# %%
for name, model, X in (("(a)", inside, dice), ("(b)", nearest, chosen)):
    names = [cross_val_predict(model, X, clips.targets, cv=split) for split in splits]
    print(name, f"{np.mean(np.array(names) == clips.targets):.0%}")

# %% [markdown]
# Guessing gives 10 %, and (a) is no better. In (b) the test clips' labels have chosen the features, and noise seems to know instruments. Scaling used no labels; this does.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} How many for these clips?
# :label: ex-mfcc-count
# Measure the nearest neighbour on the rendered clips with 5, 13, 20 and 40 coefficients of 40 bands, and with the 40 bands themselves. Use several deals. What may you conclude for real recordings? There is no single answer.
# ```
#
# ```{solution-start} ex-mfcc-count
# :class: dropdown
# ```

# %%
forty = [mfcc.log_mel_energies(y, 16_000, n_mels=40, edges="hz") for y in sounds]
for n in (5, 13, 20, 40, "bands"):
    rows = np.eye(40) if n == "bands" else mfcc.dct_matrix(n, 40)
    C = [rows @ x for x in forty]
    X = np.array([np.append(x.mean(axis=1), x.std(axis=1)) for x in C])
    names = [cross_val_predict(honest, X, clips.targets, cv=split) for split in splits]
    shares = np.mean(np.array(names) == clips.targets, axis=1)
    print(f"{n!s:5}", *(f"{share:.0%}" for share in shares))

# %% [markdown]
# Fewer are better here, and the bands beat the 40 coefficients made of them. The ruler may be why: standardised, a high coefficient that tells little counts in the distance as much as $c_1$. A classifier that learns weights can answer otherwise. So the best number belongs to a classifier and a set of clips, here rendered ones, and says little about real recordings.
#
# ```{solution-end}
# ```

# %% [markdown]
# ## Further reading
#
# - {cite:t}`davis1980comparison`: the comparison that made these features famous.
# - {cite:t}`logan2000mel`: are they right for music? Short, and free online.
# - {cite:t}`young2006htk`, free to read online: chapter 5 defines each step as recognisers used it.
# - {cite:t}`ahmed1974discrete`: three pages that introduce the DCT.
# - {cite:t}`furui1986speaker`: why the slopes help.
#
# Reference: {doc}`audiocls.mfcc </book/api/mfcc>`. The next chapter lets a network look at such pictures.
