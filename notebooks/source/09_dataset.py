# %% [markdown]
# # 9. Data set
#
# **What exactly shall the network learn from?** From {term}`clips <clip>`, each with the name of an instrument. Here are three, all named *snare drum*. Two of them were made from one recording. Which two?

# %%
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import display
from sklearn.model_selection import PredefinedSplit, cross_val_predict

from audiocls import amplitude, audio, datasets, plot, sampling, windows
from audiocls.datasets import freesound
from audiocls.measure import baselines, evaluation, results
from audiocls.measure.crossvalidation import cross_validate_baseline
from audiocls.player import player

plot.use_style()

# %%
clips = datasets.load("rendered")
snares = [248, 265, 264]
for number, (y, sr, _) in enumerate(clips.select(snares), start=1):
    light = sampling.resample(y, orig_sr=sr, target_sr=16_000)[:9_600]
    display(player(light, 16_000, label=f"Snare drum {number}"))

# %% [markdown]
# The first and the third: one recording of a drum played with brushes, as two strokes of different strength. If you heard that, a network can hear it too. It may then learn *these recordings* when you wanted it to learn snare drums, and your test may never notice. So look at the data before any network does.
#
# **You will**
#
# - read two sets of three hundred clips, and find a way to be right that has nothing to do with sound,
# - split clips by source, never by window, and measure what a wrong split hides,
# - know whose sounds these are, and load a folder of your own.
#
# **You need** levels in decibels (chapter 2) and the {term}`nearest neighbour` from the end of chapter 5. Take about 60 minutes.
#
# ## Two sets of clips
#
# The book has two sets, with the same ten {term}`classes <class>` and thirty clips of each. {func}`audiocls.datasets.load` knows both by name:
#
# - `"rendered"`: notes that a small sampler plays on your machine from a SoundFont, a file of short recordings of instruments that is installed with the package ({func}`~audiocls.datasets.rendered.find_soundfont` finds it). It is always there, the same for everybody ({func}`~audiocls.datasets.rendered.load` has the options). The instruments in the cells of this book come from it.
# - `"freesound"`: real recordings, which people uploaded to Freesound. They were selected for the 2019 report from FSDKaggle2018 {cite:p}`fonseca2018general`, from those of its clips whose {term}`labels <label>` people had checked. {func}`~audiocls.datasets.freesound.load` downloads the sound. This chapter needs only their table, {func}`~audiocls.datasets.freesound.read_table`, which is part of the package.
#
# :::{admonition} How the sampler makes a note
# :class: dropdown
# A SoundFont holds recordings, each with a pitch and a loop. To play a note, the sampler repeats the loop for as long as the note lasts. It reads the recording faster or slower to change the pitch, and makes the pitch tremble a little. A low-pass filter takes away brightness, and an envelope lets the note rise and die away. Which notes a clip plays is drawn at random, from the keys that its instrument may use. Finished clips are kept in a cache, so this happens once.
# :::

# %%
real = freesound.read_table()
for table in (clips.table, real):
    rows = table[["label", "source", "seconds"]].iloc[29:32]
    print(rows.round(2).to_string(index=False), "\n")

# %% [markdown]
# One row per clip: its label, where it comes from, its length, and more columns. The {class}`~audiocls.datasets.clips.Clips` that `load` returns hold such a table, and read the sound of clip `i` when you ask for `clips.audio(i)`. Both sets in a line each:

# %%
print(clips)
minutes, sources = real.seconds.sum() / 60, real.source.nunique()
print(f"real: {len(real)} clips, {sources} sources, {minutes:.1f} minutes")

# %% [markdown]
# Listen to one rendered clip of each class. **Predict** while you do: in which classes is most of a clip silent?

# %%
for y, sr, label in clips.select(range(17, 300, 30)):
    light = sampling.resample(y, orig_sr=sr, target_sr=16_000)[:17_600]
    light[-1_600:] *= np.linspace(1, 0, 1_600)  # fade out
    display(player(light, 16_000, label=plot.pretty(label)))

# %% [markdown]
# Now measure all three hundred: the {term}`RMS` level of a clip, and the share of it that lies more than 40 dB under its loudest moment. The medians of each class:

# %%
for label in clips.labels:
    levels, silent = [], []
    for i in np.flatnonzero(clips.table.label == label):
        y, sr = clips.audio(i)
        moment = amplitude.envelope(y, sr, seconds=0.02)
        levels.append(amplitude.amplitude_to_dbfs(amplitude.rms(y)))
        silent.append(np.mean(moment < moment.max() / 100))
    level, share = np.median(levels), np.median(silent)
    print(f"{plot.pretty(label):17}{level:4.0f} dBFS, {share:3.0%} silent")

