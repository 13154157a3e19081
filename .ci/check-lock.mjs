/**
 * The lock file must hold every optional package of every platform that a package names: `npm ci` refuses a lock without them,
 * on the machines of other people. Install scripts must each be allowed or denied by name in package.json (`allowScripts`).
 */
import { readFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const faults = [];

/** Where Node would find `name` for the package at `path`: the nearest node_modules upwards. */
function find(path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    const candidate = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (lock.packages[candidate] !== undefined) return lock.packages[candidate];
    if (at === '') return undefined;
  }
}

for (const [path, entry] of Object.entries(lock.packages)) {
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    if (find(path, name)?.version === undefined)
      faults.push(`${path || 'package.json'}: optional package ${name} is not in the lock file`);
  }
  if (path !== '' && entry.link !== true && entry.integrity === undefined && entry.inBundle !== true) {
    faults.push(`${path}: no integrity`);
  }
}

const scripts = manifest.allowScripts ?? {};
const seen = new Set();
for (const [path, entry] of Object.entries(lock.packages)) {
  if (entry.hasInstallScript !== true) continue;
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const keys = [name, `${name}@${entry.version}`].filter((key) => scripts[key] !== undefined);
  if (keys.length === 0)
    faults.push(`${name}@${entry.version} has an install script: allow or deny it in package.json (allowScripts)`);
  for (const key of keys) seen.add(key);
}
for (const key of Object.keys(scripts)) {
  if (!seen.has(key)) faults.push(`allowScripts names ${key}, which has no install script in the lock file`);
}

for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
