/* Chapter 4: estimate the density of a tone in noise; trade bias for scatter. */
Explorables.define("04_periodogram", function (stage) {
  "use strict";
  const { number } = Explorables;
  const d = audioclsDSP;
  const SR = 8000;
  const N = 16384; // two seconds
  const TONE = 1003; // Hz
  const AMPLITUDE = Math.sqrt(0.1); // a power of 0.05, 13 dB under the noise, whose power is 1
  const LEVEL = 2 / SR; // density of the noise, per Hz
  const NEAR = [25, 400]; // Hz from the tone, where bias is measured
  const state = stage.values;
  const names = { boxcar: "none", hann: "Hann", blackman: "Blackman" };
  let seed = 1;
  let y = [];
  let [found, expected, count] = [[], [], 1];

  function listen() {
    y = d.gaussian(N, seed).map((v, i) => v + AMPLITUDE * Math.sin((2 * Math.PI * TONE * i) / SR));
  }
  listen();

  const view = stage.view({ height: 300, phone: 260, label: "Density estimated, and what it would be on average" });
  const lengths = [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384];
  stage.slider("segment", { label: "Length of a segment", value: 512, list: lengths, wide: true, show: (v) => `${number(v)} samples` });
  stage.choice("overlap", { label: "Overlap", value: 0.5, options: [[0, "0 %"], [0.5, "50 %"], [0.75, "75 %"]] });
  stage.choice("window", { label: "Window", value: "hann", options: Object.entries(names) });
  stage.player();
  stage.button("New noise", () => {
    seed += 1;
    listen();
    stage.changed("seed", seed);
  });

  const bins = (test) => Array.from(found.keys()).filter((k) => test(Math.abs((k * SR) / state.segment - TONE), k));

  stage.update = () => {
    const options = { segmentLength: state.segment, overlap: Number(state.overlap), window: state.window };
    found = d.welch(y, SR, options);
    count = d.equivalentSegments(N, options);
    expected = d.toneDensity(TONE, SR, options).map((v, k) => AMPLITUDE ** 2 * v + (k === 0 || k === found.length - 1 ? LEVEL / 2 : LEVEL));
    const far = bins((distance, k) => distance > 500 && k > 1 && k < found.length - 2).map((k) => found[k] / LEVEL);
    const mean = far.reduce((all, v) => all + v, 0) / far.length;
    const scatter = Math.sqrt(far.reduce((all, v) => all + (v - mean) ** 2, 0) / far.length);
    const near = bins((distance) => distance >= NEAR[0] && distance <= NEAR[1]).map((k) => expected[k] / LEVEL - 1);
    const bias = near.reduce((all, v) => all + v, 0) / near.length;
    const height = 10 * Math.log10(Math.max(...expected) / LEVEL);
    const apart = SR / state.segment;
    stage.say(
      `${number(count, 1)} independent segments. Scatter: ${number(100 * scatter)} % of the noise (expected: ${number(100 / Math.sqrt(count))} %). ` +
        `Bias beside the tone: ${number(100 * bias, 1)} %. Bins are ${number(apart, apart < 10 ? 1 : 0)} Hz apart; the tone stands ${number(height, 1)} dB above the noise.`
    );
  };

  stage.sound = (voice) => {
    const loop = voice.loop();
    const follow = () => voice.heard !== seed && loop.set(y.map((v) => 0.22 * v), SR) === undefined && (voice.heard = seed);
    follow();
    return { follow };
  };

  stage.draw = () => {
    const dB = (v) => 10 * Math.log10(Math.max(v / LEVEL, 1e-4));
    const box = view.axes({
      left: 40,
      x: { min: 0, max: SR / 2, ticks: [0, 1000, 2000, 3000, 4000], name: "Frequency (Hz)" },
      y: { min: -15, max: 27, ticks: [-10, 0, 10, 20], name: view.width < 480 ? "dB" : "Density (dB re the noise)" },
    });
    view.legend([["blue", "estimate"], ["warm", "its mean"]]);
    const X = (k) => box.X((k * SR) / state.segment);
    const spread = 1 / Math.sqrt(count);
    view.clip(box, () => {
      const pen = view.pen;
      pen.beginPath();
      for (let k = 0; k < found.length; k++) pen.lineTo(X(k), box.Y(dB(expected[k] * (1 + spread))));
      for (let k = found.length - 1; k >= 0; k--) pen.lineTo(X(k), box.Y(dB(expected[k] * (1 - spread))));
      pen.fillStyle = stage.colors.warm;
      pen.globalAlpha = 0.16;
      pen.fill();
      pen.globalAlpha = 1;
      view.path(found.length, X, (k) => box.Y(dB(found[k])), "blue", { width: found.length > 1000 ? 0.8 : 1.5 });
      view.path(found.length, X, (k) => box.Y(dB(expected[k])), "warm", { width: 2 });
    });
  };
});
