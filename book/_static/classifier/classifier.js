/* The page's classifier: a sound in, the scores of the network out, nothing sent anywhere.

   Fills every <div class="classifier-page"> of the page. Needs hearing.js (from file to windows), ../explorables/dsp.js (the
   pictures) and models.js (written when the site is built: the networks, the examples, and where onnxruntime-web lies).
   The runtime and a network are loaded when the first sound is given. */
(function () {
  "use strict";
  const hearing = window.audioclsHearing;
  const dsp = window.audioclsDSP;
  const facts = window.audioclsModels;
  const base = new URL("./", document.currentScript.src);

  const LONGEST = 60; // seconds that are scored
  const RECORDING = 10; // seconds, the most that is recorded
  const BATCH = 8; // windows scored at a time
  const RANGE_DB = 80; // of the pictures, below the loudest point
  const BANDS = 64;
  const COEFFICIENTS = 13;
  const FRAME = 512;

  const words = (label) => label.replaceAll("_", " ");
  const percent = (score) => `${Math.round(100 * score)} %`;
  const exact = (score) => `${(100 * score).toFixed(1)} %`; // so that what is just below the threshold reads so

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  /* The runtime and the networks, each loaded once ------------------------------------------------------------- */

  let runtime = null;
  const sessions = new Map();

  function once(make) {
    let made = null;
    return () => (made = made || make().catch((error) => ((made = null), Promise.reject(error)))); // a failure may pass
  }

  const loadRuntime = once(() => {
    if (!facts.runtime) return Promise.reject(new Error(facts.missing));
    if (location.protocol === "file:") {
      return Promise.reject(
        new Error("Browsers do not let a page on the disk load a network. Open the book through a server: make serve.")
      );
    }
    return new Promise((done, failed) => {
      const script = make("script", { src: new URL(`${facts.runtime}/ort.wasm.min.js`, base) });
      script.addEventListener("load", () => {
        runtime = window.ort;
        runtime.env.wasm.numThreads = 1;
        runtime.env.wasm.wasmPaths = new URL(`${facts.runtime}/`, base).href;
        done(runtime);
      });
      script.addEventListener("error", () => failed(new Error("The network's runtime could not be loaded.")));
      document.head.append(script);
    });
  });

  function session(name) {
    if (!sessions.has(name)) {
      const load = async () => {
        const [ort, network] = await Promise.all([loadRuntime(), get(facts.models[name].file)]);
        return ort.InferenceSession.create(network);
      };
      sessions.set(name, once(load));
    }
    return sessions.get(name)();
  }

  async function get(file) {
    const answer = await fetch(new URL(file, base));
    if (!answer.ok) throw new Error(`${file} could not be loaded (${answer.status}).`);
    return answer.arrayBuffer();
  }

  /* From bytes to what a network hears ------------------------------------------------------------------------- */

  async function decode(bytes, sr) {
    const wav = hearing.readWav(bytes);
    if (wav) return hearing.resample(hearing.toMono(wav.planes), wav.sr, sr);
    const context = new OfflineAudioContext(1, 1, 48000);
    let buffer = null;
    try {
      buffer = await context.decodeAudioData(bytes);
    } catch (error) {
      throw new Error("This browser cannot read that file as sound. WAV and MP3 work in all; FLAC, OGG and M4A in most.");
    }
    const planes = Array.from({ length: buffer.numberOfChannels }, (_, c) => buffer.getChannelData(c));
    return hearing.resample(hearing.toMono(planes), buffer.sampleRate, sr);
  }

  /* Score a sound window by window; heard(scores, votes) is called as they come. */
  async function score(y, name, heard) {
    const model = facts.models[name];
    const network = await session(name);
    const hop = Math.round(model.voting.hop_seconds * model.sr);
    const starts = hearing.windowStarts(Math.max(y.length, 1), model.length, hop);
    const levels = hearing.levels(hearing.cutWindows(y, starts, model.length), model.length);
    const votes = hearing.votes(levels, model.voting);
    const scores = [];
    for (let first = 0; first < starts.length; first += BATCH) {
      const windows = hearing.cutWindows(y, starts.slice(first, first + BATCH), model.length);
      const shape = [windows.length / model.length, model.length];
      const input = new runtime.Tensor("float32", windows, shape);
      const output = await network.run({ [network.inputNames[0]]: input });
      const flat = output[network.outputNames[0]].data;
      for (let k = 0; k < shape[0]; k++) {
        scores.push(Array.from(flat.subarray(k * model.labels.length, (k + 1) * model.labels.length)));
      }
      if (!heard(scores, votes)) return null;
    }
    return hearing.clipScores(scores, votes);
  }

  /* Pictures ---------------------------------------------------------------------------------------------------- */

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const rgb = (color) => {
    const paint = make("canvas").getContext("2d");
    paint.fillStyle = color;
    paint.fillRect(0, 0, 1, 1);
    return paint.getImageData(0, 0, 1, 1).data;
  };

  /* A canvas as wide as its place, sharp on every screen. */
  class Picture {
    constructor(name, height, described) {
      this.canvas = make("canvas", { role: "img", "aria-label": described });
      this.height = height;
      this.name = make("div", {}, name);
      this.place = make("div", { class: "classifier-picture" }, this.name, this.canvas);
    }
    begin() {
      const ratio = window.devicePixelRatio || 1;
      this.width = this.canvas.clientWidth || 600;
      this.canvas.width = Math.round(this.width * ratio);
      this.canvas.height = Math.round(this.height * ratio);
      this.canvas.style.height = `${this.height}px`;
      this.paint = this.canvas.getContext("2d");
      this.paint.scale(ratio, ratio);
      this.colors = [rgb(css("--pst-color-surface") || "#f6f5f1"), rgb(css("--pst-color-primary") || "#0b6b74")];
    }
    /* From the ground (0) to the colour of the book (1). */
    shade(value) {
      const [from, to] = this.colors;
      const part = Math.min(1, Math.max(0, value));
      return `rgb(${[0, 1, 2].map((k) => Math.round(from[k] + part * (to[k] - from[k]))).join(" ")})`;
    }
  }

  function drawWaveform(picture, y) {
    picture.begin();
    const { paint, width, height } = picture;
    paint.fillStyle = css("--pst-color-primary") || "#0b6b74";
    const step = y.length / width;
    for (let x = 0; x < width; x++) {
      let [low, high] = [0, 0];
      for (let i = Math.floor(x * step); i < Math.min(y.length, Math.ceil((x + 1) * step)); i++) {
        low = Math.min(low, y[i]);
        high = Math.max(high, y[i]);
      }
      paint.fillRect(x, (height / 2) * (1 - Math.min(1, high)), 1, Math.max(1, (height / 2) * (Math.min(1, high) - Math.max(-1, low))));
    }
  }

  /* Mel bands in dB below the loudest point, one list a column. */
  function columns(y, sr, count) {
    const hop = Math.max(FRAME / 4, Math.ceil(y.length / count));
    const bank = dsp.melFilterbank({ sr, nFft: FRAME, nMels: BANDS });
    const power = dsp.spectrogram(y, { nFft: FRAME, hop });
    const levels = power.map((column) =>
      Float64Array.from(bank, (row) => {
        let sum = 1e-14;
        for (let k = 0; k < row.length; k++) if (row[k]) sum += row[k] * column[k];
        return 10 * Math.log10(sum);
      })
    );
    const loudest = Math.max(...levels.map((column) => Math.max(...column)));
    return levels.map((column) => column.map((v) => Math.max(-RANGE_DB, v - loudest)));
  }

  /* Draw the pictures column by column, as they are computed; still() says when another sound has come. */
  function drawFeatures(mel, mfcc, levels, still) {
    mel.begin();
    mfcc.begin();
    const cepstra = levels.map((column) => dsp.dct(column, COEFFICIENTS));
    const spread = Array.from({ length: COEFFICIENTS }, (_, k) => Math.max(...cepstra.map((c) => Math.abs(c[k])), 1e-9));
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const [wide, rows] = [levels.length, [mel.height / BANDS, mfcc.height / COEFFICIENTS]];
    let done = 0;
    const some = () => {
      if (still()) return;
      const until = calm ? wide : Math.min(wide, done + Math.ceil(wide / 40));
      for (; done < until; done++) {
        const x = (done * mel.width) / wide;
        const w = mel.width / wide + 0.6;
        levels[done].forEach((v, b) => {
          mel.paint.fillStyle = mel.shade(1 + v / RANGE_DB);
          mel.paint.fillRect(x, mel.height - (b + 1) * rows[0], w, rows[0] + 0.6);
        });
        cepstra[done].forEach((v, k) => {
          mfcc.paint.fillStyle = mfcc.shade(0.5 + (0.5 * v) / spread[k]);
          mfcc.paint.fillRect(x, mfcc.height - (k + 1) * rows[1], w, rows[1] + 0.6);
        });
      }
      if (done < wide) requestAnimationFrame(some);
    };
    some();
  }

  /* A row a class, a column a window, from its start to the next one's. */
  function drawScores(picture, model, scores, votes, seconds) {
    picture.begin();
    const { paint, width, height } = picture;
    const row = height / model.labels.length;
    const [hop, length] = [model.voting.hop_seconds, model.length / model.sr];
    scores.forEach((scored, k) => {
      const from = k * hop;
      const to = k === votes.length - 1 ? Math.max(seconds, from + length) : from + hop;
      scored.forEach((v, c) => {
        paint.fillStyle = picture.shade(votes[k] ? v : 0);
        paint.fillRect((from / seconds) * width, c * row, ((to - from) / seconds) * width + 0.6, row - 1);
      });
    });
  }

  /* The page ---------------------------------------------------------------------------------------------------- */

  class Page {
    constructor(root) {
      this.root = root;
      this.job = 0;
      this.model = Object.keys(facts.models)[0];
      root.replaceChildren(this.controls(), this.results());
      new ResizeObserver(() => this.sound && this.width !== this.root.clientWidth && this.redraw()).observe(root);
      new MutationObserver(() => this.sound && this.redraw()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
      if (facts.missing) this.say(facts.missing);
    }

    controls() {
      this.file = make("input", { type: "file", accept: "audio/*,.wav,.flac,.ogg,.mp3,.m4a,.aiff", id: "classifier-file" });
      this.file.addEventListener("change", () => this.file.files.length && this.open(this.file.files[0]));
      const drop = make("label", { class: "classifier-drop", for: "classifier-file" }, make("b", {}, "Drop a sound file here"), " or choose one: ", this.file);
      for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
        drop.addEventListener(name, (event) => {
          event.preventDefault();
          drop.classList.toggle("classifier-over", name === "dragenter" || name === "dragover");
          if (name === "drop" && event.dataTransfer.files.length) this.open(event.dataTransfer.files[0]);
        });
      }
      this.recordButton = make("button", { type: "button", class: "classifier-button", "aria-pressed": "false" }, "Record from the microphone");
      this.recordButton.addEventListener("click", () => (this.recorder ? this.recorder.stop() : this.record()));
      const examples = make("div", { class: "classifier-examples", role: "group", "aria-label": "Examples" });
      for (const { file, label, taught } of facts.examples) {
        const button = make("button", { type: "button", "data-file": file }, taught ? words(label) : `${words(label)} (never taught)`);
        button.addEventListener("click", () => this.example(file, words(label)));
        examples.append(button);
      }
      const choice = make("fieldset", { class: "classifier-models" }, make("legend", {}, "Network"));
      for (const [name, { title }] of Object.entries(facts.models)) {
        const radio = make("input", { type: "radio", name: "classifier-model", value: name });
        radio.checked = name === this.model;
        radio.addEventListener("change", () => {
          this.model = name;
          if (this.sound) this.listen(this.sound, this.name);
        });
        choice.append(make("label", {}, radio, ` ${title}`));
      }
      const parts = [drop, make("div", { class: "classifier-row" }, this.recordButton, choice)];
      if (facts.examples.length) parts.push(make("p", { class: "classifier-or" }, "Or an example:"), examples);
      return make("div", { class: "classifier-controls" }, ...parts);
    }

    results() {
      this.live = make("p", { class: "classifier-live", "aria-live": "polite" }, "Give it a sound: the answer appears here.");
      this.player = make("audio", { controls: "", "aria-label": "The sound that is classified" });
      this.player.hidden = true;
      this.player.addEventListener("timeupdate", () => this.follow());
      this.player.addEventListener("play", () => this.run());
      this.ranked = make("ol", { class: "classifier-ranked" });
      this.pictures = {
        waveform: new Picture("Waveform", 70, "Waveform of the sound"),
        mel: new Picture("Log-mel", 120, "64 mel bands over time, the lowest at the bottom"),
        mfcc: new Picture("MFCC", 78, "13 coefficients over time, the first at the bottom"),
        scores: new Picture("", 200, "Score of each window along the sound, a row for each class; the list has the means"),
      };
      const labels = facts.models[this.model].labels.map((label) => make("li", {}, words(label)));
      this.pictures.scores.name.append(make("ul", { class: "classifier-labels", "aria-hidden": "true" }, ...labels));
      this.cursor = make("div", { class: "classifier-cursor", hidden: "" });
      this.screen = make("div", { class: "classifier-screen" }, ...Object.values(this.pictures).map((p) => p.place), this.cursor);
      this.screen.hidden = true;
      return make("div", { class: "classifier-results" }, this.live, this.player, this.ranked, this.screen);
    }

    say(text, failed = false) {
      this.live.textContent = text;
      this.live.classList.toggle("classifier-failed", failed);
    }

    async guard(work) {
      try {
        await work();
      } catch (error) {
        this.say(error.message, true);
      }
    }

    open(file) {
      return this.guard(async () => this.hear(await file.arrayBuffer(), file.name));
    }

    example(file, label) {
      return this.guard(async () => this.hear(await get(file), `${label} (example)`));
    }

    record() {
      return this.guard(async () => {
        const off = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
        let stream = null;
        try {
          stream = await navigator.mediaDevices.getUserMedia({ audio: off });
        } catch (error) {
          throw new Error("The microphone is not available: allow it in the browser, or give a file instead.");
        }
        const parts = [];
        const recorder = new MediaRecorder(stream);
        recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
        recorder.addEventListener("stop", () => {
          clearInterval(ticking);
          stream.getTracks().forEach((track) => track.stop());
          this.recorder = null;
          this.recordButton.textContent = "Record from the microphone";
          this.recordButton.setAttribute("aria-pressed", "false");
          this.guard(async () => this.hear(await new Blob(parts).arrayBuffer(), "Your recording"));
        });
        this.recorder = recorder;
        this.recordButton.setAttribute("aria-pressed", "true");
        this.recordButton.textContent = "Stop recording";
        this.say(`Recording, ${RECORDING} seconds at most. Play one instrument, close to the microphone.`);
        const began = performance.now();
        const ticking = setInterval(() => {
          const seconds = (performance.now() - began) / 1000;
          this.recordButton.textContent = `Stop recording (${Math.floor(seconds)} s)`;
          if (seconds > RECORDING && recorder.state === "recording") recorder.stop();
        }, 250);
        recorder.start();
      });
    }

    /* Take a sound in. */
    async hear(bytes, name) {
      const blob = new Blob([bytes]);
      this.say("Listening …");
      session(this.model).catch(() => {}); // loads while the sound is read; whoever waits for it hears of a failure
      const sound = await decode(bytes, facts.models[this.model].sr);
      if (!sound.length) throw new Error("There is no sound in that file.");
      if (this.player.src) URL.revokeObjectURL(this.player.src);
      this.player.src = URL.createObjectURL(blob);
      this.player.hidden = false;
      await this.listen(sound, name);
    }

    /* Score a sound and show what comes. */
    async listen(sound, name) {
      const job = ++this.job;
      const model = facts.models[this.model];
      const y = sound.subarray(0, LONGEST * model.sr);
      const whole = y.length === sound.length;
      Object.assign(this, { sound, name, seconds: y.length / model.sr, found: null });
      this.screen.hidden = false;
      this.say("Listening …");
      this.root.dataset.state = "working";
      this.show(y, () => job !== this.job);
      const scores = await score(y, this.model, (windows, votes) => {
        if (job !== this.job) return false;
        this.found = { windows, votes };
        drawScores(this.pictures.scores, model, windows, votes, this.seconds);
        const voting = votes.slice(0, windows.length);
        if (voting.some(Boolean)) this.rank(hearing.clipScores(windows, voting), model);
        return true;
      });
      if (!scores) return; // another sound has come
      const silent = y.every((v) => v === 0);
      this.rank(scores, model, silent);
      const best = scores.indexOf(Math.max(...scores));
      const answer = silent
        ? "Not sure: every sample is zero, so the scores say nothing."
        : scores[best] < model.voting.sure_from
          ? `Not sure: no class reaches ${percent(model.voting.sure_from)}. The highest is ${words(model.labels[best])}, ${exact(scores[best])}.`
          : `${words(model.labels[best])}, ${exact(scores[best])}.`;
      const notes = [`${name}, ${this.seconds.toFixed(1)} s: ${answer}`];
      if (!whole) notes.push(`Only the first ${LONGEST} seconds were scored.`);
      this.say(notes.join(" "));
      this.root.dataset.scores = JSON.stringify(Object.fromEntries(model.labels.map((label, c) => [label, scores[c]])));
      this.root.dataset.state = "done";
    }

    rank(scores, model, silent = false) {
      const order = scores.map((_, c) => c).sort((a, b) => scores[b] - scores[a]);
      const unsure = silent || scores[order[0]] < model.voting.sure_from;
      this.ranked.replaceChildren(
        ...order.map((c) => {
          const bar = make("span", { class: "classifier-bar", style: `width:${(100 * scores[c]).toFixed(1)}%` });
          return make("li", {}, make("span", {}, words(model.labels[c])), make("span", { class: "classifier-track" }, bar), make("b", {}, percent(scores[c])));
        })
      );
      this.ranked.classList.toggle("classifier-unsure", unsure);
    }

    show(y, still) {
      this.width = this.root.clientWidth;
      drawWaveform(this.pictures.waveform, y);
      const levels = columns(y, facts.models[this.model].sr, Math.max(100, Math.min(400, this.pictures.waveform.width)));
      drawFeatures(this.pictures.mel, this.pictures.mfcc, levels, still);
    }

    redraw() {
      const job = this.job;
      const model = facts.models[this.model];
      this.show(this.sound.subarray(0, LONGEST * model.sr), () => job !== this.job);
      if (this.found) drawScores(this.pictures.scores, model, this.found.windows, this.found.votes, this.seconds);
    }

    follow() {
      const place = this.player.currentTime / this.seconds;
      this.cursor.hidden = !(place > 0 && place <= 1);
      const { offsetLeft, clientWidth } = this.pictures.waveform.canvas;
      this.cursor.style.left = `${offsetLeft + place * clientWidth}px`;
    }

    run() {
      this.follow();
      if (!this.player.paused) requestAnimationFrame(() => this.run());
    }
  }

  document.querySelectorAll("div.classifier-page").forEach((root) => {
    if (facts) root.classifier = new Page(root);
  });
})();
