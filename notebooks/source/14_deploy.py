# %% [markdown]
# # 14. Deployment
#
# **How does it get out of the notebook?** A network is trained, and you have the score of a test. Now somebody sends you this recording. Listen once, and write down which instruments play, and from which second to which.

# %%
import json
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Markdown, display

from audiocls import audio, cli, datasets, features, plot, sampling
from audiocls import spectral_density, spectrogram
from audiocls.classifier import PRETRAINED, Classifier
from audiocls.learn import export, networks
from audiocls.learn.frontend import FrontEnd
from audiocls.measure import card, figures
from audiocls.mel import mel_filterbank
from audiocls.mfcc import mfcc
from audiocls.player import player
from audiocls.windows import Voting, cut_windows

plot.use_style()

# %%
phrases = datasets.load("rendered", phrases=True, per_class=3)
parts, sr = [phrases.audio(i)[0] for i in (21, 18, 10, 13, 27)], 44_100
phrase = np.concatenate(parts)
light = sampling.resample(phrase, orig_sr=sr, target_sr=16_000)
player(light, 16_000, label="Which instruments, and when?")

# %% [markdown]
# A useful program has to answer such a question on a computer without a notebook, about a file of any length, and without fooling anybody when it cannot know. So far our network lives in a Python session with TensorFlow in it. This chapter takes it out.
#
# **You will**
#
# - write front end and network into one file, and check that it gives the same scores as the code it came from,
# - use that file from a command line, on recordings of any length, and work on many files with several cores or machines,
# - say what such a program must not be used for, and show by experiment why.
#
# **You need** chapters 8, 10, 11 and 13 (what a {term}`score` is worth), and about 60 minutes. All sounds are rendered; where a number is from real recordings, or from a clock, the text says so.
#
# ## What it answers, second by second
#
# The network that comes with the book hears {term}`windows <window>` of two seconds, one every half second. In the figure ({func}`audiocls.measure.figures.plot_window_scores`) each column is one window, drawn at its middle, and each white line the beginning of another instrument.
#
# :::{admonition} Predict
# :class: predict
# The instruments are a saxophone, a hi-hat (for one second), a clarinet, a double bass and a violin. Where is the network least sure?
# :::

# %% mystnb={"image": {"alt": "Scores of the windows of the phrase as a picture, one row a class, time to the right. Saxophone, hi-hat, clarinet, double bass and violin are bright one after the other. Around each line the scores are divided between neighbours; the hi-hat, which lasts one second, is bright from almost a second before it begins."}}
classifier = Classifier("cnn")
found = classifier.predict(phrase, sr)
fig, ax = plt.subplots(figsize=(7, 2.3))
options = {"hop_seconds": 0.5, "window_seconds": 2.0, "ax": ax}
figures.plot_window_scores(found.windows, classifier.labels, **options)
for seam in np.cumsum([part.size for part in parts])[:-1] / sr:
    ax.axvline(seam, color="white", lw=1.5)
ax.set_title("Sure inside an instrument, in doubt between two")
plt.show()

# %% [markdown]
# At every change of instrument a window holds two of them, and the network was taught on one at a time. The column drawn at 3 s has heard everything from 2 to 4 s, so an instrument can be named up to a second before it begins. The hi-hat is: it lasts one second, so no window has it alone, yet its strokes win against what sounds beside them. How many windows are there? One at sample 0, then one every hop until one reaches the end:

# %%
n = round(phrase.size * classifier.sr / sr)
count = 1 + int(np.ceil((n - classifier.length) / classifier.hop))
print(f"{n:,} samples, by hand {count} windows, classifier {len(found.windows)}")
print(f"one answer for all: {found.label} {found.score:.0%}, sure: {found.sure}")

# %% [markdown]
# The answer for the whole recording (a {class}`audiocls.classifier.Prediction`) is the mean over the windows that vote, those within 40 dB of the loudest; loud ones count more, and the first near the loudest counts eight times, since it holds the {term}`attack` (chapter 11). For five instruments in a row it means little. The network's file says how high a score must be to count as an answer; here the program is *not sure*.
#
# ## From samples to scores by multiplication
#
# If the network is to run elsewhere, everything before it has to go along: {term}`frames <frame>`, window, Fourier transform, mel bands, logarithm. Written anew in another language, each of these is a chance for a small difference that nobody notices (chapter 10). So we write it as what a network is made of: multiplications and sums.
#
# The Fourier transform of one frame is a product with two matrices, one of cosines and one of sines. On four samples:

