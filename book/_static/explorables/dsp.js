/* The numbers behind the explorables: the same formulas as in the Python package audiocls, in float64.

   Plain functions over arrays of numbers; nothing here knows of pages or sound cards. In a page they are the object
   audioclsDSP, in node what require("./dsp.js") returns. tests/test_explorables.py holds each against audiocls.
   Spectra are one-sided; a transform has a length that is a power of two. Windows are periodic. */
(function (root, factory) {
  if (typeof module === "object" && module.exports) module.exports = factory();
  else root.audioclsDSP = factory();
})(typeof self !== "undefined" ? self : this, function () {
  "use strict";

  /* Chapter 1 -------------------------------------------------------------------------------------------------- */

  /* Distance to the nearest multiple of sr: the frequency whose samples look the same. */
  function aliasFrequency(frequency, sr) {
    return Math.abs(frequency - sr * Math.round(frequency / sr));
  }

  /* Chapter 2 -------------------------------------------------------------------------------------------------- */

  function peak(y) {
    let highest = 0;
    for (let i = 0; i < y.length; i++) highest = Math.max(highest, Math.abs(y[i]));
    return highest;
  }

  function power(y) {
    let sum = 0;
    for (let i = 0; i < y.length; i++) sum += y[i] * y[i];
    return sum / y.length;
  }

  const rms = (y) => Math.sqrt(power(y));
  const amplitudeToDbfs = (amplitude) => 20 * Math.log10(Math.abs(amplitude));
  const dbfsToAmplitude = (level) => 10 ** (level / 20);

  /* To the nearest even number where two are equally near, as numpy rounds. */
  function roundEven(x) {
    const down = Math.floor(x);
    if (x - down !== 0.5) return Math.round(x);
    return down % 2 === 0 ? down : down + 1;
  }

  /* Round to 2 ** bits levels; dither is a list of triangular random numbers from -1 to 1, in steps, or null. */
  function quantize(y, bits, dither) {
    const levels = 2 ** (bits - 1);
    const out = new Float64Array(y.length);
    for (let i = 0; i < y.length; i++) {
      const steps = roundEven(y[i] * levels + (dither ? dither[i] : 0));
      out[i] = Math.min(levels - 1, Math.max(-levels, steps)) / levels;
    }
    return out;
  }

  /* Power of y above that of the error, in dB. */
  function snr(y, rounded) {
    let error = 0;
    for (let i = 0; i < y.length; i++) error += (rounded[i] - y[i]) ** 2;
    return 10 * Math.log10((power(y) * y.length) / error);
  }

  /* Chapter 3 -------------------------------------------------------------------------------------------------- */

  const tables = new Map();

  function table(n) {
    if (!tables.has(n)) {
      const cos = new Float64Array(n / 2);
      const sin = new Float64Array(n / 2);
      for (let k = 0; k < n / 2; k++) {
        cos[k] = Math.cos((2 * Math.PI * k) / n);
        sin[k] = Math.sin((2 * Math.PI * k) / n);
      }
      tables.set(n, { cos, sin });
    }
    return tables.get(n);
  }

  /* Transform re + i im in place; inverse divides by n. */
  function fft(re, im, inverse) {
    const n = re.length;
    if (n < 1 || n & (n - 1)) throw new RangeError(`a transform needs a power of two, got ${n}`);
    for (let i = 1, j = 0; i < n; i++) {
      let bit = n >> 1;
      for (; j & bit; bit >>= 1) j ^= bit;
      j ^= bit;
      if (i < j) {
        [re[i], re[j]] = [re[j], re[i]];
        [im[i], im[j]] = [im[j], im[i]];
      }
    }
    const { cos, sin } = table(n);
    const sign = inverse ? 1 : -1;
    for (let size = 2; size <= n; size *= 2) {
      const half = size / 2;
      const stride = n / size;
      for (let start = 0; start < n; start += size) {
        for (let k = 0; k < half; k++) {
          const c = cos[k * stride];
          const s = sign * sin[k * stride];
          const a = start + k;
          const b = a + half;
          const x = re[b] * c - im[b] * s;
          const y = re[b] * s + im[b] * c;
          re[b] = re[a] - x;
          im[b] = im[a] - y;
          re[a] += x;
          im[a] += y;
        }
      }
    }
    if (inverse) {
      for (let i = 0; i < n; i++) {
        re[i] /= n;
        im[i] /= n;
      }
    }
    return { re, im };
  }

  /* Transform of a real list, zeros added up to n: bins 0 to n / 2. */
  function rfft(y, n = y.length) {
    const re = new Float64Array(n);
    re.set(y);
    const im = new Float64Array(n);
    fft(re, im);
    return { re: re.subarray(0, n / 2 + 1), im: im.subarray(0, n / 2 + 1) };
  }

  /* Back from the bins 0 to n / 2 of a real list. */
  function irfft(X) {
    const n = 2 * (X.re.length - 1);
    const re = new Float64Array(n);
    const im = new Float64Array(n);
    re.set(X.re);
    im.set(X.im);
    im[0] = im[n / 2] = 0;
    for (let k = 1; k < n / 2; k++) {
      re[n - k] = re[k];
      im[n - k] = -im[k];
    }
    return fft(re, im, true).re;
  }

  const SERIES = {
    boxcar: [1],
    hann: [0.5, 0.5],
    hamming: [0.54, 0.46],
    blackman: [0.42, 0.5, 0.08],
    blackmanharris: [0.35875, 0.48829, 0.14128, 0.01168],
  };

  function window_(name, n) {
    const w = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      SERIES[name].forEach((a, j) => (w[i] += (j % 2 ? -a : a) * Math.cos((2 * Math.PI * j * i) / n)));
    }
    return n === 1 ? w.fill(1) : w;
  }

  const sum = (y) => y.reduce((total, v) => total + v, 0);
  const squares = (X) => X.re.map((v, k) => v * v + X.im[k] * X.im[k]);

  /* Amplitude at each frequency: a sine of amplitude a on a bin reads a. */
  function magnitudeSpectrum(y, window = "hann", n = y.length) {
    const w = window_(window, y.length);
    const magnitude = squares(rfft(Float64Array.from(y, (v, i) => v * w[i]), n)).map((v) => (2 * Math.sqrt(v)) / sum(w));
    magnitude[0] /= 2;
    magnitude[n / 2] /= 2;
    return magnitude;
  }

  /* More points on the same curve, the list taken to repeat for ever. */
  function upsample(y, factor) {
    const n = y.length;
    const X = rfft(y);
    const re = new Float64Array((n * factor) / 2 + 1);
    const im = new Float64Array((n * factor) / 2 + 1);
    re.set(X.re);
    im.set(X.im);
    if (factor > 1) re[n / 2] /= 2;
    if (factor > 1) im[n / 2] = 0;
    return irfft({ re, im }).map((v) => v * factor);
  }

  /* Chapter 4 -------------------------------------------------------------------------------------------------- */

  /* Mean power density of overlapping segments, per Hz (or power, with scaling "spectrum"). */
  function welch(y, sr, { segmentLength = y.length, overlap = 0.5, window = "hann", scaling = "density", segments = Infinity } = {}) {
    const n = segmentLength;
    const hop = n - Math.floor(n * overlap);
    const w = window_(window, n);
    const scale = scaling === "density" ? 1 / (sr * power(w) * n) : 1 / sum(w) ** 2;
    const mean = new Float64Array(n / 2 + 1);
    const re = new Float64Array(n);
    const im = new Float64Array(n);
    let count = 0;
    for (let start = 0; start + n <= y.length && count < segments; start += hop, count++) {
      for (let i = 0; i < n; i++) {
        re[i] = y[start + i] * w[i];
        im[i] = 0;
      }
      fft(re, im);
      for (let k = 0; k <= n / 2; k++) mean[k] += re[k] * re[k] + im[k] * im[k];
    }
    return mean.map((v, k) => (v * scale * (k === 0 || k === n / 2 ? 1 : 2)) / count);
  }

  /* The number of independent segments that would scatter as little. */
  function equivalentSegments(n, { segmentLength, overlap = 0.5, window = "hann" }) {
    const hop = segmentLength - Math.floor(segmentLength * overlap);
    const w = window_(window, segmentLength);
    const segments = 1 + Math.floor((n - segmentLength) / hop);
    const energy = power(w) * segmentLength;
    let shared = 0;
    for (let lag = 1; lag < segments && lag * hop < segmentLength; lag++) {
      let product = 0;
      for (let i = lag * hop; i < segmentLength; i++) product += w[i] * w[i - lag * hop];
      shared += (1 - lag / segments) * (product / energy) ** 2;
    }
    return segments / (1 + 2 * shared);
  }

  /* What a tone of amplitude 1 adds to the expected density of welch: the mean over all phases is that of two. */
  function toneDensity(frequency, sr, { segmentLength, window = "hann" }) {
    const tone = (f) => Float64Array.from({ length: segmentLength }, (_, i) => f((2 * Math.PI * frequency * i) / sr));
    const other = welch(tone(Math.sin), sr, { segmentLength, window });
    return welch(tone(Math.cos), sr, { segmentLength, window }).map((v, k) => (v + other[k]) / 2);
  }

  /* Chapter 5 -------------------------------------------------------------------------------------------------- */

  const COLORS = { brown: -2, pink: -1, white: 0, blue: 1, violet: 2 };

  /* White noise made coloured: density goes with frequency to the power 0 (white), -1 (pink), -2 (brown); nothing is left
     below bin `first`. */
  function colorNoise(white, color, level = 0.1, first = 1) {
    const X = rfft(white);
    const weigh = (v, k) => (k < first ? 0 : v * k ** (COLORS[color] / 2));
    const y = irfft({ re: X.re.map(weigh), im: X.im.map(weigh) });
    const scale = level / rms(y);
    return y.map((v) => v * scale);
  }

  /* Slope of the straight line through (x, y) with the least squared error. */
  function slope(x, y) {
    const [mx, my] = [sum(x) / x.length, sum(y) / y.length];
    let [xy, xx] = [0, 0];
    for (let i = 0; i < x.length; i++) {
      xy += (x[i] - mx) * (y[i] - my);
      xx += (x[i] - mx) ** 2;
    }
    return xy / xx;
  }

  /* Chapter 6 -------------------------------------------------------------------------------------------------- */

  const hzToMel = (f) => 2595 * Math.log10(1 + f / 700);
  const melToHz = (mel) => 700 * (10 ** (mel / 2595) - 1);

  /* n frequencies from fmin to fmax, equally far apart in mel. */
  function melFrequencies(n, fmin, fmax) {
    const [a, b] = [hzToMel(fmin), hzToMel(fmax)];
    return Float64Array.from({ length: n }, (_, i) => melToHz(n > 1 ? a + ((b - a) * i) / (n - 1) : a));
  }

  /* Triangles, one row a filter, 1 high (norm "slaney": of area 1 Hz). */
  function melFilterbank({ sr, nFft, nMels = 26, fmin = 0, fmax = sr / 2, edges = "hz", norm = null }) {
    const corners = melFrequencies(nMels + 2, fmin, fmax);
    const at = edges === "bins" ? corners.map((f) => Math.floor(((nFft + 1) * f) / sr)) : corners;
    const unit = edges === "bins" ? 1 : sr / nFft;
    return Array.from({ length: nMels }, (_, m) => {
      const [left, centre, right] = at.subarray(m, m + 3);
      const height = norm === "slaney" ? 2 / (corners[m + 2] - corners[m]) : 1;
      return Float64Array.from({ length: nFft / 2 + 1 }, (_, k) => {
        const f = k * unit;
        const flank = f < centre ? (f - left) / (centre - left || 1) : (right - f) / (right - centre || 1);
        return height * Math.max(0, flank);
      });
    });
  }

  /* Chapter 7 -------------------------------------------------------------------------------------------------- */

  /* Inverse transform of the logarithm of the magnitude; bins below floor times the strongest are raised to it. */
  function realCepstrum(y, { window = "hann", n = y.length, floor = 1e-6 } = {}) {
    const w = window_(window, y.length);
    const magnitude = squares(rfft(Float64Array.from(y, (v, i) => v * w[i]), n)).map(Math.sqrt);
    const weakest = Math.max(floor * peak(magnitude), 2.2250738585072014e-308);
    return irfft({ re: magnitude.map((v) => Math.log(Math.max(v, weakest))), im: new Float64Array(n / 2 + 1) });
  }

  /* y plus itself, delay samples later and strength times as large. */
  const echo = (y, delay, strength) => Float64Array.from(y, (v, i) => v + (i >= delay ? strength * y[i - delay] : 0));

  /* Chapter 8 -------------------------------------------------------------------------------------------------- */

  /* Power of each frame, one list a frame; frame j is centred on sample j * hop, zeros lie around the ends, and around a
     window that is shorter than its frame. */
  function spectrogram(y, { nFft, hop, winLength = nFft, window = "hann" }) {
    const w = new Float64Array(nFft);
    w.set(window_(window, winLength), Math.floor((nFft - winLength) / 2));
    const t = 1 + Math.floor(y.length / hop);
    const re = new Float64Array(nFft);
    const im = new Float64Array(nFft);
    return Array.from({ length: t }, (_, j) => {
      for (let i = 0; i < nFft; i++) {
        re[i] = (y[j * hop - nFft / 2 + i] || 0) * w[i];
        im[i] = 0;
      }
      fft(re, im);
      return Float64Array.from({ length: nFft / 2 + 1 }, (_, k) => re[k] * re[k] + im[k] * im[k]);
    });
  }

  /* Chapter 10 ------------------------------------------------------------------------------------------------- */

  /* First rows of the orthonormal cosine transform; its transpose is the way back (DCT-III). */
  function dctMatrix(nMfcc, nMels) {
    return Array.from({ length: nMfcc }, (_, k) =>
      Float64Array.from({ length: nMels }, (_, m) => {
        const height = Math.sqrt((k ? 2 : 1) / nMels);
        return height * Math.cos((Math.PI * k * (2 * m + 1)) / (2 * nMels));
      })
    );
  }

  const dct = (x, nMfcc = x.length) =>
    Float64Array.from(dctMatrix(nMfcc, x.length), (row) => row.reduce((total, v, m) => total + v * x[m], 0));

  /* The n values that the first coefficients still describe. */
  function idct(c, n = c.length) {
    const rows = dctMatrix(c.length, n);
    return Float64Array.from({ length: n }, (_, m) => rows.reduce((total, row, k) => total + row[m] * c[k], 0));
  }

  /* Chance, the same in every visit ------------------------------------------------------------------------------ */

  /* Numbers from 0 to 1 (mulberry32, by Tommy Ettinger). */
  function random(seed) {
    let state = seed >>> 0;
    return () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = Math.imul(state ^ (state >>> 15), state | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
  }

  /* n normal random numbers of variance 1. */
  function gaussian(n, seed) {
    const next = random(seed);
    return Float64Array.from({ length: n }, () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()));
  }

  /* n random numbers from -1 to 1, triangular in their distribution. */
  function triangular(n, seed) {
    const next = random(seed);
    return Float64Array.from({ length: n }, () => next() - next());
  }

  return {
    aliasFrequency, peak, power, rms, amplitudeToDbfs, dbfsToAmplitude, quantize, snr, fft, rfft, irfft,
    window: window_, magnitudeSpectrum, upsample, welch, equivalentSegments, toneDensity, colorNoise, slope,
    hzToMel, melToHz, melFrequencies, melFilterbank, realCepstrum, echo, spectrogram, dctMatrix, dct, idct,
    random, gaussian, triangular,
  };
});
