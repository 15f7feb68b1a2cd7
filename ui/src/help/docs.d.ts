declare module 'virtual:docs' {
  export const groups: import('../../docs-pages').DocsGroup[];
}
