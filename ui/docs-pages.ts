/** The documentation's pages as HTML, made while the interface is built: Help shows them without asking the internet. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { Marked, type RendererObject, type Tokens } from 'marked';
import type { Plugin } from 'vite';

const DOCS = new URL('../docs/', import.meta.url);
const MODULE = 'virtual:docs';
/** Of the list of pages: the others are for who works on the program. */
const GROUPS = ['Use it', 'Look it up'];

export interface DocsPage {
  name: string;
  title: string;
  /** What it is about, in a sentence. */
  lead: string;
  html: string;
}

export interface DocsGroup {
  title: string;
  pages: DocsPage[];
}

const read = (file: string) => readFileSync(new URL(file, DOCS), 'utf8');

/** The pages that the documentation's own list names, in its order. */
export function docsPages(
  list = read('README.md'),
  page = (name: string) => read(`${name}.md`),
): DocsGroup[] {
  const sections = new Map(
    list.split(/^\*\*/m).map((section) => {
      const [title = '', lines = ''] = section.split('**\n', 2);
      return [title, [...lines.matchAll(/^- \[(.+?)\]\(([\w-]+)\.md\): (.+)$/gm)]] as const;
    }),
  );
  const groups = GROUPS.map((title) => ({ title, items: sections.get(title) ?? [] }));
  const names = new Set(groups.flatMap(({ items }) => items.map(([, , name = '']) => name)));
  return groups.map(({ title, items }) => ({
    title,
    pages: items.map(([, title = '', name = '', lead = '']) => {
      const sentence = lead.charAt(0).toUpperCase() + lead.slice(1);
      const inline = { lead: marked(name, names).parseInline(sentence, { async: false }) };
      const html = marked(name, names).parse(page(name).replace(/^# .*\n/, ''), { async: false });
      return { name, title, ...inline, html };
    }),
  }));
}

/** A page's links lead to other pages of Help or out of the program; what only the sources have is left as text. */
function marked(page: string, names: Set<string>): Marked {
  const used = new Map<string, number>();
  const renderer: RendererObject = {
    heading({ tokens, depth, text }: Tokens.Heading) {
      const plain = slug(text);
      const times = used.get(plain) ?? 0;
      used.set(plain, times + 1);
      const id = times ? `${plain}-${times}` : plain;
      return `<h${depth} id="section-${id}" tabindex="-1">${this.parser.parseInline(tokens)}</h${depth}>\n`;
    },
    link({ href, tokens }: Tokens.Link) {
      const words = this.parser.parseInline(tokens);
      if (/^https?:/.test(href)) return `<a href="${href}" target="_blank" rel="noreferrer">${words}</a>`;
      const [, name = page, section] = /^(?:([\w-]+)\.md)?(?:#(.+))?$/.exec(href) ?? [];
      const isKnown = /^(#|[\w-]+\.md(#|$))/.test(href) && names.has(name);
      return isKnown ? `<a href="#/help/${name}${section ? `/${section}` : ''}">${words}</a>` : words;
    },
    // A heading without words would be read as one.
    tablecell({ header, tokens }: Tokens.TableCell) {
      const words = this.parser.parseInline(tokens);
      const tag = header && words ? 'th' : 'td';
      return `<${tag}>${words}</${tag}>\n`;
    },
    // They show the interface, which is right here.
    image: () => '',
  };
  return new Marked({ gfm: true, renderer });
}

/** What GitHub makes of a heading. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** `import { groups } from 'virtual:docs'`. */
export function docs(): Plugin {
  return {
    name: 'docs',
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : undefined),
    load(id) {
      if (id !== `\0${MODULE}`) return undefined;
      const groups = docsPages();
      for (const file of ['README', ...groups.flatMap(({ pages }) => pages.map(({ name }) => name))])
        this.addWatchFile(fileURLToPath(new URL(`${file}.md`, DOCS)));
      return `export const groups = ${JSON.stringify(groups)};`;
    },
  };
}