# %% [markdown]
# The renderer gave every clip a random peak between −9 and −1 dBFS, so that its level should not betray the class. The RMS does all the same: −{printed}`Hi-hat +-(\d+) dBFS` dBFS for a hi-hat and −{printed}`Cello +-(\d+) dBFS` for a cello, because a stroke dies away at once and a bowed note does not. By our measure, {printed}`Hi-hat +-\d+ dBFS, (\d+)%` % of a hi-hat's clip is silent. And silence carries a label too: a stretch cut from the end of such a clip is called *hi-hat* and holds next to nothing. It will have to be left out.
#
# ## How much of each?
#
# Thirty clips of each class sounds fair. But clips have lengths. Two pies of the **real** set:
#
# :::{admonition} Predict
# :class: predict
# Look only at the right-hand pie. Which class has the third most seconds? How many times as much is the largest as the smallest?
# :::

# %% mystnb={"image": {"alt": "Two pie charts of the real clips. By number all ten slices are equal. By seconds flute, saxophone, acoustic guitar and clarinet are large and hard to rank, bass drum is the smallest."}}
order = list(plot.CLASS_COLORS)
per_class = real.groupby("label").seconds.agg(["size", "sum"]).loc[order]
names = [plot.pretty(label) for label in order]
style = {"labels": names, "colors": plot.CLASS_COLORS.values()}
fig, axes = plt.subplots(1, 2, figsize=(7, 2.6))
for ax, column, title in zip(axes, per_class, ("number", "seconds"), strict=True):
    ax.pie(per_class[column], **style, textprops={"fontsize": 8})
    ax.set_title(f"Share of the {title}")
fig.suptitle("Real clips: equal in number, unequal in seconds")
plt.show()

# %% [markdown]
# The answers, then the same numbers as bars:

# %%
ranked = per_class.sort_values("sum")
bass_drum, *_, fourth, third, second, flute = ranked["sum"]
print(f"third: {ranked.index[-3]}, {third - fourth:.0f} s before the next")
print(f"the largest is {flute / bass_drum:.1f} times the smallest")

# %% mystnb={"image": {"alt": "Bars of the real clips, sorted by seconds: flute 242, saxophone 214, acoustic guitar 208, clarinet 198, cello 150, violin or fiddle 136, snare drum 120, hi-hat 101, double bass 96, bass drum 58 seconds. All bars of the left panel, the number of clips, reach 30. Black marks show the rendered set: 51 to 65 seconds in every class."}}
made = clips.describe().loc[ranked.index]
fig, axes = plt.subplots(1, 2, figsize=(7, 2.8), sharey=True)
panels = ("size", made.clips, "Clips"), ("sum", made.seconds, "Seconds (s)")
for ax, (column, marks, xlabel) in zip(axes, panels, strict=True):
    names, colors = map(plot.pretty, ranked.index), map(plot.class_color, ranked.index)
    bars = ax.barh(list(names), ranked[column], color=list(colors))
    ax.bar_label(bars, fmt="{:.0f}", padding=4, fontsize=8, color=plot.INK)
    ax.plot(marks, range(10), "|", ms=11, mew=2, color="black")
    ax.set(xlabel=xlabel)
    ax.grid(axis="y", visible=False)
fig.suptitle("Real clips (bars): four times as much flute as bass drum")
plt.show()

# %% [markdown]
# Third is the acoustic guitar, with {printed}`(\d+) s before the next` s more than the clarinet. The bars show it; in the pie the two slices look alike. A bar is read as a position on a common scale, a slice as an angle, and {cite:t}`cleveland1984graphical` found in experiments that people judge positions more accurately than angles. The black marks are the rendered set, which is nearly even.
#
# ## The length of a clip
#
# Below, each dot is a clip. Within a class, clips of one {term}`source` are drawn next to each other.

# %% mystnb={"image": {"alt": "Lengths of all clips by class, on a logarithmic axis. Real clips spread from 1 to 26 seconds, and in several classes runs of dots of one source stand exactly above each other, most of all thirteen hi-hats at 3.14 seconds. Rendered clips all lie between 0.8 and 2.7 seconds."}}
fig, axes = plt.subplots(1, 2, figsize=(7, 3.8), sharex=True, sharey=True)
sets = {"Real": real, "Rendered": clips.table}
for ax, (name, table) in zip(axes, sets.items(), strict=True):
    for k, label in enumerate(order[::-1]):
        rows = table[table.label == label].sort_values("source")
        height = k + np.linspace(-0.36, 0.36, len(rows))
        ax.plot(rows.seconds, height, ".", ms=4, color=plot.class_color(label))
    ax.set(xscale="log", xlabel="Length of the clip (s)", title=f"{name} set")
    ax.set_xticks([1, 2, 5, 10, 20], [1, 2, 5, 10, 20])
