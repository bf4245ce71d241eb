# %% [markdown]
# # 12. Recurrent network
#
# **Does the order of the frames matter?** Here is a guitar note; then the same note backwards; then the same with its {term}`frames <frame>` (32 ms, one every 20 ms, as the book's networks read them) in random order. What do you still recognise each time: the pitch, the instrument?

# %%
import dataclasses
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display

from audiocls import datasets, plot, sampling
from audiocls.learn import networks, recurrent, training
from audiocls.learn.augmentation import STEPS, augment, reverberate, shuffle_frames
from audiocls.learn.batches import keras_input, prepare
from audiocls.learn.recipes import RECIPES
from audiocls.measure import evaluation, results
from audiocls.player import player
from audiocls.spectrogram import istft, stft
from audiocls.windows import cut_windows

plot.use_style()
keras = networks.load_keras()
clips = datasets.load("rendered")

# %%
sr, framing = 16_000, {"n_fft": 512, "hop_length": 320}
y, rate = clips.audio(10)
guitar = sampling.resample(y, orig_sr=rate, target_sr=sr)[: 3 * sr // 2]
X = stft(guitar, **framing)
mixed = X[:, np.random.default_rng(0).permutation(X.shape[1])]
shuffled = istft(mixed, **framing, length=guitar.size)
sounds = {"A note": guitar, "Backwards": guitar[::-1], "Its frames shuffled": shuffled}
for label, sound in sounds.items():
    display(player(sound, sr, label=label))

# %% [markdown]
# The {term}`pitch` stays, for every frame holds the same {term}`harmonics <harmonic>` as before. What goes is the story: backwards, the pluck has become a swell that breaks off; shuffled, there is no pluck at all. {cite:t}`saldanha1964timbre` let twenty trained musicians name the tones of ten instruments; they did best when they heard the beginning of a tone and a short steady part. So time tells ears something. Does a network need it?
#
# The network of chapter 11 slides filters over neighbouring frames and then pools time away. A {term}`recurrent neural network` was made for order: it reads one frame after the other, and carries along what it has read.
#
# **You will**
#
# - work out a recurrence, and an {term}`LSTM` with its {term}`gates <gate>`, by hand, and see how fast they forget,
# - train a recurrent network, watch its gates while a drum is struck, and then take the order away from it,
# - compare the networks of this book on real recordings, clip by clip, and name a winner only if there is one.
#
# **You need** chapters 8 and 11, and about 60 minutes, one or two of them for training.
#
# ## A loop that remembers
#
# Give a unit a {term}`state` $h$, a number that it carries from step to step. A new state is made of the input $x_t$ *and of the state before*:
#
# $$h_t = \tanh(w\,x_t + u\,h_{t-1} + b).$$
#
# It starts from $h_0 = 0$. The weights $w$, $u$ and $b$ are learnt, and are the same at every step. The tanh keeps the state between −1 and 1. **Predict,** for $w = 1$, $u = 0.5$ and $b = 0$: the states for the inputs 1, 0, 0. Will the inputs 0, 0, 1 leave the same state behind?

# %%
for inputs in ((1, 0, 0), (0, 0, 1)):
    states = [0.0]
    for x in inputs:
        states.append(np.tanh(1.0 * x + 0.5 * states[-1] + 0.0))
    print(inputs, np.round(states[1:], 3))

# %% [markdown]
# The mean of the inputs is 1/3 both times. The last state knows more: it says whether the 1 came just now or a while ago. With several features and units, $w$ and $u$ become matrices, and $b$ a vector. {func}`audiocls.learn.recurrent.simple_rnn` runs this loop, as Keras does:

# %%
sequence = np.array([[1.0], [0.0], [0.0]])  # (time, feature)
weights = [np.array([[1.0]]), np.array([[0.5]]), np.array([0.0])]
layer = keras.layers.SimpleRNN(1, return_sequences=True)
layer.build((None, None, 1))
layer.set_weights(weights)
print("audiocls:", recurrent.simple_rnn(sequence, *weights)[:, 0].round(3))
print("Keras:   ", layer(sequence[np.newaxis]).numpy()[0, :, 0].round(3))

# %% [markdown]
# ## How long does it remember?
#
# Two seconds of sound are 100 frames. Take two sequences of 100 random numbers that differ in the first only: 1.0 and 0.9. Follow the distance between the two states.
#
# :::{admonition} Predict
# :class: predict
# With $u = 0.5$, a step keeps at most half of the distance. How much of it is left after ten steps? And does $u = 0.99$ remember well?
# :::

# %%
rng = np.random.default_rng(0)
pair = np.tile(rng.normal(0, 0.5, (100, 1)), (2, 1, 1))
pair[:, 0, 0] = 1.0, 0.9
for u in (0.5, 0.9, 0.99):
    first, second = (recurrent.simple_rnn(x, [[1]], [[u]], [0]) for x in pair)
    apart = np.abs(first - second)[:, 0]
    left = apart[[5, 10, 25]] / apart[0]
    print(f"u = {u:4}: left after 5, 10, 25 steps:", *(f"{x:.0e}" for x in left))

# %% [markdown]
# Even 0.99 is of little use. A step multiplies the distance by about $u\,(1 - h_t^2)$: the weight times the slope of the tanh, which is below 1 wherever the state is not zero. A product of many such factors is next to nothing: 0.9 to the power of 100 is 0.00003. (Factors above 1 would make it grow.)
#
# The same product is the trouble with learning. Training follows an error at the last step back to the first, and multiplies by the same factors on the way. The result, the gradient, vanishes too: what no longer makes a difference cannot be learnt from. {cite:t}`bengio1994learning` show that learning by gradients gets harder the further apart cause and effect lie.
#
# :::{admonition} Misconception: "a recurrent network remembers everything it has read"
# :class: misconception
# Its state *could* depend on everything. The numbers above say how much: half a second later, 25 steps, less than a millionth of the difference is left. Many units can be set up to do better; learning to do so is the hard part.
# :::
#
# ## Gates
#
# The long short-term memory of {cite:t}`hochreiter1997long` keeps a second number, the *cell* $c$, which is passed on without a weight and without a tanh. What may change it is decided at each step by gates, numbers between 0 (shut) and 1 (open) that the sigmoid makes of input and state: $\sigma(z) = 1/(1 + e^{-z})$. In Keras's order, with the forget gate that {cite:t}`gers2000learning` added:
#
# $$\begin{aligned} i &= \sigma(w_i x_t + u_i h_{t-1} + b_i) \\ f &= \sigma(w_f x_t + u_f h_{t-1} + b_f) \\ \tilde c &= \tanh(w_c x_t + u_c h_{t-1} + b_c) \\ o &= \sigma(w_o x_t + u_o h_{t-1} + b_o) \\ c_t &= f\,c_{t-1} + i\,\tilde c \\ h_t &= o \tanh(c_t) \end{aligned}$$
#
# The forget gate $f$ says how much of the cell to keep, the input gate $i$ how much of the candidate $\tilde c$ to write, the output gate $o$ how much to show. Two steps by hand, for the inputs 1 and 0; each row of weights holds the four in the order $i, f, \tilde c, o$.

# %%
from scipy.special import expit

W, U, b = np.array([[1, 0, 2, 1]]), np.array([[0, 1, -1, 0]]), np.array([0, 1, 0, 0])
state, cell, by_hand = 0.0, 0.0, []
for x in (1.0, 0.0):
    i, f, c, o = W[0] * x + U[0] * state + b
    cell = expit(f) * cell + expit(i) * np.tanh(c)
    state = expit(o) * np.tanh(cell)
    by_hand.append(state)
    print(f"i {expit(i):.3f}  f {expit(f):.3f}  cell {cell:.3f}  state {state:.3f}")

# %% [markdown]
# The gated recurrent unit, {term}`GRU`, of {cite:t}`cho2014learning` saves one gate and the cell: $z$ says how much of the old state to keep, and $1 - z$ how much of the new candidate to take. A second gate can hide the old state from the candidate. {func}`audiocls.learn.recurrent.lstm` and {func}`audiocls.learn.recurrent.gru` against Keras, with random weights, four features and three units:

# %%
steps = recurrent.lstm(np.array([[1.0], [0.0]]), W, U, b)
print("LSTM by hand, equal:", np.allclose(steps.state[:, 0], by_hand))
X = rng.normal(size=(20, 4)).astype(np.float32)
for name, run in (("LSTM", recurrent.lstm), ("GRU", recurrent.gru)):
    layer = getattr(keras.layers, name)(3, return_sequences=True)
    layer.build((None, None, 4))
    layer.set_weights([rng.normal(size=w.shape) for w in layer.get_weights()])
    ours = run(X, *layer.get_weights()).state
    print(f"{name} of Keras, equal:", np.allclose(ours, layer(X[None])[0], atol=1e-5))

# %% [markdown]
# What have gates gained? Along the cell, the factor from step to step is the forget gate. Hold it at 0.99 by its bias, and send the two sequences from above through.

# %% mystnb={"image": {"alt": "Distance of two states against steps on a logarithmic axis. The plain recurrences with weights of 0.5 and 0.99 fall to a billionth within about 20 and 40 steps. The LSTM cell with a forget gate of 0.99 sinks only to about a third in 100 steps."}}
fig, ax = plt.subplots(figsize=(6, 2.2))
for u in (0.5, 0.99):
    first, second = (recurrent.simple_rnn(x, [[1]], [[u]], [0]) for x in pair)
    ax.semilogy(np.abs(first - second), label=f"plain, u = {u}")
held = [[[0, 0, 1, 0]], np.zeros((1, 4)), [0, np.log(99), 0, 0]]  # f = 0.99
first, second = (recurrent.lstm(x, *held).cell for x in pair)
ax.semilogy(np.abs(first - second), label="LSTM cell, f = 0.99")
ax.set(xlabel="Step", ylabel="Distance of states", ylim=(1e-9, 1))
ax.set_title("A plain recurrence loses the difference, a cell can keep it")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% [markdown]
# It *can* keep, but a network has to learn to. Keras begins with $b_f = 1$, a forget gate of about 0.73: the cell is halved every two steps.
#
# ## Count before you build
#
# In an LSTM with $d$ inputs and $h$ units, each unit has four sums, and each sum a weight for every input, one for every state, and a bias: $4\,(d + h + 1)\,h$ parameters. (A GRU has three sums, in Keras with two biases: $3\,(d + h + 2)\,h$.)
#
# :::{admonition} Predict
# :class: predict
# The network of the 2019 report ({func}`audiocls.learn.networks.build_report_rnn`) reads 9 frames of 13 MFCCs. Two LSTMs of 128 units follow each other; four dense layers of 64, 32, 16 and 8 units read each frame by itself; the 9 × 8 numbers, side by side, lead to 10 classes. How many parameters has the first LSTM, and how many the whole?
# :::

# %%
h = 128
lstms = [4 * (d + h + 1) * h for d in (13, 128)]
sizes = ((128, 64), (64, 32), (32, 16), (16, 8), (9 * 8, 10))
dense = [(d + 1) * out for d, out in sizes]
print(f"{lstms} + {dense} = {sum(lstms) + sum(dense):,}")

# %%
report = networks.build_report_rnn(9, 13, 10)
print(f"Keras: {report.count_params():,}")

# %% [markdown]
# Its last layer sees the frames side by side. So it matters to this network whether something happens in frame 3 or in frame 7 of its tenth of a second, although where the cut lies is chance.
#
# The book's own ({func}`audiocls.learn.networks.build_rnn`) reads 2 s, 100 frames of 64 log-mel bands. Two frames make one step; a dense layer brings the 128 numbers to 96. Then it is {term}`bidirectional` {cite:p}`schuster1997bidirectional`: one LSTM of 96 units reads the 50 steps forwards, another backwards, and their states stand side by side. At the end time is pooled: the mean of each state, and its maximum. **Predict** the shapes, and the parameters of the two LSTMs.

# %%
for layer in networks.build_rnn(100, 64, 10).layers:
    name, shape = type(layer).__name__, layer.output.shape[1:]
    print(f"{name:24} {shape!s:10} {layer.count_params():7,}")

# %% [markdown]
# $2 \cdot 4\,(96 + 96 + 1)\,96 = 148{,}224$. Almost all of the network is there.
#
# ## Watch it listen
#
# Now train it on the **rendered set**, for 150 steps in place of the recipe's 4,000, and without its sound libraries and its reverberation (chapter 11), which would blur the order that we ask about. Split the 300 clips into two halves, by {term}`source`, and test each half by a network that learnt from the other. The test is the first two seconds of each clip.

# %%
dry = partial(augment, steps=[step for step in STEPS if step is not reverberate])
brief = {"steps": 150, "borrowed_per_class": 0, "augment": dry}
recipe = dataclasses.replace(RECIPES["rnn"], **brief)
ready = prepare(clips, recipe)
half = clips.folds(by="source", n_folds=2)
print("clips in each half:", np.bincount(half))

# %%
length = recipe.front_end.length
cuts = [cut_windows(wave, [0], length=length) for wave in ready.waves]
features = recipe.front_end(np.concatenate(cuts))  # (clip, band, frame)
print(features.shape)

# %% [markdown]
# Two small functions: one trains two networks, each on one half; the other says which clips they name correctly, each clip by the network that does not know it.

# %%
halves = [ready.select(np.flatnonzero(half != k)) for k in (0, 1)]


def train(recipe):
    return [training.train(halves[k], recipe, classes=10, seed=k)[0] for k in (0, 1)]


def named_right(models, features):
    right = np.zeros(len(clips), dtype=bool)
    for k, model in enumerate(models):
        scores = model.predict(keras_input(features[half == k]), verbose=0)
        right[half == k] = scores.argmax(axis=1) == clips.targets[half == k]
    return right


# %% tags=["nbval-ignore-output"]
ordered = train(recipe)
right = {"in order": named_right(ordered, features)}
low, high = evaluation.bootstrap_interval(right["in order"], clips.sources)
share = right["in order"].mean()
print(f"in order: {share:.0%}, 95 % interval {low:.0%} to {high:.0%}")

# %%
assert right["in order"].mean() > 0.4  # ten classes: guessing is right in 10 %

# %% [markdown]
# With half of a small set and a short training, {printed}`in order: (\d+)%` %. (The interval says how far this could move with other sources of the same kind.) What happens while it listens? Take a snare drum that is struck twice, and the forward LSTM of the network that does not know it. Keras shows only the states, {func}`audiocls.learn.recurrent.lstm` the gates too.

# %% tags=["nbval-ignore-output"]
drum = 251
model = ordered[half[drum]]
layer = model.get_layer("bidirectional")
inside = keras.Model(model.input, [layer.input, layer.output])
X, states = inside(keras_input(features[[drum]]))
player(ready.waves[drum], sr, label="A snare drum, struck twice")

# %% tags=["nbval-ignore-output"]
steps = recurrent.lstm(X[0], *layer.forward_layer.get_weights())
print("states as in Keras:", np.allclose(steps.state, states[0, :, :96], atol=1e-4))
keeps = steps.forget.mean(axis=0)  # of each unit
print(f"forget gates: median {np.median(keeps):.2f}; {np.sum(keeps > 0.95)} over 0.95")

# %% tags=["nbval-ignore-output"] mystnb={"image": {"alt": "Three panels over two seconds. Top: the log-mel spectrogram of two drum strokes, at 0 and 0.28 seconds, fading until silence at 1.25 seconds. Middle: the forget gates of 96 units as rows, sorted by their mean; they change at each stroke and become constant stripes in the silence. Bottom: the mean forget gate lies near 0.7 throughout; the mean input gate is near 0.55 during the strokes and sinks below 0.4 as the sound fades."}}
fig, axes = plt.subplots(3, 1, figsize=(7, 5), sharex=True)
shown = {"sr": sr, "hop_length": 320, "offset": 256, "colorbar": False}
plot.plot_mel(features[drum], **shown, ax=axes[0])
forget = steps.forget.T[keeps.argsort()]
box = {"extent": (0, 2, 0, 96), "aspect": "auto", "origin": "lower"}
axes[1].imshow(forget, **box, vmin=0, vmax=1, cmap="viridis")
axes[1].set(ylabel="Unit, sorted", title="Forget gates, from 0 (dark) to 1 (bright)")
axes[1].grid(False)
seconds = 0.04 * np.arange(50) + 0.026
for name, gate in (("forget", steps.forget), ("input", steps.input)):
    axes[2].plot(seconds, gate.mean(axis=1), label=f"{name} gate")
axes[2].set(xlabel="Time (s)", ylabel="Mean over units", ylim=(0, 1), xlim=(0, 2))
axes[2].legend(loc="upper right", ncols=2)
axes[0].set(xlabel="", ylabel="Frequency (Hz)")
axes[0].set_title("The gates follow the strokes; input gates sink as the sound fades")
plt.show()

# %%
moves = np.abs(np.diff(steps.forget, axis=0)).mean(axis=1)
assert moves[5:9].max() > 2 * moves[:5].max()  # the second stroke
open_to = steps.input.mean(axis=1)
assert open_to[:10].mean() > open_to[-10:].mean() + 0.05 > 0.2  # part of the way
assert np.median(keeps) < 0.9 and 0 < np.mean(keeps > 0.95) < 0.25

# %% [markdown]
# Nobody told the units what a stroke is. At the second one the forget gates move far more than before; as the sound fades, the input gates close part of the way. Most forget gates are far from 1: at the median, {printed}`median ([\d.]+);`, a cell loses half of its content in two or three steps, a tenth of a second. Only {printed}`; (\d+) over 0.95` of 96 are above 0.95 on average and can hold on for longer.
#
# :::{admonition} Misconception: "bidirectional means that it can look into the future"
# :class: misconception
# It reads a *recording* from both ends. Replace the second half of the clip by silence, and compare the states of the first half: the forward ones cannot know, the backward ones do. On a live stream the backward LSTM cannot begin before the window is complete. A network that has to answer at each frame must read forwards only.
# :::

# %% tags=["nbval-ignore-output"]
both = features[[drum, drum]]
both[1, :, 50:] = -80  # the second half of the second one is silent
before, after = inside(keras_input(both))[1][:, :25]
change = np.abs(before - after).max(axis=0)
print(f"forward: {change[:96].max():.5f}, backward: {change[96:].max():.2f}")

# %%
assert change[:96].max() < 1e-5 and change[96:].max() > 0.05

# %% [markdown]
# ## Take the order away
#
# {func}`audiocls.learn.augmentation.shuffle_frames` puts the frames of each window in random order. There are two ways to use it, for two questions.
#
# 1. **Shuffle in the test only.** Does *this* network use the order? But a shuffled sound is also strange to it, so part of a fall may be surprise.
# 2. **Shuffle in training too.** Is the order *needed*? This network never meets any, and may use whatever else there is.
#
# :::{admonition} Predict
# :class: predict
# How far does the accuracy fall in the first experiment, and how far in the second?
# :::

# %% tags=["nbval-ignore-output"]
disorder = shuffle_frames(features, np.random.default_rng(0))
right["backwards"] = named_right(ordered, features[:, :, ::-1])
right["shuffled"] = named_right(ordered, disorder)
for name, each in right.items():
    print(f"test clips {name}: {each.mean():.0%}")

# %% [markdown]
# Is that a fall, or chance? The clips are the same, so compare clip by clip. The difference is 1, 0 or −1 for each; draw *sources* again and again for an interval of its mean ({func}`audiocls.measure.evaluation.bootstrap_interval`, chapter 13). And test it ({func}`audiocls.measure.evaluation.paired_test`): only clips that one names correctly and the other does not say anything. If both were equally good, each of these would be the toss of a coin. The {term}`p-value` is the probability that coins fall at least as unevenly {cite:p}`mcnemar1947note`. (The test takes all clips for independent, the interval only the sources.)

# %%
points = "difference {:+.1f} points, 95 % interval {:+.1f} to {:+.1f}"


def compare(first, second, sources):
    only, others = np.sum(first & ~second), np.sum(second & ~first)
    p = evaluation.paired_test(first, second)
    print(f"only the first right: {only}, only the second: {others}, p = {p:.2g}")
    difference = 100.0 * first - 100.0 * second
    low, high = evaluation.bootstrap_interval(difference, sources)
    print(points.format(difference.mean(), low, high))


# %% tags=["nbval-ignore-output"]
print("shuffled in the test, and in order")
compare(right["shuffled"], right["in order"], clips.sources)

# %%
fall = right["in order"].mean() - right["shuffled"].mean()
assert 0 < fall < 0.2 and right["shuffled"].mean() > 0.3
assert evaluation.paired_test(right["shuffled"], right["in order"]) < 0.05

# %% [markdown]
# So the order makes a difference to this network: {printed}`test clips in order: (\d+)%` % become {printed}`test clips shuffled: (\d+)%` %, and the interval of the difference, −{printed}`shuffled in the test, and in order\n.*\n.*interval -(\S+) to` to −{printed}`shuffled in the test, and in order\n.*\n.* to -(\S+)` points, leaves out zero. Yet what remains is several times what guessing gives.
#
# Now the second question. Train one network on shuffled windows. Train another *without recurrence*: instead of the LSTMs, a dense layer reads each step by itself, and then time is pooled. To that one the order of the steps means nothing.

# %% tags=["nbval-ignore-output"]
recipes = {
    "shuffled": {"augment": lambda X, rng: shuffle_frames(dry(X, rng), rng)},
    "no recurrence": {"build": partial(networks.build_rnn, cell=None)},
}
for name, asked in (("shuffled", disorder), ("no recurrence", features)):
    models = train(dataclasses.replace(recipe, **recipes[name]))
    right[name] = named_right(models, asked)
    parameters = models[0].count_params()
    print(f"{name}, {parameters:,} parameters: {right[name].mean():.0%} right")
    compare(right[name], right["in order"], clips.sources)

# %%
for name in recipes:
    assert abs(right[name].mean() - right["in order"].mean()) < 0.1

# %% [markdown]
# Both come within a few points of the network in order, the second with a fifth of its parameters. Its interval goes from −{printed}`no recurrence, [\d,]+ parameters: .*\n.*\n.*interval -(\S+) to` to {printed}`no recurrence, [\d,]+ parameters: .*\n.*\n.* to (\S+)` points. If the order helps, then hardly by more than ten points; most of what this network learns here is *what* sounds, not *when*. (The intervals stand for other clips only; training again moves the figures, too.)
#
# :::{admonition} Misconception: "music is a sequence, so it takes an LSTM"
# :class: misconception
# In speech and in a melody the order carries the message: shuffle the frames, and words and tune are gone. What tells one instrument from another is here mostly in each short piece of its sound. That data have a time axis does not say whether the task needs it. Shuffle and measure.
# :::
#
# ## Clips that are too short
#
# The network reads 100 frames. If a clip has only 30, the rest is filled up with silence, and a recurrence goes on forgetting. Take the plain unit from the beginning, and a 1 followed by five zeros. A *mask* tells Keras to skip every step at which all features have a given value; the state stands still.

# %%
padded = np.array([[[1.0], [0.0], [0.0], [0.0], [0.0], [0.0]]])
layer = keras.layers.SimpleRNN(1)
layer.build((None, None, 1))
layer.set_weights(weights)
masked = layer(keras.layers.Masking(mask_value=0.0)(padded))
print(f"last state: {layer(padded)[0, 0]:.3f}, masked: {masked[0, 0]:.3f}")

# %% [markdown]
# A mask also skips true silence *between* two notes. The book's network has none. It reads silence as every band at −80 dB; in training it meets notes that are cut short ({func}`audiocls.learn.augmentation.shorten`); and it pools over all states: padding dilutes their mean, but cannot lower the maximum of the forward ones. Cut all clips short and fill up with silence. **Predict** where the accuracy breaks down.

# %% tags=["nbval-ignore-output"]
for ms in (2_000, 1_000, 500, 250, 100):
    cuts = [cut_windows(wave[: 16 * ms], [0], length=length) for wave in ready.waves]
    right[ms] = named_right(ordered, recipe.front_end(np.concatenate(cuts)))
    print(f"the first {ms:5,} ms: {right[ms].mean():.0%}")

# %%
assert right[250].mean() > right[2_000].mean() - 0.1
assert right[2_000].mean() - 0.05 > right[100].mean() > 0.2

# %% [markdown]
# A quarter of a second, an eighth of the window, costs only a few points. A tenth of a second, the report's window, is clearly too short for this network, though even then {printed}`the first +100 ms: (\d+)%` % are right.
#
# ## On real recordings
#
# Everything so far was measured on rendered notes, after a short training. What follows is from the 300 **real recordings**, with the full recipes and five folds: the share of clips named correctly, and its 95 % interval.

# %%
stored = "../results/freesound-{}.json"
for name in ("report-rnn-clip", "report-rnn-source", "rnn-clip", "rnn-source"):
    accuracy = results.read_json(stored.format(name))["clip_accuracy"]
    low, high = accuracy["interval"]
    print(f"{name:17} {accuracy['mean']:.1%}, {low:.1%} to {high:.1%}")

# %% [markdown]
# The 2019 report claimed 85 % for its recurrent network: of the *windows* of a tenth of a second, split at random, so that nearly every clip was on both sides. (Measured in that way, we got {result}`freesound-report-rnn-window: window_accuracy/pooled: .0%`; chapter 13 follows this trail.) The book's network names more clips in both kinds of split. But it differs in much more than its recurrence: longer windows, log-mel bands, changed and borrowed sounds to learn from.
#
# ## A winner?
#
# The book's two networks read the same input and learn from the same clips, in the same folds. The convolutional one has {result}`freesound-cnn-source: parameters: ,` parameters, the recurrent one {result}`freesound-rnn-source: parameters: ,`. By source they name {result}`freesound-cnn-source: clip_accuracy/mean: .1%` and {result}`freesound-rnn-source: clip_accuracy/mean: .1%` of the 300 clips.
#
# :::{admonition} Predict
# :class: predict
# The difference is 17 clips. Is the convolutional network better? How unevenly must a coin fall before you doubt it?
# :::
#
# Again compare clip by clip. A third one takes part, the strongest {term}`baseline` of chapter 13: a support vector machine that reads, instead of a sequence, the mean, spread and maximum of each band over time, how much neighbouring frames differ, and the clip's length.

# %%
table = datasets.freesound.read_table()
real = {}
for name in ("cnn", "rnn", "svm-log-mel-borrowed"):
    found = results.read_json(stored.format(f"{name}-source"))
    named = np.array(found["labels"])[found["predictions"][0]]
    real[name] = (named == table.label).to_numpy()
for other in ("cnn", "svm-log-mel-borrowed"):
    print(f"{other} and rnn, 300 real clips")
    compare(real[other], real["rnn"], table.source)

# %% [markdown]
# The convolutional network alone is right on {printed}`cnn and rnn, 300 real clips\nonly the first right: (\d+)` clips, the recurrent one alone on {printed}`cnn and rnn, 300 real clips\nonly the first right: \d+, only the second: (\d+)`. Coins fall at least so unevenly less than once in a hundred times ($p =$ {printed}`cnn and rnn, 300 real clips\n.*p = ([\d.]+)`). The interval of the difference, with whole sources drawn, goes from +{printed}`cnn and rnn, 300 real clips\n.*\n.*interval .(\S+) to` to +{printed}`cnn and rnn, 300 real clips\n.*\n.* to .(\S+)` points and leaves out zero. So **these convolutional networks are better than these recurrent ones**, most likely also on other clips of this kind. Are *all* trained so? That would take many trainings. Of an earlier pair, trained on another machine, no winner could be named (`results/README.md`). The machine that reads no sequence comes last, though its interval ends just short of zero.
#
# There are other reasons to choose it: the convolutional network is smaller, and works on all frames at once, while an LSTM must wait for the step before.
#
# ## Check yourself
#
# **A plain recurrence has $u = 0.9$. How much does an input of 50 steps ago count now, at most?**
#
# <details class="quiz"><summary>Half a percent.</summary>Yes: 0.9 to the power of 50 is 0.005, and the slope of the tanh makes it less.</details>
# <details class="quiz"><summary>90 percent.</summary>That is what one step keeps. The factor comes in at each step.</details>
# <details class="quiz"><summary>It cannot be said without the inputs.</summary>How much less depends on them, through the slope of the tanh. The bound does not.</details>
#
# **A network trained in order loses seven points on shuffled clips. What follows?**
#
# <details class="quiz"><summary>The task needs the order.</summary>Perhaps this network is put off by what it never saw. Train another without order, and compare.</details>
# <details class="quiz"><summary>This network does something with the order.</summary>Right. Whether the task needs it is the second experiment.</details>
# <details class="quiz"><summary>An LSTM was the right choice.</summary>Perhaps a network without any recurrence does as well.</details>
#
# **A paired test gives p = 0.16. What may you write?**
#
# <details class="quiz"><summary>"The two networks are equally good."</summary>That none was found is not that there is none. Look at the interval.</details>
# <details class="quiz"><summary>"The first is better with a probability of 84 percent."</summary>p is computed as if both were equally good. It is not the probability that they are.</details>
# <details class="quiz"><summary>"These clips do not decide between them", and the interval of the difference.</summary>Yes. The interval says what is still possible.</details>
#
# ## In this chapter we have
#
# - worked out a plain recurrence, an LSTM and a GRU, equal to Keras, and seen the first forget within half a second what a cell can keep;
# - trained a recurrent network and watched its gates follow two strokes of a drum; without the order it lost some points, and a network that never knew any order came close;
# - compared two networks clip by clip on real recordings: 17 clips apart, p = {printed}`cnn and rnn, 300 real clips\n.*p = ([\d.]+)`, and a winner, of these trainings.
#
# ## Exercises

# %% [markdown]
# ```{exercise} Predict, then listen
# :label: ex-rnn-onset
# Leave the first 0.2 s of the guitar alone and shuffle only the frames after it. Then do the opposite. Which of the two will you take for a guitar? Predict, then play both.
# ```
#
# ```{solution-start} ex-rnn-onset
# :class: dropdown
# ```

# %%
X = stft(guitar, **framing)
order = np.arange(X.shape[1])  # frame 10 is at 0.2 s
for label, part in (("Onset kept", order >= 10), ("Onset shuffled", order < 10)):
    places = order.copy()
    places[part] = np.random.default_rng(0).permutation(order[part])
    sound = istft(X[:, places], **framing, length=guitar.size)
    display(player(sound[:sr], sr, label=label))

# %% [markdown]
# A fifth of a second in order is enough for a pluck, and what follows is heard as its rough continuation. In the second the steady part is whole, and the beginning stumbles.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} On paper
# :label: ex-rnn-count
# How many parameters has a bidirectional GRU with 64 inputs and 32 units in each direction? How many has one LSTM of 64 units? Check with Keras.
# ```
#
# ```{solution-start} ex-rnn-count
# :class: dropdown
# ```

# %%
layers = keras.layers.Bidirectional(keras.layers.GRU(32)), keras.layers.LSTM(64)
for layer, by_formula in zip(layers, (2 * 3 * 98 * 32, 4 * 129 * 64), strict=True):
    layer.build((None, None, 64))
    print(f"{by_formula:,} by formula, {layer.count_params():,} in Keras")

# %% [markdown]
# $2 \cdot 3\,(64 + 32 + 2)\,32$ and $4\,(64 + 64 + 1)\,64$. Both put out 64 numbers a step. The two halves of the first do not see each other's states: that saves most.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} How far open?
# :label: ex-rnn-half-life
# A cell shall hold half of what it held 50 steps ago, the length of the book's window. Which forget gate does that take, and which bias $b_f$, if inputs and states do not matter? What is left with a bias of 1?
# ```
#
# ```{solution-start} ex-rnn-half-life
# :class: dropdown
# ```

# %%
gate = 0.5 ** (1 / 50)
bias = np.log(gate / (1 - gate))  # the inverse of the sigmoid
print(f"gate {gate:.3f}, bias {bias:.2f}; with a bias of 1: {expit(1) ** 50:.0e}")
impulse = np.zeros((51, 1))
impulse[0] = 1
held = [[[0, 0, 1, 0]], np.zeros((1, 4)), [0, bias, 0, 0]]
cell = recurrent.lstm(impulse, *held).cell
print(f"after 50 steps {cell[50, 0] / cell[0, 0]:.2f} is left")

# %% [markdown]
# A bias of about 4.3. The forget gates of the trained network were mostly far from 0.986. Pooling over time may make up for it.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Two heads
# :label: ex-rnn-two-heads
# The result files hold the scores of both networks for every real clip. Average them. Is the pair better than each one alone? Judge as above.
# ```
#
# ```{solution-start} ex-rnn-two-heads
# :class: dropdown
# ```

# %%
found = [results.read_json(stored.format(f"{name}-source")) for name in ("cnn", "rnn")]
mean = np.mean([each["scores"] for each in found], axis=0)
both = (np.array(found[0]["labels"])[mean.argmax(axis=1)] == table.label).to_numpy()
print(f"both together: {both.mean():.1%} of 300 real clips")
for name in ("cnn", "rnn"):
    print(f"both and {name} alone")
    compare(both, real[name], table.source)

# %% [markdown]
# Better than the recurrent network alone: the interval leaves out zero. Not demonstrably better than the convolutional one, and twice the work.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Your own cell
# :label: ex-rnn-cell
# `build_rnn` takes `cell="GRU"` or `"SimpleRNN"`, `units`, `stack` and `depth`. Find a recurrent network with at most half the parameters that is not clearly worse. Decide first what "clearly" shall mean, and which clips you keep for the end. There is no single answer; here are two to count:
# ```
#
# ```{solution-start} ex-rnn-cell
# :class: dropdown
# ```

# %%
for options in ({"cell": "GRU", "units": 56}, {"cell": "LSTM", "units": 64}):
    small = networks.build_rnn(100, 64, 10, **options)
    print(options, f"{small.count_params():,}")

# %% [markdown]
# Train each with `train(dataclasses.replace(recipe, build=partial(networks.build_rnn, **options)))` and use `compare`. Of ten tried on the same clips, the best will look better than it is.
#
# ```{solution-end}
# ```

# %% [markdown]
# ## Further reading
#
# - {cite:t}`hochreiter1997long` and {cite:t}`gers2000learning`: the cell, and the gate that lets it forget.
# - {cite:t}`greff2017lstm`: eight variants of the LSTM, compared in thousands of trainings; none is significantly better than the usual one.
#
# The functions of this chapter are described in the reference of {doc}`audiocls.learn.networks </book/api/networks>`. The next chapter asks what all these percentages are worth.
