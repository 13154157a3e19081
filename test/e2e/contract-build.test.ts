import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SOURCES = ['src', 'migrations', 'seeds', 'types', 'nest-cli.json', 'tsconfig.json', '.swcrc', 'package.json'];
const BUILD_MS = 120_000;

describe('the build', () => {
  it(
    'of a clean copy makes programs whose imports are all found',
    async () => {
      const root = process.cwd();
      const copy = await mkdtemp(join(tmpdir(), 'fund-ledger-build-'));
      try {
        await Promise.all(SOURCES.map((name) => cp(join(root, name), join(copy, name), { recursive: true })));
        await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
        const options = { cwd: copy, timeout: BUILD_MS };
        await run(process.execPath, [join(root, 'node_modules/@nestjs/cli/bin/nest.js'), 'build'], options);
        const imports =
          "await import('./dist/src/application.js'); await import('./dist/src/platform/http/index.js'); console.log('found')";
        const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', imports], options);
        expect(stdout).toContain('found');
      } finally {
        await rm(copy, { recursive: true, force: true });
      }
    },
    BUILD_MS,
  );
});
