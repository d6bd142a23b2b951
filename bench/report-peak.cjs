'use strict';
// Loaded by --require into a measured process: on exit writes its peak resident memory in bytes to the file that
// KBGAP_BENCH_PEAK names. CommonJS, and little of it: loading an ES module would make an empty process a tenth larger.
const { readFileSync, writeFileSync } = require('node:fs');

// Threads of the process come here too; the process itself ends, and writes, last.
const file = process.env.KBGAP_BENCH_PEAK;
if (file !== undefined) process.on('exit', () => writeFileSync(file, String(peakBytes())));

function peakBytes() {
  // Linux counts into maxRSS what the parent held when it forked; VmHWM begins anew with the program.
  if (process.platform === 'linux') {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  }
  return process.resourceUsage().maxRSS * 1024;
}
