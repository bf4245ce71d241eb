/* From a sound file to the windows that a network scores: what audiocls.audio, sampling and windows do in Python.

   Plain functions over arrays; nothing here knows of pages. In a page they are the object audioclsHearing, in node what
   require("./hearing.js") returns. tests/project/test_classifier_page.py holds each against the package. */
(function (root, factory) {
  if (typeof module === "object" && module.exports) module.exports = factory();
  else root.audioclsHearing = factory();
})(typeof self !== "undefined" ? self : this, function () {
  "use strict";

  /* The samples of a WAV file at its own rate, one Float32Array a channel; null if it is no WAV file that we can read.
     The browser's decoder would change the rate before we have seen it. */
  function readWav(bytes) {
    const view = new DataView(bytes);
    const word = (at) => String.fromCharCode(...new Uint8Array(bytes, at, 4));
    if (bytes.byteLength < 44 || word(0) !== "RIFF" || word(8) !== "WAVE") return null;
    let format = null;
    for (let at = 12; at + 8 <= bytes.byteLength; ) {
      const name = word(at);
      const size = Math.min(view.getUint32(at + 4, true), bytes.byteLength - at - 8);
      if (name === "fmt ") {
        const tag = view.getUint16(at + 8, true);
        format = {
          tag: tag === 0xfffe && size >= 26 ? view.getUint16(at + 32, true) : tag, // the extended header names it later
          channels: view.getUint16(at + 10, true),
          sr: view.getUint32(at + 12, true),
          bits: view.getUint16(at + 22, true),
        };
      }
      if (name === "data") return format && readSamples(view, at + 8, size, format);
      at += 8 + size + (size % 2);
    }
    return null;
  }

  function readSamples(view, first, size, { tag, channels, sr, bits }) {
    const read = {
      "1/8": (at) => (view.getUint8(at) - 128) / 128,
      "1/16": (at) => view.getInt16(at, true) / 32768,
      "1/24": (at) => ((view.getUint8(at) | (view.getInt16(at + 1, true) << 8)) / 8388608),
      "1/32": (at) => view.getInt32(at, true) / 2147483648,
      "3/32": (at) => view.getFloat32(at, true),
      "3/64": (at) => view.getFloat64(at, true),
    }[`${tag}/${bits}`];
    if (!read || !channels || !sr) return null;
    const step = bits / 8;
    const n = Math.floor(size / (step * channels));
    const planes = Array.from({ length: channels }, () => new Float32Array(n));
    for (let i = 0; i < n; i++) {
      for (let c = 0; c < channels; c++) planes[c][i] = read(first + (i * channels + c) * step);
    }
    return { planes, sr };
  }

  function toMono(planes) {
    if (planes.length === 1) return planes[0];
    return Float32Array.from(planes[0], (_, i) => planes.reduce((sum, plane) => sum + plane[i], 0) / planes.length);
  }

  /* The modified Bessel function of order 0, for the Kaiser window. */
  function bessel0(x) {
    let [sum, term] = [1, 1];
    for (let k = 1; term > 1e-12 * sum; k++) {
      term *= (x / (2 * k)) ** 2;
      sum += term;
    }
    return sum;
  }

  const gcd = (a, b) => (b ? gcd(b, a % b) : a);
  const PASSBAND = 0.9137; // of half the lower rate; what lies between it and half the rate fades
  const STOPBAND_DB = 134.7; // this and the passband were fitted to soxr's quality HQ, which Python uses
  const MOST_PHASES = 1024; // rates with no common factor are rounded to so many places between two samples

  /* Change the sampling rate by a sinc under a Kaiser window. */
  function resample(y, from, to) {
    if (from === to) return y;
    const nyquist = Math.min(from, to) / 2;
    const width = ((1 - PASSBAND) * nyquist) / from; // of the fade, in cycles a sample
    const cutoff = (nyquist * (1 + PASSBAND)) / 2 / from;
    const half = Math.ceil((STOPBAND_DB - 8) / (2.285 * 2 * Math.PI * width) / 2);
    const beta = 0.1102 * (STOPBAND_DB - 8.7);
    const phases = Math.min(MOST_PHASES, to / gcd(from, to));
    const kernel = Array.from({ length: phases }, (_, p) =>
      Float32Array.from({ length: 2 * half }, (_, k) => {
        const x = k - half + 1 - p / phases; // from this output to sample k of its neighbourhood
        const inside = 1 - (x / half) ** 2;
        if (inside <= 0) return 0;
        const sinc = x === 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * x) / (Math.PI * x);
        return (sinc * bessel0(beta * Math.sqrt(inside))) / bessel0(beta);
      })
    );
    const n = Math.round((y.length * to) / from);
    const out = new Float32Array(n);
    for (let i = 0; i < n; i++) {
      const at = (i * from) / to;
      let whole = Math.floor(at);
      let phase = Math.round((at - whole) * phases);
      if (phase === phases) [whole, phase] = [whole + 1, 0];
      const weights = kernel[phase];
      const first = whole - half + 1;
      let sum = 0;
      for (let k = Math.max(0, -first), end = Math.min(2 * half, y.length - first); k < end; k++) sum += weights[k] * y[first + k];
      out[i] = sum;
    }
    return out;
  }

  /* Where windows begin: every hop samples until one reaches the end. */
  function windowStarts(n, length, hop) {
    return Array.from({ length: 1 + Math.max(0, Math.ceil((n - length) / hop)) }, (_, k) => k * hop);
  }

  /* Windows side by side in one array, zeros where the sound has ended. */
  function cutWindows(y, starts, length) {
    const windows = new Float32Array(starts.length * length);
    starts.forEach((start, k) => windows.set(y.subarray(start, start + length), k * length));
    return windows;
  }

  /* The root mean square of each window. */
  function levels(windows, length) {
    return Array.from({ length: windows.length / length }, (_, k) => {
      let sum = 0;
      for (let i = k * length; i < (k + 1) * length; i++) sum += windows[i] * windows[i];
      return Math.sqrt(sum / length);
    });
  }

  /* What each window counts by the voting of a classifier file: as its level, nothing far below the loudest, and the
     first near the loudest so many times as much. */
  function votes(levels, voting) {
    const loudest = Math.max(...levels);
    const sounds = (level, db) => level >= loudest * 10 ** (-db / 20);
    const counted = levels.map((level) => (sounds(level, voting.quiet_db) ? (loudest ? level / loudest : 1) ** voting.power : 0));
    counted[levels.findIndex((level) => sounds(level, voting.attack_db))] *= voting.attack;
    return counted;
  }

  /* Mean scores of the windows, weighted by their votes. */
  function clipScores(scores, votes) {
    const total = scores.reduce((sum, _, k) => sum + votes[k], 0);
    return scores[0].map((_, c) => scores.reduce((sum, row, k) => sum + votes[k] * row[c], 0) / total);
  }

  return { readWav, toMono, resample, windowStarts, cutWindows, levels, votes, clipScores };
});
