/* Chapter 10: keep k coefficients of each frame; see and hear what is left of the sound. */
Explorables.define("10_mfcc", function (stage) {
  "use strict";
  const { number, magma } = Explorables;
  const d = audioclsDSP;
  const { sr: SR, step: STEP, mels: MELS, clips } = window.audioclsClips;
  const [WIN, HOP, N_FFT, EMPHASIS] = [400, 160, 512, 0.97]; // of the package's mfcc
  const RANGE = 60; // dB, of the pictures
  const state = stage.values;
  const filters = d.melFilterbank({ sr: SR, nFft: N_FFT, nMels: MELS, edges: "bins" });
  const hann = d.window("hann", WIN);

  /* dB of each filter, one list a frame. */
  const pictures = clips.map(({ values, top }) => {
    const bytes = Uint8Array.from(atob(values), (c) => c.charCodeAt(0));
    const frames = Array.from({ length: bytes.length / MELS }, (_, j) => bytes.subarray(j * MELS, (j + 1) * MELS));
    return frames.map((frame) => Float64Array.from(frame, (v) => top - STEP * (255 - v)));
  });
  const T = pictures[0].length;
  const LENGTH = (T - 1) * HOP + WIN;
  const sources = {}; // what is filtered, by kind and pitch
  let [clip, kept, off] = [clips[0], pictures[0], 0];

  /* White noise, or all harmonics of a pitch with phases that spread their power; its density is the same everywhere. */
  function source(f0) {
    if (sources[f0]) return sources[f0];
    if (!f0) return (sources[f0] = d.gaussian(LENGTH, 10));
    const y = new Float64Array(LENGTH);
    const count = Math.floor(SR / 2 / f0);
    for (let k = 1; k <= count; k++) {
      const phase = (-Math.PI * k * k) / count;
      for (let i = 0; i < LENGTH; i++) y[i] += Math.cos((2 * Math.PI * k * f0 * i) / SR + phase);
    }
    return (sources[f0] = y.map((v) => v * Math.sqrt(2 / count)));
  }

  /* Spread each filter's energy evenly over its bins and undo the pre-emphasis: the gain of each bin, one list a frame. */
  const covered = Array.from({ length: N_FFT / 2 + 1 }, (_, k) => filters.reduce((all, row) => all + row[k], 0));
  const areas = filters.map((row) => row.reduce((all, v) => all + v, 0));
  const tilt = covered.map((_, k) => 1 / Math.hypot(1 - EMPHASIS * Math.cos((2 * Math.PI * k) / N_FFT), EMPHASIS * Math.sin((2 * Math.PI * k) / N_FFT)));
  function gains(frame) {
    const density = frame.map((v, m) => 10 ** (v / 10) / areas[m]);
    return covered.map((all, k) => (all ? tilt[k] * Math.sqrt(filters.reduce((sum, row, m) => sum + row[k] * density[m], 0) / all) : 0));
  }

  function synthesize(frames, f0) {
    const x = source(f0);
    const y = new Float64Array(LENGTH + N_FFT);
    frames.forEach((frame, j) => {
      const g = gains(frame);
      const X = d.rfft(hann.map((v, i) => v * x[j * HOP + i]), N_FFT);
      d.irfft({ re: X.re.map((v, k) => v * g[k]), im: X.im.map((v, k) => v * g[k]) }).forEach((v, i) => (y[j * HOP + i] += v));
    });
    return y;
  }

  const before = stage.view({ height: 165, phone: 150, label: "Log mel energies of the clip" });
  const after = stage.view({ height: 165, phone: 150, label: "Log mel energies that the kept coefficients describe" });
  stage.slider("kept", { label: "Coefficients kept in each frame", value: 13, min: 1, max: MELS, wide: true, show: String });
  stage.choice("clip", { label: "Clip", value: "0", wide: true, options: clips.map(({ name }, i) => [String(i), name]) });
  stage.choice("source", { label: "Fill the frames with", value: "noise", options: [["noise", "noise"], ["pitch", "the note's pitch"]] });
  stage.player();

  let made = "";
  stage.update = () => {
    const key = `${state.clip},${state.kept}`;
    const full = pictures[Number(state.clip)];
    if (made !== key) {
      made = key;
      clip = clips[Number(state.clip)];
      kept = full.map((frame) => d.idct(d.dct(frame, state.kept), MELS));
      let error = 0;
      kept.forEach((frame, j) => frame.forEach((v, m) => (error += (v - full[j][m]) ** 2)));
      off = Math.sqrt(error / (T * MELS));
    }
    const pitch = state.source === "pitch";
    const filled = pitch && clip.f0 ? `a tone of ${number(clip.f0)} Hz, the note's pitch, which was given and not read from them` : pitch ? "noise, since a drum has no pitch" : "noise";
    stage.say(
      `${state.kept} of ${MELS} coefficients, ${number(state.kept * T)} numbers for this second of ${clip.name}. ` +
        `The picture is off by ${number(off, 1)} dB (RMS). Played with ${filled}.`
    );
  };

  const levels = {};
  stage.sound = (voice) => {
    const loop = voice.loop();
    let done = "";
    const follow = () => {
      const f0 = state.source === "pitch" ? clip.f0 || 0 : 0;
      const key = `${state.clip},${state.kept},${f0}`;
      if (key === done) return;
      done = key;
      levels[clip.name] = levels[clip.name] || 0.7 / d.peak(synthesize(pictures[Number(state.clip)], 0));
      const y = synthesize(kept, f0).map((v) => v * levels[clip.name]);
      const padded = new Float64Array(32768).map((_, i) => y[i] || 0); // two seconds: a gap after each play
      loop.set(padded.subarray(0, 32768), SR);
    };
    follow();
    return { follow };
  };

  const sheet = Explorables.make("canvas", { width: T, height: MELS });
  const paint = sheet.getContext("2d");
  const image = paint.createImageData(T, MELS);
  function show(view, frames, title) {
    const hz = [0, 500, 1000, 2000, 4000, 8000];
    const box = view.axes({
      left: 48,
      x: { min: 0, max: (T * HOP) / SR, ticks: [0, 0.2, 0.4, 0.6, 0.8], show: String, name: view === after ? "Time (s)" : "" },
      y: { min: 0, max: d.hzToMel(SR / 2), ticks: hz.map(d.hzToMel), show: (mel) => number(d.melToHz(mel)), name: title },
    });
    frames.forEach((frame, j) =>
      frame.forEach((v, m) => {
        image.data.set(magma((v - clip.top + RANGE) / RANGE), 4 * ((MELS - 1 - m) * T + j));
      })
    );
    paint.putImageData(image, 0, 0);
    view.pen.imageSmoothingEnabled = false;
    view.pen.drawImage(sheet, box.left, box.top, box.width, box.height);
  }

  stage.draw = () => {
    show(before, pictures[Number(state.clip)], `${clip.name}: all ${MELS} log mel energies (Hz)`);
    show(after, kept, `what ${state.kept === 1 ? "1 coefficient keeps" : `${state.kept} coefficients keep`} (Hz)`);
  };
});