axes[0].set_yticks(range(10), [plot.pretty(label) for label in order[::-1]])
fig.suptitle("Real clips have lengths that belong to their source")
plt.show()

# %%
hats = real[real.source == "Hi-hat-02"]
print(f"{len(hats)} hi-hats of one source, lengths in s: {hats.seconds.unique()}")

# %% [markdown]
# It looks as if somebody cut a whole session to one length. So try the silliest classifier of this book. It is told only how long a clip is, looks for the five known clips that are nearest in length, and lets them vote. {func}`datasets.folds <audiocls.datasets.clips.folds>` deals the clips into five {term}`folds <fold>`; each is the test once. The folds by clip deal every clip by itself, the folds by source deal whole sources.
#
# :::{admonition} Predict
# :class: predict
# Ten classes of equal size, so guessing is right in 10 %. How often is length right on the **real** clips, if the folds are by clip? And by source?
# :::

# %%
lengths = np.log(real[["seconds"]].to_numpy())
for by, groups in (("clip", None), ("source", real.source)):
    cv = PredefinedSplit(datasets.folds(real.label, groups))
    said = cross_val_predict(baselines.untrained("knn"), lengths, real.label, cv=cv)
    stored = results.read_json(f"../results/freesound-duration-{by}.json")
    low, high = stored["clip_accuracy"]["interval"]
    print(f"by {by}: {np.mean(said == real.label):.0%} ({low:.0%} to {high:.0%})")

# %% [markdown]
# In brackets stands the 95 % interval, from a result file of the book (whose accuracies are {result}`freesound-duration-clip: clip_accuracy/mean: .0%` and {result}`freesound-duration-source: clip_accuracy/mean: .0%`, the same). By clip it takes related clips for independent, so it is too narrow. Nearly a third of the clips named, and none heard: this is a *shortcut*. It works mostly because clips of one session lie on both sides of the split and are about equally long. Asked about new sessions, the same machine is little better than guessing.
#
# And the rendered set, where the lengths were drawn at random?

# %%
for by in ("clip", "source"):
    made = cross_validate_baseline(clips, baselines.BASELINES["duration"], by=by)
    right = made.scores.argmax(axis=1) == clips.targets
    low, high = evaluation.bootstrap_interval(right, clips.sources)
    print(f"rendered, by {by}: {right.mean():.0%} ({low:.0%} to {high:.0%})")

# %% [markdown]
# Little, and not more by clip than by source. (By source it is a little more than guessing: one to four strokes of a drum take another time than one note.) This shortcut belongs to the real set. Other sets have others, such as a hum, a level or a file format. They have to be looked for.
#
# ## What is a source?
#
# A source is what clips share besides their label: a player, an instrument, a room, an afternoon. Our table knows no players and no uploaders. But uploads are numbered, and what was recorded together is often uploaded together. So sort the numbers of a class, and begin a new source wherever the gap to the next is larger than 60:

# %%
numbered = real.sort_values(["label", "freesound_id"])
begins = numbered.groupby("label").freesound_id.diff() > 60
source = numbered.label + begins.groupby(numbered.label).cumsum().map("-{:02d}".format)
print("the column source:", source.equals(numbered.source))
print(f"{source.nunique()} sources, of up to {source.value_counts().max()} clips")

# %% [markdown]
# This is a **proxy**, not a fact. Two strangers may upload within the same minute, and one player may come back next year. In the rendered set we know: a source is one recording in the SoundFont, as one instrument or drum kit plays it. (In classes with few recordings some sources are only a few keys of one, and several share it; the column `recording` tells.) Below, a block is a source, as wide as it has clips; the number behind the bar counts the blocks.

# %% mystnb={"image": {"alt": "Each class is a bar of 30 clips, divided into blocks, one for each source. In the real set the blocks are unequal: 6 to 19 sources a class, and in hi-hat, double bass and saxophone blocks of 10 to 13 clips. In the rendered set the blocks of a class are about equal: 6 to 13 a class, and 30 for the saxophone."}}
fig, axes = plt.subplots(1, 2, figsize=(7, 2.7), sharey=True)
for ax, (name, table) in zip(axes, sets.items(), strict=True):
    for k, label in enumerate(order[::-1]):
        sizes = table[table.label == label].source.value_counts().to_numpy()
        left, color = np.cumsum(sizes) - sizes, plot.class_color(label)
        ax.barh(k, sizes - 0.25, left=left, color=color)
        ax.text(31, k, len(sizes), va="center", fontsize=8)
    ax.set(xlabel="Clips", title=f"{name} set", xlim=(0, 34))
    ax.grid(axis="y", visible=False)
