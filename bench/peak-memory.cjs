'use strict';
// Loaded by `--require` into a measured process: tells its peak memory, in KiB, on file descriptor 3 when it ends.
// Not maxRSS where Linux has better: that one starts at the parent's size, so a small child of a large parent looks large.
const { readFileSync, writeSync } = require('node:fs');

process.on('exit', () => {
  writeSync(3, `${peakKib()}\n`);
});

function peakKib() {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}
