# %% [markdown]
# # 8. Spectrogram
#
# **What does a picture of sound keep, and what does it lose?** Here is a note on the guitar. The second player has not copied a single sample of it: a program was shown a picture of the note, and made up a sound with nearly the same picture.

# %%
import librosa
import matplotlib.pyplot as plt
import numpy as np
import scipy.signal
from python_speech_features import sigproc

from audiocls import datasets, fourier, mel, plot, sampling, spectrogram
from audiocls.player import player

plot.use_style()

# %%
clips = datasets.load("rendered").select([10, 30, 67, 93, 122, 150, 190, 222, 251, 282])
y, sr = clips.audio(0)
note = sampling.resample(y, orig_sr=sr, target_sr=16_000)[:16_000].astype(float)
note[-1_600:] *= np.linspace(1, 0, 1_600)  # fade out
player(note, 16_000, label="A guitar (rendered from sampled instruments)")

# %%
sizes = {"n_fft": 512, "win_length": 400, "hop_length": 160}
picture = np.abs(spectrogram.stft(note, **sizes))
rebuilt = spectrogram.griffin_lim(picture, **sizes, n_iter=32, length=note.size)
player(rebuilt, 16_000, label="The same guitar, made from its picture")

# %% [markdown]
# The note is still there and still dies away, so that much must have been in the picture. What has changed? This chapter makes such pictures, says what each point of them means, and comes back to this one at the end.
#
# **You will**
#
# - turn a sound into a picture whose numbers equal those of SciPy and librosa, and say for each column which samples it has seen,
# - choose a window by what you want to see, and find that no length shows both two clicks and two close tones,
# - go back from the picture to sound: exactly with the phases, nearly without them.
#
# **You need** {term}`decibels <decibel>` (chapter 2), spectra and windows (chapter 3) and, for one section, mel filters (chapter 6). Take about 50 minutes.
#
# ## A spectrum does not say when
#
# Here are three tones that climb. The second player will have the same samples in reverse order.

# %%
sine = {"sr": 8_000, "seconds": 0.3, "amplitude": 0.3}
tones = [sampling.tone(f, **sine) for f in (400, 600, 900)]
up = np.concatenate([tone * fourier.window("hann", 2_400) for tone in tones])
player(up, 8_000, label="Three tones")

# %% [markdown]
# :::{admonition} Predict
# :class: predict
# How do the magnitude spectra of the two sounds differ?
# :::

# %%
spectra = [np.abs(np.fft.rfft(y)) for y in (up, up[::-1])]
print("equal:", np.allclose(*spectra))
player(up[::-1], 8_000, label="The same samples, backwards")

# %% [markdown]
# Not at all. Both hold the same sines, equally strong; the order of the tones is in the {term}`phases <phase>`, and a magnitude throws them away. To see *when*, take the spectrum of one short piece after another. Such a piece is a {term}`frame`, the {term}`segment` of chapter 4, and the step from one to the next is the {term}`hop`. With frames of four samples and a hop of two, how many frames do the numbers 1 to 11 give, and what becomes of the 11?

# %%
few = np.arange(1.0, 12)
by_hand = np.stack([few[start : start + 4] for start in (0, 2, 4, 6)], axis=1)
print(by_hand.astype(int))
for cut in (spectrogram.frame, librosa.util.frame):
    print("equal:", np.array_equal(cut(few, frame_length=4, hop_length=2), by_hand))

# %% [markdown]
# Four frames, one a column. A fifth would need a twelfth sample, so the 11 is in none. Now fade each frame in and out with a {term}`window` $w$ and transform it. For frame $j$, bin $k$, hop $H$ and frames of $N$ samples this is the short-time Fourier transform, or {term}`STFT`,
#
# $$X[k, j] = \sum_{n=0}^{N-1} w[n]\,y[n{+}jH]\,e^{-2\pi i k n/N}.$$
#
# In code it is one matrix product, with the matrix of chapter 3:

# %%
w = fourier.window("hann", 4)  # 0, 0.5, 1, 0.5
X = fourier.dft_matrix(4)[:3] @ (by_hand * w[:, np.newaxis])  # bins 0, 1 and 2
print(np.abs(X).round(2))

# %%
ours = spectrogram.stft(few, n_fft=4, hop_length=2, center=False)
librosas = librosa.stft(few, n_fft=4, hop_length=2, center=False)
whole = {"boundary": None, "padded": False}  # only whole frames
*_, scipys = scipy.signal.stft(few, window=w, nperseg=4, noverlap=2, **whole)
print(np.allclose(ours, X), np.allclose(librosas, X), np.allclose(scipys * w.sum(), X))