axes[0].set_yticks(range(10), [plot.pretty(label) for label in order[::-1]])
fig.suptitle("Thirty clips of a class are as few as six sources")
plt.show()

# %% [markdown]
# Does it matter? Describe each rendered clip by 52 numbers: means and standard deviations, over time, of the 13 {term}`MFCCs <MFCC>` of the next chapter and of their changes. Scale each number to mean 0 and standard deviation 1, and take the distance of every two clips. First the three from the beginning:

# %%
X = np.array([baselines.describe(y, sr, "mfcc") for y, sr, _ in clips])
print(X.shape)

# %%
Z = (X - X.mean(axis=0)) / X.std(axis=0)
distance = np.linalg.norm(Z[:, np.newaxis] - Z, axis=-1)
first, second, third = snares
print(f"snare drums 1 and 3: {distance[first, third]:.1f}")
print(f"1 and 2: {distance[first, second]:.1f}, 2 and 3: {distance[second, third]:.1f}")

# %%
labels, sources = clips.table.label.to_numpy(), clips.sources
one_source, one_class = (a[:, np.newaxis] == a for a in (sources, labels))
pairs = {"one source": one_source, "one class, two sources": one_class & ~one_source}
pairs["two classes"] = ~one_class

# %% mystnb={"image": {"alt": "Three histograms of distances between rendered clips. Clips of one source are nearest, with a median near 4; clips of one class from different sources have a median near 8; clips of different classes near 10. The last two overlap widely, the first much less."}}
upper = np.triu(np.ones((300, 300), dtype=bool), k=1)  # every pair once
fig, ax = plt.subplots(figsize=(6, 2.3))
for name, chosen in pairs.items():
    values = distance[chosen & upper]
    ax.hist(values, np.arange(0, 20, 0.5), density=True, histtype="step", label=name)
    print(f"{name}: median {np.median(values):.1f}")
ax.set(xlabel="Distance (standard deviations)", ylabel="Density of the pairs")
ax.set(title="Clips of one source are nearest by far", ylim=(0, 0.3))
ax.legend()
plt.show()

# %% [markdown]
# Two clips of one source are about half as far apart as two of one class from different sources, and these are only a little nearer than two clips of different classes. So what does another clip add?
#
# :::{admonition} Misconception: "more clips is more data"
# :class: misconception
# Let the nearest neighbour learn from one clip of each class, and test it on new sources. Then give it three clips of each class: once all three of the same source, once of three sources. (Without the saxophone, which has one clip a source. Fifty draws.) **Predict** the three accuracies before you run it.
# :::

# %%
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

machine = make_pipeline(StandardScaler(), KNeighborsClassifier(n_neighbors=1))
table, right = clips.table[labels != "Saxophone"], []
for draw in range(50):
    tested = clips.folds(seed=draw)[table.index] == 0
    known = table[~tested].sample(frac=1, random_state=draw)  # shuffled
    big = known.groupby("source").filter(lambda rows: len(rows) >= 3)
    same = big[big.source.isin(big.drop_duplicates("label").source)].groupby("label")
    three = known.drop_duplicates("source").groupby("label").head(3)
    row = []
    for rows in (same.head(1).index, same.head(3).index, three.index):
        said = machine.fit(X[rows], labels[rows]).predict(X[table.index[tested]])
        row.append(np.mean(said == labels[table.index[tested]]))
    right.append(row)

# %%
one, same, three = np.mean(right, axis=0)
print(f"one clip {one:.0%}, three of a source {same:.0%}, of three sources {three:.0%}")
wins = sum(row[2] > row[1] for row in right)
print(f"three sources were better in {wins} of 50 draws")
print(f"gain: {100 * (same - one):.0f} points and {100 * (three - one):.0f} points")

# %% [markdown]
# Three clips of one source gain {printed}`gain: (\d+) points` points over one clip, three of three sources {printed}`points and (\d+) points`. (Means of fifty draws from one small set; three sources were better in {printed}`better in (\d+) of 50`.) Count sources before you count clips.
#
# ## Splitting, by hand
#
# Take eight clips of two classes and four sources:

