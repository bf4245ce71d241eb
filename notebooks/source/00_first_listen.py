# %% [markdown]
# # 0. First listen
#
# **What do you hear, and how would a machine know?** Here is a note. Name the instrument before you read on.

# %%
import matplotlib.pyplot as plt
import numpy as np

from audiocls import datasets, plot, sampling
from audiocls.classifier import Classifier
from audiocls.learn.frontend import FrontEnd
from audiocls.measure import figures, results
from audiocls.player import player
from audiocls.windows import cut_windows

plot.use_style()

# %%
one_of_each = [10, 30, 67, 93, 122, 150, 190, 222, 251, 282]
clips = datasets.load("rendered").select(one_of_each)
y, sr = clips.audio(3)
light = sampling.resample(y, orig_sr=sr, target_sr=16_000)
player(light, 16_000, label="Which instrument is this?")

# %% [markdown]
# You did not measure anything, and still you knew something at once: a wind instrument, certainly no drum. (It is a clarinet.) Whatever told you must be in the sound, and a sound in a computer is a list of numbers. How long is the list for this one?

# %%
print(f"{len(y):,} numbers, {sr:,} a second: {len(y) / sr:.2f} s")
print(y[10_000:10_008].round(3))

# %% [markdown]
# Nobody can see an instrument in the second line. This book is about the way from such a list to the word *clarinet*: what to compute, why, and how to tell whether the answer deserves trust. This chapter walks the whole way once, with your ears, and explains nothing yet.
#
# **You will**
#
# - hear the ten instruments of this book, and see each as a waveform and as the picture that a network reads,
# - let a trained network name them and say how sure it is,
# - play it an instrument that it has never heard of, and see what it says then.
#
# **You need** your ears, headphones if you have them, and nothing else. Take about 15 minutes.
#
# ## Ten instruments
#
# Listen to all ten. The pitched ones play a note near the middle of the piano, the double bass an octave lower. Which two would *you* mix up?

# %%
for note, rate, label in clips:
    light = sampling.resample(note, orig_sr=rate, target_sr=16_000)[:24_000]
    light[-1_600:] *= np.linspace(1, 0, 1_600)  # fade out
    display(player(light, 16_000, label=plot.pretty(label)))

# %% [markdown]
# These ten are not recordings of a player in a room. They are *rendered*: short recordings of real instruments that a program looped, tuned and faded into notes, on your own machine. That way every reader hears the same, offline. Real recordings are harder, and wherever a number in this book matters, it comes from three hundred of those.
#
# Did you hesitate between the cello and the double bass, or between the saxophone and the clarinet? Remember your pair. The network has pairs of its own.
#
# ## Two pictures of a sound
#
# Draw the numbers against time, and you get the {term}`waveform`. Can you tell the instruments apart by eye? **Predict** which ones will look alike.

# %% mystnb={"image": {"alt": "Ten waveforms in a 2 by 5 grid. Guitar and double bass start at their highest and fade; cello, violin, clarinet, flute and saxophone keep their strength until the end; bass drum and hi-hat are over in a tenth of a second; the snare drum is struck twice. Families look different, members of a family alike."}}
fig, axes = plot.class_grid(xlabel="Time (s)", ylabel="Amplitude (full scale = 1)")
for note, rate, label in clips:
    plot.plot_waveform(note[: int(1.5 * rate)], rate, ax=axes[label], label=label)
fig.suptitle("A waveform shows how a note begins and ends, and little else")
plt.show()

# %% [markdown]
# The picture separates families. What is struck is over almost at once, and this snare drum is struck twice. What is plucked, the guitar and here the double bass too, begins strong and fades. What is bowed or blown keeps its strength until the player stops. But inside a family the picture is of little use: cover the titles and try to tell the cello from the clarinet.
#
# The second picture is called a *log-mel spectrogram*. Time still runs to the right; upwards runs frequency, low sounds at the bottom; bright means strong. It takes chapters 1 to 8 to say exactly what it is. For now, just look.

