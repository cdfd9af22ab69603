import { describe, expect, it } from '@jest/globals';
import { cleanHtml, isBlankHtml, textOf } from './html.ts';

describe('rich text', () => {
  it.each([
    ['<p style="color:red">a <b>b</b><br>c</p>', '<p>a <b>b</b><br />c</p>'],
    ['<h1>Title</h1><img src=x onerror=alert(1)>text', 'Titletext'],
    ['<script>alert(1)</script><style>p{}</style>x', 'x'],
    [
      '<a href="https://a.example" target="_self">a</a>',
      '<a href="https://a.example" rel="nofollow noopener" target="_blank">a</a>',
    ],
    ['<a href=" java&#115;cript:alert(1)">a</a>', '<a>a</a>'],
    ['<a name="top">a</a>', '<a>a</a>'],
    ['1 < 2 & 3 > 2', '1 &lt; 2 &amp; 3 &gt; 2'],
    ['plain > text', 'plain &gt; text'],
    ['<p>open <b>ended', '<p>open <b>ended</b></p>'],
    ['<scr<script>ipt>alert(1)</scr</script>ipt>', 'ipt&gt;alert(1)ipt&gt;'],
  ])('%j becomes %j', (source, text) => expect(cleanHtml(source).text).toBe(text));

  it('tells what was taken off, but not about empty attributes', () => {
    expect(cleanHtml('<h2 class="x">a</h2><p style="">b</p><a href="data:x" onclick="y()">c</a>')).toMatchObject({
      tags: ['h2'],
      attributes: ['class', 'href', 'onclick'],
    });
  });

  it.each([['<p></p>', true], ['<p>&nbsp;\u00a0<br></p>', true], ['<p>a</p>', false]])('%j is blank: %j', (html, blank) =>
    expect(isBlankHtml(html)).toBe(blank));
});

describe('the plain text of HTML', () => {
  it.each([
    ['Summer &amp; Winter', 'Summer & Winter'],
    ['&amp;lt;b&gt;', '&lt;b>'],
    ['a < b & "c"', 'a < b & "c"'],
    ['<b>bold</b> name', 'bold name'],
    ['I <3 ropes', 'I <3 ropes'],
  ])('%j becomes %j', (source, text) => expect(textOf(source)).toBe(text));
});