# %%
eight = ["flute"] * 4 + ["cello"] * 4
tiny = pd.DataFrame({"label": eight, "source": list("PPQQRRSS")})
print(tiny.T.to_string())

# %% [markdown]
# Half shall be the test. Three ways to choose it:

# %%
ways = {
    "at random": np.random.default_rng(0).permutation(8) < 4,
    "P and Q": tiny.source.isin(["P", "Q"]),
    "P and R": tiny.source.isin(["P", "R"]),
}
for name, tested in ways.items():
    both = set(tiny.source[tested]) & set(tiny.source[~tested])
    asked = sorted(set(tiny.label[tested]))
    print(f"{name:9s} sources on both sides: {sorted(both)}, asked: {asked}")

# %% [markdown]
# At random, sources are on both sides. With P and Q no source is, but cellos are never asked about, and flutes never learnt. P and R is what we want: **no source on both sides, and every class on both**. In larger sets this is a puzzle, since sources differ in size. scikit-learn's `StratifiedGroupKFold` takes one group after the other, here the largest first, and puts each where the classes stay most even. `datasets.folds` calls it, and checks both properties. The fold of each of the eight:

# %%
ours = datasets.folds(tiny.label, tiny.source, n_folds=2)
print(ours)

# %%
from sklearn.model_selection import StratifiedGroupKFold

theirs = np.empty(8, dtype=int)
splitter = StratifiedGroupKFold(2, shuffle=True, random_state=0)
for k, (_, tested) in enumerate(splitter.split(tiny, tiny.label, tiny.source)):
    theirs[tested] = k
print("scikit-learn the same:", np.array_equal(ours, theirs))

# %% [markdown]
# Both sets in five folds:

# %%
for name, table in sets.items():
    fold = datasets.folds(table.label, table.source)
    torn = (table.assign(fold=fold).groupby("source").fold.nunique() > 1).sum()
    hats = pd.crosstab(table.label, fold).loc["Hi-hat"].to_list()
    print(f"{name}: {np.bincount(fold)} clips, hi-hats {hats}, {torn} sources torn")

# %% [markdown]
# No source is torn, and no class missing. But large sources make uneven folds: among the real clips one fold tests a single hi-hat, another thirteen, all of one source. A set of clips has two methods for it: {meth}`clips.folds <audiocls.datasets.clips.Clips.folds>` and, for one fold against the rest, {meth}`clips.split <audiocls.datasets.clips.Clips.split>`.

# %%
train, test = clips.split(by="source", test_fold=0)
print(train, test, sep="\n")
print("sources in both:", set(train.sources) & set(test.sources))

# %% [markdown]
# :::{admonition} Misconception: "a random split is fair"
# :class: misconception
# It is, if the clips do not know each other. Deal the **real** clips one by one, at random, and count those that have another one of their source among the clips that are learnt from:
# :::

# %%
fold = datasets.folds(real.label)  # by clip
mates = real.source.to_numpy()[:, np.newaxis] == real.source.to_numpy()
known = (mates & (fold[:, np.newaxis] != fold)).any(axis=1)
print(f"{known.mean():.0%} of the tested clips have a relative in training")

# %% [markdown]
# ## Windows
#
# A network reads sounds of one length, so clips are cut into {term}`windows <window>`. {func}`~audiocls.windows.window_starts` begins one every `hop` samples until one reaches the end, and {func}`~audiocls.windows.cut_windows` puts zeros where the clip is over. By hand, seven samples, windows of 4 every 2: they begin at 0, 2 and 4, and the last lacks one sample.

# %%
y = np.arange(1, 8)
starts = windows.window_starts(y.size, length=4, hop=2)
print(starts)
print(windows.cut_windows(y, starts, length=4))

# %% [markdown]
# The networks of the 2019 report read a tenth of a second, those of this book two seconds. How many windows do the **real** clips give, half overlapping? And if the *windows* are dealt into five folds at random, how many clips have windows in more than one?

