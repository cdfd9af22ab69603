/** Text without the control characters that neither XML nor a calendar has a way to write. Line breaks and tabs stay. */
export function printable(text: string): string {
  return text.replace(unprintable, '');
}

// oxlint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|\p{Surrogate}/gu;
