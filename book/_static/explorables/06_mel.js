/* Chapter 6: eight notes between two pitches, equal in Hz or equal in mel; and the filters built on the scale. */
Explorables.define("06_mel", function (stage) {
  "use strict";
  const { number } = Explorables;
  const d = audioclsDSP;
  const SR = 16000;
  const N_FFT = 512;
  const [LOW, HIGH, NOTES] = [200, 4000, 8];
  const EACH = 0.36; // s, from one note to the next
  const state = stage.values;
  const melodies = {
    mel: d.melFrequencies(NOTES, LOW, HIGH),
    hz: Float64Array.from({ length: NOTES }, (_, i) => LOW + ((HIGH - LOW) * i) / (NOTES - 1)),
  };
  let [filters, widths, empty] = [[], [], 0];

  const curve = stage.view({ height: 230, phone: 215, label: "Mel against frequency, with the eight notes" });
  const bank = stage.view({ height: 150, phone: 140, label: "The mel filters: triangles over frequency" });
  const restart = () => stage.voice && stage.play();
  stage.choice("steps", { label: "Eight notes, equal steps in", value: "hz", options: [["hz", "hertz"], ["mel", "mel"]], set: restart });
  stage.slider("filters", { label: "Number of filters", value: 26, min: 4, max: 128, show: String });
  stage.player("Play the eight notes");

  stage.update = () => {
    filters = d.melFilterbank({ sr: SR, nFft: N_FFT, nMels: state.filters, edges: "bins" });
    const corners = d.melFrequencies(state.filters + 2, 0, SR / 2);
    widths = filters.map((_, m) => corners[m + 2] - corners[m]);
    empty = filters.filter((row) => d.peak(row) === 0).length;
    const notes = melodies[state.steps];
    const list = Array.from(notes, (f) => number(f)).join(", ");
    const interval = (i) => number(12 * Math.log2(notes[i + 1] / notes[i]), 1);
    const holds = empty ? `${empty} of them hold none of the ${N_FFT / 2 + 1} bins and always give 0` : `each holds at least one of the ${N_FFT / 2 + 1} bins`;
    stage.say(
      `Notes: ${list} Hz. The first step is ${interval(0)} semitones wide, the last ${interval(NOTES - 2)}. ` +
        `${state.filters} filters, ${number(widths[0])} to ${number(widths[state.filters - 1])} Hz wide: ${holds}.`
    );
  };

  stage.sound = (voice) => {
    const volume = voice.gain(0);
    volume.connect(voice.out);
    const tone = voice.oscillator(LOW, volume);
    Array.from(melodies[state.steps]).forEach((f, i) => {
      const start = voice.start + i * EACH;
      tone.frequency.setValueAtTime(f, start);
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(0.8, start + 0.02);
      volume.gain.setValueAtTime(0.8, start + EACH - 0.08);
      volume.gain.linearRampToValueAtTime(0, start + EACH - 0.02);
    });
    if (!voice.offline) stage.animate(() => stage.voice === voice);
    return { seconds: NOTES * EACH };
  };

  stage.draw = () => {
    const notes = melodies[state.steps];
    const now = stage.time === null ? -1 : Math.floor(stage.time / EACH);
    const narrow = curve.width < 480;
    let box = curve.axes({
      x: { min: 0, max: 4200, ticks: [0, 1000, 2000, 3000, 4000], name: "Frequency (Hz)" },
      y: { min: 0, max: 2250, ticks: [0, 500, 1000, 1500, 2000], name: narrow ? "mel" : "Pitch (mel)" },
    });
    for (let i = 0; i < NOTES; i++) {
      const [x, y] = [box.X(notes[i]), box.Y(d.hzToMel(notes[i]))];
      const color = i === now ? "warm" : "blue";
      const style = { dash: [2, 4], alpha: i === now ? 1 : 0.6, width: 1.4 };
      curve.path(2, () => x, (j) => (j ? box.bottom : y), color, style);
      curve.path(2, (j) => (j ? box.left : x), () => y, color, style);
    }
    curve.path(120, (i) => box.X(35 * i), (i) => box.Y(d.hzToMel(35 * i)), "muted", { width: 1.6 });
    notes.forEach((f, i) => curve.dot(box.X(f), box.Y(d.hzToMel(f)), i === now ? "warm" : "blue", i === now ? 8 : 5, true));

    box = bank.axes({
      x: { min: 0, max: SR / 2, ticks: [0, 1000, 2000, 4000, 6000, 8000], name: "Frequency (Hz)" },
      y: { min: 0, max: 1.05, ticks: [0, 1], name: "Weight of each filter at the bins of the transform" },
    });
    filters.forEach((row, m) => {
      const first = row.findIndex((v) => v > 0);
      if (first < 0) return;
      let last = first;
      while (row[last + 1] > 0) last += 1;
      const count = last - first + 3;
      const at = (i) => Math.min(N_FFT / 2, Math.max(0, first - 1 + i));
      const color = ["blue", "green", "gold"][m % 3];
      bank.path(count, (i) => box.X((at(i) * SR) / N_FFT), (i) => box.Y(row[at(i)]), color, { width: 1.2, fill: 0.1, base: box.bottom });
    });
  };
});
