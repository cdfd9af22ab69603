import { describe, expect, it } from '@jest/globals';
import { cleanHtml, isBlankHtml, textOf } from './html.ts';

describe('rich text', () => {
  it.each([
    ['<p style="color:red">a <b>b</b><br>c</p>', '<p>a <b>b</b><br />c</p>'],
    ['<h1>Title</h1><img src=x onerror=alert(1)>text', '<h1>Title</h1>text'],
    ['<div>One</div><div>Two</div>', 'One<br />Two'],
    ['a<blockquote>b</blockquote>c', 'a<br />b<br />c'],
    ['<section><p>a</p><hr></section><p>b</p>', '<p>a</p><p>b</p>'],
    ['<section><div></div></section>', ''],
    [
      '<table class="x"><tr><td colspan="2">A1</td><td>2</td></tr></table>',
      '<table><tr><td colspan="2">A1</td><td>2</td></tr></table>',
    ],
    ['<p dir="rtl">a</p><p dir="up">b</p>', '<p dir="rtl">a</p><p>b</p>'],
    [
      '<img src="/files/events/0/1/large.jpg" alt="us" onerror="x()">',
      '<img src="/files/events/0/1/large.jpg" alt="us" />',
    ],
    ['<img src="/files/payloads/0"><img src="https://a.example/files/events/0/1.jpg">', ''],
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
    expect(
      cleanHtml('<h7 class="x">a</h7><p style="">b</p><a href="data:x" onclick="y()">c</a>'),
    ).toMatchObject({
      tags: ['h7'],
      attributes: ['class', 'href', 'onclick'],
    });
  });

  it.each([
    ['<p></p>', true],
    ['<p>&nbsp;\u00a0<br></p>', true],
    ['<br>', true],
    ['&#8203;&zwj;', true],
    ['<p>a</p>', false],
    ['&amp;', false],
  ])('%j is blank: %j', (html, blank) => expect(isBlankHtml(html)).toBe(blank));
});

describe('the plain text of HTML', () => {
  it.each([
    ['Summer &amp; Winter', 'Summer & Winter'],
    ['&amp;lt;b&gt;', '&lt;b>'],
    ['a < b & "c"', 'a < b & "c"'],
    ['<b>bold</b> name', 'bold name'],
    ['I <3 ropes', 'I <3 ropes'],
    ['<h1>One</h1><h2>Two</h2>', 'One\nTwo'],
    ['<div>One</div><div>Two</div>', 'One\nTwo'],
    ['<p>a<br />b</p>\n<ul><li>c</li><li>d</li></ul>', 'a\nb\nc\nd'],
    ['<table><tr><td>A1</td><td>2</td></tr><tr><td>B</td></tr></table>', 'A1\t2\nB'],
  ])('%j becomes %j', (source, text) => expect(textOf(source)).toBe(text));
});
