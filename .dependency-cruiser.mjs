/** The arrows of the house: http/cli/jobs → module → ledger → kernel; platform is used by all but kernel and knows none of them. */

import { existsSync } from 'node:fs';

/** Rooms of the product, each entered through its index.ts only; a room imports only those before it. */
const NAMES = [
  'search',
  'audit',
  'approvals',
  'parties',
  'identity',
  'budget',
  'awards',
  'reconciliation',
  'reports',
  'worklists',
  'demonstration',
];
const ROOMS = NAMES.join('|');

/** Rooms of the ledger, from its door down: each imports only those below it. */
const LEDGER = ['engine', 'store', 'events', 'state', 'rules', 'chart'];
/** Folders that only decide: no database, no framework, nothing of Node, by whatever detour. */
const PURE = ['kernel', ...['events', 'state', 'rules', 'chart'].map((room) => `ledger/${room}`)];

// A name without a folder would guard nothing.
const doors = NAMES.map((name) => `${name}/index.ts`);
const missing = [...doors, ...LEDGER.map((room) => `ledger/${room}`), ...PURE].filter(
  (path) => !existsSync(new URL(`src/${path}`, import.meta.url)),
);
if (missing.length > 0) throw new Error(`Not in src/: ${missing.join(', ')}`);

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file or lack a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'kernel-alone',
      comment: 'The kernel imports nothing of ours.',
      severity: 'error',
      from: { path: '^src/kernel/' },
      to: { path: '^(src|migrations|seeds|test|bench)/', pathNot: '^src/kernel/' },
    },
    {
      name: 'platform-knows-no-room',
      comment: 'The edges import only the kernel (and the migrations, which the migrate command runs).',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/', pathNot: '^src/(platform|kernel)/' },
    },
    {
      name: 'ledger-below-rooms',
      comment: 'The ledger imports only kernel and platform.',
      severity: 'error',
      from: { path: '^src/ledger/' },
      to: { path: '^src/', pathNot: '^src/(ledger|platform|kernel)/' },
    },
    {
      name: 'ledger-without-http',
      comment: 'The ledger is asked by jobs and the command line as well: it knows nothing of HTTP.',
      severity: 'error',
      from: { path: '^src/ledger/' },
      to: { path: '^src/platform/http/' },
    },
    {
      name: 'rooms-by-the-door',
      comment: 'A room is entered through its index.ts.',
      severity: 'error',
      from: { path: `^src/(${ROOMS})/` },
      to: { path: `^src/(${ROOMS})/`, pathNot: ['^src/$1/', `^src/(${ROOMS})/index\\.ts$`] },
    },
    ...NAMES.map((room, place) => ({
      name: `${room}-looks-back`,
      comment: `${NAMES.join(', ')}: arrows between rooms run one way, to those before.`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: `^src/(${NAMES.slice(place + 1).join('|')})/` },
    })).slice(0, -1),
    {
      name: 'kernel-and-ledger-by-the-door',
      comment: 'From outside, kernel and ledger are entered through their index.ts.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(kernel|ledger)/' },
      to: { path: '^src/(kernel|ledger)/', pathNot: '^src/(kernel|ledger)/index\\.ts$' },
    },
    {
      name: 'starters-by-the-door',
      comment: 'main, worker, cli and the app module see a room only through its door.',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$' },
      to: { path: `^src/(${ROOMS}|ledger|kernel)/`, pathNot: '^src/[^/]+/index\\.ts$' },
    },
    {
      name: 'nobody-imports-a-starter',
      comment: 'main, worker and cli start things; nothing of the product needs them.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/[^/]+\\.ts$' },
      to: { path: '^src/(main|worker|cli|start|app\\.module)\\.ts$' },
    },
    ...LEDGER.map((room, level) => ({
      name: `ledger-${room}-looks-down`,
      comment: `ledger → ${LEDGER.join(' → ')}: arrows go down this list.`,
      severity: 'error',
      from: { path: `^src/ledger/${room}/` },
      to: { path: `^src/ledger/(${[...LEDGER.slice(0, level), '[^/]+[.]ts$'].join('|')})` },
    })),
    {
      name: 'pure-by-folder',
      comment: `${PURE.join(', ')} reach nothing but one another, directly or through others: no package, no module of Node, no edge.`,
      severity: 'error',
      from: { path: `^src/(${PURE.join('|')})/` },
      to: { reachable: true, pathNot: `^src/(${PURE.join('|')})/` },
    },
    {
      name: 'product-without-tests',
      comment: 'The product does not import its tests or benchmarks.',
      severity: 'error',
      from: { path: '^(src|migrations)/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'product-without-dev-packages',
      comment: 'What the built service needs is a dependency, not a devDependency.',
      severity: 'error',
      from: { path: '^(src|migrations)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'listed',
      comment: 'A package that package.json does not list disappears some day.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The tests' client is compiled against types that its test generates.
    exclude: { path: '^(dist|coverage|web|test/client)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