# %%
y = np.array([1.0, 2.0, 0.0, -1.0])
angle = 2 * np.pi / 4 * np.outer(np.arange(4), np.arange(3))
real, imaginary = y @ np.cos(angle), -y @ np.sin(angle)
print(real.round(2) + 0.0, imaginary.round(2) + 0.0)
print("NumPy:", np.allclose(np.fft.rfft(y), real + 1j * imaginary))

# %% [markdown]
# The frame moves along the waveform, a hop at a time, and each time is multiplied with the same numbers. That is a {term}`convolution` layer (chapter 11) whose filters nobody has trained: they are cosines and sines, already multiplied with the frame's window. The mel bands are a matrix too (chapter 6). The whole front end of our network, for two seconds of the saxophone:

# %%
front_end = FrontEnd("log_mel", 2.0, 64, win_seconds=0.032, hop_seconds=0.020)
y = light[: front_end.length]
padded = np.pad(y, (0, 512 - 320))  # zeros fill the last frame
frames = spectrogram.frame(padded, frame_length=512, hop_length=320).T
print(frames.shape, "frames and samples")

# %%
hann = np.hanning(513)[:-1, np.newaxis]
angle = 2 * np.pi / 512 * np.outer(np.arange(512), np.arange(257))
power = (frames @ (hann * np.cos(angle))) ** 2 + (frames @ (hann * np.sin(angle))) ** 2
bands = power / 512 @ mel_filterbank(sr=16_000, n_fft=512, n_mels=64).T
print(bands.shape, "frames and mel bands")

# %%
levels = 10 * np.log10(np.maximum(bands, 1e-14))
by_hand = np.maximum(levels - levels.max(), -80)
by_package = front_end(y[np.newaxis])[0].T
print("audiocls:", np.allclose(by_package, by_hand, atol=0.01))

# %% [markdown]
# Matrix products, squares, maxima, a logarithm. {class}`audiocls.learn.frontend.FrontEnd` computes the same with a fast Fourier transform. The matrices cost more multiplications, but they run wherever networks run.
#
# **Predict:** the network has {printed}`([\d,]+) weights;` weights. Is the front end larger or smaller, counted in numbers?

# %%
from collections import Counter

import onnx

graph = onnx.load(PRETRAINED / "cnn.onnx")
sizes = Counter()
for tensor in graph.graph.initializer:
    sizes["log_mel" in tensor.name] += int(np.prod(tensor.dims))
print(f"in the file: front end {sizes[True]:,}, network {sizes[False]:,}")
print(f"by hand: front end {2 * 257 * 512 + 257 * 64:,}")

# %% [markdown]
# The part that nobody trained is three times as large; ten of its numbers are constants such as the floor of −80 dB. (The network's count is a little below its weights: batch normalization is multiplied into its neighbours when the file is written.)
#
# ## One file
#
# The file that we have just opened is in a format called {term}`ONNX`: a list of operations, which outputs go into which inputs, and the constants. Such a description is a {term}`graph`. Let us make one. A full training ({func}`audiocls.learn.training.train_classifier`) takes minutes; a tiny network will do: the means of 13 MFCCs over one second, and one layer, trained on the rendered clips.

# %%
clips = datasets.load("rendered")
small = FrontEnd("mfcc", 1.0, 13)
waves = [sampling.resample(y, orig_sr=rate, target_sr=small.sr) for y, rate, _ in clips]
windows = np.concatenate([cut_windows(y, [0], length=small.length) for y in waves])
X = small(windows).swapaxes(1, 2)
print(windows.shape, "->", X.shape)

# %%
keras = networks.load_keras()
keras.utils.set_random_seed(0)
layers = [keras.layers.BatchNormalization(), keras.layers.GlobalAveragePooling1D()]
layers.append(keras.layers.Dense(10, activation="softmax"))
tiny = keras.Sequential([keras.Input(small.shape), *layers])
print(f"{tiny.count_params()} weights")

