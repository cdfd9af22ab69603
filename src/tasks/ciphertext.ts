/**
 * What counts as ciphertext in an encrypted collaboration: base64(512 bytes) $ base64(16 bytes) $ base64(rest), which is
 * an RSA-encrypted key, an initialisation vector and the text under AES. Whatever has another shape is readable. The
 * server looks at the shape alone: it has no key, and never decrypts.
 */
const head = /^[A-Za-z0-9+/]{683}=\$[A-Za-z0-9+/]{22}==\$/;
const headLength = 684 + 1 + 24 + 1;
const body = /^[A-Za-z0-9+/]*(={0,2})$/;

/** Judges a text that comes in parts, however large, without keeping more of it than its head. */
export class CiphertextShape {
  private readonly start: string[] = [];
  private startLength = 0;
  private restLength = 0;
  private padding = 0;
  private isBroken = false;

  /** Takes the next part, as its bytes in ASCII. */
  push(part: string): void {
    if (this.isBroken) return;
    const missing = Math.max(0, headLength - this.startLength);
    if (missing > 0) {
      const taken = part.slice(0, missing);
      this.start.push(taken);
      this.startLength += taken.length;
    }
    const rest = part.slice(missing);
    if (rest === '') return;
    const padded = body.exec(rest)?.[1].length;
    // Padding stands at the very end: nothing but more of it may follow.
    if (padded === undefined || (this.padding > 0 && padded < rest.length)) this.isBroken = true;
    else this.padding += padded;
    this.restLength += rest.length;
  }

  /** Whether all that was taken has the shape. */
  end(): boolean {
    return !this.isBroken && this.padding <= 2 && this.restLength % 4 === 0 && head.test(this.start.join(''));
  }
}

/** Whether a text is ciphertext. */
export function isCiphertext(text: string): boolean {
  const shape = new CiphertextShape();
  shape.push(text);
  return shape.end();
}
