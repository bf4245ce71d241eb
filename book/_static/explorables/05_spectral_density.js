/* Chapter 5: find a tone under coloured noise, by ear and by averaging. */
Explorables.define("05_spectral_density", function (stage) {
  "use strict";
  const { number } = Explorables;
  const d = audioclsDSP;
  const SR = 16000;
  const SEGMENT = 512;
  const N = 256 * SEGMENT;
  const [LOW, HIGH] = [400, 6000]; // Hz, where the tone may hide
  const FIRST = Math.round((40 * N) / SR); // the lowest bin of the noise: 40 Hz
  const POWER = 0.04;
  const FALL = { white: 0, pink: 1, brown: 2 };
  const state = stage.values;
  const chance = d.random(Math.floor(5 * 2 ** 20));
  const [noises, totals] = [{}, {}];
  let white = null;
  let tone = 1687;
  let verdict = "";
  let [density, slope] = [[], 0];

  /* Nothing below 40 Hz: loudspeakers do not play it, and brown noise would have nearly all its power there. */
  function noise(color) {
    white = white || d.gaussian(N, 5);
    if (!noises[color]) {
      noises[color] = d.colorNoise(white, color, Math.sqrt(POWER), FIRST);
      totals[color] = 0;
      for (let k = FIRST; k <= N / 2; k++) totals[color] += k ** -FALL[color];
    }
    return noises[color];
  }
  /* True density of the noise, per Hz: a power of the frequency, whose sum is the power of the noise. */
  const level = (f) => (POWER * ((f * N) / SR) ** -FALL[state.color] * N) / (totals[state.color] * SR);
  const power = () => level(tone) * 1000 * 10 ** (state.level / 10);
  const amplitude = () => Math.sqrt(2 * power());

  const view = stage.view({ height: 300, phone: 260, label: "Density of noise with a hidden tone" });
  stage.choice("color", { label: "Noise", value: "white", options: Object.keys(FALL).map((c) => [c, c]) });
  stage.slider("level", {
    label: "Tone against the noise",
    value: -13,
    min: -25,
    max: 5,
    show: (v) => `${number(v)} dB`,
    set: () => (verdict = ""),
  });
  stage.slider("segments", { label: "Segments averaged", value: 1, list: [1, 2, 4, 8, 16, 32, 64, 128, 256], show: String });
  const guess = stage.slider("guess", {
    label: "Your marker",
    value: 1000,
    min: LOW,
    max: HIGH,
    step: 10,
    log: true,
    show: (v) => `${number(v)} Hz`,
    set: () => (verdict = ""),
  });
  stage.player();
  stage.button("Is it here?", () => {
    const right = Math.abs(state.guess - tone) < (1.5 * SR) / SEGMENT;
    verdict = right ? `Yes: the tone is at ${number(tone)} Hz. ` : `Not at ${number(state.guess)} Hz: it is ${tone > state.guess ? "higher" : "lower"}. `;
    stage.changed("asked", state.guess);
  });
  stage.button("Hide it elsewhere", () => {
    tone = Math.round(LOW * 1.1 * (HIGH / LOW / 1.2) ** chance());
    verdict = "It is somewhere else now. ";
    stage.changed("hidden", (state.hidden || 0) + 1);
  });

  let made = "";
  stage.update = () => {
    const key = [state.color, state.level, state.segments, tone].join();
    if (made !== key) {
      made = key;
      const y = noise(state.color).slice(0, state.segments * SEGMENT);
      const a = amplitude();
      for (let i = 0; i < y.length; i++) y[i] += a * Math.sin((2 * Math.PI * tone * i) / SR);
      density = d.welch(y, SR, { segmentLength: SEGMENT, overlap: 0 });
      const fitted = Array.from(density.keys()).filter((k) => k > 2 && k < 240 && Math.abs((k * SR) / SEGMENT - tone) > 100);
      slope = d.slope(fitted.map((k) => Math.log2(k)), fitted.map((k) => 10 * Math.log10(density[k])));
    }
    stage.say(
      `${verdict}${state.segments} ${state.segments === 1 ? "segment" : "segments"}: the estimate scatters by ${number(100 / Math.sqrt(state.segments))} %. ` +
        `Slope of ${state.color} noise, measured: ${number(slope, 1)} dB an octave. ` +
        `The tone is ${number(Math.abs(state.level))} dB ${state.level > 0 ? "over" : "under"} the noise: its power, against the density there times 1,000 Hz.`
    );
  };

  stage.sound = (voice) => {
    const loop = voice.loop();
    const volume = voice.gain(amplitude());
    volume.connect(voice.out);
    const sine = voice.oscillator(tone, volume);
    let color = null;
    const follow = () => {
      if (color !== state.color) loop.set(noise(state.color), SR);
      color = state.color;
      voice.glide(volume.gain, amplitude());
      voice.glide(sine.frequency, tone);
    };
    follow();
    return { follow };
  };

  let box = null;
  view.drag((x) => guess.put(Math.min(HIGH, Math.max(LOW, Math.round(box.xOf(x) / 10) * 10))));

  stage.draw = () => {
    const dB = (v) => 10 * Math.log10(v / POWER);
    box = view.axes({
      left: 42,
      x: { min: 60, max: 8000, log: true, ticks: [100, 200, 500, 1000, 2000, 5000, 8000], name: "Frequency (Hz, equal octaves)" },
      y: { min: -80, max: -12, ticks: [-80, -60, -40, -20], name: view.width < 480 ? "dB per Hz" : "Density (dB re the power of the noise, per Hz)" },
    });
    view.legend([["blue", "estimate"], ["muted", "the noise alone", [4, 4]]]);
    const count = density.length - 3;
    const f = (i) => ((i + 2) * SR) / SEGMENT;
    view.clip(box, () => {
      view.path(2, (i) => box.X(i ? 8000 : 60), (i) => box.Y(dB(level(i ? 8000 : 60))), "muted", { dash: [4, 4] });
      view.path(count, (i) => box.X(f(i)), (i) => box.Y(dB(density[i + 2])), "blue", { width: 1.5 });
      view.path(2, () => box.X(state.guess), (i) => (i ? box.top : box.bottom), "warm", { width: 2 });
    });
    view.dot(box.X(state.guess), box.top + 6, "warm", 8, true);
    if (verdict.startsWith("Yes")) view.text(`${number(tone)} Hz`, box.X(tone) + 12, box.top + 11, { color: "warm", bold: true });
  };
});