# %% tags=["nbval-ignore-output"]
tiny.compile(keras.optimizers.Adam(0.05), loss="sparse_categorical_crossentropy")
tiny.fit(X, clips.targets, epochs=40, batch_size=300, verbose=0)
by_keras = tiny.predict(X, verbose=0)
right = np.mean(by_keras.argmax(axis=1) == clips.targets)
print(f"{right:.0%} right on the very clips it learnt from")

# %% [markdown]
# How good it is does not matter here. {func}`audiocls.learn.export.export_onnx` puts the front end before it ({func}`audiocls.learn.export.full_model`), writes the file, and {class}`audiocls.classifier.Classifier` opens it: waveforms in, scores out. Are they Keras's scores?

# %%
holder = tempfile.TemporaryDirectory()
folder = Path(holder.name)
file = folder / "tiny.onnx"
voting = Voting(hop_seconds=0.5)
export.export_onnx(tiny, small, file, labels=clips.labels, voting=voting)
by_file = Classifier(file).score_windows(windows)
print("all scores within 0.0001:", np.abs(by_file - by_keras).max() < 1e-4)

# %% [markdown]
# Scores can agree by luck, where all are close to 0 or 1. So look at the front end alone. A network that only lays its input out in a row lets the file hand us its MFCCs:

# %%
for kind, bands in (("mfcc", 13), ("log_mel", 64)):
    part = FrontEnd(kind, 1.0, bands)
    row = keras.Sequential([keras.Input(part.shape), keras.layers.Flatten()])
    names = [str(k) for k in range(part.shape[0] * bands)]
    export.export_onnx(row, part, folder / "row.onnx", labels=names, voting=voting)
    inside = Classifier(folder / "row.onnx").score_windows(windows)
    outside = part(windows).swapaxes(1, 2).reshape(inside.shape)
    print(f"{kind:8}within 0.01: {np.abs(inside - outside).max() < 0.01}")

# %% [markdown]
# MFCCs and decibels are the same to better than a hundredth, whether `audiocls` computes them or the file does.
#
# :::{admonition} Misconception: "a file with 32-bit numbers gives other answers than the mathematics"
# :class: misconception
# The file computes with about seven significant digits. Here is the same tiny classifier in NumPy with sixteen, from the waveform on. The digits differ; does any answer?
# :::

# %%
gain, offset, mean, variance, W, b = [w.astype(float) for w in tiny.get_weights()]
C = mfcc(windows.astype(float), small.sr).swapaxes(1, 2)
gain /= np.sqrt(variance + tiny.layers[0].epsilon)
Z = ((C - mean) * gain + offset).mean(axis=1) @ W + b
exact = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
print(exact.dtype, exact.shape)

# %%
changed = np.sum(exact.argmax(axis=1) != by_file.argmax(axis=1))
print(f"scores within 0.0001: {np.abs(exact - by_file).max() < 1e-4}")
print(f"clips with another answer: {changed} of {len(clips)}")

# %% [markdown]
# Rounding changes the scores by less than a ten-thousandth. It could change an answer only where two classes are as close as that. The third exercise rounds further.
#
# ## What is in the file
#
# Scores without names are of no use, and neither are answers about sound at a wrong rate. So the file carries what is needed to use it, as text beside the graph:

# %%
text = {entry.key: entry.value for entry in graph.metadata_props}
voting, facts = (json.loads(text.pop(key)) for key in ("voting", "facts"))
for key, value in (text | voting).items():
    print(f"{key}: {str(value)[:48]}")
print(f"{facts['parameters']:,} weights; {facts['command']}")

# %% [markdown]
# These are the names in the order of the scores, the {term}`sampling rate`, and the length of the windows in samples. Then comes how the windows vote (chapter 11): their distance in seconds, what level and attack count, the {term}`temperature`, and the score from which an answer counts. The last two were written after the training, by `audiocls calibrate`, from a measured result. At the end stand the facts of the training. There is no Python in it. Its operations are a short list of words, which the program that reads it knows:

