/* Chapter 7: an echo that the ear takes for tone colour stands alone in the cepstrum. */
Explorables.define("07_cepstrum", function (stage) {
  "use strict";
  const { number } = Explorables;
  const d = audioclsDSP;
  const SR = 16000;
  const N = 8192; // half a second is analysed
  const EVERY = 16384; // a burst a second is played
  const [FROM, TO] = [0.001, 0.13]; // s, where the peak is looked for
  const state = stage.values;
  const burst = d.gaussian(N, 70).map((v, i) => (i < 4000 ? v * Math.exp(-i / (0.03 * SR)) * Math.min(1, i / 16) : 0));
  let [y, cepstrum, highest] = [burst, [], 0];

  const wave = stage.view({ height: 150, phone: 135, label: "A burst of noise and its echo" });
  const picture = stage.view({ height: 230, phone: 210, label: "Real cepstrum against quefrency" });
  const slider = stage.slider("delay", { label: "Delay of the echo", value: 12, min: 2, max: 60, step: 0.5, show: (v) => `${number(v, 1)} ms` });
  stage.slider("strength", { label: "Strength of the echo", value: 0.6, min: 0, max: 0.95, step: 0.05, show: (v) => number(v, 2) });
  stage.choice("hear", { label: "Listen to", value: "echo", options: [["echo", "burst and echo"], ["burst", "the burst alone"]] });
  stage.player();

  const samples = () => Math.round((state.delay * SR) / 1000);

  stage.update = () => {
    y = d.echo(burst, samples(), state.strength);
    cepstrum = d.realCepstrum(y, { window: "boxcar" });
    highest = Math.round(FROM * SR);
    for (let k = highest; k <= TO * SR; k++) if (cepstrum[k] > cepstrum[highest]) highest = k;
    const found = (1000 * highest) / SR;
    const right = highest === samples() && state.strength > 0;
    stage.say(
      (state.strength > 0 ? `Echo ${number(state.delay, 1)} ms later, strength ${number(state.strength, 2)}: do you hear one sound or two? ` : "No echo. ") +
        `Highest peak at ${number(found, 1)} ms, ${number(cepstrum[highest], 2)} high. ` +
        (right ? `Half the strength is ${number(state.strength / 2, 2)}: found.` : "That is noise: no echo stands out.")
    );
  };

  stage.sound = (voice) => {
    const loop = voice.loop();
    const loudest = d.peak(burst);
    const follow = () => {
      const out = new Float64Array(EVERY);
      out.set((state.hear === "echo" ? y : burst).map((v) => (0.8 * v) / loudest));
      loop.set(out, SR);
    };
    follow();
    return { follow };
  };

  let box = null;
  picture.drag((x) => slider.put(Math.min(60, Math.max(2, Math.round(2000 * box.xOf(x)) / 2))));

  stage.draw = () => {
    const ms = (v) => number(1000 * v);
    const span = 0.13;
    let b = wave.axes({
      x: { min: 0, max: span, ticks: [0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12], show: ms, name: "Time (ms)" },
      y: { min: -1, max: 1, ticks: [0], name: wave.width < 480 ? "" : "Amplitude" },
    });
    wave.legend([["blue", "burst"], ["warm", "echo"]]);
    const scale = 1.1 * d.peak(burst);
    const count = Math.round(span * SR);
    const [delay, a] = [samples(), state.strength];
    wave.clip(b, () => {
      wave.path(count, (i) => b.X(i / SR), (i) => b.Y(burst[i] / scale), "blue", { width: 1 });
      if (a) wave.path(count - delay, (i) => b.X((i + delay) / SR), (i) => b.Y((a * burst[i]) / scale), "warm", { width: 1, alpha: 0.85 });
    });
    b = box = picture.axes({
      x: { min: 0, max: span, ticks: [0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12], show: ms, name: "Quefrency (ms)" },
      y: { min: -0.28, max: 0.52, ticks: [-0.2, 0, 0.2, 0.4], show: (v) => number(v, 1), name: "Real cepstrum" },
    });
    picture.clip(b, () => {
      const first = Math.round(FROM * SR);
      picture.path(count - first, (i) => b.X((first + i) / SR), (i) => b.Y(cepstrum[first + i]), "blue", { width: 1.2 });
    });
    for (let k = 1; a && (k * delay) / SR < span; k++) {
      const [x, height] = [b.X((k * delay) / SR), (-1) ** (k + 1) * (a ** k / (2 * k))];
      if (Math.abs(height) < 0.02) break;
      picture.dot(x, b.Y(height), k === 1 ? "warm" : "muted", k === 1 ? 7 : 4, true);
      const beyond = x > b.right - 130;
      const words = k === 1 ? "the echo" : k === 2 ? "twice its delay" : "";
      picture.text(words, x + (beyond ? -11 : 11), b.Y(height) + (height < 0 ? 10 : 2), { color: k === 1 ? "warm" : "muted", bold: k === 1, align: beyond ? "right" : "left" });
    }
    if (highest !== delay || !a) picture.dot(b.X(highest / SR), b.Y(cepstrum[highest]), "muted", 5, true);
  };
});