# %% [markdown]
# Check one number: the first frame times the window is 0, 1, 3 and 2, and their sum, 6, stands at the top left. audiocls, librosa and SciPy agree, once SciPy's division by the window's sum is undone. The squared magnitude $|X[k,j]|^2,$ drawn with time to the right and {term}`frequency` upwards, is the {term}`spectrogram`. In 1946 Bell Laboratories described a machine that draws it, "a wave analyzer which produces a permanent visual record showing the distribution of energy in both frequency and time" {cite:p}`koenig1946sound`.
#
# ## Which way is up?
#
# Draw the climbing tones twice, 32 ms a frame: as any image is drawn by default, and with {func}`plot.plot_spectrogram <audiocls.plot.plot_spectrogram>`.

# %% mystnb={"image": {"alt": "Two pictures of the three climbing tones. Drawn as an image with row numbers and column numbers, the tones seem to fall, because row 0 is at the top. Drawn with axes in seconds and hertz, they climb from 400 to 600 to 900 Hz."}}
S = spectrogram.spectrogram(up, n_fft=256, hop_length=64)
S_db = spectrogram.power_to_db(S, ref=S.max(), top_db=60)  # -60 dB is the floor
fig, (left, right) = plt.subplots(1, 2, figsize=(8, 2.6))
left.imshow(S_db, aspect="auto")
left.grid(False)
left.set(xlabel="Column", ylabel="Row", title="As an image: it seems to fall")
label = "Level (dB re maximum)"
drawn = {"sr": 8_000, "hop_length": 64, "range_db": 60, "colorbar_label": label}
plot.plot_spectrogram(S_db, **drawn, ax=right)
right.set_title("As a spectrogram: it climbs")
plt.show()

# %% [markdown]
# :::{admonition} Misconception: "an array can be shown as it is"
# :class: misconception
# Images count rows from the top, spectra count bins from 0 Hz, and the left picture contradicts your ears. `origin="lower"` turns it round, but only axes in seconds and hertz show that it is right: row 19 should be 19 × 8,000 / 256 ≈ 594 Hz, near the second tone.
# :::
#
# ## Which samples has a column seen?
#
# Take one second at 16,000 Hz, frames of 400 samples (25 ms) and a hop of 160 (10 ms), as the networks of this book do. Three programs return three numbers of columns, since they differ about the ends.
#
# :::{admonition} Predict
# :class: predict
# How many frames are there (a) if only whole frames count, (b) if zeros at the end complete the last one, (c) if frames are centred on the samples 0, 160, 320 and so on, with zeros wherever the sound is not?
# :::

# %%
second = np.ones(16_000)
whole = spectrogram.frame(second, frame_length=400, hop_length=160).shape[-1]
psf = len(sigproc.framesig(second, 400, 160))
centred = librosa.stft(second, n_fft=400, hop_length=160).shape[-1]
print(whole, psf, centred)

# %% [markdown]
# After the first 400 samples, 15,600 are left, which is 97½ hops. Rounded down, (a) gives 1 + 97 frames. Rounded up, (b) gives 1 + 98: this is python_speech_features, the 99 of chapter 6 and of the "13 × 99" in chapter 10. And (c), librosa's default, gives 1 + 16,000 / 160.
#
# A network built for 99 columns refuses 101, and you notice. Another mistake goes unnoticed. Centred frames hang over the ends, so half of the first one is zeros. What does that do to a steady tone?

# %%
steady = sampling.tone(1_000, sr=16_000, seconds=1)
S = spectrogram.spectrogram(steady, n_fft=400, hop_length=160)
full_scale = (fourier.window("hann", 400).sum() / 2) ** 2  # explained below
level = spectrogram.power_to_db(S.max(axis=0), ref=full_scale)
print(level[[0, 1, 2, 50, 99, 100]].round(1) + 0.0, "dB re full-scale sine")

# %% [markdown]
# The tone starts at full strength; its picture fades in, 6 dB down. The edge of a picture tells as much about the padding as about the sound. Next, time. Put a click at exactly 0.500 s and ask for the strongest column.
#
# :::{admonition} Misconception: "column *j* happens at *j* times the hop"
# :class: misconception
# There the frame *starts*, unless frames are centred. A window listens hardest in its middle, half a frame later:
# :::

# %%
click = 0.5 * (np.arange(16_000) == 8_000)
S = spectrogram.spectrogram(click, n_fft=1_024, hop_length=64, center=False)
j = S.sum(axis=0).argmax()
start, middle = np.array([64 * j, 64 * j + 512]) / 16_000
print(f"column {j}: start {start:.3f} s, middle {middle:.3f} s")

# %% [markdown]
# Read as a start, the column is 32 ms early, half of its 64 ms. {func}`frame_times <audiocls.spectrogram.frame_times>` and the drawing functions take `offset=n_fft / 2` for frames that are not centred, else 0.
#
# ## Two clicks and two tones
#
# How long should a window be? Listen to two steady tones, 1,000 and 1,020 Hz, and two clicks 10 ms apart.

