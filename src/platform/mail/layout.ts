/**
 * The one layout of mails: what a mail says is a list of blocks of plain text, which become a text part and an HTML
 * part that say the same. Everything is escaped here, so no kind of mail can forget to.
 */
import { colons, typeset } from './language.ts';
import type { Language } from './language.ts';

/** One part of what a mail says. Build it with the functions below. */
export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'button'; readonly label: string; readonly url: string }
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [label: string, value: string])[] }
  | { readonly kind: 'quote'; readonly text: string };

/** A paragraph; its line breaks are kept. */
export const text = (words: string): Block => ({ kind: 'text', text: words });
/** Something to do. The address is shown in full too, for programs that show no buttons. */
export const button = (label: string, url: string): Block => ({ kind: 'button', label, url });
/** Labels with their values, as an object has them; those without a value are left out. */
export const facts = (rows: Readonly<Record<string, string | null | undefined>>): Block => ({
  kind: 'facts',
  rows: Object.entries(rows).flatMap(([label, value]) => (value ? [[label, value] as const] : [])),
});
/** Words of somebody else, set apart from ours. */
export const quote = (words: string): Block => ({ kind: 'quote', text: words });

/** What a mail says; everything is plain text. */
export interface MailContent {
  /** The language that it is written in. */
  readonly language?: Language;
  readonly title: string;
  readonly blocks: readonly Block[];
  /** The small print at the end: who sends it, and why. */
  readonly footer?: string;
}

/** Both parts of a mail. */
export interface MailParts {
  readonly text: string;
  readonly html: string;
}

/** Lays a mail out. Throws where a button does not lead to a web address. */
export function layOut({ language = 'en', ...content }: MailContent): MailParts {
  const set = (words: string) => typeset(language, words);
  const title = set(content.title);
  const footer = content.footer && set(content.footer);
  const blocks = content.blocks.map((block) => typesetBlock(block, set));
  const parts = [
    title,
    ...blocks.map((block) => asText(block, colons[language])),
    ...(footer ? [`-- \n${footer}`] : []),
  ];
  const html = `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title></head>
<body style="margin:0;padding:32px 16px;background:#f4f5f7;color:#1d2530;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:560px;margin:0 auto;padding:32px 32px 16px;background:#fff;border-radius:8px;overflow-wrap:anywhere">
<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">${escapeHtml(title)}</h1>
${blocks.map(asHtml).join('\n')}
</div>
${footer ? `<p style="max-width:560px;margin:16px auto 0;${small}">${lines(footer)}</p>\n` : ''}</body>
</html>
`;
  return { text: `${parts.filter(Boolean).join('\n\n')}\n`, html };
}

/** A block with our words typeset; those of others, and addresses, are left alone. */
function typesetBlock(block: Block, set: (words: string) => string): Block {
  if (block.kind === 'text') return text(set(block.text));
  if (block.kind === 'button') return button(set(block.label), block.url);
  return block;
}

function asText(block: Block, colon: string): string {
  if (block.kind === 'text') return block.text;
  if (block.kind === 'button') return `${block.label}${colon}\n${webAddress(block.url)}`;
  if (block.kind === 'facts')
    return block.rows.map(([label, value]) => `${label}${colon} ${value}`).join('\n');
  return block.text.replace(/^/gm, '> ');
}

function asHtml(block: Block): string {
  if (block.kind === 'text') return `<p>${lines(block.text)}</p>`;
  if (block.kind === 'quote') return `<blockquote style="${aside}">${lines(block.text)}</blockquote>`;
  if (block.kind === 'facts') {
    const rows = block.rows.map(
      ([label, value]) =>
        `<tr><th style="${head}">${escapeHtml(label)}</th><td style="${cell}">${lines(value)}</td></tr>`,
    );
    return rows.length > 0
      ? `<table role="presentation" style="margin:16px 0;border-collapse:collapse">${rows.join('')}</table>`
      : '';
  }
  const href = escapeHtml(webAddress(block.url));
  return `<p style="margin:28px 0 8px"><a href="${href}" style="${pressed}">${escapeHtml(block.label)}</a></p>
<p style="margin:0 0 28px;${small}">${href}</p>`;
}

const pressed =
  'display:inline-block;padding:12px 20px;border-radius:6px;background:#1f4fd8;color:#fff;font-weight:600;text-decoration:none';
const small = 'color:#5b6472;font-size:13px';
const head =
  'padding:4px 16px 4px 0;text-align:left;vertical-align:top;font-weight:400;color:#5b6472;white-space:nowrap';
const cell = 'padding:4px 0';
const aside = 'margin:16px 0;padding:4px 16px;border-left:3px solid #d9dde3;color:#3b4552';

/** Text as it may stand in HTML, in an element or between the quotes of an attribute. */
export function escapeHtml(words: string): string {
  return words.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function lines(words: string): string {
  return escapeHtml(words).replaceAll('\n', '<br>');
}

/** Our own links only go to the web; the address comes back as a browser would write it, on one line. */
function webAddress(address: string): string {
  const url = new URL(address);
  if (!['http:', 'https:'].includes(url.protocol)) throw new Error(`A mail cannot link to ${url.protocol}`);
  return url.href;
}