# %%
operations = Counter(node.op_type for node in graph.graph.node)
print(*(f"{name} {count}" for name, count in operations.most_common(8)), sep=", ")
print(f"{len(operations)} different operations in all")

# %% [markdown]
# :::{admonition} Misconception: "a model file is just data"
# :class: misconception
# It depends on the format. Python's own way to store objects, *pickle*, stores instructions for rebuilding them, and an instruction can be any function call. The next cell stores an object and loads it, nothing else.
# :::
# %%
import pickle

call = {"__reduce__": lambda _: (print, ("I ran, and you only wanted to load me.",))}
stored = pickle.dumps(type("Network", (), call)())
loaded = pickle.loads(stored)

# %% [markdown]
# The call was a harmless `print`. It could have been one that deletes your files; Python's documentation says to unpickle only what you trust. Model files of PyTorch and of scikit-learn are often pickles under another name. An ONNX file can only name operations that its reader has. That makes it safer, not safe: a crafted file may exploit faults of the reader.
#
# ## Out of the notebook
#
# Another process, which knows nothing of this session, gets a sound file and answers in JSON, a text that any program can read:

# %%
import subprocess
import sys

audio.write(folder / "phrase.wav", phrase, sr)
command = [sys.executable, "-m", "audiocls", "predict", "--json", "phrase.wav"]
options = {"cwd": folder, "stdout": subprocess.PIPE, "text": True}
answer = json.loads(subprocess.run(command, check=True, **options).stdout)
print({key: answer[key] for key in ("file", "label", "seconds", "sure")})

# %%
same = [abs(found.scores[label] - answer["scores"][label]) for label in found.scores]
print("the notebook's scores:", max(same) < 1e-3)

# %% [markdown]
# (Not to the last digit: the file stores the phrase with 16 bits a sample, see chapter 2.)
#
# :::{admonition} Misconception: "to predict, one needs the framework that trained the network"
# :class: misconception
# The next process predicts, then lists which of the usual suspects it has loaded.
# :::

# %%
code = """import sys
from audiocls.cli import main
main(["predict", "--top", "1", "phrase.wav"])
print({"tensorflow", "keras", "librosa"} & set(sys.modules) or "none of them")"""
print(subprocess.run([sys.executable, "-c", code], check=True, **options).stdout)

# %% [markdown]
# The file is read by *onnxruntime*, a library that only runs graphs. Is it worth the trouble? Two programs were timed on a machine with two cores, each from a cold start: a new process, one clip, one answer. With TensorFlow it took {result}`cold-start: cold_start/ratio/cpu_seconds: .0f` times the processor time of `audiocls predict`, {result}`cold-start: cold_start/ratio/seconds: .0f` times as long by the clock, and {result}`cold-start: cold_start/ratio/megabytes: .0f` times the memory ({result}`cold-start: cold_start/tensorflow/megabytes: .0f` MB against {result}`cold-start: cold_start/audiocls/megabytes: .0f` MB). On the disk the libraries take {result}`cold-start: disk_megabytes/tensorflow: ,.0f` MB against {result}`cold-start: disk_megabytes/onnxruntime: .0f` MB. The numbers are from `results/cold-start.json`; `python -m benchmarks.cold_start` measures yours.
#
# Here the advantage ends. With everything loaded and on one thread, our front end and the Keras network took {result}`cold-start: milliseconds_a_window/1/ratio: .1f` times as long as the file for a single window, and {result}`cold-start: milliseconds_a_window/32/ratio: .1f` times for 32 windows at once. What we win is the start and the size, hardly the arithmetic.
#
# The very same file runs in the page [Which instrument is it?](../book/classify.md), read by *onnxruntime-web*, the same library made for browsers. There the sound does not leave the listener's machine.
#
# ## A command line does not lose its temper
#
# A program outside a notebook meets files that are no sound, and a thousand files must not be lost because of one. So: one line for each mistake, on the channel for errors, the others answered, and at the end a number that other programs can check: 0 if all went well.

# %%
import contextlib

(folder / "letter.wav").write_text("I am a letter, not a sound.")
with contextlib.chdir(folder), contextlib.redirect_stderr(sys.stdout):
    status = cli.main(["predict", "--top", "2", "letter.wav", "lost.wav", "phrase.wav"])