# %%
for length in (32_000, 1_600):  # 2 s and 0.1 s at 16 kHz
    cut = {"length": length, "hop": length // 2}
    counts = [windows.window_starts(int(16_000 * s), **cut).size for s in real.seconds]
    clip = np.repeat(np.arange(300), counts)
    fold = datasets.folds(real.label.to_numpy()[clip])
    torn = pd.Series(fold).groupby(clip).nunique() > 1
    flutes = np.mean(real.label.to_numpy()[clip] == "Flute")
    print(f"{length / 16_000} s: {clip.size:,} windows, {min(counts)} to {max(counts)}")
    print(f"   {torn.sum()} of 300 clips torn apart; {flutes:.0%} of windows are flute")

# %% [markdown]
# A clip with $w$ windows stays whole with probability about $(1/5)^{w-1}$. With a few windows of 2 s, most clips are torn; with the short ones, every single clip is. Nearly every test window then has a neighbour in training, a twentieth of a second away: the same note, the same room, the same stroke of the bow.
#
# Measure it on the **rendered** set. Cut half a second every quarter, keep the windows that sound ({func}`~audiocls.windows.sounding` drops those more than 40 dB under the clip's loudest), describe each by the 52 numbers, and let the nearest neighbour name it. Only the split differs.

# %%
from audiocls.learn.frontend import FrontEnd

front_end = FrontEnd(kind="mfcc", seconds=0.5, n_features=13)
rows, clip, all_windows = [], [], 0
for i, (sound, sr, _) in enumerate(clips):
    y = sampling.resample(sound, orig_sr=sr, target_sr=16_000)
    starts = windows.window_starts(y.size, length=8_000, hop=4_000)
    cut = windows.cut_windows(y, starts, length=8_000)
    sounds = windows.sounding(amplitude.rms(cut))
    rows += [baselines.statistics(w, 16_000, front_end) for w in cut[sounds]]
    clip += [i] * sounds.sum()
    all_windows += len(cut)
rows, clip = np.array(rows), np.array(clip)
print(f"{len(rows):,} of {all_windows:,} windows sound")

# %%
for by, groups in (("window", None), ("clip", clip), ("source", sources[clip])):
    cv = PredefinedSplit(datasets.folds(labels[clip], groups))
    good = cross_val_predict(machine, rows, labels[clip], cv=cv) == labels[clip]
    low, high = evaluation.bootstrap_interval(good, sources[clip])
    print(f"split by {by:6s} {good.mean():.0%} right ({low:.0%} to {high:.0%})")

# %% [markdown]
# The same sounds, the same machine, and three figures. Only the last says what happens to a drum or a flute from a source that it has not met. (Even it is kind, since some sources share a recording.) On the **real** recordings the report's convolutional network shows the same stairs (windows named correctly): {result}`freesound-report-cnn-window: window_accuracy/mean: .0%`, {result}`freesound-report-cnn-clip: window_accuracy/mean: .0%`, {result}`freesound-report-cnn-source: window_accuracy/mean: .0%` (the last with a 95 % interval of {result}`freesound-report-cnn-source: window_accuracy/interval/0: .0%` to {result}`freesound-report-cnn-source: window_accuracy/interval/1: .0%`). Chapter 13 takes them apart. Until then: **by source if you know the sources, by clip if you do not, by window never.**
#
# ## When classes are not equal
#
# Ask the rendered clips another question: *flute or not?* Now 30 answers are yes and 270 no.
#
# :::{admonition} Misconception: "an accuracy of 90 % speaks for itself"
# :class: misconception
# Three machines, split by source: one always says no, one knows the length, one has the 52 numbers. *Balanced* accuracy is the mean of two shares: flutes that are recognised, and others that are recognised as others. Which would you take, by accuracy? And by the flutes it finds?
# :::

# %%
flute, seconds = labels == "Flute", np.log(clips.table[["seconds"]].to_numpy())
for name, decides, numbers in (
    ("always no", "majority", X),
    ("length", "knn", seconds),
    ("52 numbers", "knn", X),
):
    cv = PredefinedSplit(clips.folds())
    said = cross_val_predict(baselines.untrained(decides), numbers, flute, cv=cv)
    found, false = np.sum(said & flute), np.sum(said & ~flute)
    balanced = (found / 30 + (270 - false) / 270) / 2
    print(f"{name:10s} accuracy {np.mean(said == flute):.0%}, balanced {balanced:.0%}")
    print(f"           finds {found} of 30 flutes, false alarms {false}")

# %% [markdown]
# By accuracy the last machine is the worst, and it is the only one that finds a flute. An accuracy means nothing without that of always giving the most frequent answer ({term}`baseline`). Thirty clips of each class protect from that, as long as *clips* are counted: of the real 2 s windows, {printed}`229 of 300 clips torn apart; (\d+)%` % are flute. So this book counts each clip once.
#
# ## Whose sounds are these?
#
# A recording belongs to somebody. The real clips may be used under two licences: CC BY asks you to name the author, CC0 asks for nothing.

# %%
print(real.license.value_counts().to_string())
print("rendered:", *clips.table.license.unique(), "\n")
print(freesound.attribution(real.iloc[[0, 1]]))

# %% [markdown]
# {func}`~audiocls.datasets.freesound.attribution` writes the line that each clip needs, with the page that names its author; a copy is put beside the download. For a rendered clip the table names the licence of the SoundFont. Whoever publishes a data set should write down these things and how it came about; {cite:t}`gebru2021datasheets` have a list of questions.
#
# ## Your own folder
#
# One subfolder a class is enough ({func}`~audiocls.datasets.folder.from_folders`), with WAV, FLAC, OGG, MP3 or AIFF files of any rate and length. Three tiny files:

# %%
box = tempfile.TemporaryDirectory()
root = Path(box.name)
for fname, hz in (("Low/a.wav", 220), ("Low/b.wav", 247), ("High/a.wav", 880)):
    (root / fname).parent.mkdir(exist_ok=True)
    y = sampling.tone(hz, sr=16_000, seconds=0.25, amplitude=0.3)
    audio.write(root / fname, y, 16_000)
mine = datasets.load(root)
print(mine.table.to_string(index=False))

# %% [markdown]
# A folder does not say what was recorded together, so each clip counts as its own source. If you know better, write a table and load that ({func}`~audiocls.datasets.folder.from_csv`).

# %%
rows = mine.table[["fname", "label"]].assign(source=["tuesday", "monday", "monday"])
rows.to_csv(root / "clips.csv", index=False)
mine = datasets.load(root / "clips.csv")
print(mine.sources)

# %% [markdown]
# What does not work says what to do. Two errors: too few sources to split, and a file that is no sound.

# %%
(root / "High" / "b.wav").write_text("not a sound")
for attempt in (lambda: mine.split(n_folds=2), lambda: datasets.load(root)):
    try:
        attempt()
    except ValueError as error:
        print(f"{type(error).__name__}: {error}".replace(str(root), "my_sounds"))

# %% [markdown]
# Several sets become one with {func}`datasets.combine <audiocls.datasets.clips.combine>`, which keeps their sources apart.
#
# ## Check yourself
#
# **You record two kinds of bird on four mornings, twenty clips a morning. By what do you split?**
#
# <details class="quiz"><summary>By clip, at random.</summary>Then every morning is on both sides, with its wind, its microphone and perhaps the very same bird.</details>
# <details class="quiz"><summary>By morning.</summary>Yes, if both kinds were recorded on several mornings. If each morning has only one kind, no split can tell birds from mornings.</details>
# <details class="quiz"><summary>By window, so that there are more examples.</summary>There are more examples, and no more birds.</details>
#
# **A network names 92 % of its test clips correctly. What do you ask first?**
#
# <details class="quiz"><summary>How many layers it has.</summary>It does not tell what 92 % is worth.</details>
# <details class="quiz"><summary>How the test clips were chosen, and what the most frequent class would score.</summary>Right. Without the two the figure means nothing.</details>
# <details class="quiz"><summary>How many windows were tested.</summary>Thousands of windows may come from a handful of sessions.</details>
#
# **You may add twenty clips of flutes. Which?**
#
# <details class="quiz"><summary>Twenty of one good studio session.</summary>It is one more source, twenty times.</details>
# <details class="quiz"><summary>Two each of ten players.</summary>Yes: ten sources.</details>
# <details class="quiz"><summary>It makes no difference, twenty are twenty.</summary>The experiment with three clips says otherwise.</details>
#
# ## In this chapter we have
#
# - read two sets of three hundred clips, and named nearly a third of the real ones by their length alone (split by clip);
# - split clips by source, never by window, and measured on the rendered set what a wrong split hides: {printed}`by window (\d+)% right` % right by window, {printed}`by source (\d+)% right` % by source;
# - seen whose sounds these are, and loaded a folder of our own.
#
# ## Exercises

# %% [markdown]
# ```{exercise} On paper
# :label: ex-dataset-windows
# A clip lasts 5 s. How many windows of 2 s does it give, one every second? All windows of all clips are dealt into five folds at random. How probable is it that those of our clip all land in one fold?
# ```
#
# ```{solution-start} ex-dataset-windows
# :class: dropdown
# ```

# %%
count = windows.window_starts(5, length=2, hop=1).size  # in seconds
dealt = np.random.default_rng(0).integers(5, size=(100_000, count))
together = np.mean((dealt == dealt[:, :1]).all(axis=1))
print(f"{count} windows, together: {1 / 5 ** (count - 1):.1%}, tried: {together:.1%}")

# %% [markdown]
# The windows begin at 0, 1, 2 and 3 s. Wherever the first lands, the other three have to follow, each with probability 1/5.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Predict, then listen
# :label: ex-dataset-label
# The rendered double basses come from two instruments of the SoundFont; the column `program` has 32 for the plucked and 43 for the bowed. Predict: is a bowed double bass nearer to a plucked one or to a cello (which is bowed)? Compare the medians of `distance`, then play clips 123 and 129.
# ```
#
# ```{solution-start} ex-dataset-label
# :class: dropdown
# ```

# %%
program, bass = clips.table.program.to_numpy(), labels == "Double_bass"
kinds = {"plucked": bass & (program == 32), "cello": labels == "Cello"}
bowed = bass & (program == 43)
for name, others in kinds.items():
    print(f"bowed bass to {name}: {np.median(distance[np.ix_(bowed, others)]):.1f}")
for i, name in ((123, "Plucked"), (129, "Bowed")):
    y, sr = clips.audio(i)
    light = sampling.resample(y, orig_sr=sr, target_sr=16_000)[:16_000]
    display(player(light, 16_000, label=name))

# %% [markdown]
# In these numbers it is nearly the same. A label holds together what people call by one name, not what sounds alike. A class with two ways of playing should have both on both sides of a split. Does ours?
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Only what is free of conditions
# :label: ex-dataset-free
# Keep only the real clips under CC0. What is left of each class? Can it still be split by source?
# ```
#
# ```{solution-start} ex-dataset-free
# :class: dropdown
# ```

# %%
free = real[real.license == "Creative Commons 0"]
left = free.groupby("label").agg(clips=("fname", "size"), sources=("source", "nunique"))
print(left.T.to_string(header=[label[:6] for label in left.index]))
try:
    datasets.folds(free.label, free.source, n_folds=2)
except ValueError as error:
    print(error)

# %% [markdown]
# One cello and one clarinet: a decision about licences is a decision about what can be learnt.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Another gap
# :label: ex-dataset-gap
# The rule for sources has one number, 60. Try 0 (every clip its own source), 10, 60 and 300. How many sources are there, and how often is the length right? What would you choose, and how would you check it?
# ```
#
# ```{solution-start} ex-dataset-gap
# :class: dropdown
# ```

# %%
for gap in (0, 10, 60, 300):
    begins = numbered.groupby("label").freesound_id.diff() > gap
    number = begins.groupby(numbered.label).cumsum().map("-{:02d}".format)
    source = (numbered.label + number).loc[real.index]
    try:
        cv = PredefinedSplit(datasets.folds(real.label, source))
        machine = baselines.untrained("knn")
        right = cross_val_predict(machine, lengths, real.label, cv=cv) == real.label
        print(f"gap {gap}: {source.nunique()} sources, {right.mean():.0%} right")
    except ValueError as error:
        print(f"gap {gap}: {source.nunique()} sources; {error}")

# %% [markdown]
# The narrower the gap, the more sessions may be torn apart and the better length seems to be. The wider, the fewer sources are left, until a class has too few to split. No number is right. To check, open a few pages on Freesound: do neighbours name one author?
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Your own set
# :label: ex-dataset-own
# Record two things that sound different (two glasses, two voices, two doors), ten clips each, on at least three days. Write the table with a source column. Before you train anything, predict what a classifier could use that has nothing to do with your two things, and test one such shortcut. There is no single answer; below is where to begin.
# ```
#
# ```{solution-start} ex-dataset-own
# :class: dropdown
# ```

# %%
print(mine.describe().to_string())
level = [amplitude.amplitude_to_dbfs(amplitude.rms(mine.audio(i)[0])) for i in range(3)]
print("levels:", np.round(level, 1), "dBFS")

# %% [markdown]
# Look for lengths, levels, silence, rates and formats that go with a class, and put each, alone, through `baselines.untrained("knn")` in a split by source. What scores clearly above guessing is a shortcut: record again, or at least know it.
#
# ```{solution-end}
# ```

# %% [markdown]
# ## Further reading
#
# - {cite:t}`fonseca2018general`, free to read: how the clips of the real set were gathered from Freesound and how their labels were checked.
# - {cite:t}`flexer2010effects`: what happens in music research when one album is on both sides of a split. {cite:t}`pampalk2005improvements` had asked for the split by artist; one of their scores fell from 71 to 27 %.
# - {cite:t}`sturm2013gtzan`, free to read: a famous data set examined clip by clip: repetitions, wrong labels, and what they did to results.
# - {cite:t}`kapoor2023leakage`, free to read: {term}`leaks <leak>` between training and test in seventeen fields of science.
#
# The functions of this chapter are described in the {doc}`reference of audiocls.datasets </book/api/datasets>`. The next chapter turns a window of sound into 13 rows of numbers.