# %%
front_end = FrontEnd(kind="log_mel", seconds=1.0, n_features=64)
pictures = {}
for note, rate, label in clips:
    light = sampling.resample(note, orig_sr=rate, target_sr=front_end.sr)
    window = cut_windows(light, [0], length=front_end.length)
    pictures[label] = front_end(window)[0]
print(pictures["Clarinet"].shape, "bands and moments")

# %% mystnb={"image": {"alt": "Ten log-mel spectrograms in a 2 by 5 grid. The pitched instruments show ladders of horizontal stripes whose rungs differ in brightness and reach different heights; the bass drum is a spot at the bottom, the snare drum two upright strokes that fade, the hi-hat one short upright stroke."}}
units = {"xlabel": "Time (s)", "ylabel": "Frequency (Hz, mel scale)"}
fig, axes = plot.class_grid(**units, figsize=(9, 3.8))
for label, picture in pictures.items():
    ax = axes[label]
    options = {"offset": 200, "range_db": 40, "colorbar": False}
    plot.plot_mel(picture, sr=16_000, hop_length=160, ax=ax, **options)
fig.suptitle("A log-mel spectrogram shows what a note is made of")
plt.show()

# %% [markdown]
# The stripes are the parts that a pitched note is made of, its {term}`partials <partial>`. How strong each one is differs from instrument to instrument, but also from note to note: another {term}`pitch`, another ladder. Drums have no ladder. They are spots or upright strokes: many frequencies at once, for a short time. (Each picture is scaled to its own brightest point and reaches 40 {term}`decibels <decibel>` below it, so it does not show how loud a note is.) Somebody who has looked at enough of these could learn to name new ones. How many are enough is a question for chapter 13.
#
# ## A machine names them
#
# The network that comes with this book has learnt from the 300 real {term}`clips <clip>`, and from thousands of notes and phrases of sound libraries. It reads two seconds of sound at a time and gives every class a {term}`score` between 0 and 1; the scores add up to 1. Play it the note from the beginning.

# %% mystnb={"image": {"alt": "Horizontal bars of ten class scores for the first note: clarinet is far ahead of all others."}}
classifier = Classifier("cnn")
found = classifier.predict(y, sr)
figures.plot_scores(list(found.scores.values()), list(found.scores))
plt.title("The network's scores for the first note")
plt.show()

# %% [markdown]
# And all ten, one after another. The column on the right is the highest score:

# %%
for note, rate, label in clips:
    answer = classifier.predict(note, rate)
    mark = "right" if answer.label == label else "WRONG"
    true, said = plot.pretty(label), plot.pretty(answer.label)
    print(f"{true:17s}-> {said:17s}{answer.score:5.0%}  {mark}")

# %% [markdown]
# All ten are right. Do not be impressed: the network has learnt from rendered notes of the same instruments, made by the same program from the same recordings, so this was no test. It is like asking a pupil the very sums that were done in class.
#
# Here is a test. The three hundred real clips were put into 118 groups: clips whose numbers on Freesound are close, as uploads of one recording session usually are. The groups were dealt into five piles. Five networks were trained, each on four piles and on the sound libraries, and each was asked about the pile that it had never heard. The numbers were written into a file by the program that measured them:

# %%
report = results.read_json("../results/freesound-cnn-source.json")
accuracy = report["clip_accuracy"]
low, high = accuracy["interval"]
print(f"{accuracy['mean']:.0%} of {report['clips']} real clips named correctly")
print(f"95 % interval: {low:.0%} to {high:.0%}; guessing: 10 %")
print(report["command"])

# %% [markdown]
# That is the honest figure: far above guessing, and far from perfect. (The interval says how far the figure may move with other recording sessions of this kind.) The 2019 report that this book grew from claimed 95 %, and split its data another way. Here is its own network, trained on the same clips, with the data split its way and ours:

# %%
for split in ("window", "clip", "source"):
    other = results.read_json(f"../results/freesound-report-cnn-{split}.json")
    right = other["window_accuracy"]["pooled"]
    print(f"split by {split:7s}{right:5.0%} of the windows right")

# %% [markdown]
# The network is the same in all three rows; what it was asked differs. Its clips were cut into windows of a tenth of a second. In the first row the windows were split at random, so that nearly every clip was heard in training and asked about in the test. How much such a number is worth, and how to notice that somebody has made the mistake, is the subject of chapter 13.
#
# ## An instrument it has never heard
#
# The network knows ten words. A piano is not among them. **Predict:** what will it say to a piano: nothing, all ten classes alike, or something else?

# %%
recipe = {"Piano": datasets.rendered.OTHERS["Piano"]}
piano = datasets.rendered.load(classes=recipe, per_class=6)
y_piano, sr_piano = piano.audio(0)
light = sampling.resample(y_piano, orig_sr=sr_piano, target_sr=16_000)
player(light, 16_000, label="A piano")

# %%
answers = [classifier.predict(*piano.audio(i)) for i in range(len(piano))]
for answer in answers:
    doubt = "" if answer.sure else "  (not sure)"
    print(f"{plot.pretty(answer.label):18s}{answer.score:.0%}{doubt}")

# %% [markdown]
# It names an instrument all the same, every time, because it cannot do otherwise: its scores add up to 1, whatever comes in. They say which of the ten fits best. They do not say that any of them fits. When the highest score is below a threshold, the program adds that it is not sure. Count how often that was the case here.
#
# :::{admonition} Misconception: "a score of 80 % means that it is 80 % likely to be right"
# :class: misconception
# For a piano the network is wrong every time, however high the score. The next cell shows the highest. Even for the ten classes a score is a probability only if somebody has checked that clips with a score of 0.8 are right eight times in ten. Chapter 13 checks it.
# :::

# %%
highest = max(answer.score for answer in answers)
print(f"highest score given to a piano: {highest:.0%}")
print(f"sum of its ten scores: {sum(answers[0].scores.values()):.2f}")

# %% [markdown]
# ## The way from sound to name
#
# This is the way of the book. The network that you have just heard takes a short cut: it reads the picture of chapters 6 and 8. The networks of the 2019 report went by way of chapter 10.
#
# | Step | What it does | Chapter |
# |---|---|---|
# | sample | air pressure becomes numbers | [1 Sampling](01_sampling) |
# | level | how strong, how loud, how silent | [2 Amplitude](02_amplitude) |
# | spectrum | which frequencies are in a stretch of sound | [3 Fourier transform](03_fourier), [4 Periodogram](04_periodogram), [5 Spectral density](05_spectral_density) |
# | mel | frequencies grouped roughly the way ears do | [6 Mel scale](06_mel) |
# | source and body | what is the note, what is the instrument | [7 Cepstrum](07_cepstrum) |
# | picture | all of it, moment by moment | [8 Spectrogram](08_spectrogram) |
# | data | whose sounds, how many, and who hears which | [9 Data set](09_dataset) |
# | features | 16,000 numbers a second become 13 × 99 | [10 MFCC](10_mfcc) |
# | network | from picture to scores | [11 CNN](11_cnn), [12 RNN](12_rnn) |
# | trust | is the figure true, and for whom? | [13 Evaluation](13_evaluation) |
# | use | one file that anybody can run | [14 Deployment](14_deploy) |
#
# What would it say to a sound of yours? On the page [Which instrument is it?](../book/classify.md) the same network listens to a file or to your microphone, in the browser.
#
# ## Check yourself
#
# **Suppose a network names all ten rendered clips. What does that say about real recordings?**
#
# <details class="quiz"><summary>That about ten in ten will be right there, too.</summary>No. The network has practised on notes from the same recordings. Only sounds from sessions that it has never heard can tell.</details>
# <details class="quiz"><summary>Nothing much.</summary>Right. It shows that the program runs, which is all that rendered clips are for in this book.</details>
#
# **You play the network a recording of rain, and it says "snare drum, 85 %". Is it broken?**
#
# <details class="quiz"><summary>Yes: it should have said that it does not know.</summary>It was never taught to say that. It has ten words and must spread its score over them.</details>
# <details class="quiz"><summary>No: of its ten classes, this one fits best.</summary>Right. Whether any of them fits is another question, and needs another answer than a score.</details>
#
# ## In this chapter we have
#
# - heard ten instruments, and seen each as a waveform and as the picture that a network reads;
# - let a network name them, and read from a file what such networks are worth on recordings from sessions they had not heard;
# - played it a piano, and seen that it names an instrument even when none is right.
#
# **In the package:** {func}`~audiocls.plot.use_style` sets the look of all figures, {func}`~audiocls.plot.pretty` writes the name of a class, and {func}`~audiocls.measure.figures.plot_scores` draws the scores of one sound.
#
# ## Exercises