print("status:", status)

# %% [markdown]
# Each message names the file and what to do next. {func}`audiocls.cli.main` is the program; all its commands have {doc}`a page of their own </book/api/cli>`.
#
# ## Files of any length
#
# Ten minutes of sound at 44,100 Hz are more than a hundred megabytes of samples, and windows of two seconds every half second hold each of them four times. {meth}`audiocls.classifier.Classifier.predict_file` reads twenty seconds, resamples them ({func}`audiocls.sampling.resample_blocks`), scores the windows that are whole, keeps only the rest, and goes on. **Predict:** the file gets ten times as long. What does the memory do?

# %% tags=["nbval-ignore-output"]
import tracemalloc

peaks, streamed = [], {}
for repeats in (6, 60):
    audio.write(folder / "long.wav", np.tile(light, repeats), 16_000)
    tracemalloc.start()
    streamed[repeats] = classifier.predict_file(folder / "long.wav")
    peaks.append(tracemalloc.get_traced_memory()[1] / 1e6)
    tracemalloc.stop()
    minutes, mb = streamed[repeats].seconds / 60, 4e-6 * light.size * repeats
    print(f"{minutes:.1f} min: peak {peaks[-1]:.0f} MB; the samples alone: {mb:.0f} MB")

# %%
assert peaks[1] < 1.2 * peaks[0]
print(f"windows: {len(streamed[6].windows)} and {len(streamed[60].windows):,}")
whole = classifier.predict(*audio.read(folder / "long.wav"))
same = np.allclose(streamed[60].windows, whole.windows, atol=1e-4)
print("streamed equals whole:", same)

# %% [markdown]
# The peak of what Python and NumPy hold stays where it was: all that grows is the list of scores, ten numbers a window. And nothing is lost at the seams between blocks: the scores are those of the whole recording read at once.
#
# ## A score for everything
#
# Whatever comes in, ten scores come out that add up to 1. **Predict** for each of these: which name, and is the classifier sure?

# %%
loud = {"sr": 16_000, "seconds": 2, "amplitude": 0.3}
hiss, beep = spectral_density.noise("white", n=32_000), sampling.tone(440, **loud)
strange = {"silence": 0 * hiss, "noise": hiss, "sine of 440 Hz": beep}
strange["sweep"] = sampling.chirp(100, 4_000, **loud)
display(player(strange["sweep"], 16_000, label="A sweep, 100 to 4,000 Hz"))

# %%
for name, y in strange.items():
    answer = classifier.predict(y, 16_000)
    said = plot.pretty(answer.label)
    print(f"{name:15}{said:17}{answer.score:4.0%}  sure: {answer.sure}")

# %% [markdown]
# :::{admonition} Misconception: "it gave a score, so it knows what this is"
# :class: misconception
# A sweep made by a formula is called an instrument, and more surely than most recordings of instruments are: of the real clips, {result}`freesound-cnn-source: answers/6/1: .0%` got 90 % or more from a network that had not heard their session. And instruments it was never taught? Six kinds, three notes each, none of them among its ten words:
# :::

# %%
others = datasets.rendered.load(classes=datasets.rendered.OTHERS, per_class=3)
answers = [classifier.predict(*others.audio(i)) for i in range(len(others))]
sure = [answer.sure for answer in answers]
print(", ".join(sorted(set(others.table.label))))
print(f"{sum(sure)} of {len(sure)} get an answer that counts as sure, all wrong")

# %% [markdown]
# "Not sure" helps a little against close calls between the ten. Of the real recordings, each asked of a network that had not heard its session, {result}`freesound-cnn-source: answers/3/1: .0%` got an answer, and of these answers {result}`freesound-cnn-source: answers/3/2: .0%` were right; of all clips {result}`freesound-cnn-source: clip_accuracy/mean: .0%` (95 % interval {result}`freesound-cnn-source: clip_accuracy/interval/0: .0%` to {result}`freesound-cnn-source: clip_accuracy/interval/1: .0%`). Against sounds of another kind it protects little, so somebody must say so. The place is a {term}`model card`, a page that goes with the file {cite:p}`mitchell2019model`: what it learnt from, how well it did and on what, and what it must not be used for. Ours ends like this:

