/* Chapter 1: drag a tone through the Nyquist frequency, see and hear what its samples say. */
Explorables.define("01_sampling", function (stage) {
  "use strict";
  const { number } = Explorables;
  const SR = 8000;
  const TOP = 12000; // Hz, the highest frequency on offer
  const SPAN = 0.002; // s of the wave that are drawn
  const state = stage.values;

  /* How much of a tone the filter lets through: all up to 3,400 Hz, nothing from 4,000 Hz on. */
  const passed = (f) => (f <= 3400 ? 1 : f >= SR / 2 ? 0 : 0.5 + 0.5 * Math.cos((Math.PI * (f - 3400)) / 600));
  const amplitude = () => (state.filter ? passed(state.frequency) : 1);
  const alias = () => audioclsDSP.aliasFrequency(state.frequency, SR);

  const wave = stage.view({ height: 210, phone: 190, label: "A tone, its samples and the wave that they describe" });
  const map = stage.view({ height: 190, phone: 180, label: "Frequency heard against true frequency: a zigzag" });
  const slider = stage.slider("frequency", {
    label: "Frequency of the tone",
    value: 5000,
    min: 100,
    max: TOP,
    step: 50,
    wide: true,
    show: (v) => `${number(v)} Hz`,
  });
  stage.choice("hear", {
    label: "Listen to",
    value: "sampled",
    options: [["sampled", "the samples"], ["tone", "the tone itself"]],
  });
  stage.toggle("filter", { label: "Anti-aliasing filter" });
  stage.player();

  stage.update = () => {
    const f = state.frequency;
    const folded = f > SR / 2;
    let words = `${number(f)} Hz, sampled at ${number(SR)} Hz, sounds as ${number(alias())} Hz. `;
    if (state.filter && amplitude() < 0.001) {
      words = `${number(f)} Hz is above ${number(SR / 2)} Hz: the filter stops it before it is sampled. Silence. `;
    } else if (f === SR / 2) {
      words = `${number(f)} Hz is exactly half the rate: two samples a period, and how large they are is up to chance. `;
    } else if (folded) words += `It was folded ${Math.floor(f / (SR / 2)) === 1 ? "once" : "twice"}. `;
    else if (state.filter && amplitude() < 0.999) words += `The filter lets ${number(100 * amplitude())} % of it through. `;
    else words += "Nothing is lost: it lies below half the rate. ";
    stage.say(words + (state.hear === "tone" ? "You listen to the tone itself." : "You listen to the samples."));
  };

  stage.sound = (voice) => {
    const volume = voice.gain(0);
    volume.connect(voice.out);
    const heard = () => (state.hear === "tone" ? state.frequency : alias());
    const tone = voice.oscillator(heard(), volume);
    const follow = () => {
      voice.glide(tone.frequency, heard());
      voice.glide(volume.gain, state.hear === "tone" ? 1 : amplitude());
    };
    follow();
    return { follow };
  };

  let chart = null;
  map.drag((x) => slider.put(Math.min(TOP, Math.max(100, Math.round(chart.xOf(x) / 50) * 50))));

  stage.draw = () => {
    const f = state.frequency;
    const size = amplitude();
    const phase = 0.6; // so that no sample falls on a special place
    const turns = f / SR - Math.round(f / SR); // of the alias, with its sign
    let box = wave.axes({
      x: { min: 0, max: SPAN, ticks: [0, 0.0005, 0.001, 0.0015, 0.002], show: (v) => number(1000 * v, 1), name: "Time (ms)" },
      y: { min: -1.15, max: 1.15, ticks: [-1, 0, 1], name: wave.width < 480 ? "" : "Amplitude" },
    });
    wave.legend([["blue", "tone"], ["warm", "what the samples say"]]);
    const points = Math.ceil(box.width);
    const time = (i) => (SPAN * i) / (points - 1);
    wave.clip(box, () => {
      const at = (i) => box.X(time(i));
      const alpha = 0.35 + 0.5 * size;
      wave.path(points, at, (i) => box.Y(Math.sin(2 * Math.PI * f * time(i) + phase)), "blue", { width: 1.2, alpha });
      const value = (t) => size * Math.sin(2 * Math.PI * turns * SR * t + phase);
      wave.path(points, at, (i) => box.Y(value(time(i))), "warm", { width: 2.5 });
      for (let k = 0; k / SR <= SPAN + 1e-9; k++) wave.dot(box.X(k / SR), box.Y(value(k / SR)), "text", 4, true);
    });

    const ticks = [0, 2000, 4000, 6000, 8000, 10000, 12000];
    box = chart = map.axes({
      x: { min: 0, max: TOP, ticks, name: "True frequency (Hz)" },
      y: { min: 0, max: SR / 2, ticks: [0, 1000, 2000, 3000, 4000], name: "Frequency heard (Hz)" },
    });
    const folds = [0, 4000, 8000, 12000];
    map.path(4, (i) => box.X(folds[i]), (i) => box.Y(audioclsDSP.aliasFrequency(folds[i], SR)), "muted", {
      width: 1.6,
      dash: state.filter ? [3, 5] : [],
    });
    if (state.filter) map.path(3, (i) => box.X([0, 3400, 4000][i]), (i) => box.Y([0, 3400, 4000][i]), "warm", { width: 2.5 });
    if (map.width >= 480) map.text("half the rate", box.X(4000), box.top - 7, { align: "center" });
    map.path(2, () => box.X(f), (i) => (i ? box.bottom : box.Y(alias())), "blue", { dash: [2, 4] });
    map.path(2, (i) => (i ? box.left : box.X(f)), () => box.Y(alias()), "warm", { dash: [2, 4], alpha: size });
    map.dot(box.X(f), box.Y(alias()), size > 0.001 ? "warm" : "muted", 8, true);
  };
});
