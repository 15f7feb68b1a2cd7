/** The documentation as HTML, built with the interface, so that Help shows it offline. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { Marked, type RendererObject, type Tokens } from 'marked';
import type { Plugin } from 'vite';

const DOCS = new URL('../docs/', import.meta.url);
const MODULE = 'virtual:docs';
/** The other groups are for developers. */
const GROUPS = ['Use it', 'Look it up'];

export interface DocsPage {
  name: string;
  title: string;
  lead: string;
  html: string;
}

export interface DocsGroup {
  title: string;
  pages: DocsPage[];
}

const read = (file: string) => readFileSync(new URL(file, DOCS), 'utf8');

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

/** Links lead to other pages of Help or the web; links into the sources become text. */
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
    // An empty table heading would be read out as one.
    tablecell({ header, tokens }: Tokens.TableCell) {
      const words = this.parser.parseInline(tokens);
      const tag = header && words ? 'th' : 'td';
      return `<${tag}>${words}</${tag}>\n`;
    },
    // Help has no pictures: the text says the same.
    image: () => '',
    paragraph({ tokens }: Tokens.Paragraph) {
      const words = this.parser.parseInline(tokens).trim();
      return words && `<p>${words}</p>\n`;
    },
  };
  return new Marked({ gfm: true, renderer });
}

function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

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
