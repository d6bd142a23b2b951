// Loaded by --import into a measured process: on exit writes its peak resident memory in bytes to the file that
// KBGAP_BENCH_PEAK names. Plain JavaScript, so that measuring loads no type stripper into the process.
import { readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const file = process.env.KBGAP_BENCH_PEAK;
if (isMainThread && file !== undefined) process.on('exit', () => writeFileSync(file, String(peakBytes())));

function peakBytes() {
  // Linux counts into maxRSS what the parent held when it forked; VmHWM begins anew with the program.
  if (process.platform === 'linux') {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  }
  return process.resourceUsage().maxRSS * 1024;
}
