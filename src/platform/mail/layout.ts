/** The one layout of mails: a title, paragraphs and perhaps one button, as plain text and as HTML. */

/** What a mail says; everything is plain text and is escaped here. */
export interface MailContent {
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** The one thing to do; the address is shown in full too, for programs that show no buttons. */
  readonly action?: { readonly label: string; readonly url: string };
}

/** Both parts of a mail. */
export interface MailParts {
  readonly text: string;
  readonly html: string;
}

/** Lays a mail out. Throws where the action does not lead to a web address. */
export function layout({ title, paragraphs, action }: MailContent): MailParts {
  const url = action && webAddress(action.url);
  const text = [title, ...paragraphs, ...(action ? [`${action.label}:\n${url}`] : [])].join('\n\n');
  const shown = paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph).replaceAll('\n', '<br>')}</p>`);
  if (action && url) {
    const href = escapeHtml(url);
    shown.push(
      `<p style="margin:28px 0"><a href="${href}" style="${button}">${escapeHtml(action.label)}</a></p>`,
      `<p style="color:#5b6472;font-size:13px;overflow-wrap:anywhere">${href}</p>`,
    );
  }
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title></head>
<body style="margin:0;padding:32px 16px;background:#f4f5f7;color:#1d2530;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:560px;margin:0 auto;padding:32px;background:#fff;border-radius:8px">
<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">${escapeHtml(title)}</h1>
${shown.join('\n')}
</div>
</body>
</html>
`;
  return { text: `${text}\n`, html };
}

const button =
  'display:inline-block;padding:12px 20px;border-radius:6px;background:#1f4fd8;color:#fff;font-weight:600;text-decoration:none';

/** Text as it may stand in HTML, in an element or between the quotes of an attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Our own links only go to the web; the address comes back as a browser would write it, on one line. */
function webAddress(address: string): string {
  const url = new URL(address);
  if (!['http:', 'https:'].includes(url.protocol)) throw new Error(`A mail cannot link to ${url.protocol}`);
  return url.href;
}
