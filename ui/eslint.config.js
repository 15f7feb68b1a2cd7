import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['dist', 'src/api-types.ts', 'src/owner-api-types.ts'] },
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  // Many a set and date here is a value of one function, or changed by nobody who is shown.
  { rules: { 'svelte/prefer-svelte-reactivity': 'off' } },
  // In the desktop's window `confirm` is a promise, and so always yes: state/question.svelte.ts asks.
  { rules: { 'no-alert': 'error' } },
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  { files: ['**/*.svelte', '**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser } } },
);
