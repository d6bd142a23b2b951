// The bare inserts that reports are held against: the same lines into one table of node:sqlite, 500 a transaction or as many as given.
import { readFileSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const [file, path, together = '500'] = process.argv.slice(2);
const perTransaction = Number(together);
const bytes = readFileSync(file);
const lines = [];
for (let start = 0; start < bytes.length;) {
  const end = bytes.indexOf(10, start);
  lines.push(bytes.subarray(start, end === -1 ? bytes.length : end));
  start = end === -1 ? bytes.length : end + 1;
}
const database = new DatabaseSync(path);
database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL');
database.exec('CREATE TABLE report (id INTEGER PRIMARY KEY, content BLOB NOT NULL) STRICT');
const insert = database.prepare('INSERT INTO report (id, content) VALUES (?, ?)');
const start = performance.now();
for (let from = 0; from < lines.length; from += perTransaction) {
  database.exec('BEGIN IMMEDIATE');
  const to = Math.min(lines.length, from + perTransaction);
  for (let index = from; index < to; index += 1) insert.run(index, lines[index]);
  database.exec('COMMIT');
}
process.stdout.write(JSON.stringify({ ms: performance.now() - start, rows: lines.length }));
database.close();
for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
