/**
 * Makes rich text of strangers harmless: HTML with the few tags that the API serves, or the plain text of it. Plain text
 * needs none of this: it is kept to the letter, and escaped where a page shows it.
 */
import sanitize from 'sanitize-html';
import { isPublicKey, keyOfPath } from './files/keys.ts';

/** Tags of rich text that stand in a line. */
const inlineTags = ['b', 'strong', 'span', 'em', 'i', 'u', 'sup', 'sub', 'strike', 'del', 'a', 'br', 'img'];
/** Tags of rich text that stand for themselves: a line ends before and after them. */
const blockTags = [
  'p',
  'center',
  'ul',
  'ol',
  'li',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'table',
  'caption',
  'thead',
  'tbody',
  'tfoot',
  'tr',
  'th',
  'td',
];
/** Blocks that rich text does not keep: a break is left where they began and ended. */
const removedBlocks = [
  'address',
  'article',
  'aside',
  'blockquote',
  'dd',
  'details',
  'div',
  'dl',
  'dt',
  'fieldset',
  'figcaption',
  'figure',
  'footer',
  'form',
  'header',
  'hr',
  'main',
  'nav',
  'pre',
  'section',
  'summary',
];

/** Tags that rich text keeps: those of Open Event, with headings, tables, and pictures that this server hands out. */
export const allowedTags = [...inlineTags, ...blockTags];

/** What else than words each tag keeps. */
const allowedAttributes: Readonly<Record<string, readonly string[]>> = {
  a: ['href', 'rel', 'target'],
  img: ['src', 'alt', 'width', 'height'],
  td: ['colspan', 'rowspan'],
  th: ['colspan', 'rowspan'],
};

const allowedSchemes = ['http', 'https', 'mailto'];

/** The addresses under which this process hands out files. */
const ownBases = new Set<string>();

/** Says where this server is reached, so that rich text keeps pictures from there. */
export function servePicturesFrom(publicUrl: string): void {
  ownBases.add(publicUrl.replace(/\/+$/, ''));
}

/** Stands where a line ends; no text has it, since Unicode keeps it for the inside of programs. */
const lineEnd = '\uFDD0';

const tag = (names: readonly string[]) => new RegExp(`</?(?:${names.join('|')})(?=[\\s/>])[^>]*>`, 'gi');
const removedTag = tag(removedBlocks);
const blockTag = tag([...removedBlocks, ...blockTags.filter((name) => name !== 'td' && name !== 'th')]);
const block = `</?(?:${blockTags.join('|')})(?:\\s[^>]*)?>`;
const atBlock = new RegExp(`(^|${block}|<br />)\\s*${lineEnd}+|${lineEnd}+\\s*(?=$|${block}|<br />)`, 'g');

/** A cleaned text and what had to go: names of tags, names of attributes. */
export interface CleanText {
  text: string;
  tags: string[];
  attributes: string[];
}

/** HTML with the allowed tags only; links get `rel="nofollow noopener"` and open a new window; no styles. */
export function cleanHtml(given: string): CleanText {
  const source = given.replaceAll(lineEnd, '');
  if (!/[<&]/.test(source)) return { text: source.replaceAll('>', '&gt;'), tags: [], attributes: [] };
  const tags = new Set<string>();
  const attributes = new Set<string>();
  const cleaned = sanitize(source.replace(removedTag, `${lineEnd}$&`), {
    allowedTags,
    allowedAttributes: { '*': ['dir'], ...allowedAttributes } as sanitize.IOptions['allowedAttributes'],
    allowedSchemes,
    allowProtocolRelative: false,
    exclusiveFilter: ({ tag: name, attribs }) => name === 'img' && !attribs.src,
    // Attributes with a value only: editors leave an empty style="" behind on every element.
    onOpenTag(name, found) {
      if (!allowedTags.includes(name)) tags.add(name);
      if (name === 'img' && !isOwnPicture(found.src)) tags.add(name);
      for (const [attribute, value] of Object.entries(found)) {
        if (value && !isKept(name, attribute, value)) attributes.add(attribute);
      }
    },
    transformTags: {
      '*': (tagName, { dir, ...rest }) => ({
        tagName,
        attribs: { ...rest, ...(dir && isKept(tagName, 'dir', dir) ? { dir } : {}) } as sanitize.Attributes,
      }),
      a: (tagName, { href, dir }) => ({
        tagName,
        attribs: {
          ...(href && isAllowedLink(href) ? { href, rel: 'nofollow noopener', target: '_blank' } : {}),
          ...(dir ? { dir } : {}),
        } as sanitize.Attributes,
      }),
      img: (tagName, { src, ...rest }) => ({
        tagName,
        attribs: (isOwnPicture(src) ? { src, ...rest } : {}) as sanitize.Attributes,
      }),
    },
  });
  return {
    text: cleaned.replace(atBlock, '$1').replace(new RegExp(`\\s*${lineEnd}+\\s*`, 'g'), '<br />'),
    tags: [...tags],
    attributes: [...attributes],
  };
}

function isKept(name: string, attribute: string, value: string): boolean {
  if (attribute === 'dir') return ['ltr', 'rtl', 'auto'].includes(value);
  if (name === 'a' && attribute === 'href') return isAllowedLink(value);
  if (name === 'img' && attribute === 'src') return isOwnPicture(value);
  return allowedAttributes[name]?.includes(attribute) === true;
}

/** Whether an address is that of a public file of this server. */
function isOwnPicture(src: string | undefined): boolean {
  if (!src) return false;
  const base = [...ownBases].find((own) => src.startsWith(`${own}/`)) ?? '';
  const key = keyOfPath(src.slice(base.length));
  return key !== null && isPublicKey(key);
}

function isAllowedLink(href: string): boolean {
  const scheme = /^\s*([a-z][\w+.-]*):/i.exec(href)?.[1].toLowerCase();
  return scheme === undefined || allowedSchemes.includes(scheme);
}

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

/**
 * The plain text of HTML: no tags, entities decoded once (`&amp;lt;` becomes `&lt;`, never `<`). Blocks and breaks end a line, cells
 * of a table are a tab apart, a picture is its description.
 */
export function textOf(html: string): string {
  if (!/[<&]/.test(html)) return html;
  const marked = html
    .replaceAll(lineEnd, '')
    .replace(/<img\b[^>]*?\balt="([^"]*)"[^>]*>/gi, '$1')
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/<\/t[dh]>\s*(?=<t[dh][\s>])/gi, '\t')
    .replace(blockTag, (found) => (found.startsWith('</') ? '\n' : lineEnd));
  // sanitize-html decodes every entity and escapes these four again.
  const text = sanitize(marked, { allowedTags: [], allowedAttributes: {} }).replace(
    /&(?:amp|lt|gt|quot);/g,
    (entity) => entities[entity],
  );
  return text
    .replace(/^[ \n]*\uFDD0+|\n[ \n]*\uFDD0+/g, '\n')
    .replace(/\uFDD0+/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Characters that take up no room or are blank in every font. */
const invisible = /[\s\p{Cf}\p{Cc}\u2800\u3164\u115F\u1160\uFFA0]/gu;

/** Whether rich text shows anything at all, words or a picture: `<p></p>`, `<p>&nbsp;</p>` and `<br>` do not. */
export function isBlankHtml(html: string): boolean {
  return !/<img\s/i.test(html) && textOf(html).replace(invisible, '') === '';
}
