/**
 * Makes rich text of strangers harmless: HTML with the few tags that the API serves, or the plain text of it. Plain text
 * needs none of this: it is kept to the letter, and escaped where a page shows it.
 */
import sanitize from 'sanitize-html';

/** Tags that rich text keeps; the list is Open Event's own (`a` keeps `href` alone). */
export const allowedTags = [
  'b', 'strong', 'span', 'p', 'em', 'i', 'u', 'center', 'sup', 'sub', 'ul', 'ol', 'li', 'br', 'strike', 'del', 'a',
];

const allowedSchemes = ['http', 'https', 'mailto'];

/** A cleaned text and what had to go: names of tags, names of attributes. */
export interface CleanText {
  text: string;
  tags: string[];
  attributes: string[];
}

/** HTML with the allowed tags only; links get `rel="nofollow noopener"` and open a new window; no styles. */
export function cleanHtml(source: string): CleanText {
  if (!/[<&]/.test(source)) return { text: source.replaceAll('>', '&gt;'), tags: [], attributes: [] };
  const tags = new Set<string>();
  const attributes = new Set<string>();
  const text = sanitize(source, {
    allowedTags,
    allowedAttributes: { a: ['href', 'rel', 'target'] },
    allowedSchemes,
    allowProtocolRelative: false,
    // Attributes with a value only: editors leave an empty style="" behind on every element.
    onOpenTag(tag, found) {
      if (!allowedTags.includes(tag)) tags.add(tag);
      for (const [name, value] of Object.entries(found)) {
        const kept = tag === 'a' && (name === 'href' ? isAllowedLink(value) : name === 'rel' || name === 'target');
        if (value && !kept) attributes.add(name);
      }
    },
    transformTags: {
      a: (tagName, { href }) => ({
        tagName,
        attribs: href && isAllowedLink(href) ? { href, rel: 'nofollow noopener', target: '_blank' } : ({} as sanitize.Attributes),
      }),
    },
  });
  return { text, tags: [...tags], attributes: [...attributes] };
}

function isAllowedLink(href: string): boolean {
  const scheme = /^\s*([a-z][\w+.-]*):/i.exec(href)?.[1].toLowerCase();
  return scheme === undefined || allowedSchemes.includes(scheme);
}

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

/** The plain text of HTML: no tags, entities decoded once (`&amp;lt;` becomes `&lt;`, never `<`). */
export function textOf(html: string): string {
  if (!/[<&]/.test(html)) return html;
  // sanitize-html decodes every entity and escapes these four again.
  return sanitize(html, { allowedTags: [], allowedAttributes: {} }).replace(/&(?:amp|lt|gt|quot);/g, (entity) => entities[entity]);
}

/** Whether rich text shows anything at all: `<p></p>` and `<p>&nbsp;</p>` do not. */
export function isBlankHtml(html: string): boolean {
  return html.replace(/<[^>]*>|&nbsp;|\s/g, '') === '';
}