# %%
text = (PRETRAINED / "cnn.md").read_text()
display(Markdown(text.split("## Intended use")[1].strip()))

# %% [markdown]
# {func}`audiocls.measure.card.model_card` takes a card's numbers from the file's facts and from result files. A file that does not say where it comes from gets no card:

# %%
try:
    card.model_card(Classifier(file))
except ValueError as error:
    print(error)

# %% [markdown]
# ## The rate belongs to the sound
#
# :::{admonition} Misconception: "the sampling rate does not matter, the network sees the same numbers"
# :class: misconception
# Take one clip of each class at 44,100 Hz, and ask three times: as it is; resampled to 22,050 Hz; and as it is, but claimed to be at 16,000 Hz, as happens if somebody forgets to resample.
# :::

# %%
ten = [y for y, _, _ in clips.one_per_class()]
half = [sampling.resample(y, orig_sr=44_100, target_sr=22_050) for y in ten]
first = [classifier.predict(y, 44_100).label for y in ten]
for name, waves, rate in (("resampled", half, 22_050), ("wrong rate", ten, 16_000)):
    labels = [classifier.predict(y, rate).label for y in waves]
    print(f"{name}: {np.sum(np.not_equal(labels, first))} of 10 answers changed")
player(ten[7][:22_050], 16_000, label="A saxophone, played at 16,000 Hz")

# %% [markdown]
# Resampled, these clips get the same answers. At a claimed 16,000 Hz, every clip is 2.8 times as slow and almost one and a half {term}`octaves <octave>` lower, as you hear. An array does not know its rate. That is why the functions of this package have no default for it, and why the classifier's file names its own.
#
# ## Many files, several cores, several machines
#
# For training one wants features of thousands of files. `audiocls features *.wav --out FOLDER` writes an array for each, whole or not at all ({func}`audiocls.atomic.replacing`). Behind it is {func}`audiocls.features.extract_files`: it calls {func}`audiocls.features.extract` for every file and says what became of each ({class}`audiocls.features.Extracted`). Files do not depend on one another, so the library *joblib* can hand out several at a time: `--jobs 2`, or `jobs=2` in Python. The function with one job, and the command with two:

# %%
paths = [clips.path(i) for i in range(0, 300, 15)]
done = features.extract_files(paths, folder / "jobs1", target_sr=16_000)
print(len(done), "files; first", done[0].shape, "coefficients and frames")
command = [sys.executable, "-m", "audiocls", "features", "--jobs", "2"]
command += ["--out", "jobs2", *map(str, paths)]
print(subprocess.run(command, check=True, **options).stdout.splitlines()[0])

# %%
arrays = {}
for way in ("jobs1", "jobs2"):
    arrays[way] = [np.load(folder / way / f"{path.name}.npy") for path in paths]
print("the same:", all(map(np.array_equal, arrays["jobs1"], arrays["jobs2"])))

# %% [markdown]
# Two cores, half the time? **Predict** for 10, 300 and 3,000 files. By `results/features.json`, measured on a machine with two cores, two jobs were {result}`features: jobs/10/ratio: .2f`, {result}`features: jobs/300/ratio: .2f` and {result}`features: jobs/3000/ratio: .2f` times as fast as one (medians of whole programs; single rounds with 3,000 files lay between {result}`features: jobs/3000/lowest_ratio: .2f` and {result}`features: jobs/3000/highest_ratio: .2f`). A number below 1 is a loss: starting more Pythons takes longer than working on a few files. And a second job helps only if a core is free. So measure where you work, with `python -m benchmarks.features`. Here it paid more to do the work itself well: in the same run, for 200 clips of one second, a loop of python_speech_features took {result}`features: ratios/python_speech_features, clip by clip/ratio: .0f` times as long as one call of `audiocls`.
#
# When one machine is too small, joblib can hand the same work to a *Dask* cluster: a scheduler that deals it out to workers on any number of machines {cite:p}`rocklin2015dask`. Dask is not needed for one machine, so it comes apart: `pip install -e ".[cluster]"`. Here the cluster is two workers in this very process. For a cluster elsewhere, `Client("address of its scheduler")` takes the place of `LocalCluster` and `Client(cluster)`.

