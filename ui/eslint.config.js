import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['dist', 'src/api-types.ts', 'src/owner-api-types.ts'] },
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  // Many sets and dates here are local to a function, or never shown.
  { rules: { 'svelte/prefer-svelte-reactivity': 'off' } },
  // In the desktop's window `confirm` returns a promise, which is always truthy; use state/question.svelte.ts.
  { rules: { 'no-alert': 'error' } },
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  { files: ['**/*.svelte', '**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser } } },
);
