import tseslint from 'typescript-eslint';

/** Numbers made from text lose fen: money goes through kernel/fen.ts, decimals through kernel/decimal.ts. */
const FLOATS = [
  {
    selector: 'CallExpression[callee.name=/^(Number|parseInt|parseFloat)$/]',
    message:
      'Money is bigint fen: parseYuan, parseDecimal or BigInt. A count, year or version: countOf. Where no money is, add the file to WITHOUT_MONEY.',
  },
  {
    selector: 'MemberExpression[object.name="Number"][property.name=/^(parseInt|parseFloat)$/]',
    message: 'Money is bigint fen: parseYuan, parseDecimal or BigInt.',
  },
  { selector: 'UnaryExpression[operator="+"]', message: 'Unary plus makes a float of a text.' },
  { selector: 'CallExpression[callee.property.name="toFixed"]', message: 'formatYuan or ratio of kernel/fen.ts write decimals.' },
];

/** The only product files that may make numbers: of dates and digits, configuration, paging, illustrative data; counts by kernel/count.ts. */
const WITHOUT_MONEY = [
  'src/kernel/{count,dates}.ts',
  'src/platform/**/*.ts',
  'src/cli.ts',
  'src/cli/**/*.ts',
  'src/budget/**/*.{controller,pipes}.ts',
  'src/parties/identity-codes/identity-codes.ts',
  'src/platform/folding/fold.ts',
  'src/demonstration/{award-life,random}.ts',
];

const HABITS = [
  { selector: 'ExportDefaultDeclaration', message: 'No default exports: a thing has one name everywhere.' },
  {
    selector: 'TSAsExpression > TSAsExpression.expression > TSUnknownKeyword.typeAnnotation',
    message: 'A double assertion silences the compiler: narrow the value or correct the type.',
  },
  { selector: 'TSAsExpression > TSNeverKeyword.typeAnnotation', message: 'An assertion to never silences the compiler.' },
  { selector: 'TSEnumDeclaration', message: 'A union of literals says the same and is plain data.' },
];

/** What the compiler sees by itself in a .ts file. */
const UNCOMPILED = [
  'no-undef',
  'no-const-assign',
  'no-dupe-keys',
  'no-dupe-else-if',
  'no-duplicate-case',
  'no-fallthrough',
  'no-import-assign',
  'no-self-compare',
  'no-unmodified-loop-condition',
  'no-unreachable',
  'no-unsafe-finally',
  'no-use-before-define',
  'no-useless-assignment',
  'use-isnan',
  'valid-typeof',
];
/** Of Node's own names, those that tools use. */
const GLOBALS = { Buffer: 'readonly', URL: 'readonly', console: 'readonly', process: 'readonly' };

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'node_modules/', '.data/', 'web/', 'test/client/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/explicit-member-accessibility': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      // Leaves files with decorators alone (emitDecoratorMetadata needs the value there, and the rule stops at such files by itself).
      '@typescript-eslint/consistent-type-imports': ['error', { prefer: 'type-imports', fixStyle: 'inline-type-imports' }],
      // A Nest module is an empty class under a decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true, allowConstructorOnly: true }],
      // Whole numbers and fen read well inside a text; anything else is converted by name.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // A row type is the caller's word about the SQL beside it: rows<R>(statement).
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/prefer-readonly': 'error',
      // An interface that answers promises is kept by methods that need not wait.
      '@typescript-eslint/require-await': 'off',
      // A DTO is the shape of what is read or answered, not a thing with behaviour: literals and copies have that shape.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      eqeqeq: 'error',
      'no-param-reassign': 'error',
      'no-restricted-syntax': ['error', ...HABITS],
    },
  },
  { files: ['src/**/*.ts'], rules: { 'no-console': 'error', 'no-restricted-syntax': ['error', ...HABITS, ...FLOATS] } },
  { files: WITHOUT_MONEY, rules: { 'no-restricted-syntax': ['error', ...HABITS] } },
  // Nest's options are a class that it exports as a type only: nobody can make one by its constructor.
  { files: ['src/application.ts'], rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' } },
  {
    // The command line and the embedded start speak to a person.
    files: ['src/cli.ts', 'src/cli/**/*.ts', 'src/start.ts', 'src/**/print-*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      // Bodies of answers are read as they come.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/restrict-plus-operands': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
    },
  },
  {
    files: ['**/*.mjs'],
    extends: [tseslint.configs.strict, tseslint.configs.stylistic],
    languageOptions: { globals: GLOBALS },
    rules: {
      ...Object.fromEntries(UNCOMPILED.map((name) => [name, 'error'])),
      eqeqeq: 'error',
      'no-param-reassign': 'error',
      'no-restricted-syntax': ['error', ...HABITS],
    },
  },
  {
    // Tools load these by their default export.
    files: ['*.config.{ts,mjs}', '.dependency-cruiser.mjs', 'test/support/global-*.mjs'],
    rules: { 'no-restricted-syntax': 'off' },
  },
);