# %%
sine = {"sr": 16_000, "seconds": 1, "amplitude": 0.1}
both = sampling.tone(1_000, **sine) + sampling.tone(1_020, **sine)
both[[8_000, 8_160]] += 0.5
player(both, 16_000, label="Two tones 20 Hz apart, two clicks 10 ms apart")

# %% [markdown]
# :::{admonition} Predict
# :class: predict
# Windows of 4, 32 and 128 ms: which will show two clicks, and which two tones?
# :::
#
# In code, `win_length` is the length of the window and `n_fft` that of the transform. Where the transform is longer, the window sits in its middle with zeros on both sides: more bins on the same curve (chapter 3).

# %% mystnb={"image": {"alt": "Six details of spectrograms. Upper row, the clicks: two separate upright stripes with a window of 4 ms, one broad stripe with 32 ms, one patch as wide as the panel with 128 ms, crossed by a dark horizontal line. Lower row, the tones: one band that swells and fades with 4 ms and with 32 ms, two separate horizontal lines with 128 ms. No column shows both pairs apart."}}
fig, grid = plt.subplots(2, 3, figsize=(7.2, 3.2), sharex=True, sharey="row")
for column, length in zip(grid.T, (64, 512, 2_048), strict=True):
    S = spectrogram.spectrogram(both, n_fft=8_000, win_length=length, hop_length=16)
    S_db = spectrogram.power_to_db(S)
    for ax, low in zip(column, (2_500, 950), strict=True):
        plot.plot_spectrogram(S_db, sr=16_000, hop_length=16, ax=ax, colorbar=False)
        top = S_db[low // 2 : low // 2 + 60, 440:580].max()  # bins of 2 Hz
        ax.images[0].set_clim(top - 30, top)
        ax.set(xlim=(0.44, 0.58), ylim=(low, low + 120), xlabel="", ylabel="")
    column[0].set_title(f"window of {length / 16:.0f} ms")
fig.supxlabel("Time (s)", fontsize=10)
fig.supylabel("Frequency (Hz)", fontsize=10)
fig.suptitle("None of the three windows shows both pairs", fontsize=10)
plt.show()

# %% [markdown]
# Above are the clicks, below the tones; each panel's colours reach 30 dB down. The short window shows two clicks and *one* tone that swells and fades, 20 times a second. The long one shows two steady tones and *one* event, as long as the window, with a dark line where the clicks cancel. Both tell the truth: $\sin a + \sin b = 2 \sin\frac{a+b}{2} \cos\frac{a-b}{2}$, and neither side is truer. The window in between, which ought to be the compromise, shows neither pair.
#
# Is there a better length? Measure the valley between the clicks, and between the tones, for windows from 2 to 256 ms. A valley of 3 dB, half the power, shall count as "two".


# %%
def valleys_in(X):
    S = np.abs(X) ** 2
    clicks = S[1_000:1_750].mean(axis=0)  # 2,000 to 3,500 Hz, far from the tones
    tones = S[:, 30:60].mean(axis=1)  # 0.15 to 0.30 s, far from the clicks
    in_time = min(clicks[100], clicks[102]) / clicks[101]
    in_frequency = min(tones[500], tones[510]) / tones[505]
    return 10 * np.log10([in_time, in_frequency])


fine = {"n_fft": 8_000, "hop_length": 80}  # bins of 2 Hz, a column every 5 ms
lengths = np.unique(2 * np.geomspace(16, 2_048, 43).round().astype(int))
each = (spectrogram.stft(both, win_length=length, **fine) for length in lengths)
valleys = np.array([valleys_in(X) for X in each])
enough = valleys > 3
print(f"two clicks: up to {lengths[enough[:, 0]].max() / 16:.0f} ms")
print(f"two tones: from {lengths[enough[:, 1]].min() / 16:.0f} ms")

# %% mystnb={"image": {"alt": "Depth of the valley against window length. Between the clicks it is deep for short windows and less than 3 dB from about 20 ms on. Between the tones it is less than 3 dB up to about 100 ms and deep beyond. Windows from 20 to 100 ms show neither pair."}}
fig, ax = plt.subplots()
ax.plot(lengths / 16, valleys[:, 0], label="between two clicks, 10 ms apart")
ax.plot(lengths / 16, valleys[:, 1], "--", label="between two tones, 20 Hz apart")
ax.axhline(3, color=plot.INK, lw=0.8, label="3 dB counts as two")
ax.set(xscale="log", xlabel="Window (ms)", ylabel="Valley (dB)", ylim=(-3, 25))
ax.set_xticks([2, 4, 8, 16, 32, 64, 128, 256], [2, 4, 8, 16, 32, 64, 128, 256])
ax.minorticks_off()
ax.set_title("No length of window shows both pairs")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% [markdown]
# No Hann window does it. (For the tones chapter 3 gave a rule of about $2/T$: 20 Hz take 100 ms.) Might a window of another shape? {cite:t}`gabor1946theory` brought mathematics of quantum theory to such questions. A click drawn with window $w$ has the profile $w^2$ in time; a steady tone has the profile $|W|^2$ in frequency, where $W$ is the Fourier transform of $w$. Let $\sigma_t$ and $\sigma_f$ be the standard deviations of these two profiles. In continuous time, for *every* window, $\sigma_t \sigma_f \ge 1/(4\pi)$, and only the bell curve of Gauss reaches the limit. How far from it is Hann's window?


# %%
def spreads(w):
    t = (np.arange(w.size) - w.size / 2) / 16_000
    f = np.fft.fftfreq(16 * w.size, 1 / 16_000)
    power = np.abs(np.fft.fft(w, 16 * w.size)) ** 2
    in_time = np.sqrt(np.average(t**2, weights=w**2))
    in_frequency = np.sqrt(np.average(f**2, weights=power))
    product = f"{in_time * in_frequency:.4f}"
    print(f"{1000 * in_time:6.2f} ms x {in_frequency:6.2f} Hz = {product}")


for length in (64, 512, 2_048):
    spreads(fourier.window("hann", length))
print(f"{1 / (4 * np.pi):28.4f} at least, for any window")

# %% [markdown]
# Within 3 percent. Now ask for profiles no wider than half a gap: $\sigma_t$ at most 5 ms, $\sigma_f$ at most 10 Hz. The product would be 0.05, below the limit: no window, whatever its shape, is so narrow in both.
#
# :::{admonition} Misconception: "so no window can ever show both pairs"
# :class: misconception
# The limit is about spread, and two peaks may stand on a broad foot. STFTs add up as their windows do. Take a needle on a hill: twice the window of 4 ms, plus one of 200 ms.
# :::

# %%
X = 2 * spectrogram.stft(both, win_length=64, **fine)
X += spectrogram.stft(both, win_length=3_200, **fine)
print("between clicks and between tones:", valleys_in(X).round(1), "dB")
needle = np.pad(fourier.window("hann", 64), 1_568)
spreads(2 * needle + fourier.window("hann", 3_200))

# %% [markdown]
# Both pairs, and a product of twelve times the limit: the hill gives each click a foot 200 ms long, the needle gives each tone a foot 1,000 Hz wide, and weaker sounds drown in them. *Two* pictures, with a short window and a long one, show both pairs without feet. The limit does *not* say that the sound is vague. It says how much one window smears at the least.

# %% [markdown]
# ```{explorable} 08_spectrogram
# :title: Your window, your voice
# :alt: Two spectrograms of one sound. With a window of 8 ms two clicks are two lines and two tones one broad band; with 64 ms the tones are two lines and the clicks one.
#
# **Try:** go through all window lengths. Which ones show two clicks, which ones two tones? Then turn the microphone on and whistle, clap and sing while you change the window. The sound is drawn and forgotten; it does not leave this page.
#
# **Notice:** with Hann windows none shows both pairs. A clap is a thin upright line under a short window and a broad one under a long window; a whistle is the other way round. Your voice shows its harmonics with long windows and loses them with short ones.
# ```

# %% [markdown]
# ## What is 0 dB?
#
# While a note dies away, its power falls by many powers of ten, so the picture needs {term}`decibels <decibel>`, and decibels need a reference. Our STFT is not scaled: a full-scale sine on a bin, other than the first and the last, gives $(\sum_n w[n] / 2)^2$. Take that as the reference (`full_scale` above), and a sine of amplitude 0.5 must read −6.02 dB. (So it does in the spectra of chapters 2 and 3. The RMS levels of chapter 2 are 3.01 dB lower for a sine.)

# %%
S = spectrogram.spectrogram(0.5 * steady, n_fft=400, hop_length=160)
ours = spectrogram.power_to_db(S, ref=full_scale)
librosas = librosa.power_to_db(S, ref=full_scale, top_db=None)
print(f"{ours[:, 50].max():.2f} dB, librosa agrees: {np.allclose(ours, librosas)}")

# %% [markdown]
# Many tutorials write `ref=np.max`, as librosa's examples do. Try it on the guitar and on this:

# %%
quiet = 0.05 * note
player(quiet, 16_000, label="The guitar, 26 dB softer")

# %%
pair = [spectrogram.spectrogram(y, **sizes) for y in (note, quiet)]
own = [spectrogram.power_to_db(S, ref=S.max(), top_db=60) for S in pair]
shared = [spectrogram.power_to_db(S, ref=full_scale, top_db=60) for S in pair]
print(f"each re its own maximum: {np.ptp(own, axis=0).max():5.2f} dB apart")
print(f"both re full-scale sine: {np.ptp(shared, axis=0).max():5.2f} dB apart")

# %% [markdown]
# :::{admonition} Misconception: "the brighter picture is the louder sound"
# :class: misconception
# Each against its own maximum, the two pictures are the same, and the 26 dB are gone. A clip of nothing but the recorder's noise would shine like an orchestra. The network of chapter 0 does it on purpose. It should not be an accident.
# :::
#
# ## The mel spectrogram
#
# A spectrogram of 257 rows spends half of them on the octave from 4,000 to 8,000 Hz. Chapter 6 has the cure: {term}`mel` filters that sum the power in 64 bands, before the logarithm.

# %%
filters = mel.mel_filterbank(sr=16_000, n_fft=512, n_mels=64)
bands = filters @ pair[0]
options = {"n_mels": 64, "htk": True, "norm": None}
librosas = librosa.feature.melspectrogram(S=pair[0], sr=16_000, **options)
print(pair[0].shape, "->", bands.shape, "librosa:", np.allclose(bands, librosas))

# %% [markdown]
# Chapter 0 scaled each of its pictures to its own brightest point. Here are the same ten clips against one reference; each colour is 5 dB. Whose brightest point will now be the faintest?

# %% mystnb={"image": {"alt": "Ten mel spectrograms in a 2 by 5 grid on one level scale. Cello, clarinet, flute, saxophone and violin: ladders of horizontal stripes that last; cello brightest. Guitar and double bass: ladders whose upper rungs fade first. Bass drum: a spot at the bottom. Snare drum: two upright strokes. Hi-hat: one short stroke, the faintest of all."}}
units = {"xlabel": "Time (s)", "ylabel": "Frequency (Hz, mel scale)"}
fig, axes = plot.class_grid(**units, figsize=(8.5, 3.4))
for y, sr, label in clips:
    light = sampling.resample(y, orig_sr=sr, target_sr=16_000)[:19_200]
    S_mel = filters @ spectrogram.spectrogram(light, **sizes)
    mel_db = spectrogram.power_to_db(S_mel, ref=full_scale)
    plot.plot_mel(mel_db, sr=16_000, hop_length=160, ax=axes[label], colorbar=False)
    image = axes[label].images[0]
    image.set(clim=(-60, 0), cmap=plt.get_cmap("magma", 12))
fig.colorbar(image, ax=list(axes.values()), label="Level (dB re full-scale sine)")
fig.suptitle("Ten classes, one reference: how they begin, hold and fade")
plt.show()

# %% [markdown]
# What is bowed or blown holds its stripes to the end. What is plucked loses the upper ones first. Drums are strokes and spots. The hi-hat, in chapter 0 as bright as the others, is the faintest.
#
# ## And back again
#
# Is anything lost on the way from samples to $X$? By hand, add the windowed frames of the numbers 1 to 11 where they overlap:

# %%
w = fourier.window("hann", 4)  # 0, 0.5, 1, 0.5
total, weight = np.zeros(11), np.zeros(11)
for start in (0, 2, 4, 6):
    total[start : start + 4] += w * few[start : start + 4]
    weight[start : start + 4] += w
print(total)
print(weight)

# %% [markdown]
# Inside, the numbers are back: there the windows add up to 1. This is {term}`overlap-add`, one of the two ways back that {cite:t}`allen1977unified` brought together. Towards the ends, dividing by the weight repairs the 2 and the 10. But the 1 and the 11 have weight 0, and nothing brings them back. So the windows need not add up to a constant. The condition is that **no sample has weight zero**. (With padding only zeros are lost at the ends.) The inverse in the package, {func}`istft <audiocls.spectrogram.istft>`, weights each frame by the window once more and divides by the sum of $w^2$, for a reason that will come soon; the condition is the same.
#
# :::{admonition} Predict
# :class: predict
# Hann's window of 512 samples is zero at its first sample only. With which of these hops does the guitar come back: 128, 200, 512?
# :::

# %%
w = fourier.window("hann", 512)
print("hop   constant sum   never zero   sound is back")
for hop in (128, 200, 512):
    X = spectrogram.stft(note, n_fft=512, hop_length=hop)
    back = spectrogram.istft(X, hop_length=hop, length=note.size)
    constant = scipy.signal.check_COLA(w, 512, 512 - hop)
    never_zero = scipy.signal.check_NOLA(w, 512, 512 - hop)
    equal = np.abs(back - note).max() < 1e-12
    print(f"{hop} {constant!s:>12} {never_zero!s:>12} {equal!s:>12}")

# %% [markdown]
# At a hop of 200 the windows add up to a wavy line, and the sound is back all the same. At 512 one sample in 512 is lost. So $X$ keeps everything as long as the condition holds, no wonder: at a hop of 128 it has 257 complex numbers for every 128 real ones. The loss is in the step from $X$ to the picture.
#
# ## Without the phases
#
# The picture is $|X|$; the phases are gone. Let the computer throw dice for them, one angle for every point.

# %%
rng = np.random.default_rng(0)
phases = np.exp(2j * np.pi * rng.random(picture.shape))
dice = spectrogram.istft(picture * phases, **sizes, length=note.size)
error = np.abs(spectrogram.stft(dice, **sizes)) - picture
print(f"picture off by {np.sum(error**2) / np.sum(picture**2):.1%} of its power")
player(dice, 16_000, label="The guitar's magnitudes, random phases")

# %% [markdown]
# We put the guitar's magnitudes in, and the sound has *other* magnitudes. Neighbouring frames share 240 of their 400 samples, so their spectra cannot be chosen freely, and most arrays are the STFT of no sound at all. `istft` then returns the sound whose STFT is nearest in the sense of least squares; that is why it weights by $w$ and divides by the sum of $w^2$ {cite:p}`griffin1984signal`.
#
# This is also the way out. Take the nearest sound's phases, put the wanted magnitudes in again, go back to sound, and repeat. Griffin and Lim proved that the error never grows. Five rounds by hand:

# %%
X = picture * phases
for _ in range(5):
    nearest = spectrogram.istft(X, **sizes, length=16_000)
    found = spectrogram.stft(nearest, **sizes)
    X = picture * found / np.abs(found)
by_hand = spectrogram.istft(X, **sizes, length=16_000)
settings = {"n_iter": 5, "momentum": 0, "seed": 0, "length": 16_000}
ours = spectrogram.griffin_lim(picture, **sizes, **settings)
print("audiocls:", np.allclose(by_hand, ours))

# %% [markdown]
# The {term}`Griffin-Lim algorithm` in the package has one more trick, from {cite:t}`perraudin2013fast`: each step goes on beyond its goal (`momentum=0.99`, as in librosa). The proof does not cover that, so measure it:

# %% mystnb={"image": {"alt": "Error of the picture against the number of rounds, from 0 to 64. All curves start near minus 4 dB. Without momentum it falls quickly at first, then slowly. With momentum, ours and librosa's fall further, to below minus 20 dB."}}
rounds = [0, 1, 2, 4, 8, 16, 32, 64]
given = sizes | {"length": 16_000}
ours = spectrogram.griffin_lim
makers = {
    "momentum 0": lambda n: ours(picture, **given, n_iter=n, momentum=0),
    "momentum 0.99": lambda n: ours(picture, **given, n_iter=n),
    "librosa": lambda n: librosa.griffinlim(picture, **given, n_iter=n, random_state=0),
}
fig, ax = plt.subplots()
for (name, make), style in zip(makers.items(), ("o-", "s-", "x:"), strict=True):
    errors = [np.abs(spectrogram.stft(make(n), **sizes)) - picture for n in rounds]
    ratios = [np.sum(error**2) / np.sum(picture**2) for error in errors]
    ax.plot(rounds, 10 * np.log10(ratios), style, label=name)
ax.set(xlabel="Rounds", ylabel="Error (dB re picture)")
ax.set_title("More rounds bring the picture nearer, ever more slowly")
ax.legend()
plt.show()

# %% [markdown]
# With momentum the error after 32 rounds is about −20 dB, a hundredth of the picture's power. And the sound? Look at 25 ms of the note.
#
# :::{admonition} Predict
# :class: predict
# If the pictures are so near, how near are the waveforms?
# :::

# %% mystnb={"image": {"alt": "Three waveforms of 25 ms. The guitar repeats one shape six times. Random phases: the wave swells and shrinks and never repeats. After 32 rounds: a shape that comes back six times, at the same period, but changes a little each time and is not the guitar's."}}
fig, axes = plt.subplots(1, 3, figsize=(7.5, 2.2), sharey=True)
sounds = {"the guitar": note, "random phases": dice, "32 rounds": rebuilt}
for ax, (name, y) in zip(axes, sounds.items(), strict=True):
    plot.plot_waveform(y[6_000:6_400], 16_000, ax=ax, start=0.375)
    ax.set(title=name, ylabel="", xlabel="")
axes[0].set_ylabel("Amplitude\n(full scale = 1)")
fig.suptitle("Griffin-Lim finds the period, not the shape", fontsize=10)
fig.supxlabel("Time (s)", fontsize=10)
plt.show()

# %% [markdown]
# Not near at all. With random phases the wave never repeats, and its strength wanders: listen for it in the player. Griffin-Lim finds the period again, because overlapping frames hold each other to it. But the partials have other phases than the guitar's, and drift against each other, so the wave has another shape, and a changing one. That, and the hundredth that is left, is what has changed in the second player of this chapter. Some of it no algorithm can know: turn a wave upside down, and its picture stays the same.
#
# :::{admonition} Misconception: "a spectrogram is the sound in another form"
# :class: misconception
# The STFT is. The spectrogram keeps one of the two numbers in each complex number. Overlap makes up for much of it. {ref}`Exercise 4 <ex-spectrogram-fit>` shows a picture without overlap: there *any* phases fit.
# :::
#
# Last, what does the network of chapter 0 get? Bands instead of bins, and no phases. Guess the bins with the pseudo-inverse of the filters, the matrix that comes nearest to undoing them (nothing may be negative), then the phases as before:

# %%
guess = np.maximum(np.linalg.pinv(filters) @ bands, 0)
heard = spectrogram.griffin_lim(np.sqrt(guess), **sizes, length=note.size)
print(f"{bands.size:,} numbers for {note.size:,} samples")
player(heard, 16_000, label="The guitar, made from its 64 mel bands")

# %% [markdown]
# Can you still name it? Then what names it is in these 6,464 numbers, and there is hope for a network. Where several {term}`partials <partial>` share a band, nothing tells them apart. Chapter 10 keeps even less: 13 numbers a column.
#
# ## Check yourself
#
# **Two clicks are 8 ms apart, and two steady whistles sound at 1,000 and 1,015 Hz. You want to see both pairs. What do you do?**
#
# <details class="quiz"><summary>Take a window of 30 ms, between the two needs.</summary>That was the column in the middle: it showed neither pair.</details>
# <details class="quiz"><summary>Take a short window, and a long transform filled up with zeros.</summary>Zero padding draws more points on the same wide curve (chapter 3).</details>
# <details class="quiz"><summary>Make two spectrograms.</summary>Right: a short window for the clicks, a long one for the whistles.</details>
#
# **A program that does not centre its frames cuts 16,000 samples a second into frames of 400, a hop of 160 apart. Which time does column 50 describe best?**
#
# <details class="quiz"><summary>0.5000 s</summary>That is where the frame starts, and a Hann window is zero there.</details>
# <details class="quiz"><summary>0.5125 s</summary>Right: 50 × 160 + 200 samples, the middle of the frame.</details>
# <details class="quiz"><summary>0.5250 s</summary>That is where the frame ends.</details>
#
# ## In this chapter we have
#
# - turned a sound into a picture whose numbers equal those of SciPy and librosa, and said for each column which samples it has seen;
# - chosen a window by what we wanted to see, and found that no length shows both two clicks and two close tones;
# - gone back from the picture to sound: exactly with the phases, nearly without them.
#
# **In the package:** {func}`~audiocls.spectrogram.frame` cuts a sound into frames, {func}`~audiocls.spectrogram.stft` transforms them, {func}`~audiocls.spectrogram.spectrogram` and {func}`~audiocls.spectrogram.power_to_db` make what we drew, and {func}`~audiocls.spectrogram.griffin_lim` goes back from a picture to a sound.
#
# ## Exercises

# %% [markdown]
# ```{exercise} Counting columns
# :label: ex-spectrogram-count
# Two seconds at 22,050 Hz, frames of 2,048 samples, a hop of 512: how many columns are there without padding, with zeros at the end, and with centred frames? And why does `librosa.stft(second, n_fft=512, win_length=400, hop_length=160, center=False)` give 97 columns for the 16,000 samples of `second`, and not 98?
# ```
#
# ```{solution-start} ex-spectrogram-count
# :class: dropdown
# ```

# %%
hops = (44_100 - 2_048) / 512
print(f"{hops:.2f} hops:", 1 + int(hops), 1 + int(np.ceil(hops)), 1 + 44_100 // 512)
print("librosa:", librosa.stft(np.zeros(44_100)).shape[-1])  # its default sizes
inside = {"n_fft": 512, "win_length": 400, "hop_length": 160, "center": False}
print("400 inside 512:", librosa.stft(second, **inside).shape[-1])

# %% [markdown]
# Whole frames only; one more to finish the last; and, centred, one for each multiple of 512 from 0 to the end. In the last line all 512 samples of the transform must fit, not only the window's 400: 1 + (16,000 − 512) / 160, rounded down.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Predict, then listen
# :label: ex-spectrogram-flip
# Take the magnitudes of the three climbing tones. (a) Reverse the columns. (b) Reverse the rows. Write down what you will hear, with the frequencies of (b), then let `griffin_lim` make the sounds.
# ```
#
# ```{solution-start} ex-spectrogram-flip
# :class: dropdown
# ```

# %%
three = np.abs(spectrogram.stft(up, n_fft=256, hop_length=64))
flips = {"Columns reversed": three[:, ::-1], "Rows reversed": three[::-1]}
for name, flipped in flips.items():
    y = spectrogram.griffin_lim(flipped, hop_length=64, length=up.size)
    found = np.abs(np.fft.rfft(y.reshape(3, -1))).argmax(axis=1) * 8_000 / 2_400
    print(name, found.round().astype(int), "Hz")
    display(player(y, 8_000, label=name))

# %% [markdown]
# (a) is the backwards player of the beginning. (b) puts $f$ where 4,000 Hz − $f$ was, so the tones are high and *fall*: 3,600, 3,400, 3,100 Hz. (One frequency may be a few Hz off.)
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Two strings
# :label: ex-spectrogram-strings
# Two guitar strings sound at 220 and 223 Hz. From the result for 20 Hz, predict how long Hann's window must be for a valley of 3 dB. Then try it.
# ```
#
# ```{solution-start} ex-spectrogram-strings
# :class: dropdown
# ```

# %%
strings = [sampling.tone(f, sr=3_000, seconds=3, amplitude=0.2) for f in (220, 223)]
for ms in (400, 600, 700, 800):
    long = {"n_fft": 6_000, "win_length": 3 * ms, "hop_length": 100}
    S = spectrogram.spectrogram(sum(strings), **long)
    lines = S[:, 30:60].mean(axis=1)  # bins of 0.5 Hz; three beats, from 1 to 2 s
    valley = 10 * np.log10(min(lines[440], lines[446]) / lines[443])
    print(f"{ms} ms: {valley:4.1f} dB")

# %% [markdown]
# 20/3 of 102 ms is 680 ms: the window grows as the gap shrinks. Whoever tunes them listens to the beats instead, three a second.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} A perfect fit that sounds wrong
# :label: ex-spectrogram-fit
# Take a rectangular window (`"boxcar"`) and a hop as long as the frame, 512 samples, so that no frames overlap. Give the guitar's magnitudes random phases. How large is the error of the picture now, and how does it sound?
# ```
#
# ```{solution-start} ex-spectrogram-fit
# :class: dropdown
# ```

# %%
apart = {"hop_length": 512, "window": "boxcar", "center": False}
wanted = np.abs(spectrogram.stft(note, n_fft=512, **apart))
phases = np.exp(2j * np.pi * rng.random(wanted.shape))
phases[[0, -1]] = np.sign(phases[[0, -1]].real)  # at 0 and 8,000 Hz: only a sign
wrong = spectrogram.istft(wanted * phases, **apart)
print("fits:", np.allclose(np.abs(spectrogram.stft(wrong, n_fft=512, **apart)), wanted))
player(wrong, 16_000, label="No overlap, random phases")

# %% [markdown]
# There is no error, and no algorithm could do better: every choice of phases is right. But every 32 ms, at each joint, the wave jumps: a rattle.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} An eraser
# :label: ex-spectrogram-eraser
# Add a whistle of 3,000 Hz, amplitude 0.05, to the guitar, and remove it with `stft`, an eraser of your choice and `istft`. How near to the guitar do you come? Then erase something harder: a hi-hat over the guitar. There is no best answer.
# ```
#
# ```{solution-start} ex-spectrogram-eraser
# :class: dropdown
# ```

# %%
mixed = note + sampling.tone(3_000, sr=16_000, seconds=1, amplitude=0.05)
X = spectrogram.stft(mixed, **sizes)
X[94:99] = 0  # bins of 31.25 Hz: 2,937.5 to 3,062.5 Hz
erased = spectrogram.istft(X, **sizes, length=note.size)
for name, y in (("before", mixed), ("after", erased)):
    ratio = np.sum((y - note) ** 2) / np.sum(note**2)
    print(f"{name}: error {10 * np.log10(ratio):.1f} dB re guitar")
display(player(mixed, 16_000, label="Guitar and whistle"))
display(player(erased, 16_000, label="The whistle erased"))

# %% [markdown]
# Five bins are enough for a steady tone: the main peak of Hann's window of 400 samples is 160 Hz wide. What remains is the whistle's abrupt start and end, which lie across all frequencies, its ripples (chapter 3), and what the eraser took from the guitar. A hi-hat has no stripe of its own: where it lies over the note, whatever you take from the one you also take from the other.
#
# ```{solution-end}
# ```

# %% [markdown]
# ## Further reading
#
# - {cite:t}`koenig1946sound`: the machine, and spectrograms of voices, animals and music. {cite:t}`gabor1946theory`: at least the first pages.
# - {cite:t}`allen1977unified`: the STFT seen as frames and as a bank of filters, and why both are one. {cite:t}`griffin1984signal`: with the proofs behind `istft` and `griffin_lim`.
# - {cite:t}`muller2015fundamentals`, chapter 2: the STFT with music in mind; its notebooks are free online.
# - {cite:t}`smith2007mathematics`, free to read online: a short proof of the uncertainty relation in an appendix.
#
# The functions of this chapter are described in the {doc}`reference of audiocls.spectrogram </book/api/spectrogram>`.
