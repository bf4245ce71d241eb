/* The sound of the explorables: one at a time, never louder than a limit, faded in and out, taken apart when it stops.

   Explorables.sound says what sounds now and counts the nodes of all graphs; a Voice is one graph. Nothing here starts by
   itself: an AudioContext is made at the first press of a button. Needs dsp.js for samples of a low rate. */
(function () {
  "use strict";
  if (window.Explorables) return;

  const FADE = 0.03; // seconds, of every start and stop
  const LOUDEST = 0.3; // what full scale is played at

  const sound = {
    context: null, // made at the first press of a button
    voice: null, // what sounds now, if anything
    nodes: new Set(), // every node of every graph that is connected
    get active() {
      return this.nodes.size;
    },
    play(voice) {
      if (this.voice) this.voice.stop();
      this.voice = voice;
    },
    live() {
      this.context = this.context || new (window.AudioContext || window.webkitAudioContext)();
      clearTimeout(this.rest);
      this.context.resume();
      return this.context;
    },
    sleep() {
      clearTimeout(this.rest);
      this.rest = setTimeout(() => !this.nodes.size && this.context.suspend(), 1000);
    },
  };

  /* One graph of sound: faded in, limited, and taken apart when it stops. The same code builds it for the loudspeaker
     and, in tests, for an OfflineAudioContext. */
  class Voice {
    constructor(context, ended) {
      this.context = context;
      this.ended = ended;
      this.own = new Set();
      this.offline = typeof OfflineAudioContext !== "undefined" && context instanceof OfflineAudioContext;
      this.start = context.currentTime + (this.offline ? 0 : 0.02);
      this.out = this.gain(LOUDEST);
      this.fade = this.gain(0);
      const limiter = this.keep(context.createDynamicsCompressor());
      for (const [name, value] of [["threshold", -3], ["knee", 0], ["ratio", 20], ["attack", 0.002], ["release", 0.1]]) {
        limiter[name].value = value;
      }
      this.out.connect(this.fade).connect(limiter).connect(context.destination);
      this.fade.gain.setValueAtTime(0, this.start);
      this.fade.gain.linearRampToValueAtTime(1, this.start + FADE);
    }
    keep(node) {
      this.own.add(node);
      if (!this.offline) sound.nodes.add(node);
      return node;
    }
    free(node) {
      if (!this.own.delete(node)) return;
      sound.nodes.delete(node);
      try {
        if (node.stop) node.stop();
      } catch (error) {
        // it was never started
      }
      node.disconnect();
    }
    gain(value) {
      const node = this.keep(this.context.createGain());
      node.gain.value = value;
      return node;
    }
    oscillator(frequency, to, type) {
      const node = this.keep(this.context.createOscillator());
      if (typeof type === "string") node.type = type;
      else if (type) node.setPeriodicWave(type);
      node.frequency.value = frequency;
      node.connect(to || this.out);
      node.start(this.start);
      return node;
    }
    /* Move a parameter without a click. */
    glide(param, value) {
      if (this.offline) param.value = value;
      else param.setTargetAtTime(value, this.context.currentTime, 0.015);
    }
    /* Play samples in a loop, or once. A rate too low for the browser's interpolation is raised first. */
    samples(y, sr, { loop = true, to = this.out } = {}) {
      let factor = 1;
      while (sr * factor < 32000) factor *= 2;
      const data = factor > 1 ? audioclsDSP.upsample(y, factor) : y;
      const buffer = this.context.createBuffer(1, data.length, sr * factor);
      buffer.copyToChannel(Float32Array.from(data), 0);
      const source = this.keep(this.context.createBufferSource());
      source.buffer = buffer;
      source.loop = loop;
      source.connect(to);
      return source;
    }
    /* A loop whose samples can be exchanged while it sounds: set(y, sr). */
    loop() {
      let current = null;
      let timer = null;
      let next = null;
      const exchange = () => {
        timer = null;
        if (this.stopped) return;
        const now = this.context.currentTime;
        const volume = this.gain(current ? 0 : 1);
        volume.connect(this.out);
        const source = this.samples(next.y, next.sr, { to: volume });
        const place = current ? Math.max(0, now - this.start) % source.buffer.duration : 0;
        source.start(current ? now : this.start, place);
        if (current) {
          volume.gain.setValueAtTime(0, now);
          volume.gain.linearRampToValueAtTime(1, now + FADE);
          const old = current;
          old.volume.gain.setValueAtTime(1, now);
          old.volume.gain.linearRampToValueAtTime(0, now + FADE);
          setTimeout(() => [old.source, old.volume].forEach((node) => this.free(node)), 1000 * FADE + 60);
        }
        current = { source, volume };
      };
      return {
        set(y, sr) {
          next = { y, sr };
          if (!current) exchange();
          else timer = timer || setTimeout(exchange, 90); // at most eleven times a second while a slider moves
        },
      };
    }
    stop() {
      if (this.stopped) return;
      this.stopped = true;
      const now = this.context.currentTime;
      this.fade.gain.cancelScheduledValues(now);
      this.fade.gain.setTargetAtTime(0, now, FADE / 3);
      setTimeout(() => {
        [...this.own].forEach((node) => this.free(node));
        sound.sleep();
      }, 1000 * FADE + 60);
      if (sound.voice === this) sound.voice = null;
      if (this.ended) this.ended();
    }
  }

  window.Explorables = { sound, Voice };
})();
