/* Chapter 2: record a note at some level in some bits, see and hear what rounding does. */
Explorables.define("02_amplitude", function (stage) {
  "use strict";
  const { number } = Explorables;
  const d = audioclsDSP;
  const SR = 32000;
  const N = 2 * SR;
  const FROM = 0.3; // s, what is drawn: FROM to FROM + SPAN
  const SPAN = 0.01;
  const ERROR_LEVEL = 0.1; // RMS at which the error alone is played
  const state = stage.values;

  /* A plucked note at A3, six harmonics, each dying away faster than the one below it. Its peak is 1. */
  const note = new Float64Array(N);
  for (let i = 0; i < N; i++) {
    const t = i / SR;
    for (let h = 1; h <= 6; h++) note[i] += (Math.exp(-t * (1 + 0.8 * h)) / h) * Math.sin(2 * Math.PI * 220 * h * t + h);
    note[i] *= Math.min(1, t / 0.004) * Math.min(1, (2 - t) / 0.05);
  }
  const top = d.peak(note);
  for (let i = 0; i < N; i++) note[i] *= 0.999 / top;
  const noise = d.triangular(N, 2);
  let [y, rounded, error] = [note, note, note];

  const wave = stage.view({ height: 215, phone: 190, label: "The note and its rounded samples" });
  const rest = stage.view({ height: 130, phone: 120, label: "The error: rounded minus true" });
  stage.slider("gain", { label: "Recording level", value: -12, min: -60, max: 0, show: (v) => `${number(v)} dB` });
  stage.slider("bits", { label: "Bits", value: 4, min: 2, max: 16, show: (v) => `${v} bits` });
  stage.choice("hear", {
    label: "Listen to",
    value: "rounded",
    options: [["true", "the note"], ["rounded", "rounded"], ["error", "error alone"]],
  });
  stage.toggle("dither", { label: "Dither: noise before rounding" });
  stage.player();

  /* What the loudspeaker gets: the note turned up again as far as it was turned down, or the error made audible. */
  const turnedUp = () => {
    if (state.hear !== "error") return d.dbfsToAmplitude(-state.gain);
    return Math.min(ERROR_LEVEL / d.rms(error), 1e5);
  };

  stage.update = () => {
    const factor = d.dbfsToAmplitude(state.gain);
    y = note.map((v) => v * factor);
    rounded = d.quantize(y, state.bits, state.dither ? noise : null);
    error = rounded.map((v, i) => v - y[i]);
    const levels = 2 ** state.bits;
    const [signal, wrong] = [d.amplitudeToDbfs(d.rms(y)), d.amplitudeToDbfs(d.rms(error))];
    const apart = d.snr(y, rounded);
    const gone = !state.dither && d.peak(rounded) === 0;
    const heard = {
      true: `You listen to the note, ${number(-state.gain)} dB louder than recorded.`,
      rounded: `You listen to the rounded note, ${number(-state.gain)} dB louder than recorded.`,
      error: `You listen to the error, ${number(d.amplitudeToDbfs(turnedUp()))} dB louder than it is.`,
    }[state.hear];
    stage.say(
      `${state.bits} bits: ${number(levels)} levels. Signal ${number(signal, 1)} dBFS, error ${number(wrong, 1)} dBFS (both RMS): ` +
        `${gone ? "every sample became 0." : `${number(apart, 1)} dB apart.`} ${heard}`
    );
  };

  stage.sound = (voice) => {
    const loop = voice.loop();
    const follow = () => {
      const chosen = { true: y, rounded, error }[state.hear];
      const up = turnedUp();
      loop.set(chosen.map((v) => v * up), SR);
    };
    follow();
    return { follow };
  };

  stage.draw = () => {
    const step = 2 / 2 ** state.bits;
    const [start, count] = [Math.round(FROM * SR), Math.round(SPAN * SR)];
    let most = step;
    for (let i = start; i <= start + count; i++) most = Math.max(most, Math.abs(y[i]), Math.abs(rounded[i]));
    const round = Number(most.toPrecision(2));
    const x = { min: 0, max: SPAN, ticks: [0, 0.0025, 0.005, 0.0075, 0.01], show: (v) => number(1000 * v, 1) };
    const small = (v) => String(Number(v.toPrecision(2)));
    let box = wave.axes({
      left: 60,
      height: wave.height - 52,
      x: { ...x, name: "" },
      y: { min: -1.15 * most, max: 1.15 * most, ticks: [-round, 0, round], show: small, name: wave.width < 480 ? "" : "Amplitude" },
    });
    wave.legend([["blue", "the note"], ["warm", "rounded"]]);
    const at = (i) => box.X(i / SR);
    wave.clip(box, () => {
      wave.path(count + 1, at, (i) => box.Y(y[start + i]), "blue", { width: 1.4 });
      const edges = 2 * (count + 1);
      wave.path(edges, (i) => at(((i + 1) >> 1) - 0.5), (i) => box.Y(rounded[start + Math.min(count, i >> 1)]), "warm", { width: 2 });
    });
    box = rest.axes({
      left: 60,
      x: { ...x, name: "Time (ms)" },
      y: { min: -1.6, max: 1.6, ticks: [-1, 0, 1], name: "Error (in steps between two levels)" },
    });
    rest.clip(box, () =>
      rest.path(count + 1, (i) => box.X(i / SR), (i) => box.Y(error[start + i] / step), "red", { width: 1.4, fill: 0.12, base: box.Y(0) })
    );
  };
});