# %%
from dask.distributed import Client, LocalCluster
from joblib import parallel_config

here = {"n_workers": 2, "processes": False, "dashboard_address": None}
with LocalCluster(**here) as cluster, Client(cluster), parallel_config("dask"):
    features.extract_files(paths, folder / "dask", target_sr=16_000, jobs=None)
by_dask = [np.load(folder / "dask" / f"{path.name}.npy") for path in paths]
print("the same:", all(map(np.array_equal, arrays["jobs1"], by_dask)))

# %% [markdown]
# `jobs=None` says: joblib decides, and joblib asks the cluster. Several machines all need the same versions of `audiocls` and its libraries, and must see the sounds and the output folder under the same names. (This book's tests use workers of one machine. Over a network more can fail.)
#
# ## Check yourself
#
# **You export a network without its front end, and a colleague computes the features in another language. What can go wrong, though every number in your file is right?**
#
# <details class="quiz"><summary>Nothing: features have a definition.</summary>They have ten switches on which libraries disagree (chapter 10). "13 MFCCs" is no definition.</details>
# <details class="quiz"><summary>The scores, silently.</summary>Right. Features that are a little different still give ten scores that add up to 1, and no error.</details>
# <details class="quiz"><summary>The file cannot be opened.</summary>It can, and it takes any array of the right shape. That is the trouble.</details>
#
# **The program says "Flute, 97 %" for a sound that you have not heard. What do you know?**
#
# <details class="quiz"><summary>It is a flute with a probability of 97 %.</summary>Only if it is one of the ten at all, and even then only if the scores were checked on sounds of this kind.</details>
# <details class="quiz"><summary>Of the ten, flute fits best by far.</summary>Right. Whether one of the ten is there it does not say: a sweep got a higher score.</details>
# <details class="quiz"><summary>Nothing: the scores are arbitrary.</summary>They are right much more often than guessing, on recordings like those it was tested on.</details>
#
# ## In this chapter we have
#
# - written front end and network into one file, and found its scores equal to Keras's, its MFCCs to ours, and its answers to those in double precision;
# - used it from a command line, on a recording of minutes in the memory of seconds, and computed the features of many files with two jobs and on a Dask cluster, with equal results;
# - seen it name a sweep, silence and instruments that it never learnt; so a card says what it must not be used for.
#
# ## Exercises

# %% [markdown]
# ```{exercise} A duet, predicted
# :label: ex-deploy-duet
# Add the clarinet and the double bass of the phrase, `parts[2]` and `parts[3]`, so that both play at once. Before you listen: will you hear both? Which will the program name, and how high will the score be? Then make it 20 dB unequal.
# ```
#
# ```{solution-start} ex-deploy-duet
# :class: dropdown
# ```

# %%
n = min(parts[2].size, parts[3].size)
for gain in (1.0, 0.1):
    duet = 0.5 * (parts[2][:n] + gain * parts[3][:n])
    scores = list(classifier.predict(duet, sr).scores.items())[:3]
    print(f"bass x {gain}:", *(f"{plot.pretty(k)} {v:.0%}" for k, v in scores))
    display(player(duet[:66_150], sr, label=f"Clarinet, double bass x {gain}"))

# %% [markdown]
# You hear two instruments; a program whose scores add up to 1 must divide one point between them, and may give it to a third. To name all that play, each class would need a score of its own between 0 and 1 (a sigmoid in place of the softmax), and training with mixtures.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} A batch
# :label: ex-deploy-batch
# Write a script that names every sound file of a folder and leaves a table: file, label, score, sure or not. A file that is no sound must not stop it. Why is it faster than calling `audiocls predict` once a file?
# ```
#
# ```{solution-start} ex-deploy-batch
# :class: dropdown
# ```

# %%
import pandas as pd

rows = []
for path in [*paths[:4], folder / "letter.wav"]:
    try:
        answer = classifier.predict_file(path)
        rows.append([path.name, answer.label, round(answer.score, 2), answer.sure])
    except audio.AudioError:
        rows.append([path.name, "no sound", None, False])
