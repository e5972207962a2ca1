import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import react from 'eslint-plugin-react';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const SOURCE = 'labextension/src';

/** Who may import whom: `files` may import only `allowed` (patterns) of our own modules. */
function layer(files, allowed) {
  return {
    files: [`${SOURCE}/${files}`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^(?!(${allowed.join('|')})$)\\.`,
              message: 'The import rules do not allow this; see ARCHITECTURE.md.'
            }
          ]
        }
      ]
    }
  };
}

/** Only `api.ts` talks to the server; only `kernel.ts` and `magics.ts` to a kernel. */
const NO_SERVER = {
  files: [`${SOURCE}/**/*.{ts,tsx}`],
  ignores: ['api', 'kernel', 'magics'].map(name => `${SOURCE}/${name}.ts`),
  rules: {
    'no-restricted-globals': ['error', 'fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource'],
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        paths: [
          {
            name: '@jupyterlab/services',
            message: 'Only api.ts talks to the server, kernel.ts and magics.ts to a kernel.'
          }
        ]
      }
    ]
  }
};

/** Those that talk to a kernel take only that from JupyterLab's services. */
const KERNEL_ONLY = {
  files: ['kernel', 'magics'].map(name => `${SOURCE}/${name}.ts`),
  rules: {
    'no-restricted-globals': ['error', 'fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource'],
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        paths: [
          {
            name: '@jupyterlab/services',
            importNames: ['ServerConnection', 'ServiceManager'],
            message: 'Only api.ts talks to the server.'
          }
        ]
      }
    ]
  }
};

export default tseslint.config(
  { ignores: ['**/node_modules', 'labextension/lib', 'jupyter_gov', 'test-results'] },
  js.configs.recommended,
  {
    files: [`${SOURCE}/**/*.{ts,tsx}`],
    extends: [
      ...tseslint.configs.recommendedTypeChecked,
      react.configs.flat.recommended,
      reactHooks.configs.flat['recommended-latest'] ?? reactHooks.configs['recommended-latest'],
      jsxA11y.flatConfigs.strict
    ],
    languageOptions: { parserOptions: { projectService: true } },
    settings: { react: { version: 'detect' } },
    rules: {
      // The house style: interfaces begin with I, private members with an underscore.
      '@typescript-eslint/naming-convention': [
        'error',
        { selector: 'interface', format: ['PascalCase'], custom: { regex: '^I[A-Z]', match: true } },
        { selector: 'memberLike', modifiers: ['private'], format: ['camelCase'], leadingUnderscore: 'require' }
      ],
      // A signal takes a method and its object apart.
      '@typescript-eslint/unbound-method': 'off',
      // JupyterLab groups what belongs to a class in a namespace of its name.
      '@typescript-eslint/no-namespace': 'off',
      curly: ['error', 'all'],
      eqeqeq: 'error'
    }
  },
  NO_SERVER,
  KERNEL_ONLY,
  layer('records.ts', []),
  layer('tokens.ts', []),
  layer('settings.ts', ['./tokens']),
  layer('api.ts', ['./records', './tokens']),
  layer('problem.ts', ['./api', './tokens']),
  layer('{feed,jobs,lists,policies}.ts', ['./api', './problem', './records', './tokens']),
  layer('magics.ts', ['./tokens']),
  layer('kernel.ts', ['./magics', './tokens']),
  layer('notebooks.ts', ['./kernel', './tokens']),
  layer('model.ts', [
    './api',
    './feed',
    './jobs',
    './kernel',
    './lists',
    './notebooks',
    './policies',
    './problem',
    './records',
    './tokens'
  ]),
  layer('components/*', ['./[A-Za-z]+', '../records', '../tokens', '../../style/.+']),
  layer('sections.ts', ['./components/.+']),
  layer('viewer.ts', ['./api', './components/icons', './problem', './records']),
  layer('indicators.tsx', ['./components/.+', './kernel', './notebooks', './tokens']),
  layer('commands.ts', ['./components/icons', './model', './records', './tokens']),
  layer('panel.tsx', ['./components/.+', './model', './records', './sections', './tokens']),
  {
    files: ['tests/ui/*.js', 'benchmarks/*.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: Object.fromEntries(
        [
          ...['__dirname', 'console', 'fetch', 'module', 'process', 'require', 'setTimeout'],
          // Inside page.evaluate
          ...['document', 'getComputedStyle', 'window'],
          ...['MutationObserver', 'performance', 'PerformanceObserver', 'requestAnimationFrame']
        ].map(name => [name, name === 'module' ? 'writable' : 'readonly'])
      )
    },
    rules: {
      // A fixture of Playwright's names what it takes, also if that is nothing.
      'no-empty-pattern': 'off'
    }
  },
  prettier
);
