# %% [markdown]
# # 0. First listen
#
# **What do you hear, and how would a machine know?** Here is a note. Name the instrument before you read on.

# %%
import matplotlib.pyplot as plt

from audiocls import audio, datasets, plot, results, sampling
from audiocls.classifier import Classifier
from audiocls.frontend import FrontEnd
from audiocls.windows import cut_windows

plot.use_style()

# %%
clips = datasets.load("rendered").one_per_class()
y, sr = clips.audio(clips.labels.index("Clarinet"))
audio.player(y, sr, label="Which instrument is this?")

# %% [markdown]
# You did not measure anything, and still you knew something at once: a wind instrument, perhaps a clarinet, certainly no drum. Whatever told you must be in the sound, and a sound in a computer is a list of numbers. How long is the list for this one?

# %%
print(f"{len(y):,} numbers, {sr:,} a second: {len(y) / sr:.2f} s")
print(y[10_000:10_008].round(3))

# %% [markdown]
# Nobody can hear an instrument in the second line. This book is about the way from such a list to the word *clarinet*: what to compute, why, and how to tell whether the answer deserves trust. This chapter walks the whole way once, with your ears, and explains nothing yet.
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
# Listen to all ten. Which two would *you* mix up?

# %%
for label in clips.labels:
    note, rate = clips.audio(clips.labels.index(label))
    note = sampling.resample(note, orig_sr=rate, target_sr=16_000)[:20_000]
    display(audio.player(note, 16_000, label=plot.pretty(label)))

# %% [markdown]
# These ten are not recordings of a player in a room. They are *rendered*: short recordings of real instruments that a program looped, tuned and faded into notes, on your own machine. That way every reader hears the same, offline, and nobody's rights are in the way. Real recordings are harder, and wherever a number in this book matters, it comes from three hundred of those.
#
# Did you hesitate between the cello and the double bass, or between the saxophone and the clarinet? Remember your pair. The network has pairs of its own.
#
# ## Two pictures of a sound
#
# Draw the numbers against time, and you get the waveform. Can you tell the instruments apart by eye? **Predict** which ones will look alike.

# %% mystnb={"image": {"alt": "Ten waveforms in a 2 by 5 grid. The three drums begin with a burst and are gone within half a second, the guitar begins abruptly and fades, the bowed and blown instruments swell and stay: families look different, members of a family alike."}}
fig, axes = plot.class_grid(xlabel="Time (s)", ylabel="Amplitude (re full scale)")
for label, ax in axes.items():
    note, rate = clips.audio(clips.labels.index(label))
    plot.plot_waveform(note[:rate], rate, ax=ax, label=label)
fig.suptitle("A waveform shows how a note begins and ends, and little else")
plt.show()

# %% [markdown]
# The picture separates what is struck from what is plucked, bowed or blown: look at how each note begins and how it dies away. But inside a family it is of little use. A flute and a clarinet hold their notes in the same way.
#
# The second picture is called a *log-mel spectrogram*. Time still runs to the right; upwards runs frequency, low sounds at the bottom; bright means strong. It takes the first ten chapters of this book to say exactly what it is. For now, just look.

# %%
front_end = FrontEnd(kind="log_mel", seconds=1.0, bands=64)
pictures = {}
for label in clips.labels:
    note, rate = clips.audio(clips.labels.index(label))
    note = sampling.resample(note, orig_sr=rate, target_sr=front_end.sr)
    pictures[label] = front_end(cut_windows(note, [0], length=front_end.length))[0]
print(pictures["Clarinet"].shape, "bands and moments")

# %% mystnb={"image": {"alt": "Ten log-mel spectrograms in a 2 by 5 grid. Pitched instruments show level stripes, the harmonics, spaced and weighted differently in each; drums show a patch that is bright at the start, low for the bass drum, at all heights for the snare, high for the hi-hat."}}
fig, axes = plot.class_grid(xlabel="Time (s)", ylabel="Frequency (Hz, mel scale)")
for label, ax in axes.items():
    plot.plot_mel(pictures[label], sr=front_end.sr, hop_length=160, ax=ax, colorbar=False)
fig.suptitle("A log-mel spectrogram shows what a note is made of")
plt.show()

# %% [markdown]
# Now each instrument has a face. Stripes are the partial tones of a pitched note, and their strengths differ from instrument to instrument. The drums have no stripes: the bass drum is a patch at the bottom, the hi-hat a patch at the top, the snare drum a bit of everything. Somebody who has looked at a few hundred of these could name new ones, and that is all a network does.
#
# ## A machine names them
#
# The network that comes with this book has looked at a few hundred. It reads two seconds of sound and gives every class a score between 0 and 1; the scores add up to 1. Play it the note from the beginning.

# %% mystnb={"image": {"alt": "Horizontal bars of ten class scores for the first note: clarinet is far ahead of all others."}}
classifier = Classifier("cnn")
found = classifier.predict(y, sr)
plot.plot_scores(list(found.scores.values()), list(found.scores))
plt.title("The network's scores for the first note")
plt.show()

# %% [markdown]
# And all ten, one after another. The column on the right is the highest score:

# %%
for label in clips.labels:
    answer = classifier.predict(*clips.audio(clips.labels.index(label)))
    mark = "right" if answer.label == label else "WRONG"
    print(f"{plot.pretty(label):17s}-> {plot.pretty(answer.label):17s}{answer.score:5.0%}  {mark}")

# %% [markdown]
# Impressive? It should not be. The network has learnt from rendered notes of the same instruments, made by the same program from the same recordings, so this was no test. It is like asking a pupil the very sums that were done in class.
#
# Here is a test. Three hundred real recordings, from 118 recording sessions, were dealt into five piles, all clips of a session into one pile. Five networks were trained, each without one of the piles, and each was asked about the pile that it had never heard. The numbers below were written by a program and are read from its file:

# %%
report = results.read_json("../results/freesound-cnn-source.json")
accuracy = report["clip_accuracy"]
low, high = accuracy["interval"]
print(f"{accuracy['mean']:.0%} of {report['clips']} real clips named correctly")
print(f"95 % interval: {low:.0%} to {high:.0%}; guessing: 10 %")
print(report["command"])

# %% [markdown]
# That is the honest figure: far above guessing, and far from perfect. Split the same clips carelessly, and the figure becomes much nicer while the network stays as it is. How that happens, and why published figures are so often of the careless kind, is the subject of chapter 13.
#
# ## An instrument it has never heard
#
# The network knows ten words. A piano is not among them. **Predict:** what will it say to a piano: nothing, all ten classes alike, or something else?

# %%
piano = datasets.rendered.load(classes={"Piano": datasets.rendered.OTHERS["Piano"]}, per_class=6)
y_piano, sr_piano = piano.audio(0)
audio.player(y_piano[: 2 * sr_piano], sr_piano, label="A piano")

# %%
answers = [classifier.predict(*piano.audio(i)) for i in range(len(piano))]
for answer in answers:
    print(f"{plot.pretty(answer.label):18s}{answer.score:.0%}")

# %% [markdown]
# It names an instrument all the same, every time, because it cannot do otherwise: its scores add up to 1, whatever comes in. They say which of the ten fits best. They do not say that any of them fits.
#
# :::{admonition} Misconception: "a score of 90 % means that it is 90 % likely to be right"
# :class: warning
# For a piano the network is wrong in ten cases out of ten, however high the score. Even for the ten classes a score is a probability only if somebody has checked that clips with a score of 0.9 are right nine times in ten. Chapter 13 checks it.
# :::

# %%
print("answers that say 'none of these':", sum(answer.label == "Piano" for answer in answers))
print(f"highest score given to a piano: {max(answer.score for answer in answers):.0%}")

# %% [markdown]
# ## The way from sound to name
#
# This is what happened inside, and where the book explains it. Every step is a chapter and a module of the package with the same name.
#
# | Step | What it does | Chapter |
# |---|---|---|
# | sample | air pressure becomes numbers | 1 Sampling |
# | level | how strong, how loud, how silent | 2 Amplitude |
# | spectrum | which frequencies are in a stretch of sound | 3 Fourier transform, 4 Periodogram, 5 Spectral density |
# | mel | frequencies grouped the way ears do | 6 Mel scale |
# | source and body | what is the note, what is the instrument | 7 Cepstrum |
# | picture | all of it, moment by moment | 8 Spectrogram |
# | data | whose sounds, how many, and who hears which | 9 Data set |
# | features | 16,000 numbers a second become 13 × 99 | 10 MFCC |
# | network | from picture to scores | 11 CNN, 12 RNN |
# | trust | is the figure true, and for whom? | 13 Evaluation |
# | use | one file that anybody can run | 14 Deployment |
#
# ## Check yourself
#
# **All ten rendered clips were named correctly. What does that say about real recordings?**
#
# <details><summary>That about ten in ten will be right there, too.</summary>No. The network has practised on notes from the same recordings. Only sounds from sessions that it has never heard can tell.</details>
# <details><summary>Nothing much.</summary>Right. It shows that the program runs, which is all that rendered clips are for in this book.</details>
#
# **You play the network a recording of rain, and it says "snare drum, 85 %". Is it broken?**
#
# <details><summary>Yes: it should have said that it does not know.</summary>It was never taught to say that. It has ten words and must spread its score over them.</details>
# <details><summary>No: of its ten classes, this one fits best.</summary>Right. Whether any of them fits is another question, and needs another answer than a score.</details>
#
# ## In this chapter we have
#
# - heard ten instruments, and seen that a waveform shows families while a log-mel spectrogram shows faces;
# - let a network name them, and read from a file what it is worth on real recordings from sessions it had not heard;
# - played it a piano, and seen that it names an instrument even when none is right.
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
guitar, rate = clips.audio(clips.labels.index("Acoustic_guitar"))
backwards = classifier.predict(guitar[::-1], rate)
print(f"{plot.pretty(backwards.label)} {backwards.score:.0%}")
audio.player(guitar[::-1], rate, label="A guitar, backwards")

# %% [markdown]
# To most ears it is no longer a guitar but something between an organ and an accordion: how a note begins tells us much of what plays it. Exactly the same frequencies are in it. Whether *your* network, trained by you, still knows the guitar depends on how much it relies on the beginning of notes.
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
    for i, label in enumerate(clips.labels):
        note, rate = clips.audio(i)
        right += classifier.predict(note[: int(seconds * rate)], rate).label == label
    print(f"{seconds:.2f} s: {right} of 10")

# %% [markdown]
# Half a second holds most of what the network uses. It has to guess from a twentieth of a second, and so do people.
#
# ```{solution-end}
# ```

# %% [markdown]
# ```{exercise} Your own sound
# :label: ex-first-own
# Record a few seconds of an instrument with your phone, or of a spoon on a glass. `audiocls predict FILE` in a terminal gives the scores; `classifier.predict_file("FILE")` does so here. Try it with the microphone near and far. Write down what you expected and what came out, and look at the picture that the network saw. There is no solution to this one.
# ```

# %% [markdown]
# ## Further reading
#
# {cite:t}`fonseca2018general` describe the collection that the three hundred real recordings come from, and how people verified what is heard in them. The next chapter begins where every recording begins: with [sampling](01_sampling).