table = pd.DataFrame(rows, columns=["file", "label", "score", "sure"])
table.to_csv(folder / "answers.csv", index=False)
print(table.to_string(index=False))

# %% [markdown]
# Python, its libraries and the network are loaded once, not once a sound. (`audiocls predict *.wav --json` does so too.)
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Eight bits
# :label: ex-deploy-int8
# `onnxruntime.quantization.quantize_dynamic` rounds the constants of a file, and what flows into their products, to 8 bits: 256 steps. How much smaller will the file be, and how many answers will change? Which part can stand the rounding, the network or the front end? Predict, then leave operations out (`nodes_to_exclude`) until you find the one that cannot.
# ```
#
# ```{solution-start} ex-deploy-int8
# :class: dropdown
# ```

# %%
import logging

from onnxruntime.quantization import quantize_dynamic

logging.disable(logging.WARNING)  # it advises steps that change nothing here
front = [node.name for node in graph.graph.node if "log_mel" in node.name]
to_mel = [name for name in front if name.endswith("MatMul")]
some = [clips.audio(i) for i in range(0, 300, 3)]
before = [classifier.predict(*clip).label for clip in some]
print(len(some), "clips,", len(front), "operations before the network")

# %% tags=["nbval-ignore-output"]
sizes, changed = [], []
for keep in ([], front, to_mel):
    out = folder / "int8.onnx"
    quantize_dynamic(PRETRAINED / "cnn.onnx", out, nodes_to_exclude=keep)
    sizes.append(out.stat().st_size / (PRETRAINED / "cnn.onnx").stat().st_size)
    after = [Classifier(out).predict(*clip).label for clip in some]
    changed.append(np.sum(np.not_equal(before, after)))
for name, size, count in zip(("none", "front", "to mel"), sizes, changed, strict=True):
    print(f"kept as it was: {name:7}{size:4.0%} of the size, {count} answers changed")

# %%
assert changed[0] >= 15 and changed[1] <= 3 and changed[2] <= 6
assert sizes[2] < 0.4 and sizes[1] > 0.7

# %% [markdown]
# The network hardly notices. The front end does not stand it, and a single product is to blame, the one that adds up powers to mel bands. 256 steps of *power* span 24 dB: what is much weaker than that beside the strongest bin becomes zero, and the network reads 80 dB. Samples are amplitudes, and as many steps of those span twice as many decibels (chapter 2). Keep that one product as it was, and the file has about a third of its size and gives most of the same answers on these clips.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} A card of your own
# :label: ex-deploy-card
# Write a card for the tiny network of this chapter, or for one trained on your own recordings. Which sentences can you support with a measurement? For whom could a wrong answer do harm? There is no single answer; below is what a program can write.
# ```
#
# ```{solution-start} ex-deploy-card
# :class: dropdown
# ```

# %%
facts = {"model": "tiny", "data": "rendered", "clips": len(clips), "borrowed_clips": 0}
facts |= {"parameters": tiny.count_params(), "seed": 0}
facts |= {"command": "chapter 14", "date": "today", "versions": {"audiocls": "0.1"}}
rest = {"labels": clips.labels, "voting": Voting(hop_seconds=0.5)}
export.export_onnx(tiny, small, file, facts=facts, **rest)
print(*card.model_card(Classifier(file)).splitlines()[3:8], sep="\n")

# %% [markdown]
# The card goes on with an empty table, and that is its most honest part: the tiny network was never tested on a clip that it had not learnt from.
#
# ```{solution-end}
# ```

# %% [markdown]
# ## Further reading
#
# - {cite:t}`mitchell2019model`: what belongs on a model card, with two examples. Short, and free to read.
# - {cite:t}`sculley2015hidden`: why the network is the small part of a program that uses one.
# - {cite:t}`jacob2018quantization`: networks that compute with integers, for the third exercise.
# - {cite:t}`rocklin2015dask`: how a scheduler hands out work.
#
# The functions of this chapter are described in the {doc}`reference of the classifier </book/api/classifier>`, with {doc}`those for many files </book/api/mfcc>` and {doc}`the command line </book/api/cli>` beside it. Here the way of this book ends, from a list of numbers to a name that somebody else can ask for. Yours may begin, with sounds of your own.
