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

/** Only `api.ts` talks to the server. */
const NO_SERVER = {
  files: [`${SOURCE}/**/*.{ts,tsx}`],
  ignores: [`${SOURCE}/api.ts`],
  rules: {
    'no-restricted-globals': ['error', 'fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource'],
    '@typescript-eslint/no-restricted-imports': [
      'error',
      { paths: [{ name: '@jupyterlab/services', message: 'Only api.ts talks to the server.' }] }
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
      // JupyterLab groups what belongs to a class in a namespace of its name.
      '@typescript-eslint/no-namespace': 'off',
      curly: ['error', 'all'],
      eqeqeq: 'error'
    }
  },
  NO_SERVER,
  layer('tokens.ts', []),
  layer('api.ts', ['./tokens']),
  layer('model.ts', ['./api', './tokens']),
  layer('commands.ts', ['./model', './tokens']),
  layer('panel.tsx', ['./components/.+', './model', './tokens']),
  layer('components/*', ['./[A-Za-z]+', '../tokens', '../../style/.+']),
  {
    files: ['tests/ui/*.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: {
        __dirname: 'readonly',
        module: 'writable',
        process: 'readonly',
        require: 'readonly',
        // Inside page.evaluate
        window: 'readonly'
      }
    }
  },
  prettier
);
