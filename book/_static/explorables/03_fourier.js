/* Chapter 3: draw one period of a wave and build it again from sines, one harmonic at a time. */
Explorables.define("03_fourier", function (stage) {
  "use strict";
  const { number } = Explorables;
  const d = audioclsDSP;
  const N = 256; // points a period
  const MOST = 32; // harmonics
  const PITCH = 220; // Hz
  const KEYS = 32; // places that the keyboard reaches
  const state = stage.values;
  const shapes = {
    Square: (t) => (t < 0.5 ? 0.8 : -0.8),
    Sawtooth: (t) => 0.8 - 1.6 * t,
    Triangle: (t) => 0.8 * (1 - 4 * Math.abs(((t + 0.75) % 1) - 0.5)),
  };
  let wave = new Float64Array(N);
  let [cosines, sines, sizes, sum] = [[], [], [], wave];
  let cursor = 8;
  let name = "Square";

  const picture = stage.view({ height: 240, phone: 220, label: "" });
  const bars = stage.view({ height: 150, phone: 140, label: "Amplitude of each harmonic" });
  const slider = stage.slider("harmonics", {
    label: "Harmonics added up",
    value: 3,
    min: 0,
    max: MOST,
    wide: true,
    show: (v) => `${v}`,
  });
  stage.player();
  stage.button("Add the next harmonic", () => slider.put(Math.min(MOST, state.harmonics + 1)));
  for (const shape of Object.keys(shapes)) stage.button(shape, () => use(shape));

  function use(shape) {
    wave = Float64Array.from({ length: N }, (_, i) => shapes[shape]((i + 0.5) / N));
    name = shape;
    stage.changed("shape", shape);
  }

  function analyse() {
    const X = d.rfft(wave);
    cosines = Array.from(X.re, (v) => (2 * v) / N);
    sines = Array.from(X.im, (v) => (-2 * v) / N);
    sizes = cosines.map((v, k) => (k ? Math.hypot(v, sines[k]) : 0)); // a constant is no sound
    const part = { re: new Float64Array(N / 2 + 1), im: new Float64Array(N / 2 + 1) };
    for (let k = 1; k <= state.harmonics; k++) [part.re[k], part.im[k]] = [X.re[k], X.im[k]];
    sum = d.irfft(part);
  }

  stage.update = () => {
    analyse();
    const total = sizes.reduce((all, v) => all + v * v, 0);
    const kept = sizes.slice(1, state.harmonics + 1).reduce((all, v) => all + v * v, 0);
    const strongest = sizes.indexOf(Math.max(...sizes));
    const what = name || "Your wave";
    if (total < 1e-9) return stage.say(`${what} is flat: no harmonic has any amplitude. Draw something with the mouse, a finger or the arrow keys.`);
    stage.say(
      `${what}: ${state.harmonics} ${state.harmonics === 1 ? "harmonic holds" : "harmonics hold"} ${number((100 * kept) / total, 1)} % of its power. ` +
        `Strongest: number ${strongest} (${number(strongest * PITCH)} Hz), amplitude ${number(sizes[strongest], 2)}.`
    );
  };

  stage.sound = (voice) => {
    const loop = voice.loop();
    const follow = () => loop.set(sum, N * PITCH);
    follow();
    return { follow };
  };

  /* By pointer: the wave follows it, also between two of its places. */
  let box = null;
  let last = null;
  picture.canvas.classList.add("explorable-draw");
  picture.drag(
    (x, y, first) => {
      const i = Math.min(N - 1, Math.max(0, Math.floor(box.xOf(x) * N)));
      const value = box.yOf(y);
      if (first) last = { i, value };
      const steps = Math.max(1, Math.abs(i - last.i));
      for (let s = 0; s <= steps; s++) {
        wave[last.i + Math.round(((i - last.i) * s) / steps)] = last.value + ((value - last.value) * s) / steps;
      }
      last = { i, value };
      name = "";
      stage.changed("shape", "drawn");
    },
    { free: true }
  );

  /* By keyboard: left and right choose a place, up and down push the wave there. */
  const canvas = picture.canvas;
  for (const [key, value] of [["role", "application"], ["tabindex", "0"]]) canvas.setAttribute(key, value);
  canvas.setAttribute("aria-label", "Draw one period of a wave: left and right move along it, up and down change it");
  canvas.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const push = { ArrowUp: 0.1, ArrowDown: -0.1 }[event.key];
    if (!move && !push) return;
    event.preventDefault();
    const width = N / KEYS;
    if (move) cursor = (cursor + move + KEYS) % KEYS;
    for (let i = 0; push && i < 2 * width; i++) {
      const at = (((cursor * width - width / 2 + i) % N) + N) % N;
      const weight = 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / width);
      wave[at] = Math.min(1, Math.max(-1, wave[at] + push * weight));
    }
    if (push) name = "";
    if (push) stage.changed("shape", "drawn");
    stage.redraw();
    stage.say(`Place ${cursor + 1} of ${KEYS}: ${number(wave[cursor * width + width / 2], 2)}. ${move ? "" : `${state.harmonics} harmonics are added up.`}`);
  });
  canvas.addEventListener("focus", () => stage.redraw());
  canvas.addEventListener("blur", () => stage.redraw());

  stage.draw = () => {
    box = picture.axes({
      left: 36,
      x: { min: 0, max: 1, ticks: [0, 0.25, 0.5, 0.75, 1], show: (v) => String(v), name: "Time (periods)" },
      y: { min: -1.1, max: 1.1, ticks: [-1, 0, 1], name: picture.width < 480 ? "" : "Amplitude: draw here" },
    });
    picture.legend([["blue", "what you drew"], ["warm", `sum of ${state.harmonics}`]]);
    const X = (i) => box.X((i + 0.5) / N);
    picture.clip(box, () => {
      picture.path(N, X, (i) => box.Y(wave[i]), "blue", { width: 1.6 });
      picture.path(N, X, (i) => box.Y(sum[i]), "warm", { width: 2.5 });
      if (document.activeElement === canvas) {
        const i = (cursor * N) / KEYS + N / KEYS / 2;
        picture.path(2, () => X(i), (j) => (j ? box.top : box.bottom), "accent", { dash: [3, 3] });
        picture.dot(X(i), box.Y(wave[i]), "accent", 6, true);
      }
    });
    const most = Math.max(1, ...sizes);
    const b = bars.axes({
      left: 36,
      x: { min: 0, max: MOST + 1, ticks: [1, 4, 8, 12, 16, 20, 24, 28, 32], name: "Number of the harmonic" },
      y: { min: 0, max: most, ticks: [0, 0.5, 1], name: "Amplitude" },
    });
    for (let k = 1; k <= MOST; k++) {
      const used = k <= state.harmonics;
      bars.path(2, () => b.X(k), (i) => (i ? b.Y(sizes[k] || 0) : b.bottom), used ? "warm" : "muted", { width: Math.max(3, b.width / 60), alpha: used ? 1 : 0.35 });
    }
  };
  use("Square");
});
