/* Chapter 8: the window decides what a spectrogram keeps apart; on a sample, or on your own microphone. */
Explorables.define("08_spectrogram", function (stage) {
  "use strict";
  const { number, sound, magma } = Explorables;
  const d = audioclsDSP;
  const SR = 16000;
  const N = 16384; // samples of the example, about a second
  const HOP = 64;
  const COLUMNS = N / HOP;
  const LIVE = 4; // s of the microphone that fit the picture
  const TOP = 2000; // Hz
  const ROWS = 200;
  const RANGE = 60; // dB
  const state = stage.values;

  /* The example: two tones 100 Hz apart, two clicks 12 ms apart, a whistle that climbs. */
  const y = new Float64Array(N);
  for (let i = 0; i < N; i++) {
    const t = i / SR;
    const within = (from, to) => Math.max(0, Math.min(1, (t - from) / 0.01, (to - t) / 0.01));
    y[i] = 0.25 * within(0.03, 0.42) * (Math.sin(2 * Math.PI * 1000 * t) + Math.sin(2 * Math.PI * 1100 * t));
    y[i] += 0.3 * within(0.68, 1) * Math.sin(2 * Math.PI * (300 * (t - 0.68) + 2300 * (t - 0.68) ** 2));
  }
  for (const start of [0.53, 0.542]) {
    for (let i = 0; i < 8; i++) y[Math.round(start * SR) + i] += 0.9 * Math.sin((Math.PI * (i + 0.5)) / 8);
  }

  const sheet = Explorables.make("canvas", { width: COLUMNS, height: ROWS });
  const paint = sheet.getContext("2d");
  const image = paint.createImageData(COLUMNS, ROWS);
  let ear = null; // {stream, context, source, analyser, start, column} while the microphone is on
  let drawn = "";
  let heard = "";

  const view = stage.view({ height: 300, phone: 260, label: "Spectrogram" });
  const windows = [64, 128, 256, 512, 1024, 2048, 4096];
  stage.slider("window", {
    label: "Length of the window",
    value: 512,
    list: windows,
    wide: true,
    show: (v) => `${number((1000 * v) / SR)} ms`,
  });
  stage.player("Play the example");
  const button = stage.button("Use the microphone", () => (ear ? close() : open()), { "aria-pressed": "false" });

  /* One column, from the powers of a transform: a row takes the strongest bin that it covers, or lies between two. */
  function column(x, power, hz, full) {
    const dB = (k) => 10 * Math.log10((4 * (power[k] || 0)) / full ** 2 + 1e-12);
    const each = TOP / ROWS / hz; // bins a row
    for (let row = 0; row < ROWS; row++) {
      const low = (ROWS - 1 - row) * each;
      const k = Math.floor(low + each / 2);
      let level = dB(k) + (low + each / 2 - k) * (dB(k + 1) - dB(k));
      for (let j = Math.ceil(low); j < low + each && each > 1; j++) level = Math.max(level, dB(j));
      image.data.set(magma((level + RANGE) / RANGE), 4 * (row * COLUMNS + x));
    }
  }

  function example() {
    const n = state.window;
    const nFft = Math.max(n, 1024);
    const full = d.window("hann", n).reduce((all, v) => all + v, 0);
    const frames = d.spectrogram(y, { nFft, winLength: n, hop: HOP });
    for (let x = 0; x < COLUMNS; x++) column(x, frames[x], SR / nFft, full);
    paint.putImageData(image, 0, 0);
  }

  stage.update = () => {
    const n = state.window;
    const key = ear ? "live" : String(n);
    if (!ear && drawn !== key) example();
    drawn = key;
    const seconds = n / SR;
    const words = `Window: ${number(n)} samples at ${number(SR)} Hz, ${number(1000 * seconds)} ms; a tone is ${number(4 / seconds)} Hz wide. `;
    if (ear) return stage.say(`Microphone on; the sound stays in this page. ${heard}${words}`);
    const tones = 100 >= 2 / seconds ? "The two tones, 100 Hz apart, are two lines." : "The two tones, 100 Hz apart, are one band that beats.";
    const clicks = seconds <= 0.012 ? "The two clicks, 12 ms apart, are two lines." : seconds <= 0.02 ? "The two clicks, 12 ms apart, just touch." : "The two clicks, 12 ms apart, are one.";
    stage.say(words + tones + " " + clicks);
  };

  stage.sound = (voice) => {
    if (ear) close();
    voice.samples(y, SR).start(voice.start);
    if (!voice.offline) stage.animate(() => stage.voice === voice);
    return {};
  };

  /* The microphone: nothing is asked before the button is pressed, nothing is kept. */
  async function open() {
    button.disabled = true;
    try {
      const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
      const stream = await navigator.mediaDevices.getUserMedia({ audio });
      if (sound.voice) sound.voice.stop();
      const context = sound.live();
      const source = context.createMediaStreamSource(stream);
      const analyser = context.createAnalyser();
      analyser.fftSize = 32768;
      source.connect(analyser);
      [source, analyser].forEach((node) => sound.nodes.add(node));
      image.data.fill(0);
      ear = { stream, context, source, analyser, column: -1, start: context.currentTime, data: new Float32Array(32768) };
      if (!stage.visible) return close();
      stage.animate(listen);
    } catch (error) {
      stage.say("The microphone is not to be had: the browser or you said no. The example works without it.");
      return;
    } finally {
      button.disabled = false;
    }
    show();
  }
  function close() {
    ear.stream.getTracks().forEach((track) => track.stop());
    for (const node of [ear.source, ear.analyser]) {
      node.disconnect();
      sound.nodes.delete(node);
    }
    ear = null;
    heard = "";
    drawn = "";
    sound.sleep();
    show();
  }
  function show() {
    button.textContent = ear ? "Turn the microphone off" : "Use the microphone";
    button.setAttribute("aria-pressed", String(Boolean(ear)));
    stage.update();
    stage.redraw();
  }
  function listen() {
    if (!ear) return false;
    const rate = ear.context.sampleRate;
    const now = Math.floor(((ear.context.currentTime - ear.start) * COLUMNS) / LIVE);
    ear.analyser.getFloatTimeDomainData(ear.data);
    const length = Math.round((state.window * rate) / SR);
    const w = d.window("hann", length);
    const full = w.reduce((all, v) => all + v, 0);
    const n = 2 ** Math.ceil(Math.log2(Math.max(length, 2048)));
    let power = null;
    for (let x = Math.max(ear.column + 1, now - 8); x <= now; x++) {
      const end = ear.data.length - Math.round(((now - x) * LIVE * rate) / COLUMNS);
      const X = d.rfft(w.map((v, i) => v * (ear.data[end - length + i] || 0)), n);
      power = X.re.map((v, k) => v * v + X.im[k] * X.im[k]);
      column(x % COLUMNS, power, rate / n, full);
    }
    if (!power) return true;
    ear.column = now;
    paint.putImageData(image, 0, 0);
    if (now % 16 === 0) {
      const k = power.indexOf(Math.max(...power));
      const level = 10 * Math.log10((4 * power[k]) / full ** 2 + 1e-12);
      heard = level > -80 ? `Strongest: ${number((k * rate) / n)} Hz at ${number(level)} dBFS. ` : "Silence. ";
      stage.update();
    }
    return true;
  }
  stage.hide = () => ear && close();

  stage.draw = () => {
    const span = ear ? LIVE : N / SR;
    const box = view.axes({
      left: 48,
      right: 10,
      x: { min: 0, max: span, ticks: ear ? [0, 1, 2, 3, 4] : [0, 0.2, 0.4, 0.6, 0.8, 1], show: String, name: "Time (s)" },
      y: { min: 0, max: TOP, ticks: [0, 500, 1000, 1500, 2000], name: "Frequency (Hz)" },
    });
    view.text(`${RANGE} dB from dark to bright`, box.right, 15, { align: "right" });
    view.pen.fillStyle = "#000004";
    view.pen.fillRect(box.left, box.top, box.width, box.height);
    view.pen.imageSmoothingEnabled = true;
    view.pen.imageSmoothingQuality = "high";
    view.pen.drawImage(sheet, box.left, box.top, box.width, box.height);
    const at = ear ? ((ear.column + 1) % COLUMNS) / COLUMNS : stage.time === null ? -1 : (stage.time % (N / SR)) / (N / SR);
    if (at >= 0) view.path(2, () => box.left + at * box.width, (i) => (i ? box.top : box.bottom), "#ffffff", { width: 1.5 });
  };
});