# %% [markdown]
# ```{exercise} Backwards
# :label: ex-first-backwards
# Play the guitar note backwards, `y[::-1]`. Before you run it: will you still hear a guitar? Will the network?
# ```
#
# ```{solution-start} ex-first-backwards
# :class: dropdown
# ```

# %%
guitar, rate = clips.audio(0)
backwards = classifier.predict(guitar[::-1], rate)
print(f"{plot.pretty(backwards.label)} {backwards.score:.0%}")
light = sampling.resample(guitar[::-1], orig_sr=rate, target_sr=16_000)
player(light, 16_000, label="A guitar, backwards")

# %% [markdown]
# What did you hear? The same frequencies are in it, equally strong; only their order in time is turned round. How a note begins tells us much about what plays it: in the experiment of {cite:t}`saldanha1964timbre`, listeners did best when they heard the beginning of the note. Did the network stumble as well?
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Softer and softer
# :label: ex-first-softer
# Multiply the clarinet by 0.1, 0.01 and 0.001. At which level does the network change its mind? Predict first.
# ```
#
# ```{solution-start} ex-first-softer
# :class: dropdown
# ```

# %%
for factor in (1, 0.1, 0.01, 0.001):
    answer = classifier.predict(factor * y, sr)
    print(f"{factor:5}: {plot.pretty(answer.label)} {answer.score:.0%}")

# %% [markdown]
# It does not. The picture that it reads is measured from its own brightest point, so a factor makes no difference. That was a decision: a recording's level says more about the recorder than about the instrument.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} How little is enough?
# :label: ex-first-short
# Give the network only the first 0.05, 0.1, 0.2 and 0.5 seconds of each of the ten clips. How many does it still name?
# ```
#
# ```{solution-start} ex-first-short
# :class: dropdown
# ```

# %%
for seconds in (0.05, 0.1, 0.2, 0.5):
    right = 0
    for note, rate, label in clips:
        right += classifier.predict(note[: int(seconds * rate)], rate).label == label
    print(f"{seconds:.2f} s: {right} of 10")

# %% [markdown]
# Little is enough here: how a note begins says much about what plays it. But do not forget whose notes these are. The network has practised on notes from the same recordings, some of them cut short in just this way.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Your own sound
# :label: ex-first-own
# Record a few seconds of an instrument with your phone, or of a spoon on a glass. `.venv/bin/audiocls predict FILE` in a terminal gives the scores; `classifier.predict_file("FILE")` does so here. To see what the network saw, `y, sr = audio.read("FILE")`, then `to_mono(y)`, and go on as above. Try it with the microphone near and far. Write down what you expected and what came out. There is no solution to this one.
# ```

# %% [markdown]
# ## Further reading
#
# {cite:t}`fonseca2018general` describe the collection that the three hundred real recordings come from, and how people verified what is heard in them. The next chapter begins where every recording begins: with [sampling](01_sampling).
